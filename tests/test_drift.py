"""How one truth differs from another: every part, what may be a rename, and nothing of what one of them cannot say."""

from __future__ import annotations

import uuid

import pytest

from pgconform.drift.common import common
from pgconform.drift.differences import Difference, differences
from pgconform.embedded import Server
from pgconform.schema import Key, Relation, Schema
from pgconform.shape import Array, Field, Labels, Scalar, Unknown
from pgconform.sources.postgres import read
from pgconform.sources.supabase.openapi import UNSAID
from tests.schemas import schema, table
from tests.truths import apply, everything, truth_of

THINGS = "create table things (id int primary key, title text, price numeric(5, 2) default 0, owner int)"


def between(dsn: str, server: Server, change: str, base: str = THINGS) -> list[tuple[str, str, str, str]]:
    """What a change makes of a schema: (kind, subject, what, attribute)."""
    other = server.create_database(name := f"drift_{uuid.uuid4().hex[:8]}")
    then, now = truth_of(dsn, base), truth_of(other, f"{base}; {change}")
    server.drop_database(name)
    return [(one.kind, one.subject, one.what, one.attribute) for one in differences(now, then)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("select 1", []),
        ("create index on things (title)", []),
        ("create table more ()", [("relation", "public.more", "added", "")]),
        ("drop table things", [("relation", "public.things", "removed", "")]),
        ("alter table things add size int", [("column", "public.things.size", "added", "")]),
        ("alter table things drop owner", [("column", "public.things.owner", "removed", "")]),
        ("alter table things alter owner type bigint", [("column", "public.things.owner", "changed", "type")]),
        ("alter table things alter price type numeric(6, 2)", [("column", "public.things.price", "changed", "type")]),
        ("alter table things alter title set not null", [("column", "public.things.title", "changed", "nullable")]),
        ("alter table things alter price set default 1", [("column", "public.things.price", "changed", "default")]),
        ("comment on column things.title is 'x'", [("column", "public.things.title", "changed", "comment")]),
        ("comment on table things is 'x'", [("relation", "public.things", "changed", "comment")]),
        ("create unique index u on things (title)", [("key", "public.things.u", "added", "")]),
        ("alter table things enable row level security", [("relation", "public.things", "changed", "row_security")]),
        ("create policy p on things", [("policy", "public.things.p", "added", "")]),
        ("create type mood as enum ('a')", [("type", "public.mood", "added", "")]),
        ("create function f() returns int language sql as 'select 1'", [("function", "public.f()", "added", "")]),
        (
            "alter table things add constraint fk foreign key (owner) references things",
            [("link", "public.things.fk", "added", "")],
        ),
        (
            "alter table things add constraint c check (price > 0)",
            [("column", "public.things.price", "changed", "bounds"), ("check", "public.things.c", "added", "")],
        ),
    ],
)
def test_every_change_is_one_difference(
    postgres: Server, pg_dsn: str, change: str, expected: list[tuple[str, str, str, str]]
) -> None:
    assert between(pg_dsn, postgres, change) == expected


@pytest.mark.parametrize(
    ("base", "change", "kind", "attribute"),
    [
        ("create type mood as enum ('a')", "alter type mood add value 'b'", "type", "type"),
        ("create view v as select 1 as a", "create or replace view v as select 2 as a", "relation", "definition"),
        (
            "create function f() returns int language sql as 'select 1'",
            "create or replace function f() returns int language sql as 'select 2'",
            "function",
            "definition",
        ),
        (
            "create table a (id int primary key); create table b (a int constraint fk references a)",
            "alter table b drop constraint fk, add constraint fk foreign key (a) references a on delete cascade",
            "link",
            "on_delete",
        ),
        (
            "create table a (); create policy p on a using (true)",
            "alter policy p on a using (false)",
            "policy",
            "using",
        ),
    ],
)
def test_what_has_changed_of_a_part_is_named(
    postgres: Server, pg_dsn: str, base: str, change: str, kind: str, attribute: str
) -> None:
    assert (kind, "changed", attribute) in [
        (found, what, said) for found, _, what, said in between(pg_dsn, postgres, change, base)
    ]


def perhaps(now: Schema, then: Schema) -> list[tuple[str, str, str]]:
    return [(one.what, one.subject, one.perhaps) for one in differences(now, then)]


def test_a_column_of_the_same_type_and_like_name_may_be_a_rename() -> None:
    then = schema(table("users", "id int4!", "user_name text", "age int4", "tag text"))
    now = schema(table("users", "id int4!", "username text", "years text", "tag text"))
    assert perhaps(now, then) == [
        ("removed", "public.users.age", ""),
        ("removed", "public.users.user_name", "username"),
        ("added", "public.users.username", "user_name"),
        ("added", "public.users.years", ""),
    ]


