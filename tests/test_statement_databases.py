"""Which database a statement is for, in programs that have several: what its connection comes from, and addresses."""

from __future__ import annotations

from textwrap import dedent

import pytest

from pgconform.schema import Schema
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.queries.reader import Reader
from pgconform.sources.python.statements.look import UNTOLD
from pgconform.sources.python.statements.reader import Statements
from tests.flowing import facts_of

OTHER = "import duckdb\nimport sqlite3"
"""A file that speaks to other databases, so that nobody can tell whose a statement is without following it."""
DB = """
    import sqlite3
    from contextlib import asynccontextmanager, contextmanager

    import asyncpg
    import psycopg2
    from psycopg2.pool import ThreadedConnectionPool

    pool = ThreadedConnectionPool(1, 5, dsn="")
    _lazy = None
    _either = None

    def connect():
        return psycopg2.connect("")

    def local():
        return sqlite3.connect("local.db")

    def lazy():
        global _lazy
        if _lazy is None:
            _lazy = psycopg2.connect("")
        return _lazy

    def either(fast):
        return sqlite3.connect("x") if fast else psycopg2.connect("")

    def both():
        try:
            connection = psycopg2.connect("")
            return (connection, connection.cursor())
        except psycopg2.Error:
            return (None, None)

    def each():
        return psycopg2.connect(""), sqlite3.connect("x")

    def cursor_of(connection):
        return connection.cursor()

    @contextmanager
    def cursor():
        connection = pool.getconn()
        try:
            with connection.cursor() as held:
                yield held
        finally:
            pool.putconn(connection)

    def provide():
        connection = connect()
        try:
            yield connection
        finally:
            connection.close()

    class Base:
        def __init__(self, connection=None):
            self.connection = connection or connect()

        def __enter__(self):
            return self.connection

    class Session(Base):
        handle: asyncpg.Connection

        @property
        def cursor(self):
            return self.connection.cursor()

        async def opened(self) -> asyncpg.Pool:
            return self.made
"""

ANNOTATED = "from typing import Annotated\nfrom fastapi import Depends\nimport db\n"
DEPS = f"{ANNOTATED}Conn = Annotated[object, Depends(db.provide)]\nLocal = Annotated[object, Depends(db.local)]\n"


def read(**files: str) -> Schema:
    """The statements of files by their names, with "__" for folders."""
    facts = {f"{name.replace('__', '/')}.py": read_facts(dedent(text).encode()) for name, text in files.items()}
    reader = Reader({uri: one.flows for uri, one in facts.items()})
    reader.read()
    return Statements(reader, facts, ()).read()


