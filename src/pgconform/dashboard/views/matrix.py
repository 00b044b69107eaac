"""The conformance matrix: every relation beside every kind of source that speaks of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import msgspec

from pgconform.dashboard.showing import PAGE, asked_page, page, pages
from pgconform.dashboard.views._targets import chosen, schema_now
from pgconform.monitor.store.filtering import cells

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from starlette.requests import Request
    from starlette.responses import Response

SHOWN = ("all", "problems", "used", "unused")
_SCHEMA = "schema"


class Cell(msgspec.Struct, frozen=True):
    """What a kind of source says of a relation: how often, and how many findings there are."""

    uses: int = 0
    errors: int = 0
    warnings: int = 0

    @property
    def role(self) -> str:
        if self.errors:
            return "bad"
        if self.warnings:
            return "warning"
        return "good" if self.uses else "none"


class Line(msgspec.Struct, frozen=True):
    """A relation and its cells by source. ``known`` False: it is not in the database, though something speaks of it."""

    name: str
    kind: str
    cells: dict[str, Cell]
    known: bool = True

    @property
    def role(self) -> str:
        roles = {cell.role for cell in self.cells.values()}
        return next((role for role in ("bad", "warning", "good") if role in roles), "none")


def show(request: Request) -> Response:
    """A page of the matrix."""
    row, rows = chosen(request)
    which = request.query_params.get("show", "all")
    which = which if which in SHOWN else "all"
    text = request.query_params.get("text", "")
    lines = _lines(request, row) if row else []
    sources = sorted({source for line in lines for source in line.cells}, key=lambda name: (name == _SCHEMA, name))
    totals = Counter(line.role for line in lines)
    wanted = [line for line in lines if _is_wanted(line, which) and text.lower() in line.name.lower()]
    number = pages(len(wanted), asked_page(request))["current"]
    return page(
        request,
        "matrix.html",
        row=row,
        rows=rows,
        lines=wanted[(number - 1) * PAGE : number * PAGE],
        sources=sources,
        totals=totals,
        which=which,
        text=text,
        choices=SHOWN,
        pager=pages(len(wanted), number),
    )


def _is_wanted(line: Line, which: str) -> bool:
    match which:
        case "problems":
            return line.role in ("bad", "warning")
        case "used":
            return line.role != "none"
        case "unused":
            return line.role == "none"
        case _:
            return True


def _lines(request: Request, row: RowMapping) -> list[Line]:
    schema = schema_now(request, row)
    counted: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for use in request.app.state.known.uses(row["uses"]):
        counted[use.relation][use.source]["uses"] += 1
    for found in cells(request.app.state.engine, row["name"]):
        if found["relation"]:
            counted[found["relation"]][found["source"] or _SCHEMA][f"{found['severity']}s"] += found["count"]
    there = {relation.qualified: relation.kind for relation in (schema.relations if schema else ())}
    names = sorted(there.keys() | {name for name, of in counted.items() if any(_graver(one) for one in of.values())})
    return [
        Line(
            name, there.get(name, "absent"), {key: _cell(count) for key, count in counted[name].items()}, name in there
        )
        for name in names
    ]


def _graver(count: Counter[str]) -> bool:
    return bool(count["errors"] or count["warnings"])


def _cell(count: Counter[str]) -> Cell:
    return Cell(count["uses"], count["errors"], count["warnings"])
