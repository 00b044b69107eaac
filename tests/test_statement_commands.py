"""Commands around a query, values that are sent apart, and question marks that are no placeholders."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.test_statement_makings import Checked, checked, errors, program

__all__ = ["checked"]
HEAD = "import psycopg, psycopg2, psycopg2.extras, asyncpg\n"


@pytest.mark.parametrize(
    "sql",
    [
        "explain (analyze, format json) select {} from users",
        "explain analyze select {} from users",
        "declare c no scroll cursor with hold for select {} from users",
        "create temp table mine on commit drop as select {} from users",
        "create table if not exists mine as select {} from users with no data",
        "create materialized view mine as select {} from users",
        "copy (select {} from users) to stdout with (format csv)",
        "copy users (id, {}) from stdin",
        "call {}(1)",
    ],
)
def test_the_query_of_a_command_is_held_to_the_truth(checked: Checked, sql: str) -> None:
    good, bad = ("reset", "rest") if sql.startswith("call") else ("name", "nmae")
    assert errors(checked(app=program([sql.format(good)]))) == []
    report = checked(app=program([sql.format(bad)]))
    assert len(errors(report)) == 1 and bad in errors(report)[0]
    (at,) = {one.at for one in report.findings if one.at}
    if not sql.startswith("call"):
        assert at.column == program([sql]).splitlines()[2].index("{") + 1


def test_rows_of_a_command_are_not_those_of_its_query(checked: Checked) -> None:
    code = """\
import psycopg
from psycopg.rows import dict_row
def main():
    with psycopg.connect("", row_factory=dict_row) as conn:
        return conn.execute("explain select id from users").fetchone()["QUERY PLAN"]
"""
    assert errors(checked(app=code)) == []
    assert len(errors(checked(app=code.replace("explain ", "")))) == 1


def test_a_column_that_copy_leaves_out_must_have_a_value(checked: Checked) -> None:
    assert errors(checked(app=program(["copy events (id, kind) from stdin"]))) == []
    assert len(errors(checked(app=program(["copy events (id) from stdin"])))) == 1


COPIES = """\
import asyncpg
COLUMNS = ("id", {1!r})
async def main(conn: asyncpg.Connection, pool, rows, table):
    await conn.{0}
    await conn.copy_records_to_table(table, records=rows, columns=["a"])
    await conn.copy_records_to_table("users", records=rows, columns=[*table, "a"])
"""


@pytest.mark.parametrize(
    "call",
    [
        "copy_records_to_table('users', records=rows, columns=COLUMNS)",
        "copy_records_to_table('users', records=rows, columns=list(COLUMNS), schema_name=None)",
        "copy_records_to_table(table_name='users', records=rows, columns=['id', {0!r}], schema_name='public')",
        "copy_to_table('users', source='a.csv', columns=['id', {0!r}])",
    ],
)
def test_what_asyncpg_copies_rows_into_is_held_to_the_truth(checked: Checked, call: str) -> None:
    def of(name: str, text: str = COPIES) -> list[str]:
        return errors(checked(app=text.format(call.format(name), name)))

    assert of("name") == []
    assert of("nmae") == ['users has no column "nmae"; did you mean "name"?']
    assert of("nmae", COPIES.replace("conn: asyncpg.Connection", "conn")) != []
    report = checked(app=COPIES.format(call.format("nmae"), "nmae"))
    (at,) = {one.at for one in report.findings if one.at}
    line = COPIES.format(call.format("nmae"), "nmae").splitlines()[at.line - 1]
    assert line[at.column - 1 :].startswith(("nmae", "'nmae"))
    assert len([one for one in report.unjudged if one.at and one.at.uri == "app.py"]) == 2


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("copy_from(f, 'users', columns=('id', 'nmae'))", 1),
        ("copy_from(f, 'users', ',', 'NULL', 8192, ['id', 'nmae'])", 1),
        ("copy_from(f, 'users', columns=('id', 'name'))", 0),
        ("copy_from(f, 'audit.log', columns=('id', 'what'))", 0),
        ("copy_from(f, 'Users', columns=('id', 'name'))", 0),
        ("copy_from(*given, columns=('id', 'nmae'))", 0),
    ],
)
def test_what_psycopg2_copies_rows_into_is_held_to_the_truth(checked: Checked, call: str, found: int) -> None:
    """Old releases leave names as they are, later ones put them in quotes: of some that is not the same."""
    code = f"import psycopg2\ndef main(f, *given):\n    cur = psycopg2.connect('').cursor()\n    cur.{call}\n"
    assert len(errors(checked(app=code))) == found
    assert errors(checked(app=code.replace("psycopg2.connect('').cursor()", "open(f)"))) == []


def test_a_copy_into_a_table_that_is_not_known_is_sent_to_no_server(checked: Checked) -> None:
    code = """\
