"""Keys that a program can do without, read where rows of several requests arrive, of which some have them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from pgconform.finding import Finding, Severity
from pgconform.request import Query, Statement
from pgconform.shape import Location

if TYPE_CHECKING:
    from pgconform.pairs.verdict import Verdict
    from pgconform.schema import Relation

_LACKING = frozenset({"QRY027", "COL001"})


def given_elsewhere(verdicts: Iterable[tuple[Relation | Query | Statement | None, Verdict]]) -> set[Location]:
    """The places where rows of some requests lack a key, and of others do not."""
    asked = [(item, verdict) for item, verdict in verdicts if isinstance(item, Query | Statement)]
    lacking: defaultdict[Location, set[int]] = defaultdict(set)
    for number, (_, verdict) in enumerate(asked):
        for finding in verdict.findings:
            if finding.at and _is_optional(finding):
                lacking[finding.at].add(number)
    having: set[Location] = set()
    for number, (item, _) in enumerate(asked) if lacking else ():
        said = (read.at for read in item.reads if read.at)
        having.update(at for at in said if number not in lacking.get(at, (number,)))
    return having


def milder_where(findings: Iterable[Finding], places: Collection[Location]) -> Iterator[Finding]:
    """The findings; those of a key that a row in one of these places lacks are notes."""
    for finding in findings:
        known = _is_optional(finding) and finding.at in places
        yield finding.noted("other rows that are read there have it") if known else finding


def _is_optional(finding: Finding) -> bool:
    return finding.code in _LACKING and finding.severity is Severity.WARNING
