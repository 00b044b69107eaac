"""What is said of operators, literals and casts, held against a real Postgres."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgconform.embedded import Server
from pgconform.pairs.world import World
from pgconform.postgrest.builtin import TYPES
from pgconform.postgrest.casting import castable, target
from pgconform.postgrest.comparing import supports, through, truthful
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.literals import readable
from pgconform.postgrest.syntax import JsonStep
from pgconform.postgrest.values import too_long, unreadable
from pgconform.schema import NamedType, Schema
from pgconform.shape import Array, Labels, Scalar, Type, Unknown

SQL = {
    "eq": "=", "neq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "like": "like", "ilike": "ilike",
    "match": "~", "imatch": "~*", "cs": "@>", "cd": "<@", "ov": "&&", "sl": "<<", "sr": ">>", "nxr": "&<", "nxl": "&>",
    "adj": "-|-", "isdistinct": "is distinct from",
}  # fmt: skip
REFUSED = ("42883", "42725", "42804", "42846", "42704")
DATA = "22"
PSEUDO = frozenset({"record", "void", "cstring", "unknown", "gtsvector", "pg_node_tree", "aclitem", "xml", "refcursor"})
VECTORS = frozenset({"int2vector", "oidvector"})
KINDS = sorted(TYPES - PSEUDO - VECTORS)
CONFIG = PostgrestConfig()


@pytest.fixture(scope="module")
def connection(postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    dsn = postgres.create_database("request_values")
    with psycopg.connect(dsn, autocommit=True) as opened:
        opened.execute("create type mood as enum ('good', 'bad')")
        yield opened
    postgres.drop_database("request_values")


def refusal(connection: psycopg.Connection[Any], sql: str) -> str:
    """The server's code for an expression, "" where it takes it."""
    try:
        connection.execute(f"select {sql}".encode())
    except psycopg.Error as error:
        return error.sqlstate or "?"
    return ""


@pytest.mark.parametrize("operator", SQL)
def test_operators_are_those_the_server_has(connection: psycopg.Connection[Any], operator: str) -> None:
    for kind in KINDS:
        answer = refusal(connection, f"(null::pg_catalog.\"{kind}\" {SQL[operator]} '1') is true")
        said = supports(Scalar(kind), operator, CONFIG)
        assert said is None or said == (answer not in REFUSED), (kind, operator, answer)


def test_orders_are_those_the_server_has(connection: psycopg.Connection[Any]) -> None:
    for kind in KINDS:
        for suffix, type_ in (("", Scalar(kind)), ("[]", Array(Scalar(kind)))):
            answer = refusal(connection, f'x from (select null::pg_catalog."{kind}"{suffix} as x) y order by x')
            said = supports(type_, "order", CONFIG)
            assert said is None or said == (answer == ""), (kind, suffix, answer)


def test_truth_values_are_booleans_alone(connection: psycopg.Connection[Any]) -> None:
    for kind in KINDS:
        answer = refusal(connection, f'null::pg_catalog."{kind}" is unknown')
        assert truthful(Scalar(kind)) in (None, answer == ""), kind


def test_arrays_and_enums_have_operators_of_their_own(connection: psycopg.Connection[Any]) -> None:
    for operator, sql in SQL.items():
        for type_, spelled in ((Array(Scalar("int4")), "int4[]"), (Labels(("good", "bad")), "mood")):
            answer = refusal(connection, f"(null::{spelled} {sql} '1') is true")
            assert supports(type_, operator, CONFIG) == (answer not in REFUSED), (spelled, operator, answer)
    assert refusal(connection, "null::int4[] = any ('{}')") == "42704"
    assert supports(Array(Scalar("int4")), "in", CONFIG) is False


def test_full_text_search_takes_what_to_tsvector_takes(connection: psycopg.Connection[Any]) -> None:
    for kind in KINDS:
        vector = "null::tsvector" if kind == "tsvector" else f'to_tsvector(null::pg_catalog."{kind}")'
        answer = refusal(connection, f"{vector} @@ to_tsquery('a')")
        assert supports(Scalar(kind), "fts", CONFIG) in (None, answer == ""), kind


def test_casts_are_those_the_server_has(connection: psycopg.Connection[Any]) -> None:
    for source in KINDS:
        for to in KINDS:
            said = castable(Scalar(source), Scalar(to))
            if said is not None:
                answer = refusal(connection, f'cast(null::pg_catalog."{source}" as pg_catalog."{to}")')
                assert said == (answer != "42846"), (source, to, answer)


def test_arrays_are_cast_by_their_elements() -> None:
    ints, dates = Array(Scalar("int4")), Array(Scalar("date"))
    assert castable(ints, Array(Scalar("text"))) is True
    assert castable(ints, dates) is False
    assert castable(ints, Scalar("int4")) is False
    assert castable(Scalar("int4"), ints) is False
    assert castable(ints, Scalar("text")) is True


