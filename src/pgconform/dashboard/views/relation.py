"""One relation: its columns and who uses each, what is wrong, when it changed, what it is tied to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from markupsafe import Markup

from pgconform.dashboard.showing import address, page
from pgconform.dashboard.views._targets import chosen, schema_now
from pgconform.errors import Problem
from pgconform.generate.diagram import around, draw
from pgconform.monitor.store.filtering import Filter, find
from pgconform.monitor.store.reading import changes_to

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pgconform.project.usage import Usage

_SHOWN = 200


def show(request: Request) -> Response:
    """The page of a relation, by its qualified name."""
    engine, name = request.app.state.engine, request.path_params["name"]
    row, _ = chosen(request, request.path_params["target"])
    assert row is not None
    schema = schema_now(request, row)
    relation = next((one for one in (schema.relations if schema else ()) if one.qualified == name), None)
    found, total = find(engine, Filter(target=row["name"], relation=name), _SHOWN)
    changed = changes_to(engine, [name], row["name"])[:_SHOWN]
    if relation is None and not total and not changed:
        raise Problem(f"{row['name']} has no relation {name}.")
    uses: defaultdict[str, list[Usage]] = defaultdict(list)
    for use in request.app.state.known.uses(row["uses"]):
        if use.relation == name:
            uses[use.column].append(use)
    near = around(schema.relations, name) if schema and relation else ()
    drawn = draw(near, address=lambda one: link(row["name"], one.qualified), focus=name) if len(near) > 1 else ""
    keys = {column for key in (relation.keys if relation else ()) if key.kind == "primary" for column in key.columns}
    return page(
        request,
        "relation.html",
        row=row,
        name=name,
        relation=relation,
        keys=keys,
        uses=uses,
        findings=found,
        total=total,
        changed=changed,
        drawn=Markup(drawn),  # noqa: S704  `draw` escapes what it is given
    )


def link(target: str, name: str) -> str:
    """The address of a relation's page."""
    from urllib.parse import quote

    return address(f"/relations/{quote(target, safe='')}/{quote(name, safe='')}")
