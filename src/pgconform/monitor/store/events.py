"""What people are to be told, noted where it happens, in the same transaction."""

from __future__ import annotations

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
    finding: int | None = None,
    snapshot: int | None = None,
    message: str = "",
    help: str = "",  # noqa: A002
) -> None:
    """One event that waits for an alert; of a finding there is one of each kind, whatever happens."""
    row = {"target": target, "kind": kind, "at": at, "finding": finding, "snapshot": snapshot}
    connection.execute(insert(events).values(**row, message=message, help=help))
