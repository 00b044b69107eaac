"""The one line that says what is being done, and how far it is."""

from __future__ import annotations

from rich.text import Text

from pgconform.support.telling import Far

_TURN = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PLAIN_TURN = "|/-\\"
_TURNS = 10
"""A second."""
_BAR = 24
_LEAST = 8


def line(doing: str | Far, seconds: float, width: int, *, wide: bool = True) -> Text:
    """What is being done since so many seconds, on one line of that width; ``wide``: not only in ASCII."""
    turns = _TURN if wide else _PLAIN_TURN
    head = Text(turns[int(seconds * _TURNS) % len(turns)] + " ", style="green")
    if isinstance(doing, Far):
        found = head.append_text(_far(doing, width - 2, wide=wide))
    else:
        found = head.append(doing, style="none").append(f" {_clock(seconds)}", style="yellow")
    found.truncate(width - 1, overflow="ellipsis" if wide else "crop")
    return found


def _far(far: Far, width: int, *, wide: bool) -> Text:
    """As much as there is room for: the share and the time left always, the bar before the other words."""
    dot = " · " if wide else " - "
    share = f"{100 * far.share:3.0f} %" if far.total else ""
    left = f"{_spent(far.left)} left" if far.total and far.rate else ""
    count = f"{far.done:,} of ~{far.total:,} {far.things}" if far.total else f"{far.done:,} {far.things}"
    rate = f"{far.rate:,.0f} a second" if far.rate else ""
    words = [word for word in (share, count, rate, left, far.said) if word]
    for dropped in (far.said, count, rate):
        room = width - sum(len(word) + len(dot) for word in words)
        if room >= _LEAST or dropped not in words:
            continue
        words.remove(dropped)
    room = width - sum(len(word) + len(dot) for word in words)
    found = Text(dot.join(words))
    if not far.total or room < _LEAST:
        return found
    return _bar(far.share, min(room, _BAR), wide=wide).append(" ").append_text(found)


def _bar(share: float, width: int, *, wide: bool) -> Text:
    full = int(share * width)
    done, rest = ("━", "━") if wide else ("#", "-")
    return Text(done * full, style="green").append(rest * (width - full), style="bright_black")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _spent(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
