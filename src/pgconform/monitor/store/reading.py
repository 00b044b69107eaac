"""Questions to the history. Nothing here writes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pgconform.monitor.store.tables import findings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


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
