"""Programs whose statements are of another time: migrations."""

from __future__ import annotations

import re

_HISTORY = re.compile(r"(^|/)(migrations?|alembic)/")


def is_history(uri: str) -> bool:
    """A program there speaks of the schema as it was when it was written."""
    return _HISTORY.search(uri) is not None
