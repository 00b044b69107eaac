"""Migrations applied to the embedded server, whatever state they are in."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import psycopg
import pytest

from pgconform.errors import Problem
from pgconform.schema import Dropped, Relation, Schema
from pgconform.shape import Field, Location, Unknown
from pgconform.sources import postgres
from pgconform.sources.migrations import detect, filled, open_shadow, read
from pgconform.sources.migrations.apply import apply_all
from pgconform.sources.migrations.gather import gather
from pgconform.sources.migrations.listed import LISTING
from pgconform.sources.migrations.session import Failure, Session
from pgconform.sql.lines import line_to
from tests.own_cache import own_cache
from tests.postgres_servers import BUILDS, programs

Apply = Callable[..., Schema]


@pytest.fixture(autouse=True)
def _embedded_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
    monkeypatch.delenv("PGCONFORM_SHADOW_URL", raising=False)


@pytest.fixture
def applied(tmp_path: Path) -> Apply:
    """Applies texts as numbered files m/1.sql, m/2.sql … and gives the schema."""

    def apply(*texts: str, supabase: bool = False) -> Schema:
        (tmp_path / "m").mkdir(exist_ok=True)
        for number, text in enumerate(texts, 1):
            (tmp_path / "m" / f"{number}.sql").write_text(text)
        return read([Path("m")], tmp_path, supabase=supabase, cached=False)

    return apply


def relation(schema: Schema, name: str, namespace: str = "public") -> Relation:
    return next(one for one in schema.relations if (one.schema, one.name) == (namespace, name))


def field(schema: Schema, name: str, column: str) -> Field:
    found = relation(schema, name).field(column)
    assert found
    return found


def columns(schema: Schema, name: str) -> list[str]:
    return [one.name for one in relation(schema, name).fields]


def unread(schema: Schema) -> list[tuple[str, str, str]]:
    return [(one.kind, one.subject, str(one.at)) for one in schema.unread]


def test_a_statement_longer_than_what_a_socket_holds_is_sent_to_its_end(applied: Apply) -> None:
    rows = ", ".join(f"({number}, '{'x' * 1000}')" for number in range(1000))
    schema = applied(f"create table t (id int, said text); insert into t values {rows}; create table last (id int);")
    assert (columns(schema, "last"), unread(schema)) == (["id"], [])


def test_every_object_remembers_the_line_that_made_or_changed_it(applied: Apply) -> None:
    schema = applied(
        "CREATE TYPE mood AS ENUM ('sad');\n"
        "CREATE TABLE person (\n  id int PRIMARY KEY,\n  name text,\n  mood mood,\n"
        "  CONSTRAINT named CHECK (name <> '')\n);\n"
        "CREATE FUNCTION greet(who text) RETURNS text LANGUAGE sql AS 'SELECT who';\n",
        "ALTER TABLE person\n  ADD COLUMN age int,\n  ALTER COLUMN name SET NOT NULL;\n"
        "ALTER TYPE mood ADD VALUE 'glad';\n"
        "CREATE VIEW people AS\n  SELECT id,\n    name AS called FROM person;\n"
        "CREATE TABLE pet (owner int REFERENCES person (id), UNIQUE (owner));\n"
        "DO $$ BEGIN\n  CREATE TYPE size AS ENUM ('small');\n  ALTER TABLE pet ADD COLUMN size size;\nEND $$;\n",
    )
    assert relation(schema, "person").at == Location("m/1.sql", 2, 1)
    assert field(schema, "person", "id").at == Location("m/1.sql", 3, 3)
    assert field(schema, "person", "age").at == Location("m/2.sql", 2, 14)
    assert field(schema, "person", "name").at == Location("m/2.sql", 1, 1)
    assert [str(check.at) for check in relation(schema, "person").checks] == ["m/1.sql:6:3"]
    assert [str(key.at) for key in relation(schema, "person").keys] == ["m/1.sql:3:3"]
    assert str(relation(schema, "people").at) == "m/2.sql:5:1"
    assert str(field(schema, "people", "called").at) == "m/2.sql:7:5"
    assert [str(link.at) for link in relation(schema, "pet").links] == ["m/2.sql:8:19"]
    assert [str(key.at) for key in relation(schema, "pet").keys] == ["m/2.sql:8:53"]
    assert str(field(schema, "pet", "size").at) == "m/2.sql:11:30"
    assert {one.name: str(one.at) for one in schema.types} == {"mood": "m/2.sql:4:1", "size": "m/2.sql:10:3"}
    assert [str(one.at) for one in schema.functions] == ["m/1.sql:8:1"]


def test_what_was_dropped_or_renamed_is_remembered(applied: Apply) -> None:
    schema = applied(
        "CREATE TABLE a (x int, y int, z int);\nCREATE TABLE b (id int);\nCREATE TABLE c (id int);",
        "ALTER TABLE a DROP COLUMN x;\nALTER TABLE a RENAME y TO why;\nDROP TABLE b;\nALTER TABLE c RENAME TO d;",
        "DROP TABLE IF EXISTS never;\nALTER TABLE a ADD COLUMN back int;\nALTER TABLE a DROP COLUMN back;\n"
        "ALTER TABLE a ADD COLUMN back text;",
    )
    assert schema.dropped == (
        Dropped("a", "public", "x"),
        Dropped("a", "public", "y", "why"),
        Dropped("b", "public"),
        Dropped("c", "public", renamed_to="d"),
    )
    assert [str(one.at) for one in schema.dropped] == ["m/2.sql:1:1", "m/2.sql:2:1", "m/2.sql:3:1", "m/2.sql:4:1"]
    assert str(relation(schema, "d").at) == "m/2.sql:4:1"
    assert str(field(schema, "a", "why").at) == "m/2.sql:2:1"


def test_what_was_renamed_more_than_once_is_known_by_its_last_name(applied: Apply) -> None:
    schema = applied(
        "CREATE TABLE a (x int, y int);\nCREATE TABLE f (id int);",
        "ALTER TABLE a RENAME x TO x2;\nALTER TABLE a RENAME TO b;\nALTER TABLE b RENAME x2 TO x3;",
        "ALTER TABLE b RENAME TO c;\nALTER TABLE f RENAME TO g;\nDROP TABLE g;",
    )
    assert {(one.name, one.column): one.renamed_to for one in schema.dropped} == {
        ("a", ""): "c",
        ("a", "x"): "x2",
        ("b", ""): "c",
        ("b", "x2"): "x3",
        ("c", "x"): "x3",
        ("c", "x2"): "x3",
        ("f", ""): "",
        ("g", ""): "",
    }


def test_a_failing_statement_is_said_and_loses_nothing_else(applied: Apply) -> None:
    schema = applied(
        "CREATE TABLE a (id int);\nCREATE TABLE b (id nosuchtype);\nALTER TABLE a ADD COLUMN x nosuchtype;\n"
        "CREATE TABEL c (id int);\nCREATE TABLE d (id int);"
    )
    assert [one.name for one in schema.relations] == ["a", "d"]
    assert unread(schema) == [
        ("statement", "public.b", "m/1.sql:2:1"),
        ("statement", "public.a", "m/1.sql:3:1"),
        ("unparsed", "", "m/1.sql:4:1"),
    ]
    assert schema.unread[0].reason == 'type "nosuchtype" does not exist'
    assert not relation(schema, "a").whole
    assert relation(schema, "d").whole


def test_a_second_primary_key_leaves_a_table_known(applied: Apply) -> None:
    schema = applied(
        "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (id int PRIMARY KEY);\n"
        "ALTER TABLE a ADD PRIMARY KEY (id);\nALTER TABLE b ADD PRIMARY KEY (id), ADD COLUMN x int;"
    )
    assert [(one.name, one.whole) for one in schema.relations] == [("a", True), ("b", False)]
    assert unread(schema) == [("statement", "", "m/1.sql:3:1"), ("statement", "public.b", "m/1.sql:4:1")]


@pytest.mark.parametrize(
    ("timing", "filled"),
    [
        ("BEFORE INSERT OR UPDATE ON t FOR EACH ROW", None),
        ("BEFORE UPDATE ON t FOR EACH ROW", False),
        ("AFTER INSERT ON t FOR EACH ROW", False),
        ("BEFORE INSERT ON t", False),
    ],
)
def test_a_trigger_that_could_not_be_made_may_fill_in_columns(applied: Apply, timing: str, filled: bool | None) -> None:
    schema = applied(
        "CREATE TABLE t (id int, owner text NOT NULL);\nCREATE VIEW v AS SELECT owner FROM t;\n"
        f"CREATE TRIGGER x {timing} EXECUTE FUNCTION elsewhere.owner();"
    )
    assert len(schema.unread) == 1
    owners = [field for name in ("t", "v") for field in relation(schema, name).fields if field.name == "owner"]
    assert [field.filled for field in owners] == [filled, filled]


def test_what_comes_too_early_is_tried_again(applied: Apply) -> None:
    schema = applied(
        "ALTER TABLE late ADD COLUMN early int;\nCREATE VIEW seen AS SELECT early FROM late;",
        "CREATE TABLE late (id int);",
        "ALTER TABLE late DROP COLUMN IF EXISTS early CASCADE;",
    )
    assert schema.unread == ()
    assert columns(schema, "late") == ["id"]


def test_what_lacks_a_relation_is_tried_again_once_there_is_one(
    applied: Apply, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    run = Session.run

    def noted(session: Session, sql: bytes, at: Location | None = None) -> Failure | None:
        sent.append(sql)
        return run(session, sql, at)

    monkeypatch.setattr(Session, "run", noted)
    schema = applied(
        "insert into ghosts values (1);\ninsert into counted values (1);\n"
        "do $$ begin perform 1 from ghosts; exception when others then create table counted (id int); end $$;\n"
        "do $$ begin perform 1 from app.parts; create table made_of_parts (id int); end $$;\n"
        "alter sequence app.parts_id_seq owned by none;\ncreate view all_parts as select id from app.parts;",
        "create table app.parts (id serial, a int references wholes (id));",
        "create table wholes (id int primary key);",
    )
    assert [sql for sql in sent if b"into ghosts" in sql] == [b"insert into ghosts values (1)"]
    assert sum(b"into counted" in sql for sql in sent) == 2
    assert {one.name for one in schema.relations} >= {"parts", "wholes", "counted", "made_of_parts", "all_parts"}
    assert [place for _, _, place in unread(schema)] == ["m/1.sql:1:1"]


def test_tables_that_refer_to_one_another_are_made_with_their_keys_at_the_end(applied: Apply) -> None:
    """As a listing of a database has them: no order of theirs would do."""
    schema = applied(
        "create table users (id int primary key, home text references towns on delete set null, name text not null);\n"
        "create table towns (code text primary key, mayor int references users(id));\n"
        "create table a (id int primary key, b int references b(id), g int references gone(id));\n"
        "create table b (id int primary key, c int references c(id));\n"
        "create table c (id int primary key, a int references a(id));\n"
    )
    assert schema.unread == ()
    found = {one.name: one for one in schema.relations}
    assert [name for name, one in found.items() if not one.whole] == ["gone"]
    links = {name: sorted((*link.columns, *link.target_columns) for link in one.links) for name, one in found.items()}
    assert links["users"] == [("home", "code")] and links["towns"] == [("mayor", "id")]
    assert [links[name] for name in "abc"] == [[("b", "id"), ("g", "id")], [("c", "id")], [("a", "id")]]
    assert [str(found[name].at) for name in ("users", "towns")] == ["m/1.sql:1:1", "m/1.sql:2:1"]


def test_a_table_that_waits_for_one_that_never_comes_is_only_partly_known(applied: Apply) -> None:
    schema = applied(
        "create table kept (id int primary key, lost int references lost(id), x int);\n"
        "create table lost (id no_such_type primary key, kept int references kept(id));\n"
    )
    assert [(one.name, one.whole) for one in schema.relations] == [("kept", False)]
    assert columns(schema, "kept") == ["id", "lost", "x"]
    assert [str(one.at) for one in schema.unread] == ["m/1.sql:2:1"]


def test_what_failed_is_not_done_when_its_time_is_over(applied: Apply) -> None:
    schema = applied(
        "DROP TABLE a;\nCREATE TABLE b (id int);\nALTER TABLE b DROP COLUMN later;\nALTER TABLE b RENAME early TO x;",
        "CREATE TABLE a (id int);\nALTER TABLE b ADD COLUMN later int, ADD COLUMN early int;\nCREATE TABLE b (id int);",
        "CREATE TABLE c (id int);\nCREATE TABLE c (id int, other int);\nDROP TABLE c;",
    )
    assert [(one.name, [column.name for column in one.fields]) for one in schema.relations] == [
        ("a", ["id"]),
        ("b", ["id", "later", "early"]),
    ]
    assert [(one.kind, str(one.at)) for one in schema.unread] == [
        ("statement", "m/1.sql:1:1"),
        ("statement", "m/1.sql:3:1"),
        ("statement", "m/1.sql:4:1"),
        ("statement", "m/2.sql:3:1"),
        ("statement", "m/3.sql:2:1"),
    ]


def test_what_a_later_dump_overtakes_is_no_failure(applied: Apply) -> None:
    schema = applied(
        "ALTER TABLE a ADD COLUMN x int;\nALTER TABLE a ADD CONSTRAINT c UNIQUE (x);",
        "CREATE TABLE a (id int, x int, CONSTRAINT c UNIQUE (x));",
    )
    assert schema.unread == ()
    assert columns(schema, "a") == ["id", "x"]


def test_a_retried_statement_keeps_its_search_path(applied: Apply) -> None:
    schema = applied(
        "CREATE SCHEMA app;\nSET search_path = app;\nCREATE TABLE child (id int REFERENCES parent);",
        "CREATE TABLE app.parent (id int PRIMARY KEY);\nCREATE TABLE plain (id int);",
    )
    assert schema.unread == ()
    assert {(one.schema, one.name) for one in schema.relations} == {
        ("app", "child"),
        ("app", "parent"),
        ("public", "plain"),
    }
    assert str(relation(schema, "child", "app").at) == "m/1.sql:3:1"


def test_settings_do_not_leak_into_the_next_file(applied: Apply) -> None:
    schema = applied(
        "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.a (id int);\n"
        "CREATE ROLE other;\nSET ROLE other;",
        "CREATE TABLE b (id int);",
    )
    assert [one.name for one in schema.relations] == ["a", "b"]
    assert schema.unread == ()


def test_transactions_are_taken_apart(applied: Apply) -> None:
    schema = applied(
        "BEGIN;\nCREATE TYPE t AS ENUM ('a');\nCREATE TABLE a (t t);\nALTER TYPE t ADD VALUE 'b';\n"
        "INSERT INTO a VALUES ('b');\nSELECT 1/0;\nCOMMIT;\n"
        "CREATE INDEX CONCURRENTLY i ON a (t);\nVACUUM a;\nLOCK TABLE a;\n"
        "BEGIN; SET LOCAL search_path = pg_temp; COMMIT;",
        "BEGIN;\nCREATE TABLE tried (id int);\nROLLBACK;\nCREATE TEMP TABLE gone (id int) ON COMMIT DROP;\n"
        "INSERT INTO gone VALUES (1);",
    )
    assert [one.name for one in schema.relations] == ["a"]
    assert [(one.kind, one.reason) for one in schema.unread] == [("data", "division by zero")]


def test_data_of_a_dump_and_psql_commands_are_passed_over(applied: Apply) -> None:
    schema = applied(
        "\\restrict x\nCREATE TABLE a (id int, note text);\nCOPY public.a (id, note) FROM stdin;\n1\tit's\n\\.\n"
        "// a stray comment\n\\connect other\nCREATE TABLE b (id int);\n\\copy a from 'b'\n"
    )
    assert [one.name for one in schema.relations] == ["a", "b"]
    assert unread(schema) == [("unsupported", "", "m/1.sql:9:1")]


def test_tables_that_nothing_creates_are_partly_known(applied: Apply) -> None:
    schema = applied(
        "ALTER TABLE users ADD COLUMN nick text;\nCREATE INDEX ON users (email);\n"
        "CREATE TABLE post (id bigint PRIMARY KEY, author uuid NOT NULL REFERENCES users (id), "
        "team int REFERENCES teams);\n"
        "ALTER TABLE post ADD COLUMN editor text, ADD CONSTRAINT e FOREIGN KEY (editor) REFERENCES staff (code);\n"
        "CREATE VIEW v AS SELECT * FROM nowhere;"
    )
    assert {one.name: one.whole for one in schema.relations} == {
        "post": True,
        "users": False,
        "teams": False,
        "staff": False,
    }
    assert [one.name for one in relation(schema, "users").fields] == ["nick", "id"]
    assert [one.type.raw for one in relation(schema, "staff").fields] == ["text"]
    assert [(one.nullable, one.filled) for one in relation(schema, "users").fields] == [(True, False), (None, None)]
    assert {(link.columns, link.target) for link in relation(schema, "post").links} == {
        (("author",), "users"),
        (("editor",), "staff"),
        (("team",), "teams"),
    }
    assert unread(schema) == [
        ("partly known", "public.users", "m/1.sql:2:1"),
        ("statement", "public.v", "m/1.sql:5:1"),
    ]


def test_create_if_not_exists_over_another_table_is_said(applied: Apply) -> None:
    schema = applied(
        "CREATE TABLE a (id int, x int, y text, later int);\nCREATE TABLE b (id int);",
        "CREATE TABLE IF NOT EXISTS a (id int, x bigint, z text);\nCREATE TABLE IF NOT EXISTS b (id int, extra int);\n"
        "CREATE TABLE IF NOT EXISTS c (id int);\nALTER TABLE b ADD COLUMN IF NOT EXISTS extra int;",
        "CREATE TABLE IF NOT EXISTS c (id int);",
    )
    assert unread(schema) == [("shadowed", "public.a", "m/2.sql:1:1")]
    assert schema.unread[0].reason == (
        "public.a exists already (since m/1.sql:1:1), without z and with x as integer, not bigint"
    )
    assert str(relation(schema, "a").at) == "m/1.sql:1:1"


def test_create_if_not_exists_is_not_held_to_what_nobody_knows_who_made(applied: Apply) -> None:
    schema = applied(
        "CREATE TABLE a (x int);\nCREATE TABLE IF NOT EXISTS a (x int, y int);\nALTER TABLE a RENAME TO old;\n"
        "DO $$ BEGIN EXECUTE 'CREATE TABLE ' || 'a (z int)'; END $$;"
    )
    assert {relation.name for relation in schema.relations} == {"a", "old"}
    assert not schema.unread


def test_create_if_not_exists_says_its_columns_though_what_it_refers_to_is_another_table(applied: Apply) -> None:
    schema = applied(
        "CREATE TABLE people (code text PRIMARY KEY);\nCREATE TABLE posts (code text PRIMARY KEY);",
        "CREATE TABLE IF NOT EXISTS people (id uuid PRIMARY KEY);\nCREATE TABLE IF NOT EXISTS posts (\n"
        "  code text, -- REFERENCES people (code)\n  author uuid NOT NULL REFERENCES people (id),\n"
        "  price numeric(10, 2), CHECK (price > 0), UNIQUE (author)) PARTITION BY RANGE (author);",
    )
    assert [item.reason for item in schema.unread if item.subject == "public.posts"] == [
        "public.posts exists already (since m/1.sql:2:1), without author, price"
    ]


def test_an_enum_that_a_do_block_does_not_make_is_said(applied: Apply) -> None:
    guarded = "DO $$ BEGIN\n  CREATE TYPE mood AS ENUM ({});\nEXCEPTION WHEN duplicate_object THEN NULL; END $$;"
    schema = applied(guarded.format("'sad'"), guarded.format("'sad', 'glad'"), guarded.format("'sad'"))
    assert unread(schema) == [("shadowed", "public.mood", "m/2.sql:2:3")]
    assert schema.unread[0].reason == "public.mood exists already (since m/1.sql:2:3), without 'glad'"


def test_what_a_create_found_is_told_by_who_made_it_before_and_of_a_table_made_again_nothing(applied: Apply) -> None:
    schema = applied(
        "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCREATE TYPE mood AS ENUM ('sad');",
        "CREATE TABLE IF NOT EXISTS a (id int, x int);\nCREATE TABLE IF NOT EXISTS b (id int, x int);\n"
        "DO $$ BEGIN CREATE TYPE mood AS ENUM ('glad'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
        "DROP TABLE b;\nCREATE TABLE b (id int, y int);\nALTER TYPE mood ADD VALUE 'calm';",
    )
    assert [item.reason for item in schema.unread] == [
        "public.a exists already (since m/1.sql:1:1), without x",
        "public.mood exists already (since m/1.sql:3:1), without 'glad'",
    ]


def test_a_dashboards_listing_gives_names_and_leaves_types_unsaid(applied: Apply) -> None:
    schema = applied(
        "-- WARNING: This schema is for context only and is not meant to be run.\n"
        "CREATE TABLE public.item (\n  id integer NOT NULL DEFAULT nextval('item_id_seq'::regclass),\n"
        "  tags ARRAY DEFAULT '{}'::text[],\n  status USER-DEFINED NOT NULL DEFAULT 'draft'::item_status,\n"
        "  owner uuid,\n  CONSTRAINT item_pkey PRIMARY KEY (id),\n"
        "  CONSTRAINT item_owner_fkey FOREIGN KEY (owner) REFERENCES public.person(id)\n);\n"
        "CREATE TABLE public.person (\n  id uuid NOT NULL,\n  CONSTRAINT person_pkey PRIMARY KEY (id)\n);\n"
    )
    assert schema.unread == ()
    assert field(schema, "item", "tags").type == Unknown("ARRAY")
    assert field(schema, "item", "status").type == Unknown("USER-DEFINED")
    assert field(schema, "item", "status").filled
    assert str(field(schema, "item", "owner").at) == "m/1.sql:6:3"
    assert not [one for one in (*schema.types, *schema.schemas) if "unsaid" in str(one)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_listing_is_looked_for_above_the_tables_in_a_moment(end: bytes) -> None:
    above = (b"-- A note" + end + end) * 2_000
    assert not LISTING.search(above + b"CREATE TABLE a (x int);" + end)
    assert LISTING.search(above + b"-- This schema is for context only" + end)


def test_names_in_a_dashboards_listing_are_as_they_are_written(applied: Apply) -> None:
    above = "-- WARNING: This schema is for context only and is not meant to be run.\n\n"
    tables = (
        "CREATE TABLE public.Person (\n  userId uuid NOT NULL,\n  note text DEFAULT 'It''s New'::text, -- Not here\n"
        "  CONSTRAINT Person_pkey PRIMARY KEY (userId)\n);\n"
        'CREATE TABLE public.item (\n  ownerId uuid,\n  "Old" int,\n'
        "  CONSTRAINT item_ownerId_fkey FOREIGN KEY (ownerId) REFERENCES public.Person(userId)\n);\n"
    )
    listed, plain = applied(above + tables), applied(f"-- Tables\n{tables}")
    assert {item.name: [one.name for one in item.fields] for item in listed.relations} == {
        "Person": ["userId", "note"],
        "item": ["ownerId", "Old"],
    }
    assert [link.target for item in listed.relations for link in item.links] == ["Person"]
    assert field(listed, "Person", "note").default == "'It''s New'::text"
    assert {item.name: [one.name for one in item.fields] for item in plain.relations} == {
        "person": ["userid", "note"],
        "item": ["ownerid", "Old"],
    }


def test_extensions_real_standing_in_and_absent(applied: Apply) -> None:
    schema = applied(
        "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA public VERSION '1.1';\nCREATE EXTENSION vector;\n"
        "CREATE EXTENSION IF NOT EXISTS vector;\nCREATE EXTENSION pg_cron WITH SCHEMA pg_catalog;\n"
        "CREATE EXTENSION nonesuch;\nCOMMENT ON EXTENSION nonesuch IS 'x';\nCREATE EXTENSION moddatetime;\n"
        "CREATE TABLE t (id uuid DEFAULT uuid_generate_v4(), v vector(3), name citext);\n"
        "CREATE INDEX ON t USING hnsw (v vector_cosine_ops);\nSELECT cron.schedule('x', '* * * * *', 'SELECT 1');\n"
        "DROP EXTENSION IF EXISTS plv8;\nALTER EXTENSION vector UPDATE;"
    )
    assert [(one.kind, str(one.at)) for one in schema.unread] == [("unsupported", "m/1.sql:5:1")]
    assert "nonesuch" in schema.unread[0].reason
    assert field(schema, "t", "v").type.raw.endswith("vector(3)")
    assert field(schema, "t", "name").type.raw.endswith("citext")


@pytest.mark.parametrize("made", ["", "CREATE EXTENSION vector;"])
def test_a_type_that_nobody_makes_was_there_from_the_start(applied: Apply, made: str) -> None:
    function = "CREATE FUNCTION near(v vector{0}) RETURNS int LANGUAGE sql AS 'SELECT 1';"
    drop = "DROP FUNCTION IF EXISTS near(vector);"
    schema = applied(f"{made}{function.format('')}", f"{drop}\n{function.format(', n int DEFAULT 1')}")
    assert [len(one.arguments) for one in schema.functions if one.name == "near"] == [2]
    late = applied(
        "SET search_path = public, more; CREATE TABLE t (v vector(3));",
        "CREATE SCHEMA more; CREATE EXTENSION vector SCHEMA more;",
    )
    assert field(late, "t", "v").type.raw == "more.vector(3)"


@pytest.mark.parametrize("made", ["", "CREATE EXTENSION pgcrypto;"])
def test_a_random_uuid_may_be_the_one_of_pgcrypto(applied: Apply, made: str) -> None:
    """So a dump names it that was taken before the server had one of its own."""
    schema = applied(f"{made}CREATE TABLE t (id uuid DEFAULT public.gen_random_uuid());")
    assert field(schema, "t", "id").type.raw == "uuid"
    assert not schema.unread


def test_foreign_tables_of_absent_wrappers(applied: Apply) -> None:
    schema = applied(
        "CREATE EXTENSION wrappers;\nCREATE FOREIGN DATA WRAPPER stripe HANDLER stripe_handler;\n"
        "CREATE SERVER s FOREIGN DATA WRAPPER stripe OPTIONS (api_key 'x');\n"
        "CREATE FOREIGN TABLE customer (id text, email text) SERVER s OPTIONS (object 'customers');\n"
        "CREATE VIEW mails AS SELECT email FROM customer;\n"
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = 'other') THEN\n"
        "CREATE FOREIGN DATA WRAPPER other; END IF; END $$;\n"
    )
    assert schema.unread == ()
    assert (relation(schema, "customer").kind, columns(schema, "customer")) == ("foreign table", ["id", "email"])


def test_roles_and_schemas_that_were_made_by_hand(applied: Apply) -> None:
    schema = applied(
        "CREATE TABLE t (id int);\nALTER TABLE t ENABLE ROW LEVEL SECURITY;\n"
        "CREATE POLICY p ON t TO editors USING (true);\nCREATE TABLE app.t (id int);\nALTER TABLE t OWNER TO boss;\n"
        "CREATE ROLE maker; ALTER TABLE app.t OWNER TO maker;"
    )
    assert schema.unread == ()
    assert [policy.roles for policy in relation(schema, "t").policies] == [("editors",)]


def test_a_supabase_project(applied: Apply) -> None:
    schema = applied(
        "CREATE TABLE profile (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE);\n"
        "ALTER TABLE profile ENABLE ROW LEVEL SECURITY;\n"
        "CREATE POLICY own ON profile TO authenticated USING (auth.uid() = id);\n"
        "CREATE FUNCTION made() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;\n"
        "CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION made();\n"
        "INSERT INTO storage.buckets (id, name) VALUES ('a', 'a');\n"
        "CREATE POLICY read ON storage.objects FOR SELECT USING (storage.foldername(name) <> '{}');\n"
        "ALTER PUBLICATION supabase_realtime ADD TABLE profile;\nCREATE SCHEMA IF NOT EXISTS auth;\n"
        "SELECT net.http_post(url := 'http://x');\nALTER TABLE profile OWNER TO supabase_admin;\n"
        "GRANT ALL ON SCHEMA auth TO service_role;\nALTER DATABASE postgres SET app.x = '1';\n"
        "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION made();\n"
        "CREATE TABLE auth.users (id uuid);\n",
        supabase=True,
    )
    assert [(one.kind, one.reason) for one in schema.unread] == [
        ("unsupported", "event triggers act on later statements and are left out")
    ]
    assert [link.target for link in relation(schema, "profile").links] == ["users"]


def test_migrations_and_the_database_they_built_are_equal(tmp_path: Path) -> None:
    sql = (
        "CREATE TYPE mood AS ENUM ('sad', 'glad');\nCREATE DOMAIN mail AS text CHECK (VALUE LIKE '%@%');\n"
        "CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m mood[], mail mail NOT NULL,\n"
        "  n numeric(12,2) DEFAULT 0, UNIQUE (mail));\nCREATE VIEW v AS SELECT id, mail FROM a;"
    )
    (tmp_path / "schema.sql").write_text(sql)
    schema = read([Path("schema.sql")], tmp_path)
    with open_shadow([Path("schema.sql")], tmp_path) as database, psycopg.connect(database.owner) as connection:
        live = postgres.read(connection)
        assert schema.normal() == live.normal()
        assert connection.execute("SELECT count(*) FROM v").fetchone() == (0,)
    assert schema.fingerprint() == live.fingerprint()


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of SQL that takes long enough for what it makes to be kept; in a cache that has nothing yet."""
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / "cache"))
    monkeypatch.delenv("PGCONFORM_SHADOW_URL", raising=False)
    (tmp_path / "schema.sql").write_text(
        "CREATE ROLE r; CREATE TABLE a (id int); GRANT SELECT ON a TO r; SELECT pg_sleep(0.4);"
    )
    return tmp_path


