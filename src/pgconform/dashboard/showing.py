"""Pages made of templates: everything that comes from elsewhere is escaped, and shown without control characters."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from pgconform.monitor.alerts.composing import change_line
from pgconform.monitor.audit.gathering import who
from pgconform.monitor.store import contents
from pgconform.monitor.store.reading import reading, schema_of
from pgconform.monitor.values import moment, now, seconds
from pgconform.project.usage import Usage, decoded
from pgconform.support.visible import visible

if TYPE_CHECKING:
    from jinja2 import Environment
    from sqlalchemy import Engine
    from starlette.requests import Request
    from starlette.responses import HTMLResponse

    from pgconform.schema import Schema

PAGE = 100
_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    made.filters |= {"moment": moment, "ago": ago, "change": change_line, "who": who, "place": _quoted}
    made.globals |= {"address": address}
    return made


def page(request: Request, template: str, status: int = 200, **said: Any) -> HTMLResponse:
    """The page of a template."""
    from starlette.responses import HTMLResponse

    asleep = now() - seconds(request.app.state.patience)
    made = _environment().get_template(template)
    text = made.render(path=request.url.path, query=dict(request.query_params), asleep=asleep, **said)
    return HTMLResponse(text, status)


def address(path: str, query: dict[str, str] | None = None, **changed: object) -> str:
    """A path with a query: the given one with these values instead; empty ones are left out."""
    every = {**(query or {}), **{name: str(value) for name, value in changed.items()}}
    kept = {name: value for name, value in sorted(every.items()) if value not in ("", "None")}
    return f"{path}?{urlencode(kept)}" if kept else path


def _quoted(text: str) -> str:
    """A name as a part of a path."""
    return quote(text, safe="")


def ago(at: int | None) -> str:
    """``3 min ago``."""
    if at is None:
        return "never"
    passed = max(now() - at, 0) / 1e6
    for size, word in ((86_400, "d"), (3600, "h"), (60, "min")):
        if passed >= size:
            return f"{passed / size:.0f} {word} ago"
    return "just now"


def asked_page(request: Request) -> int:
    """The number of the page, from 1."""
    said = request.query_params.get("page", "1")
    return max(int(said), 1) if said.isascii() and said.isdigit() and len(said) < 7 else 1


def pages(total: int, current: int, size: int = PAGE) -> dict[str, int]:
    """What a pager needs to know."""
    last = max((total + size - 1) // size, 1)
    return {"current": min(current, last), "last": last, "total": total}


class Known:
    """Schemas and uses of one history, the last few kept: they never change under their digest."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.schema = lru_cache(maxsize=8)(self._schema)
        self.uses = lru_cache(maxsize=8)(self._uses)

    def _schema(self, digest: str) -> Schema:
        return schema_of(self.engine, digest)

    def _uses(self, digest: str) -> tuple[Usage, ...]:
        if not digest:
            return ()
        with reading(self.engine) as connection:
            return decoded(contents.get(connection, digest))
