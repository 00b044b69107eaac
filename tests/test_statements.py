"""The SQL that Python programs hand to drivers: what is found, in which style, and what is left alone."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from pgconform.request import HOLE, Statement
from pgconform.schema import Schema
from pgconform.sources.python.evaluate import calls
from pgconform.sources.python.facts.facts import ModuleFacts, read_facts
from pgconform.sources.python.facts.texts import sql_lines
from pgconform.sources.python.files.requirements import requirements
from pgconform.sources.python.queries.reader import Reader
from pgconform.sources.python.statements.reader import IDLE, Statements
from pgconform.sql.placeholders import normal
from tests.timing import within


def read(*needs: str, **files: str) -> Schema:
    """The statements of files by their names; ``needs`` are lists of requirements."""
    facts: dict[str, ModuleFacts] = {f"{name}.py": read_facts(dedent(text).encode()) for name, text in files.items()}
    reader = Reader({uri: one.flows for uri, one in facts.items()})
    reader.read()
    return Statements(reader, facts, needs).read()


def only(text: str, *needs: str) -> Statement:
    found = read(*needs, app=text).statements
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("code", "api", "style"),
    [
        ("import psycopg\npsycopg.connect('').execute('select a from t')", "psycopg.execute", ""),
        (
            "import psycopg\npsycopg.connect('').execute('select a from t where b = %s', (1,))",
            "psycopg.execute",
            "pyformat",
        ),
        (
            "import psycopg2\nwith psycopg2.connect('') as c, c.cursor() as cur:\n"
            "    cur.executemany('insert into t values (%s)', rows)",
            "psycopg2.executemany",
            "pyformat",
        ),
        (
            "import asyncpg\nasync def f(pool: asyncpg.Pool):\n  async with pool.acquire() as c:\n"
            "    await c.fetchrow('select a from t where b = $1', 1)",
            "asyncpg.fetchrow",
            "numeric",
        ),
        (
            "from asyncpg import Connection\nasync def f(c: Connection):\n    await c.fetchval('select a from t')",
            "asyncpg.fetchval",
            "numeric",
        ),
        (
            "import psycopg\nfrom sqlalchemy.orm import Session\ndef f(s: Session):\n"
            "    s.execute('select a from t where b = :b', {'b': 1})",
            "sqlalchemy.execute",
            "named",
        ),
        (
            "import psycopg2\nfrom sqlalchemy import create_engine\nwith create_engine('').connect() as c:\n"
            "    c.execute('select a from t where b = %s', (1,))",
            "sqlalchemy.execute",
            "pyformat",
        ),
        (
            "import psycopg2\nfrom sqlalchemy.orm import Session\ndef f(s: Session):\n"
            "    s.execute('select a from t where b = :b and c like \\'%s\\'', {'b': 1})",
            "sqlalchemy.execute",
            "named",
        ),
        (
            "import psycopg\nfrom sqlalchemy import text\ns.execute(text('select a from t where b = :b'))",
            "sqlalchemy.text",
            "named",
        ),
        (
            "import psycopg\nimport pandas as pd\npd.read_sql_query('select a from t where b = %s', e, params=(1,))",
            "pandas.read_sql_query",
            "pyformat",
        ),
        (
            "import psycopg\nimport geopandas as gpd\ngpd.read_postgis('select a from t where b = %s', e, params=(1,))",
            "geopandas.read_postgis",
            "pyformat",
        ),
        (
            "import psycopg\nfrom geopandas import GeoDataFrame\nGeoDataFrame.from_postgis('select a from t', e)",
            "geopandas.from_postgis",
            "",
        ),
        (
            "import psycopg2\nfrom sqlalchemy import create_engine\nengine = create_engine('')\n"
            "def f():\n  with engine.raw_connection().cursor() as cur:\n"
            "    cur.execute('select a from t where b = %s', (1,))",
            "sql.execute",
            "pyformat",
        ),
        (
            "import psycopg\nfrom sqlalchemy import create_engine\nengine = create_engine('')\n"
            "def f():\n  with engine.connect() as c:\n"
            "    c.connection.cursor().execute('select a from t where b = %s', (1,))",
            "sql.execute",
            "pyformat",
        ),
        (
            "import asyncpg\nasync def f(self):\n    await self.db.fetch('select a from t where b = $1', 1)",
            "sql.fetch",
            "numeric",
        ),
    ],
)
def test_every_drivers_calls_are_found(code: str, api: str, style: str) -> None:
    found = only(code)
    assert (found.api, found.style) == (api, style)


@pytest.mark.parametrize(
    "code",
    [
        "import sqlite3\nsqlite3.connect('').execute('select a from t where b = ?', (1,))",
        "import psycopg\nimport sqlite3\nsqlite3.connect('').cursor().execute('select a from t')",
        "import duckdb\nduckdb.sql\ndef f(c):\n    c.execute('select a from t')",
        "from google.cloud import bigquery\nimport psycopg\nbigquery.Client().execute('select a from t')",
        "from firebird.driver import connect\nimport psycopg\nconnect('').cursor().execute('select a from t')",
        "import mariadb\nimport psycopg\nmariadb.connect(host='h').cursor().execute('select a from t')",
        "import psycopg\ndef f(agent):\n    agent.execute('Select the best answer from all of them')",
        "import psycopg\ndef f(agent):\n    agent.execute('Update the plan and set a date')",
        "import psycopg\ndef f(response):\n    return response.text('select a from t')",
        "import psycopg\ndef f(http):\n    http.fetch('https://example.org/select/from/t')",
    ],
)
def test_what_is_no_sql_or_another_databases_is_left_alone(code: str) -> None:
    found = read(app=code)
    assert (found.statements, found.unread) == ((), ())


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("def f(s):\n    s.execute('select a from t')", "which database"),
        ("import psycopg\nimport duckdb\ndef f(s):\n    s.execute('select a from t')", "which database"),
        ("import psycopg\npsycopg.connect('').execute(str(query))", "not known"),
    ],
)
def test_what_cannot_be_told_is_counted_with_its_reason(code: str, why: str) -> None:
    found = read(app=code)
    assert found.statements == ()
    assert [unread.kind for unread in found.unread] == ["statement"]
    assert why in found.unread[0].reason
    assert found.unread[0].at is not None
    assert found.unread[0].at.line > 1


@pytest.mark.parametrize(
    ("sql", "whole"),
    [
        ("(select a from t where b in (1, 2)) s", False),
        ("  ( select ')' from t ) as s\n", False),
        ("(select a from t)", True),
        ("(select a from t) union (select a from (select a from s) u) order by a", True),
        ("(select a from t) union select a from (select a from s) u", True),
    ],
)
def test_what_another_query_is_to_select_from_is_no_statement(sql: str, *, whole: bool) -> None:
    code = f"import psycopg2\nfrom sqlalchemy import text\nBASE = text({sql!r})\n"
    found = read(app=code)
    assert [one.text.value for one in found.statements] == [sql] * whole
    assert [one.reason for one in found.unread] == ["it is a part of a statement"] * (not whole)


@pytest.mark.parametrize(
    ("used", "whole"),
    [
        ("return text(begun.text + 'select a from s')", False),
        ("return s.execute(text(f'{begun.text} select a from s'))", False),
        ("s.execute(begun)\n    return begun.text", True),
        ("print(begun.text)\n    return begun", True),
        ("return lambda: (begun, begun.text)", True),
    ],
)
def test_what_is_made_only_for_its_text_is_no_statement(used: str, *, whole: bool) -> None:
    code = (
        "import psycopg2\nfrom sqlalchemy import text\ndef f(s):\n    begun = text('with s as (select a from t)')\n    "
    )
    texts = [one.text.value for one in read(app=code + used).statements]
    assert [one for one in texts if one == "with s as (select a from t)"] == ["with s as (select a from t)"] * whole


BESIDES = """
    from sqlalchemy import create_engine, text
    from settings import settings

    def plain():
        return create_engine(settings.DATABASE_URL)

    def vectors():
        url = settings.{0}
        if url.startswith("postgres://"):
            url = url.replace("postgres://", "postgresql://", 1)
        return create_engine(url)
