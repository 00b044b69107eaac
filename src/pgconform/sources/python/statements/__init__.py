"""SQL in texts that drivers are handed, and what is read of its rows."""
