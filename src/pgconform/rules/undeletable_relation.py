"""QRY023: a delete from a view that takes none."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.rules.registry import Rule


def judge(pair: RequestPair) -> Iterator[Finding]:
    relation = pair.relation
    if relation is None or pair.query.verb != "delete":
        return
    if relation.kind != "materialized view" and (relation.writable is None or relation.writable.delete):
        return
    remedy = ", or give it an INSTEAD OF trigger" if relation.kind == "view" else ""
    code = "42809" if relation.kind == "materialized view" else "55000"
    yield Finding(
        Severity.ERROR,
        f"{pair.subject} is a {relation.kind} that takes no delete",
        consequence=f"the delete fails with {code} (the {relation.kind} cannot be written to)",
        help=f"take the rows from the table behind it{remedy}",
    )


RULE = Rule("QRY023", "undeletable-relation", "a delete from a view that takes none", RequestPair, judge)