"""


@pytest.mark.parametrize(
    ("name", "used", "known"),
    [
        ("VECTORS_DATABASE_URL", "plain", True),
        ("VECTORS_DATABASE_URL", "vectors", False),
        ("VECTORS_DATABASE_URL", "plain, vectors", False),
        ("ASYNC_DATABASE_URL", "vectors", True),
    ],
)
def test_a_database_beside_the_plain_one_is_known_by_what_is_imported(name: str, used: str, *, known: bool) -> None:
    address = 'class Settings:\n    DATABASE_URL = "postgresql://db/shop"\nsettings = Settings()\n'
    engine = used.rpartition(" ")[2]
    app = f"from sqlalchemy import text\nfrom db import {used}\n{engine}().execute(text('select a from t'))\n"
    found = read("psycopg2-binary", app=app, db=dedent(BESIDES).format(name), settings=address)
    assert [one.text.value for one in found.statements] == ["select a from t"] * known
    assert len(found.unread) == 1 - known


LOOKED_UP = """
import os
import psycopg

APPS = {{"shop": {{"url": "SHOP_URL"}}, "bot": {{"url": "BOT_URL"}}}}

def address(app):
    {0}

def look(app, url):
    with psycopg.connect({1}) as conn:
        return conn.execute("select a from t").fetchall()

def all_of_them():
    for app in APPS:
        url = address(app)
        if url:
            look(app, url)
"""


@pytest.mark.parametrize(
    ("address", "given", "known"),
    [
        ("return os.environ.get(APPS[app].get('url') or '') or None", "url", False),
        ("return os.getenv(APPS[app]['url'])", "url", False),
        ("return os.environ[APPS[app]['url']]", "address(app)", False),
        ("return os.environ[APPS[app]['url']]", "os.environ['SHOP_URL']", True),
        ("return os.environ.get('SHOP_URL')", "url", True),
        ("return os.environ.get(app)", "url", True),
        ("return APPS[app]['url']", "url", True),
    ],
)
def test_an_address_under_a_name_that_is_looked_up_is_one_of_several(address: str, given: str, *, known: bool) -> None:
    found = read(app=LOOKED_UP.format(address, given))
    assert (len(found.statements), len(found.unread)) == (known, not known)


TWO = """
    import psycopg
    def copy(source, target):
        rows = psycopg.connect({0}).execute("select a from t").fetchall()
        psycopg.connect({1}).execute("delete from u")
