"""Who uses what, of everything at once: every place in every claim, by relation and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pgconform.check import every_pair
from pgconform.config import Project
from pgconform.pairs.pair import Pair
from pgconform.pairs.world import World
from pgconform.project.api import api, searched
from pgconform.project.uses import columns_of, how_of, word_of
from pgconform.schema import Access, Schema


class Usage(msgspec.Struct, frozen=True, order=True, array_like=True):
    """One place that uses a relation, or with ``column`` a column of it; ``place`` is ``path:line:column``."""

    relation: str
    column: str
    place: str
    how: str
    word: str
    source: str
    holder: str


_LIST = msgspec.msgpack.Decoder(tuple[Usage, ...])


def usage(project: Project, truth: Schema, claims: Iterable[Schema]) -> tuple[Usage, ...]:
    """Every use that these claims make of every relation of the truth, sorted."""
    world = World(truth, searched(project))
    found: set[Usage] = set()
    for pair in every_pair(world, claims, api(project)):
        found.update(_of(pair))
    return tuple(sorted(found))


def encoded(found: tuple[Usage, ...]) -> bytes:
    """The list as bytes that `decoded` takes."""
    return msgspec.msgpack.encode(found)


def decoded(data: bytes) -> tuple[Usage, ...]:
    """The list that `encoded` made; none of nothing."""
    return _LIST.decode(data) if data else ()


def _of(pair: Pair) -> Iterator[Usage]:
    if pair.at is None or not pair.relation_name or pair.source in ("schema", "truth", ""):
        return
    access = getattr(pair, "access", Access.READ)
    for column in columns_of(pair) or ("",):
        how, word = how_of(access, pair.source), word_of(access, pair.source, pair)
        yield Usage(pair.relation_name, column, str(pair.at), how, word, pair.source, pair.holder)
