"""Telling people: what they are told, in which words, through which channels, once."""
