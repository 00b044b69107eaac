"""What programs do with the rows of statements: what is read of them, and what it is held to."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from pgconform.config import find_project
from pgconform.finding import Finding, Severity
from pgconform.project.asking import Ask
from pgconform.project.run import run
from pgconform.sql.filled import filled

SCHEMA = """
create type status as enum ('draft', 'done');
create table users (id int primary key, email text not null, name text);
create table documents (
  id uuid primary key default gen_random_uuid(), title text not null, pages int, status status default 'draft',
  owner int not null references users
);
"""
MODELS = """
from dataclasses import dataclass
from uuid import UUID
from pydantic import BaseModel

class Document(BaseModel):
    id: UUID
    title: str
    pages: int | None

@dataclass
class User:
    id: int
    email: str
"""
PSYCOPG = "import psycopg\nfrom psycopg.rows import class_row, dict_row\nfrom models import Document, User\n"
ASYNCPG = "import asyncpg\nfrom models import Document, User\n"
ALCHEMY = "import psycopg\nfrom sqlalchemy import text\nfrom models import Document, User\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("results")
    (place / "schema.sql").write_text(SCHEMA)
    (place / "models.py").write_text(MODELS)
    (place / "pyproject.toml").write_text('[tool.pgconform]\ntruth = "sql:schema.sql"\n')
    return place


def found(project: Path, code: str) -> list[str]:
    """The findings in a file with this code, errors and warnings: code and the word in question."""
    (project / "app.py").write_text(dedent(code))
    report = run(find_project(project), Ask(cached=False))
    wrong = [item for item in report.findings if item.severity.rank < 2 and item.at and item.at.uri == "app.py"]
    return [f"{item.code} {_word(item)}" for item in wrong]


def findings(project: Path, code: str) -> list[Severity]:
    """How grave the findings of that rule are in the file."""
    return [item.severity for item in run(find_project(project), Ask(cached=False)).findings if item.code == code]


def _word(item: Finding) -> str:
    return item.message.split('"')[1] if '"' in item.message else item.message.split()[-1]


FORMS = {
    "a cursor that execute gives": PSYCOPG
    + """
def f(conn: psycopg.Connection):
    row = conn.execute("select id, title from documents").fetchone()
    return row["title"], row["pages"]
""",
    "a cursor that keeps what it was sent": PSYCOPG
    + """
def f(conn: psycopg.Connection):
    with conn.cursor(row_factory=dict_row) as cur:
        cur.execute("select id, name from users")
        users = cur.fetchall()
        cur.execute("select id, title from documents")
        return [u["name"] for u in users], [row["pages"] for row in cur.fetchall()]
""",
    "a loop over a cursor": PSYCOPG
    + """
def f(conn: psycopg.Connection):
    for row in conn.execute("select id, title from documents"):
        print(row["title"], row["pages"])
""",
    "a wrapper around a cursor": PSYCOPG
    + """
def rows(conn: psycopg.Connection, sql, params=None):
    with conn.cursor() as cur:
        cur.execute(sql, params)
        return cur.fetchall()

def f(conn):
    for row in rows(conn, "select id, pages from documents"):
        print(row["pages"])
    for row in rows(conn, "select id, title from documents"):
        print(row["pages"])
""",
    "asyncpg's fetch": ASYNCPG
    + """
async def f(pool: asyncpg.Pool):
    return [row["pages"] for row in await pool.fetch("select id, title from documents")]
""",
    "asyncpg's fetchrow in a method": ASYNCPG
    + """
class Base:
    def __init__(self, pool: asyncpg.Pool):
        self.pool = pool

    async def one(self, sql, *args):
        async with self.pool.acquire() as c:
            row = await c.fetchrow(sql, *args)
            return dict(row) if row else None

class Repository(Base):
    async def get(self, id):
        row = await self.one("select id, title from documents where id = $1", id)
        return row["title"], row["pages"]
""",
    "SQLAlchemy's mappings": ALCHEMY
    + """
async def f(session):
    result = await session.execute(text("select id, title from documents where owner = :o"), {"o": 1})
    for row in result.mappings().all():
        print(row["pages"])
""",
    "SQLAlchemy's attributes": ALCHEMY
    + """
def f(session):
    for row in session.execute(text("select id, title from documents")):
        print(row.title, row.pages, row.count, row._mapping["title"])
""",
    "a statement that grows": ASYNCPG
    + """
async def f(pool: asyncpg.Pool, owner, late):
    query = "select id, title from documents"
    if owner:
        query += " where owner > 1"
    if late:
        query += " order by title"
    for row in await pool.fetch(query):
        print(row["title"], row["pages"])
""",
    "a list of what execute gives": PSYCOPG
    + """
def f(conn: psycopg.Connection):
    rows = list(conn.execute("select id, title from documents"))
    return sorted(rows, key=lambda row: row["title"]), {row["id"]: row for row in rows}[1]["pages"]
""",
    "a statement of many parts": ASYNCPG
    + """
async def f(pool: asyncpg.Pool, given):
    query = "select id, title from documents where true"
    if given.late:
        query += " and pages > 1"
    if given.new:
        query += " and status = 'draft'"
    if given.owner:
        query += " and owner = 1"
    if given.short:
        query += " and title <> ''"
    if given.id:
        query += " and id is not null"
    query += " order by title"
    for row in await pool.fetch(query):
        print(row["title"], row["pages"])
""",
    "one of two statements": ASYNCPG
    + """