def opened(root: Path, *, cached: bool = True) -> bool:
    """Whether the SQL was applied; what it makes is there either way."""
    with mock.patch.object(filled, "apply_all", wraps=apply_all) as applied:
        with open_shadow([Path("schema.sql")], root, cached=cached) as database, line_to(database) as line:
            assert line.rows("SELECT has_table_privilege('r', 'a', 'SELECT')") == [("t",)]
        return applied.called


def kept_cluster(root: Path) -> Path:
    return next((root / "cache" / "filled").iterdir())


def test_sql_is_applied_once_for_statements_of_all_runs(slow: Path) -> None:
    assert opened(slow)
    assert not opened(slow)
    assert opened(slow, cached=False)
    assert [one.name for one in read([Path("schema.sql")], slow).relations] == ["a"]
    (slow / "schema.sql").write_text((slow / "schema.sql").read_text() + "CREATE TABLE b (id int);")
    assert not opened(slow)  # the schema that statements are held to is that of before
    assert [one.name for one in read([Path("schema.sql")], slow).relations] == ["a", "b"]
    assert opened(slow)


def test_only_the_database_that_was_filled_is_kept(slow: Path) -> None:
    assert opened(slow)
    assert len(list((kept_cluster(slow) / "base").iterdir())) == 1


def test_what_a_killed_run_left_half_kept_goes(slow: Path) -> None:
    old, new = (slow / "cache" / "filled" / f".making-{name}" for name in ("old", "new"))
    for place in (old, new):
        (place / "data").mkdir(parents=True)
    os.utime(old, (0, 0))
    assert opened(slow)
    assert (old.exists(), new.exists()) == (False, True)


