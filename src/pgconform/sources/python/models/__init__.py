"""Classes that describe rows: what they say, and of which relation; read from their text."""
