"""What is said of a cache beside the truth: contracts as claims of relations, uses and entries beside contracts."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.caching import Caches, CacheUse, Contract, Observed, shape
from pgconform.finding import Severity
from pgconform.pairs.pair import Pair, RelationPair, display_name
from pgconform.pairs.pairing import relation_pairs
from pgconform.pairs.world import World
from pgconform.schema import Access, Key, Relation, Transport
from pgconform.shape import Field, Labels, Unknown
from pgconform.support.patterns import deferred

OBJECTS = frozenset({"json", "hash", "redisjson", "msgpack"})
_WORD = deferred(r"\b(?![vV]\d+\b)[a-zA-Z]\w*")
ORDINARY = frozenset({"label", "column"})
"""Differences of entries that are those of any other claim, and are judged by its rules."""


class CachePair:
    """A contract or None, and how one use of it, or the entries on a server, differ from it."""

    unjudged = None
    source = "cache"
    ceiling = Severity.ERROR

    def __init__(
        self, world: World, contract: Contract | None, use: CacheUse | None, found: tuple[Observed, ...]
    ) -> None:
        self.contract = contract
        self.use = use
        self.found = found
        self.site = use is not None and contract is not None
        self.holder = use.pattern if use else found[0].pattern if found else ""
        relation = relation_of(world, contract) if contract else None
        self.relation_name = relation.qualified if relation else ""
        self.subject = display_name(world, relation) if relation else self.holder
        self.at = use.at if use else (contract.at if contract else None)
        self.truth_at = contract.at if contract and use else None


def cache_pairs(world: World, caches: Caches) -> Iterator[Pair]:
    """Every contract beside its relation, every use and everything observed beside its contract."""
    for contract in caches.contracts:
        if contract.relation:
            yield from relation_pairs(_beside(world, claim(world, contract)))
    others = _first_writers(caches.uses)
    for use in caches.uses:
        held = caches.contract(use.pattern)
        found = differences(held, use) if held else _beside_other(use, others.get(shape(use.pattern)))
        yield CachePair(world, held, use, tuple(found))
    for item in caches.observed:
        held = caches.contract(item.pattern)
        if held is None:
            continue
        if item.kind in ORDINARY:
            yield from relation_pairs(_beside(world, _entry(world, held, item)))
        else:
            yield CachePair(world, held, None, (item,))


def _first_writers(uses: tuple[CacheUse, ...]) -> dict[str, CacheUse]:
    """Of every pattern the first call that is known to write an object, else the first that is known at all."""
    found: dict[str, CacheUse] = {}
    for use in sorted(uses, key=lambda one: _form(one) != "an object"):
        if use.verb == "write" and _form(use):
            found.setdefault(shape(use.pattern), use)
    return found


def _form(use: CacheUse) -> str:
    """What a call writes: "an object", "a text" …, "" where it is not known."""
    if use.payload is not None or use.row:
        return "an object"
    return f"a {use.scalar}" if use.scalar else ""


def _beside_other(use: CacheUse, other: CacheUse | None) -> Iterator[Observed]:
    """How a call differs from another that writes the same keys, where no contract says what is right.

    Keys of which nothing is known but a version may each be of something else.
    """
    if other is None or use.verb != "write" or other is use or not _form(use) or not _WORD.search(shape(use.pattern)):
        return
    mine, theirs = (f"{_form(one)} as {one.encoding}" if one.encoding else _form(one) for one in (use, other))
    if _form(use) != _form(other) or (use.encoding and other.encoding and use.encoding != other.encoding):
        yield Observed(use.pattern, "writer", said=mine, expected=theirs, at=other.at)


def relation_of(world: World, contract: Contract) -> Relation | None:
    """The relation that a contract's payload is of."""
    schema, _, name = contract.relation.rpartition(".")
    return world.relation(name, schema) if name else None


def claim(world: World, contract: Contract) -> Relation:
    """What a contract says of its relation: the columns it is filled from, and that its parameters tell rows apart."""
    schema, _, name = contract.relation.rpartition(".")
    said = [_field(part.name, part.column, part.claimed, contract) for part in contract.parts if part.column]
    named = {field.name for field in said}
    said += [Field(column, attribute=name) for name, column in contract.parameters if column not in named]
    columns = tuple(column for _, column in contract.parameters)
    known = relation_of(world, contract)
    there = known is not None and all(known.field(column) for column in columns)
    keys = (Key(columns, "unique", at=contract.at),) if columns and there else ()
    return Relation(
        name, schema, "cache", tuple(said), keys, access=Access.READ, whole=False, transport=Transport.POSTGREST,
        holder=contract.pattern, at=contract.at,
    )  # fmt: skip


def _field(name: str, column: str, claimed: Field | None, contract: Contract) -> Field:
    part = next(part for part in contract.parts if part.name == name)
    base = claimed if claimed is not None and not part.form else Field(column)
    return replace(base, name=column, attribute=name, at=part.at)


def _entry(world: World, contract: Contract, item: Observed) -> Relation:
    """What an entry says by what it holds: a label, or a field of the name of a column."""
    base = claim(world, contract)
    type_ = Labels((item.said,)) if item.kind == "label" else Unknown()
    field = Field(_column(contract, item.field), type_, attribute=item.field, at=contract.at)
    return replace(base, kind="entry", fields=(field,), keys=(), access=Access.MENTION)


def _column(contract: Contract, name: str) -> str:
    return next((part.column for part in contract.parts if part.name == name), name)


def _beside(world: World, said: Relation) -> RelationPair:
    return RelationPair(world, world.relation(said.name, said.schema), said)


def differences(contract: Contract, use: CacheUse) -> Iterator[Observed]:
    """How a call differs from the contract of its keys."""
    if use.encoding and use.encoding != contract.encoding:
        kind = "pickle" if use.encoding == "pickle" else "encoding"
        yield Observed(contract.pattern, kind, said=use.encoding, expected=contract.encoding)
    if use.scalar and use.encoding == contract.encoding and contract.encoding in OBJECTS and contract.relation:
        yield Observed(contract.pattern, "encoding", said=f"a {use.scalar}", expected="an object")
    if use.verb == "write":
        yield from _of_payload(contract, use)
        yield from _of_ttl(contract, use)


def _of_payload(contract: Contract, use: CacheUse) -> Iterator[Observed]:
    payload = use.payload
    if payload is None or not contract.parts:
        return
    known = {part.name for part in contract.parts}
    for field in payload.fields:
        if field.name not in known:
            yield Observed(contract.pattern, "field", field.name, at=field.at)
    sent = {field.name for field in payload.fields if field.required is not False}
    for part in contract.parts:
        if payload.whole and not part.optional and part.name not in sent:
            yield Observed(contract.pattern, "missing", part.name, at=payload.at)


def _of_ttl(contract: Contract, use: CacheUse) -> Iterator[Observed]:
    if use.ttl is None:
        return
    if use.ttl == 0 and contract.max_ttl is not None:
        yield Observed(contract.pattern, "ttl", said="none", expected=f"at most {contract.max_ttl} s")
    elif contract.max_ttl is not None and use.ttl > contract.max_ttl:
        yield Observed(contract.pattern, "ttl", said=f"{use.ttl} s", expected=f"at most {contract.max_ttl} s")
    elif contract.min_ttl is not None and 0 < use.ttl < contract.min_ttl:
        yield Observed(contract.pattern, "ttl", said=f"{use.ttl} s", expected=f"at least {contract.min_ttl} s")
