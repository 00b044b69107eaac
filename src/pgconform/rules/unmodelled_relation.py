"""REL006: a relation that the program uses without describing its rows (only on request)."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.together import TogetherPair
from pgconform.rules.registry import Rule


def judge(pair: TogetherPair) -> Iterator[Finding]:
    if not pair.models:
        yield Finding(
            Severity.INFO,
            f"no model describes the rows of {pair.subject}",
            consequence="nothing holds what is read from it or written to it to a type",
            help="write one:  pgconform generate",
            at=pair.claims[0].at,
        )


RULE = Rule(
    "REL006",
    "unmodelled-relation",
    "a relation in use that no model describes",
    TogetherPair,
    judge,
    Severity.INFO,
    preview=True,
)
