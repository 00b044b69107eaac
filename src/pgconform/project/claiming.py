"""What a project claims: in its Python files, and in its documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from pgconform.config import Project
from pgconform.pairs.world import World
from pgconform.project.api import searched
from pgconform.project.asking import Ask
from pgconform.project.caches.claim import cache_claim
from pgconform.project.documents import documents_of
from pgconform.project.inputs import Inputs, sql_files
from pgconform.project.scoped import listing
from pgconform.rules.registry import import_rules
from pgconform.schema import Schema
from pgconform.support.patterns import compile_of

if TYPE_CHECKING:
    from pgconform.project.ahead import Ahead
    from pgconform.project.proving import Ground
    from pgconform.sources.python.claims import Claims
    from pgconform.sources.python.looked import Looked


class Claimed(NamedTuple):
    """All that a project claims: in its Python files, and in its documents."""

    python: Claims
    documents: tuple[Schema, ...]

    def schemas(self, project: Project) -> tuple[Schema, ...]:
        """That, and what the settings say, for whoever wants to know who uses what."""
        return (*self.python.schemas, cache_claim(project, self.python), *self.documents)


def claimed(
    project: Project,
    ask: Ask,
    truth: Schema,
    inputs: Inputs | None = None,
    tell: Callable[[str], None] = lambda _: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Claimed:
    """Everything read that makes claims. ``meanwhile`` is done while another process looks at the Python files."""
    with documents_of(project, truth, inputs, cached=ask.cached) as documents:
        tell("reading Python files")
        claims = read_claims(project, truth, ask, inputs, meanwhile)
        tell("reading documents")
        return Claimed(claims, documents())


def read_claims(
    project: Project,
    truth: Schema,
    ask: Ask,
    inputs: Inputs | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Claims:
    """What the Python files claim: chains of calls, and models as far as the truth has their relations."""
    from pgconform.sources.python import claims

    world = World(truth, searched(project))
    given = inputs or Inputs()
    looked = _looked(project, ask, truth, given, meanwhile)
    if given.listing and given.listing.unread:
        told = sql_files(truth)
        unread = (item for item in given.listing.unread if item.at and item.at.uri not in told)
        looked = replace(looked, unread=(*looked.unread, *unread))
    return claims.claims(looked, project.config, world, project.root if ask.imports else None)


def _looked(project: Project, ask: Ask, truth: Schema, inputs: Inputs, meanwhile: Callable[[], None]) -> Looked:
    """What the Python files come to: found by another process already, else here and now."""
    if inputs.ahead and inputs.ahead.looks:
        from pgconform.project.proving import ground_of, prepare

        ground, steps = ground_of(project, ask, truth), _ready(meanwhile)
        if not inputs.ahead.told:
            prepare(ground)
        while not inputs.ahead.told and next(steps, True) is None:
            pass
        _begin_to_prove(ground, ask, inputs.ahead)
        for _ in steps:
            pass
        if found := inputs.ahead.found():
            return found
    from pgconform.sources.python.look import Look
    from pgconform.sources.python.looked import Reading

    files = inputs.listing or listing(project)
    look = Look(project.root, Reading(ask.cached, inputs.overlay, files.code))
    look.keep()
    return look.found


def _begin_to_prove(ground: Ground, ask: Ask, ahead: Ahead) -> None:
    """Has a server asked about statements that no run has asked it about, while the rest is read and judged."""
    statements = ahead.statements()
    if statements and statements.statements and not ask.paths:
        from pgconform.project.proving import begin

        ahead.proving = begin(statements, ground, cached=ask.cached)


def _ready(meanwhile: Callable[[], None]) -> Iterator[None]:
    """Makes ready what most projects are judged with while another process looks at their files, step by step."""
    import pgconform.postgrest.resolve

    yield
    import pgconform.sql.pairs

    yield
    import pgconform.pairs.caches  # noqa: F401

    yield
    from pgconform.sources.python.looked import Looked

    msgspec.msgpack.Decoder(Looked)  # works out how such a value is read
    for _ in import_rules():
        yield
    _compile()
    yield
    meanwhile()


def _compile() -> None:
    """Compiles patterns that most projects are judged with."""
    from pgconform import caching, directives
    from pgconform.pairs import caches
    from pgconform.project.doubts import guarded, index, knowing
    from pgconform.sources.python.models import roles
    from pgconform.sql import commands, history, placeholders
    from pgconform.support import names, testfiles, visible

    compile_of(caches, caching, commands, directives, guarded, history, index, knowing)
    compile_of(names, placeholders, roles, testfiles, visible)
