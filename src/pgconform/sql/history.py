"""Programs whose statements are of another time: migrations."""

from __future__ import annotations

from pgconform.support.patterns import deferred

_HISTORY = deferred(r"(^|/)(migrations?|alembic)/")
_MIGRATES = deferred(r"(?i)(?:^|[/_-])(?:migrat(?:e|es|ion)|backfill)(?:[_-][^/]*)?\.py$")


def is_history(uri: str) -> bool:
    """A program there speaks of the schema as it was when it was written."""
    return _HISTORY.search(uri) is not None


def migrates(uri: str) -> bool:
    """A program of that name brings data from one schema to the next, once (``migrate_names.py``)."""
    return _MIGRATES.search(uri) is not None
