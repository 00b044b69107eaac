"""What a file, or a function, that asks a database something by itself has in it.

Each pattern begins with the text it looks for, so that most of a file is passed over at the speed of `memchr`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pgconform.support.patterns import deferred

_ASKS = (
    deferred(
        rb"\.(?:table|from_|from_table|rpc|execute\w*|fetch\w*|read_sql\w*|(?:read|from)_postgis|to_sql|jdbc|prepare)\s*[(,)]"
    ),
    deferred(rb"execute_(?:values|batch)\("),
    deferred(rb"text\((?<=\btext\()"),
    deferred(rb"sql\b(?<=\b(?:aio|pug)sql)"),
    deferred(rb"rest/v1"),
    deferred(rb"dbtable"),
)


def asks(source: bytes) -> bool:
    """A database is asked something in this text, as far as a glance tells."""
    return has_any(_ASKS, source)


def asked_at(source: bytes) -> list[int]:
    """Where one is, in order."""
    return sorted(found.start() for pattern in _ASKS for found in pattern.finditer(source))


def has_any(patterns: Iterable[re.Pattern[bytes]], source: bytes) -> bool:
    """One of the patterns is found in the text."""
    return any(pattern.search(source) for pattern in patterns)
