"""RDS003: a payload with other fields than its contract says."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.caching import Observed
from pgconform.finding import Finding, Severity
from pgconform.pairs.caches import CachePair
from pgconform.rules._caches import counted, of_kind, who
from pgconform.rules.registry import Rule
from pgconform.support.names import nearest


def judge(pair: CachePair) -> Iterator[Finding]:
    for item in of_kind(pair, "field", "missing"):
        extra = item.kind == "field"
        verb = ("writes" if extra else "leaves out") if pair.use else ("have" if extra else "lack")
        tail = "which the contract does not have" if extra else "which the contract has"
        yield Finding(
            Severity.WARNING,
            f'{who(pair)} {verb} "{item.field}", {tail}',
            consequence=counted(
                item, "nobody who goes by the contract reads it" if extra else "whoever goes by the contract misses it"
            ),
            help=_help(pair, item),
            at=item.at,
        )


def _help(pair: CachePair, item: Observed) -> str:
    known = [part.name for part in pair.contract.parts] if pair.contract else []
    near = nearest(item.field, known) if item.kind == "field" else ()
    return f'write "{near[0]}"' if len(near) == 1 else "bring the code and the contract together"


RULE = Rule(
    "RDS003",
    "payload-differs",
    "a payload with other fields than its contract says",
    CachePair,
    judge,
    Severity.WARNING,
)
