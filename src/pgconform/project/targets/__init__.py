"""What can be generated: one target a module, found by its name.

Each has ``written(project, truth, asked) -> tuple[Written, ...]``, every file of the target by path; it writes nothing.
It may have ``configured(project)``: the settings want it; or ``present(project)``: something of it is there.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, cast

from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.project.written import Asked, Written
from pgconform.schema import Schema

Target: TypeAlias = Callable[[Project, Schema, Asked], tuple[Written, ...]]
DEFAULT = "pydantic"
_STYLES = ("sqlmodel", "typeddict")


def targets() -> tuple[str, ...]:
    """The names of all targets, the default one first."""
    names = {path.stem for path in Path(__file__).parent.glob("*.py")}
    return (DEFAULT, *sorted(name for name in names if name != DEFAULT and not name.startswith("_")))


def configured(project: Project) -> tuple[tuple[str, bool], ...]:
    """The targets that a project's settings speak of; True: they want it, False: only what is there is kept current."""
    found = []
    for name in targets():
        module = importlib.import_module(f"pgconform.project.targets.{name}")
        asked, present = getattr(module, "configured", None), getattr(module, "present", None)
        if asked is not None and asked(project):
            found.append((name, True))
        elif asked is None and (getattr(project.config, name, None) is not None or (present and present(project))):
            found.append((name, False))
    return tuple(found)


def target(name: str) -> Target:
    """The function that gives a target's files. Raises `Problem` when there is no such target."""
    if name not in targets():
        styled = f'models are written so with  style = "{name}" in [tool.pgconform.generate]' if name in _STYLES else ""
        raise Problem(f"there is no target {name}", styled or f"the targets are {', '.join(targets())}")
    return cast("Target", importlib.import_module(f"pgconform.project.targets.{name}").written)
