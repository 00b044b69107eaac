"""What people are to be told, noted where it happens, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec
from sqlalchemy import insert

from pgconform.monitor.store.tables import events

if TYPE_CHECKING:
    from sqlalchemy import Connection

Kind: TypeAlias = Literal["opened", "closed", "down", "up", "fault", "well", "hook"]


class Event(msgspec.Struct, frozen=True):
    """Something that happened to a target at a moment; it waits for an alert."""

    target: str
    kind: Kind
    at: int
    snapshot: int | None = None
    message: str = ""
    help: str = ""


def told(connection: Connection, event: Event) -> None:
    """Notes one event of a target."""
    connection.execute(insert(events).values(msgspec.structs.asdict(event)))


def told_of(connection: Connection, event: Event, findings: Sequence[int]) -> None:
    """Notes the event for each of these findings; of a finding there is one of each kind, whatever happens."""
    same = msgspec.structs.asdict(event)
    if findings:
        connection.execute(insert(events), [{**same, "finding": number} for number in findings])
