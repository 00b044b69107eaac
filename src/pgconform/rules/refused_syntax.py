"""SQL001: a statement that is no SQL to the server."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.rules._wording import BARE
from pgconform.rules.registry import Rule
from pgconform.sql.pairs import StatementPair
from pgconform.sql.verdict import Kind
from pgconform.support.patterns import deferred


def judge(pair: StatementPair) -> Iterator[Finding]:
    if pair.kind is Kind.SYNTAX:
        bare = pair.claim.bare
        yield Finding(
            Severity.WARNING if bare else Severity.ERROR,
            f"the server cannot read this: {pair.proof.message}",
            consequence=f"the statement fails with 42601 (syntax error){BARE if bare else ''}",
            help=pair.proof.hint or _help(pair),
        )


def _help(pair: StatementPair) -> str:
    """What SQLAlchemy's ``text()`` does not take for a parameter, and sends as it is."""
    cast = _CAST.search(pair.claim.text.value) if pair.claim.style == "named" else None
    return f"no parameter stands before ::; write CAST(:{cast[1]} AS {cast[2]})" if cast else ""


_CAST = deferred(r"(?<![:\w]):(\w+)::(\w+(?:\(\d+\))?(?:\[\])*)")


RULE = Rule("SQL001", "refused-syntax", "a statement that the server cannot read", StatementPair, judge)
