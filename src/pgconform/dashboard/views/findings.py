"""Findings, by whatever a person asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.dashboard.showing import PAGE, asked_page, page, pages
from pgconform.errors import Problem
from pgconform.monitor.store import filtering
from pgconform.monitor.store.filtering import Filter
from pgconform.project.pages import find_page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

STATES = ("open", "closed", "all")


def show(request: Request) -> Response:
    """The list, a page at a time."""
    said = {name: request.query_params.get(name, "") for name in Filter.__struct_fields__}
    said["state"] = said["state"] if said["state"] in STATES else "open"
    asked, engine = Filter(**said), request.app.state.engine
    number = asked_page(request)
    rows, total = filtering.find(engine, asked, PAGE, (number - 1) * PAGE)
    if number > 1 and not rows:
        number = pages(total, number)["last"]
        rows, total = filtering.find(engine, asked, PAGE, (number - 1) * PAGE)
    choices = filtering.choices(engine, asked.state)
    return page(
        request, "findings.html", rows=rows, asked=asked, choices=choices, states=STATES, pager=pages(total, number)
    )


def one(request: Request) -> Response:
    """Everything that is known of one finding, and what its rule says."""
    row = filtering.one(request.app.state.engine, request.path_params["number"])
    if row is None:
        raise Problem("There is no such finding.")
    try:
        told = find_page(row["code"])
    except Problem:
        told = ""
    return page(request, "finding.html", row=row, told=_why(told))


def _why(text: str) -> list[str]:
    """The paragraphs of the page's part on why it matters."""
    part = text.partition("## Why it matters")[2].partition("\n## ")[0]
    return [" ".join(block.split()) for block in part.split("\n\n") if block.strip() and "```" not in block]
