"""QRY020: rows of one insert with different keys; what a row leaves out becomes NULL, not its default."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.constraints.instead import diverts
from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.rules._wording import quoted
from pgconform.rules.registry import Rule
from pgconform.shape import Field


def judge(pair: RequestPair) -> Iterator[Finding]:
    payload, relation = pair.query.payload, pair.relation
    if payload is None or relation is None or not (payload.many and payload.uneven) or pair.query.verb == "update":
        return
    if pair.query.raw:
        yield _finding(pair, Severity.ERROR, sorted(payload.uneven), "the insert fails with PGRST102")
        return
    if pair.query.options.get("default_to_null") == "false" or diverts(relation, "insert"):
        return
    stored = [pair.part.world.stored(field) for field in relation.fields if field.name in payload.uneven]
    refused = sorted(field.name for field in stored if _lost(field) and field.nullable is False)
    lost = sorted(field.name for field in stored if _lost(field) and field.nullable is not False)
    if refused:
        yield _finding(pair, Severity.ERROR, refused, "the insert fails with 23502 (null value)")
    elif lost:
        yield _finding(pair, Severity.WARNING, lost, "such a row gets NULL there instead of the default")


def _lost(field: Field) -> bool:
    """The column has a value of its own, which a NULL displaces."""
    return bool(field.default or field.identity == "by default" or field.filled)


def _finding(pair: RequestPair, severity: Severity, names: list[str], consequence: str) -> Finding:
    return Finding(
        severity,
        f"some rows for {pair.subject} leave out {quoted(names, ' and ')}, others give it",
        consequence=consequence,
        help="give every row the same keys" + ("" if pair.query.raw else ", or pass default_to_null=False"),
        at=pair.query.payload.at if pair.query.payload else None,
    )


RULE = Rule("QRY020", "uneven-rows", "rows of one insert with different keys", RequestPair, judge)
