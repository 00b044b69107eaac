"""QRY013: a JSON path with SQL quotes, which become part of the key."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import PathPair
from pgconform.rules.registry import Rule


def judge(pair: PathPair) -> Iterator[Finding]:
    for step in pair.ref.steps:
        if len(step.key) > 1 and step.key[0] == step.key[-1] == "'":
            bare = step.key.strip("'")
            yield Finding(
                Severity.ERROR,
                f"the JSON path {step.arrow}{step.key} looks for a key with the quotes in it",
                consequence="it is NULL in every row" + ("; no row is found" if pair.role == "filter" else ""),
                help=f"write {step.arrow}{bare}",
            )


RULE = Rule("QRY013", "quoted-json-key", "SQL quotes in a JSON path", PathPair, judge)
