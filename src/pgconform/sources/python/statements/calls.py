"""The calls that may run a statement, by their names, and what a text looks like that is one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

from pgconform.sources.python.statements.styles import READS
from pgconform.sql.drivers import FILLS_IN, SENDS_APART
from pgconform.sql.leading import COMMENT
from pgconform.support.patterns import deferred

EXTRAS = frozenset({"execute_values", "execute_batch"})
"""Functions of psycopg2 that are handed a cursor, a statement, and values for many executions."""
CALLS = EXTRAS | frozenset(
    {"execute", "executemany", "fetch", "fetchrow", "fetchval", "fetchmany", "fetch_all", "fetch_one", "fetch_val"}
    | {"exec_driver_sql", *READS, "text", "copy", "copy_expert", "prepare", "cursor"}
)
_ASYNCPG = frozenset({"asyncpg"})
OF_ONE: Mapping[str, Set[str]] = {
    **dict.fromkeys(("prepare", "cursor"), _ASYNCPG),
    **dict.fromkeys(("copy_records_to_table", "copy_to_table", "copy_from_table"), _ASYNCPG | {""}),
    **dict.fromkeys(("copy_expert", "copy_from", "copy_to"), FILLS_IN),
    "copy": SENDS_APART,
}
"""Names that only calls of these drivers have for a statement, and others for something else; "" stands for any."""
LOADERS = frozenset({"from_path", "module"})
FILLERS = frozenset({"to_sql", "jdbc", "option", "options"})
"""Methods that name the table which a frame of pandas or Spark is put into, and which that makes."""
KEYWORDS = ("query", "sql", "statement", "operation", "text")

_TABLE = r'["\w.\x00{}$%]+'
SQL = deferred(
    rf"(?:\s|{COMMENT}|\(|(?:begin|start\s+transaction)\s*;)*(?:select\s(?!(?:the|an|your|which|one|any)\s+[a-z])(?=.*\bfrom\s|\s*[\w.\"]+\s*\(|\s*\d+\s*;?\s*$)"
    rf"|insert\s+into\s+{_TABLE}[\s(]|update\s+(?:only\s+)?{_TABLE}(?:\s+(?:as\s+)?\w+)?\s+set\s"
    rf"|delete\s+from\s+{_TABLE}|with\s+(?:recursive\s+)?[\"\w]+\s*(?:\([^)]*\)\s*)?as\s*(?:(?:not\s+)?materialized\s*)?\(|merge\s+into\s|values\s*\("
    r"|(?:create|drop|alter)\s+(?:table|temp|temporary|unlogged|global|local|foreign|unique|index|view|materialized"
    r"|or\s+replace|function|procedure|aggregate|domain|extension|schema|type)\b"
    r"|truncate\s|set\s+(?:local\s+|session\s+)?[\w.]+\s*(?:=|to\s)"
    r"|do\s+(?:language\s+\w+\s+)?(?:'|\$\w*\$)"
    r"|explain\s+(?:\(|analy[sz]e\s|verbose\s)*[\w(]|call\s+[\w\".]+\s*\("
    rf"|copy\s*(?:\(|{_TABLE}\s*(?:\(|from\s|to\s))|declare\s+\w+\s[\w\s]*cursor\s)",
    re.IGNORECASE | re.DOTALL,
)
_OPENED = deferred(rf"(?:\s|{COMMENT})*\(")
_EDGES = deferred(r"'[^']*'|[()]")
_NAMED = deferred(r"\s*(?:as\s+)?\"?\w+\"?\s*\Z", re.IGNORECASE)


def is_aliased(text: str) -> bool:
    """A query in parentheses with a name behind them: what another one is to select from, and no statement."""
    depth, opened = 1, _OPENED.match(text)
    for edge in _EDGES.finditer(text, opened.end()) if opened else ():
        depth += (edge[0] == "(") - (edge[0] == ")")
        if not depth:
            return bool(_NAMED.match(text, edge.end()))
    return False
