"""T-strings (PEP 750), read by any Python: as psycopg sends them, or not at all."""

from __future__ import annotations

import ast
import sys

import pytest

from pgconform.request import HOLE, Statement
from pgconform.sources.python.facts.texts import making, sql_lines
from pgconform.sources.python.syntax.fstrings import with_no_templates
from pgconform.sources.python.syntax.templates import Template
from pgconform.sources.python.syntax.tree import Unparsable, parse
from pgconform.sql.placeholders import normal
from tests.flowing import reads, tables
from tests.test_statements import read

HEAD = "import psycopg\nfrom psycopg import sql\ndef f(x, y):\n  c = psycopg.connect('')\n"


def said(*lines: str, driver: str = "psycopg") -> list[Statement]:
    code = HEAD.replace("psycopg", driver) + "".join(f"  {line}\n" for line in lines)
    return list(read(app=code).statements)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("t'select a from t'", "select a from t"),
        ("t'select a from t where b = {x} and c = {y:s}'", "select a from t where b = $1 and c = $2"),
        ("t'select a from t where b = {x:b} or b = {y:t}'", "select a from t where b = $1 or b = $2"),
        ('t\'select {"a":i} from {"t":i}\'', 'select "a" from "t"'),
        ('t\'select {sql.Identifier("s", "a"):i} from t\'', 'select "s"."a" from t'),
        ("t'select a from t where b = {3:l}'", "select a from t where b = 3"),
        ("t\"select a from t where b = {'it':l}\"", "select a from t where b = 'it'"),
        ("t'select a from t where {sql.SQL(\"b is null\"):q}'", "select a from t where b is null"),
        (
            "t\"select a from t where b like '%%' and c like '%s'\"",
            "select a from t where b like '%%' and c like '%s'",
        ),
        ("t'select a from t where b ? {x}'", "select a from t where b ? $1"),
        ("rt'''select a\n from t where b = {x[\"k\"]}'''", "select a\n from t where b = $1"),
        ("T'select a from t where b = {x}' T' and c = {y}'", "select a from t where b = $1 and c = $2"),
        ("t'select a from t where b = {x}' + t' and c = {y}'", "select a from t where b = $1 and c = $2"),
    ],
)
def test_a_template_is_sent_as_psycopg_sends_it(text: str, sent: str) -> None:
    (found,) = said(f"c.execute({text})")
    assert (normal(found).sql, found.style, found.parameters) == (sent, "template", None)


def test_templates_in_templates_are_numbered_together() -> None:
    (found,) = said("w = t'b = {x}'", "c.execute(t'select a from t where {w:q} and c = {y}')")
    assert normal(found).sql == "select a from t where b = $1 and c = $2"


@pytest.mark.parametrize("field", ["{x!r}", "{x:q}", "{x:>3}", "{x:{y}}", "{'b':q}", "{x=}", "{sql.SQL('b')}"])
def test_what_psycopg_refuses_or_nobody_knows_is_open(field: str) -> None:
    (found,) = said(f't = t"select a from t where {field}"', "c.execute(t)")
    assert found.text.value.endswith(HOLE)


def test_each_choice_is_one_statement() -> None:
    found = said("q = t'select a from t'", "if x:", "  q += t' where b = {x}'", "c.execute(q)")
    assert [normal(one).sql for one in found] == ["select a from t", "select a from t where b = $1"]


def test_the_parts_stand_where_they_are_written() -> None:
    line = "c.execute(t'select a from t where b = {x} and c = {y}')"
    (found,) = said(line)
    at = found.text.place(found.text.value.index("c ="))
    assert at and (at.line, at.column) == (5, f"  {line}".index("c =") + 1)


@pytest.mark.parametrize("driver", ["psycopg2", "asyncpg", "sqlalchemy"])
def test_other_drivers_take_none(driver: str) -> None:
    code = HEAD.replace("psycopg", driver) + "  c.execute(t'select a from t where b = {x}')\n"
    found = read(app=code)
    assert (found.statements, [one.at and one.at.line for one in found.unread]) == ((), [5])


def test_sql_in_one_that_nothing_is_known_to_run_is_counted() -> None:
    assert sql_lines(b"q = (t'select a '\n  t'from t where b = {x}')\n") == (1,)


def test_one_of_which_the_beginning_is_not_known_is_counted() -> None:
    found = read(app=HEAD + "  c.execute(t'{x:q} from t')\n")
    assert [one.reason for one in found.unread] == ["the statement is not known"]


def test_it_is_no_text() -> None:
    assert tables('db.table(t"users").select("id").execute()') == []


def test_what_it_makes_is_one_text() -> None:
    found, _ = making(b"import psycopg\nq = t'create table {x:i} (a int)'\n")
    assert found == ((f"create table {HOLE} (a int)", 2),)


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("t'a'", {(1, 0)}),
        ("x = 1\ny = rt'{x}' + Tr'b'", {(2, 4), (2, 14)}),
        ("'t\"{\"' # t'x'\nprint(\"don't\")", set()),
        ("t\"{x} {t'{y}'}\"", {(1, 0), (1, 7)}),
        ("'''t'x' '''", set()),
        ("f(t'a', f't')\n\n  \nt''", {(1, 2), (4, 0)}),
    ],
)
def test_an_older_python_takes_them_for_f_strings(source: str, places: set[tuple[int, int]]) -> None:
    older, found = with_no_templates(source.encode())
    assert found == places
    assert len(older) == len(source)
    ast.parse(older)


def test_a_tree_has_the_same_nodes_in_every_python() -> None:
    (row,) = parse(b"[t'{x}', f'{x}', 't', rt'{x:i}']").tree.body
    assert isinstance(row, ast.Expr) and isinstance(row.value, ast.List)
    assert [type(node) for node in row.value.elts] == [Template, ast.JoinedStr, ast.Constant, Template]
    assert [[type(part) for part in ast.iter_child_nodes(node)] for node in row.value.elts] == [
        [ast.FormattedValue],
        [ast.FormattedValue],
        [],
        [ast.FormattedValue],
    ]


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="this Python reads them itself")
def test_what_cannot_be_read_is_what_is_named() -> None:
    with pytest.raises(Unparsable) as error:
        parse(b"q = t'{x}'\nlazily import json\n")
    assert error.value.line == 2


@pytest.mark.parametrize(("source", "hinted"), [(b"a b\n", True), (b"print 'a'\n", False)])
def test_a_newer_python_is_hinted_at(source: bytes, hinted: bool) -> None:
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    with pytest.raises(Unparsable, match=rf"^it does not parse as Python {here}, on which pgconform runs: ") as error:
        parse(source)
    assert error.value.reason.endswith("; if it is written for a newer one, run pgconform on that") is hinted


@pytest.mark.skipif(sys.version_info < (3, 15), reason="this Python knows no such comprehensions")
@pytest.mark.parametrize("spread", ["{**row for row in rows}", "[*row for row in rows]", "{*row for row in rows}"])
def test_nothing_is_known_of_what_a_comprehension_spreads(spread: str) -> None:
    assert reads(f'rows = db.table("users").select("id").execute().data\nx = {spread}\nx["name"]') == []
    asked = "f(db.table('t').select('a').execute())"
    assert tables(f"rows = []\nx = {spread.replace('*row', f'*{asked}')}") == ["t"]