def test_one_column_for_another_of_the_same_type_may_be_a_rename() -> None:
    then = schema(table("users", "id int4!", "note text"))
    now = schema(table("users", "id int4!", "remark text"))
    assert {one.perhaps for one in differences(now, then)} == {"note", "remark"}
    other = schema(table("users", "id int4!", "remark int4"))
    assert {one.perhaps for one in differences(other, then)} == {""}


def test_a_table_of_the_same_columns_may_be_a_rename() -> None:
    columns = ("id int4!", "note text", "at date", "who text", "why text")
    then, now = schema(table("notes", *columns)), schema(table("remarks", *columns[:-1], "why text"))
    assert perhaps(now, then) == [
        ("removed", "public.notes", "public.remarks"),
        ("added", "public.remarks", "public.notes"),
    ]
    assert {one.perhaps for one in differences(schema(table("remarks", "id int4!")), then)} == {""}


ROOT = Schema(
    relations=(
        Relation(
            "users",
            "public",
            "relation",
            (
                Field("id", Scalar("int4", raw="integer"), nullable=False),
                Field("title", Scalar("varchar", raw="character varying"), nullable=True),
                Field("state", Labels(("a", "b"), "public.state"), nullable=None),
                Field("home", Array(Unknown("public.address"), "public.address[]"), nullable=True),
            ),
            keys=(Key(("id",), "primary"),),
        ),
    ),
    schemas=("public",),
    unsaid=UNSAID,
)
WHOLE = Schema(
    relations=(
        Relation(
            "users",
            "public",
            "table",
            (
                Field("id", Scalar("int4", raw="integer"), nullable=False, filled=True, identity="always"),
                Field("title", Scalar("varchar", (5,), "character varying(5)"), nullable=True, filled=False),
                Field("state", Labels(("a", "b"), "public.state"), nullable=False, default="'a'", filled=True),
                Field("home", Array(Scalar("text"), "public.address[]"), nullable=True, filled=False),
            ),
            keys=(Key(("id",), "primary", "users_pkey"), Key(("title",), "unique", "users_title_key")),
            row_security=True,
        ),
        Relation("elsewhere", "private"),
    ),
    schemas=("private", "public"),
)


@pytest.mark.parametrize(
    ("base", "change", "expected"),
    [
        (THINGS, "alter table things add size int", [("column", "public.things.size", "added", "")]),
        (
            f"create type pair as (a int, b int); {THINGS}; alter table things add pair pair",
            "alter type pair add attribute c int",
            [("type", "public.pair", "changed", "type")],
        ),
    ],
)
def test_what_takes_a_row_or_a_composite_by_its_name_has_not_changed_with_it(
    postgres: Server, pg_dsn: str, base: str, change: str, expected: list[tuple[str, str, str, str]]
) -> None:
    takers = (
        "create function told(one things) returns text language sql as $$ select one.title $$",
        "create function every(many things[]) returns setof things language sql as $$ select * from things $$",
    )
    assert between(pg_dsn, postgres, change, "; ".join((base, *takers))) == expected


def test_what_one_side_cannot_say_is_no_difference() -> None:
    assert list(differences(ROOT, WHOLE)) == []
    assert list(differences(WHOLE, ROOT)) == []


def test_what_both_say_is_compared_still() -> None:
    (users, elsewhere) = WHOLE.relations
    fields = (Field("id", Scalar("int8"), nullable=True), *users.fields[1:3])
    other = Schema(relations=(Relation("users", "public", "table", fields), elsewhere), schemas=WHOLE.schemas)
    assert [(one.kind, one.subject, one.what, one.attribute) for one in differences(ROOT, other)] == [
        ("column", "public.users.home", "added", ""),
        ("column", "public.users.id", "changed", "type"),
        ("column", "public.users.id", "changed", "nullable"),
        ("key", "public.users.(id)", "added", ""),
    ]


@pytest.mark.every_version
def test_truths_that_say_everything_are_left_as_they_are(postgres: Server, pg_dsn: str) -> None:
    truth = truth_of(pg_dsn, everything(postgres))
    assert common(truth, truth) == (truth, truth)


def test_what_extensions_and_partitions_bring_is_no_difference(pg_dsn: str) -> None:
    then = truth_of(pg_dsn, "create table p (d date) partition by range (d)")
    apply(
        pg_dsn,
        "create extension citext; create table p1 partition of p default",
    )
    assert list(differences(read(pg_dsn), then)) == []


def test_a_difference_says_where_it_is(postgres: Server) -> None:
    assert postgres
    one = next(differences(schema(table("a", "id int4!", "note text")), schema(table("a", "id int4!"))))
    assert isinstance(one, Difference)
    assert one.now_at is not None
