"""RPC005: an argument that the server takes for a filter, or for something of its own, in a call by GET."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.filtering import reserved
from pgconform.postgrest.pairs import ReservedPair
from pgconform.rules.registry import Rule


def judge(pair: ReservedPair) -> Iterator[Finding]:
    if not pair.argument:
        return
    why = "its name is reserved" if reserved(pair.name) else "its value starts with an operator"
    yield Finding(
        Severity.ERROR,
        f'the argument "{pair.name}" does not reach the function by GET: {why}',
        consequence="the call fails with 404 PGRST202, or runs without the argument",
        help="call it without get and head",
    )


RULE = Rule("RPC005", "argument-as-filter", "an argument that GET cannot carry", ReservedPair, judge)
