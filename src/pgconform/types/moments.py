"""Dates and times of Postgres, which go beyond Python's: infinity, years BC and past 9999, 24:00:00."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic_core import core_schema

from pgconform.support.patterns import deferred
from pgconform.types.core import Form, text

_T = TypeVar("_T", bound="Beyond")
_DAY = r"-?infinity|\d{4,7}-\d\d-\d\d"
_FAR_DAY = deferred(rf"({_DAY})( BC)?")
_FAR = deferred(rf"({_DAY})([T ]\d\d:\d\d:\d\d(\.\d+)?)?(?P<offset>[+-]\d\d(:\d\d){{0,2}}|Z)?( BC)?")
_MIDNIGHT = deferred(r"24:00:00(?P<offset>[+-]\d\d(:\d\d){0,2}|Z)?")


class Beyond:
    """A date or time of Postgres that Python cannot place: ``str()`` is its text, its value the nearest Python has."""

    text: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        return _marked, (type(self), _plain(self), self.text)

    def __eq__(self, other: object) -> bool:
        return self.text == other.text if isinstance(other, Beyond) else bool(super().__eq__(other))

    def __hash__(self) -> int:
        return hash(self.text)


class BeyondDatetime(Beyond, datetime):
    """A timestamp beyond Python's datetimes."""


class BeyondDate(Beyond, date):
    """A date beyond Python's."""


class BeyondTime(Beyond, time):
    """The end of the day, 24:00:00."""


def _plain(value: Any) -> tuple[Any, ...]:
    match value:
        case datetime():
            return (
                value.year,
                value.month,
                value.day,
                value.hour,
                value.minute,
                value.second,
                value.microsecond,
                value.tzinfo,
            )
        case date():
            return (value.year, value.month, value.day)
        case _:
            return (value.hour, value.minute, value.second, value.microsecond, value.tzinfo)


def _marked(kind: type[_T], parts: tuple[Any, ...], text: str) -> _T:
    value = kind(*parts)
    value.text = text
    return value


def _early(value: str) -> bool:
    return value.startswith("-") or value.endswith(" BC")


def _far(value: Any, aware: bool) -> datetime:
    found = _FAR.fullmatch(text(value, "a timestamp"))
    if found is None or (aware and "infinity" not in value and not found["offset"]):
        raise ValueError("this is no timestamp of Postgres" + (" with time zone" if aware else ""))
    if not aware and found["offset"]:
        raise ValueError("this timestamp has an offset")
    if (near := _within(value)) is not None:
        return near
    nearest = datetime.min if _early(value) else datetime.max
    return _marked(BeyondDatetime, (*_plain(nearest)[:7], UTC if aware else None), value)


def _within(value: str) -> datetime | None:
    """The moment, where Python can place it: of the text inside ranges and arrays, whose offset is ``+00``."""
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _aware(value: Any) -> datetime:
    if isinstance(value, datetime) and value in (datetime.min, datetime.max):
        return _far("-infinity" if value == datetime.min else "infinity", True)
    return _far(value, True)


def _naive(value: Any) -> datetime:
    return _far(value, False)


def _day(value: Any) -> date:
    if not _FAR_DAY.fullmatch(text(value, "a date")):
        raise ValueError("this is no date of Postgres")
    return _marked(BeyondDate, _plain(date.min if _early(value) else date.max), value)


def _end_of_day(value: Any) -> time:
    if text(value, "a time") != "24:00:00":
        raise ValueError("this is no time of Postgres")
    return _marked(BeyondTime, _plain(time.max), value)


def _offset_time(value: Any) -> time:
    found = _MIDNIGHT.fullmatch(text(value, "a time"))
    if found is None and value[2:3] == ":":
        return time.fromisoformat(value)
    if found is None:
        raise ValueError("this is no time of Postgres")
    offset = time.fromisoformat(f"00:00:00{found['offset'] or ''}").tzinfo
    return _marked(BeyondTime, (*_plain(time.max)[:4], offset), value)


def _written(value: date | time) -> str:
    return value.text if isinstance(value, Beyond) else value.isoformat()


def _form(wanted: str, schema: Callable[[], core_schema.CoreSchema], parse: Callable[[Any], Any], name: str) -> Form:
    return Form(wanted, schema, parse, _written, {"type": "string", "format": name}, Beyond)


Timestamptz: TypeAlias = Annotated[
    datetime,
    _form("a timestamp with offset", partial(core_schema.datetime_schema, tz_constraint="aware"), _aware, "date-time"),
]
Timestamp: TypeAlias = Annotated[
    datetime,
    _form(
        "a timestamp without offset", partial(core_schema.datetime_schema, tz_constraint="naive"), _naive, "date-time"
    ),
]
Date: TypeAlias = Annotated[date, _form("a date", core_schema.date_schema, _day, "date")]
Time: TypeAlias = Annotated[
    time, _form("a time without offset", partial(core_schema.time_schema, tz_constraint="naive"), _end_of_day, "time")
]
Timetz: TypeAlias = Annotated[
    time, _form("a time with offset", partial(core_schema.time_schema, tz_constraint="aware"), _offset_time, "time")
]
