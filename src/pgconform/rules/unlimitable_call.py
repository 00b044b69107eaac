"""QRY024: ``max_affected`` on a call whose function gives a single value."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import CallPair
from pgconform.rules.registry import Rule


def judge(pair: CallPair) -> Iterator[Finding]:
    function = pair.function
    if function is None or function.returns_set or "max_affected" not in pair.query.calls:
        return
    if pair.given is None or not pair.part.config.since(13):
        return
    yield Finding(
        Severity.ERROR,
        f"max_affected on the call of {pair.name}, which does not return a set of rows",
        consequence="the call fails with PGRST128 (the function must return SETOF or TABLE)",
        help="take max_affected out",
        subject=pair.name,
    )


RULE = Rule("QRY024", "unlimitable-call", "max_affected on a function that returns no set", CallPair, judge)
