"""RDS001: a pattern of keys that the code writes and no contract declares."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.caching import CacheUse
from pgconform.finding import Finding, Severity
from pgconform.pairs.caches import OBJECTS, CachePair
from pgconform.rules.registry import Rule


def judge(pair: CachePair) -> Iterator[Finding]:
    use = pair.use
    if pair.contract is None and use is not None and use.verb == "write" and use.encoding in OBJECTS:
        yield Finding(
            Severity.INFO,
            f"no contract says what {use.pattern} holds",
            consequence="the entries are held to nothing when the schema changes",
            help=f'declare it:  [tool.pgconform.redis.keys."{use.pattern}"]' + _proposal(use),
        )


def _proposal(use: CacheUse) -> str:
    """What the code itself tells of the payload."""
    relation = f'  relation = "{use.relation}"' if use.relation else ""
    pairs = ", ".join(f'{key} = "{column}"' for key, column in use.columns)
    return relation + (f"  fields = {{ {pairs} }}" if pairs else "")


RULE = Rule(
    "RDS001",
    "undeclared-key",
    "a pattern of keys that the code writes and no contract declares",
    CachePair,
    judge,
    Severity.INFO,
    preview=True,
)
