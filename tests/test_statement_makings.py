"""What a program makes, moves, alters or asks for itself: of that the truth is no judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import dedent
from typing import TypeAlias

import psycopg
import pytest

from pgconform.config import Config, Project
from pgconform.finding import Severity
from pgconform.project.asking import Ask
from pgconform.project.run import run
from pgconform.report import Report
from tests.own_cache import own_cache

SCHEMA = """
create type mood as enum ('sad', 'happy');
create table users (id int primary key, name text, score int not null default 0, status mood);
create table events (id int primary key, kind text not null);
create procedure reset(n int) language sql as 'delete from events where id = n';
create view active as select id, name from users;
create function bump(n int) returns int language sql as 'select n + 1';
create schema audit;
create table audit.log (id int primary key, what text);
create table notes (id int primary key);
create table audit.notes (id int primary key, nothing text);
"""
Checked: TypeAlias = Callable[..., Report]


@pytest.fixture
def checked(pg_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """What is said of programs, by their names, that run on a database of `SCHEMA`."""
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / "cache"))
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(SCHEMA.encode())

    def check(**files: str) -> Report:
        root = tmp_path / "app"
        root.mkdir(exist_ok=True)
        for name, text in files.items():
            (root / f"{name}.py").write_text(dedent(text))
        return run(Project(root, Config(truth="$PG")), Ask(truth=pg_dsn, cached=False))

    return check


def errors(report: Report) -> list[str]:
    return [one.message for one in report.findings if one.severity is Severity.ERROR]


def program(statements: Sequence[str]) -> str:
    lines = [f"    cur.execute({one!r})\n" for one in statements]
    return "import psycopg\ndef main(cur: psycopg.Cursor):\n" + "".join(lines)


@pytest.mark.parametrize(
    "statements",
    [
        ("create temp table events (sid int, note text)", "select note from events"),
        ("create temp table events as select 1 as sid", "select sid from events"),
        ("select id as uid into temp events from users", "select uid from events"),
        ("create temp view events as select id as oid2 from users", "select oid2 from events"),
        ("create or replace view active as select * from users", "select score from active"),
        ("create table fresh (like events)", "alter table fresh rename to events", "select extra from events"),
        ("drop table events", "create table events as select * from users", "select score from events"),
        ("alter table events set schema audit", "select kind from audit.events"),
        ("alter table users alter column score type text using score::text", "select upper(score) from users"),
        ("alter type mood add value if not exists 'angry'", "select id from users where status = 'angry'"),
        ("create aggregate product(int) (sfunc = int4mul, stype = int)", "select product(score) from users"),
        ("create schema t1; set search_path to t1, public", "select uid from users"),
        ("select set_config('search_path', %s, false)", "select uid from users"),
    ],
)
def test_what_the_program_makes_otherwise_is_not_judged(checked: Checked, statements: Sequence[str]) -> None:
    assert errors(checked(app=program(statements))) == []
    assert len(errors(checked(app=program(statements[-1:])))) == 1


def test_a_table_that_gets_other_types_gets_no_other_columns(checked: Checked) -> None:
    typed = "alter table users add column age int, alter column score type text using score::text"
    asked = ["select uid from users", "select age from users", "select nothing.id from users, nothing"]
    assert errors(checked(app=program([typed, *asked, "select upper(score) from users"]))) == [
        'users has no column "uid"',
        'there is no table "nothing" in schema public',
    ]


def test_what_tests_make_and_schemas_of_the_truth_stand_before_nothing(checked: Checked) -> None:
    tests = program(["create temp table users (uid int)", "set search_path to t1"])
    path = "set search_path to audit, public"
    report = checked(test_app=tests, app=program([path, "select uid from users", "select what from log"]))
    assert errors(report) == ['users has no column "uid"']


@pytest.mark.parametrize("path", ["audit, public", "ag_catalog, audit", "'audit'", "audit"])
def test_names_are_looked_for_in_the_schemas_of_the_truth_that_the_program_names(checked: Checked, path: str) -> None:
    """Of a relation that two of them have nobody knows which one it is."""
    asks = ["select what from log", "select why from log", "select uid from users", "select id, nothing from notes"]
    assert errors(checked(app=program([f"set search_path to {path}", *asks]))) == [
        'the server refuses this: column "why" does not exist',
        'users has no column "uid"',
    ]


def test_where_a_connection_is_opened_it_may_be_told_where_to_look(checked: Checked) -> None:
    sets = "def opened(dbapi, _):\n    dbapi.cursor().execute('set search_path to tenant')\n"
    assert errors(checked(app=program(["select uid from users"]), hooks=sets)) == []


@pytest.mark.parametrize(
    "guard",
    [
        "if 'nick' in {row[0] for row in names(cur)}:",
        "if 'nick' not in names(cur):\n        pass\n    else:",
        "if has_column(cur, 'users', 'nick'):",
    ],
)
def test_what_is_asked_for_first_may_be_missing(checked: Checked, guard: str) -> None:
    asks = "select column_name from information_schema.columns where table_name = %s"
    code = f"""\
import psycopg
def names(cur: psycopg.Cursor):
    return cur.execute({asks!r}, ("users",)).fetchall()
def main(cur: psycopg.Cursor):
    {guard}
        cur.execute("select nick from users")
"""
    assert errors(checked(app=code)) == []
    assert len(errors(checked(app=code.replace(guard, "if cur:")))) == 1


LOOKING = """\
def is_there(db, table, column="*"):
    try:
        db.table(table).select(column).limit(1).execute()
        return True
    except Exception:
        return False