async def f(pool: asyncpg.Pool, draft):
    if draft:
        row = await pool.fetchrow("select id, title from documents where status = 'draft'")
    else:
        row = await pool.fetchrow("select id, title from documents")
    return row["title"], row["pages"]
""",
    "databases": """
import psycopg
import databases
async def f(db: databases.Database):
    row = await db.fetch_one("select id, title from documents where owner = :o", {"o": 1})
    return row["pages"]
""",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_key_that_the_statement_does_not_select_is_found_in_every_form(project: Path, form: str) -> None:
    assert found(project, FORMS[form]) == ["QRY027 pages"]


def test_models_made_of_rows_are_held_to_the_results(project: Path) -> None:
    code = """
async def f(pool: asyncpg.Pool):
    a = [Document(**row) for row in await pool.fetch("select id, title, pages from documents")]
    b = Document.model_validate(dict(await pool.fetchrow("select id, title from documents")))
    c = Document(pages=1, **await pool.fetchrow("select id, title from documents"))
    d = Document(**await pool.fetchrow("select id, owner as title, pages from documents"))
    e = User(**await pool.fetchrow("select id, email, name from users"))
"""
    assert found(project, ASYNCPG + code) == ["QRY027 pages", "COL003 (text)"]
    report = run(find_project(project), Ask(cached=False))
    assert [item.message for item in report.findings if item.code == "TYP001"] == [
        "documents.owner is integer, Document.title is str"
    ]


def test_columns_of_a_frame_are_those_of_its_statement(project: Path) -> None:
    code = """
import pandas as pd
from sqlalchemy import create_engine
engine = create_engine("postgresql+psycopg://localhost/shop")

def frame():
    return pd.read_sql("select id, email as address from users", engine)

def f():
    df = frame()
    df["address"], df["email"]
    for chunk in pd.read_sql_query("select id from documents", engine, chunksize=100):
        chunk["id"], chunk["title"]
    df = pd.read_sql("select id, name from users", engine, index_col="id").reset_index()
    df["id"], df["owner"], df.iloc[0][7], df.iloc[0]["pages"]
    df = pd.read_sql("select id, title from documents", engine)
    df["size"] = 1
    df["size"], df["title"]
"""
    assert found(project, code) == ["QRY027 email", "QRY027 title", "QRY027 owner", "QRY027 pages"]


def test_rows_that_the_driver_makes_into_a_class_are_held_to_it(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection):
    with conn.cursor(row_factory=class_row(User)) as cur:
        cur.execute("select id, name as email from users")
        good = cur.fetchall()
        cur.execute("select id from users")
        return cur.fetchone()
"""
    assert found(project, PSYCOPG + code) == ["QRY027 email"]


def test_rows_are_as_the_factory_of_their_connection_makes_them(project: Path) -> None:
    code = """
def upper(cursor):
    names = [column.name.upper() for column in cursor.description]
    return lambda values: dict(zip(names, values))


def f(url):
    with psycopg.connect(url, row_factory=upper) as conn:
        conn.execute("select id, name from users").fetchone()["NAME"]
        [row["ID"] for row in conn.execute("select id, name from users")]
    with psycopg.connect(url, row_factory=class_row(User)) as conn:
        return conn.execute("select id from users").fetchall()
"""
    assert found(project, PSYCOPG + code) == ["QRY027 email"]


def test_what_is_taken_out_of_a_row_before_it_is_made_into_a_class_does_not_reach_it(project: Path) -> None:
    code = """
from pydantic import BaseModel, ConfigDict

class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: int
    email: str


def f(conn: psycopg.Connection):
    with conn.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute("select id, email, name from users").fetchone()
    payload = dict(row)
    {}
    return Strict.model_validate(payload)
"""
    for taken in ("payload.pop('name')", "payload.pop('name', None)", "del payload['name']"):
        assert found(project, PSYCOPG + code.format(taken)) == []
    assert found(project, PSYCOPG + code.format("payload.pop('other', None)")) == ["COL003 (text)"]


def test_rows_taken_by_place_have_as_many_columns(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection):
    a, b = conn.execute("select id, title from documents").fetchone()
    a, b, c = conn.execute("select id, title from documents").fetchone()
    for a, *rest in conn.execute("select id, title from documents"):
        print(a)
    for a, (b, c) in conn.execute("select id, title from documents"):
        print(b)
    row = conn.execute("select id, title from documents").fetchone()
    return row[0], row[-2], row[1], row[2], row[-3]


def g(conn: psycopg.Connection):
    row = conn.execute("select id, title from documents").fetchone()
    return row[2] if len(row) > 2 else row[0]
"""
    assert found(project, PSYCOPG + code) == ["SQL004 3", "SQL004 read", "SQL004 read"]


def test_rows_of_a_statement_that_gives_none_are_told_as_the_driver_does(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection):
    for row in conn.execute("update documents set pages = 1"):
        print(row[0], row[1])
    a, b = conn.execute("insert into users (id, email) values (1, 'a')").fetchone()
    print(conn.execute("delete from documents").rowcount)
    print(conn.execute("explain delete from documents").fetchone()[0])
    return conn.execute("delete from documents returning id").fetchone()[0]


def g(conn: psycopg.Connection, tail: str):
    return conn.execute(f"update documents set pages = 1 {tail}").fetchone()[0]
"""
    assert found(project, PSYCOPG + code) == ["SQL009 read", "SQL009 read"]
    assert findings(project, "SQL009") == [Severity.ERROR, Severity.ERROR]
    code = """
async def f(conn: asyncpg.Connection):
    row = await conn.fetchrow("update documents set pages = 1")
    return row["id"] if row else None
"""
    assert found(project, ASYNCPG + code) == ["SQL009 read"]
    assert findings(project, "SQL009") == [Severity.WARNING]


