"""Statements that count as alike have rows with the same columns: the server says so."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeAlias

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconform.embedded import Server
from pgconform.sources.python.evaluate.values.columns import columns_part

Connection: TypeAlias = "psycopg.Connection[Any]"
TABLES = "create table a (x int, y text); create table b (x int, z text);"
LISTS = ["x", "a.x", "y as from_here", "count(*)", "(select max(x) from b) as m", "*", "a.*", "'from' as t"]
SOURCES = [
    " /* from */ from a",
    " from a, b",
    " from a join b on a.x = b.x",
    " from (select x, y from a where x > 1) a",
]
ENDS = ["", " where a.x > 1", " where a.x in (select x from b)", " order by 1", " limit 1", " -- from\n where true"]
HEADS = ["", "with c as (select x from b) ", "with a as (select y, x from a) "]


@pytest.fixture(scope="module")
def connection(postgres: Server) -> Iterator[Connection]:
    with psycopg.connect(postgres.create_database("alike"), autocommit=True) as found:
        found.execute(TABLES)
        yield found
    postgres.drop_database("alike")


def columns(connection: Connection, sql: str) -> list[str] | None:
    """The names of the columns; None of a statement that the server refuses."""
    try:
        described = connection.execute(sql.encode()).description
    except psycopg.ProgrammingError:
        return None
    return [column.name for column in described or ()]


STATEMENTS = st.builds(
    lambda head, names, source, end: f"{head}select {names}{source}{end}",
    *map(st.sampled_from, (HEADS, LISTS, SOURCES, ENDS)),
)
CHANGES = st.builds(
    lambda head, change, end, names: f"{head}{change}{end} returning {names}",
    st.sampled_from(["", "with c as (select x from b) "]),
    st.sampled_from(
        [
            "insert into a (x) values (1)",
            "insert into a as t select x from b",
            "insert into b select x from a where x is distinct from 1",
            "update a set x = 1",
            "update a set y = 'from'",
            "update only a t set x = b.x from b",
            "update a set x = b.x from b, (select 1 as one) c",
            "update b set z = (select y from a where a.x is distinct from b.x)",
            "delete from a",
            "delete from a using b",
            "delete from b",
        ]
    ),
    st.sampled_from(["", " where true", " where 1 is distinct from 2", " on conflict do nothing"]),
    st.sampled_from(["*", "x", "1 as x, 2 as y"]),
)


@given(data=st.data())
def test_statements_that_are_alike_have_the_same_columns(connection: Connection, data: st.DataObject) -> None:
    alike: dict[str, list[list[str]]] = {}
    for sql in data.draw(st.lists(STATEMENTS | CHANGES, min_size=10, max_size=30)):
        if (found := columns(connection, sql)) is not None:
            alike.setdefault(columns_part(sql), []).append(found)
    for several in alike.values():
        assert all(one == other for one, other in pairwise(several))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("select x from a", "select x from a where x = 1", True),
        ("select * from a", "select * from a order by x", True),
        ("select * from a", "select * from a join b on true", False),
        ("select x from a", "select y from a", False),
        ("select x from a", "select x from a join b on true", True),
        ("insert into a values (1) returning x", "update a set x = 1 returning x", True),
        ("insert into a values (1) returning *", "insert into b values (1) returning *", False),
        (
            "insert into a values (1) returning *",
            "insert into a (x) values (2) on conflict do nothing returning *",
            True,
        ),
        ("update a set x = 1 returning *", "update a set x = 1, y = 2 where x is distinct from 3 returning *", True),
        ("update a set x = 1 returning *", "update a set x = b.x from b where b.x = 1 returning *", False),
        ("update a set x = 1 from b returning *", "update a set y = 'c' from c returning *", False),
        ('update "a b" set x = 1 returning *', 'update "a c" set x = 1 returning *', False),
        ("delete from a where x = 1 returning *", "delete from a where x = 2 and y = 3 returning *", True),
        ("delete from a where x = 1 returning *", "delete from a using b where x = 1 returning *", False),
        ("delete from a", "delete from b", False),
        ("insert into a select x from b returning x", "insert into a select x from b returning y", False),
        ("with c as (select 1) delete from a returning x", "with c as (select 2) delete from a returning x", True),
    ],
)
def test_what_only_conditions_tell_apart_is_alike(one: str, other: str, same: bool) -> None:
    assert (columns_part(one) == columns_part(other)) is same
