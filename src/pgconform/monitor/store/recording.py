"""One look at a target, written down whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import insert, select, update

from pgconform.drift.differences import Difference, differences
from pgconform.finding import Finding, Severity
from pgconform.monitor.store import contents
from pgconform.monitor.store.events import Event, Kind, told, told_of
from pgconform.monitor.store.tables import changes, findings, hooks, snapshots, targets
from pgconform.monitor.values import Observation, Verdict, now
from pgconform.project.owned import owned

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from pgconform.targets import MonitorConfig

_LONGEST = 2000
_BATCH = 500


class Recorded(msgspec.Struct, frozen=True):
    """What a look came to: the snapshot, if the schema is another than the last time, and how many findings moved.

    Notes move uncounted.
    """

    snapshot: int | None = None
    changes: int = 0
    first: bool = False
    opened: int = 0
    closed: int = 0


class Looked(msgspec.Struct, frozen=True):
    """A target's name, what of it is safe to show, what runs when its schema changes, and how it was looked at."""

    name: str
    origin: str
    commands: tuple[str, ...]
    seen: Observation
    verdict: Verdict | None = None
    seconds: float = 0.0


def record(engine: Engine, looked: Looked, config: MonitorConfig) -> Recorded:
    """Writes a look down in one transaction: snapshot, changes, hooks to run, findings opened and closed, events."""
    with engine.begin() as connection:
        before = _target(connection, looked.name, looked.seen.at)
        snapshot, found, first = _snapshot(connection, looked)
        opened, closed = 0, 0
        if looked.verdict and not looked.verdict.fault:
            where = snapshot or before["snapshot"]
            opened, closed = _findings(connection, looked, looked.verdict, where, config)
        _standing(connection, looked, snapshot, before)
        return Recorded(snapshot, found, first, opened, closed)


def failed(engine: Engine, name: str, problem: str, help: str, config: MonitorConfig) -> int:  # noqa: A002
    """Writes down that a target could not be read; how often in a row."""
    at = now()
    with engine.begin() as connection:
        before = _target(connection, name, at)
        failures = int(before["failures"]) + 1
        down = failures >= config.unreachable_after
        row: dict[str, Any] = {"failures": failures, "problem": problem, "help": help}
        if down and before["state"] != "down":
            row |= {"state": "down", "since": at}
        if down and before["told"] != "down":
            told(connection, Event(name, "down", at, message=problem, help=help))
            row["told"] = "down"
        connection.execute(update(targets).where(targets.c.name == name).values(row))
    return failures


def touched(engine: Engine, name: str) -> None:
    """Writes down that a target was looked at and that nothing had changed."""
    with engine.begin() as connection:
        connection.execute(update(targets).where(targets.c.name == name).values(seen_at=now()))


def _target(connection: Connection, name: str, at: int) -> dict[str, Any]:
    """The target's row as it is, made where there is none; locked until the end of the transaction."""
    found = connection.execute(select(targets).where(targets.c.name == name).with_for_update()).mappings().first()
    if found is None:
        connection.execute(insert(targets).values(name=name, since=at))
        found = connection.execute(select(targets).where(targets.c.name == name)).mappings().one()
    return dict(found)


def _snapshot(connection: Connection, looked: Looked) -> tuple[int | None, int, bool]:
    """The new snapshot if the schema differs from the last, how much it differs, and whether it is the first."""
    seen = looked.seen
    order = (snapshots.c.at.desc(), snapshots.c.id.desc())
    last = connection.execute(select(snapshots).where(snapshots.c.target == looked.name).order_by(*order).limit(1))
    before = last.mappings().first()
    if before is not None and before["fingerprint"] == seen.fingerprint:
        return None, 0, False
    found: tuple[Difference, ...] = ()
    if before is not None:
        then = contents.get_schema(connection, before["content"])
        found = tuple(differences(owned(seen.truth, seen.schemas), owned(then, seen.schemas)))
    identity = connection.execute(insert(snapshots).values(_row(connection, looked, len(found)))).inserted_primary_key
    assert identity is not None
    number = int(identity[0])
    if found:
        connection.execute(insert(changes), [_change(number, one) for one in found])
    if before is not None and looked.commands:
        rows = [{"snapshot": number, "place": place, "command": one} for place, one in enumerate(looked.commands)]
        connection.execute(insert(hooks), rows)
    return number, len(found), before is None


def _row(connection: Connection, looked: Looked, count: int) -> dict[str, Any]:
    seen = looked.seen
    news = [item for item in seen.news if item.command]
    return {
        "target": looked.name,
        "at": seen.at,
        "fingerprint": seen.fingerprint,
        "content": contents.put_schema(connection, seen.truth),
        "relations": len(owned(seen.truth, seen.schemas).relations),
        "changes": count,
        "server": seen.truth.server,
        "cause": "told" if seen.news else "polled",
        "role": _joined(item.role for item in news),
        "application": _joined(item.application for item in news),
        "command": _joined(" ".join((item.command, *item.objects)) for item in news),
        "migration": seen.migration,
    }


def _joined(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(word for word in words if word))[:_LONGEST]


