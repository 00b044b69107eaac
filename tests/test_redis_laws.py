"""Laws of judging entries: what the quick decoder takes, all others take; whatever Postgres writes conforms."""

from __future__ import annotations

import datetime
import json
import string
import types
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

import msgspec
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field as Limits
from pydantic import TypeAdapter, ValidationError

from pgconform.caching import Contract, Part
from pgconform.embedded import Server
from pgconform.pairs.world import World
from pgconform.redis.judge import judge
from pgconform.redis.plan import Plan, plan
from pgconform.redis.texts import reads_text
from pgconform.schema import Relation, Schema
from pgconform.shape import Array, Field, Labels, Scalar, Type
from pgconform.sources.postgres import read
from tests.wire.values import SCALARS

KINDS: dict[str, tuple[Type, Any]] = {
    "bool": (Scalar("bool"), bool),
    "int2": (Scalar("int2"), Annotated[int, Limits(ge=-(2**15), lt=2**15)]),
    "int4": (Scalar("int4"), Annotated[int, Limits(ge=-(2**31), lt=2**31)]),
    "int8": (Scalar("int8"), Annotated[int, Limits(ge=-(2**63), lt=2**63)]),
    "float8": (Scalar("float8"), float),
    "numeric": (Scalar("numeric"), Decimal),
    "text": (Scalar("text"), str),
    "varchar(3)": (Scalar("varchar", (3,)), Annotated[str, Limits(max_length=3)]),
    "uuid": (Scalar("uuid"), uuid.UUID),
    "timestamptz": (Scalar("timestamptz"), datetime.datetime),
    "timestamp": (Scalar("timestamp"), datetime.datetime),
    "date": (Scalar("date"), datetime.date),
    "time": (Scalar("time"), datetime.time),
    "labels": (Labels(("a", "b c", "")), Literal["a", "b c", ""]),
    "array": (Array(Scalar("int4")), list[int | None]),
    "jsonb": (Scalar("jsonb"), Any),
}
MOMENTS = st.one_of(st.datetimes(), st.datetimes(timezones=st.just(datetime.UTC)), st.dates(), st.times())
LISTED = ("a", "b c", "None", "", "1", "1.5", "true", "NaN", "infinity", "2024-01-01 00:00:00+00", "24:00:00")
TEXTS = st.one_of(
    st.text(max_size=5), MOMENTS.map(lambda found: found.isoformat()), st.uuids().map(str),
    st.uuids().map(lambda found: found.hex), st.sampled_from(LISTED),
    st.from_regex(r"\A\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?\Z"),
)  # fmt: skip
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**65), 2**65), st.floats(allow_nan=False, allow_infinity=False), TEXTS,
    st.sampled_from([1e400, -0.0, 1.0, 2**31, -(2**31), 2**63, 2**15]),
)  # fmt: skip
VALUES = st.one_of(PLAIN, st.lists(PLAIN, max_size=3), st.dictionaries(st.text(max_size=2), PLAIN, max_size=2))


def one(type_: Type, *, nullable: bool = True, encoding: str = "json") -> Plan:
    """The plan of a payload of one field, ``v``."""
    relation = Relation("t", "public", fields=(Field("v", type_, nullable=nullable),))
    return plan(Contract("k:{id}", "t", encoding, (Part("v", "v"),)), World(Schema(relations=(relation,))))


PLANS = {
    (name, nullable): one(kind, nullable=nullable) for name, (kind, _) in KINDS.items() for nullable in (True, False)
}
MODELS: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter[Any](cast("Any", types.GenericAlias(dict, (str, kind | None))))
    for name, (_, kind) in KINDS.items()
}


def taken(held: Plan, raw: bytes | list[bytes]) -> bool:
    assert held.accept is not None
    try:
        held.accept(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return True


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=120)
@given(value=VALUES, nullable=st.booleans())
def test_what_the_quick_decoder_takes_the_others_take(name: str, value: object, nullable: bool) -> None:
    raw = json.dumps({"v": value}).encode()
    if not taken(PLANS[name, nullable], raw):
        return
    assert judge(PLANS[name, nullable], raw) == []
    try:
        MODELS[name].validate_json(raw)
    except ValidationError as refused:
        pytest.fail(f"{raw!r}: {refused}")


NAMES = st.sampled_from(["v", "w", "extra", "computed"])
OBJECTS = st.dictionaries(NAMES, VALUES).map(lambda found: json.dumps(found).encode())
WIDE = plan(
    Contract("k:{id}", "t", "json", (Part("v", "v"), Part("w", "w", optional=True), Part("computed"))),
    World(Schema(relations=(Relation("t", "public", fields=(
        Field("v", Scalar("int4"), nullable=False), Field("w", Scalar("text"), nullable=True),
    )),))),
)  # fmt: skip


@settings(max_examples=300)
@given(
    found=st.one_of(st.dictionaries(NAMES, VALUES).map(lambda one: json.dumps(one).encode()), st.binary(max_size=20))
)
def test_so_it_is_with_whole_payloads_and_with_any_bytes(found: bytes) -> None:
    if taken(WIDE, found):
        assert judge(WIDE, found) == []