def test_a_file_that_tells_results_without_rows_from_others_may_read_of_both(project: Path) -> None:
    code = """
HELP = {"description": ""}


def f(conn: psycopg.Connection, description: str):
    return conn.execute("delete from documents").fetchone()[0]
"""
    assert found(project, PSYCOPG + code) == ["SQL009 read"]
    code = """
def f(conn: psycopg.Connection):
    cur = conn.execute("update documents set pages = 1")
    return cur.fetchone()[0] if cur.description else None
"""
    assert found(project, PSYCOPG + code) == []
    assert findings(project, "SQL009") == [Severity.INFO]


def test_a_part_of_a_row_has_other_places_than_the_row(project: Path) -> None:
    code = """
def titled(row):
    title, pages = row
    return title, row[1]


def f(conn: psycopg.Connection):
    rows = conn.execute("select id, title, pages from documents").fetchall()
    row = conn.execute("select id, title, pages from documents").fetchone()
    first, *rest = row
    a, b, c, d = row[:]
    return {row[0]: titled(row[1:]) for row in rows[1:]}, titled(rest), row[:1][0], row[-2:][1]
"""
    assert found(project, PSYCOPG + code) == ["SQL004 4"]


def test_what_may_be_another_answer_is_left_alone(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection, cur, flag, helper, sql):
    if flag:
        cur.execute("select id, title from documents")
    else:
        cur.execute("select id, pages from documents")
    row = cur.fetchone()
    print(row["title"], row["pages"])
    cur.execute("select id from documents")
    helper(cur)
    print(cur.fetchone()["title"])
    row = conn.execute("select id from documents").fetchone()
    row["title"] = "x"
    print(row["title"])
    if "pages" in row:
        print(row["pages"])
    print(conn.execute(sql).fetchone()["pages"])
    row = conn.execute("select * from documents").fetchone() if flag else {"other": 1}
    print(row["other"])
"""
    assert found(project, PSYCOPG + code) == []


SENT_TWICE = """
def f(conn: psycopg.Connection, flag, texts):
    with conn.cursor(row_factory=dict_row) as cur:
        cur.execute("select id, pages from documents")
        {}
        return cur.fetchall()[0]["pages"]
"""
TITLES = 'cur.execute("select id, title from documents")'


@pytest.mark.parametrize(
    "between",
    [
        TITLES,
        f"cur.execute('update documents set pages = 1')\n        {TITLES}",
        f"if flag:\n            cur.execute('select 1 as pages')\n        {TITLES}",
        f"if flag:\n            cur.execute('select 1 as pages')\n            return cur.fetchone()\n        {TITLES}",
        f"for text in texts:\n            cur.execute('select 1 as pages')\n        {TITLES}",
        f"with conn.transaction():\n            {TITLES}",
    ],
)
def test_rows_are_those_of_what_a_cursor_was_sent_last(project: Path, between: str) -> None:
    assert found(project, PSYCOPG + SENT_TWICE.format(between)) == ["QRY027 pages"]


@pytest.mark.parametrize(
    "between",
    [
        f"if flag:\n            {TITLES}",
        f"if flag:\n            pass\n        else:\n            {TITLES}",
        f"for _ in texts:\n            {TITLES}",
        f"while flag:\n            {TITLES}\n            break",
        f"try:\n            {TITLES}\n        except psycopg.Error:\n            pass",
        f"with suppress(psycopg.Error):\n            {TITLES}",
        f"match flag:\n            case 1:\n                {TITLES}",
        f"flag and {TITLES}",
        f"{TITLES} if flag else None",
        f"[{TITLES} for _ in texts]",
        f"{TITLES}\n        if flag:\n            cur.execute('select 1 as pages')",
    ],
)
def test_rows_may_be_those_of_what_a_cursor_was_sent_before_where_the_last_may_be_passed_over(
    project: Path, between: str
) -> None:
    assert found(project, PSYCOPG + SENT_TWICE.format(between)) == []


def test_inserts_give_what_must_be_given(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection):
    conn.execute("insert into documents (title) values (%s)", ("x",))
    conn.execute("insert into documents (title, owner) values (%s, 1)", ("x",))
    conn.execute("insert into users (id, email) select 1, 'x'")
    conn.execute("insert into users values (1, 'x')")
"""
    assert found(project, PSYCOPG + code) == ["COL002 default"]
    report = run(find_project(project), Ask(cached=False))
    assert [item.code for item in report.findings if item.code.startswith("SQL")] == ["SQL006"]


def test_null_is_not_written_to_a_column_that_takes_none(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection):
    conn.execute("insert into documents (title, owner, pages) values ('é', 1, NULL), (null::text, 1, 2)")
    conn.execute("insert into documents (title, owner) values (default, 1)")
    conn.execute("insert into documents (id, title, owner) values (default, 'x', 1)")
    conn.execute("update documents set pages = null where title is null")
    conn.execute("update documents set title = null where pages = %s", (1,))
    conn.execute("update documents set title = (select null), pages = default")
    conn.execute("insert into documents (title, owner) select null, 1 where false")