"""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("'postgresql://db/shop'", "'postgresql://db/warehouse'"),
        ("'dbname=shop user=me'", "dbname='warehouse'"),
        ("source", "target"),
        ("os.environ['DATABASE_URL']", "os.getenv('ANALYTICS_DATABASE_URL')"),
        ("settings.database_url", "settings.warehouseUrl"),
    ],
)
def test_of_two_databases_it_is_not_known_which_one_is_the_truths(first: str, second: str) -> None:
    found = read(app="import os\n" + dedent(TWO).format(first, second))
    assert found.statements == ()
    assert ["which of several databases" in unread.reason for unread in found.unread] == [True, True]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("'postgresql://db/shop'", "'postgresql://localhost:5433/shop_test'"),
        ("os.environ['DATABASE_URL']", "os.environ['ASYNC_DATABASE_URL']"),
        ("os.environ['DATABASE_URL']", "'postgresql://localhost/shop'"),
        ("make_url()", "source"),
        ("**source", "target"),
    ],
)
def test_one_database_reached_in_two_manners_is_one(first: str, second: str) -> None:
    found = read(app="import os\n" + dedent(TWO).format(first, second))
    assert (len(found.statements), found.unread) == (2, ())


@pytest.mark.parametrize(("home", "known"), [("test_app", True), ("fakes", False)])
def test_what_a_test_puts_in_a_drivers_place_is_its_own(home: str, *, known: bool) -> None:
    app = """
    import psycopg

    class Store:
        def __init__(self, connection):
            self.connection = connection

    def clean(store: Store):
        with store.connection.cursor() as cursor:
            cursor.execute("delete from t where a = %s", (1,))
    """
    fake = """
    from app import Store, clean

    class Cursor:
        def __enter__(self):
            return self

        def execute(self, sql, values):
            self.sent = sql

    class Connection:
        def cursor(self):
            return Cursor()

    def f():
        store = Store(Connection())
        clean(store)
    """
    found = read(app=dedent(app), **{home: dedent(fake)})
    assert [one.text.value for one in found.statements] == ["delete from t where a = %s"] * known


@pytest.mark.parametrize(("other", "known"), [("source", True), ("warehouse", False)])
def test_the_sizes_of_a_pool_are_no_address(other: str, *, known: bool) -> None:
    code = f"""
    import psycopg2
    from psycopg2.pool import ThreadedConnectionPool

    def start(smallest, largest, source, warehouse):
        pool = ThreadedConnectionPool(smallest, largest, source)
        connection = psycopg2.connect({other})
        connection.cursor().execute("select a from t")
    """
    assert len(read(app=dedent(code)).statements) == known


def test_databases_opened_in_another_file_are_told_apart_too() -> None:
    code = "from db import reports\ndef f():\n    reports.execute('select a from t')"
    opened = "import psycopg\nshop = psycopg.connect(SHOP_URL)\nreports = psycopg.connect(REPORTS_URL)"
    alone = "import psycopg\nreports = psycopg.connect(REPORTS_URL)"
    assert read(app=code, db=opened).statements == ()
    assert len(read(app=code, db=alone, other=opened).statements) == 1


@pytest.mark.parametrize(
    ("name", "others", "known"),
    [
        ("audio_postgresql", {"main": "postgresql"}, False),
        ("audio_postgresql", {"test_main": "postgresql"}, True),
        ("audio_postgresql", {"main": "audio_url"}, True),
        ("audio_postgresql", {"main": "postgresql", "job": "audio_dsn", "bot": "audio_dsn"}, True),
        ("supabase_db_url", {"main": "database_url"}, True),
        ("test_dsn", {"main": "database_url"}, True),
    ],
)
def test_a_database_that_a_file_opens_by_a_name_of_its_own_is_not_the_plain_one(
    name: str, others: dict[str, str], *, known: bool
) -> None:
    opens = "import psycopg\nfrom settings import config\ndef connect():\n    return psycopg.connect(config.{})\n"
    code = (
        opens + "def songs():\n    with connect() as conn:\n        return conn.execute('select a from t').fetchall()\n"
    )
    found = read(app=code.format(name), **{home: opens.format(plain) for home, plain in others.items()})
    assert (len(found.statements), len(found.unread)) == (known, not known)


@pytest.mark.parametrize(
    ("first", "second", "known"),
    [("db", "db", True), ("music.catalogue", "music.catalogue", True), ("db", "music.catalogue", False)],
)
def test_the_engine_of_a_package_that_is_not_here_is_another_than_the_projects(
    first: str, second: str, *, known: bool
) -> None:
    app = """
    from sqlalchemy import text
    import db
    import music.catalogue
    def copy():
        with {0}.engine.connect() as source:
            source.execute(text("select a from t"))
        with {1}.engine.connect() as target:
            target.execute(text("select b from t"))
    """
    opened = "from sqlalchemy import create_engine\nengine = create_engine(URL)\n"
    found = read("psycopg2-binary", app=dedent(app).format(first, second), db=opened)
    assert len(found.statements) == 2 * known


def test_text_is_known_by_any_name_it_is_imported_under() -> None:
    code = """
        import psycopg
        from sqlalchemy import text as raw

        QUERY = raw("select a from t")

        def f(session):
            from sqlmodel import text
            session.execute(raw("select b from t"))
            session.execute(text("select c from t"))
    """
    assert [one.text.value[7] for one in read(app=code).statements] == ["a", "b", "c"]


def test_a_list_of_requirements_tells_the_database() -> None:
    code = "from sqlalchemy import text\ndef f(s):\n    s.execute(text('select a from t'))"
    assert read(app=code).statements == ()
    assert len(read("sqlalchemy\npsycopg2-binary==2.9\n", app=code).statements) == 1
    assert read("psycopg2\nduckdb-engine\n", app=code).statements == ()
    assert len(read("psycopg2\nduckdb\n", app=code).statements) == 1
    assert read("psycopg2\nmariadb\n", app=code).statements == ()


def test_other_engines_of_the_same_tables_and_other_languages_leave_the_database_known() -> None:
    code = "def f(s):\n    s.execute('select a from t')"
    assert len(read("asyncpg\naiosqlite\n", app=code).statements) == 1
    assert read("aiosqlite\n", app=code).statements == ()
    assert len(read("asyncpg\n", app=f"import neo4j\n{code}").statements) == 1
    only_there = "def f(s):\n    s.execute(\"select name from sqlite_master where made > datetime('now')\")"
    found = read("asyncpg\naiosqlite\n", app=only_there)
    assert (found.statements, len(found.unread)) == ((), 1)
    assert (
        read("asyncpg\n", app="import neo4j\ndef f(s):\n    s.execute('WITH n AS m MATCH (m) RETURN m')").statements
        == ()
    )


@pytest.mark.parametrize(
    "sql",
    [
        "select scope_identity()",
        "select a from t where b > dateadd(day, -7, getdate())",
        "select top 5 a from t",
        "select a from t with (nolock)",
        "insert into t (a) values (1) on duplicate key update a = 2",
        "select last_insert_id()",
        "select 1 from dual",
    ],
)
def test_what_only_other_servers_know_is_not_for_a_connection_of_which_nothing_else_is_known(sql: str) -> None:
    code = f"def f(s):\n    s.execute({sql!r})"
    found = read("psycopg2\n", app=code)
    assert (found.statements, len(found.unread)) == ((), 1)
    own = f"import psycopg2\npsycopg2.connect('').cursor().execute({sql!r})"
    assert len(read(app=own).statements) == 1
    assert len(read("psycopg2\n", app="def f(s):\n    s.execute(\"select 'getdate()', top from t\")").statements) == 1


def test_calls_that_only_asyncpg_has_tell_the_database() -> None:
    code = "async def f(db):\n    return await db.fetchrow('select a from t where b = {}', 1)"
    other = "import asyncpg\nimport duckdb"
    assert len(read(app=code.format("$1"), other=other).statements) == 1
    assert read(app=code.format("2"), other=other).statements == ()
    assert read(app=f"import duckdb\n{code.format('$1')}", other=other).statements == ()


@pytest.mark.parametrize(
    ("sql", "drivers", "judged"),
    [
        ("select a from t where b = %s", "import psycopg\nimport sqlite3", True),
        ("select a from t where b = %(b)s", "import psycopg2\nimport oracledb", True),
        ("select a from t where b = %s", "import psycopg\nimport pymysql", False),
        ("select a from t where b = %s", "import asyncpg\nimport sqlite3", False),
        ("select a from t where b like '%s' and c = ?", "import psycopg\nimport sqlite3", False),
        ("select a from t where b = ?", "import psycopg\nimport sqlite3", False),
    ],
)
def test_placeholders_that_no_other_driver_has_tell_the_database(sql: str, drivers: str, *, judged: bool) -> None:
    code = f'def f(db):\n    return db.fetchall("{sql}", (1,))\ndef g(db):\n    return db.execute("{sql}", (1,))'
    assert bool(read(app=code, other=drivers).statements) is judged
    assert read(app=f"import sqlite3\n{code}", other=drivers).statements == ()
    assert bool(read("pymysql\n", app=code, other=drivers).statements) is False


def test_lists_of_requirements_are_those_beside_the_files_and_above(tmp_path: Path) -> None:
    for place in ("requirements.txt", "a/requirements-dev.txt", "a/b/pyproject.toml", "other/requirements.txt"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(place)
    found = requirements(tmp_path, ["a/b/c/app.py", "absent/app.py"])
    assert [listed.text for listed in found] == ["requirements.txt", "a/requirements-dev.txt", "a/b/pyproject.toml"]


@pytest.mark.parametrize(
    "code",
    [
        "asyncio.to_thread(cur.execute, 'select a from t where b = %s', (1,))",
        "loop.run_in_executor(None, cur.execute, 'select a from t where b = %s', (1,))",
        "anyio.to_thread.run_sync(cur.execute, 'select a from t where b = %s', (1,))",
        "run_in_threadpool(functools.partial(cur.execute, 'select a from t where b = %s'), (1,))",
        "again(cur.execute, 'select a from t where b = %s', (1,))",
        "again(3, cur.execute, 'select a from t where b = %s', (1,))",
        "partial(cur.execute, 'select a from t where b = %s')((1,))",
    ],
)
def test_statements_that_are_handed_on_with_what_runs_them_are_found(code: str) -> None:
    found = only(f"import psycopg2\ndef f(loop, again):\n    cur = psycopg2.connect('').cursor()\n    {code}\n")
    assert (found.api, found.style, found.text.value) == (
        "psycopg2.execute",
        "pyformat",
        "select a from t where b = %s",
    )


def test_what_a_class_of_the_program_hands_on_with_what_runs_it_is_found_at_its_callers() -> None:
    found = only("""
