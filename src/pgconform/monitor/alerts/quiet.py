"""Windows in which nobody is told: ``Sun 02:00-04:00`` or ``23:30-00:30`` (every day), in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from pgconform.config import Project
from pgconform.support.patterns import deferred

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = deferred(r"(?:(?P<day>[A-Za-z]{3}) )?(?P<from>\d\d:\d\d)-(?P<to>\d\d:\d\d)")


class Window(msgspec.Struct, frozen=True):
    """``day`` is 0 for Monday, None for every day; the minutes count from midnight. It may end on the next day."""

    day: int | None
    start: int
    end: int

    def holds(self, at: datetime) -> bool:
        length = (self.end - self.start) % 1440
        for back in (0, 1):
            day = at - timedelta(days=back)
            since = (at - day.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() / 60 - self.start
            if self.day in (None, day.weekday()) and 0 <= since < length:
                return True
        return False


def windows(project: Project, said: Iterable[str]) -> tuple[Window, ...]:
    """The windows of the settings. Raises `Problem` for one that is none."""
    return tuple(_window(project, one) for one in said)


def is_quiet(given: Iterable[Window], at: int) -> bool:
    """Whether one of them holds a moment (in microseconds)."""
    moment = datetime.fromtimestamp(at / 1_000_000, UTC)
    return any(window.holds(moment) for window in given)


def _window(project: Project, text: str) -> Window:
    found = _WINDOW.fullmatch(text.strip())
    day = (found["day"] or "").lower() if found else ""
    ends = [_minutes(found[name]) for name in ("from", "to")] if found else []
    if not found or (day and day not in DAYS) or None in ends or ends[0] == ends[1]:
        raise project.problem(
            "monitor.quiet", f"{text} is no window of time", "it reads  Sun 02:00-04:00  or  02:00-04:00"
        )
    return Window(DAYS.index(day) if day else None, ends[0] or 0, ends[1] or 0)


def _minutes(text: str) -> int | None:
    hour, minute = (int(part) for part in text.split(":"))
    return hour * 60 + minute if hour < 24 and minute < 60 else None
