"""The caches of a project: what is said of them, and what a server holds."""