import psycopg2
class Logging:
    def __init__(self):
        self.cursor = psycopg2.connect('').cursor()
    def execute(self, sql, values=()):
        self._run(self.cursor.execute, sql, values)
    def _run(self, run, sql, *values):
        return run(sql, *values)
def load(by: Logging):
    by.execute('select a from t where b = %s', (1,))
""")
    assert (found.text.value, found.at.line if found.at else 0) == ("select a from t where b = %s", 11)


def test_functions_that_hand_a_statement_on_are_seen_through() -> None:
    found = read(
        db="""
        import asyncpg

        class Database:
            async def rows(self, sql: str, *args):
                return await self.pool.fetch(sql, *args)

        async def all_rows(query, database: Database):
            return await Database().rows(query)
        """,
        app="""
        from db import Database, all_rows

        async def f(d: Database):
            await Database().rows("select a from t where b = $1", 1)
            await all_rows(query="select c from t", database=d)
        """,
    )
    assert [(one.text.value, one.at and one.at.uri) for one in found.statements] == [
        ("select a from t where b = $1", "app.py"),
        ("select c from t", "app.py"),
    ]


@pytest.mark.parametrize(
    ("loop", "given"),
    [
        ("for sql in steps:", "['select a from t', 'select b from t']"),
        ("for name, sql in steps:", "[('one', 'select a from t'), ('two', 'select b from t')]"),
        ("for name, sql in sorted(steps.items()):", "{'one': 'select a from t', 'two': 'select b from t'}"),
        ("for sql in steps.split(';'):", "'select a from t;select b from t'"),
        (
            "for step in reversed(steps):\n" + " " * 20 + "sql = step['sql']",
            "[{'sql': 'select a from t'}, {'sql': 'select b from t'}]",
        ),
    ],
)
def test_statements_are_seen_in_what_is_handed_to_a_function_that_picks_them(loop: str, given: str) -> None:
    """By whom, and however often it is handed on; what it picks of something that is no statement is none."""
    found = read(
        db=f"""
        import psycopg

        class Store:
            def __init__(self, conn: psycopg.Connection):
                self.conn = conn

            def run(self, steps, name="x"):
                {loop}
                    self.conn.execute(sql)

            def through(self, given):
                self.run(name="y", steps=given)
        """,
        app=f"""
        import psycopg
        from db import Store

        STEPS = {given}
        NAMES = {given.replace("select", "drop all").replace(" from t", "")}

        def direct():
            Store(psycopg.connect("")).run(STEPS)

        def through():
            Store(psycopg.connect("")).through(STEPS)
            Store(psycopg.connect("")).through(NAMES)
        """,
    )
    assert [(one.text.value, one.at and one.at.uri) for one in found.statements] == [
        ("select a from t", "app.py"),
        ("select b from t", "app.py"),
    ]


def test_the_characters_of_a_statement_keep_their_places() -> None:
    found = only('import psycopg\npsycopg.connect("").execute("""\n    select a\n    from wrong\n""")\n')
    place = found.text.place(found.text.value.index("wrong"), 5)
    assert place is not None
    assert (place.line, place.column, place.end_column) == (4, 10, 15)


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ('SQL("select a from t")', "select a from t"),
        ('SQL("select {} from {}").format(Identifier("a"), Identifier("s", "t"))', 'select "a" from "s"."t"'),
        ('SQL("select a from {t}").format(t=Identifier("t"))', 'select a from "t"'),
        (
            'SQL("select {} from t").format(SQL(", ").join([Identifier("a"), Identifier("b")]))',
            'select "a", "b" from t',
        ),
        ('SQL("select a from t where b = {}").format(Literal("it\'s"))', "select a from t where b = 'it''s'"),
        ('SQL("select a from t where b = {}").format("it\'s")', "select a from t where b = 'it''s'"),
        (
            'SQL("select a from t where b in ({})").format(SQL(", ").join(["x", 2]))',
            "select a from t where b in ('x', 2)",
        ),
        ('SQL("select a from t where b is {}").format(Literal(None))', "select a from t where b is NULL"),
        ('SQL("select a from t where b = {}").format(Placeholder())', "select a from t where b = %s"),
        ('SQL("select a from t where b = {}").format(Placeholder("b"))', "select a from t where b = %(b)s"),
        ('SQL("select a from {}").format(Identifier(given))', f'select a from "{HOLE}"'),
        ('SQL("select a from t where b = {}").format(Literal(given))', f"select a from t where b = {HOLE}"),
        ('SQL("select a from t") + SQL(" where b = {}").format(1)', "select a from t where b = 1"),
        ('Composed([SQL("select a from "), Identifier("t")])', 'select a from "t"'),
        ('SQL("select {} from t").format(Identifier("a") + SQL(", ") + Identifier("b"))', 'select "a", "b" from t'),
        ('SQL("select a from {}").format(Identifier("t")).as_string(c)', 'select a from "t"'),
        ('SQL("select {} from t").format(SQL(", ").join(map(Identifier, ("a", "b"))))', 'select "a", "b" from t'),
        ('SQL("select {} from t").format(SQL(", ").join(map(Identifier, given)))', f"select {HOLE} from t"),
        (
            'SQL("insert into t values ({})").format(SQL(", ").join(map(Placeholder, ("a", "b"))))',
            "insert into t values (%(a)s, %(b)s)",
        ),
        ('SQL("select a from {}").format(Identifier(*("s", "t")))', 'select a from "s"."t"'),
    ],
)
def test_what_is_composed_is_the_text_that_is_sent(driver: str, said: str, sent: str) -> None:
    code = f"""
    import {driver}
    from {driver}.sql import SQL, Composed, Identifier, Literal, Placeholder


    def f(c: {driver}.{"Connection" if driver == "psycopg" else "extensions.connection"}, given: str) -> None:
        c.cursor().execute({said})
    """
    assert only(code).text.value == sent


def test_a_migration_speaks_of_its_own_time() -> None:
    facts = {"app/migrations/one.py": read_facts(b"import psycopg\npsycopg.connect('').execute('select a from t')\n")}
    reader = Reader({uri: one.flows for uri, one in facts.items()})
    reader.read()
    found = Statements(reader, facts).read()
    assert found.statements == ()
    assert [unread.reason for unread in found.unread] == ["a migration speaks of its own time"]


def test_a_list_that_a_loop_may_leave_empty_is_not_joined_to_nothing() -> None:
    code = """
        import psycopg


        def save(c: psycopg.Connection, given: dict) -> None:
            parts = []
            for name in given:
                parts.append(f"{name} = now()")
            c.execute(f"update t set {', '.join(parts)} where id = 1")
        """
    texts = {statement.text.value for statement in read(app=code).statements}
    assert texts and all("\0" in text for text in texts)


def test_what_is_sent_with_a_statement_is_not_known_where_it_is_sent_twice() -> None:
    code = "import psycopg\nSQL = 'select a from t where b = %s'\n"
    code += "def f(c: psycopg.Connection):\n    c.execute(SQL, (1,))\n"
    assert only(code).parameters is not None
    assert only(f"{code}    c.execute(SQL, (2,))\n").parameters is None


def test_parameters_that_are_counted_are_each_their_own() -> None:
    code = """
    import asyncpg

    async def f(c: asyncpg.Connection, *, title: str | None = None, pages: int | None = None):
        sets, number = ["owner = $2"], 3
        if title is not None:
            sets.append(f"title = ${number}")
            number += 1
        if pages is not None:
            sets.append(f"pages = ${number}")
            number += 1
        await c.execute(f"update documents set {', '.join(sets)} where id = $1", 1, 2, title, pages)
    """
    sent = {normal(item).sql for item in read(app=code).statements}
    assert sent == {"update documents set owner = $2, title = $3, pages = $4 where id = $1"}


@pytest.mark.parametrize("before", [" " * 4_000, "\n\t" * 2_000, "/* a */ " * 400, "-- a\n" * 400, "(" * 1_000])
def test_what_stands_before_a_text_that_is_no_statement_is_read_once(before: str) -> None:
    code = f"import psycopg\nTEXT = {before + 'usage: none'!r}\n"
    code += "def f(c: psycopg.Connection):\n    c.execute(TEXT)\n    rows = c.execute(TEXT).fetchall()\n"
    with within(20):
        assert not read(app=code).statements
    assert only(code.replace("usage: none", "select a from t")).text.value == f"{before}select a from t"


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("n.remove('b')", {"a, c"}),
        ("n = [*NAMES]\n    n.remove('b')\n    n.remove('a')", {"c"}),
        ("for one in ('a', 'b'):\n        n.remove(one)", {"c"}),
        ("if 'b' in n:\n        n.remove('b')", {"a, c"}),
        ("if 'x' in n:\n        n.remove('b')", {"a, b, c"}),
        ("if new:\n        n.remove('b')", {"a, c", "a, b, c"}),
        ("n = {'a', 'b'}\n    n.discard('b')", {"a"}),
        ("n.discard('x')", {"a, b, c"}),
        ("n.remove(kind)", set()),
    ],
)
def test_a_list_has_what_was_not_removed_from_it(body: str, texts: set[str]) -> None:
    """Nor is it known what is left of it where nobody knows what is."""
    code = f"NAMES = ['a', 'b', 'c']\n{SENDING}    n = NAMES.copy()\n    {body}\n"
    found = read(app=f"{code}    c.execute('select ' + ', '.join(n) + ' from t')").statements
    assert {one.text.value[7:-7] for one in found if HOLE not in one.text.value} == texts


SENDING = "import psycopg\ndef f(kind: str, new: bool, c: psycopg.Connection) -> None:\n"


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (
            "    t = ['a', 'b'][new]\n    k = ['x', 'y'][new]\n    c.execute(f'select {k} from {t}')",
            {"select x from a", "select y from b"},
        ),
        (
            "    t = {'p': 'a', 'q': 'b'}[kind]\n    k = {'q': 'y', 'p': 'x'}[kind]\n"
            "    c.execute(f'select {k} from {t}')",
            {"select x from a", "select y from b"},
        ),
        (
            "    t = {'p': 'a', 'q': 'b'}.get(kind, 'c')\n    k = {'q': 'y', 'p': 'x'}.get(kind, 'z')\n"
            "    c.execute(f'select {k} from {t}')",
            {"select x from a", "select y from b", "select z from c"},
        ),
        (
            "    t = ['a', 'b'][new]\n    k = ['x', 'y', 'z'][kind]\n    c.execute(f'select {k} from {t}')",
            {f"select {k} from {t}" for k in "xyz" for t in "ab"},
        ),
    ],
)
def test_what_is_taken_by_one_key_goes_together(body: str, texts: set[str]) -> None:
    assert {statement.text.value for statement in read(app=SENDING + body).statements} == texts


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (
            "    if kind == 'a':\n        more = 'b = now()'\n    elif kind == 'c':\n        more = 'd = now()'\n"
            "    else:\n        more = ''\n    sets = 'e = 1'\n    if more:\n        sets = f'{sets}, {more}'\n"
            "    c.execute(f'update t set {sets}')",
            {"update t set e = 1", "update t set e = 1, b = now()", "update t set e = 1, d = now()"},
        ),
        (
            "    more = ''\n    if kind == 'a':\n        more = 'b = 1'\n    where = f' where {more}' if more else ''\n"
            "    c.execute(f'select 1 from t{where}')",
            {"select 1 from t", "select 1 from t where b = 1"},
        ),
        (
            "    more = ''\n    if kind == 'a':\n        more = 'b = 1'\n    if not more:\n        return\n"
            "    c.execute(f'select 1 from t where {more}')",
            {"select 1 from t where b = 1"},
        ),
        (
            "    more = '' if new else 'b = 1'\n    where = (last := more) if more else ''\n"
            "    c.execute(f'select 1 from t where {last}')",
            {"select 1 from t where b = 1"},
        ),
    ],
)
def test_a_text_is_not_empty_where_a_test_says_so(body: str, texts: set[str]) -> None:
    assert {statement.text.value for statement in read(app=SENDING + body).statements} == texts


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (
            "    more = made(kind)\n    where = f' where {more}' if more else ''\n"
            "    c.execute(f'select 1 from t{where}')",
            {"select 1 from t", "select 1 from t where b = 1"},
        ),
        (
            "    more, given = beside(kind)\n    sql = 'select 1 from t'\n    if more:\n"
            "        sql += ' where ' + more\n    c.execute(sql, given)",
            {"select 1 from t", "select 1 from t where b = 1"},
        ),
        (
            "    more = made(kind)\n    if not more:\n        return\n    c.execute(f'select 1 from t where {more}')",
            {"select 1 from t where b = 1"},
        ),
        (
            "    more, _ = beside(kind)\n    c.execute(f'select 1 from t where {more}')",
            {"select 1 from t where ", "select 1 from t where b = 1"},
        ),
    ],
)
def test_a_text_that_a_call_gives_is_not_empty_where_a_test_says_so(body: str, texts: set[str]) -> None:
    """Without a test it may be, however it is handed over."""
    code = """