def judged(**files: str) -> list[str]:
    return [one.text.value for one in read(**files).statements]


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("from db import connect\ndef f():\n    connect().cursor().execute('select a from t')", True),
        ("import db\ndef f():\n    db.connect().execute('select a from t')", True),
        ("import db\ndef f():\n    db.pool.getconn().cursor().execute('select a from t')", True),
        ("from db import cursor\ndef f():\n    with cursor() as c:\n        c.execute('select a from t')", True),
        ("from db import lazy\ndef f():\n    c = lazy()\n    c.execute('select a from t')", True),
        ("from db import both\ndef f():\n    conn, cur = both()\n    cur.execute('select a from t')", True),
        ("from db import each\ndef f():\n    conn, cur = each()\n    cur.execute('select a from t')", False),
        ("from db import cursor_of, connect\ndef f():\n    cursor_of(connect()).execute('select a from t')", True),
        ("from db import cursor_of, local\ndef f():\n    cursor_of(local()).execute('select a from t')", False),
        ("from db import provide\ndef f():\n    c = next(provide())\n    c.execute('select a from t')", True),
        ("from db import Base\ndef f():\n    with Base() as c:\n        c.execute('select a from t')", False),
        ("from db import Session\ndef f(s: Session):\n    s.handle.fetch('select a from t')", True),
        ("from db import Session\nasync def f(s: Session):\n    (await s.opened()).fetch('select a from t')", True),
        (
            "from fastapi import Depends\nimport db\ndef f(c=Depends(db.provide)):\n    c.execute('select a from t')",
            True,
        ),
        (f"{ANNOTATED}def f(c: Annotated[object, Depends(db.provide)]):\n    c.execute('select a from t')", True),
        (
            f"{ANNOTATED}C = Annotated[object, Depends(db.provide)]\ndef f(c: C):\n    c.execute('select a from t')",
            True,
        ),
        ("from deps import Conn\ndef f(c: Conn):\n    c.execute('select a from t')", True),
        ("import deps\ndef f(c: deps.Conn):\n    c.execute('select a from t')", True),
        ("import deps\ndef f(c: deps.Local):\n    c.execute('select a from t')", False),
        (f"{ANNOTATED}def f(c: Annotated[object, Depends(db.local)]):\n    c.execute('select a from t')", False),
        ("from db import local\ndef f():\n    local().execute('select a from t')", False),
        ("from db import either\ndef f(x):\n    either(x).execute('select a from t')", False),
        ("def f(c):\n    c.execute('select a from t')", False),
        ("from db import connect\nimport pandas as pd\npd.read_sql('select a from t', connect())", True),
        ("from db import local\nimport pandas as pd\npd.read_sql('select a from t', con=local())", False),
    ],
)
def test_a_connection_is_followed_to_where_it_is_opened(code: str, *, known: bool) -> None:
    assert judged(app=code, db=DB, deps=DEPS, other=OTHER) == ["select a from t"] * known


USE = "def use({}):\n    c.execute('select a from t')"


@pytest.mark.parametrize(
    ("function", "callers", "known"),
    [
        ("c", {"one": "from app import use\nimport db\nuse(db.connect())"}, True),
        ("c, x", {"one": "from app import use\nimport db\nuse(x=1, c=db.lazy())"}, True),
        ("c", {"one": "import app\nimport db\ndef g(d):\n    app.use(d)\ng(db.connect())"}, True),
        ("c", {"one": "import db\nfrom app import use as run\ndef g():\n    run(db.connect())"}, True),
        ("c=None", {"one": "from app import use\nimport db\nuse(db.connect())\nuse()"}, True),
        ("c", {"one": "from app import use\nimport db\nuse(db.connect())\nuse(db.local())"}, False),
        ("c", {"one": "from app import use\nimport db\nuse(db.connect())\nuse(whatever())"}, False),
        ("c", {"one": "from app import use\nimport db\nuse(db.connect())\nuse(*given)"}, False),
        ("c", {"one": "from app import use\nimport db\nuse(db.connect())\ndef g(d):\n    use(d)"}, False),
        (
            "c",
            {
                "one": "from app import use\nimport db\nuse(db.connect())",
                "tests__test_one": "from app import use\nimport db\nuse(db.local())",
            },
            True,
        ),
        ("c", {"tests__test_one": "from app import use\nimport db\nuse(db.connect())"}, False),
        ("c", {}, False),
    ],
)
def test_what_all_callers_hand_over_tells_the_database(function: str, callers: dict[str, str], *, known: bool) -> None:
    assert judged(app=USE.format(function), db=DB, other=OTHER, **callers) == ["select a from t"] * known


def test_a_decorator_may_hand_over_what_it_likes() -> None:
    code = f"from other import given\n@given\n{USE.format('c')}"
    assert judged(app=code, db=DB, other=OTHER, one="from app import use\nimport db\nuse(db.connect())") == []


STORE = """
    class Store:
        def __init__(self, connection):
            self.connection = connection

        def all(self):
            return self.connection.execute("select a from t")

    class Cached(Store):
        pass
"""


@pytest.mark.parametrize(
    ("made", "known"),
    [
        ("Store(db.connect())", True),
        ("Cached(db.connect())", True),
        ("Store(db.connect())\nCached(db.local())", False),
    ],
)
def test_an_object_has_what_it_is_made_with(made: str, *, known: bool) -> None:
    code = f"import db\nfrom store import Cached, Store\n{made}"
    assert judged(app=code, store=STORE, db=DB, other=OTHER) == ["select a from t"] * known


