"""SQL008: a constant that is sent for a parameter whose type does not take it."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.rules._wording import quoted, spelled
from pgconform.rules.registry import Rule
from pgconform.shape import Labels
from pgconform.sql.parameters import ParameterPair


def judge(pair: ParameterPair) -> Iterator[Finding]:
    labels = f"the labels are {quoted(pair.type.values)}" if isinstance(pair.type, Labels) else ""
    yield Finding(
        Severity.ERROR,
        f'"{pair.text}" is sent for a parameter of type {spelled(pair.type)}',
        consequence="asyncpg refuses it: DataError" if pair.by_driver else "the statement fails with 22P02",
        help=labels or ("send a value of that type, or cast the parameter: $1::text" if pair.by_driver else ""),
        witness=pair.text,
    )


RULE = Rule("SQL008", "refused-parameter", "a value that a parameter's type does not take", ParameterPair, judge)
