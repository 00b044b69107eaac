"""Findings in the editor while one types: a server of the language server protocol over the engine of ``check``."""
