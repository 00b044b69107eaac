"""RPC001: a call of a function that does not exist, or that the API cannot call."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Rename, Severity
from pgconform.postgrest.pairs import CallPair
from pgconform.rules._wording import did_you_mean
from pgconform.rules.registry import Rule
from pgconform.support.names import nearest, slip


def judge(pair: CallPair) -> Iterator[Finding]:
    if pair.callable or not pair.known:
        return
    elsewhere = "" if pair.named else _elsewhere(pair)
    near = () if pair.named or elsewhere else nearest(pair.name, pair.others())
    missing = f'there is no function "{pair.name}" in schema {pair.schema}{elsewhere}'
    yield Finding(
        Severity.ERROR,
        (_why(pair) or missing) + did_you_mean(near),
        consequence="the call fails with 404 PGRST202 (could not find the function)",
        help=f'write "{near[0]}"' if len(near) == 1 else "",
        change=Rename(pair.name, near[0]) if len(near) == 1 else None,
        safe=len(near) == 1 and slip(pair.name, near[0]),
        subject=pair.name,
    )


def _elsewhere(pair: CallPair) -> str:
    """That another schema, which is not asked, has a function of that name, or ""."""
    functions = pair.part.world.truth.functions
    homes = (item.schema for item in functions if item.name == pair.name and not item.extension)
    home = next((schema for schema in homes if schema != pair.schema), "")
    return f"; schema {home} has one" if home else ""


def _why(pair: CallPair) -> str:
    """What stands in the way of calling a function that is there."""
    if not pair.named:
        return ""
    function = pair.named[0]
    if function.kind != "function":
        return f'"{pair.name}" is a {function.kind}, which the API cannot call'
    if "trigger" in function.returns.raw:
        return f'"{pair.name}" is a trigger function, which the API cannot call'
    return f'"{pair.name}" has arguments without names, so that the API cannot call it'


RULE = Rule("RPC001", "unknown-function", "a call of a function that does not exist", CallPair, judge)
