"""The report of one check: what was held against what, what was found, and what could not be judged."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from pgconform.finding import Finding, Severity
from pgconform.schema import Schema, Unread
from pgconform.shape import Location


class Status(enum.StrEnum):
    """How one relation of the truth fares in all claims together."""

    CONFORMS = "conforms"
    WARNINGS = "warnings"
    ERRORS = "errors"


class Summary(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one source holds: ``counts`` are (singular word, number), largest first; ``files``: it was read from."""

    origin: str = ""
    server: str = ""
    counts: tuple[tuple[str, int], ...] = ()
    files: int = 0


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """``judged`` counts the sites that were judged, ``unjudged`` lists the others, by place.

    A site is one relation, column, function, key or statement that a claimant names. ``relations`` are all tables and
    views of the searched schemas by name. ``seconds`` is the time spent judging; who reads the sources adds theirs.
    ``alone`` counts the classes that are of no relation as far as anyone can tell; ``suggested`` are those that look
    as if they were. ``suppressed`` findings are those the code itself asks to ignore; ``cached``: nothing had changed
    since the run that this report is of. ``fixed`` are findings that are gone since they were mended; ``refused``
    counts those whose remedy was tried and did not hold.
    """

    truth: Summary
    claims: tuple[Summary, ...] = ()
    findings: tuple[Finding, ...] = ()
    judged: int = 0
    unjudged: tuple[Unread, ...] = ()
    relations: tuple[tuple[str, Status], ...] = ()
    seconds: float = 0.0
    suppressed: int = 0
    alone: int = 0
    suggested: tuple[Unread, ...] = ()
    cached: bool = False
    fixed: tuple[Finding, ...] = ()
    refused: int = 0

    def of(self, findings: Iterable[Finding]) -> Report:
        """The same report of these findings, with the relations' status according to them."""
        kept = tuple(findings)
        names = (name for name, _ in self.relations)
        return msgspec.structs.replace(self, findings=kept, relations=statuses(names, kept))

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)

    def fixable(self, *, safe: bool) -> int:
        """How many findings have a remedy that can be written, and either is safe or is not."""
        return sum(finding.fixable and finding.safe is safe for finding in self.findings)

    @property
    def failed(self) -> bool:
        """There is an error or a warning; what is merely worth knowing fails nothing."""
        return any(finding.severity is not Severity.INFO for finding in self.findings)


def statuses(names: Iterable[str], findings: Iterable[Finding]) -> tuple[tuple[str, Status], ...]:
    """The status of each relation, in the order of their names."""
    worst = {finding.relation: Status.WARNINGS for finding in findings if finding.severity is Severity.WARNING}
    worst |= {finding.relation: Status.ERRORS for finding in findings if finding.severity is Severity.ERROR}
    return tuple((name, worst.get(name, Status.CONFORMS)) for name in sorted(names))


def summary(schema: Schema) -> Summary:
    """What a schema holds, in numbers; types and functions of a truth included."""
    counts = Counter(relation.kind for relation in schema.relations)
    counts["function"] = len(schema.functions)
    counts["query"] = len(schema.queries)
    counts["statement"] = len(schema.statements)
    counts["key pattern"] = len(
        {use.pattern for use in schema.caches.uses} | {one.pattern for one in schema.caches.contracts}
    )
    ordered = sorted(
        ((word, number) for word, number in counts.items() if number), key=lambda pair: (-pair[1], pair[0])
    )
    files = {place.uri for place in _places(schema) if place}
    return Summary(schema.origin, schema.server, tuple(ordered), len(files))


def _places(schema: Schema) -> Iterator[Location | None]:
    for values in (schema.relations, schema.types, schema.functions, schema.queries, schema.statements, schema.unread):
        for value in values:
            yield value.at
