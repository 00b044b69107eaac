"""Limits of values, read from CHECK constraints, and patterns put into another dialect."""
