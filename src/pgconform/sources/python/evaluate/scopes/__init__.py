"""The scopes of the project's files, and what is handed into them."""
