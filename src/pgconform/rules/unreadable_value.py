"""QRY006: a constant in a filter or payload that cannot be read as the column's type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import MisvaluePair
from pgconform.rules._wording import quoted, spelled
from pgconform.rules.registry import Rule
from pgconform.shape import Labels, Scalar

_INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*\Z")


def judge(pair: MisvaluePair) -> Iterator[Finding]:
    labels = f"the labels are {quoted(pair.type.values)}" if isinstance(pair.type, Labels) else ""
    yield Finding(
        Severity.ERROR if pair.here else Severity.WARNING,
        f'"{pair.text}" is no value of {pair.subject}.{pair.name} ({spelled(pair.type)})',
        consequence=f"the request fails with {_answer(pair)}",
        help=labels,
        witness=pair.text,
    )


def _answer(pair: MisvaluePair) -> str:
    if pair.long:
        return "22001 (value too long)"
    if isinstance(pair.type, Scalar) and pair.type.kind.startswith("int") and _INTEGER.match(pair.text):
        return "22003 (out of range)"
    return "22P02 (invalid input syntax)"


RULE = Rule("QRY006", "unreadable-value", "a value that the column's type cannot read", MisvaluePair, judge)
