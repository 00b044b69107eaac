"""The one question: where do these claims differ from that truth?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pgconform.finding import Finding
from pgconform.pairs import pairs
from pgconform.rules import Rule, all_rules
from pgconform.schema import Schema
from pgconform.world import World


def check(
    truth: Schema, *claims: Schema, rules: Iterable[Rule] | None = None, schemas: tuple[str, ...] = ("public",)
) -> list[Finding]:
    """All findings of ``rules`` (default: every rule that is no preview), sorted by place.

    ``schemas`` are searched, in order, for relations and functions that a claim names without a schema.
    """
    chosen = all_rules() if rules is None else rules
    by_kind: defaultdict[type, list[Rule]] = defaultdict(list)
    for rule in chosen:
        by_kind[rule.on].append(rule)
    world = World(truth, schemas)
    found = {
        finding
        for claim in claims
        for pair in pairs(world, claim)
        for rule in by_kind[type(pair)]
        for finding in rule.judge(pair)
    }
    return sorted(found, key=Finding.order)
