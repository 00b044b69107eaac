"""Alerts made of the events that wait: grouped, held back while it is quiet or too soon, each event told once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
from sqlalchemy import func, insert, select, update

from pgconform.monitor.alerts.message import SHOWN, Alert, Section, Told
from pgconform.monitor.alerts.quiet import Window, is_quiet
from pgconform.monitor.alerts.wording import title
from pgconform.monitor.store.tables import alerts, changes, deliveries, events, findings, snapshots
from pgconform.monitor.values import iso, seconds

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, RowMapping

_WORDS = {"added": "+", "removed": "-", "changed": "~"}


class Manners(msgspec.Struct, frozen=True):
    """When people are told: after ``gather`` seconds, not again within ``cool_down``, not in ``quiet`` windows."""

    channels: tuple[str, ...] = ()
    gather: float = 0.0
    cool_down: float = 0.0
    quiet: tuple[Window, ...] = ()
    dashboard: str = ""


def compose(engine: Engine, manners: Manners, at: int) -> Alert | None:
    """The next alert, written down together with who is to get it; None while nobody is to be told."""
    if is_quiet(manners.quiet, at) or not _has_waiting(engine):
        return None
    with engine.begin() as connection:
        waiting = _waiting(connection, manners, at)
        if not waiting:
            return None
        by_target = groupby(waiting, key=lambda row: str(row["target"]))
        every = [_section(connection, name, list(rows)) for name, rows in by_target]
        sections = tuple(section for section in every if not section.empty)
        words = title(sections) if sections else ""
        alert = Alert(_id(waiting), iso(at), words, sections, url=_url(manners.dashboard, sections))
        connection.execute(insert(alerts).values(id=alert.id, at=at, body=msgspec.json.encode(alert)))
        numbers = [row["id"] for row in waiting]
        for start in range(0, len(numbers), 500):
            part = events.c.id.in_(numbers[start : start + 500])
            connection.execute(update(events).where(part).values(alert=alert.id))
        if sections and manners.channels:
            rows = [{"alert": alert.id, "channel": name, "due_at": at} for name in manners.channels]
            connection.execute(insert(deliveries), rows)
    return alert if sections else None


def _has_waiting(engine: Engine) -> bool:
    """Asked without taking the lock of whoever writes."""
    with engine.connect().execution_options(reading=True) as connection:
        return connection.scalar(select(events.c.id).where(events.c.alert.is_(None)).limit(1)) is not None


def _waiting(connection: Connection, manners: Manners, at: int) -> Sequence[RowMapping]:
    """The events of the targets that people may be told of now, by target and time."""
    alone = select(events.c.target, func.min(events.c.at).label("since")).where(events.c.alert.is_(None))
    since = {row.target: row.since for row in connection.execute(alone.group_by(events.c.target))}
    if not since:
        return ()
    last = select(events.c.target, func.max(alerts.c.at).label("at")).join(alerts, events.c.alert == alerts.c.id)
    told = {row.target: row.at for row in connection.execute(last.group_by(events.c.target))}
    due = [
        name
        for name, first in since.items()
        if first <= at - seconds(manners.gather) and told.get(name, 0) <= at - seconds(manners.cool_down)
    ]
    wanted = select(events).where(events.c.alert.is_(None), events.c.target.in_(due))
    return connection.execute(wanted.order_by(events.c.target, events.c.id)).mappings().all()


def _url(dashboard: str, sections: tuple[Section, ...]) -> str:
    """The page of the target, or the first page where there are several."""
    if not dashboard or not sections:
        return ""
    place = f"targets/{quote(sections[0].target, safe='')}" if len(sections) == 1 else ""
    return f"{dashboard.rstrip('/')}/{place}"


def _id(waiting: Iterable[RowMapping]) -> str:
    said = "\n".join(f"{row['id']} {row['target']} {row['at']} {row['kind']}" for row in waiting)
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def _section(connection: Connection, target: str, rows: list[RowMapping]) -> Section:
    by_kind: dict[str, list[RowMapping]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row)
    opened = {row["finding"] for row in by_kind.get("opened", ())}
    closed = {row["finding"] for row in by_kind.get("closed", ())}
    news, gone = _findings(connection, opened - closed), _findings(connection, closed - opened)
    state = _last(row for row in rows if row["kind"] in ("down", "up"))
    fault = _last(row for row in rows if row["kind"] in ("fault", "well"))
    down = state["kind"] == "down" if state else False
    return Section(
        target,
        state="down" if down else "up",
        problem=state["message"] if state and down else "",
        help=state["help"] if state and down else "",
        recovered=_over(connection, target, state, "down", "up"),
        fault=fault["message"] if fault else "",
        judged_again=_over(connection, target, fault, "fault", "well"),
        opened=tuple(map(_told, news[:SHOWN])),
        opened_total=len(news),
        opened_errors=sum(row["severity"] == "error" for row in news),
        closed=tuple(map(_told, gone[:SHOWN])),
        closed_total=len(gone),
        passing=len(opened & closed),
        hooks=tuple(row["message"] for row in by_kind.get("hook", ()))[:SHOWN],
        **_changed(connection, {row["snapshot"] for row in rows if row["snapshot"]}),
    )


def _over(connection: Connection, target: str, row: RowMapping | None, began: str, ended: str) -> bool:
    """The last event is an end, and people had heard of the beginning: who had not need not hear of the end."""
    if row is None or row["kind"] != ended:
        return False
    told = select(func.max(events.c.id)).where(events.c.target == target, events.c.alert.isnot(None))
    begun = connection.scalar(told.where(events.c.kind == began)) or 0
    return begun > (connection.scalar(told.where(events.c.kind == ended)) or 0)


def _last(rows: Iterable[RowMapping]) -> RowMapping | None:
    found = None
    for row in rows:
        found = row
    return found


def _findings(connection: Connection, numbers: set[Any]) -> list[RowMapping]:
    """The gravest first."""
    wanted = sorted(numbers)
    found: list[RowMapping] = []
    for start in range(0, len(wanted), 500):
        part = select(findings).where(findings.c.id.in_(wanted[start : start + 500]))
        found.extend(connection.execute(part).mappings())
    return sorted(found, key=lambda row: (row["rank"], row["place"], row["code"], row["id"]))


def _told(row: RowMapping) -> Told:
    return Told(row["code"], row["severity"], row["message"], row["place"], row["help"], row["subject"])


def _changed(connection: Connection, numbers: set[int]) -> dict[str, Any]:
    """How the schema changed in these snapshots, and by whom."""
    made = connection.execute(select(snapshots).where(snapshots.c.id.in_(numbers)).order_by(snapshots.c.id)).mappings()
    rows = [row for row in made if row["changes"]]
    if not rows:
        return {}
    order = select(changes).where(changes.c.snapshot.in_([row["id"] for row in rows])).order_by(changes.c.id)
    shown = connection.execute(order.limit(SHOWN)).mappings().all()
    said = {name: "; ".join(dict.fromkeys(row[name] for row in rows if row[name])) for name in _OF_SNAPSHOT}
    total = sum(row["changes"] for row in rows)
    return {**said, "changes": tuple(map(change_line, shown)), "changes_total": total}


_OF_SNAPSHOT = ("role", "application", "command", "migration")


def change_line(row: RowMapping) -> str:
    """``~ column public.documents.status  type: text → order_status``."""
    head = f"{_WORDS[row['what']]} {'' if row['kind'] == 'relation' else row['kind'] + ' '}{row['subject']}"
    if row["what"] == "changed":
        return f"{head}  {row['attribute'].replace('_', ' ')}: {_short(row['was'])} → {_short(row['is'])}"
    return head


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
