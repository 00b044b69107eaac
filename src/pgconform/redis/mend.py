"""One entry brought back in line, or left: it is watched, judged once more, and changed only if it stayed so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from pgconform.redis.judge import Wrong, conforms, judge
from pgconform.redis.link import Link, Refused, Word, checked, is_error
from pgconform.redis.observe import typed, valueless
from pgconform.redis.plan import Plan

Outcome: TypeAlias = Literal[
    "refreshed", "evicted", "would be refreshed", "would be evicted", "changed", "gone", "mended", "left"
]
Commands: TypeAlias = Sequence[tuple[Word, ...]]
EVICTS = "UNLINK"
_READ = {"hash": ("HGETALL",), "redisjson": ("JSON.GET",)}


class Entry(NamedTuple):
    """An entry as it is now: its value, None where that is of another type, and milliseconds to live, -1 for ever."""

    key: bytes
    value: Any
    left: int


Decide: TypeAlias = Callable[[Plan, Entry], Commands | None]


def settle(link: Link, plan: Plan, key: bytes, decide: Decide, *, write: bool) -> Outcome:
    """What became of one entry. ``decide`` gives the commands that mend it, None to leave it.

    "changed": another client wrote it in between, and what that wrote stands. "gone": it is there no more. "mended": it
    conforms by now. "would be …": nothing was written because ``write`` is False.
    """
    link.ask("WATCH", key)
    try:
        entry, wrong = _looked(link, plan, key)
        if wrong is None:
            return "gone"
        if conforms(wrong):
            return "mended"
        commands = decide(plan, entry)
        if commands is None:
            return "left"
        evicts = commands[0][0] == EVICTS
        if not write:
            return "would be evicted" if evicts else "would be refreshed"
        if not _executed(link, commands):
            return "changed"
        return "evicted" if evicts else "refreshed"
    finally:
        link.ask("UNWATCH")


def _looked(link: Link, plan: Plan, key: bytes) -> tuple[Entry, list[Wrong] | None]:
    """The entry and what is wrong with it now; None: it is not there."""
    read = (*_READ.get(plan.contract.encoding, ("GET",)), key)
    kind, left, value = link.ask_all([("TYPE", key), ("PTTL", key), read])
    checked(kind)
    if valueless(value):
        return Entry(key, None, checked(left)), typed(plan, kind, value)
    return Entry(key, value, checked(left)), judge(plan, value)


def _executed(link: Link, commands: Commands) -> bool:
    """All of the commands, or none where the entry was written in between."""
    *queued, done = link.ask_all([("MULTI",), *commands, ("EXEC",)])
    if failed := next((reply for reply in queued if is_error(reply)), None):
        raise Refused(str(failed))
    if failed := next((reply for reply in checked(done) or () if is_error(reply)), None):
        raise Refused(str(failed))
    return done is not None


def evicted(plan: Plan, entry: Entry) -> Commands | None:
    """Drops an entry that can be made again; any other stays."""
    return [(EVICTS, entry.key)] if plan.contract.evictable else None
