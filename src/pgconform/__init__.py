"""Holds Pydantic models, scripts, caches and documents to the database schema."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgconform.guard import Guard, Mode, Policy, SchemaMismatch, SchemaWarning, Verification

__all__ = ["Guard", "Mode", "Policy", "SchemaMismatch", "SchemaWarning", "Verification"]


def __getattr__(name: str) -> object:
    """The guard is imported when a program asks for it, and not by the command line."""
    if name in __all__:
        return getattr(import_module("pgconform.guard"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
