"""Cutting SQL into statements: what parses, what does not, and what is no SQL at all."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconform.shape import Location
from pgconform.sources.migrations.document import Document
from pgconform.sources.migrations.files import decoded, upward
from pgconform.sources.migrations.script import Command, Include, Statement, items
from pgconform.sql.split import cut

STATEMENTS = (
    "SELECT 1",
    "SELECT 'a;b', E'it\\'s;', \"c;d\"",
    "/* a; /* b; */ c; */ SELECT 2",
    "DO $$ BEGIN PERFORM 1; END $$",
    "DO $outer$ BEGIN EXECUTE $inner$ SELECT 1; $inner$; END $outer$",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
    "-- one; two\nSELECT 3",
    "SELECT 'ü;', $ä$;$ä$",
)


def said(sql: str) -> list[Statement | Include | Command]:
    return list(items(Document("a.sql", sql.encode())))


def statements(sql: str) -> list[Statement]:
    return [item for item in said(sql) if isinstance(item, Statement)]


@given(st.lists(st.sampled_from(STATEMENTS), max_size=6), st.sampled_from([";\n", "; ", ";\n\n-- between\n"]))
def test_the_cutter_agrees_with_the_parser(parts: list[str], between: str) -> None:
    sql = "".join(part + between for part in parts)
    alone = [
        statement.sql
        for one in cut(sql.encode())
        for statement in statements(sql.encode()[one.start : one.end].decode())
    ]
    assert [text.rstrip(b"; \n") for text in alone] == [statement.sql.rstrip(b"; \n") for statement in statements(sql)]
    assert len(alone) == len(parts)


@given(st.text(alphabet=st.sampled_from("a;'\"$-/*\\\n (é"), max_size=60))
def test_any_text_is_cut_without_loss(text: str) -> None:
    sql = text.encode()
    cuts = [one for one in cut(sql) if one.kind == "statement"]
    assert all(one.start <= one.end <= len(sql) for one in cuts)
    assert all(first.end <= second.start for first, second in itertools.pairwise(cuts))
    list(items(Document("a.sql", sql)))


def test_a_bad_statement_loses_nothing_else() -> None:
    found = statements("CREATE TABLE a (x int);\nCREATE TABEL b (x int);\n\nCREATE TABLE c (x int);")
    assert [one.kind for one in found] == ["CreateStmt", "", "CreateStmt"]
    assert found[1].fault == 'syntax error at or near "TABEL"'
    assert [one.at.line for one in found] == [1, 2, 4]


def test_a_statement_begins_after_its_comments() -> None:
    (found,) = statements("-- why\n/* and how */\n  CREATE TABLE ü (x int);")
    assert found.at == Location("a.sql", 3, 3)


def test_columns_count_characters() -> None:
    first, second = statements("SELECT 'üüü'; SELECT 2")
    assert (first.at.column, second.at.column) == (1, 15)


def test_stray_comments_and_psql_commands() -> None:
    found = said("// made by hand\n\\set x 1\nCREATE TABLE a (x int);\n\\i other.sql\n\\copy a from b\nSELECT 1;")
    assert [type(item).__name__ for item in found] == ["Statement", "Include", "Command", "Statement"]
    assert found[1] == Include("other.sql", False, Location("a.sql", 4, 1))
    assert isinstance(found[2], Command)
    assert found[2].name == "copy"


def test_what_psql_is_to_run_of_a_statements_result_is_a_command() -> None:
    found = said(
        "SELECT 'CREATE DATABASE x'\nWHERE NOT EXISTS (SELECT 1)\\gexec\n\nCREATE TABLE a (x text DEFAULT '\\gexec');"
    )
    assert [type(item).__name__ for item in found] == ["Command", "Statement"]
    assert isinstance(found[0], Command)
    assert (found[0].name, found[0].at.line) == ("gexec", 2)


@pytest.mark.parametrize("command", ["\\gexec", "\n\\gexec", " \\r", "\n  \\gdesc"])
def test_a_statement_that_psql_does_not_send_is_none(command: str) -> None:
    found = said(f"SELECT 'CREATE DATABASE x'{command}\nCREATE TABLE a (x int);")
    assert [item.kind for item in found if isinstance(item, Statement)] == ["CreateStmt"]


@pytest.mark.parametrize("command", [" \\gset", "\n\\gset my_", "\n\\g", " \\gx", "\n \\g out.txt"])
def test_a_command_of_psql_sends_the_statement_before_it(command: str) -> None:
    found = said(f"\\echo so\nSELECT 1 AS one{command}\nCREATE TABLE a (x int);")
    assert [item.kind for item in found if isinstance(item, Statement)] == ["SelectStmt", "CreateStmt"]


def test_a_command_of_psql_stands_anywhere() -> None:
    (first, command, second) = said("CREATE TABLE a (x int); \\if :made\nCREATE TABLE b (x text DEFAULT '\\if');")
    assert [type(item).__name__ for item in (first, command, second)] == ["Statement", "Command", "Statement"]


def test_the_data_of_copy_is_passed_over() -> None:
    found = statements("COPY a (x, y) FROM stdin;\n1\tit's; \\\\\n2\t\\N\n\\.\n\nCREATE TABLE b (x int);")
    assert [(one.kind, one.at.line) for one in found] == [("CopyStmt", 1), ("CreateStmt", 6)]


def test_the_data_of_psqls_copy_is_passed_over() -> None:
    """A file that it copies from is no part of the text."""
    data = "1\tit's; \\\\\n2\t\\N\n\\.\n"
    found = said(f"\\copy a FROM stdin DELIMITER E'\\t' CSV\n{data}CREATE TABLE b (x int);\nSELECT from;")
    assert [(type(item).__name__, item.at.line) for item in found] == [
        ("Command", 1),
        ("Statement", 5),
        ("Statement", 6),
    ]
    assert isinstance(broken := said("\\copy a from b\n1 2\nCREATE TABLE b (x int);")[1], Statement)
    assert broken.fault


def test_a_dumps_restrict_lines_are_no_matter() -> None:
    found = said("\\restrict abc\nSELECT 1;\n\\unrestrict abc\n")
    assert [type(item).__name__ for item in found] == ["Statement"]


def test_the_way_down_is_left_out() -> None:
    for up, down in (
        ("-- migrate:up", "-- migrate:down"),
        ("-- +goose Up", "-- +goose Down"),
        ("-- Up Migration", "-- Down Migration"),
        ("-- up", "--  DOWN"),
        ("-- === Up ===", "-- !Downs"),
    ):
        document = Document("a.sql", f"{up}\nCREATE TABLE a ();\n{down}\nDROP TABLE a;\n{up}\nSELECT 1;".encode())
        found = list(items(upward(document)))
        assert [(item.kind, item.at.line) for item in found if isinstance(item, Statement)] == [
            ("CreateStmt", 2),
            ("SelectStmt", 6),
        ]


def test_a_comment_that_says_down_is_no_way_down_by_itself() -> None:
    document = Document("a.sql", b"CREATE TABLE a ();\n-- down\nDROP TABLE a;\n")
    assert upward(document) is document


def test_texts_of_other_encodings() -> None:
    assert decoded("ü".encode("utf-16")) == "ü".encode()
    assert decoded("ü".encode("latin-1")) == "ü".encode()
    assert decoded(b"\xef\xbb\xbfSELECT 1") == b"SELECT 1"
    assert decoded(b"\x00\x01binary") is None


def test_deep_nesting_is_a_fault_and_no_crash() -> None:
    (found,) = statements("SELECT " + "(" * 20_000 + "1" + ")" * 20_000)
    assert found.fault