def made(kinds):
    if not kinds:
        return ""
    return "b = 1"
def beside(kinds):
    return ("", ()) if not kinds else ("b = 1", kinds)
"""
    assert {statement.text.value for statement in read(app=code + SENDING + body).statements} == texts


@pytest.mark.parametrize(
    ("call", "texts"),
    [
        ("kind, lead=False", {"b = 1"}),
        ("kind, False", {"b = 1"}),
        ("kind, lead=None", {"b = 1"}),
        ("kind", {" where b = 1"}),
        ("kind, 1", {" where b = 1"}),
        ("kind, new", {"b = 1", " where b = 1"}),
    ],
)
@pytest.mark.parametrize(
    "made",
    [
        "    if lead:\n        return ' where b = 1'\n    return 'b = 1'",
        "    return ' where b = 1' if lead else 'b = 1'",
        "    text = 'b = 1'\n    return (f' where {text}' if lead else text)",
    ],
)
def test_what_a_call_gives_is_what_its_flags_say(call: str, texts: set[str], made: str) -> None:
    """Those that it leaves out have their defaults; of one that nobody knows both ways are taken."""
    code = f"def made(kind, lead=True):\n{made}\n{SENDING}    c.execute('select 1 from t' + made({call}))"
    found = {statement.text.value.removeprefix("select 1 from t") for statement in read(app=code).statements}
    assert found == texts


def test_what_a_dict_gives_is_what_a_test_says_it_is() -> None:
    code = """
        part = {"day": "daily", "week": "monthly", "year": "yearly"}.get(kind, "monthly")
        if part == "daily":
            sql = f"select day from {part}.data"
        elif part == "monthly":
            sql = f"select month from {part}.data"
        else:
            sql = f"select year from {part}.data"
        c.execute(sql)
    """.replace("\n    ", "\n")
    texts = {statement.text.value for statement in read(app=SENDING + code).statements}
    assert texts == {"select day from daily.data", "select month from monthly.data", "select year from yearly.data"}


@pytest.mark.parametrize(
    ("made", "texts"),
    [
        ("Of(c, 'a', 'x')\nOf(c, 'b', key='y')", {"x from a", "y from b"}),
        ("Of(c, 'a', 'x')\nOf(c, 'b', 'x' if new() else 'y')", {"x from a", "x from b", "y from b"}),
        ("Of(c, 'a', 'x')\nOf(c, None, 'y')", {"x from a"}),
        ("Of(c, 'b', 'y')\nOf(c, 'a', 'x')\nOf(c, 'a', 'y')", {"y from b", "x from a", "y from a"}),
    ],
)
def test_what_an_object_was_made_with_goes_together(made: str, texts: set[str]) -> None:
    code = f"""