def test_a_function_that_is_handed_a_statement_and_what_to_run_it_on() -> None:
    code = """
        import db
        def rows(c, sql):
            with c.cursor() as cursor:
                cursor.execute(sql, (1,))
        def f():
            rows(db.connect(), "select a from t where b = %s")
            rows(db.local(), "select x from t where y = ?")
        def g(d):
            rows(d, "select c from t")
        g(db.connect())
    """
    found = read(app=code, db=DB, other=OTHER)
    assert [(one.text.value, one.style) for one in found.statements] == [
        ("select a from t where b = %s", "pyformat"),
        ("select c from t", ""),
    ]


def test_a_function_in_a_file_of_one_driver_runs_statements_there_whoever_calls_it() -> None:
    helper = "import psycopg\nclass Db:\n    def rows(self, sql):\n        return self.held.execute(sql).fetchall()"
    code = "from helper import Db\ndef f(d: Db):\n    d.rows('select a from t')"
    assert judged(app=code, helper=helper, other=OTHER) == ["select a from t"]
    assert judged(app=code, helper=f"import duckdb\n{helper}", other=OTHER) == []


TEXT = "from sqlalchemy import text\ndef f(s):\n    s.execute(text('select a from t'))"
ENGINE = "import os\nfrom sqlalchemy import create_engine, URL\nimport psycopg2\nengine = create_engine({})"


def test_a_toolkit_speaks_to_no_other_database_for_a_driver_that_stands_beside_it() -> None:
    assert judged(app=TEXT, db="import psycopg2", other=OTHER) == ["select a from t"]
    assert judged(app=f"import sqlite3\n{TEXT}", db="import psycopg2") == ["select a from t"]
    assert judged(app=TEXT, db="import psycopg2", other="import pymysql") == []


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("'postgresql+psycopg://me@db/shop'", True),
        ("f'postgresql://{user}@{host}/shop'", True),
        ("os.environ['DATABASE_URL']", True),
        ("URL.create('postgresql+psycopg2', host='db')", True),
        ("URL.create(drivername='sqlite')", False),
        ("'sqlite:///shop.db'", False),
        ("f'sqlite:///{path}'", False),
        ("os.getenv('DATABASE_URL', 'sqlite:///shop.db')", False),
    ],
)
def test_a_toolkit_speaks_to_what_its_address_says(address: str, *, known: bool) -> None:
    assert judged(app=TEXT, db=ENGINE.format(address)) == ["select a from t"] * known


def test_addresses_near_a_statement_come_first_and_those_of_tests_are_their_own() -> None:
    postgres, local = ENGINE.format("'postgresql://db/shop'"), ENGINE.format("'sqlite:///cache.db'")
    near = f"from db import engine\n{TEXT}"
    assert judged(app=near, db=postgres, cache=local) == ["select a from t"]
    assert judged(app=TEXT, db=postgres, cache=local) == []
    assert judged(app=TEXT, db=postgres, tests__conftest=local) == ["select a from t"]
    assert judged(tests__test_app=f"{local}\n{TEXT}", db=postgres) == []


def test_an_address_that_is_not_known_may_be_another_databases() -> None:
    postgres, untold = ENGINE.format("'postgresql://db/shop'"), ENGINE.format("os.environ['REPORTS']")
    assert judged(app=TEXT, db=postgres, other="import pymysql") == ["select a from t"]
    assert judged(app=TEXT, db=postgres, reports=untold, other="import pymysql") == []
    assert judged(app=f"from db import engine\n{TEXT}", db=postgres, reports=untold, other="import pymysql") != []
    assert judged(app=TEXT, db=postgres, reports=untold) == ["select a from t"]


def test_what_is_made_in_a_toolkits_other_database_is_heard() -> None:
    made = "from sqlalchemy import text\ndef f(s):\n    s.execute(text('create table t (a int)'))"
    found = read(app=made, db=ENGINE.format("'sqlite:///shop.db'"))
    assert found.statements == ()
    assert [unread.makes for unread in found.unread] == ["create table t (a int)"]


