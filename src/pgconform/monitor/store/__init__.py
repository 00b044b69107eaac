"""The history: snapshots, changes, findings and what was told of them, in SQLite or in Postgres."""
