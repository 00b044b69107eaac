"""The digest that is polled and the channels that are listened to, on a real server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from pgconform.sources.postgres.changes import (
    Change,
    changes,
    channels,
    fingerprint,
    listen,
    told,
    trigger,
)

pytestmark = pytest.mark.every_version
BASE = """
create type mood as enum ('glad', 'sad');
create domain short as text check (length(value) < 9);
create table authors (id int primary key);
create table books (id int generated always as identity, name text not null default 'x', mood mood, author int);
create table days (at date) partition by range (at);
create view named as select id, name from books;
create materialized view counted as select count(*) from books;
create function twice(n int) returns int language sql return n * 2;
alter table books enable row level security;
create policy reading on books for select using (true);
"""
DDL = (
    "alter table books add column extra int",
    "alter table books rename column name to title",
    "alter table books alter column name drop not null",
    "alter table books alter column name drop default",
    "alter table books alter column author type bigint",
    "alter table books drop column author",
    "alter table books add check (author > 0)",
    "alter table books add foreign key (author) references authors",
    "create unique index on books (name)",
    "alter table books disable row level security",
    "drop policy reading on books",
    "alter policy reading on books using (false)",
    "alter type mood add value 'calm'",
    "alter type mood rename value 'sad' to 'low'",
    "alter domain short drop constraint short_check",
    "create or replace view named as select id, upper(name) as name from books",
    "create or replace function twice(n int) returns int language sql return n * 3",
    "create trigger t before update on books for each row execute function suppress_redundant_updates_trigger()",
    "comment on column books.name is 'what it is called'",
    "grant select on books to public",
    "create schema other",
    "drop table authors",
    "create table more (id int)",
    "alter view named set (security_invoker = true)",
)
NO_DDL = (
    "insert into books (name) select 'b' from generate_series(1, 100)",
    "analyze books",
    "vacuum full books",
    "refresh materialized view counted",
    "truncate books",
    "create temporary table passing (id int)",
    "create table days_1 partition of days for values from ('2026-01-01') to ('2026-02-01')",
    "begin; create table gone (id int); rollback",
)


@pytest.fixture
def connection(pg_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(pg_dsn, autocommit=True) as made:
        made.execute(BASE.encode())
        yield made


def test_every_ddl_changes_the_digest(connection: psycopg.Connection[Any]) -> None:
    before = fingerprint(connection)
    for statement in DDL if connection.info.server_version >= 150000 else DDL[:-1]:
        connection.execute(b"begin")
        connection.execute(statement.encode())
        assert fingerprint(connection) != before, statement
        connection.execute(b"rollback")
        assert fingerprint(connection) == before, statement


def test_what_is_no_ddl_leaves_it(connection: psycopg.Connection[Any]) -> None:
    before = fingerprint(connection)
    for statement in NO_DDL:
        connection.execute(statement.encode()) if ";" not in statement else [
            connection.execute(part.encode()) for part in statement.split("; ")
        ]
        assert fingerprint(connection) == before, statement


def test_without_a_trigger_there_is_no_channel_and_nothing_is_told(connection: psycopg.Connection[Any]) -> None:
    assert channels(connection) == ()
    listen(connection)
    connection.execute(b"alter table books add column extra int")
    assert changes(connection, 0.05) == ()


def test_the_trigger_tells_what_was_done_by_whom(connection: psycopg.Connection[Any], pg_dsn: str) -> None:
    connection.execute(trigger().encode())
    assert channels(connection) == ("pgconform",)
    listen(connection)
    with psycopg.connect(pg_dsn, autocommit=True, application_name="migrating") as other:
        other.execute(b"alter table books add column extra int")
        other.execute(b"drop table authors")
        other.execute(b"refresh materialized view counted")
        other.execute(b"create temporary table passing (id int)")
    found = changes(connection, 5)
    assert [(one.command, one.objects) for one in found] == [
        ("ALTER TABLE", ("public.books",)),
        ("DROP TABLE", ("public.authors",)),
    ]
    assert {(one.channel, one.application, one.role) for one in found} == {
        ("pgconform", "migrating", connection.info.user)
    }
    assert all(one.at.startswith("20") for one in found)


def test_a_migration_of_many_objects_fits_into_a_notification(connection: psycopg.Connection[Any]) -> None:
    connection.execute(trigger("other" if connection.execute(b"create schema other") else "").encode())
    listen(connection)
    many = ", ".join(f"add column {'c' * 50}{number} int" for number in range(100))
    connection.execute(f"alter table books {many}".encode())
    connection.execute(f"create table {'t' * 63} (id int); drop table {'t' * 63}, authors cascade".encode())
    assert [one.command for one in changes(connection, 5)] == ["ALTER TABLE", "CREATE TABLE", "DROP TABLE"]


def test_postgrests_own_trigger_is_recognised(connection: psycopg.Connection[Any]) -> None:
    connection.execute(b"""
        create function pgrst_watch() returns event_trigger language plpgsql as $$
        begin notify pgrst, 'reload schema'; end $$;
        create event trigger pgrst_ddl_watch on ddl_command_end execute function pgrst_watch();
    """)
    assert channels(connection) == ("pgrst",)
    listen(connection, channels(connection))
    connection.execute(b"alter table books add column extra int")
    assert changes(connection, 5) == (Change("pgrst"),)
    connection.execute(b"alter event trigger pgrst_ddl_watch disable")
    assert channels(connection) == ()


def test_the_trigger_never_fails_a_command_and_installs_again(connection: psycopg.Connection[Any]) -> None:
    for _ in range(2):
        connection.execute(trigger().encode())
    connection.execute(b"create role nobody_here nologin")
    try:
        connection.execute(b"grant all on schema public to nobody_here; set role nobody_here")
        connection.execute(b"create table theirs (id int)")
    finally:
        connection.execute(b"reset role; drop owned by nobody_here cascade; drop role nobody_here")


@pytest.mark.parametrize("payload", ["", "{", "[]", '{"objects": 3}'])
def test_what_is_no_message_of_ours_is_a_change_all_the_same(payload: str) -> None:
    assert told("pgconform", payload) == Change("pgconform")
    assert told("pgrst", "reload config") is None


def test_an_ordinary_role_may_poll_and_listen(pg_dsn: str, connection: psycopg.Connection[Any]) -> None:
    name = f"watcher_{os.getpid()}"
    connection.execute(f"create role {name} login".encode())
    try:
        with psycopg.connect(pg_dsn, autocommit=True) as other:
            other.execute(f"set role {name}".encode())
            assert fingerprint(other) == fingerprint(connection)
            assert channels(other) == ()
            listen(other)
    finally:
        connection.execute(f"drop role {name}".encode())
