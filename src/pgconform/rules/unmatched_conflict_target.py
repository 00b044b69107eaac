"""KEY001: an upsert's conflict target that no unique constraint or index covers."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import KeyPair
from pgconform.rules._wording import milder
from pgconform.rules.registry import Rule
from pgconform.schema import Key, Relation


def judge(pair: KeyPair) -> Iterator[Finding]:
    if pair.claim.kind != "target" or not pair.relation.known or not _columns_known(pair) or arbiters(pair):
        return
    partial = any(set(key.columns) == set(pair.claim.columns) for key in pair.truth.keys)
    yield Finding(
        milder(pair.relation, Severity.ERROR),
        f"{pair.subject} has no unique constraint on ({', '.join(pair.claim.columns)})"
        + (", only a partial, expression or deferrable one" if partial else ""),
        consequence="the upsert fails with 42P10 (no unique or exclusion constraint matches ON CONFLICT)",
        help=_help(pair.truth),
    )


def arbiters(pair: KeyPair) -> tuple[Key, ...]:
    """The constraints that ON CONFLICT on exactly these columns can use, in any order of columns."""
    wanted = set(pair.claim.columns)
    return tuple(
        key
        for key in pair.truth.keys
        if set(key.columns) == wanted
        and not (key.partial or key.expression or key.deferrable)
        and key.kind != "exclusion"
    )


def _columns_known(pair: KeyPair) -> bool:
    return set(pair.claim.columns) <= set(pair.world.fields(pair.truth))


def _help(truth: Relation) -> str:
    if truth.kind == "view":
        return "a trigger takes the view's rows, for which no conflict can be found: insert and update them apart"
    usable = [
        key for key in truth.keys if not (key.partial or key.expression or key.deferrable or key.kind == "exclusion")
    ]
    listed = " or ".join(f"({', '.join(key.columns)})" for key in usable)
    return f"unique are {listed}" if listed else "add a unique constraint on these columns"


RULE = Rule(
    "KEY001",
    "unmatched-conflict-target",
    "an on_conflict without a matching unique constraint",
    KeyPair,
    judge,
    needs=("keys",),
)
