"""The double without a server: what it keeps, what it refuses, and what it says aloud that it cannot do."""

from __future__ import annotations

import asyncio
import datetime
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from postgrest.exceptions import APIError

from pgconform.embedded import Server
from pgconform.errors import Problem
from pgconform.schema import Schema
from pgconform.sources import snapshot
from pgconform.testing import Database, Refused, Unsupported, supabase, supabase_async
from tests.guarding import SQL
from tests.truths import truth_of

MORE = """
create table plain (id int generated always as identity primary key, name text, moment timestamptz default now(),
  key uuid default gen_random_uuid(), size int default 3, note text default 'it''s', flags boolean default true,
  span interval, odd int default (random() * 10)::int, mood status);
create table triggered (id int primary key, at timestamptz not null);
create function fill() returns trigger language plpgsql as $$ begin new.at := now(); return new; end $$;
create trigger filling before insert on triggered for each row execute function fill();
create table checked (id int primary key, a int, b int, check (a < b));
create table parted (id int primary key, name text);
create unique index on parted (lower(name));
create table parents (id int primary key);
create table children (id int primary key, parent int references parents on delete restrict,
  other int references parents on delete cascade on update cascade);
"""


@pytest.fixture(scope="module")
def truth(postgres: Server) -> Iterator[Schema]:
    dsn = postgres.create_database("testing_double")
    yield truth_of(dsn, SQL + MORE)
    postgres.drop_database("testing_double")


@pytest.fixture
def database(truth: Schema) -> Database:
    return Database(truth)


@pytest.fixture
def db(database: Database) -> Any:
    return supabase(database)


def test_rows_are_kept_with_their_defaults(db: Any, database: Database) -> None:
    (row,) = db.table("plain").insert({"name": "a", "odd": 1}).execute().data
    assert (row["id"], row["size"], row["note"], row["flags"], row["span"]) == (1, 3, "it's", True, None)
    assert len(row["key"]) == 36
    assert row["moment"].endswith("+00:00")
    (kept,) = database.rows("plain")
    assert isinstance(kept["moment"], datetime.datetime)
    assert db.table("plain").select("id").eq("name", "a").single().execute().data == {"id": 1}
    assert db.table("plain").update({"size": 4}).eq("id", 1).execute().data[0]["size"] == 4
    assert db.table("plain").delete().eq("id", 1).execute().data[0]["id"] == 1
    assert database.rows("plain") == []


def test_a_test_puts_rows_in_and_sees_what_was_asked(db: Any, database: Database) -> None:
    database.add("authors", {"name": "Ada", "email": "a@x"}, {"name": "Bob", "email": "b@x"})
    found = db.table("authors").select("name", count="exact").in_("email", ["a@x"]).execute()
    assert (found.data, found.count) == ([{"name": "Ada"}], 1)
    assert database.requests[-1].first("select") == "name"
    with pytest.raises(Refused, match="23505"):
        database.add("authors", {"name": "Eve", "email": "a@x"})
    with pytest.raises(Problem, match="no table nope"):
        database.rows("nope")


def test_an_error_changes_nothing(db: Any, database: Database) -> None:
    database.add("authors", {"name": "Ada", "email": "a@x"})
    with pytest.raises(APIError) as raised:
        db.table("authors").insert([{"name": "B", "email": "b@x"}, {"name": "C", "email": "a@x"}]).execute()
    assert raised.value.code == "23505"
    assert len(database.rows("authors")) == 1


WRONG: list[tuple[Any, str]] = [
    (lambda db: db.table("nope").select("*"), "PGRST205"),
    (lambda db: db.table("documents").select("nope"), "42703"),
    (lambda db: db.table("documents").select("id, unrelated(*)"), "PGRST200"),
    (lambda db: db.table("documents").insert({"titel": "x"}), "PGRST204"),
    (lambda db: db.table("documents").insert({"title": "x", "length": 1}), "428C9"),
    (lambda db: db.table("documents").insert({"title": "x", "status": "gone"}), "22P02"),
    (lambda db: db.table("documents").insert({"words": 1}), "23502"),
    (lambda db: db.table("documents").insert({"title": "x", "kind": "gone"}), "23514"),
    (lambda db: db.table("documents").select("*").filter("id", "foo", 1), "PGRST100"),
    (lambda db: db.rpc("nope", {}), "PGRST202"),
    (lambda db: db.schema("hidden").table("documents").select("*"), "PGRST106"),
]


@pytest.mark.parametrize(("ask", "code"), WRONG)
def test_what_the_server_refuses_is_refused_with_its_code(db: Any, ask: Any, code: str) -> None:
    with pytest.raises(APIError) as raised:
        ask(db).execute()
    assert raised.value.code == code


