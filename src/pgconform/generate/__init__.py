"""Code and documents written from a truth. Each output is a module with one pure function, ``render``."""
