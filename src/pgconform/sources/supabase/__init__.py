"""The truth from Supabase, or any PostgREST, over HTTPS."""

from pgconform.sources.supabase.read import read

__all__ = ["read"]
