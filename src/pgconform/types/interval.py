"""Intervals: a timedelta, which knows no months, and a timedelta that remembers them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, TypeAlias

from pydantic_core import core_schema

from pgconform.support.patterns import deferred
from pgconform.types.core import Form, text

_PARTS = deferred(
    r"(?:(?P<years>[+-]?\d+) years?\s*)?(?:(?P<months>[+-]?\d+) mons?\s*)?(?:(?P<days>[+-]?\d+) days?\s*)?"
    r"(?:(?P<sign>[+-])?(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d(?:\.\d+)?))?"
)


class CalendarInterval(timedelta):
    """An interval with months, or with days and a time of opposite signs; ``text`` is exact.

    As a timedelta its months are 30 days each, as Postgres compares them. ``months`` counts years in; the days and the
    time that come on top of them are ``rest``.
    """

    months: int
    rest: timedelta
    text: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"CalendarInterval({self.text!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _parsed, (self.text,)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CalendarInterval):
            return self.text == other.text
        return super().__eq__(other)

    __hash__ = timedelta.__hash__


def _parsed(value: Any) -> timedelta:
    found = _PARTS.fullmatch(text(value, "an interval"))
    if found is None or not value.strip():
        raise ValueError("this is no interval in Postgres' own style")
    part = {name: int(found[name] or 0) for name in ("years", "months", "days", "hours", "minutes")}
    sign = -1 if found["sign"] == "-" else 1
    clock = timedelta(hours=part["hours"], minutes=part["minutes"], seconds=float(found["seconds"] or 0))
    rest = timedelta(days=part["days"]) + sign * clock
    months = part["years"] * 12 + part["months"]
    mixed = bool(clock) and part["days"] * sign < 0
    return _as_written(months, rest, value) if months or mixed else rest


def _as_written(months: int, rest: timedelta, value: str) -> CalendarInterval:
    whole = timedelta(days=30 * months) + rest
    interval = CalendarInterval(whole.days, whole.seconds, whole.microseconds)
    interval.months, interval.rest, interval.text = months, rest, value
    return interval


def _written(value: timedelta) -> str:
    if isinstance(value, CalendarInterval):
        return value.text
    seconds, micros = value.seconds, value.microseconds
    return f"{value.days} days +{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{micros:06}"


Interval: TypeAlias = Annotated[
    timedelta,
    Form(
        "an interval",
        core_schema.timedelta_schema,
        _parsed,
        _written,
        {"type": "string", "title": "Interval"},
        CalendarInterval,
    ),
]
