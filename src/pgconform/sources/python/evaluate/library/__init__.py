"""What Python itself, and common libraries, make of values."""
