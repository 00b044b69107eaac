"""A program held to its schema while it runs: at its start, before each operation, and when the schema changes."""

from pgconform.guard.guard import Guard
from pgconform.guard.policy import Mode, Policy, SchemaMismatch, SchemaWarning
from pgconform.guard.verification import Verification

__all__ = ["Guard", "Mode", "Policy", "SchemaMismatch", "SchemaWarning", "Verification"]
