"""One entry brought back in line, or left: it is watched, judged once more, and changed only if it stayed so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

from pgconform.redis.judge import Wrong, conforms, judge
from pgconform.redis.link import Link, Refused, Word, checked, is_error
from pgconform.redis.observe import typed
from pgconform.redis.plan import Plan

Outcome: TypeAlias = Literal["done", "would", "changed", "gone", "mended", "left"]
Commands: TypeAlias = Sequence[tuple[Word, ...]]
Decide: TypeAlias = Callable[[Plan, bytes, Any], Commands | None]
_READ = {"hash": ("HGETALL",), "redisjson": ("JSON.GET",)}


def settle(link: Link, plan: Plan, key: bytes, decide: Decide, *, write: bool) -> Outcome:
    """What became of one entry. ``decide`` gives the commands that mend it, None to leave it.

    "changed": another client wrote it in between, and what that wrote stands. "gone": it is there no more. "mended": it
    conforms by now. "would": nothing was written because ``write`` is False.
    """
    link.ask("WATCH", key)
    try:
        value, wrong = _looked(link, plan, key)
        if wrong is None:
            return "gone"
        if conforms(wrong):
            return "mended"
        commands = decide(plan, key, value)
        if commands is None:
            return "left"
        if not write:
            return "would"
        return "done" if _executed(link, commands) else "changed"
    finally:
        link.ask("UNWATCH")


def _looked(link: Link, plan: Plan, key: bytes) -> tuple[Any, list[Wrong] | None]:
    """The entry and what is wrong with it now; None: it is not there."""
    kind, value = link.ask_all([("TYPE", key), (*_READ.get(plan.contract.encoding, ("GET",)), key)])
    if is_error(value) or value in (None, []):
        return None, typed(plan, checked(kind).decode())
    return value, judge(plan, value)


def _executed(link: Link, commands: Commands) -> bool:
    """All of the commands, or none where the entry was written in between."""
    *queued, done = link.ask_all([("MULTI",), *commands, ("EXEC",)])
    if failed := next((reply for reply in queued if is_error(reply)), None):
        raise Refused(str(failed))
    if failed := next((reply for reply in checked(done) or () if is_error(reply)), None):
        raise Refused(str(failed))
    return done is not None


def evicted(plan: Plan, key: bytes, _value: Any) -> Commands | None:
    """Drops an entry that can be made again; any other stays."""
    return [("UNLINK", key)] if plan.contract.evictable else None
