"""A file's text as a syntax tree, whatever its encoding and whichever Python it is for."""
