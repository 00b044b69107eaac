"""What stands before every page: who may look, and what the browser is told to refuse."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

from pgconform.dashboard.access import COOKIE, Access, names_us

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN = ("/login", "/healthz", "/static/")
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
}


class Guarding:
    """An ASGI application in front of another."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = "max-age=3600" if scope["path"].startswith("/static/") else "no-store"
                added = {**_HEADERS, "Cache-Control": kept}
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in added.items())]
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self.app)(scope, receive, sending)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        from starlette.responses import PlainTextResponse, RedirectResponse

        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["method"] not in ("GET", "HEAD") and (scope["method"], scope["path"]) != ("POST", "/login"):
            return PlainTextResponse("this only shows\n", 405, {"Allow": "GET, HEAD"})
        if self.access.local and not names_us(headers.get("host", "")):
            return PlainTextResponse("this answers to localhost only\n", 421)
        if not self.access.token or self._known(headers) or scope["path"].startswith(OPEN):
            return None
        if "text/html" in headers.get("accept", ""):
            return RedirectResponse("/login", 303)
        return PlainTextResponse("a token is needed\n", 401, {"WWW-Authenticate": "Bearer"})

    def _known(self, headers: dict[str, str]) -> bool:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.access.knows(token):
            return True
        cookies = SimpleCookie()
        try:
            cookies.load(headers.get("cookie", ""))
        except Exception:
            return False
        return COOKIE in cookies and self.access.admits(cookies[COOKIE].value)
