"""Benchmarks: ``python -m bench`` runs all, ``python -m bench NAME [ARGUMENT …]`` one. Nothing here is a test."""
