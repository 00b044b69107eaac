"""QRY006: a constant in a filter or payload that cannot be read as the column's type."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.literals import DECIMAL
from pgconform.postgrest.pairs import MisvaluePair
from pgconform.postgrest.values import TSQUERY
from pgconform.rules._wording import quoted, spelled
from pgconform.rules.registry import Rule
from pgconform.shape import WIDTHS, Array, Labels, Scalar
from pgconform.support.patterns import deferred

_RANGE = deferred(r"\s*[\[(]\s*[+-]?[0-9]+\s*,\s*[+-]?[0-9]+\s*[\])]\s*\Z")
_SIZED = {"numeric": "22003 (numeric field overflow)", "bit": "22026 (another number of bits)"}
_NUMBERED = frozenset({"int4range", "int8range", "numrange"})
_TIMES = frozenset({"date", "time", "timetz", "timestamp", "timestamptz", "interval"})
_TIMED = frozenset({"daterange", "tsrange", "tstzrange"})


def judge(pair: MisvaluePair) -> Iterator[Finding]:
    what = "search" if pair.type == TSQUERY else "value"
    kind = "" if pair.type == TSQUERY else f" ({spelled(pair.type)})"
    yield Finding(
        Severity.ERROR if pair.here else Severity.WARNING,
        f'"{pair.text}" is no {what} of {pair.subject}.{pair.name}{kind}',
        consequence=f"the request fails with {_answer(pair)}",
        help=_help(pair),
        subject=f"{pair.subject}.{pair.name}",
        witness=pair.text,
    )


def _answer(pair: MisvaluePair) -> str:
    type_ = pair.type.of if isinstance(pair.type, Array) and pair.text.lstrip().startswith("{") else pair.type
    kind = type_.kind if isinstance(type_, Scalar) else ""
    if pair.long:
        return _SIZED.get(kind, "22001 (value too long)")
    if kind in WIDTHS and DECIMAL.match(pair.text):
        return "22003 (out of range)"
    if kind == "tsquery":
        return "42601 (syntax error in tsquery)"
    if _RANGE.match(pair.text) and kind in _NUMBERED:
        return "22000 (the lower bound is above the upper)"
    timed = kind in _TIMES or (kind in _TIMED and pair.text.lstrip().startswith(("[", "(")))
    return "22007 or 22008 (no such date or time)" if timed else "22P02 (invalid input syntax)"


def _help(pair: MisvaluePair) -> str:
    if isinstance(pair.type, Labels):
        return f"the labels are {quoted(pair.type.values)}"
    if pair.type == TSQUERY:
        return 'put & or | between the words, or search for plain text: plfts, or options={"type": "web_search"}'
    return ""


RULE = Rule("QRY006", "unreadable-value", "a value that the column's type cannot read", MisvaluePair, judge)
