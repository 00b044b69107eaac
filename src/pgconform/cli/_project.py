"""The project that a command is about, and the paths a person names in it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pgconform.config import Project, find_project, read_project
from pgconform.errors import Problem


def project_of(config: Path | None = None, paths: tuple[Path, ...] = ()) -> Project:
    """The project of the named settings, else of the working directory, else of a path that lies outside of it."""
    if config is not None:
        return read_project(config)
    here = Path.cwd()
    outside = [path.resolve() for path in paths if not path.resolve().is_relative_to(here)]
    if not outside:
        return find_project(here)
    found = find_project(here)
    if all(path.is_relative_to(found.root) for path in outside):
        return found
    return find_project(outside[0] if outside[0].is_dir() else outside[0].parent)


def below(project: Project, paths: Iterable[Path]) -> tuple[str, ...]:
    """The paths relative to the root, with slashes; none when all of the project is meant."""
    named = []
    for path in paths:
        inside = os.path.relpath(path.resolve(), project.root.resolve())
        if inside.startswith(".."):
            raise Problem(
                f"{path} lies outside of the project {project.root}",
                "name paths of one project, or run this inside of it",
            )
        named.append("" if inside == "." else Path(inside).as_posix())
    return () if "" in named else tuple(sorted(named))


def words(options: Iterable[str]) -> tuple[str, ...]:
    """``--select A,B --select C`` as A, B, C."""
    return tuple(word for option in options for word in option.replace(",", " ").split())
