"""Alerts sent: claimed before, marked after, again when it failed or when whoever sent it was killed in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from sqlalchemy import and_, select, update

from pgconform.errors import Problem, masked
from pgconform.monitor.alerts.channels import Channel
from pgconform.monitor.alerts.message import Alert
from pgconform.monitor.store.tables import alerts, deliveries
from pgconform.monitor.values import now, seconds

if TYPE_CHECKING:
    from sqlalchemy import Engine

Say: TypeAlias = Callable[[str, str], None]
LEASE = 120.0
INTERRUPTED = "its sending was interrupted, and it is sent at most once"
ATTEMPTS = 12
_LONGEST = 3600.0


def _nobody(_: str, __: str) -> None:
    return


def deliver(engine: Engine, channels: Mapping[str, Channel], say: Say = _nobody) -> int:
    """Sends what is due; how many alerts arrived. ``say`` hears of a channel's first failure with one, and its last."""
    arrived = 0
    for due in _due(engine, now()):
        channel = channels.get(due.channel)
        if channel is None:
            _settle(engine, due.number, state="dropped", problem="there is no such channel any more")
        elif due.interrupted and channel.at_most_once:
            _settle(engine, due.number, state="dropped", problem=INTERRUPTED)
        elif (attempts := _claimed(engine, due)) and _sent(engine, due, channel, attempts, say):
            arrived += 1
    return arrived


def _unsettled() -> Any:
    return deliveries.c.state.in_(("waiting", "sending"))


class _Due(msgspec.Struct, frozen=True):
    """One alert for one channel; ``interrupted``: somebody claimed it, and did not say what came of it."""

    number: int
    channel: str
    state: str
    body: bytes

    @property
    def interrupted(self) -> bool:
        return self.state == "sending"


def _due(engine: Engine, at: int) -> list[_Due]:
    wanted = select(deliveries.c.id, deliveries.c.channel, deliveries.c.state, alerts.c.body).join(alerts)
    with engine.connect().execution_options(reading=True) as connection:
        rows = connection.execute(wanted.where(_unsettled(), deliveries.c.due_at <= at).order_by(deliveries.c.id))
        return [_Due(row.id, row.channel, row.state, bytes(row.body)) for row in rows]


def _claimed(engine: Engine, due: _Due) -> int:
    """Takes one that is due for itself; which attempt this is, 0 when another process was quicker."""
    at = now()
    mine = and_(deliveries.c.id == due.number, deliveries.c.state == due.state, deliveries.c.due_at <= at)
    values = {"state": "sending", "attempts": deliveries.c.attempts + 1, "due_at": at + seconds(LEASE)}
    with engine.begin() as connection:
        if connection.execute(update(deliveries).where(mine).values(values)).rowcount != 1:
            return 0
        return connection.scalar(select(deliveries.c.attempts).where(deliveries.c.id == due.number)) or 0


def _sent(engine: Engine, due: _Due, channel: Channel, attempts: int, say: Say) -> bool:
    try:
        channel.send(msgspec.json.decode(due.body, type=Alert), due.interrupted)
    except Exception as failure:
        said = failure.message if isinstance(failure, Problem) else masked(f"{type(failure).__name__}: {failure}")
        over = channel.at_most_once or attempts >= ATTEMPTS
        rest = min(5.0 * 2 ** (attempts - 1), _LONGEST)
        _settle(engine, due.number, state="dropped" if over else "waiting", problem=said, due_at=now() + seconds(rest))
        if over or attempts == 1:
            say(due.channel, f"{said}; {'given up' if over else f'tried again in {rest:g} s'}")
        return False
    _settle(engine, due.number, state="sent", problem="", sent_at=now())
    return True


def _settle(engine: Engine, number: int, **values: Any) -> None:
    with engine.begin() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == number).values(values))
