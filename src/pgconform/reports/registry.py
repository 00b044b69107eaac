"""The finding of report formats: every module here whose name has no underscore in front and that can render."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

from pgconform.report import Report
from pgconform.reports._look import Look

_OWN = frozenset({"__init__", "registry"})


def formats() -> tuple[str, ...]:
    """The names of all formats, the one for people first."""
    names = {path.stem for path in Path(__file__).parent.glob("*.py")} - _OWN
    return ("text", *sorted(name for name in names if name != "text" and not name.startswith("_")))


def renderer(name: str) -> Callable[[Report, Look], str]:
    """The ``render`` function of a format."""
    return cast("Callable[[Report, Look], str]", importlib.import_module(f"pgconform.reports.{name}").render)
