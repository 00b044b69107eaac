"""The audit as data: changes, findings, outages, commands and alerts of a span of time, by target."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, select

from pgconform.errors import Problem
from pgconform.monitor.alerts.composing import change_line
from pgconform.monitor.store.reading import changes_of, reading, standings, timeline
from pgconform.monitor.store.tables import deliveries, events, findings, hooks, snapshots
from pgconform.monitor.values import iso, moment, now, seconds
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from sqlalchemy import Engine, RowMapping

VERSION = 1
_MOST = 1000
_SPAN = deferred(r"(\d+)\s*([hdw])")
_EARLIEST = seconds(datetime.min.replace(tzinfo=UTC).timestamp())
_UNITS = {"h": 3600.0, "d": 86_400.0, "w": 604_800.0}


class Changed(msgspec.Struct, frozen=True):
    """One change of a schema: ``lines`` are its parts in words."""

    at: str
    snapshot: int
    count: int
    who: str
    command: str
    migration: str
    lines: tuple[str, ...]


class Noted(msgspec.Struct, frozen=True):
    """One finding: ``closed_at`` is "" while it is open."""

    code: str
    severity: str
    message: str
    place: str
    relation: str
    opened_at: str
    closed_at: str


class Part(msgspec.Struct, frozen=True):
    """One target: how it stands now, and what happened to it."""

    target: str
    origin: str
    state: str
    since: str
    problem: str
    server: str
    relations: int
    errors: int
    warnings: int
    judged: int
    unjudged: int
    changes: tuple[Changed, ...]
    opened: tuple[Noted, ...]
    closed: tuple[Noted, ...]
    still_open: tuple[Noted, ...]
    outages: tuple[str, ...]
    hooks_failed: tuple[str, ...]


class Audit(msgspec.Struct, frozen=True):
    """Everything between two moments (UTC, ISO 8601). ``undelivered`` says which alerts did not arrive, and why."""

    since: str
    until: str
    targets: tuple[Part, ...]
    undelivered: tuple[str, ...]
    version: int = VERSION


def span(text: str) -> int:
    """``7d``, ``24h``, ``2w`` or a date (``2026-11-01``) as the moment it began. Raises `Problem` for what is none."""
    if found := _SPAN.fullmatch(text.strip()):
        return max(now() - seconds(int(found[1]) * _UNITS[found[2]]), _EARLIEST)
    try:
        began = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Problem(f"{text} is no span of time", "it reads  7d, 24h, 2w  or  2026-11-01") from None
    moment = seconds((began if began.tzinfo else began.replace(tzinfo=UTC)).timestamp())
    if moment > now():
        raise Problem(f"{text} is yet to come", "name a day that is over, or a span of time:  7d")
    return moment


def audit(engine: Engine, since: int) -> Audit:
    """What happened since then."""
    until = now()
    parts = tuple(_part(engine, row, since) for row in standings(engine))
    with reading(engine) as connection:
        lost = select(deliveries.c.channel, deliveries.c.problem, func.count().label("times"))
        lost = lost.where(deliveries.c.state != "sent", deliveries.c.problem != "")
        rows = connection.execute(lost.group_by(deliveries.c.channel, deliveries.c.problem).order_by("channel")).all()
    told = tuple(f"{row.channel}: {row.problem} ({row.times} undelivered)" for row in rows)
    return Audit(iso(since), iso(until), parts, told)


def _part(engine: Engine, row: RowMapping, since: int) -> Part:
    name = row["name"]
    opened = _findings(engine, name, findings.c.opened_at >= since)
    closed = _findings(engine, name, findings.c.closed_at >= since)
    older = _findings(engine, name, findings.c.closed_at.is_(None), findings.c.opened_at < since)
    same = ("origin", "state", "problem", "server", "errors", "warnings", "judged", "unjudged")
    return Part(
        name,
        **{key: row[key] for key in same},
        since=iso(row["since"]),
        relations=row["relations"] or 0,
        changes=_changes(engine, name, since),
        opened=opened,
        closed=closed,
        still_open=older,
        outages=_outages(engine, name, since),
        hooks_failed=_hooks(engine, name, since),
    )


def _changes(engine: Engine, target: str, since: int) -> tuple[Changed, ...]:
    rows = [row for row in timeline(engine, target, since=since, limit=_MOST) if row["changes"]]
    parts = changes_of(engine, [row["id"] for row in rows])
    return tuple(
        Changed(
            iso(row["at"]),
            row["id"],
            row["changes"],
            who(row),
            row["command"],
            row["migration"],
            tuple(map(change_line, parts[row["id"]])),
        )
        for row in rows
    )


def who(row: RowMapping) -> str:
    """``alice (psql)``; "" where the database did not tell."""
    return f"{row['role']} ({row['application']})" if row["application"] and row["role"] else row["role"]


def _findings(engine: Engine, target: str, *wanted: Any) -> tuple[Noted, ...]:
    asked = select(findings).where(findings.c.target == target, findings.c.severity != "info", *wanted)
    asked = asked.order_by(findings.c.rank, findings.c.place, findings.c.id).limit(_MOST)
    with reading(engine) as connection:
        return tuple(_noted(row) for row in connection.execute(asked).mappings())


def _noted(row: RowMapping) -> Noted:
    closed = iso(row["closed_at"]) if row["closed_at"] else ""
    said = (row["message"], row["place"], row["relation"], iso(row["opened_at"]), closed)
    return Noted(row["code"], row["severity"], *said)


def _outages(engine: Engine, target: str, since: int) -> tuple[str, ...]:
    asked = select(events).where(events.c.target == target, events.c.at >= since, events.c.kind.in_(("down", "up")))
    with reading(engine) as connection:
        rows = connection.execute(asked.order_by(events.c.id)).mappings()
        return tuple(f"{moment(row['at'])} {row['kind']}{_why(row['message'])}" for row in rows)


def _why(message: str) -> str:
    return f": {message}" if message else ""


def _hooks(engine: Engine, target: str, since: int) -> tuple[str, ...]:
    asked = select(hooks).join(snapshots).where(snapshots.c.target == target, hooks.c.state == "failed")
    with reading(engine) as connection:
        rows = connection.execute(asked.where(hooks.c.started_at >= since).order_by(hooks.c.id)).mappings()
        return tuple(f"{moment(row['started_at'])} {row['command']}" for row in rows)


def minute(at: str) -> str:
    """A moment as people write it."""
    return at[:16].replace("T", " ")
