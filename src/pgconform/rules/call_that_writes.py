"""RPC004: a function that writes, called by GET, which is read only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import CallPair
from pgconform.postgrest.windows import asks_for_none
from pgconform.rules.registry import Rule
from pgconform.schema import Function
from pgconform.sql.tokens import COMMENTS
from pgconform.support.patterns import deferred

_WRITES = deferred(
    r"\b(?:insert\s+into|update\s+\S+\s+(?:as\s+\S+\s+)?set|delete\s+from|truncate|nextval\s*\(|setval\s*\()",
    re.IGNORECASE,
)


def judge(pair: CallPair) -> Iterator[Finding]:
    function = pair.function
    if function is None or not pair.by_get or asks_for_none(pair.query.orders):
        return
    if function.volatility != "volatile" or not _writes(function):
        return
    always = function.language == "sql"
    yield Finding(
        Severity.ERROR if always else Severity.WARNING,
        f"{pair.name} writes, and is called with get=True or head=True",
        consequence=f"the call {'fails' if always else 'may fail'} with 405 25006 (read-only transaction)",
        help="call it without get and head",
        subject=pair.name,
        truth_at=function.at,
    )


def _writes(function: Function) -> bool:
    return bool(_WRITES.search(COMMENTS.sub(" ", function.definition)))


RULE = Rule("RPC004", "call-that-writes", "a writing function called by GET", CallPair, judge)
