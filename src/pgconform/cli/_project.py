"""The project that a command is about, and the paths a person names in it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pgconform.config import Project, find_project, read_project
from pgconform.errors import Problem


def project_of(config: Path | None = None, paths: tuple[Path, ...] = ()) -> Project:
    """The project of the named settings, else of the first path, else of the working directory.

    A path below the working directory that has neither settings nor a repository of its own belongs to that.
    """
    if config is not None:
        return read_project(config)
    here = Path.cwd()
    if not paths:
        return find_project(here)
    start = paths[0].resolve()
    start = start if start.is_dir() else start.parent
    found = find_project(start)
    alone = found.file is None and found.root == start and not (start / ".git").exists()
    return find_project(here) if alone and start.is_relative_to(here) else found


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
