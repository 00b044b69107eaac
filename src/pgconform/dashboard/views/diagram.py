"""The entity-relationship diagram: of everything where that can be seen at once, else around one relation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from pgconform.dashboard.showing import page
from pgconform.dashboard.views._targets import chosen, schema_now
from pgconform.dashboard.views.relation import link
from pgconform.generate.diagram import around, draw

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

AT_ONCE = 60
_TABLES = frozenset({"table", "partitioned table", "foreign table"})


def show(request: Request) -> Response:
    """The diagram of a target."""
    row, rows = chosen(request)
    schema = schema_now(request, row)
    tables = tuple(one for one in (schema.relations if schema else ()) if one.kind in _TABLES)
    names = [one.qualified for one in tables]
    focus = request.query_params.get("around", "")
    steps = 2 if request.query_params.get("steps") == "2" else 1
    if focus not in names:
        focus = "" if len(tables) <= AT_ONCE else max(tables, key=lambda one: (len(one.links), one.qualified)).qualified
    shown = around(tables, focus, steps) if focus else tables
    whole = request.query_params.get("columns") == "all"
    target = row["name"] if row else ""
    drawn = draw(shown, address=lambda one: link(target, one.qualified), focus=focus, whole=whole)
    return page(
        request,
        "diagram.html",
        row=row,
        rows=rows,
        names=names,
        focus=focus,
        steps=steps,
        whole=whole,
        shown=len(shown),
        drawn=Markup(drawn),  # noqa: S704  `draw` escapes what it is given
    )
