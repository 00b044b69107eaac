"""Chains of PostgREST's clients as requests, and what becomes of their rows."""
