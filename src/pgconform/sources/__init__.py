"""Sources: what speaks of a schema, read into a `Schema`. A source never judges, and says what it could not read."""
