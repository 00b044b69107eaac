"""The truth from a live Postgres."""

from pgconform.sources.postgres.read import read

__all__ = ["read"]