def test_a_cast_names_types_as_sql_does(connection: psycopg.Connection[Any]) -> None:
    truth = Schema(types=(NamedType("mood", "public", "enum", Labels(("good", "bad"))), NamedType("far", "other")))
    world = World(truth)
    for name in (
        "int",
        "BIGINT",
        "double precision",
        "timestamp with time zone",
        "_int4",
        "mood",
        "character  varying",
    ):
        assert refusal(connection, f"cast(null as {name})") == "", name
        assert target(name, world, ("public",)) not in (None, Unknown(name)), name
    for name in ("integr", "jsonbb", "_nothing"):
        assert refusal(connection, f"cast(null as {name})") == "42704", name
        assert target(name, world, ("public",)) is None, name
    assert isinstance(target("far", world, ("public",)), Unknown)


LITERALS = [
    "", " ", "1", " 12 ", "-5", "+7", "1.5", ".5", "5.", "1e3", "1e400", "0x1F", "1_000", "40000", "3000000000",
    "9223372036854775808", "NaN", "infinity", "-Infinity", "null", "NULL", "true", "T", "yes", "of", "off", "o", "on",
    "2", "a", "{}", "{1,2}", "{a,b}", "{1,NULL}", "{{1},{2}}", "[1,2]", '{"a":1}', '"x"', "'x'", "[1,3)", "(,)",
    "empty", "(1,2", "11111111-2222-3333-4444-555555555555", "{11111111222233334444555555555555}", "11111111-2222-3333",
    "2020-01-01", "2020-13-01", "today", "tomorrow", "later", "12:30", "1 day", "good", "Good",
]  # fmt: skip
READ: list[tuple[str, Type]] = [
    *((kind, Scalar(kind)) for kind in (
        "int2", "int4", "int8", "float4", "float8", "numeric", "bool", "uuid", "json", "jsonb", "date", "time",
        "timetz", "timestamp", "timestamptz", "interval", "int4range", "text", "varchar", "oid",
    )),
    ("int4[]", Array(Scalar("int4"))),
    ("text[]", Array(Scalar("text"))),
    ("uuid[]", Array(Scalar("uuid"))),
    ("mood", Labels(("good", "bad"))),
]  # fmt: skip


def agrees(connection: psycopg.Connection[Any], text: str, spelled: str, type_: Type) -> None:
    said = readable(text, type_)
    try:
        connection.execute(f"select %s::text::{spelled}".encode(), (text,))
    except psycopg.Error as error:
        assert (error.sqlstate or "").startswith(DATA), (text, spelled, error)
        assert said is not True, (text, spelled)
    else:
        assert said is not False, (text, spelled)


@pytest.mark.parametrize(("spelled", "type_"), READ)
def test_literals_are_read_as_the_server_reads_them(
    connection: psycopg.Connection[Any], spelled: str, type_: Type
) -> None:
    for text in LITERALS:
        agrees(connection, text, spelled, type_)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.sampled_from('0123456789+-.eE_xXbBoO {}[](),:"truefalsnyNaninfty'), max_size=10),
    st.sampled_from(READ),
)
def test_no_literal_is_called_wrong_that_the_server_reads(
    connection: psycopg.Connection[Any], text: str, kind: tuple[str, Type]
) -> None:
    agrees(connection, text, *kind)


def test_json_paths_change_the_type() -> None:
    key, text = JsonStep("->", "a"), JsonStep("->>", "b")
    assert through(Scalar("jsonb"), (key, text)) == Scalar("text", raw="text")
    assert through(Scalar("json"), (key,)) == Scalar("json")
    assert through(Scalar("int4"), (key,)) == Scalar("jsonb", raw="jsonb")
    assert through(Scalar("jsonb"), (text, key)) is None


@pytest.mark.parametrize(
    ("value", "type_", "refused"),
    [
        (1, Scalar("int4"), None),
        (1.5, Scalar("int4"), "1.5"),
        (True, Scalar("int4"), "true"),
        ("5", Scalar("int4"), None),
        (None, Scalar("int4"), None),
        ([1, "x"], Array(Scalar("int4")), "x"),
        ([[1], [2]], Array(Scalar("int4")), None),
        ("{1}", Array(Scalar("int4")), None),
        ("x", Array(Scalar("int4")), "x"),
        ({"a": 1}, Scalar("jsonb"), None),
        ("not json", Scalar("jsonb"), None),
        ({"a": 1}, Scalar("text"), None),
        ({"a": 1}, Scalar("int4"), '{"a":1}'),
    ],
)
def test_values_of_a_payload(
    connection: psycopg.Connection[Any], value: object, type_: Type, refused: str | None
) -> None:
    from psycopg.types.json import Json

    spelled = f"{type_.of.kind}[]" if isinstance(type_, Array) and isinstance(type_.of, Scalar) else ""
    spelled = spelled or (type_.kind if isinstance(type_, Scalar) else "")
    answer = ""
    try:
        connection.execute(f"select * from json_to_record(%s) as x(v {spelled})".encode(), (Json({"v": value}),))
    except psycopg.Error as error:
        answer = error.sqlstate or "?"
    assert (unreadable(value, type_), bool(answer)) == (refused, refused is not None)


def test_a_text_can_be_too_long() -> None:
    assert too_long("abcd", Scalar("varchar", (3,)))
    assert not too_long("abc   ", Scalar("varchar", (3,)))
    assert not too_long("abcd", Scalar("varchar"))
    assert not too_long("abcd", Scalar("text"))
