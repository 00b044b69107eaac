"""Whether the schema of a live database changed: a cheap digest to poll, and what event triggers tell of DDL.

`fingerprint` changes with every DDL, and now and then without one: who sees another reads the schema and compares.
`changes` waits for what the trigger of ``pgconform install-trigger`` tells, or Supabase's own for PostgREST; both need
a session of their own, which a pooler in transaction mode is not. Connections must be in autocommit.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pgconform.sources.postgres.catalogue import query
from pgconform.sources.postgres.names import quoted

if TYPE_CHECKING:
    import psycopg

OWN: Final = "pgconform"
POSTGREST: Final = "pgrst"
SETTLE: Final = 0.2
"""Seconds without news after which a migration counts as done."""
_LONGEST: Final = 5.0


class Change(msgspec.Struct, frozen=True):
    """One command that changed the schema, as far as the channel tells: PostgREST's says only that there was one.

    ``objects`` are at most 20, in Postgres' own words (``public.documents``); ``at`` is the transaction's time, ISO.
    """

    channel: str
    command: str = ""
    objects: tuple[str, ...] = ()
    role: str = ""
    application: str = ""
    at: str = ""


class _Told(msgspec.Struct, frozen=True):
    command: str = ""
    objects: tuple[str, ...] = ()
    role: str = ""
    application: str | None = None
    at: str = ""


def trigger(schema: str = "public") -> str:
    """The migration that installs the event triggers, with their function in this schema."""
    text = (Path(__file__).parent / "trigger.sql").read_text(encoding="utf-8")
    return text.replace("{schema}", quoted(schema))


def told(channel: str, payload: str) -> Change | None:
    """What a notification says; None where it is not of the schema."""
    if channel == POSTGREST:
        return None if payload == "reload config" else Change(channel)
    try:
        said = msgspec.json.decode(payload, type=_Told)
    except msgspec.MsgspecError:
        return Change(channel)
    return Change(channel, said.command, said.objects, said.role, said.application or "", said.at)


def fingerprint(connection: psycopg.Connection[Any]) -> str:
    """A digest of all that DDL writes: while it is the same, so is the schema."""
    return str(connection.execute(query("fingerprint").encode()).fetchall()[0][0])


def channels(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """The channels on which this database tells of DDL; none where no trigger is installed, and only polling helps."""
    return tuple(row[0] for row in connection.execute(query("channels").encode()).fetchall())


def listen(connection: psycopg.Connection[Any], names: Iterable[str] = (OWN, POSTGREST)) -> None:
    """Hear what is told on these channels from now on."""
    for name in names:
        connection.execute(f"listen {quoted(name)}".encode())


def changes(connection: psycopg.Connection[Any], timeout: float, settle: float = SETTLE) -> tuple[Change, ...]:
    """What is told within ``timeout`` seconds; once something was, until ``settle`` seconds pass in silence.

    Who never falls silent is heard for five seconds. Empty when nothing was told.
    """
    found: list[Change] = []
    until = time.monotonic() + timeout
    while (left := until - time.monotonic()) > 0:
        news = list(connection.notifies(timeout=min(settle, left) if found else left, stop_after=1))
        if found and not news:
            break
        if not found and news:
            until = time.monotonic() + _LONGEST
        found += [change for item in news if (change := told(item.channel, item.payload))]
    return tuple(found)
