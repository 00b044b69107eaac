"""What people are to be told, noted where it happens, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy import insert

from pgconform.monitor.store.tables import events

if TYPE_CHECKING:
    from sqlalchemy import Connection

Kind: TypeAlias = Literal["opened", "closed", "down", "up", "fault", "well", "hook"]


def told(
    connection: Connection,
    target: str,
    kind: Kind,
    at: int,
    *,
    snapshot: int | None = None,
    message: str = "",
    help: str = "",  # noqa: A002
) -> None:
    """One event of a target that waits for an alert."""
    row = {"target": target, "kind": kind, "at": at, "snapshot": snapshot}
    connection.execute(insert(events).values(**row, message=message, help=help))


def all_told(
    connection: Connection, target: str, kind: Kind, at: int, numbers: Sequence[int], snapshot: int | None
) -> None:
    """An event of that kind for each of these findings."""
    same = {"target": target, "kind": kind, "at": at, "snapshot": snapshot}
    if numbers:
        connection.execute(insert(events), [{**same, "finding": number} for number in numbers])
