"""Leaving out the findings that code or settings ask to ignore."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pgconform.check import said_of
from pgconform.directives import Suppression
from pgconform.finding import Finding
from pgconform.pairs.suppressed import SuppressionPair
from pgconform.rules import Rule, all_rules
from pgconform.select import selects


def suppress(
    findings: Iterable[Finding], suppressions: Iterable[Suppression], rules: Iterable[Rule]
) -> tuple[list[Finding], list[Finding]]:
    """The findings that stay, those of unused suppressions among them, and the findings that were suppressed."""
    by_uri: defaultdict[str, list[Suppression]] = defaultdict(list)
    for suppression in suppressions:
        by_uri[suppression.at.uri].append(suppression)
    used: defaultdict[Suppression, set[str]] = defaultdict(set)
    kept: list[Finding] = []
    hidden: list[Finding] = []
    for finding in findings:
        covering = [item for item in by_uri.get(finding.at.uri if finding.at else "", ()) if item.covers(finding)]
        for item in covering:
            used[item] |= {finding.code, finding.name}
        (hidden if covering else kept).append(finding)
    chosen = tuple(rules)
    every = (item for items in by_uri.values() for item in items)
    kept += [finding for item in every for finding in _judged(item, used[item], chosen)]
    return sorted(kept, key=Finding.order), hidden


def _judged(suppression: Suppression, used: set[str], rules: tuple[Rule, ...]) -> Iterator[Finding]:
    """What the rules about suppressions say of one; a rule that did not run cannot have been needed or not."""
    ran = {name for rule in rules for name in (rule.code, rule.name)}
    unused = tuple(rule for rule in suppression.rules if rule in ran and rule not in used)
    all_ran = all(rule.preview or rule.code in ran for rule in all_rules())
    pair = SuppressionPair(suppression, unused, idle=not suppression.rules and not used and all_ran)
    yield from said_of((pair,), rules)


def ignored_by_path(finding: Finding, ignores: Mapping[str, Iterable[str]]) -> bool:
    """A ``per_path_ignores`` pattern, in the manner of .gitignore, matches the finding's file and names its rule."""
    if finding.at is None or not ignores:
        return False
    from pathspec import GitIgnoreSpec

    return any(
        any(selects(selector, finding.code, finding.name) for selector in selectors)
        and GitIgnoreSpec.from_lines([pattern]).match_file(finding.at.uri)
        for pattern, selectors in ignores.items()
    )
