"""Schemas of any kind for property tests: small, with every noun and all that can be said or left unsaid.

What a strategy is drawn from is made once: to make and to validate it for each draw takes longer than to draw.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec.structs import replace

from pgconform.schema import (
    Access,
    Argument,
    Check,
    Function,
    Key,
    Link,
    NamedType,
    Policy,
    Relation,
    Schema,
    Transport,
    Trigger,
    Writable,
)
from pgconform.shape import Array, Bounds, Field, Labels, Location, Scalar, Struct, Type, Union, Unknown
from pgconform.sources.python.vocabulary.kinds import KINDS

POSTGRES_KINDS = (
    "bool", "int2", "int4", "int8", "float4", "float8", "numeric", "money", "text", "varchar", "bpchar", "bytea",
    "uuid", "date", "time", "timetz", "timestamp", "timestamptz", "interval", "json", "jsonb", "inet", "cidr",
    "macaddr", "int4range", "tstzrange", "int4multirange", "point", "xml", "tsvector", "oid", "bit", "citext",
    "vector", "hstore",
)  # fmt: skip
SIZED = {"varchar": 1, "bpchar": 1, "numeric": 2, "vector": 1, "bit": 1}

names = st.sampled_from(
    ["id", "title", "status", "created_at", "user_id", "Name", "with space", "naïve", "select", "a"]
)
labels = st.lists(st.sampled_from(["new", "in progress", "done", "Done", "", "ü"]), min_size=1, max_size=4, unique=True)
places = st.none() | st.builds(
    Location, st.sampled_from(["a.py", "1.sql"]), st.integers(0, 9), st.integers(0, 9), st.just(0), st.just(0)
)
texts = st.none() | st.sampled_from(["", "x", "now()", "'draft'::text", "0"])
texts_said = st.sampled_from(["", "x > 0", "select 1"])
flags = st.booleans()
two_names = st.lists(names, unique=True, max_size=2)
kinds = st.sampled_from(POSTGRES_KINDS)
scales = st.integers(0, 4)
lengths = st.integers(1, 40)


@st.composite
def scalars(draw: st.DrawFn) -> Scalar:
    """A Postgres type with or without its type modifier."""
    kind = draw(kinds)
    if kind not in SIZED or draw(flags):
        return Scalar(kind, raw=kind)
    size = (12, draw(scales)) if SIZED[kind] == 2 else (draw(lengths),)
    return Scalar(kind, size, f"{kind}({','.join(map(str, size))})")


def structs(of: SearchStrategy[Type]) -> SearchStrategy[Type]:
    fields = st.lists(st.builds(Field, names, of, nullable=st.just(True)), max_size=3, unique_by=lambda one: one.name)
    return fields.map(lambda found: Struct(tuple(found)))


types: SearchStrategy[Type] = st.recursive(
    scalars() | labels.map(lambda values: Labels(tuple(values))) | st.just(Unknown()),
    lambda inner: st.builds(Array, inner) | structs(inner),
    max_leaves=3,
)
python_types: SearchStrategy[Type] = st.recursive(
    st.sampled_from(sorted(KINDS)).map(Scalar) | labels.map(lambda values: Labels(tuple(values))) | st.just(Unknown()),
    lambda inner: (
        st.builds(Array, inner)
        | structs(inner)
        | st.lists(inner, min_size=1, max_size=3).map(lambda options: Union(tuple(options)))
    ),
    max_leaves=3,
)
bounds = st.none() | st.builds(
    Bounds,
    ge=st.sampled_from([None, "0", "1"]),
    lt=st.sampled_from([None, "100"]),
    max_length=st.sampled_from([None, 3, 40]),
    pattern=st.sampled_from([None, "^a"]),
    labels=st.none() | labels.map(tuple),
)
identities = st.sampled_from(["", "", "always", "by default"])
generations = st.sampled_from(["", "", "stored"])


@st.composite
def columns(draw: st.DrawFn, name: str, of: SearchStrategy[Type] = types) -> Field:
    """A column as a catalogue has it."""
    identity = draw(identities)
    default = None if identity else draw(texts)
    return Field(
        name,
        draw(of),
        nullable=draw(flags),
        default=default or None,
        filled=bool(default or identity),
        generated="" if identity or default else draw(generations),
        identity=identity,
        bounds=draw(bounds),
        comment=draw(texts),
        at=draw(places),
    )


def _parts(one: SearchStrategy[Any]) -> SearchStrategy[tuple[Any, ...]]:
    return st.lists(one, max_size=2, unique_by=lambda part: str(part.name)).map(tuple)


relation_kinds = st.sampled_from(["table", "view", "materialized view", "partitioned table", "foreign table"])
five_names = st.lists(names, unique=True, max_size=5).map(tuple)
key_kinds = st.sampled_from(["primary", "unique", "index"])
policies = _parts(st.builds(Policy, names, roles=st.just(("anon",)), using=texts_said))
triggers = _parts(st.builds(Trigger, names, texts_said, flags))
writing = st.none() | st.builds(Writable, flags, flags, flags)


@cache
def _some(held: tuple[str, ...]) -> SearchStrategy[tuple[str, ...]]:
    """One or two of these columns, where there are any."""
    return st.lists(st.sampled_from(held), min_size=1, max_size=2, unique=True).map(tuple) if held else st.just(())


@st.composite
def tables(draw: st.DrawFn, schema: str, name: str) -> Relation:
    """A table or view with everything that can hang on it."""
    kind = draw(relation_kinds)
    held = draw(five_names)
    some = _some(held)
    return Relation(
        name,
        schema,
        kind,
        tuple(draw(columns(one)) for one in held),
        keys=tuple(Key(draw(some), draw(key_kinds), one, partial=draw(texts_said)) for one in draw(two_names)),
        links=tuple(Link(draw(some), "public", draw(names), draw(some), one) for one in draw(two_names)),
        checks=tuple(Check(draw(texts_said), one, draw(some), understood=draw(flags)) for one in draw(two_names)),
        policies=draw(policies),
        triggers=draw(triggers),
        writable=draw(writing),
        row_security=draw(flags),
        definition=draw(texts_said),
        comment=draw(texts),
        at=draw(places),
    )


named_kinds = st.sampled_from(["enum", "domain", "composite"])


@st.composite
def named_types(draw: st.DrawFn, schema: str, name: str) -> NamedType:
    kind = draw(named_kinds)
    return NamedType(name, schema, kind, draw(types), draw(flags), bounds=draw(bounds), at=draw(places))


@st.composite
def functions(draw: st.DrawFn, schema: str, name: str) -> Function:
    arguments = tuple(Argument(one, draw(types)) for one in draw(two_names))
    return Function(name, schema, arguments, draw(types), draw(flags), definition=draw(texts_said), at=draw(places))


homes = st.tuples(st.sampled_from(["public", "app"]), names)
two_homes = st.lists(homes, unique=True, max_size=2)
four_homes = st.lists(homes, unique=True, max_size=4)


@st.composite
def truths(draw: st.DrawFn) -> Schema:
    """What a database might have; every object of a name once, as in a catalogue."""
    return Schema(
        relations=tuple(draw(tables(*home)) for home in draw(four_homes)),
        types=tuple(draw(named_types(*home)) for home in draw(two_homes)),
        functions=tuple(draw(functions(*home)) for home in draw(two_homes)),
        schemas=("public", "app"),
    )


relation_parts = st.sampled_from([name for name in Relation.__struct_fields__ if name != "at"])


@st.composite
def near(draw: st.DrawFn, truth: Schema) -> Schema:
    """The truth with one part of one relation, if it has any, taken from another."""
    if not truth.relations:
        return truth
    place = draw(st.integers(0, len(truth.relations) - 1))
    one = truth.relations[place]
    other = draw(tables(one.schema, one.name))
    part = draw(relation_parts)
    changed = replace(one, **{part: getattr(other, part)})
    return replace(truth, relations=(*truth.relations[:place], changed, *truth.relations[place + 1 :]))


several = st.integers(1, 3)


@st.composite
def claims_of(draw: st.DrawFn, truth: Schema) -> Schema:
    """What a program might claim of a truth and of things it does not have, in any direction and over any transport."""
    known = [(one.schema, one.name) for one in truth.relations]
    where = st.sampled_from(known) | homes if known else homes
    return Schema(relations=tuple(draw(_claim(draw(where))) for _ in range(draw(several))))


said_or_not = st.none() | flags
claim_kinds = st.sampled_from(["model", "query", "payload", "document"])
claimed_fields = st.lists(
    st.builds(Field, names, python_types, nullable=said_or_not, required=said_or_not, default=texts, bounds=bounds),
    max_size=4,
    unique_by=lambda one: one.name,
)
targets = _parts(st.builds(Key, names.map(lambda one: (one,)), st.sampled_from(["target", "primary"])))
directions = st.sampled_from(Access)
transports = st.sampled_from(Transport)
extras = st.sampled_from(["", "forbid"])


@st.composite
def _claim(draw: st.DrawFn, home: tuple[str, str]) -> Relation:
    return Relation(
        home[1],
        draw(st.sampled_from(["", home[0]])),
        draw(claim_kinds),
        tuple(draw(claimed_fields)),
        keys=draw(targets),
        access=draw(directions),
        transport=draw(transports),
        whole=draw(flags),
        certain=draw(flags),
        extra=draw(extras),
        holder="Model",
        at=draw(places),
    )