"""
    assert found(project, PSYCOPG + code) == ["NUL003 NULL", "COL002 default", "NUL003 NULL"]
    report = run(find_project(project), Ask(cached=False))
    places = [(item.at.line, item.at.column) for item in report.findings if item.at and item.code == "NUL003"]
    text = (project / "app.py").read_text().splitlines()
    assert [text[line - 1][column - 1 : column + 3] for line, column in places] == ["null", "null"]


def test_null_that_a_function_spells_for_none_need_not_be_written(project: Path) -> None:
    code = """
def lit(value):
    if value is None:
        return "NULL"
    return "'" + str(value) + "'"

def f(conn: psycopg.Connection, rows):
    for row in rows:
        conn.execute(f"insert into documents (title, owner) values ({lit(row['title'])}, 1)")
        conn.execute(f"insert into documents (title, owner) values (null, {lit(row['owner'])})")
"""
    assert found(project, PSYCOPG + code) == ["NUL003 NULL"]


def test_values_are_counted_where_they_are_all_known(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection, values, one, pairs):
    conn.execute("select id from users where id = %s and name = %s", (one,))
    conn.execute("select id from users where id = %s", (one, 2))
    conn.execute("select id from users where id = %(id)s and name = %(name)s", {"id": one})
    conn.execute("select id from users where id = %s and name = %s", (one, 2))
    conn.execute("select id from users where id = %s and name = %s", values)
    conn.execute("select id from users where id = %s and name = %s", [*values])
    conn.execute("select id from users where id = %(id)s and name <> %(id)s::text", {"id": one, "more": 2})
    conn.execute("select id from users where name like '100%%' and id = %s", [one])
    conn.cursor().executemany("insert into users (id, email) values (%s, %s)", [(1, "a")])
    params = [one]
    params.append(2)
    conn.execute("select id from users where id = %s and name = %s", params)
    query = "select id from users where id = %s"
    if pairs:
        query += " and name = %s"
        params.append(3)
    conn.execute(query, params)
"""
    assert found(project, PSYCOPG + code) == ["SQL007 1", "SQL007 2", "SQL007 name"]
    code = """
async def f(pool: asyncpg.Pool, db, one, args):
    await db.execute("select id from users where id = $1 and name = $2", [one, 2])
    await pool.fetch("select id from users where id = $1 and name = $2", one)
    await pool.fetchrow("select id from users where id = $1 and name = $2", one, *args)
    await pool.execute("select id from users where id = $1 or id + 1 = $1", one, timeout=3)
"""
    assert found(project, ASYNCPG + code) == ["SQL007 1"]


def test_what_a_statement_lacks_where_no_branch_puts_more_into_it_is_a_warning(project: Path) -> None:
    code = """
async def of_names(pool: asyncpg.Pool, name=None):
    query = "select id from users"
    if name:
        query += " where name like $1"
    await pool.fetch(query + " order by id", f"%{name}%")

async def of_rows(pool: asyncpg.Pool, rows):
    values = ""
    for row in rows:
        values += f"({row}),"
    await pool.execute("insert into users (id) values " + values + " on conflict do nothing")

async def of_either(pool: asyncpg.Pool, name, all):
    query = "select id from users where name = $1"
    if all:
        query = "select id from users"
    await pool.fetch(query, name)

async def of_more(pool: asyncpg.Pool, name):
    query = "select id from users"
    if name:
        query += " where name = $1 or email = $2"
    await pool.fetch(query, name)

async def of_order(pool: asyncpg.Pool, ordered):
    query = "select id from users where id = $1"
    if ordered:
        query += "order by id"
    await pool.fetch(query, 1)
"""
    (project / "app.py").write_text(dedent(ASYNCPG + code))
    report = run(find_project(project), Ask(cached=False))
    wrong = [item for item in report.findings if item.severity.rank < 2]
    assert sorted((item.holder.rpartition(".")[2], item.code, item.severity.value) for item in wrong) == [
        ("of_either", "SQL007", "error"),
        ("of_more", "SQL007", "error"),
        ("of_more", "SQL007", "warning"),
        ("of_names", "SQL007", "warning"),
        ("of_order", "SQL001", "error"),
        ("of_rows", "SQL001", "warning"),
    ]


def test_a_client_that_nobody_knows_may_take_its_values_in_a_list(project: Path) -> None:
    code = """
async def f(client):
    await client.execute("select id from users where id = $1 and name = $2", [1, "a"])
"""
    assert found(project, ASYNCPG + code) == []


def test_constants_are_held_to_the_types_of_parameters(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection, one):
    conn.execute("update documents set status = %s, pages = %s where id = %s", ("gone", "7", one))
    conn.execute("select id from documents where owner = %s and title = %s", ("me", 3))
    conn.execute("select id from documents where status = %s", ("done",))
    conn.execute("select id from documents where owner = any(%s)", (["me"],))
"""
    assert found(project, PSYCOPG + code) == ["SQL008 gone", "SQL008 me"]
    code = """
async def f(pool: asyncpg.Pool, one):
    await pool.fetch("select id from documents where owner = $1 and title = $2", "7", 3)
    await pool.fetch("select id from documents where id = $1 and status = $2", "x", "done")
    await pool.fetch("select id from documents where title = $1", "x")
"""
    assert found(project, ASYNCPG + code) == ["SQL008 7", "SQL008 3", "SQL008 x"]


def test_a_statement_of_which_a_part_is_not_known_is_held_to_what_is(project: Path) -> None:
    code = """
