"""How the targets are, what happened last, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pgconform.dashboard.showing import page
from pgconform.dashboard.views._targets import chosen
from pgconform.monitor.store.filtering import Filter, find
from pgconform.monitor.store.reading import changes_of, reading, timeline
from pgconform.monitor.store.tables import deliveries, hooks, snapshots

if TYPE_CHECKING:
    from sqlalchemy import Engine, RowMapping
    from starlette.requests import Request
    from starlette.responses import Response

_LATEST = 8
_SHOWN = 6


def show(request: Request) -> Response:
    """The first page."""
    engine = request.app.state.engine
    _, rows = chosen(request)
    looks = timeline(engine, limit=_LATEST)
    parts = changes_of(engine, [row["id"] for row in looks], limit=500)
    gravest, total = find(engine, Filter(), _LATEST)
    return page(
        request,
        "overview.html",
        rows=rows,
        looks=looks,
        parts=parts,
        shown=_SHOWN,
        findings=gravest,
        total=total,
        undelivered=_undelivered(engine),
    )


def one(request: Request) -> Response:
    """One target: how it is, its last changes, the commands that ran."""
    engine = request.app.state.engine
    row, _ = chosen(request, request.path_params["target"])
    assert row is not None
    looks = timeline(engine, row["name"], limit=_LATEST)
    parts = changes_of(engine, [look["id"] for look in looks], limit=500)
    gravest, total = find(engine, Filter(target=row["name"]), _LATEST)
    return page(
        request,
        "target.html",
        row=row,
        looks=looks,
        parts=parts,
        shown=_SHOWN,
        findings=gravest,
        total=total,
        ran=_ran(engine, row["name"]),
    )


def _undelivered(engine: Engine) -> list[RowMapping]:
    """Channels that did not take alerts, and why."""
    by = (deliveries.c.channel, deliveries.c.problem)
    asked = select(*by, func.count().label("count")).where(deliveries.c.state != "sent", deliveries.c.problem != "")
    with reading(engine) as connection:
        return list(connection.execute(asked.group_by(*by).order_by(*by)).mappings())


def _ran(engine: Engine, target: str) -> list[RowMapping]:
    asked = select(hooks).join(snapshots).where(snapshots.c.target == target).order_by(hooks.c.id.desc())
    with reading(engine) as connection:
        return list(connection.execute(asked.limit(_LATEST)).mappings())
