"""What PostgREST makes of a request: its grammar, its schema cache, its plan; all of it pure and without a server."""
