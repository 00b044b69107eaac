"""Rows in SQL statements: which parameter is which column's, and nothing refused that the server would take."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest

from pgconform import Guard, Policy, SchemaMismatch
from pgconform.embedded import Server
from pgconform.finding import Finding, Severity
from pgconform.guard.policy import Mode
from pgconform.guard.statements import Row, Write, Writes, write
from pgconform.guard.translating import Said, finding
from pgconform.guard.uses import Uses, text
from pgconform.sources.postgres import read
from pgconform.sql.parser import parse
from tests.guarding import SQL, uses_of
from tests.truths import apply

KEY = "11111111-1111-1111-1111-111111111111"


@pytest.fixture(scope="module")
def live(postgres: Server) -> Iterator[str]:
    name = f"written_{uuid.uuid4().hex[:8]}"
    dsn = postgres.create_database(name)
    apply(dsn, SQL)
    apply(dsn, f"insert into authors values ('{KEY}', 'Ada', 'ada@x.org'); insert into documents (title) values ('a')")
    yield dsn
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def uses(live: str, tmp_path_factory: pytest.TempPathFactory) -> Uses:
    return uses_of(tmp_path_factory.mktemp("written"), read(live))


def inserted(*columns: tuple[str, int, str], sure: bool = True) -> Row:
    return Row("insert", columns, sure)


def updated(*columns: tuple[str, int, str], sure: bool = True) -> Row:
    return Row("update", columns, sure)


A, B = ("a", 0, "0"), ("b", 1, "1")
UNDERSTOOD: list[tuple[str, str, Write | None]] = [
    ("INSERT INTO t (a, b) VALUES (%s, now())", "pyformat", Write("", "t", (inserted(A),))),
    (
        'insert into s."T" ("A", b) values ($2, $1)',
        "numeric",
        Write("s", "T", (inserted(("A", 1, "1"), ("b", 0, "0")),)),
    ),
    (
        "insert into t (a) values (%(x)s) on conflict do nothing;",
        "pyformat",
        Write("", "t", (inserted(("a", -1, "x")),)),
    ),
    ("insert into t (a, b) values (lower(%s), %s)", "pyformat", Write("", "t", (inserted(B),))),
    ("insert into t (a, b) values ('100%%', %s)", "pyformat", Write("", "t", (inserted(("b", 0, "0")),))),
    ("insert into t (a) values (%s), (%s)", "pyformat", Write("", "t", (inserted(A), inserted(("a", 1, "1"))))),
    ("insert into t (a) select %s", "pyformat", Write("", "t", (inserted(A),))),
    ("insert into t (a, b) select x, %s from o", "pyformat", Write("", "t", (inserted(("b", 0, "0"), sure=False),))),
    ("insert into t (a) select %s where false", "pyformat", Write("", "t", (inserted(A, sure=False),))),
    ("insert into t (a) select distinct %s", "pyformat", Write("", "t")),
    ("insert into t (a) select %s union select 'x'", "pyformat", Write("", "t")),
    ("insert into t (a) overriding system value values (%s)", "pyformat", Write("", "t")),
    (
        "insert into t (a) values (%s) on conflict (a) do update set b = %s",
        "pyformat",
        Write("", "t", (inserted(A), updated(B, sure=False))),
    ),
    ("update t set a = %s, b = b || %s where c = %s", "pyformat", Write("", "t", (updated(A),))),
    ("update t set (a, b) = ($1, $2)", "numeric", Write("", "t", (updated(A, B),))),
    ("update t set a[1] = $1, a.b = $2", "numeric", Write("", "t", (updated(),))),
    ("-- one\nupdate t set a = %s", "pyformat", Write("", "t", (updated(A),))),
    ("with o as (select 1) insert into t (a) values (%s)", "pyformat", Write("", "t", (inserted(A),))),
    ("insert into t values (%s)", "pyformat", Write("", "t")),
    ("delete from t where a = %s", "pyformat", Write("", "t")),
    ("copy s.t (a, b) from stdin", "pyformat", Write("s", "t", named=("a", "b"))),
    ("copy t to stdout", "pyformat", None),
    ("select %s", "pyformat", None),
    ("insert into t (a) values (%s); select 1", "pyformat", None),
    ("insert into t (a) values (%s", "pyformat", None),
]


@pytest.mark.parametrize(("text", "style", "expected"), UNDERSTOOD, ids=[one[0] for one in UNDERSTOOD])
def test_what_a_statement_writes(text: str, style: str, expected: Write | None) -> None:
    assert write(text, style) == expected


def test_values_are_taken_by_number_or_by_name() -> None:
    row = updated(A, ("b", -1, "x"))
    assert (row.given((1, 2)), row.given({"x": 3, "0": 4})) == ({"a": 1}, {"a": 4, "b": 3})


def test_a_statement_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[bytes] = []

    def counted(sql: bytes, *, data: bool) -> Any:
        times.append(sql)
        return parse(sql, data=data)

    monkeypatch.setattr("pgconform.guard.statements.parse", counted)
    known = Writes("pyformat")
    assert {known.of("update t set a = %s") for _ in range(3)} == {Write("", "t", (updated(A),))}
    assert len(times) == 1


VALUES: dict[str, tuple[Any, ...]] = {
    "title": ("t", None, "x" * 41),
    "status": ("draft", "gone", None),
    "kind": ("memo", "gone"),
    "words": (3, None, 1 << 40),
    "code": ("c", "x" * 13),
}
FORMS = (
    "insert into documents (title, {0}) values ('t', %s)",
    "insert into documents (title, {0}) values ('t', default), ('u', %s)",
    "insert into documents (title, {0}) select 't', %s",
    "insert into documents (title, {0}) select 't', %s where false",
    "insert into documents (title, {0}) select name, %s from authors where name = 'nobody'",
    "update documents set {0} = %s where title = 'a'",
    "update documents set ({0}, words) = (%s, 1) where title = 'a'",
    "with one as (select 1) update documents set {0} = %s where title = 'a'",
    "insert into documents (title) values ('t') on conflict (id) do update set {0} = %s",
)


def test_what_is_refused_the_server_refuses(uses: Uses, live: str) -> None:
    guard = Guard(uses)
    refused = set()
    with psycopg.connect(live) as plain, psycopg.connect(live, cursor_factory=guard.cursor_factory()) as guarded:
        for form, (column, values) in product(FORMS, VALUES.items()):
            if (column == "title" and "(title, {0})" in form) or (column == "words" and "words" in form):
                continue
            for value in values:
                sql = form.format(column)
                try:
                    guarded.execute(sql.encode().decode(), (value,))
                except SchemaMismatch:
                    refused.add((FORMS.index(form), column, value))
                    with pytest.raises(psycopg.Error):
                        plain.execute(sql.encode(), (value,))
                except psycopg.Error:
                    pass
                guarded.rollback()
                plain.rollback()
    everywhere = {("status", "gone"), ("words", 1 << 40), ("code", "x" * 13), ("kind", "gone")}
    for number in (0, 1, 2):
        assert {(column, value) for form, column, value in refused if form == number} >= everywhere
    for number in (3, 4, 8):
        assert {(column, value) for form, column, value in refused if form == number} == {("status", "gone")}
    assert {(5, "title", None), (5, "status", "gone"), (6, "title", "x" * 41), (7, "status", None)} <= refused


def test_rows_of_several_kinds_are_looked_at(uses: Uses, live: str) -> None:
    guard = Guard(uses)
    with psycopg.connect(live, cursor_factory=guard.cursor_factory()) as connection:
        cursor = connection.cursor()
        many = [("a", "draft"), ("b", "gone")]
        with pytest.raises(SchemaMismatch, match="ENM002"):
            flat = [value for row in many for value in row]
            cursor.execute("insert into documents (title, status) values (%s, %s), (%s, %s)", flat)
        with pytest.raises(SchemaMismatch, match="the update of documents does not fit"):
            cursor.executemany("update documents set status = %(s)s where id = %(i)s", [{"s": "gone", "i": 1}])
        with pytest.raises(SchemaMismatch, match="COL001"), cursor.copy("copy documents (titel) from stdin"):
            raise AssertionError("nothing is copied")
        with cursor.copy("copy documents (title, status) from stdin") as copy:
            copy.write_row(("copied", "draft"))
        assert cursor.execute("select count(*) from documents where title = 'copied'").fetchone() == (1,)
        connection.rollback()


def test_asyncpg_is_looked_at_too(uses: Uses, live: str) -> None:
    async def use() -> None:
        connection = await asyncpg.connect(live, connection_class=Guard(uses).connection_class())
        async with connection.transaction():
            assert await connection.execute("update documents set words = $1 where title = $2", 3, "a") == "UPDATE 1"
            with pytest.raises(SchemaMismatch, match="ENM002"):
                await connection.execute("update documents set status = $1 where title = $2", "gone", "a")
            with pytest.raises(SchemaMismatch, match="COL001"):
                await connection.copy_records_to_table("documents", records=[("a",)], columns=["titel"])
            done = await connection.copy_records_to_table("documents", records=[("b",)], columns=["title"])
            assert done == "COPY 1"
        await connection.close()

    asyncio.run(use())


def test_a_stale_program_no_longer_updates_or_deletes(uses: Uses, live: str) -> None:
    guard = Guard(uses, Policy(stale=Mode.RAISE))
    guard.standing.found((Finding(Severity.ERROR, "gone", relation="public.documents", code="COL001"),))
    with psycopg.connect(live, cursor_factory=guard.cursor_factory()) as connection:
        for sql in ("update documents set words = %s", "delete from documents where words = %s"):
            with pytest.raises(SchemaMismatch, match="no longer writes to documents"):
                connection.execute(sql.encode().decode(), (1,))
        connection.execute("delete from authors where name = %s", ("nobody",))


def test_nothing_is_said_of_what_is_not_in_view(uses: Uses, live: str, tmp_path: Path) -> None:
    with psycopg.connect(live, autocommit=True, cursor_factory=Guard(uses).cursor_factory()) as connection:
        connection.execute("create temporary table heap (status int)")
        connection.execute("insert into heap (status) values (%s)", (1,))
        with pytest.raises(psycopg.errors.UndefinedColumn):
            connection.execute("insert into heap (titel) values (%s)", (1,))


def test_statements_that_no_server_was_asked_about_are_in_the_uses_and_not_counted_as_left_out(uses: Uses) -> None:
    assert uses.unjudged == 0
    assert {"amount", "region"} <= {field.name for one in uses.claims if one.name == "sales" for field in one.fields}


MENDING = """
create function mend() returns trigger language plpgsql as
  $$ begin new.title := coalesce(new.title, 'x'); new.kind := lower(new.kind); return new; end $$;