async def f(pool: asyncpg.Pool, where, order, title, owner, given):
    rows = await pool.fetch(f"select id, title from documents where {where} and pages = 1 order by {order}")
    print([row["pages"] for row in rows])
    await pool.fetch(f"select id, body from documents where {where}")
    await pool.execute(f"update documents set title = 'x', {given} where author = 1")
    conditions = ["owner = 1"]
    if title:
        conditions.append("titel = $1")
    if owner:
        conditions.append(f"owner = ${len(conditions)}")
    await pool.fetch(f"select id from documents where {' and '.join(conditions)}")
    await pool.fetch("select body from documents join users on {}".format(where))
    await pool.fetch("select id from documents where {} = 'a' and now() > interval '{} days'".format(where, owner))
"""
    assert found(project, ASYNCPG + code) == ["QRY027 pages", "COL001 body", "COL001 author", "COL001 titel"]


def test_what_a_driver_fills_in_for_a_tuple_or_for_rows_may_be_any(project: Path) -> None:
    code = """
from psycopg2.extras import execute_values

def f(c: psycopg2.extensions.cursor, rows, some):
    c.execute("select id, body from documents where owner in %s", (some,))
    c.execute("select id from documents where owner in %s", (some,))
    execute_values(c, "insert into documents (title, owner, author) values %s", rows)
    execute_values(c, "insert into documents (title) values %s", rows)
    execute_values(c, "insert into documents (title, owner) values %s on conflict (id) do nothing", rows)
"""
    assert found(project, "import psycopg2\n" + code) == ["COL001 body", "COL001 author", "COL002 default"]


def test_null_that_a_select_or_a_default_writes_is_told_too(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection):
    conn.execute("insert into documents (title, owner) select null, id from users")
    conn.execute("insert into documents (title, owner) select name, id from users where name is not null")
    conn.execute("insert into documents (title, pages, owner) select email, null::int, id from users")
    conn.execute("insert into documents (title, owner) select u.* from (select null, 1) u")
    conn.execute("update documents set owner = default")
    conn.execute("update documents set id = default, status = default, pages = default")
    conn.execute("begin; update documents set owner = 1; insert into users (id, email) values (1, null); commit")
"""
    assert found(project, PSYCOPG + code) == ["NUL003 NULL", "NUL003 NULL", "NUL003 NULL"]


WIRED = """
create table hosts (id uuid primary key, address inet not null, seen int not null, marks uuid[] not null, extra jsonb);
"""
ROWS = """
from pydantic import BaseModel

class Host(BaseModel):
    id: str
    address: str
    seen: {seen}
    marks: str
    extra: dict | None
"""
ALL = "select id, address, seen, marks, extra from hosts"
CODECS = """
async def prepare(conn):
    await conn.set_type_codec("uuid", encoder=str, decoder=str, schema="pg_catalog")
"""


@pytest.mark.parametrize(
    ("opened", "codecs", "wrong"),
    [
        ("import psycopg\ndef f(c: psycopg.Connection):\n    rows = c.execute({}).fetchall()", "", 3),
        ("import psycopg2\ndef f(c: psycopg2.extensions.cursor):\n    c.execute({})\n    rows = c.fetchall()", "", 0),
        ("import asyncpg\nasync def f(c: asyncpg.Connection):\n    rows = await c.fetch({})", "", 4),
        ("import asyncpg\nasync def f(c: asyncpg.Connection):\n    rows = await c.fetch({})", CODECS, 0),
        (
            "import psycopg2\nfrom sqlalchemy import text\nfrom sqlalchemy.orm import Session\n"
            "def f(s: Session):\n    rows = s.execute(text({})).mappings()",
            "",
            0,
        ),
    ],
)
def test_values_come_as_the_driver_gives_them_and_of_one_that_may_be_any_as_suits(
    tmp_path: Path, opened: str, codecs: str, wrong: int
) -> None:
    """psycopg2, and whatever is below SQLAlchemy, gives a uuid as a text or as a UUID; a codec anything."""
    (tmp_path / "schema.sql").write_text(WIRED)
    (tmp_path / "pyproject.toml").write_text('[tool.pgconform]\ntruth = "sql:schema.sql"\n')
    for seen, more in (("int", 0), ("bool", 1)):
        made = opened.format(repr(ALL)) + "\n    return [Host(**row) for row in rows]\n"
        (tmp_path / "app.py").write_text(ROWS.format(seen=seen) + made)
        (tmp_path / "pool.py").write_text(codecs)
        report = run(find_project(tmp_path), Ask(cached=False))
        errors = [item.message for item in report.findings if item.severity is Severity.ERROR]
        assert len(errors) == wrong, errors
        assert any("seen" in item.message for item in report.findings) is bool(more)


SUPABASE = "from supabase import create_client\nfrom models import Document, User\nsb = create_client('a', 'b')\n"


def test_models_of_requests_get_every_field_they_demand(project: Path) -> None:
    code = """
def f():
    a = [Document(**row) for row in sb.table("documents").select("id, title, pages").execute().data]
    b = Document.model_validate(sb.table("documents").select("id, title").single().execute().data)
    c = [Document(pages=1, **row) for row in sb.table("documents").select("id, title").execute().data]
    d = [User(**row) for row in sb.table("users").select("id").execute().data]
    e = [User(**row) for row in sb.table("users").select("*").execute().data]
"""
    assert found(project, SUPABASE + code) == ["QRY027 pages", "QRY027 email"]