import psycopg
from psycopg import sql
def main(cursor: psycopg.Cursor, name: str):
    cursor.copy(sql.SQL("copy {} (id, nmae) from stdin").format(sql.Identifier(name)))
"""
    report = checked(app=code)
    assert errors(report) == []
    assert [one.reason for one in report.unjudged] == ["it is a command, no query"]


@pytest.mark.parametrize(
    "call",
    [
        "psycopg.connect('').execute('select id from users where id in %s', [(1, 2)])",
        "psycopg.connect('').execute('select now() - interval %s from users', ['1 day'])",
        "async def f(c: asyncpg.Connection): await c.fetch('select id from users where id in $1', [1])",
    ],
)
def test_a_value_that_is_sent_apart_stands_where_a_parameter_can(checked: Checked, call: str) -> None:
    assert errors(checked(app=HEAD + call)) == ['the server cannot read this: syntax error at or near "$1"']


@pytest.mark.parametrize(
    "call",
    [
        "psycopg2.connect('').cursor().execute('select id from users where id in %s', [(1, 2)])",
        "psycopg2.connect('').cursor().execute('select now() - interval %s from users', ['1 day'])",
        "psycopg.connect('').execute('select id from users where id = any(%s)', [[1, 2]])",
        "from psycopg import ClientCursor as C\npsycopg.connect('').execute('select interval %s from users', ['1 d'])",
    ],
)
def test_a_value_that_is_filled_in_may_stand_anywhere(checked: Checked, call: str) -> None:
    assert errors(checked(app=HEAD + call)) == []


@pytest.mark.parametrize("mark", ["? 'a'", "?| array['a']", "?& %s", "? %s", "@? '$.a'"])
def test_a_question_mark_between_operands_is_an_operator(checked: Checked, mark: str) -> None:
    sql = f"select to_jsonb(u) {mark} from users u where u.{{}} is null"
    values = ", ('a',)" if "%s" in mark else ""
    call = f"psycopg.connect('').execute({sql!r}{values})"
    report = checked(app=HEAD + call.format("name"))
    assert (errors(report), report.unjudged) == ([], ())
    assert errors(checked(app=HEAD + call.format("nmae"))) == ['users has no column "nmae"; did you mean "name"?']


@pytest.mark.parametrize("sql", ["select name from users where id = ?", "select id from users limit ? offset ?"])
def test_a_question_mark_for_a_value_is_another_databases(checked: Checked, sql: str) -> None:
    report = checked(app=f"{HEAD}def f(conn):\n    conn.execute({sql!r}, (1,))\n")
    assert errors(report) == []


def test_statements_that_asyncpg_prepares_are_read(checked: Checked) -> None:
    code = dedent("""\
        import asyncpg
        async def f(c: asyncpg.Connection):
            s = await c.prepare("select {} from users where id = $1")
            async for row in c.cursor("select {} from users"):
                print(row)
        """)
    assert errors(checked(app=code.format("name", "name"))) == []
    assert len(errors(checked(app=code.format("nmae", "nmae")))) == 2


def test_rows_of_execute_values_have_the_columns_that_their_name_lists(checked: Checked) -> None:
    code = """\
import psycopg2
from psycopg2.extras import execute_values
def f(cur):
    execute_values(cur, "select u.{} from users u join (values %s) as v (name, n) on v.name = u.name", [("a", 1)])
"""
    assert errors(checked(app=code.format("score"))) == []
    assert len(errors(checked(app=code.format("scroe")))) == 1


@pytest.mark.parametrize(
    ("target", "refused"),
    [
        ("(id)", False),
        ("(kind)", True),
        ("(id, kind)", True),
        ("", False),
        ("on constraint events_pkey", False),
        ("(kind) where id > 1", False),
        ("(lower(kind))", False),
    ],
)
def test_columns_of_on_conflict_are_a_key(checked: Checked, target: str, *, refused: bool) -> None:
    sql = f"insert into events (id, kind) values (1, 'x') on conflict {target} do nothing"
    report = checked(app=program([sql]))
    said = [f"events has no unique constraint on {target}"] if refused else []
    assert [one.removeprefix("public.") for one in errors(report)] == said


def test_a_key_that_the_program_makes_or_of_a_table_of_its_own_is_one(checked: Checked) -> None:
    sql = "insert into events (id, kind) values (1, 'x') on conflict (kind) do nothing"
    for own in ("create unique index on events (kind)", "create temp table events (id int, kind text unique)"):
        assert errors(checked(app=program([own, sql]))) == []
    assert len(errors(checked(app=program([sql])))) == 1
