"""The application: its addresses, and what stands before them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pgconform.dashboard.access import Access
from pgconform.errors import Problem

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

_STATIC = Path(__file__).parent / "static"


def build(engine: Engine, access: Access, schemas: tuple[str, ...], patience: float = 900.0) -> Starlette:
    """The dashboard of a history; ``schemas`` are the team's own.

    A target that nobody looked at for ``patience`` seconds is said to be watched no more.
    """
    import starlette.applications
    import starlette.middleware

    from pgconform.dashboard import views
    from pgconform.dashboard.guarding import Guarding
    from pgconform.dashboard.showing import Known

    app: Starlette = starlette.applications.Starlette(
        routes=views.routes(_STATIC),
        middleware=[starlette.middleware.Middleware(Guarding, access=access)],
        exception_handlers={404: _lost, Problem: _lost, 500: _broken},
    )
    app.state.engine, app.state.access, app.state.schemas = engine, access, schemas
    app.state.patience = patience
    app.state.known = Known(engine)
    return app


def _lost(request: Request, failure: Exception) -> Response:
    from pgconform.dashboard.showing import page

    message = failure.message if isinstance(failure, Problem) else "There is no such page."
    return page(request, "message.html", 404, title="Not found", message=message)


def _broken(request: Request, failure: Exception) -> Response:
    from pgconform.dashboard.showing import page

    message = f"A fault in pgconform: {type(failure).__name__}. The terminal it runs in says more."
    return page(request, "message.html", 500, title="That did not work", message=message)
