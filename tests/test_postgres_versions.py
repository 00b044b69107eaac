"""One schema reads the same on every server that has it, however it was made."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgconform.drift.differences import differences
from pgconform.embedded import Server
from pgconform.schema import Schema
from pgconform.shape import Array, Bounds, Scalar
from pgconform.sources.postgres import read
from tests.postgres_servers import BUILDS, server_of
from tests.test_postgres_views import TABLES, VIEWS
from tests.truths import apply, column, everything, relation, truth_of

NAMED: list[tuple[str, dict[str, bool | None]]] = [
    ("select x.id, 'a.id' as text, (x.id + 1) as more from a x", {}),
    ("select a.id, (select max(b.id) from b where b.a_id = a.id) as most from a where a.id > 1 order by a.id", {}),
    ('select "A b".id as "A b" from a "A b"', {}),
    ("with a as (select b.id from b) select a.id from a", {}),
    ("select a.id from (select b.id, b.title from b) a where a.title <> 'a.b'", {}),
    ("select a.name, count(*) from public.a group by a.name having count(*) > 1", {}),
]


@pytest.fixture(scope="module", params=sorted(BUILDS))
def older(request: pytest.FixtureRequest) -> Iterator[Server]:
    with server_of(request.param) as server:
        yield server


def test_an_older_server_says_the_same(older: Server, pg_dsn: str) -> None:
    sql = everything(older, plain=True)
    old, new = truth_of(older.create_database("everything"), sql), truth_of(pg_dsn, sql)
    assert old.server.startswith(str(older.version))
    assert list(differences(new, old)) == []
    assert old.fingerprint() == new.fingerprint()


def test_an_older_server_says_the_same_of_views(older: Server, pg_dsn: str) -> None:
    views = [f"create view v{number} as {query}" for number, (query, _) in enumerate(VIEWS + NAMED)]
    sql = f"{TABLES}; {'; '.join(views)}"
    old, new = truth_of(older.create_database("views"), sql), truth_of(pg_dsn, sql)
    assert list(differences(new, old)) == []


def test_not_null_of_postgres_18_that_is_not_validated_proves_nothing(postgres: Server, pg_dsn: str) -> None:
    if postgres.version < 18:
        pytest.skip("this server is older than 18")
    truth = truth_of(pg_dsn, "create table t (a int not null, b int); alter table t add not null b not valid")
    assert [field.nullable for field in relation(truth, "public.t").fields] == [False, True]
    assert [(check.columns, check.validated) for check in relation(truth, "public.t").checks] == [(("b",), False)]


def test_how_a_schema_came_about_is_not_seen(pg_dsn: str, postgres: Server) -> None:
    other = postgres.create_database(name := f"other_{uuid.uuid4().hex[:8]}")
    straight = "create table a (id int primary key, b text); create table z (a_id int references a)"
    winding = (
        "create table z (gone int, a_id int); create table a (x int, b varchar(3), id int);"
        "alter table a drop column x; alter table a alter b type text; alter table a add primary key (id);"
        "alter table z drop column gone; alter table z add foreign key (a_id) references a"
    )
    assert truth_of(pg_dsn, straight).fingerprint() == truth_of(other, winding).fingerprint()
    postgres.drop_database(name)


PARTS = (
    "create table {s}.a (id int primary key, n numeric(5, 2) check (n > 0))",
    "create table {s}.b (id bigint generated always as identity primary key, t text[] not null)",
    "create type {s}.mood as enum ('sad', 'ok')",
    "create domain {s}.code as varchar(4) check (value <> '')",
    "create view {s}.v as select 1 as one",
    "create function {s}.f(a int) returns int language sql as 'select a'",
    "create function {s}.f(a text) returns text language sql as 'select a'",
)


@given(st.permutations(PARTS))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_creation_is_not_seen(pg_dsn: str, parts: list[str]) -> None:
    apply(pg_dsn, "drop schema if exists s cascade; create schema s; " + "; ".join(parts).replace("{s}", "s"))
    shuffled = read(pg_dsn)
    apply(pg_dsn, "drop schema if exists s cascade; create schema s; " + "; ".join(PARTS).replace("{s}", "s"))
    ordered = read(pg_dsn)
    assert shuffled.fingerprint() == ordered.fingerprint()
    assert [one.qualified for one in shuffled.relations] == [one.qualified for one in ordered.relations]
    assert [one.arguments for one in shuffled.functions] == [one.arguments for one in ordered.functions]


@pytest.fixture
def traps(shared_data: Path, pg_dsn: str) -> Schema:
    return truth_of(pg_dsn, (shared_data / "edge_traps.sql").read_text())


def test_the_traps_for_introspection(traps: Schema) -> None:
    assert len(traps.relations) == 23
    zoo = relation(traps, "public.types_zoo")
    assert len(zoo.fields) == len({field.name for field in zoo.fields}) == 56
    assert column(traps, "public.types_zoo.ns").type == Array(
        Scalar("numeric", (12, 2), "numeric(12,2)"), "numeric(12,2)[]"
    )
    assert column(traps, "public.types_zoo.bp").type == Scalar("bpchar", raw="bpchar")
    assert column(traps, "public.types_zoo.c1").type == Scalar("char", raw='"char"')
    assert column(traps, "public.types_zoo.vt").generated == "virtual"
    assert column(traps, "other.same_tbl.st").type.raw == "other.status"
    assert column(traps, "public.types_zoo.em2").nullable is False
    assert relation(traps, "public.a_parent").keys[0].columns == ("y", "x")
    assert {link.columns for link in relation(traps, "public.b_child").links} == {("code",), ("py", "px")}
    assert relation(traps, "public.zero_cols").fields == ()
    assert sum(len(one.links) for one in traps.relations) == 10


def test_what_is_not_enforced_limits_nothing(postgres: Server, pg_dsn: str) -> None:
    if postgres.version < 18:
        pytest.skip("this server is older than 18")
    truth = truth_of(pg_dsn, "create table t (a int constraint small check (a < 9) not enforced, b int check (b < 9))")
    (found,) = truth.relations
    assert [(check.name, check.enforced) for check in found.checks] == [("small", False), ("t_b_check", True)]
    assert [field.bounds for field in found.fields] == [None, Bounds(lt="9")]


def test_how_foreign_keys_match_and_whether_an_index_helps_them(pg_dsn: str) -> None:
    truth = truth_of(
        pg_dsn,
        "create table t (a int, b int, primary key (a, b));"
        "create table u (x int, y int, z int, foreign key (x, y) references t match full);"
        "create index on u (y, x, z); alter table u add foreign key (z, y) references t;"
        "create index on u (z, x, y); create index on u (z, y) where x > 0",
    )
    links = {link.columns: (link.full_match, link.indexed) for item in truth.relations for link in item.links}
    assert links == {("x", "y"): (True, True), ("z", "y"): (False, False)}