@settings(max_examples=200)
@given(st.text(alphabet=string.printable, max_size=30))
def test_so_it_is_with_text_that_is_nearly_json(found: str) -> None:
    for raw in (
        found.encode(),
        b'{"v": ' + found.encode() + b', "computed": 1}',
        b'{"v": 1, "v": ' + found.encode() + b', "computed": 1}',
    ):
        if taken(WIDE, raw):
            assert judge(WIDE, raw) == []


HASHES = {
    (name, nullable): one(kind, nullable=nullable, encoding="hash")
    for name, (kind, _) in KINDS.items() for nullable in (True, False)
}  # fmt: skip
BYTES = st.one_of(
    TEXTS.map(str.encode), VALUES.map(lambda found: json.dumps(found).encode()),
    st.binary(max_size=8), st.integers(-(2**65), 2**65).map(lambda found: str(found).encode()),
    st.sampled_from([b"{1,2}", b'"\xff"', b"t", b"+1", b"1e5", b"-0", b"00", b"23:59", b"2024-02-30", b"2024-01-31"]),
)  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=150)
@given(value=BYTES, nullable=st.booleans(), more=st.sampled_from([[], [b"w", b"1"], [b"v", b"x"]]))
def test_so_it_is_with_hashes(name: str, value: bytes, nullable: bool, more: list[bytes]) -> None:
    held = HASHES[name, nullable]
    for raw in ([b"v", value, *more], [*more, b"v", value], more):
        if taken(held, raw):
            assert judge(held, raw) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bool", "t"), ("int2", "-9999"), ("int4", "123456789"), ("int8", "1"), ("float8", "1.5"), ("numeric", "12.50"),
        ("text", "None"), ("varchar(3)", "abc"), ("uuid", "00000000-0000-4000-8000-00000000aBcD"),
        ("timestamptz", "2024-01-31 12:00:00.5+00"), ("timestamp", "2024-01-31T12:00:00"), ("date", "2024-02-29"),
        ("time", "12:00:00.123456"), ("labels", "b c"), ("array", "{1,NULL}"), ("array", "[1]"), ("jsonb", '{"a": 1}'),
    ],
)  # fmt: skip
def test_hashes_of_ordinary_values_need_no_closer_look(name: str, value: str) -> None:
    assert taken(HASHES[name, False], [b"v", value.encode()])


def test_the_order_of_a_hash_is_no_matter_and_its_fields_are() -> None:
    held = plan(msgspec.structs.replace(WIDE.contract, encoding="hash"), World(Schema(relations=(WIDE.relation,))))  # type: ignore[arg-type]
    assert taken(held, [b"v", b"1", b"computed", b"x"])
    assert taken(held, [b"computed", b"x", b"w", b"y", b"v", b"1"])
    assert not any(taken(held, raw) for raw in ([], [b"w", b"1"], [b"v", b"1", b"z", b"1"], [b"v", b"x"]))


@settings(max_examples=200)
@given(value=VALUES)
def test_so_it_is_with_msgpack(value: object) -> None:
    for name in ("int4", "text", "timestamptz", "uuid", "labels", "float8"):
        held = one(KINDS[name][0], encoding="msgpack")
        try:
            raw = msgspec.msgpack.encode({"v": value})
        except OverflowError:
            return
        if taken(held, raw):
            assert judge(held, raw) == []


@pytest.fixture(scope="module")
def everything(postgres: Server) -> Iterator[tuple[psycopg.Connection[Any], Relation, World]]:
    """A table with a column of each type that the server has."""
    name = f"laws_{uuid.uuid4().hex[:12]}"
    dsn = postgres.create_database(name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        listed = [kind for kind in SCALARS if _has(connection, kind)]
        columns = ", ".join(f'"{kind.replace(chr(34), "")}" {kind}' for kind in listed)
        connection.execute(f"create table t (id int primary key, {columns})".encode())
        truth = read(dsn)
        world = World(truth)
        relation = world.relation("t")
        assert relation is not None
        yield connection, relation, world
    postgres.drop_database(name)


def _has(connection: psycopg.Connection[Any], kind: str) -> bool:
    try:
        connection.execute(f"select null::{kind}".encode())
    except psycopg.Error:
        return False
    return True


def test_every_value_that_postgres_writes_conforms(
    everything: tuple[psycopg.Connection[Any], Relation, World],
) -> None:
    connection, relation, world = everything
    judged = 0
    for field in relation.fields[1:]:
        kind = field.type.raw
        as_json = plan(Contract("k:{id}", "t", "json", (Part("v", field.name),)), world)
        as_hash = plan(Contract("k:{id}", "t", "hash", (Part("v", field.name),)), world)
        for text in _written(field.name):
            query = f"select json_build_object('v', %s::{kind})::text, %s::{kind}::text".encode()
            try:
                found = connection.execute(query, (text, text)).fetchone()
            except psycopg.Error:
                continue
            assert found is not None
            assert judge(as_json, found[0].encode()) == [], (kind, found[0])
            assert judge(as_hash, [b"v", found[1].encode()]) == [], (kind, found[1])
            assert reads_text(as_hash.fields[0], found[1]), (kind, found[1])
            judged += 1
    assert judged > 150


def _written(column: str) -> tuple[str, ...]:
    found = SCALARS.get(column) or SCALARS[f'"{column}"']
    return (*found.usual, *found.rare)
