"""CON002: a limit on length, and a claim that takes other lengths."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.constraints.edges import Edge, lengths
from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._labels import closed
from pgconform.rules._limits import Wording, compared
from pgconform.rules._wording import fails, quoted
from pgconform.rules.registry import Rule
from pgconform.shape import Array, Field, Scalar

TEXTS = ("py.str", "py.strict_str", "py.secret_str", "py.email", "py.url")


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or claim is None or pair.truth is None:
        return
    least, most = lengths(column, pair.truth.type)
    labels = closed(claim.type, claim.bounds)
    if labels is not None:
        yield from _too_long(pair, labels, most)
    elif _measured(claim) and not pair.relation.sent:
        say = Wording(_unit(pair), _error(pair))
        for theirs, mine in zip((least, most), lengths(claim), strict=True):
            yield from compared(pair, theirs, mine, say)


def _measured(claim: Field) -> bool:
    limited = claim.bounds is not None and (claim.bounds.max_length is not None or claim.bounds.min_length is not None)
    return limited or (isinstance(claim.type, Scalar) and claim.type.kind in TEXTS)


def _too_long(pair: FieldPair, labels: tuple[str, ...], most: Edge | None) -> Iterator[Finding]:
    long = [label for label in labels if most and len(label) > most.at]
    if long and most and pair.access.writes:
        yield Finding(
            Severity.ERROR if len(long) == len(labels) and (_is_sized(pair) or not pair.mended) else Severity.WARNING,
            f"{pair.subject} takes {most.at} characters; {quoted(long)} {'is' if len(long) == 1 else 'are'} longer",
            consequence=fails(pair.relation, _error(pair)),
            witness=long[0],
        )


def _unit(pair: FieldPair) -> str:
    return "items" if pair.truth is not None and isinstance(pair.truth.type, Array) else "characters"


def _error(pair: FieldPair) -> str:
    return "22001 (value too long)" if _is_sized(pair) else "23514 (check constraint)"


def _is_sized(pair: FieldPair) -> bool:
    """The type itself sets the limit: it holds when a value arrives, a CHECK only once triggers have seen the row."""
    return pair.truth is not None and isinstance(pair.truth.type, Scalar) and bool(pair.truth.type.size)


RULE = Rule(
    "CON002", "length-differs", "lengths that one side takes and the other refuses", FieldPair, judge, needs=("checks",)
)
