"""The data dictionary as a static site of HTML, with search and diagrams."""

from __future__ import annotations

from pathlib import Path

from pgconform.config import Project
from pgconform.generate.documents.site import edited, site
from pgconform.pairs.world import World
from pgconform.project.api import api, searched
from pgconform.project.consumers import consumers
from pgconform.project.managed import claims_of, inside, own
from pgconform.project.scoped import options_of
from pgconform.project.written import Asked, Written, content
from pgconform.schema import Schema


def written(project: Project, truth: Schema, asked: Asked) -> tuple[Written, ...]:
    """Every file of the site, by path; pages of relations that are gone are to go."""
    world = World(truth, searched(project))
    out = asked.output.absolute() if asked.output else inside(project, options_of(project).site, "docs.site")
    users = consumers(world, claims_of(project, truth, asked.overlay), api(project))
    found = {out / name: text for name, text in site(world, own(project, world), users).items()}
    files = [_file(project, file, text) for file, text in found.items()]
    old = [file for file in sorted(out.glob("t/*.html")) if file not in found and _state(file) is not None]
    files += [_file(project, file, None) for file in old]
    return tuple(sorted(files, key=lambda item: item.name))


def present(project: Project) -> bool:
    """The site stands in the project."""
    return _state(project.root / options_of(project).site / "index.html") is not None


def _state(file: Path) -> bool | None:
    found = content(file)
    return None if found is None else edited(file.name, found.decode("utf-8", "replace"))


def _file(project: Project, file: Path, text: str | None) -> Written:
    before = content(file)
    after = text.encode() if text is not None else None
    name = file.relative_to(project.root).as_posix() if file.is_relative_to(project.root) else str(file)
    said = edited(file.name, before.decode("utf-8", "replace")) if before else False
    kept = {None: f"{name} was not written by pgconform", True: f"{name} was edited by hand"}.get(said, "")
    help_ = "name another directory with --output, or use --force" if kept else ""
    return Written(file, name, before, after, before == after, kept if before != after else "", help_)
