"""What may stand before the first word of a statement."""

from __future__ import annotations

COMMENT = r"--[^\n]*(?:\n|\Z)|/\*(?:[^*]|\*(?!/))*\*/"
"""A comment, in one way only, so that a text that goes on otherwise is refused in time linear in its length."""
LEADING = rf"(?:\s|{COMMENT})*"
"""White space and comments, in one way only."""
