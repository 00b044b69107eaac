"""What is no page: the way in, health, metrics, the stylesheet."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from pgconform import reports
from pgconform.dashboard.access import COOKIE, LASTS, Access
from pgconform.dashboard.showing import page
from pgconform.monitor import metrics as measured
from pgconform.monitor.store.reading import standings

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_LONGEST = 4096
_PAUSE = 0.5
_SHARED = Path(reports.__file__).parent / "style.css"
_OWN = Path(__file__).parent.parent / "static" / "dashboard.css"


def style(_request: Request) -> Response:
    """The stylesheet of all HTML that pgconform writes, and what only the dashboard needs."""
    from starlette.responses import Response

    return Response(_SHARED.read_bytes() + _OWN.read_bytes(), media_type="text/css")


def healthz(request: Request) -> Response:
    """200 while the history can be read."""
    from starlette.responses import JSONResponse

    standings(request.app.state.engine)
    return JSONResponse({"status": "ok"})


def metrics(request: Request) -> Response:
    """Prometheus' text format."""
    from starlette.responses import Response

    return Response(measured.metrics(request.app.state.engine), media_type=measured.CONTENT_TYPE)


async def login(request: Request) -> Response:
    """Asks for the token, and lets in who has it; who has not waits a little."""
    from starlette.responses import RedirectResponse

    access: Access = request.app.state.access
    if not access.token:
        return RedirectResponse("/", 303)
    if request.method != "POST":
        return page(request, "login.html", wrong=False)
    if not access.knows(await _token(request)):
        await asyncio.sleep(_PAUSE)
        return page(request, "login.html", 403, wrong=True)
    answer = RedirectResponse("/", 303)
    secure = access.proxied or request.url.scheme == "https"
    answer.set_cookie(COOKIE, access.session(), max_age=LASTS, httponly=True, samesite="strict", secure=secure)
    return answer


async def _token(request: Request) -> str:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST:
            return ""
    return parse_qs(body.decode("utf-8", "replace")).get("token", [""])[0]