def test_what_takes_no_time_is_not_kept(slow: Path) -> None:
    (slow / "schema.sql").write_text("CREATE ROLE r; CREATE TABLE a (id int); GRANT SELECT ON a TO r;")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["pgconform.sources.migrations.read"], "WORTH_KEEPING", 60.0)
        assert opened(slow)
    assert not (slow / "cache" / "filled").exists()


@pytest.mark.parametrize("spoilt", ["global/pg_control", "PG_VERSION", "base"])
def test_a_kept_cluster_that_is_spoilt_is_made_again(slow: Path, spoilt: str) -> None:
    assert opened(slow)
    place = kept_cluster(slow) / spoilt
    if place.is_dir():
        shutil.rmtree(place)
        place.mkdir()
    else:
        place.write_bytes(b"")
    assert opened(slow)
    assert not opened(slow)


def test_the_second_run_starts_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / "cache"))
    source = tmp_path / "schema.sql"
    source.write_text("CREATE TABLE a (id int); CREATE TABLE b (id nosuch);")
    first = read([source], tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("pgconform.embedded.server.locate", lambda: pytest.fail("a server was looked for"))
        assert read([source], tmp_path) == first
        assert [one.at for one in read([source], tmp_path).unread] == [Location("schema.sql", 1, 26)]
    source.write_text("CREATE TABLE c (id int);")
    assert [one.name for one in read([source], tmp_path).relations] == ["c"]


def test_sql_that_nobody_touched_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / "cache"))
    monkeypatch.setattr("pgconform.support.states.GRAIN", 0)
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "1.sql").write_text("CREATE TABLE a (id int);")

    def reads(*, anew: bool = False) -> tuple[bool, list[str]]:
        with mock.patch("pgconform.sources.migrations.read.gather", wraps=gather) as gathered:
            names = [one.name for one in read([Path("migrations")], tmp_path, anew=anew).relations]
        return gathered.called, names

    assert reads() == (True, ["a"])
    assert reads() == (False, ["a"])
    assert reads(anew=True) == (True, ["a"])
    (folder / "1.sql").write_text("CREATE TABLE b (id int);")
    assert reads() == (True, ["b"])
    (folder / "2.sql").write_text("\\ir more.txt\n")
    (folder / "more.txt").write_text("CREATE TABLE c (id int);")
    assert reads() == (True, ["b", "c"])
    (folder / "more.txt").write_text("CREATE TABLE d (id int);")
    assert reads() == (True, ["b", "d"])
    (folder / "2.sql").unlink()
    assert reads() == (False, ["b"])