import psycopg
class Of:
    def __init__(self, c: psycopg.Connection, table, key):
        self.c: psycopg.Connection = c
        self.table = table
        self.key: str = key
    def run(self):
        self.c.execute(f"select {{self.key}} from {{self.table}}")
{made}
"""
    assert {one.text.value.removeprefix("select ") for one in read(app=code).statements} == texts


def test_of_the_environment_no_more_is_known_than_what_stands_in_for_it() -> None:
    code = "    part = os.environ.get('PART', 'daily')\n    if part == 'monthly':\n"
    code += "        c.execute(f'select month from {part}.data')\n"
    assert read(app=f"import os\n{SENDING}{code}").statements


def test_a_text_has_in_it_what_a_test_says() -> None:
    code = "    part = ['first_id', 'last_day', 'first_day'][kind]\n    if 'day' in part and 'first' in part:\n"
    code += "        c.execute(f'select day, {part} from t')\n    elif 'day' in part:\n"
    code += "        c.execute(f'select last, {part} from t')\n"
    code += "    else:\n        c.execute(f'select id, {part} from t')\n"
    texts = {statement.text.value for statement in read(app=SENDING + code).statements}
    assert texts == {"select day, first_day from t", "select last, last_day from t", "select id, first_id from t"}


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("sql = 'select * from a'\nfor k in ('b', 'c'):\n    sql += f', {k}'", {"select * from a, b, c"}),
        (
            "sql = 'select * from a' if x else 'select * from d'\nfor k in ('b', 'c'):\n    sql += f', {k}'",
            {"select * from a, b, c", "select * from d, b, c"},
        ),
        ("sql = 'select * from a'\nfor k in ('b', 'c'):\n    if x(k):\n        sql += f', {k}'", None),
        ("sql = limited('select * from a', True)", {"select * from a limit 1"}),
        ("sql = limited('select * from a')", {"select * from a"}),
    ],
)
def test_a_text_is_what_all_rounds_and_the_given_flags_make_of_it(body: str, texts: set[str] | None) -> None:
    limited = "def limited(sql, some=False):\n    return f'{sql} limit 1' if some else sql\n"
    indented = "".join(f"    {line}\n" for line in [*body.splitlines(), "conn.execute(sql)"])
    text = f"import psycopg\n{limited}def f(conn: psycopg.Connection, x):\n{indented}"
    found = {item.text.value for item in read(app=text).statements}
    assert found == texts if texts else "select * from a" in found


def grown(parts: list[str], last: str = "") -> str:
    """A function that puts each of these parts to a statement, or does not."""
    lines = [f"    if a[{number}]:\n        sql += {part!r}\n" for number, part in enumerate(parts)]
    end = f"    sql += {last!r}\n" if last else ""
    begun = "import psycopg\ndef f(c: psycopg.Connection, a):\n    sql = 'select x from t where true'\n"
    return f"{begun}{''.join(lines)}{end}    c.execute(sql)"


CONDITIONS = [f" and a{number} = {number}" for number in range(9)]


@pytest.mark.parametrize("parts", [4, 5, 7, 9])
@pytest.mark.parametrize("last", ["", " order by wrong"])
def test_of_a_statement_of_many_parts_what_all_ways_have_in_common_is_read(parts: int, last: str) -> None:
    found = read(app=grown(CONDITIONS[:parts], last)).statements
    assert 0 < len(found) <= 64
    for one in found:
        assert re.fullmatch(rf"select x from t where true( and a\d = \d| {HOLE})*{last}", one.text.value)
    for place in (one.text.place(one.text.value.index("wrong"), 5) for one in found if last):
        assert place is not None
        assert (place.line, place.column) == (4 + 2 * parts, 23)


def ways(first: str, second: str) -> str:
    """A statement that goes on in one of two ways, and has more parts than are told apart."""
    head, _, rest = grown(CONDITIONS[:4], " limit 1").partition("    if a[0]")
    return f"{head}    if b:\n        sql += {first!r}\n    else:\n        sql += {second!r}\n    if a[0]{rest}"


@pytest.mark.parametrize("other", ["'a b' and z", "'a c'", "'a b c' or 'd'"])
def test_what_ways_have_in_common_ends_within_no_quotes(other: str) -> None:
    texts = [one.text.value for one in read(app=ways(f" and b = {other}", " and b = 'a d'")).statements]
    assert texts
    assert all(text.startswith(f"select x from t where true and b = {HOLE} ") for text in texts)


@pytest.mark.parametrize("other", [" and (a, b", " and 'a"])
def test_of_ways_that_leave_something_open_nothing_is_said(other: str) -> None:
    found = read(app=ways(other, " and b"))
    assert (found.statements, [item.reason for item in found.unread]) == ((), ["the statement is not known"])


SILENT = """
    import psycopg

    IDS = "select id from users"

    def f(website, args, conn: psycopg.Connection):
        website.db.one("select id from users")
        website.db.run('''
            -- of one
            UPDATE users SET name = 1''')
        conn.execute(*("delete from users", args))
        conn.execute(IDS)
        conn.execute("select id "
                     "from users where id = " + args)
        conn.execute(QUERIES["all"])
