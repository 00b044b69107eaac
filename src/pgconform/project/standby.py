"""A process that makes ready to look at Python files while this one still finds out what it is asked for.

It is begun before much else is imported, and so this module imports little.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from pgconform.support.forked import Asked, Forked, Tell, forked

_standing: list[Forked] = []


def _look(asked: Asked, tell: Tell) -> None:
    from pgconform.project.ahead import look

    look(asked, tell)


@contextlib.contextmanager
def standing_by() -> Iterator[None]:
    """Inside, a process stands ready to look at the first project that asks for it."""
    if process := forked(_look):
        _standing.append(process)
    try:
        yield
    finally:
        while _standing:
            _standing.pop().stop()


def standing() -> Forked | None:
    """The process that stands ready, which is nobody else's then."""
    return _standing.pop() if _standing else None


def begun() -> Forked | None:
    """A process that begins to make ready now; None where there can be none."""
    return forked(_look)
