"""The data dictionary, the schema in short for agents, and the managed blocks of the project's documents."""

from __future__ import annotations

from pathlib import Path

from pgconform.config import Project
from pgconform.generate.documents import blocks as managed
from pgconform.generate.documents.context import context
from pgconform.generate.documents.marks import digest
from pgconform.generate.documents.pages import marked, pages
from pgconform.pairs.world import World
from pgconform.project.api import api, searched
from pgconform.project.consumers import consumers
from pgconform.project.managed import broken, claims_of, inside, kept_documents, own, rewritten
from pgconform.project.scoped import options_of
from pgconform.project.written import Asked, Written, content
from pgconform.schema import Schema
from pgconform.support.patterns import deferred

_SUM = deferred(r"<!-- pgconform:context sum=([0-9a-f]{12}) -->\n\Z")
_HELP = "move what you added into a document of its own, then use --force"


def written(project: Project, truth: Schema, asked: Asked) -> tuple[Written, ...]:
    """Every document, by path; pages of relations that are gone are to go."""
    options = options_of(project)
    world = World(truth, searched(project))
    out = asked.output.absolute() if asked.output else inside(project, options.out, "docs.out")
    relations = own(project, world)
    users = consumers(world, claims_of(project, truth, asked.overlay), api(project))
    found = {out / f"{name}.md": text for name, text in pages(world, relations, users).items()}
    files = [_page(project, file, text) for file, text in found.items()]
    files += [_gone(project, file) for file in sorted(out.glob("*.md")) if file not in found and _ours(file)]
    if options.context and asked.output is None:
        files.append(_context(project, context(world, relations, options.budget)))
    return (*sorted(files, key=lambda item: item.name), *_documents(project, truth, world, out))


def present(project: Project) -> bool:
    """A managed block or a page of the dictionary stands in the project."""
    return next(kept_documents(project), None) is not None


def _name(project: Project, file: Path) -> str:
    return file.relative_to(project.root).as_posix() if file.is_relative_to(project.root) else str(file)


def _page(project: Project, file: Path, after: str) -> Written:
    before, name = content(file), _name(project, file)
    kept, help_ = "", ""
    if before is not None and before.strip():
        said = marked(before.decode("utf-8", "replace"))
        if said is None:
            kept, help_ = f"{name} was not written by pgconform", "set another  out  or use --force"
        elif said.edited:
            kept, help_ = f"{name} was edited by hand since it was generated", _HELP
    return Written(file, name, before, after.encode(), before == after.encode(), kept, help_)


def _ours(file: Path) -> bool:
    return marked(file.read_text(encoding="utf-8", errors="replace")) is not None


def _gone(project: Project, file: Path) -> Written:
    before, name = content(file), _name(project, file)
    said = marked((before or b"").decode("utf-8", "replace"))
    kept = f"{name} is of a table that is gone, and was edited by hand" if said and said.edited else ""
    return Written(file, name, before, None, current=False, kept=kept, help=_HELP if kept else "")


def _context(project: Project, body: str) -> Written:
    file = inside(project, options_of(project).context, "docs.context")
    after = f"{body}<!-- pgconform:context sum={digest(body)} -->\n".encode()
    before, name = content(file), _name(project, file)
    kept, help_ = "", ""
    if before is not None and before.strip() and before != after:
        text = before.decode("utf-8", "replace").replace("\r\n", "\n")
        found = _SUM.search(text)
        if found is None:
            kept, help_ = f"{name} was not written by pgconform", "set another  context  or use --force"
        elif digest(text[: found.start()]) != found[1]:
            kept, help_ = f"{name} was edited by hand since it was generated", _HELP
    return Written(file, name, before, after, before == after, kept, help_)


def _documents(project: Project, truth: Schema, world: World, out: Path) -> list[Written]:
    """The documents that have managed blocks; one in which a hand wrote keeps what it wrote."""
    files = []
    for name, after in sorted(rewritten(project, truth, forced=True).items()):
        file = project.root / name
        if file.is_relative_to(out):
            continue
        before = content(file) or b""
        text = before.decode("utf-8", "replace")
        edited = [block for block in managed.blocks(text) if block.edited and block.end]
        kept = f"{name}:{edited[0].line}: this block was edited by hand" if edited and before != after else ""
        lacks = broken(world, name, text)
        files.append(Written(file, name, before, after, before == after, kept, _HELP if kept else "", lacks))
    return files
