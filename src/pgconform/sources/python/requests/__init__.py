"""Chains of calls as the requests that they send."""