def test_rows_that_answer_a_request_get_every_field_the_response_model_demands(project: Path) -> None:
    code = """
from fastapi import FastAPI
app = FastAPI()

@app.get("/", response_model=list[Document])
def f():
    return sb.table("documents").select("id, title").execute().data

@app.get("/one")
def g() -> Document | None:
    return sb.table("documents").select("id, pages").single().execute().data

@app.get("/more", response_model=list[User])
def h():
    found = sb.table("users").select("id").execute().data
    for row in found:
        row["email"] = "a@b.c"
    return found
"""
    assert found(project, SUPABASE + code) == ["QRY027 pages", "QRY027 title"]


def test_what_a_field_of_a_model_takes_is_an_object_too(project: Path) -> None:
    code = """
from dataclasses import dataclass
from fastapi import FastAPI
from pydantic import BaseModel, field_validator
from sqlmodel import SQLModel
app = FastAPI()

class Page(BaseModel):
    items: list[Document]
    last: User | None = None

@dataclass
class Plain:
    items: list[Document]

class Mended(BaseModel):
    items: list[Document]

    @field_validator("items", mode="before")
    def whole(cls, items):
        return [{"pages": 1, **item} for item in items]

class Stored(SQLModel, table=True):
    items: list[Document]

def documents():
    return sb.table("documents").select("id, title").execute().data

@app.get("/", response_model=Page)
def f():
    users = sb.table("users").select("id").execute().data
    return {"items": documents(), "last": users[0] if users else None}

def g():
    Page.model_construct(items=documents())
    return Page(items=documents()), Plain(items=documents()), Mended(items=documents()), Stored(items=documents())
"""
    assert sorted(found(project, SUPABASE + code)) == ["QRY027 email", "QRY027 pages", "QRY027 pages"]


def test_of_rows_whose_columns_a_caller_may_choose_no_field_is_demanded(project: Path) -> None:
    code = """
from elsewhere import chosen

def documents(columns="id, title"):
    return [Document(**row) for row in sb.table("documents").select(columns).execute().data]

documents(chosen())
"""
    assert found(project, SUPABASE + code) == []


def test_embeds_are_lists_or_rows_as_the_keys_say(project: Path) -> None:
    code = """
def f():
    for row in sb.table("users").select("id, documents(title)").execute().data:
        print(row["documents"]["title"], row["documents"][0]["title"], [d["title"] for d in row["documents"]])
        several = row.get("documents") or []
        print(several[0]["title"], sorted(several)[0]["title"])
    for row in sb.table("documents").select("id, users(email)").execute().data:
        print(row["users"]["email"], row["users"][0]["email"])
        user = row.get("users") or {}
        print(user["email"], user.get("email"))


def g():
    for row in sb.table("users").select("id, documents(id)").execute().data:
        print(row["documents"]["id"] if isinstance(row["documents"], dict) else row["documents"][0]["id"])
"""
    assert found(project, SUPABASE + code) == ["LNK009 documents", "LNK009 users"]


COPIES = ["row", "dict(row)", "{**row, 'more': 1}", "dict(row) | {'more': 1}"]


@pytest.mark.parametrize("copy", COPIES)
def test_a_key_that_a_copy_of_a_row_is_asked_for_may_be_missing(project: Path, copy: str) -> None:
    code = f"""{PSYCOPG}
def show(conn: psycopg.Connection):
    row = conn.cursor(row_factory=dict_row).execute("select id, title from documents").fetchone()
    mine = {copy}
    if "pages" in mine:
        mine["pages"] = str(mine["pages"])
    return mine["title"], mine["owner"]
"""
    assert found(project, code) == ["QRY027 owner"]


def test_a_uuid_that_a_class_takes_as_text_is_one(project: Path) -> None:
    code = """
    from sqlalchemy import Column, Text, Uuid
    from sqlalchemy.dialects.postgresql import UUID
    from sqlalchemy.orm import declarative_base
    Base = declarative_base()
    class Document(Base):
        __tablename__ = "documents"
        id = Column(UUID(as_uuid=False), primary_key=True)
        title = Column(Uuid(as_uuid=False))
        pages = Column(UUID(as_uuid=False))
    """
    assert found(project, code) == ["TYP001 UUID(as_uuid=False)"]


DICTS = "import psycopg2\nfrom psycopg2.extras import RealDictCursor\n"
SENT = """
def show(conn: psycopg2.extensions.connection):
    cur = conn.cursor(cursor_factory=RealDictCursor)
    cur.execute("select id, title from documents")
"""


@pytest.mark.parametrize(
    "use",
    [
        "for row in cur:\n        print(row['title'], row['pages'])",
        "return [row['pages'] for row in cur]",
        "row = cur.fetchone()\n    return '{title} {{owner}} {pages:>3}'.format(**row)",
        "row = cur.fetchone()\n    return '{title!r} {pages.real}'.format_map(row)",
        "row = cur.fetchone()\n    return '%(title)s %%(owner)s %(pages)d' % row",
        "row = cur.fetchone()\n    del row['pages']",
        "names = [one[0] for one in cur.description]\n    row = dict(zip(names, cur.fetchone()))\n    row['pages']",
        "names = [one.name for one in cur.description]\n    rows = [dict(zip(names, row)) for row in cur.fetchall()]\n"
        "    return rows[0]['title'], rows[0]['pages']",
        "for row in cur:\n        one = dict(zip([column[0] for column in cur.description], row))\n"
        "        print(one['title'], one['pages'])",
    ],
)
def test_more_ways_to_take_keys_of_rows(project: Path, use: str) -> None:
    code = f"{DICTS}{SENT}    {use}\n"
    assert found(project, code) == ["QRY027 pages"]
    report = run(find_project(project), Ask(cached=False))
    (place,) = [item.at for item in report.findings if item.code == "QRY027" and item.at]
    assert code.splitlines()[place.line - 1][place.column - 1 :].lstrip("'").startswith("pages")


