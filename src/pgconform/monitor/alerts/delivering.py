"""Alerts sent: claimed before, marked after, again when it failed; whoever is killed in between sends the same id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import and_, func, or_, select, update

from pgconform.errors import Problem, masked
from pgconform.monitor.alerts.channels import Channel
from pgconform.monitor.alerts.message import Alert
from pgconform.monitor.store.tables import alerts, deliveries
from pgconform.monitor.values import now, seconds

if TYPE_CHECKING:
    from sqlalchemy import Engine

LEASE = 120.0
ATTEMPTS = 12
_LONGEST = 3600.0


def deliver(engine: Engine, channels: Mapping[str, Channel]) -> int:
    """Sends what is due; how many alerts arrived."""
    arrived = 0
    for number, name, body in _due(engine, now()):
        channel = channels.get(name)
        if channel is None:
            _settle(engine, number, state="dropped", problem="there is no such channel any more")
        elif (attempts := _claimed(engine, number)) and _sent(engine, number, channel, body, attempts):
            arrived += 1
    return arrived


def next_due(engine: Engine) -> int | None:
    """When the next one is due, in microseconds; None when all arrived."""
    with engine.connect().execution_options(reading=True) as connection:
        due: int | None = connection.scalar(select(func.min(deliveries.c.due_at)).where(_unsettled()))
        return due


def _unsettled() -> Any:
    return deliveries.c.state.in_(("waiting", "sending"))


def _due(engine: Engine, at: int) -> list[tuple[int, str, bytes]]:
    wanted = select(deliveries.c.id, deliveries.c.channel, alerts.c.body).join(alerts)
    with engine.connect().execution_options(reading=True) as connection:
        rows = connection.execute(wanted.where(_unsettled(), deliveries.c.due_at <= at).order_by(deliveries.c.id))
        return [(row.id, row.channel, bytes(row.body)) for row in rows]


def _claimed(engine: Engine, number: int) -> int:
    """Takes one that is due for itself; which attempt this is, 0 when another process was quicker."""
    at = now()
    free = or_(deliveries.c.state == "waiting", deliveries.c.state == "sending")
    mine = and_(deliveries.c.id == number, free, deliveries.c.due_at <= at)
    taking = update(deliveries).where(mine)
    values = {"state": "sending", "attempts": deliveries.c.attempts + 1, "due_at": at + seconds(LEASE)}
    with engine.begin() as connection:
        if connection.execute(taking.values(values)).rowcount != 1:
            return 0
        return connection.scalar(select(deliveries.c.attempts).where(deliveries.c.id == number)) or 0


def _sent(engine: Engine, number: int, channel: Channel, body: bytes, attempts: int) -> bool:
    try:
        channel(msgspec.json.decode(body, type=Alert))
    except Exception as failure:
        said = failure.message if isinstance(failure, Problem) else masked(f"{type(failure).__name__}: {failure}")
        over = attempts >= ATTEMPTS
        due = now() + seconds(min(5.0 * 2 ** (attempts - 1), _LONGEST))
        _settle(engine, number, state="dropped" if over else "waiting", problem=said, due_at=due)
        return False
    _settle(engine, number, state="sent", problem="", sent_at=now())
    return True


def _settle(engine: Engine, number: int, **values: Any) -> None:
    with engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == number).values(values))
