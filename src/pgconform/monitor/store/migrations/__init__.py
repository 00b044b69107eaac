"""The migrations of the history, in Alembic's layout."""