ONLY_POSTGRES = [
    "select a::text from t",
    "select a from t where b ILIKE 'x'",
    "select a from t where b = any(%s)",
    "select a from t where b > now() - interval '1 day'",
    "select distinct on (b) a from t",
    "insert into t (a) values (%(a)s::jsonb)",
    "select a from t order by b <-> %s for update",
]
EITHERS = ["select a from t", "select a from t where b = '::text ilike now()'", "select a from t where b = ?"]


@pytest.mark.parametrize("sql", [*ONLY_POSTGRES, *EITHERS])
def test_beside_sqlite_what_only_postgres_knows_is_for_it(sql: str) -> None:
    code = f'def f(c):\n    c.execute("{sql}")'
    known = [sql] * (sql in ONLY_POSTGRES)
    assert judged(app=code, db="import psycopg2", other="import sqlite3") == known
    assert judged(app=f"import sqlite3\nimport psycopg2\n{code}") == known
    assert judged(app=f"import sqlite3\n{code}", db="import psycopg2") == []
    if "%" not in sql:
        assert judged(app=code, db="import psycopg2", other=OTHER) == []


@pytest.mark.parametrize("sql", ["select a::text from t where b = :b", "select a from t where b = :b"])
def test_a_toolkit_that_falls_back_to_sqlite_speaks_postgres_where_the_statement_does(sql: str) -> None:
    code = f'from sqlalchemy import text\ndef f(s):\n    s.execute(text("{sql}"))'
    engines = ENGINE.format("'sqlite:///dev.db'")
    assert judged(app=code, db=engines) == [sql] * ("::" in sql)
    assert judged(app=code, db=engines, other=ENGINE.format("'mysql://db/shop'")) == []
    assert judged(app=code, db=engines.replace("import psycopg2", "")) == []


@pytest.mark.parametrize(
    ("call", "texts"),
    [
        ("c.rpc('exec_sql', {'sql': 'select a from t'})", ["select a from t"]),
        ("c.rpc('execute_raw_sql', {'query': 'create table t (a int)'}).execute()", ["create table t (a int)"]),
        ("c.rpc('run_sql', params={'statement': SQL})", ["select b from t"]),
        ("[c.rpc('exec_sql', {'sql': one}) for one in MANY]", ["alter table t add b int", "drop table u"]),
        ("c.rpc('exec_sql', {'sql': 'delete from t; delete from u'})", ["delete from t", "delete from u"]),
        ("c.rpc('search', {'query': 'select a from t'})", []),
        ("c.rpc('exec_sql', {'note': 'select a from t'})", []),
        ("c.rpc('exec_sql', {'sql': 'the select of a from t'})", []),
        ("c.rpc('exec_sql')", []),
    ],
)
def test_sql_that_a_function_of_the_database_runs_is_read(call: str, texts: list[str]) -> None:
    constants = "SQL = 'select b from t'\nMANY = ['alter table t add b int', 'drop table u']"
    code = f"import supabase\n{constants}\ndef f():\n    c = supabase.create_client('', '')\n    {call}"
    assert sorted(judged(app=code)) == sorted(texts)


ANSWERED = """{}

def load(path):
    cursor = open_it(path)
    cursor.execute("select a from t")
    return cursor.fetchone()
{}"""
GET = "from store import load\n\ndef get():\n    return load(1)\n"
COPY = "\ndef copy():\n    return db.table('t').select('*').execute()\n"


@pytest.mark.parametrize(
    ("imports", "more", "given"),
    [
        ("import sqlite3", "", False),
        ("import google.cloud.bigquery", "", False),
        ("import sqlite3\nimport psycopg", "", True),
        ("import sqlite3\nfrom supabase import create_client", "", True),
        ("import sqlite3\nfrom .clients import db", COPY, True),
        ("from .clients import open_it", "", True),
    ],
)
def test_what_another_kind_of_database_gives_is_no_row_of_this_one(imports: str, more: str, given: bool) -> None:
    files = {"store": ANSWERED.format(imports, more), "use": GET}
    known = Reader(facts_of(**files)).looker.taint.places
    assert ({name for name, _ in known} == {"store.py", "use.py"}) is given
    assert Reader(facts_of(**files, other="import asyncpg")).looker.taint.places