BEYOND: list[tuple[Any, str]] = [
    (lambda db: db.table("documents").select("id").text_search("title", "x"), "fts"),
    (lambda db: db.table("documents").select("id").filter("title", "match", "x"), "operator match"),
    (lambda db: db.table("titles").select("id"), "view titles"),
    (lambda db: db.table("documents").insert({"title": "x"}), "does not compute length"),
    (lambda db: db.table("plain").insert({"name": "x"}), r"default of plain\.odd"),
    (lambda db: db.table("plain").insert({"name": "x", "odd": 1, "span": "1 day"}), "type interval"),
    (lambda db: db.table("triggered").insert({"id": 1}), "the trigger filling"),
    (lambda db: db.table("checked").insert({"id": 1}), "the CHECK checked_check"),
    (lambda db: db.table("parted").insert({"id": 1}), "key parted_lower_idx"),
    (lambda db: db.rpc("word_count", {"doc": 1}), "does not run functions"),
    (lambda db: db.table("documents").select("id").csv(), "text/csv"),
    (lambda db: db.table("documents").select("id", count="planned"), "count=planned"),
    (lambda db: db.table("plain").select("moment::date"), "moment::date"),
    (lambda db: db.table("plain").select("id").eq("moment", "yesterday at noon 1"), "ISO 8601"),
]


@pytest.mark.parametrize(("ask", "said"), BEYOND, ids=[said for _, said in BEYOND])
def test_what_it_cannot_do_it_says_aloud(database: Database, db: Any, ask: Any, said: str) -> None:
    database.tables.rows["public.plain"].append(
        dict.fromkeys(("name", "key", "size", "note", "flags", "span", "odd", "mood"))
        | {"id": 9, "moment": datetime.datetime.now(datetime.UTC)}
    )
    with pytest.raises(Unsupported, match=said):
        ask(db).execute()


def test_what_is_no_request_for_rows_is_beyond_it(db: Any) -> None:
    with pytest.raises(Unsupported, match="/auth/v1/"):
        db.auth.sign_in_with_password({"email": "a@x", "password": "x"})


def test_texts_sort_only_where_every_database_sorts_them_alike(truth: Schema) -> None:
    rows = [{"name": name, "odd": 1} for name in ("b", "a", "C")]
    strict, plain = Database(truth), Database(truth, collation="C")
    for one in (strict, plain):
        one.add("plain", *rows)
    with pytest.raises(Unsupported, match="collation"):
        supabase(strict).table("plain").select("name").order("name").execute()
    found = supabase(plain).table("plain").select("name").order("name").execute().data
    assert [row["name"] for row in found] == ["C", "a", "b"]


def test_what_decides_and_is_beyond_it_can_be_done_without(truth: Schema) -> None:
    database = Database(truth, ignore={"checks", "keys"})
    database.add("checked", {"id": 1, "a": 2, "b": 1})
    database.add("parted", {"id": 1, "name": "x"})
    assert len(database.rows("checked")) == len(database.rows("parted")) == 1
    with pytest.raises(Problem, match="nothing is named policies"):
        Database(truth, ignore=["policies"])


def test_functions_are_the_tests_own(truth: Schema) -> None:
    def word_count(doc: int) -> int:
        return doc * 2

    db = supabase(Database(truth, functions={"word_count": word_count}))
    assert db.rpc("word_count", {"doc": 4}).execute().data == 8
    with pytest.raises(APIError) as raised:
        db.rpc("word_count", {"wrong": 4}).execute()
    assert raised.value.code == "PGRST202"


def test_generated_columns_are_computed_by_the_test(truth: Schema) -> None:
    db = supabase(Database(truth, functions={"documents.length": lambda row: len(row["title"])}))
    assert db.table("documents").insert({"title": "four"}).execute().data[0]["length"] == 4
    assert db.table("documents").update({"title": "seven"}).eq("length", 4).execute().data[0]["length"] == 5


def test_foreign_keys_do_what_they_say(db: Any, database: Database) -> None:
    database.add("parents", {"id": 1}, {"id": 2}, {"id": 3})
    database.add("children", {"id": 1, "parent": 1}, {"id": 2, "other": 2})
    with pytest.raises(APIError) as raised:
        db.table("parents").delete().eq("id", 1).execute()
    assert raised.value.code == "23503"
    db.table("parents").update({"id": 5}).eq("id", 2).execute()
    assert database.rows("children")[1]["other"] == 5
    db.table("parents").delete().eq("id", 5).execute()
    assert [row["id"] for row in database.rows("children")] == [1]


def test_asynchronous_clients_and_threads_have_the_same(truth: Schema) -> None:
    async def use() -> list[Any]:
        client = await supabase_async(Database(truth))
        rows = [{"id": number} for number in range(20)]
        await asyncio.gather(*(client.table("parents").insert(row).execute() for row in rows))
        found: list[Any] = (await client.table("parents").select("id").order("id").execute()).data
        return found

    assert asyncio.run(use()) == [{"id": number} for number in range(20)]


def test_the_plugin_gives_fixtures_of_the_committed_snapshot(truth: Schema, tmp_path: Path) -> None:
    snapshot.write(truth, tmp_path / "schema.json")
    (tmp_path / "pytest.ini").write_text("[pytest]\npgconform_snapshot = schema.json\n")
    (tmp_path / "test_it.py").write_text(
        "def test_hidden(pgconform_supabase):\n"
        "    try:\n"
        "        pgconform_supabase.table('titles').select('id').execute()\n"
        "    except Exception:\n"
        "        pass\n"
        "def test_add(pgconform_supabase, pgconform_database):\n"
        "    pgconform_supabase.table('parents').insert({'id': 1}).execute()\n"
        "    assert pgconform_database.rows('parents') == [{'id': 1}]\n"
        "def test_alone(pgconform_database):\n"
        "    assert pgconform_database.rows('parents') == []\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "3 passed, 1 error" in done.stdout, done.stdout
    assert "the double could not answer: reading the view titles" in done.stdout
