"""Questions to the history. Nothing here writes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pgconform.monitor.store import contents
from pgconform.monitor.store.tables import changes, findings, snapshots, targets

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, RowMapping

    from pgconform.schema import Schema


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, and that no writer has to wait for."""
    with engine.connect().execution_options(reading=True) as connection:
        yield connection


def open_counts(engine: Engine, names: Iterable[str] = ()) -> dict[str, int]:
    """How many findings are open, by severity; of these targets, or of all."""
    asked = select(findings.c.severity, func.count().label("count")).where(findings.c.closed_at.is_(None))
    if wanted := tuple(names):
        asked = asked.where(findings.c.target.in_(wanted))
    with reading(engine) as connection:
        rows = connection.execute(asked.group_by(findings.c.severity))
        return {row.severity: row[1] for row in rows}


def standings(engine: Engine) -> list[RowMapping]:
    """Every target as it stands, by name, with how many ``errors``, ``warnings`` and ``notes`` are open."""
    counted = [
        func.count().filter(findings.c.severity == severity).label(name)
        for severity, name in (("error", "errors"), ("warning", "warnings"), ("info", "notes"))
    ]
    open_ = select(findings.c.target, *counted).where(findings.c.closed_at.is_(None))
    by_target = open_.group_by(findings.c.target).subquery()
    counts = [func.coalesce(by_target.c[name], 0).label(name) for name in ("errors", "warnings", "notes")]
    seen = (snapshots.c.relations, snapshots.c.at.label("changed_at"), snapshots.c.fingerprint, snapshots.c.content)
    asked = select(targets, *counts, *seen).select_from(
        targets.outerjoin(by_target, by_target.c.target == targets.c.name).outerjoin(
            snapshots, snapshots.c.id == targets.c.snapshot
        )
    )
    with reading(engine) as connection:
        return list(connection.execute(asked.order_by(targets.c.name)).mappings())


def timeline(engine: Engine, target: str = "", *, since: int = 0, limit: int = 50, offset: int = 0) -> list[RowMapping]:
    """Snapshots, the newest first; of one target, or of all."""
    asked = select(snapshots).where(snapshots.c.at >= since)
    if target:
        asked = asked.where(snapshots.c.target == target)
    order = asked.order_by(snapshots.c.at.desc(), snapshots.c.id.desc()).limit(limit).offset(offset)
    with reading(engine) as connection:
        return list(connection.execute(order).mappings())


def changes_of(engine: Engine, numbers: Iterable[int], limit: int = 10_000) -> dict[int, list[RowMapping]]:
    """How each of these snapshots differs from the one before it; at most ``limit`` changes of all together."""
    found: dict[int, list[RowMapping]] = {number: [] for number in numbers}
    asked = select(changes).where(changes.c.snapshot.in_(list(found))).order_by(changes.c.id).limit(limit)
    with reading(engine) as connection:
        for row in connection.execute(asked).mappings():
            found[row["snapshot"]].append(row)
    return found


def changes_to(engine: Engine, names: Iterable[str], target: str = "") -> list[RowMapping]:
    """Every change to what has one of these qualified names, or stands in a relation that has, the newest first."""
    wanted = list(names)
    of = (snapshots.c.target, snapshots.c.at, snapshots.c.role, snapshots.c.application, snapshots.c.command)
    asked = select(changes, *of, snapshots.c.migration).join(snapshots, snapshots.c.id == changes.c.snapshot)
    asked = asked.where(changes.c.subject.in_(wanted) | changes.c.relation.in_(wanted))
    if target:
        asked = asked.where(snapshots.c.target == target)
    with reading(engine) as connection:
        rows = connection.execute(asked.order_by(snapshots.c.at.desc(), changes.c.id)).mappings()
        return list(rows)


def schema_of(engine: Engine, digest: str) -> Schema:
    """The schema that a snapshot's ``content`` names."""
    with reading(engine) as connection:
        return contents.get_schema(connection, digest)


def first_looks(engine: Engine) -> dict[str, RowMapping]:
    """The oldest snapshot that is remembered of each target."""
    oldest = select(func.min(snapshots.c.id)).group_by(snapshots.c.target)
    with reading(engine) as connection:
        rows = connection.execute(select(snapshots).where(snapshots.c.id.in_(oldest))).mappings()
        return {row["target"]: row for row in rows}
