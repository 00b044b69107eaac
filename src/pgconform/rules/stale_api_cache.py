"""DRF007: a schema cache of PostgREST that is older than the database."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.staleness import ApiPair
from pgconform.rules.registry import Rule

_AGAIN = "load it again:  notify pgrst, 'reload schema'"


def judge(pair: ApiPair) -> Iterator[Finding]:
    for name in sorted(pair.absent):
        yield _finding(name, name, f"PostgREST does not know {name}, which the database has", "PGRST205")
    for name, cached in sorted(pair.api.items()):
        truth = pair.truth.get(name)
        if truth is None:
            yield _gone(name, name)
            continue
        there, known = ({field.name: field for field in one.fields} for one in (truth, cached))
        for column in sorted(there.keys() - known.keys()):
            said = f"PostgREST does not know the column {name}.{column}, which the database has"
            yield _finding(name, f"{name}.{column}", said, "PGRST204 where it is written")
        for column in sorted(known.keys() - there.keys()):
            yield _gone(name, f"{name}.{column}")


def _finding(relation: str, subject: str, message: str, code: str) -> Finding:
    consequence = f"requests that name it fail with {code} until the schema cache is loaded again"
    return Finding(Severity.ERROR, message, consequence=consequence, help=_AGAIN, subject=subject, relation=relation)


def _gone(relation: str, subject: str) -> Finding:
    return Finding(
        Severity.WARNING,
        f"PostgREST still knows {subject}, which the database has no more",
        consequence="its schema cache is older than the database; what else changed it does not know either",
        help=_AGAIN,
        subject=subject,
        relation=relation,
    )


RULE = Rule(
    "DRF007",
    "stale-api-cache",
    "a schema cache of PostgREST that is older than the database",
    ApiPair,
    judge,
    Severity.ERROR,
)