@pytest.mark.parametrize(
    "address",
    ["host='x.redshift.amazonaws.com'", "host=HOST, port=5439", "'host=db port=8812'", "os.environ['REDSHIFT_URL']"],
)
def test_a_server_that_speaks_as_postgres_does_may_be_none(address: str) -> None:
    code = f"import os, psycopg2\npsycopg2.connect({address}).cursor().execute('select a from t')"
    found = read(app=code)
    assert [(one.reason, len(found.statements)) for one in found.unread] == [
        ("it is for a server that only speaks as Postgres does", 0)
    ]
    assert read(app=code.replace(address, "'host=db port=5432'")).unread == ()


@pytest.mark.parametrize(("handed", "known"), [("psycopg2.connect('x')", True), ("sqlite3.connect('x')", False)])
def test_a_connection_that_callers_may_hand_over_is_theirs(handed: str, *, known: bool) -> None:
    imports = "import psycopg2\nimport sqlite3\n"
    code = f"{imports}def f(c=None):\n    c = c or psycopg2.connect('')\n    c.execute('select a from t')"
    calling = f"{imports}from app import f\nf({handed})"
    assert judged(app=code, main=calling) == ["select a from t"] * known


EITHER = """
import aiosqlite, asyncpg
class Store:
    async def start(self):
        self.pool = await asyncpg.create_pool("x") if live else None
    async def run(self, query, *args):
        if self.pool:
            async with self.pool.acquire() as conn:
                return await conn.fetchrow(query, *args)
        async with aiosqlite.connect("local.db") as conn:
            return await conn.execute(query, args)
    async def one(self, x):
        return await self.run({}, x)
"""


@pytest.mark.parametrize(
    ("sql", "known"),
    [
        ("select a from t where b = $1", True),
        ("select a from t where b = ?", False),
        ("select a from t", False),
    ],
)
def test_of_what_a_function_hands_to_drivers_of_several_databases_the_placeholders_tell(
    sql: str, *, known: bool
) -> None:
    code = EITHER.format(repr(sql))
    assert judged(app=code) == [sql] * known
    assert [item.reason for item in read(app=code).unread] == [UNTOLD] * (not known)
    alone = code.replace("aiosqlite.connect", "asyncpg.connect")
    assert judged(app=alone) == [sql]


PROMISED = """
from typing import Any, Protocol

class Connection(Protocol):
    async def fetchrow(self, query: str, *values: Any) -> Any: ...
    {decorator}
    async def fetch(self, query: str, *values: Any) -> Any: ...
"""


@pytest.mark.parametrize("call", ["connection.fetchrow", "connection.fetch"])
@pytest.mark.parametrize("base", ["Protocol", "ABC"])
def test_what_a_connection_only_promises_to_do_its_name_tells(base: str, call: str) -> None:
    kinds = PROMISED.format(decorator="@abstractmethod").replace("(Protocol)", f"({base})")
    app = f"async def gate(connection: Connection):\n    return await {call}('select a from t')\n"
    found = read(
        app=f"from kinds import Connection\n{app}",
        kinds=f"from abc import ABC, abstractmethod\n{kinds}",
        main="import asyncpg\n",
    )
    known = base == "Protocol" or call.endswith("fetch")
    assert [one.text.value for one in found.statements] == ["select a from t"] * known


def test_a_method_that_does_nothing_runs_no_statement() -> None:
    app = "class Nothing:\n    def execute(self, query): ...\n"
    assert (
        read(app=f"{app}def run(on: Nothing):\n    on.execute('select a from t')\n", main="import psycopg\n").statements
        == ()
    )
