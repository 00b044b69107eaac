"""KEY002: columns that a model takes for its key and that do not identify a row."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import KeyPair
from pgconform.rules._wording import milder
from pgconform.rules.registry import Rule
from pgconform.shape import Field
from pgconform.support.patterns import deferred

_FRESH = deferred(r"(?:\w+\.)?(?:nextval|gen_random_uuid|uuidv\d|uuid_generate_v\w+)\(")


def judge(pair: KeyPair) -> Iterator[Finding]:
    columns = set(pair.claim.columns)
    if pair.claim.kind == "target" or not pair.relation.known or "view" in pair.truth.kind:
        return
    fields = pair.world.fields(pair.truth)
    if not columns <= set(fields):
        return
    unique = [key for key in pair.truth.keys if not (key.partial or key.expression or key.kind == "exclusion")]
    if not any(set(key.columns) <= columns for key in unique):
        primary = next((key for key in unique if key.kind == "primary"), None)
        yield Finding(
            Severity.INFO if any(_fresh(fields[name]) for name in columns) else milder(pair.relation, Severity.WARNING),
            f"({', '.join(pair.claim.columns)}) does not identify a row of {pair.subject}",
            consequence="two rows can have the same key, and the second takes the place of the first",
            help=f"the primary key is ({', '.join(primary.columns)})" if primary else "the table has no key",
        )


def _fresh(column: Field) -> bool:
    """The database gives each row a value of its own: so it does in a partitioned table, whose key must name more."""
    return bool(column.identity) or _FRESH.match(column.default or "") is not None


RULE = Rule(
    "KEY002", "key-not-unique", "a model's key that is not unique", KeyPair, judge, Severity.WARNING, needs=("keys",)
)
