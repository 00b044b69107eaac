"""What tells SQL of SQLite and other servers from SQL of Postgres, where a program may speak to both."""

from __future__ import annotations

import re

from pgconform.support.patterns import deferred

_SQLITE = deferred(
    r"\b(?:sqlite_\w|(?:rowid|julianday|strftime|json_extract|group_concat|last_insert_rowid)\b|datetime\s*\(|insert\s+or\s)",
    re.IGNORECASE,
)
_OTHERS = deferred(
    r"\b(?:(?:getdate|scope_identity|sysdatetime|curdate|last_insert_id)\s*\(\s*\)|dateadd\s*\(|unix_timestamp\s*\("
    r"|select\s+(?:distinct\s+)?top\s*\(?\d|with\s*\(\s*nolock\b|on\s+duplicate\s+key\b|from\s+dual\b)",
    re.IGNORECASE,
)
"""What SQL Server, MySQL or Oracle know."""
_POSTGRES = deferred(
    r"[\w)\]'\"]\s*::\s*[a-z]|<->|<=>|~\*|@@|\b(?:ilike|lateral|similar\s+to|distinct\s+on|interval\s+'|for\s+update|information_schema"
    r"|(?:now|any|extract|date_trunc|date_part|to_char|to_timestamp|array_agg|jsonb?_(?:agg|build_object|build_array)|unnest"
    r"|gen_random_uuid|to_ts(?:vector|query)|greatest|least|regexp_replace|split_part|pg_\w+)\s*\()",
    re.IGNORECASE,
)
QUOTED = deferred(r"'[^']*'")
"""A text in SQL."""


def is_of_another(sql: str) -> bool:
    """It has what SQLite alone knows, or other servers."""
    return _SQLITE.search(sql) is not None or _OTHERS.search(QUOTED.sub("''", sql)) is not None


def is_not_of_sqlite(sql: str) -> bool:
    """It has what Postgres knows and SQLite does not."""
    return _POSTGRES.search(QUOTED.sub("''", sql)) is not None