create trigger mend before insert or update on documents for each row execute function mend();
create view mended as select id, title, kind, status from documents;
"""


@pytest.mark.parametrize("table", ["documents", "mended"])
def test_what_a_trigger_puts_right_is_not_refused(postgres: Server, tmp_path: Path, table: str) -> None:
    dsn = postgres.create_database(name := f"mending_{uuid.uuid4().hex[:8]}")
    apply(dsn, SQL + MENDING)
    program = (
        'import psycopg\n\ndef f(c: psycopg.Connection):\n    c.execute("select title, kind, status from mended")\n'
    )
    (tmp_path / "uses.json").write_text(text(uses_of(tmp_path, read(dsn), program)), encoding="utf-8")
    guard = Guard.from_uses(tmp_path / "uses.json")
    with psycopg.connect(dsn, cursor_factory=guard.cursor_factory()) as connection:
        connection.execute(f"insert into {table} (title, kind) values (%s, %s)", (None, "NOTE"))
        connection.execute(f"update {table} set title = %s, kind = %s", (None, "MEMO"))
        with pytest.raises(SchemaMismatch, match="ENM"):
            connection.execute(f"update {table} set status = %s", ("gone",))
        with pytest.raises(SchemaMismatch, match="QRY006"):
            connection.execute(f"update {table} set title = %s", ("x" * 41,))
    postgres.drop_database(name)


def test_an_operator_that_is_not_there_is_no_function_that_is_not_there() -> None:
    assert finding(Said("42883", "operator does not exist: uuid = integer")).name == "unresolved-name"
    assert finding(Said("42883", "function refund(integer) does not exist")).name == "unknown-function"