def test_sql_that_is_written_while_it_is_read_makes_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / "cache"))
    monkeypatch.setattr("pgconform.support.states.GRAIN", 0)
    (tmp_path / "schema.sql").write_text("CREATE TABLE a (id int);")
    for _ in range(2):
        read([Path("schema.sql")], tmp_path)
    shutil.rmtree(tmp_path / "cache" / "filled", ignore_errors=True)  # kept where it took long
    (tmp_path / "schema.sql").write_text("CREATE TABLE b (id int);")
    with pytest.raises(Problem, match="written while they were read"), open_shadow([Path("schema.sql")], tmp_path):
        pass


def test_a_spoilt_cache_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / "cache"))
    source = tmp_path / "schema.sql"
    source.write_text("CREATE TABLE a (id int);")
    first = read([source], tmp_path)
    (kept,) = (tmp_path / "cache" / "migrations").iterdir()
    for spoilt in (b"", b"\x00junk", kept.read_bytes()[:-5]):
        kept.write_bytes(spoilt)
        assert read([source], tmp_path) == first


def test_reading_from_the_cache_loads_no_driver(tmp_path: Path) -> None:
    import subprocess

    (tmp_path / "schema.sql").write_text("CREATE TABLE a (id int);")
    program = (
        "import sys; from pathlib import Path; from pgconform.sources.migrations import read\n"
        "schema = read([Path('schema.sql')], Path.cwd())\n"
        "print(len(schema.relations), sorted({'psycopg', 'postgast', 'google'} & set(sys.modules)))"
    )
    environment = os.environ | {"PGCONFORM_CACHE_DIR": own_cache(tmp_path / "cache")}
    for expected in ("1 ['psycopg']\n", "1 []\n"):
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout == expected


