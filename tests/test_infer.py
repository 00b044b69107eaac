"""What is understood of a CHECK, and what is not."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconform.constraints.infer import Reading, merged, read_check
from pgconform.embedded import Server
from pgconform.shape import Array, Bounds, Labels, Scalar, Type

pytestmark = pytest.mark.every_version
TYPES: dict[str, Type] = {
    "n": Scalar("int4"),
    "big": Scalar("int8"),
    "price": Scalar("numeric", (10, 2)),
    "share": Scalar("float8"),
    "t": Scalar("text"),
    "v": Scalar("varchar", (40,)),
    "c": Scalar("bpchar", (3,)),
    "ci": Scalar("citext"),
    "tags": Array(Scalar("text")),
    "state": Labels(("new", "old")),
    "day": Scalar("date"),
    "flag": Scalar("bool"),
    "odd name": Scalar("int4"),
}
DECLARED = {
    "n": "int", "big": "bigint", "price": "numeric(10,2)", "share": "float8", "t": "text", "v": "varchar(40)",
    "c": "char(3)", "ci": "citext", "tags": "text[]", "state": "state", "day": "date", "flag": "bool",
    "odd name": "int",
}  # fmt: skip
WHOLE: list[tuple[str, dict[str, Bounds]]] = [
    ("n > 0", {"n": Bounds(gt="0")}),
    ("n >= -1 and n < 10", {"n": Bounds(ge="-1", lt="10")}),
    ("n between 1 and 5", {"n": Bounds(ge="1", le="5")}),
    ("0 < n", {"n": Bounds(gt="0")}),
    ("n > 0 and n > 3 and n <= 9 and n <= 7", {"n": Bounds(gt="3", le="7")}),
    ("n > 0 and price >= 0.5", {"n": Bounds(gt="0"), "price": Bounds(ge="0.5")}),
    ("big < 9223372036854775807", {"big": Bounds(lt="9223372036854775807")}),
    ("share >= 0 and share <= 1", {"share": Bounds(ge="0", le="1")}),
    ("n % 5 = 0", {"n": Bounds(multiple_of="5")}),
    ("price % 0.5 = 0", {"price": Bounds(multiple_of="0.5")}),
    ("mod(n, 3) = 0", {"n": Bounds(multiple_of="3")}),
    ("n in (1, 2)", {"n": Bounds(labels=("1", "2"))}),
    ("n is null or n > 0", {"n": Bounds(gt="0")}),
    ('"odd name" > 0', {"odd name": Bounds(gt="0")}),
    ("t in ('a', 'b''s')", {"t": Bounds(labels=("a", "b's"))}),
    ("t = any ('{a,\"b c\"}')", {"t": Bounds(labels=("a", "b c"))}),
    ("t = 'a' or t = 'b' or t is null", {"t": Bounds(labels=("a", "b"))}),
    ("v in ('a', 'b')", {"v": Bounds(labels=("a", "b"))}),
    ("c in ('a', 'b')", {"c": Bounds(labels=("a", "b"))}),
    ("state in ('new')", {"state": Bounds(labels=("new",))}),
    ("t <> ''", {"t": Bounds(min_length=1)}),
    ("length(t) <= 5", {"t": Bounds(max_length=5)}),
    ("char_length(v) between 2 and 5", {"v": Bounds(min_length=2, max_length=5)}),
    ("length(t) = 2", {"t": Bounds(min_length=2, max_length=2)}),
    ("length(t) > 2 and length(t) < 9", {"t": Bounds(min_length=3, max_length=8)}),
    ("t ~ '^\\w+$'", {"t": Bounds(pattern="^\\w+$")}),
    ("v ~* '^a'", {"v": Bounds(pattern="(?i)^a")}),
    ("cardinality(tags) > 0", {"tags": Bounds(min_length=1)}),
    ("array_length(tags, 1) <= 3", {"tags": Bounds(max_length=3)}),
    ("true", {}),
]
NOT_WHOLE: list[tuple[str, dict[str, Bounds]]] = [
    ("n > 0 or price > 0", {}),
    ("n is null or price > 0", {}),
    ("n is null", {}),
    ("n <> 5", {}),
    ("n > 0 or n < -5", {}),
    ("not n > 0", {}),
    ("n > price", {}),
    ("n + 1 > 0", {}),
    ("n > 0 and n <> 5", {"n": Bounds(gt="0")}),
    ("t in ('a', null)", {}),
    ("t not in ('a')", {}),
    ("t like 'a%'", {}),
    ("t !~ 'a'", {}),
    ("t > 'a'", {}),
    ("t::int > 0", {}),
    ("v::varchar(2) = 'ab'", {}),
    ("lower(t) = t", {}),
    ("ci in ('a')", {}),
    ("ci ~ 'a'", {}),
    ("length(c) > 1", {}),
    ("length(btrim(t)) > 0", {"t": Bounds(min_length=1)}),
    ("length(trim(t)) > 0", {"t": Bounds(min_length=1)}),
    ("length(trim(t)) < 5", {}),
    ("t ~ 'a' and t ~ 'b'", {"t": Bounds(pattern="a")}),
    ("array_length(tags, 1) >= 1", {}),
    ("array_length(tags, 2) <= 1", {}),
    ("day > '2020-01-01'", {}),
    ("flag", {}),
    ("n % 0 = 0", {}),
    ("case when n > 0 then true else false end", {}),
    ("n > (1.5)::int", {}),
    ("(n, big) > (1, 2)", {}),
]


@pytest.fixture(scope="module")
def server(postgres: Server) -> Iterator[psycopg.Connection[Any]]:
    """A table of these columns, on a server that writes expressions as the catalogue gives them."""
    name = f"checks_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres.create_database(name), autocommit=True) as connection:
        connection.execute("create extension citext; create type state as enum ('new', 'old')")
        columns = ", ".join(f'"{column}" {type_}' for column, type_ in DECLARED.items())
        connection.execute(f"create table t ({columns})".encode())
        yield connection
    postgres.drop_database(name)


def written(server: psycopg.Connection[Any], check: str) -> str:
    """The CHECK as the catalogue gives it."""
    with server.transaction(force_rollback=True):
        server.execute(f"alter table t add constraint it check ({check})".encode())
        server.execute("set local search_path = ''")
        row = server.execute("select pg_get_expr(conbin, conrelid) from pg_constraint where conname = 'it'").fetchone()
    assert row
    return str(row[0])


@pytest.mark.parametrize(("check", "bounds"), WHOLE)
def test_what_is_understood_whole(server: psycopg.Connection[Any], check: str, bounds: dict[str, Bounds]) -> None:
    assert read_check(written(server, check), TYPES) == Reading(bounds, whole=True)


@pytest.mark.parametrize(("check", "bounds"), NOT_WHOLE)
def test_what_is_not_understood_or_not_whole(
    server: psycopg.Connection[Any], check: str, bounds: dict[str, Bounds]
) -> None:
    assert read_check(written(server, check), TYPES) == Reading(bounds)


SAMPLES: dict[str, list[object]] = {
    "n": [-6, -1, 0, 1, 2, 3, 4, 5, 6, 7, 9, 10],
    "odd name": [-1, 0, 1],
    "price": [Decimal("-0.5"), Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal("1.5")],
    "t": ["", "a", "ab", "abc", "b", "b's", "b c", "abcdefghi", "a-b"],
    "v": ["", "a", "A", "b", "ab", "abcde", "abcdef"],
    "state": ["new", "old"],
}


@pytest.mark.parametrize(
    ("check", "bounds"), [one for one in WHOLE if len(one[1]) == 1 and set(one[1]) <= set(SAMPLES)]
)
def test_the_limits_are_what_the_server_enforces(
    server: psycopg.Connection[Any], check: str, bounds: dict[str, Bounds]
) -> None:
    ((column, limit),) = bounds.items()
    for value in SAMPLES[column]:
        query = (
            f'select ({check.replace("%", "%%")}) is not false from (select %s::{DECLARED[column]} as "{column}") as t'
        )
        row = server.execute(query.encode(), [value]).fetchone()
        assert row == (within(limit, value),), value


def within(limit: Bounds, value: Any) -> bool:
    if limit.labels is not None and str(value) not in limit.labels:
        return False
    if isinstance(value, str):
        short = limit.min_length is not None and len(value) < limit.min_length
        long = limit.max_length is not None and len(value) > limit.max_length
        return not short and not long and (limit.pattern is None or re.search(limit.pattern, value) is not None)
    number = Decimal(value)
    outside = (
        limit.ge is not None and number < Decimal(limit.ge),
        limit.gt is not None and number <= Decimal(limit.gt),
        limit.le is not None and number > Decimal(limit.le),
        limit.lt is not None and number >= Decimal(limit.lt),
        limit.multiple_of is not None and number % Decimal(limit.multiple_of) != 0,
    )
    return not any(outside)


@pytest.mark.parametrize(
    ("check", "columns"),
    [
        ("n is not null", {"n"}),
        ("n is not null and t is not null", {"n", "t"}),
        ("n is not null or t is not null", set()),
        ("n is null or n is not null", set()),
    ],
)
def test_what_may_not_be_null(server: psycopg.Connection[Any], check: str, columns: set[str]) -> None:
    assert read_check(written(server, check), TYPES).not_null == columns


@given(st.text(alphabet="()'\"ANDORnt<>=:1,.[]~ ", max_size=40))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    read_check(text, TYPES)


def test_what_is_nested_too_deep_is_not_understood() -> None:
    assert read_check("(" * 5000 + "n > 0" + ")" * 5000, TYPES) == Reading()


VALUES = st.integers(-20, 20)
LIMITS = st.builds(
    Bounds, ge=st.none() | VALUES.map(str), lt=st.none() | VALUES.map(str), min_length=st.none() | st.integers(0, 5)
)


def holds(bounds: Bounds | None, value: int, length: int) -> bool:
    if bounds is None:
        return True
    over = bounds.ge is not None and value < int(bounds.ge)
    under = bounds.lt is not None and value >= int(bounds.lt)
    return not over and not under and length >= (bounds.min_length or 0)


@given(LIMITS, LIMITS, VALUES, st.integers(0, 6))
def test_merged_limits_hold_exactly_where_both_do(one: Bounds, other: Bounds, value: int, length: int) -> None:
    both, _ = merged(one, other)
    assert holds(both, value, length) == (holds(one, value, length) and holds(other, value, length))