@pytest.mark.parametrize(
    "use",
    [
        "names = [one[0].upper() for one in cur.description]\n    return dict(zip(names, cur.fetchone()))['PAGES']",
        "row = cur.fetchone()\n    return '{title} {pages}'.format(**row, pages=1)",
        "for row in other(cur):\n        print(row['pages'])",
        "cur.connection.commit()\n    cur.execute(given)\n    for row in cur:\n        print(row['pages'])",
        "row = cur.fetchone()\n    row['pages'] = 1\n    return '%(pages)d' % row",
        "cur.callproc('pages_of')\n    for row in cur:\n        print(row['pages'])",
        "cur.nextset()\n    return cur.fetchone()['pages']",
        "names = ['id', 'pages']\n    return dict(zip(names, cur.fetchone()))['pages']",
    ],
)
def test_of_what_may_have_other_names_nothing_is_said(project: Path, use: str) -> None:
    assert found(project, f"{DICTS}from elsewhere import given, other\n{SENT}    {use}\n") == []


HELPERS = """
def of(row: dict, pages=None) -> int:
    return pages if pages else row["pages"]

def either(row: dict, pages=None) -> int:
    return pages or row["pages"]

def later(row: dict, pages=None) -> int:
    if pages is None:
        pages = row["pages"]
    return pages

def both(row: dict, more=False) -> None:
    print(more and row["pages"])
"""


@pytest.mark.parametrize(
    ("use", "wrong"),
    [
        ("of(row, given)", False),
        ("either(row, given)", False),
        ("later(row, pages=given)", False),
        ("of(row, 7)", False),
        ("both(row)", False),
        ("of(row)", True),
        ("either(row, None)", True),
        ("later(row)", True),
        ("both(row, given)", True),
        ("print(given or row['pages'])", True),
    ],
)
def test_what_a_function_reads_where_it_is_not_told_it_does_not_read_where_it_is(
    project: Path, *, use: str, wrong: bool
) -> None:
    code = f"{DICTS}{HELPERS}\n{SENT}    row, given = cur.fetchone(), input()\n    {use}\n"
    assert found(project, code) == (["QRY027 pages"] if wrong else [])


def test_a_foreign_key_of_a_class_has_the_type_of_what_it_refers_to(project: Path) -> None:
    code = """
    from sqlalchemy import ForeignKey, Integer, Uuid
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
    class Base(DeclarativeBase): ...
    class User(Base):
        __tablename__ = "users"
        id: Mapped[str] = mapped_column(primary_key=True)
    class Document(Base):
        __tablename__ = "documents"
        id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
        owner: Mapped[str] = mapped_column(ForeignKey("users.id"))
    """
    assert found(project, code) == ["TYP001 str"]


def test_a_column_that_has_no_name_is_read_by_the_one_that_the_server_gives_it(project: Path) -> None:
    query = "cur.execute(\"select title || '!', pages::text from documents\")\n    row = cur.fetchone()\n"
    assert found(project, f"{DICTS}{SENT}    {query}    print(row['?column?'], row['pages'])\n") == []
    named = found(project, f"{DICTS}{SENT}    print(cur.fetchone()['?column?'])\n")
    assert named == ["QRY027 ?column?"]


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("select a, b from t where a is not null and abs(b) > $1", "a b"),
        ("select a from t where (a = 1 and b = 3) or b = 2", "b"),
        ("select a from t where a = 1 or b = 2", ""),
        ("select a from t join u on t.x = u.y left join v on v.z = t.q where coalesce(w, 1) = 2", "x y"),
        ("select a from t where a is distinct from 3 and b is null and (case c when 1 then 2 end) = 3", ""),
        ("select a from t where a in (select b from u where d is not null) and c between 1 and 2", "a c d"),
        ("with one as (select * from t where a like 'x') select * from one", "a"),
        ("insert into t (a, b) values ($1, $2) on conflict (a) do update set c = 1 returning *", "a b"),
        ("update t set a = now() where b = $1 returning a, c", "a b"),
        ("select from where", ""),
    ],
)
def test_conditions_and_writes_tell_which_columns_hold_no_null(sql: str, wanted: str) -> None:
    assert filled(sql) == set(wanted.split())


def test_what_a_statement_takes_null_out_of_may_be_read_as_never_null(project: Path) -> None:
    code = """
from datetime import timedelta
from pydantic import BaseModel

class Named(BaseModel):
    id: int
    name: str

class Waiting(BaseModel):
    since: timedelta

class Stated(BaseModel):
    status: str

async def f(pool: asyncpg.Pool):
    a = [Named(**row) for row in await pool.fetch("select id, name from users {}")]
    b = [Waiting(**row) for row in await pool.fetch("select now() - '2024-01-01'::timestamptz as since from users")]
    c = [Stated(**row) for row in await pool.fetch("select status from documents")]
"""
    assert found(project, ASYNCPG + code.format("")) == ["NUL001 None"]
    assert found(project, ASYNCPG + code.format("where name is not null")) == []