def test_a_real_project_applies_whole(tmp_path: Path) -> None:
    examples = Path(__file__).parent.parent / "examples"
    for project in sorted(path for path in examples.glob("*") if path.is_dir()):
        for candidate in detect(project)[:1]:
            schema = read(candidate.sources, project, cached=False)
            assert [one.reason for one in schema.unread if one.kind == "statement"] == []
            assert all(one.at for one in schema.relations if one.schema == "public")


def test_a_server_that_is_named_is_used_and_left_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pg_dsn: str
) -> None:
    monkeypatch.setenv("PGCONFORM_SHADOW_URL", pg_dsn)
    (tmp_path / "schema.sql").write_text(
        "CREATE TABLE a (owner uuid REFERENCES auth.users);\nCOPY a TO PROGRAM 'true';"
    )
    schema = read([Path("schema.sql")], tmp_path, cached=False)
    assert relation(schema, "a").at == Location("schema.sql", 1, 1)
    assert [one.kind for one in schema.unread] == ["statement"]
    with psycopg.connect(pg_dsn) as connection:
        assert connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'pgconform%'").fetchall() == []
        assert connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'pgconform\\_%'").fetchall() == []


def older(version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let migrations be applied to a server of that version."""
    found = programs(version)
    monkeypatch.setattr("pgconform.embedded.server.locate", lambda: found)


@pytest.mark.parametrize("version", [version for version in BUILDS if version < 16])
def test_roles_are_acted_as_where_their_maker_has_to_join_them(
    applied: Apply, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    older(version, monkeypatch)
    schema = applied(
        "CREATE ROLE other; SET ROLE other; RESET ROLE; CREATE TABLE t (id int); ALTER TABLE t OWNER TO boss;\n"
        "SET ROLE pgconform;"
    )
    assert schema.server.startswith(str(version))
    assert [(one.reason, str(one.at)) for one in schema.unread] == [
        ('permission denied to set role "pgconform"', "m/1.sql:2:1")
    ]


@pytest.mark.parametrize("version", BUILDS)
def test_an_older_server_makes_the_same_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    (tmp_path / "schema.sql").write_text(
        'CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION vector; CREATE EXTENSION pg_cron; CREATE EXTENSION dblink;\n'
        "CREATE TABLE t (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), v vector(3),"
        " owner uuid REFERENCES auth.users);\n"
        "CREATE ROLE r; GRANT pg_execute_server_program TO postgres; COPY t TO PROGRAM 'true';"
    )
    newer = read([Path("schema.sql")], tmp_path, cached=False)
    older(version, monkeypatch)
    old = read([Path("schema.sql")], tmp_path, cached=False)
    assert [one.at and one.at.column for one in newer.unread] == [16, 61]
    assert [one.at for one in old.unread] == [one.at for one in newer.unread]
    theirs = {"auth", "storage", "realtime", "graphql_public"}
    assert [one for one in old.normal().relations if one.schema not in theirs] == [
        one for one in newer.normal().relations if one.schema not in theirs
    ]
    assert [one.qualified for one in old.normal().functions] == [one.qualified for one in newer.normal().functions]


def test_a_named_server_that_does_not_answer_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_SHADOW_URL", "postgresql://me:secret@127.0.0.1:1/x")
    (tmp_path / "schema.sql").write_text("CREATE TABLE a (id int);")
    with pytest.raises(Problem, match="does not answer") as raised:
        read([Path("schema.sql")], tmp_path, cached=False)
    assert "secret" not in raised.value.message
    assert "\n" not in raised.value.message
