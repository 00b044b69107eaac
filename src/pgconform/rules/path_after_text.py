"""QRY014: a JSON path that goes on after ``->>``, which gives text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import PathPair
from pgconform.rules.registry import Rule


def judge(pair: PathPair) -> Iterator[Finding]:
    for step, following in pairwise(pair.ref.steps):
        if step.arrow == "->>":
            yield Finding(
                Severity.ERROR,
                f"the JSON path goes on with {following.arrow}{following.key} after ->>{step.key}, which is text",
                consequence="the request fails with 42883 (operator does not exist)",
                help=f"write ->{step.key}{following.arrow}{following.key}",
            )


RULE = Rule("QRY014", "path-after-text", "a JSON path that goes on after ->>", PathPair, judge)
