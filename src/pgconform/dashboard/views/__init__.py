"""One module a page; `routes` joins them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import BaseRoute


def routes(static: Path) -> list[BaseRoute]:
    """Every address."""
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    from pgconform.dashboard.views import diagram, findings, machine, matrix, overview, relation, timeline

    shown = {
        "/": overview.show,
        "/targets/{target}": overview.one,
        "/matrix": matrix.show,
        "/findings": findings.show,
        "/findings/{number:int}": findings.one,
        "/timeline": timeline.show,
        "/snapshots/{number:int}": timeline.one,
        "/relations/{target}/{name}": relation.show,
        "/diagram": diagram.show,
        "/metrics": machine.metrics,
        "/healthz": machine.healthz,
        "/static/style.css": machine.style,
    }
    return [
        *(Route(path, show) for path, show in shown.items()),
        Route("/login", machine.login, methods=["GET", "POST"]),
        Mount("/static", StaticFiles(directory=static)),
    ]
