"""What every check of a project begins with, whatever else it is asked: its files are listed, and Python is looked at.

It may be begun before the command line is understood: importing what reads that takes as long as the list.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

from pgconform.config import Project, find_project
from pgconform.project.ahead import Ahead, last_seen
from pgconform.project.layout import Layout
from pgconform.project.scoped import Listing, listing


class Beginning(NamedTuple):
    """The folders that were looked into, the files that are read, and who looks at those of Python."""

    layout: Layout
    listing: Listing
    ahead: Ahead


_early: list[tuple[Project, Beginning]] = []


def begin(project: Project, *, cached: bool, layout: Layout | None = None) -> Beginning:
    """Lists the files, and has Python looked at where one is another than in the last run."""
    layout = layout or Layout(project.root, cached=cached)
    ahead = Ahead(project, cached=cached)
    try:
        found = listing(project, layout.tree)
        ahead.begin(found)
    except BaseException:
        ahead.stop()
        raise
    return Beginning(layout, found, ahead)


def begin_here() -> None:
    """Begins with the project of the working directory if it was checked before; what is wrong with it is told when
    it is met again.
    """
    with contextlib.suppress(Exception):
        project = find_project(Path.cwd())
        if not project.config.projects and last_seen(project).load() is not None:
            _early.append((project, begin(project, cached=True)))


def begun(project: Project, *, cached: bool) -> Beginning | None:
    """What was begun already, to be asked for once; what was begun with another project ends."""
    while _early:
        known, found = _early.pop()
        if cached and known == project:
            return found
        found.ahead.stop()
    return None