"""


def silent(*needs: str, **files: str) -> list[tuple[str, int]]:
    """Where a text stands of which nothing is known to run it."""
    sources = {f"{name}.py": dedent(text).encode() for name, text in files.items()}
    facts = {uri: read_facts(source) for uri, source in sources.items()}
    reader = Reader({uri: one.flows for uri, one in facts.items()})
    reader.read()
    lines = {uri: sql_lines(source) for uri, source in sources.items()}
    found = Statements(reader, facts, needs, lines).read()
    return [(item.at.uri, item.at.line) for item in found.unread if item.reason == IDLE and item.at]


def test_sql_that_nothing_is_known_to_run_is_counted() -> None:
    other = 'QUERIES = {"all": "with a as (select 1) select * from a"}'
    assert silent(app=SILENT, other=other) == [("app.py", 7), ("app.py", 8), ("app.py", 11), ("other.py", 1)]
    texts = {item.text.value for item in read(app=SILENT).statements}
    assert texts == {"select id from users", f"select id from users where id = {HOLE}"}


def test_of_sql_for_another_database_nothing_has_to_be_known() -> None:
    assert silent("duckdb", app=SILENT) == silent("pymysql", app=SILENT) == []
    assert silent(app=SILENT.replace("psycopg", "sqlite3")) == []


def test_of_sql_in_tests_and_migrations_nothing_has_to_be_known() -> None:
    files = {
        "tests/test_a": "import psycopg\nSQL = 'select id from t'",
        "alembic/versions/1": "SQL = 'select id from t'",
    }
    assert silent(**files) == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('run("select a from t")\nrun(f"insert into {name} (a) values (1)")', (1, 2)),
        ("run('''\n  select a\n  from t''')\nrun('delete from t', 'Update t Set a = 1')", (1, 4)),
        ("run('select a, b '\n    'from t')", (1,)),
        (
            'say("Select a user from the list", "Select files", "update your settings", "with love", "deleted from t")',
            (),
        ),
        ('def f():\n    """Select rows from a table."""\n', ()),
        ('def f():\n    """Asks.\n\n        run("select a from t")\n    """\n    run("select b from t")', (6,)),
        ('run("""\\\n\n  select a from t\n""")', (1,)),
        ('# run("select a from t")\n#   "delete from t"', ()),
        ('QUERIES = {"a": "select a from t"}', (1,)),
    ],
)
def test_a_glance_finds_the_texts_that_are_sql(source: str, lines: tuple[int, ...]) -> None:
    assert sql_lines(source.encode()) == lines


@pytest.mark.parametrize(("passed", "where"), [("x", {f"{HOLE}.kind = 1", f"{HOLE}kind = 1"}), ("", {"kind = 1"})])
def test_what_a_call_passes_that_is_not_looked_into_is_not_the_default(passed: str, where: set[str]) -> None:
    """Calls nest too deep: of an argument nothing is known then, and what is left out is what it is by default."""
    nested = "".join(f"def f{depth}(x):\n    return f{depth - 1}(x)\n" for depth in range(1, calls.DEEPEST))
    app = (
        "import psycopg\n"
        'def prefixed(alias=""):\n    p = f"{alias}." if alias else ""\n    return f"{p}kind = 1"\n'
        f"def f0(x):\n    return prefixed({passed})\n{nested}"
        f'psycopg.connect("").execute("select id from notices a where " + f{calls.DEEPEST - 1}("a"))\n'
    )
    found = read(app=app)
    assert {one.text.value.removeprefix("select id from notices a where ") for one in found.statements} == where


def test_a_function_may_import_what_runs_its_statement_under_another_name() -> None:
    runner = "import psycopg\ndef q(sql):\n    return psycopg.connect('').execute(sql)"
    caller = "def g(log):\n    from db import q as run\n    log(1)\n    log(2)\n    run('select a from t')"
    assert [item.text.value for item in read(db=runner, main=caller).statements] == ["select a from t"]


def test_what_is_handed_on_where_it_is_not_empty_is_not_empty_there() -> None:
    text = """
    import psycopg
    def limits(kind):
        if kind:
            return "where id = 1"
        return ""
    def built(clause):
        return f"select id from t {clause}"
    def main(kind):
        clause = limits(kind)
        if not clause:
            return
        psycopg.connect("").execute(built(clause))
    """
    assert [item.text.value for item in read(main=text).statements] == ["select id from t where id = 1"]


WITH_OR_WITHOUT = """
import psycopg