@pytest.mark.parametrize(
    "use",
    [
        """
    for i, row in enumerate(rows):
        row["x"] = i
    print([row["x"] for row in rows[1:]], rows[0]["x"])
""",
        """
    for row in rows:
        if row["title"]:
            row["x"] = 1
        else:
            row["x"] = 2
    for row in rows:
        print(row["x"])
""",
        """
    mark(rows)
    print([row["x"] for row in rows])
""",
        """
    rows, _ = marked(rows)
    for row in rows:
        print(row["x"])
""",
        """
    show(rows)
""",
    ],
)
def test_keys_that_a_loop_puts_into_copies_of_rows_are_there(project: Path, use: str) -> None:
    code = """
def mark(rows):
    for row in rows:
        row["x"] = 1

def marked(rows):
    if len(rows) < 2:
        for row in rows:
            row.update(x=0)
        return rows, 0
    mark(rows)
    return rows, 1

def show(rows):
    for row in rows:
        row["x"] = 1
    for row in rows:
        print(row["x"])

async def go(connection: asyncpg.Connection):
    taken = await connection.fetch("SELECT title FROM documents")
    rows = [dict(row) for row in taken]
"""
    assert found(project, f"{ASYNCPG}{code}{use}    print(taken[0]['x'])\n") == ["QRY027 x"]


@pytest.mark.parametrize(("place", "judged"), [("tests/test_repo.py", ["QRY027 nope"]), ("demo.py", [])])
def test_what_tests_hand_to_a_class_is_not_what_the_program_does(project: Path, place: str, judged: list[str]) -> None:
    """A stand-in of the program itself may be what gives the rows."""
    made = project / place
    made.parent.mkdir(exist_ok=True)
    made.write_text(
        "from app import Repository\n\n\nclass Fake:\n    async def fetch(self, sql):\n        return [{'id': 1}]\n\n\n"
        "async def go():\n    return await Repository(Fake()).all()\n"
    )
    code = """
    import asyncpg

    class Repository:
        def __init__(self, pool):
            self.pool = pool

        async def all(self):
            return [row["nope"] for row in await self.pool.fetch("SELECT id FROM users")]

    async def main():
        return await Repository(await asyncpg.create_pool("postgresql://db")).all()
    """
    try:
        assert found(project, code) == judged
    finally:
        made.unlink()


SHARED = {
    "statements": PSYCOPG
    + """
def ask(conn: psycopg.Connection):
    return show(conn.cursor(row_factory=dict_row).execute("select id from documents").fetchone())
def ask_more(conn: psycopg.Connection):
    return show(conn.cursor(row_factory=dict_row).execute("select id, {more} from documents").fetchone())
""",
    "requests": """
from supabase import create_client
db = create_client("http://localhost", "key")
def ask():
    return show(db.table("documents").select("id").limit(1).execute().data[0])
def ask_more():
    return show(db.table("documents").select("id, {more}").limit(1).execute().data[0])
""",
}


def test_a_key_of_an_embed_that_some_rows_have_may_be_left_out(project: Path) -> None:
    code = SHARED["requests"].format(more="users(email)")
    for read, grave in (("row.get('users')", Severity.INFO), ("row.get('nobody')", Severity.WARNING)):
        (project / "app.py").write_text(f"{code}\ndef show(row):\n    return {read}\n")
        assert set(findings(project, "COL001")) == {grave}


@pytest.mark.parametrize("form", SHARED)
@pytest.mark.parametrize(
    ("more", "read", "grave"),
    [
        ("title", "row.get('title')", {Severity.INFO}),
        ("owner", "row.get('title')", {Severity.WARNING}),
        ("title", "row['title']", {Severity.ERROR}),
    ],
)
def test_a_key_that_some_rows_have_of_those_read_in_one_place_may_be_left_out(
    project: Path, form: str, more: str, read: str, grave: set[Severity]
) -> None:
    (project / "app.py").write_text(f"{SHARED[form].format(more=more)}\ndef show(row):\n    return {read}\n")
    assert set(findings(project, "QRY027")) == grave


BY_TEST = """
def f(conn: psycopg.Connection):
    with conn.cursor(row_factory=dict_row) as cur:
        cur.execute("{sql}")
        for row in cur.fetchall():
            {body}
"""


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("row['id'] if row.get('id') is not None else row['lost']", None),
        ("row['id'] if 'id' in row else row['lost']", None),
        ("row.get('id') or row['lost']", None),
        ("row.get('name') or row.get('id') or row['lost']", None),
        ("row.get('note') and row['lost']", None),
        ("key = row.get('id')\n            if key is None:\n                row['lost']", None),
        ("if row['id']:\n                continue\n            row['lost']", None),
        ("row.get('title') or row['lost']", Severity.WARNING),
        ("row['title'] if row['title'] is not None else row['lost']", None),
        ("row.get('status') or row['lost']", Severity.ERROR),
        ("row.get('id') and row['lost']", Severity.ERROR),
        ("other.get('id') or row['lost']", Severity.ERROR),
        ("row['note'] = 1\n            row.get('note') and row['lost']", Severity.ERROR),
    ],
)
def test_a_key_is_read_of_rows_for_which_tests_of_other_keys_come_out_so(
    project: Path, body: str, severity: Severity | None
) -> None:
    code = PSYCOPG + BY_TEST.format(sql="select id, title, status, pages as name from documents", body=body)
    (project / "app.py").write_text(code)
    report = run(find_project(project), Ask(cached=False))
    lost = [item.severity for item in report.findings if '"lost"' in item.message]
    assert lost == ([severity] if severity else [])


def test_a_column_that_an_outer_join_leaves_empty_leads_to_another_key(project: Path) -> None:
    sql = "select u.name, d.id from users u left join documents d on d.owner = u.id"
    assert found(project, PSYCOPG + BY_TEST.format(sql=sql, body="row.get('id') or row['lost']")) == ["QRY027 lost"]
