"""What the extras of pip bring: asked for before anything of it is imported."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from pgconform.errors import Problem

HISTORY = ("sqlalchemy", "alembic")
PAGES = ("starlette", "jinja2", "uvicorn")


def need(modules: Iterable[str], extra: str) -> None:
    """Raises `Problem` where one of the modules is not installed."""
    for name in modules:
        if find_spec(name) is None:
            raise Problem(
                f"this needs {name}, which is not installed", f"install it:  pip install 'pgconform[{extra}]'"
            )


def need_history() -> None:
    """The history can be opened."""
    need(HISTORY, "monitor")


def need_pages() -> None:
    """The dashboard can be served."""
    need((*HISTORY, *PAGES), "dashboard,monitor")