def _change(snapshot: int, found: Difference) -> dict[str, Any]:
    at = found.now_at or found.then_at
    return {
        "snapshot": snapshot,
        "kind": found.kind,
        "subject": found.subject,
        "relation": found.relation,
        "what": found.what,
        "attribute": found.attribute,
        "was": found.then[:_LONGEST],
        "is": found.now[:_LONGEST],
        "perhaps": found.perhaps,
        "place": str(at) if at else "",
    }


def _findings(
    connection: Connection, looked: Looked, verdict: Verdict, snapshot: int | None, config: MonitorConfig
) -> tuple[int, int]:
    """Opens what is new, closes what is gone; how many of each, without notes."""
    wanted = dict(_keyed(verdict.findings))
    still = select(findings.c.id, findings.c.key, findings.c.rank, findings.c.place)
    mine = (findings.c.target == looked.name, findings.c.closed_at.is_(None), findings.c.code.notin_(verdict.unasked))
    rows = connection.execute(still.where(*mine)).all()
    known = {row.key: row for row in rows}
    fresh = [(key, wanted[key]) for key in sorted(wanted.keys() - known.keys())]
    gone = [known[key] for key in sorted(known.keys() - wanted.keys())]
    _open(connection, looked, fresh, snapshot, config)
    _close(connection, looked, gone, snapshot, config)
    for key in wanted.keys() & known.keys():
        if (place := _place(wanted[key])) != known[key].place:
            connection.execute(update(findings).where(findings.c.id == known[key].id).values(place=place))
    grave = [finding for _, finding in fresh if finding.severity is not Severity.INFO]
    return len(grave), sum(row.rank < Severity.INFO.rank for row in gone)


def _open(
    connection: Connection,
    looked: Looked,
    fresh: list[tuple[str, Finding]],
    snapshot: int | None,
    config: MonitorConfig,
) -> None:
    if not fresh:
        return
    same = {"target": looked.name, "opened_at": looked.seen.at, "opened_in": snapshot}
    adding = insert(findings).returning(findings.c.id, sort_by_parameter_order=True)
    numbers = connection.scalars(adding, [{"key": key, **same, **_said(finding)} for key, finding in fresh]).all()
    pairs = zip(numbers, fresh, strict=True)
    grave = [number for number, (_, finding) in pairs if finding.severity.rank <= config.alert_on.rank]
    told_of(connection, Event(looked.name, "opened", looked.seen.at, snapshot), grave)


def _close(
    connection: Connection, looked: Looked, gone: list[Any], snapshot: int | None, config: MonitorConfig
) -> None:
    at = looked.seen.at
    for start in range(0, len(gone), _BATCH):
        part = findings.c.id.in_([row.id for row in gone[start : start + _BATCH]])
        connection.execute(update(findings).where(part).values(closed_at=at, closed_in=snapshot))
    grave = [row.id for row in gone if row.rank <= config.alert_on.rank]
    told_of(connection, Event(looked.name, "closed", at, snapshot), grave)


def _keyed(said: Iterable[Finding]) -> Iterator[tuple[str, Finding]]:
    """Each by its fingerprint; the second of the same one is told apart by its number."""
    seen: Counter[str] = Counter()
    for finding in said:
        key = finding.fingerprint
        seen[key] += 1
        yield (key if seen[key] == 1 else f"{key}:{seen[key]}"), finding


def _said(finding: Finding) -> dict[str, Any]:
    same = ("code", "name", "source", "relation", "subject", "holder", "message", "consequence", "help")
    return {name: getattr(finding, name) for name in same} | {
        "severity": finding.severity.value,
        "rank": finding.severity.rank,
        "place": _place(finding),
        "truth_place": str(finding.truth_at) if finding.truth_at else "",
    }


def _place(finding: Finding) -> str:
    return str(finding.at) if finding.at else ""


def _standing(connection: Connection, looked: Looked, snapshot: int | None, before: dict[str, Any]) -> None:
    """The target as it stands now: it could be read, and what it claims could be judged or not."""
    seen, verdict = looked.seen, looked.verdict
    row: dict[str, Any] = {
        "origin": looked.origin,
        "server": seen.truth.server,
        "seen_at": seen.at,
        "signal": seen.signal,
        "failures": 0,
        "problem": "",
        "help": "",
        "seconds": looked.seconds,
    }
    if snapshot is not None:
        row["snapshot"] = snapshot
    if before["state"] != "up":
        row |= {"state": "up", "since": seen.at}
    if before["told"] == "down":
        told(connection, Event(looked.name, "up", seen.at))
        row["told"] = "up"
    if verdict is not None:
        row |= _judged(connection, verdict, looked, before)
    connection.execute(update(targets).where(targets.c.name == looked.name).values(row))


def _judged(connection: Connection, verdict: Verdict, looked: Looked, before: dict[str, Any]) -> dict[str, Any]:
    at = looked.seen.at
    if verdict.fault != before["fault"]:
        kind: Kind = "fault" if verdict.fault else "well"
        told(connection, Event(looked.name, kind, at, message=verdict.fault, help=verdict.help))
    if verdict.fault:
        return {"fault": verdict.fault}
    uses = contents.put(connection, verdict.uses) if verdict.uses else ""
    counts = {"judged": verdict.judged, "unjudged": verdict.unjudged}
    return {"fault": "", "checked_at": at, "uses": uses, **counts}
