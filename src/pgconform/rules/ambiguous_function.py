"""RPC003: a call that several overloads fit; their types never decide."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import CallPair
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Function


def judge(pair: CallPair) -> Iterator[Finding]:
    if pair.given is None or len(pair.matching) < 2:
        return
    yield Finding(
        Severity.ERROR,
        f"the call of {pair.name} is ambiguous: {len(pair.matching)} functions take these arguments",
        consequence="the call fails with 300 PGRST203 (could not choose the best candidate function)",
        help="rename an argument of one of " + ", ".join(sorted(map(_signature, pair.matching))),
        subject=pair.name,
    )


def _signature(function: Function) -> str:
    parts = (f"{item.name} {spelled(item.type)}".strip() for item in function.inputs)
    return f"{function.name}({', '.join(parts)})"


RULE = Rule("RPC003", "ambiguous-function", "a call that several functions fit", CallPair, judge)
