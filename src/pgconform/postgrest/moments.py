"""Whether Postgres can read a text as a date, a time or an interval."""

from __future__ import annotations

import re
from calendar import monthrange

from pgconform.support.patterns import deferred

_WORD = deferred(r"now|today|tomorrow|yesterday|epoch|infinity|allballs", re.IGNORECASE)
_NUMBER = deferred(r"\s*([+-]?)([0-9]*)(?:(\.)[0-9]*)?\s*\Z")
_DATE = deferred(r"\s*([0-9]{4})-([0-9]{2})-([0-9]{2})(?:\Z|[T\s])")
_CLOCK = deferred(r"\s*([0-9]{1,2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]*)?)?\s*\Z")
_MONTHS, _DAYS = range(1, 13), range(1, 32)
_DATED = (6, 8)
_TIMED = (4, 6)
_LONGEST = 13
"""A longer number may be a date and a time in one."""
_HOURS, _MINUTES = 24, 59


def moment(text: str) -> bool | None:
    """A date, perhaps with a time: no number but year, month and day in one, no word but those that stand for one."""
    if not any(map(str.isdigit, text)):
        return None if _WORD.search(text) else False
    if date := _DATE.match(text):
        year, month, day = map(int, date.groups())
        return None if month in _MONTHS and (year == 0 or 0 < day <= monthrange(year, month)[1]) else False
    number = _NUMBER.match(text)
    if number is None or len(number[2]) > _LONGEST:
        return False if _CLOCK.match(text) else None
    sign, digits, point = number.groups()
    if sign or point or len(digits) not in _DATED:
        return False
    return None if int(digits[-4:-2]) in _MONTHS and int(digits[-2:]) in _DAYS else False


def time_of_day(text: str) -> bool | None:
    """A time: no number but hour, minute and perhaps second in one, and no date by itself."""
    if not any(map(str.isdigit, text)):
        return None if _WORD.search(text) else False
    if clock := _CLOCK.match(text):
        return None if int(clock[1]) <= _HOURS and int(clock[2]) <= _MINUTES else False
    if (date := _DATE.match(text)) and date.end() == len(text) and text[-1].isdigit():
        return False
    number = _NUMBER.match(text)
    if number is None:
        return None
    sign, digits, _ = number.groups()
    return False if sign or len(digits) not in _TIMED else None


def interval(text: str) -> bool | None:
    """A span of time has a number in it, or has no end."""
    if any(map(str.isdigit, text)) or "." in text or "inf" in text.lower():
        return None
    return False
