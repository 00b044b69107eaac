"""The target that a page is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.errors import Problem
from pgconform.monitor.store.reading import standings
from pgconform.project.owned import owned

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from starlette.requests import Request

    from pgconform.schema import Schema


def chosen(request: Request, name: str = "") -> tuple[RowMapping | None, list[RowMapping]]:
    """The named target, else the first that was ever read, and all. Raises `Problem` for one that is not there."""
    rows = standings(request.app.state.engine)
    wanted = name or request.query_params.get("target", "")
    if not wanted:
        return next((row for row in rows if row["content"]), next(iter(rows), None)), rows
    row = next((row for row in rows if row["name"] == wanted), None)
    if row is None:
        raise Problem(f"There is no target {wanted}.")
    return row, rows


def schema_now(request: Request, row: RowMapping | None) -> Schema | None:
    """The team's own part of the target's newest snapshot."""
    if row is None or not row["content"]:
        return None
    found: Schema = owned(request.app.state.known.schema(row["content"]), request.app.state.schemas)
    return found
