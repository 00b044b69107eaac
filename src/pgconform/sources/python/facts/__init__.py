"""What one file says: its syntax, imports, classes and flows, cached by content."""
