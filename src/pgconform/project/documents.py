"""The documents of a project: which there are, what they claim, and their examples read as scripts are."""

from __future__ import annotations

import ast
import contextlib
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from pgconform.config import Project
from pgconform.pairs.world import World
from pgconform.project.api import searched
from pgconform.project.inputs import Inputs
from pgconform.project.scoped import dictionary_files, document_files, options_of
from pgconform.request import Query
from pgconform.schema import Relation, Schema, Unread
from pgconform.sources.docs.facts import Fence
from pgconform.sources.docs.scope import asked, matching, published, skill_of
from pgconform.support.forked import Forked, forked
from pgconform.support.kept import Kept, KeptEach, holding
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.docs.claims import Documents


@contextlib.contextmanager
def documents_of(
    project: Project, truth: Schema, inputs: Inputs | None = None, *, cached: bool = True
) -> Iterator[Callable[[], tuple[Schema, ...]]]:
    """Inside, gives on demand what the documents say of relations, the SQL in them, and what their Python asks for.

    Unless that is known already, another process reads them until it is asked for, where there can be one.
    """
    given = inputs or Inputs()
    kept = _kept(project, given) if cached and given.truth and given.listing else None
    if kept and (known := kept.load()) is not None:
        yield lambda: known
        return

    def read() -> tuple[Schema, ...]:
        found = _read(project, truth, given, cached=cached)
        if kept:
            kept.save(found)
        return found

    process = None if holding() else forked(lambda _, tell: tell(msgspec.msgpack.encode(read())))
    try:
        yield lambda: read() if (told := _told(process)) is None else told
    finally:
        if process:
            process.stop()


def _told(process: Forked | None) -> tuple[Schema, ...] | None:
    """What it found; None where it came to nothing."""
    with contextlib.suppress(msgspec.MsgspecError, RecursionError):
        return msgspec.msgpack.decode((process and process.value()) or b"", type=tuple[Schema, ...])
    return None


def _kept(project: Project, given: Inputs) -> Kept[tuple[Schema, ...]]:
    names = {*(given.listing.documents if given.listing else ()), *dictionary_files(project)}
    said = map(msgspec.msgpack.encode, (searched(project), options_of(project)))
    digests = (part for uri, digest in given.digests if uri in names for part in (uri.encode(), digest))
    return Kept("told", project.root, (given.truth, *said, *digests), tuple[Schema, ...])


def _read(project: Project, truth: Schema, given: Inputs, *, cached: bool) -> tuple[Schema, ...]:
    from pgconform.sources.docs.claims import Told, read
    from pgconform.sources.docs.reading import read_facts

    world = World(truth, searched(project))
    overlay = given.overlay
    files = _of_this_project(project, given.listing.documents if given.listing else document_files(project), overlay)
    facts = read_facts(project.root, files, _names(world), cached=cached, overlay=overlay)
    if cached and given.truth:
        each = KeptEach("document", project.root, (given.truth, msgspec.msgpack.encode(searched(project))), Told)
        found = read(facts, world, asked(options_of(project)), each.of)
        each.save()
    else:
        found = read(facts, world, asked(options_of(project)))
    examples = _examples(found, world, project.root if cached else None)
    told = replace(found.schema, relations=(*found.schema.relations, *_dictionaries(project, world, overlay)))
    return (told, *([examples] if examples.queries else []))


def _of_this_project(project: Project, files: tuple[str, ...], overlay: Mapping[str, bytes]) -> tuple[str, ...]:
    """These documents without those of skills published for any project, save where the settings ask for them."""
    included = matching(options_of(project).include)
    elsewhere: dict[str, bool] = {"": False}
    for skill in {skill_of(uri) for uri in files}.intersection(files):
        said = overlay[skill] if skill in overlay else (project.root / skill).read_bytes()
        elsewhere[skill] = published(said.decode("utf-8-sig", "replace"))
    return tuple(uri for uri in files if not elsewhere.get(skill_of(uri), False) or included(uri))


