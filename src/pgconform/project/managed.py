"""The blocks and pages that pgconform keeps in a project's documents: as they are, and as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pgconform.config import Project
from pgconform.generate.documents import blocks as managed
from pgconform.generate.documents.pages import marked, pages
from pgconform.pairs.managed import ManagedPair
from pgconform.pairs.world import World
from pgconform.project.api import searched
from pgconform.project.asking import Ask
from pgconform.project.claiming import read_claims
from pgconform.project.inputs import Inputs
from pgconform.project.scoped import document_files, options_of
from pgconform.schema import Relation, Schema
from pgconform.shape import Location
from pgconform.sources.docs.scope import matching

_PAGE = b"<!-- pgconform:page "


def own(project: Project, world: World) -> list[Relation]:
    """The relations that are told: the team's own, but those the settings leave out."""
    omitted = matching(options_of(project).omit)
    return [item for item in managed.own(world) if not (omitted(item.qualified) or omitted(item.name))]


def claims_of(project: Project, truth: Schema, overlay: dict[str, bytes]) -> tuple[Schema, ...]:
    """What the code says of the truth, for the lists of who uses what; the texts of ``overlay`` are not on disk yet."""
    return read_claims(project, truth, Ask(), Inputs(overlay=overlay)).schemas


def inside(project: Project, path: str, setting: str) -> Path:
    """A path of the settings, which stays inside the project."""
    if not (project.root / path).resolve().is_relative_to(project.root.resolve()):
        raise project.problem(setting, f"{path} leads out of the project", "name a path inside of it")
    return project.root / path


def judged_documents(project: Project, truth: Schema, inputs: Inputs) -> Iterator[ManagedPair]:
    """What is wrong with the blocks and pages of a project, by place.

    Over a truth that leaves something unsaid nothing is out of date: it may only be what this truth cannot know.
    """
    found = _judged(project, World(truth, searched(project)), inputs)
    yield from (pair for pair in found if pair.state != "stale" or not truth.unsaid)


def _judged(project: Project, world: World, inputs: Inputs) -> Iterator[ManagedPair]:
    facts: dict[str, str] | None = None
    for uri, content in kept_documents(project, inputs):
        if managed.NEEDLE in content:
            yield from _of_blocks(world, uri, content.decode("utf-8", "replace"))
        else:
            facts = _facts(project, world) if facts is None else facts
            yield from _of_page(uri, content.decode("utf-8", "replace"), facts)


def kept_documents(project: Project, inputs: Inputs | None = None) -> Iterator[tuple[str, bytes]]:
    """The documents that have managed blocks, and the pages of the dictionary, with their bytes."""
    given = inputs or Inputs()
    unsaved = given.overlay
    for uri in given.listing.documents if given.listing else document_files(project):
        if given.addressed is not None and uri not in given.addressed:
            continue
        content = unsaved[uri] if uri in unsaved else _content(project.root / uri)
        if managed.NEEDLE in content or content.startswith(_PAGE):
            yield uri, content


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _of_blocks(world: World, uri: str, text: str) -> Iterator[ManagedPair]:
    for block in managed.blocks(text):
        at = Location(uri, block.line, 1)
        what = f"the block  {block.asks}" if block.asks else "the block"
        if not block.end:
            yield ManagedPair(at, what, "broken", "it has no  pgconform:end")
            continue
        try:
            body = managed.rendered(world, block.asks)
        except managed.Unwritable as reason:
            yield ManagedPair(at, what, "broken", str(reason))
            continue
        if block.edited:
            yield ManagedPair(at, what, "edited")
        elif block.text.replace("\r\n", "\n") != body:
            yield ManagedPair(at, what, "stale")


def broken(world: World, uri: str, text: str) -> tuple[str, ...]:
    """The blocks of a document that cannot be written, each with its place and the reason."""
    found = (pair for pair in _of_blocks(world, uri, text) if pair.state == "broken")
    return tuple(f"{uri}:{pair.at.line}: {pair.what} cannot be written: {pair.reason}" for pair in found)


def _facts(project: Project, world: World) -> dict[str, str]:
    """The digest of what each page should tell, by the page's path."""
    out = options_of(project).out.strip("/")
    found = pages(world, own(project, world), {})
    return {f"{out}/{name}.md": said.facts for name, text in found.items() if (said := marked(text))}


def _of_page(uri: str, text: str, facts: dict[str, str]) -> Iterator[ManagedPair]:
    said = marked(text)
    if said is None:
        return
    if said.edited:
        yield ManagedPair(Location(uri, 1, 1), "this page", "edited")
    elif facts.get(uri) != said.facts:
        yield ManagedPair(Location(uri, 1, 1), "this page", "stale")


def rewritten(project: Project, truth: Schema, *, forced: bool = False) -> dict[str, bytes]:
    """Every document that has managed blocks, as it should be, by its path relative to the root."""
    world = World(truth, searched(project))
    found = {}
    for uri, content in kept_documents(project):
        if managed.NEEDLE in content:
            text = content.decode("utf-8", "surrogateescape")
            found[uri] = managed.rewritten(text, world, forced=forced).encode("utf-8", "surrogateescape")
    return found
