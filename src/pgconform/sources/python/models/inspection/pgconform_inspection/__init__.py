"""Stands alone: it is put on the path of another interpreter, by itself."""
