"""Forgetting: what is over and older than the settings say, and the contents that nothing refers to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, select

from pgconform.monitor.store import contents
from pgconform.monitor.store.tables import alerts, changes, deliveries, events, findings, hooks, snapshots, targets
from pgconform.monitor.store.tables import contents as kept
from pgconform.monitor.values import now, seconds

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Select

_DAY = 86_400.0


def forget(engine: Engine, days: int) -> int:
    """Takes away what ended more than so many days ago; how many snapshots went. The newest of a target stays."""
    if days <= 0:
        return 0
    before = now() - seconds(days * _DAY)
    with engine.begin() as connection:
        gone = _snapshots(connection, before)
        _told(connection, before)
        closed = and_(findings.c.closed_at < before, findings.c.id.notin_(_mentioned()))
        connection.execute(delete(findings).where(closed))
        if gone:
            _sweep(connection)
    return gone


def _snapshots(connection: Connection, before: int) -> int:
    newest = select(func.max(snapshots.c.id)).group_by(snapshots.c.target)
    old = select(snapshots.c.id).where(snapshots.c.at < before, snapshots.c.id.notin_(newest))
    numbers = list(connection.scalars(old))
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        for table in (changes, hooks):
            connection.execute(delete(table).where(table.c.snapshot.in_(part)))
        connection.execute(delete(snapshots).where(snapshots.c.id.in_(part)))
    return len(numbers)


def _told(connection: Connection, before: int) -> None:
    """Alerts whose deliveries are over, and the events they told of."""
    unsettled = select(deliveries.c.alert).where(deliveries.c.state.in_(("waiting", "sending")))
    over = select(alerts.c.id).where(alerts.c.at < before, alerts.c.id.notin_(unsettled))
    numbers = list(connection.scalars(over))
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        connection.execute(delete(events).where(events.c.alert.in_(part)))
        connection.execute(delete(deliveries).where(deliveries.c.alert.in_(part)))
        connection.execute(delete(alerts).where(alerts.c.id.in_(part)))


def _mentioned() -> Select[Any]:
    return select(events.c.finding).where(events.c.finding.isnot(None))


def _sweep(connection: Connection) -> None:
    wanted = {digest for digest in connection.scalars(select(targets.c.uses)) if digest}
    for digest in set(connection.scalars(select(snapshots.c.content))):
        wanted.update(contents.parts(connection, digest))
    unused = [digest for digest in connection.scalars(select(kept.c.digest)) if digest not in wanted]
    for start in range(0, len(unused), 500):
        connection.execute(delete(kept).where(kept.c.digest.in_(unused[start : start + 500])))


def forget_target(engine: Engine, name: str) -> bool:
    """Takes away everything that is remembered of a target; False where nothing is."""
    with engine.begin() as connection:
        if connection.scalar(select(targets.c.name).where(targets.c.name == name)) is None:
            return False
        numbers = select(snapshots.c.id).where(snapshots.c.target == name)
        for table in (changes, hooks):
            connection.execute(delete(table).where(table.c.snapshot.in_(numbers)))
        for table in (events, findings, snapshots):
            connection.execute(delete(table).where(table.c.target == name))
        connection.execute(delete(targets).where(targets.c.name == name))
        _sweep(connection)
    return True
