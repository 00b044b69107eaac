"""Databases watched: their history kept, findings opened and closed, people told once."""
