"""REL004: a write to something that cannot be written to."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import RelationPair
from pgconform.rules._wording import ACTIONS, fails, milder
from pgconform.rules.registry import Rule
from pgconform.schema import Access, Relation


def judge(pair: RelationPair) -> Iterator[Finding]:
    if pair.truth is None or pair.access not in (Access.INSERT, Access.UPDATE) or _takes(pair.truth, pair.access):
        return
    code = "42809" if pair.truth.kind == "materialized view" else "55000"
    yield Finding(
        milder(pair, Severity.ERROR),
        f"{pair.subject} is a {pair.truth.kind} that takes no {ACTIONS[pair.access]}",
        consequence=f"{fails(pair, code)} (the {pair.truth.kind} cannot be written to)",
        help="write to the table behind it, or give it an INSTEAD OF trigger",
    )


def _takes(truth: Relation, access: Access) -> bool:
    if truth.kind == "materialized view":
        return False
    if truth.writable is None:
        return True
    return truth.writable.insert if access is Access.INSERT else truth.writable.update


RULE = Rule("REL004", "read-only-relation", "a write to a view that takes none", RelationPair, judge)
