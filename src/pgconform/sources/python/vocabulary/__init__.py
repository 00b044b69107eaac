"""What the names in annotations stand for: of Python, of other people's libraries and of our own."""