def ready(db):
    try:
        db.table("logs").select("id").limit(1).execute()
        return True
    except Exception:
        return False
"""


@pytest.mark.parametrize(
    ("guard", "ask"),
    [
        ("is_there(db, 'users', 'nick')", "db.table('users').update({'nick': 'x'}).eq('id', 1).execute()"),
        ("is_there(db, 'logs')", "db.table('logs').insert({'id': 1}).execute()"),
        ("ready(db)", "db.table('logs').insert({'id': 1}).execute()"),
    ],
)
def test_what_a_function_looks_for_first_may_be_missing(checked: Checked, guard: str, ask: str) -> None:
    code = f"""\
from supabase import create_client
from helpers import is_there, ready
db = create_client("http://localhost", "key")
def main():
    if {guard}:
        {ask}
"""
    other = code.replace(f"if {guard}", "if True").replace("import is_there, ready", "import nothing")
    assert errors(checked(app=code, helpers=LOOKING)) == []
    assert len(errors(checked(app=code, helpers=LOOKING, other=other))) == 1
    assert len(errors(checked(app=other, helpers=LOOKING, other=""))) == 1


def test_what_sqlalchemy_is_asked_for_first_may_be_missing(checked: Checked) -> None:
    code = """\
import psycopg
from sqlalchemy import inspect
def main(cur: psycopg.Cursor, engine):
    if inspect(engine).has_table("users_of_old"):
        cur.execute("select u.id from users_of_old o join users u using (id)")
"""
    assert errors(checked(app=code)) == []
    assert len(errors(checked(app=code.replace('has_table("users_of_old")', "dialect")))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "import polars as pl\npl.SQLContext().execute('select label from users')",
        "import awswrangler as wr\nwr.athena.read_sql_query('select label from users', database='x')",
        "import sqlite3\nc = psycopg.connect('') if A else sqlite3.connect('x')\nc.execute('select label from users')",
    ],
)
def test_what_other_engines_run_is_not_the_databases(checked: Checked, code: str) -> None:
    assert errors(checked(app=f"import psycopg\n{code}")) == []
    assert len(errors(checked(app="import psycopg\npsycopg.connect('').execute('select label from users')"))) == 1


@pytest.mark.parametrize(
    ("how", "sql"),
    [
        ("", "select r.total from readings r join users u using (id)"),
        (", if_exists='append'", "select r.total from readings r join users u using (id)"),
        (", if_exists='replace'", "select total from events"),
    ],
)
def test_a_table_that_a_frame_is_put_into_is_what_that_makes_it(checked: Checked, how: str, sql: str) -> None:
    table = "events" if "replace" in how else "readings"
    puts = f"def put(df, engine):\n    df.to_sql('{table}', engine{how})\n"
    report = checked(app=program([sql]), puts=puts)
    assert errors(report) == []
    assert "which columns a frame has is not known" in {one.reason for one in report.unjudged}
    assert len(errors(checked(app=program([sql]), puts=""))) == 1


@pytest.mark.parametrize(
    ("table", "how", "told"),
    [
        ("events", ".option('dbtable', '{}').mode('overwrite').save()", 0),
        ("events", ".mode('overwrite').options(url=url, dbtable='{}').save()", 0),
        ("events", ".option('dbtable', '{}').save(mode='overwrite')", 0),
        ("events", ".jdbc(url, '{}', mode='overwrite', properties=given)", 0),
        ("readings", ".jdbc(url, '{}', 'append', given)", 0),
        ("events", ".option('dbtable', '{}').option('truncate', 'true').mode('overwrite').save()", 1),
        ("events", ".option('dbtable', '{}').mode('append').save()", 1),
        ("events", ".option('dbtable', 'others').mode('overwrite').save()", 1),
        ("events", ".mode('overwrite').save('{}')", 1),
    ],
)
def test_a_table_that_spark_puts_a_frame_into_in_place_of_another(
    checked: Checked, table: str, how: str, told: int
) -> None:
    """Where it keeps the table that there is, or puts the frame into a file, the table is as the truth has it."""
    writes = f"def put(df, url, given):\n    df.write.format('jdbc'){how.format(table)}\n"
    report = checked(app=program([f"select total from {table}"]), writes=writes)
    assert len(errors(report)) == told


@pytest.mark.parametrize(
    "sql",
    [
        "select unaccent(name) from users",
        "select dblink('a', 'b')",
        "select name <-> 'x'::text from users",
        "select hypopg_reset()",
        "select ST_MakePoint(score, id) from users",
        "select time_bucket_gapfill('1 day', score) from users",
    ],
)
def test_what_an_extension_may_bring_is_not_missing(checked: Checked, sql: str) -> None:
    """What is called like nothing that an extension has is."""
    report = checked(app=program([sql, "select storey(score) from users"]))
    assert errors(report) == ["the server refuses this: function storey(integer) does not exist"]
    assert [one.reason for one in report.unjudged if "extension" in one.reason]


def test_a_truth_without_tables_where_names_are_looked_for_says_what_it_holds_elsewhere(
    pg_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / "cache"))
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute("create schema app; create table app.t (id int); create schema auth; create table auth.u ()")
        held = [run(Project(tmp_path, Config()), Ask(truth=pg_dsn, cached=False)).truth.counts]
        connection.execute("create view v as select 1 as a")
        held.append(run(Project(tmp_path, Config()), Ask(truth=pg_dsn, cached=False)).truth.counts)
    assert held == [(("table", 1),), (("view", 1),)]
