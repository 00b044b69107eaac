"""Programs whose statements are of another time: migrations; and the functions that run these."""

from __future__ import annotations

from pgconform.support.patterns import deferred

_HISTORY = deferred(r"(^|/)(migrations?|alembic)/")
_RUNS = deferred(r"(?i)(?:pg_?)?(?:exec(?:ute)?|run)_?(?:raw_?|dynamic_?|admin_?)*(?:sql|query|ddl)|exec(?:ute)?")
_MIGRATES = deferred(r"(?i)(?:^|[/_-])(?:migrat(?:e|es|ion)|backfill)(?:[_-][^/]*)?\.py$")


def is_history(uri: str) -> bool:
    """A program there speaks of the schema as it was when it was written."""
    return _HISTORY.search(uri) is not None


def runs_sql(name: str) -> bool:
    """A function of that name runs a text as SQL: it was made by hand where migrations are run through it."""
    return _RUNS.fullmatch(name) is not None


def migrates(uri: str) -> bool:
    """A program of that name brings data from one schema to the next, once (``migrate_names.py``)."""
    return _MIGRATES.search(uri) is not None