class Store:
    connection = psycopg.connect("")
{methods}
Store().{call}
"""
BARE_FIRST = """
    def run(self, query, args=None):
        if args is None:
            return self.connection.execute(query, prepare=False)
        return self.connection.execute(query, args)
"""
FILLED_FIRST = """
    def run(self, query, *args):
        if args:
            return self.connection.execute(query, args)
        return self.connection.execute(query)
"""
HANDED_ON = f"""{BARE_FIRST}
    def all(self, query, values=None):
        return list(self.run(query, values))
"""


@pytest.mark.parametrize(
    ("methods", "call", "style"),
    [
        (BARE_FIRST, "run({}, [1])", "pyformat"),
        (BARE_FIRST, "run({}, args=[1])", "pyformat"),
        (BARE_FIRST, "run({}, **more)", "pyformat"),
        (BARE_FIRST, "run({})", ""),
        (FILLED_FIRST, "run({}, 1)", "pyformat"),
        (FILLED_FIRST, "run({})", ""),
        (HANDED_ON, "all({}, [1])", "pyformat"),
        (HANDED_ON, "all({})", ""),
    ],
)
def test_a_function_fills_in_placeholders_where_it_is_given_values(methods: str, call: str, style: str) -> None:
    """It hands its statement to the driver in two ways, of which the one looks for none."""
    text = "select a from t where b = %s"
    statement = only(WITH_OR_WITHOUT.format(methods=methods, call=call.format(repr(text))))
    assert (statement.text.value, statement.style) == (text, style)


@pytest.mark.parametrize("test", ["if not query:", "if query is None:"])
def test_a_statement_that_a_function_tests_first_is_one_of_its_callers(test: str) -> None:
    methods = f"""
    def run(self, query):
        {test}
            return None
        return self.connection.execute(query)
"""
    code = WITH_OR_WITHOUT.format(methods=methods, call="run('select a from t')")
    assert only(code).text.value == "select a from t"


PREPARED = """
import psycopg2, re
from sqlalchemy import create_engine, text
engine = create_engine("postgresql+psycopg2://db")

def prepared(sql, values):
{body}

def run(sql, values=()):
    statement, named = prepared(sql, values)
    with engine.connect() as connection:
        return connection.execute(statement, named).fetchall()

run({sent!r}, [1])
"""
APART = """
    if not values:
        return text(sql), {}
    parts = sql.split("%s")
    found = [parts[0]]
    for number, part in enumerate(parts[1:]):
        found += [f":p{number}", part]
    return text("".join(found)), dict(enumerate(values))
"""
REPLACED = """
    if isinstance(values, dict):
        return text(sql), values
    return by_number(sql, re.sub("%s", ":p", sql), values)
"""
AS_IT_IS = "    return text(sql), values"


@pytest.mark.parametrize(
    ("body", "sent", "style"),
    [
        (APART, "select a from t where b = %s", "pyformat"),
        (APART, "select a from t where b = :b", "named"),
        (REPLACED, "select a from t where b = %s", "pyformat"),
        (REPLACED, "select a from t", "named"),
        (AS_IT_IS, "select a from t where b = %s", "named"),
    ],
)
def test_a_function_that_makes_a_text_of_its_statement_gives_it_other_placeholders(
    body: str, sent: str, style: str
) -> None:
    assert only(PREPARED.format(body=body, sent=sent)).style == style


MADE_OF = """
import re
import psycopg

def own(sql):
    return sql.replace("?", "%s")

def named(sql, values):
    for key in sorted(values, key=len, reverse=True):
        sql = sql.replace(":" + key, "%(" + key + ")s")
    return sql

def both(sql, values):
    if isinstance(values, dict):
        return named(sql, values), values
    return own(sql), tuple(values)

def other(sql):
    return sql.replace("__t__", "u")

class Store:
    def __init__(self, connection: psycopg.Connection):
        self.connection = connection

    def run(self, sql, values=()):
        {body}
        return self.connection.execute({given}, values)

    def each(self, query):
        return self.run(query, [1])

Store(psycopg.connect("")).each({sent!r})
"""


@pytest.mark.parametrize(
    ("body", "given", "sent", "style"),
    [
        ("", "sql.strip()", "select a from t where b = %s", "pyformat"),
        ("", "str(sql)", "select a from t where b = %s", "pyformat"),
        ("", "sql.replace('?', '%s')", "select a from t where b = ?", "qmark"),
        ("", "own(sql)", "select a from t where b = ?", "qmark"),
        ("", "named(sql, values)", "select a from t where b = :b::text", "aiosql"),
        ("", r"re.sub(r'\$\d+', '%s', sql)", "select a from t where b = $1", "numeric"),
        ("sql = own(sql) if values else sql", "sql", "select a from t where b = ?", "qmark"),
        ("text, values = both(sql, values)", "text", "select a from t where b = ?", "qmark"),
    ],
)
def test_a_statement_that_is_given_other_placeholders_is_its_callers(
    body: str, given: str, sent: str, style: str
) -> None:
    found = only(MADE_OF.format(body=body, given=given, sent=sent))
    assert (found.text.value, found.style) == (sent, style)


@pytest.mark.parametrize("given", ["other(sql)", "sql + ' limit 1'", "sql.replace(values, '')", "sql.upper()"])
def test_a_statement_that_another_text_is_made_of_is_not_known(given: str) -> None:
    assert read(app=MADE_OF.format(body="", given=given, sent="select a from t")).statements == ()


def test_sqlite_has_statements_of_its_own_that_are_given_other_placeholders() -> None:
    sent = "insert or ignore into t (a) values (?)"
    assert read(app=MADE_OF.format(body="", given="own(sql)", sent=sent)).statements == ()
