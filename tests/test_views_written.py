"""Writes to views: what is said of each column, and what a server says that is handed the same."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgconform.check import check
from pgconform.embedded import Server
from pgconform.finding import Severity
from pgconform.postgrest.config import PostgrestConfig
from pgconform.schema import Access, Relation, Schema
from pgconform.shape import Field
from pgconform.sources.postgres import read
from tests.requests import errors

SQL = """
create table people (
  id bigint generated always as identity primary key,
  name text not null,
  qty int not null default 0,
  twice int generated always as (qty * 2) stored
);
insert into people (name) values ('a');
create view plain as select id, name, upper(name) as loud, qty, twice, qty + 1 as more from people;
create view over_plain as select loud, name, twice as d from plain;

create function add_one() returns trigger language plpgsql as
  $$ begin insert into people (name) values (coalesce(new.name, 'none')); return new; end $$;
create view by_trigger as select id, name, upper(name) as loud, twice from people;
create trigger adds instead of insert on by_trigger for each row execute function add_one();
create view over_trigger as select id, name, loud as cry, upper(name) as loud from by_trigger;

create view by_rule as select id, name, upper(name) as loud from people;
create rule adds as on insert to by_rule do instead insert into people (name) values (coalesce(new.name, 'none'));
create view over_rule as select id, loud from by_rule;
create view updated_by_rule as select id, name, upper(name) as loud from people;
create rule sets as on update to updated_by_rule do instead update people set name = new.name where id = old.id;
create view also as select id, name, upper(name) as loud from people;
create rule notes as on insert to also do also insert into people (name) values ('noted');

create table closed (id bigint generated always as identity, name text not null);
create rule nothing as on insert to closed do instead nothing;
create table kept (name text not null, note text);
create rule unchanged as on update to kept do instead nothing;
"""
VALUES = {"name": "'x'", "loud": "'X'", "cry": "'X'"}
COLUMNS = [
    ("plain", "id name loud qty twice more"),
    ("over_plain", "loud name d"),
    ("by_trigger", "id name loud twice"),
    ("over_trigger", "id name cry loud"),
    ("by_rule", "id name loud"),
    ("over_rule", "id loud"),
    ("updated_by_rule", "id name loud"),
    ("also", "id name loud"),
    ("closed", "id name"),
]
WRITES = [
    (view, verb, names)
    for view, said in COLUMNS
    for verb in (Access.INSERT, Access.UPDATE)
    for name in said.split()
    for names in ((name,), ("name", name))
    if len(set(names)) == len(names) and set(names) <= set(said.split())
]
REFUSED = frozenset({"0A000", "428C9", "23502"})


@pytest.fixture(scope="module")
def dsn(postgres: Server) -> Iterator[str]:
    dsn = postgres.create_database("views_written")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SQL)
    yield dsn
    postgres.drop_database("views_written")


@pytest.fixture(scope="module")
def truth(dsn: str) -> Schema:
    return read(dsn)


def answer(dsn: str, view: str, verb: Access, names: tuple[str, ...]) -> str:
    """The server's error code, "" where it takes the write."""
    values = [VALUES.get(name, "7") for name in names]
    if verb is Access.INSERT:
        sql = f"insert into {view} ({', '.join(names)}) values ({', '.join(values)})"
    else:
        sets = ", ".join(f"{name} = {value}" for name, value in zip(names, values, strict=True))
        sql = f"update {view} set {sets}"
    with psycopg.connect(dsn) as connection:
        try:
            connection.execute(sql.encode())
        except psycopg.Error as error:
            return error.sqlstate or "?"
        finally:
            connection.rollback()
    return ""


@pytest.mark.parametrize(("view", "verb", "names"), WRITES)
def test_verdict_and_server_agree(dsn: str, truth: Schema, view: str, verb: Access, names: tuple[str, ...]) -> None:
    fields = tuple(Field(name, required=True) for name in names)
    sent = Relation(view, "public", "payload", fields, access=verb, whole=verb is Access.INSERT)
    errors = [item for item in check(truth, Schema(relations=(sent,))) if item.severity is Severity.ERROR]
    code = answer(dsn, view, verb, names)
    assert code in {"", *REFUSED}
    assert bool(errors) == bool(code), (code, [item.message for item in errors])


@pytest.mark.parametrize(
    ("write", "said"),
    [("insert({'name': None})", {"NUL003"}), ("insert({'note': 'x'})", {"COL002"}), ("update({'name': None})", set())],
)
def test_a_rule_for_one_event_is_none_for_another(truth: Schema, write: str, said: set[str]) -> None:
    assert errors(truth, f"client.table('kept').{write}.execute()", PostgrestConfig()) == said
