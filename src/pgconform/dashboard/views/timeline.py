"""How the schemas changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pgconform.dashboard.showing import asked_page, page, pages
from pgconform.dashboard.views._targets import chosen
from pgconform.errors import Problem
from pgconform.monitor.store.reading import changes_of, reading, timeline
from pgconform.monitor.store.tables import findings, hooks, snapshots

if TYPE_CHECKING:
    from sqlalchemy import Engine, RowMapping
    from starlette.requests import Request
    from starlette.responses import Response

_PAGE = 30
_SHOWN = 20


def show(request: Request) -> Response:
    """Every change, the newest first."""
    engine = request.app.state.engine
    target = request.query_params.get("target", "")
    _, rows = chosen(request)
    asked = select(func.count()).select_from(snapshots)
    with reading(engine) as connection:
        total = connection.scalar(asked.where(snapshots.c.target == target) if target else asked) or 0
    number = pages(total, asked_page(request), _PAGE)["current"]
    looks = timeline(engine, target, limit=_PAGE, offset=(number - 1) * _PAGE)
    parts = changes_of(engine, [row["id"] for row in looks])
    pager = pages(total, number, _PAGE)
    return page(request, "timeline.html", rows=rows, target=target, looks=looks, parts=parts, shown=_SHOWN, pager=pager)


def one(request: Request) -> Response:
    """One snapshot: what changed, by whom, what it opened and closed, what ran."""
    engine, number = request.app.state.engine, request.path_params["number"]
    with reading(engine) as connection:
        row = connection.execute(select(snapshots).where(snapshots.c.id == number)).mappings().first()
    if row is None:
        raise Problem("There is no such snapshot.")
    opened, closed = (_findings(engine, number, name) for name in ("opened_in", "closed_in"))
    with reading(engine) as connection:
        ran = list(
            connection.execute(select(hooks).where(hooks.c.snapshot == number).order_by(hooks.c.place)).mappings()
        )
    parts = changes_of(engine, [number])[number]
    return page(request, "snapshot.html", row=row, parts=parts, opened=opened, closed=closed, ran=ran)


def _findings(engine: Engine, number: int, column: str) -> list[RowMapping]:
    asked = select(findings).where(findings.c[column] == number).order_by(findings.c.rank, findings.c.place)
    with reading(engine) as connection:
        return list(connection.execute(asked.limit(200)).mappings())
