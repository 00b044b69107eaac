"""Stage two of reading documents: their facts beside a truth become claims, as far as they are surely about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import TypeAlias

import msgspec

from pgconform.pairs.world import World
from pgconform.request import Statement
from pgconform.schema import Relation, Schema, Secured, Unread
from pgconform.shape import Location
from pgconform.sources.docs import columns, diagrams, enums, mentions, policies, secured, sqlfences
from pgconform.sources.docs.facts import LARGEST, DocFacts, Fence
from pgconform.sources.docs.ground import Ground, spoken_past

PYTHON = frozenset({"python", "py", "python3"})


class Documents(msgspec.Struct, frozen=True):
    """What documents claim, and their Python examples by path, which are read as scripts are."""

    schema: Schema = Schema()
    python: tuple[tuple[str, tuple[Fence, ...]], ...] = ()


class Told(msgspec.Struct, frozen=True, array_like=True):
    """What one document claims, and its Python ``examples``."""

    relations: tuple[Relation, ...] = ()
    statements: tuple[Statement, ...] = ()
    secured: tuple[Secured, ...] = ()
    unread: tuple[Unread, ...] = ()
    examples: tuple[Fence, ...] = ()


Keep: TypeAlias = Callable[[bytes, Callable[[], Told]], Told]
"""What a document claims: from before where the bytes that say what it is are the same, else what is made now."""


def read(
    facts: Iterable[tuple[str, DocFacts]],
    world: World,
    asked: Callable[[str], bool],
    keep: Keep = lambda _, make: make(),
) -> Documents:
    """The claims of these documents, by place; of plans and dated notes only if they are ``asked`` for."""
    wanted = [(uri, said) for uri, said in facts if not said.planning or asked(uri)]
    told = [(uri, keep(msgspec.msgpack.encode((uri, said)), partial(_told, world, uri, said))) for uri, said in wanted]
    relations = (relation for _, one in told for relation in one.relations)
    ordered = sorted(relations, key=lambda item: (item.at or Location(""), item.qualified))
    found = Schema(
        tuple(ordered),
        statements=tuple(item for _, one in told for item in one.statements),
        secured=tuple(item for _, one in told for item in one.secured),
        unread=tuple(item for _, one in told for item in one.unread),
        origin="documents",
    )
    return Documents(found, tuple((uri, one.examples) for uri, one in told if one.examples))


def _told(world: World, uri: str, said: DocFacts) -> Told:
    ground = Ground(world, uri)
    named = _policies(ground, said)
    unread = [why for grid in said.grids if (why := columns.unread(ground, grid))]
    unread += policies.unread(named)
    unread += [_too_large(uri, said.size)] if said.size else ()
    unread += [why for fence in said.fences if (why := diagrams.unread(ground, fence))]
    return Told(
        tuple(relations_of(ground, said)),
        tuple(_statements(ground, said)),
        (*secured_of(ground, said), *policies.claims(named)),
        tuple(unread),
        tuple(one for one in said.fences if one.language in PYTHON and not spoken_past(one.block)),
    )


def _too_large(uri: str, size: int) -> Unread:
    reason = f"it has {size / 1_000_000:.1f} MB, and documents of up to {LARGEST // 1_000_000} MB are read"
    return Unread(reason, "document", at=Location(uri, 1, 1))


def relations_of(ground: Ground, said: DocFacts) -> Iterator[Relation]:
    """Every claim of one document about a relation."""
    for grid in said.grids:
        yield from columns.of_grid(ground, grid)
        yield from mentions.of_grid(ground, grid)
    for _, items in groupby(said.items, lambda item: (item.list, item.block)):
        listed = tuple(items)
        yield from columns.of_items(ground, listed)
        yield from columns.of_lines(ground, listed)
        yield from mentions.of_items(ground, listed)
        yield from enums.of_items(ground, listed)
    yield from mentions.of_spans(ground, said.spans)
    for fence in said.fences:
        if fence.language in sqlfences.LANGUAGES:
            yield from sqlfences.tables(ground, fence)
            yield from enums.of_fence(ground, fence)
        else:
            yield from diagrams.claims(ground, fence)


def secured_of(ground: Ground, said: DocFacts) -> Iterator[Secured]:
    """Every claim of one document that row-level security is on, or off."""
    yield from secured.of_lines(ground, said.lines)
    for grid in said.grids:
        yield from secured.of_grid(ground, grid)


def _policies(ground: Ground, said: DocFacts) -> list[policies.Told]:
    found = [told for grid in said.grids for told in policies.of_grid(ground, grid)]
    for _, items in groupby(said.items, lambda item: (item.list, item.block)):
        found += policies.of_items(ground, tuple(items))
    return found + policies.of_fences(ground, said.fences)


def _statements(ground: Ground, said: DocFacts) -> Iterator[Statement]:
    here = sqlfences.made(said.fences)
    for fence in said.fences:
        if fence.language in sqlfences.LANGUAGES:
            yield from sqlfences.statements(ground, fence, here)
