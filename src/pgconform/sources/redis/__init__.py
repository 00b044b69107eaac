"""The contracts of a cache: what the settings declare of key patterns."""