def _dictionaries(project: Project, world: World, overlay: Mapping[str, bytes]) -> Iterable[Relation]:
    """What the dictionaries claim that the settings name."""
    names = dictionary_files(project)
    if not names:
        return []
    from pgconform.sources.docs.dictionary import read
    from pgconform.sources.docs.ground import Ground

    texts = {name: overlay[name] if name in overlay else (project.root / name).read_bytes() for name in names}
    return [
        one for name, text in texts.items() for one in read(text.decode("utf-8-sig", "replace"), Ground(world, name))
    ]


def _names(world: World) -> frozenset[str]:
    """The names of relations that a document may speak of, with the prefix of their product or without."""
    names = {item.name for item in world.truth.relations if item.schema in world.schemas}
    names |= {item.name for item in world.truth.dropped if not item.column}
    return frozenset(names | {name.partition("_")[2] for name in names} - {""})


def _examples(found: Documents, world: World, root: Path | None) -> Schema:
    """The queries of Python examples about relations that are, or once were, of this truth; kept by their texts."""
    sources = {uri: source for uri, fences in found.python if (source := _module(fences))}
    if not sources:
        return Schema()
    place: Kept[tuple[Query, ...]] | None = None
    if root is not None:
        place = Kept("examples", root, (msgspec.msgpack.encode(sources, order="sorted"),), tuple[Query, ...])
    queries = place.load() if place else None
    if queries is None:
        queries = tuple(_queries(sources))
        if place:
            place.save(queries)
    return Schema(
        queries=tuple(query for query in queries if _ours(query, world) and not _elided(query)), origin="documents"
    )


def _queries(sources: Mapping[str, str]) -> Iterable[Query]:
    from pgconform.sources.python.facts.facts import read_facts
    from pgconform.sources.python.modules.project import Project as Modules
    from pgconform.sources.python.queries import reader as queries

    facts = {uri: read_facts(source.encode()) for uri, source in sources.items()}
    return queries.claims(Modules(facts)).queries


def _module(fences: Iterable[Fence]) -> str:
    """The examples that are Python, each on its own lines, as one module; those that are not are left out."""
    lines: list[str] = []
    for fence in fences:
        code = textwrap.dedent(fence.text)
        if ".table(" not in code and ".from_(" not in code and ".rpc(" not in code:
            continue
        if not _is_python(code) or _is_bad_example(code):
            continue
        lines += [""] * (fence.line - 1 - len(lines))
        lines += code.split("\n")
    return "\n".join(lines)


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def _is_bad_example(code: str) -> bool:
    """A comment in it says how not to do it, or that it is of another time."""
    from pgconform.sources.docs.plain import past

    notes = (line.partition("#")[2] for line in code.split("\n") if "#" in line)
    return any(past(note) or "NEW:" in note for note in notes)


def _ours(query: Query, world: World) -> bool:
    if query.relation is None or not query.relation.whole:
        return False
    schema = query.schema.value if query.schema else ""
    name = query.relation.value
    if query.verb == "rpc":
        return bool(world.functions(name, schema))
    return world.relation(name, schema) is not None or world.dropped(name, schema) is not None


def _elided(query: Query) -> bool:
    """Three dots stand for what a reader need not see: ``companies(...)``, and not for a spread embed."""
    return any(text is not None and _DOTS.search(text.value) for text in query.select or ())


_DOTS = deferred(r"\.\.\.(?!\w)|…")


def sure(claim: Schema) -> Schema:
    """The claim without the statements whose refusal may only show that they are examples; those are not judged."""
    kept = tuple(one for one in claim.statements if one.proof is None or one.proof.code in _SURE)
    example = "it may be no more than an example"
    left = (Unread(example, "document", at=one.at) for one in claim.statements if one not in kept)
    return replace(claim, statements=kept, unread=(*claim.unread, *left))


_SURE = frozenset({"", "42703", "42P01"})
