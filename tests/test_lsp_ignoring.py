"""The comment that ignores a finding: put where it is one, and speaks of the finding's line."""

from __future__ import annotations

import ast

import pytest

from pgconform.directives import suppressions
from pgconform.finding import Finding, Severity
from pgconform.lsp.ignoring import ignoring
from pgconform.lsp.values import Change
from pgconform.remedies.source import Source
from pgconform.shape import Location
from tests.editor import edited


def ignored(text: str, line: int, end: int = 0, uri: str = "app.py") -> str | None:
    """The text after the change; None where there is none."""
    at = Location(uri, line, 1, end, 2 if end else 0)
    finding = Finding(Severity.ERROR, "wrong", code="COL001", name="unknown-column", at=at)
    found = ignoring(Source(uri, text.encode()), finding)
    return edited(text, [said(one) for one in found]) if found else None


def said(change: Change) -> dict[str, object]:
    span = change.span
    start = {"line": span.line, "character": span.character}
    end = {"line": span.end_line, "character": span.end_character}
    return {"range": {"start": start, "end": end}, "newText": change.text}


@pytest.mark.parametrize(
    ("text", "line", "end", "after"),
    [
        ("a = 1\nb = 2\n", 2, 0, "a = 1\nb = 2  # pgconform: ignore[COL001]\n"),
        ("a = 1\r\nb = 2\r\n", 1, 0, "a = 1  # pgconform: ignore[COL001]\r\nb = 2\r\n"),
        ("a = 1", 1, 0, "a = 1  # pgconform: ignore[COL001]"),
        ("x = '🐘'\n", 1, 0, "x = '🐘'  # pgconform: ignore[COL001]\n"),
        ("a = 1  # noqa\n", 1, 0, "a = 1  # noqa  # pgconform: ignore[COL001]\n"),
        ("a = 1  # pgconform: ignore[REL001]  why\n", 1, 0, "a = 1  # pgconform: ignore[REL001, COL001]  why\n"),
        ('q = """\nselect x\n"""\n', 2, 0, None),
        ('q = """\nselect x\n"""\n', 1, 3, 'q = """\nselect x\n"""  # pgconform: ignore[COL001]\n'),
        (
            "def f():\n    a = b \\\n        .c\n",
            2,
            0,
            "def f():\n    # pgconform: ignore[COL001]\n    a = b \\\n        .c\n",
        ),
        ("def f():\n    a = b \\\n        .c \\\n        .d\n", 3, 0, None),
        ("def f(:\n", 1, 0, None),
        ("a = 1\n", 9, 0, None),
    ],
)
def test_in_python(text: str, line: int, end: int, after: str | None) -> None:
    assert ignored(text, line, end) == after
    if after is not None:
        assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(text))


def test_in_sql() -> None:
    assert ignored("create table a ();\n", 1, uri="a.sql") == "create table a ();  -- pgconform: ignore[COL001]\n"


@pytest.mark.parametrize(
    ("text", "line", "above"),
    [
        ("# One\n\n| a |\n|---|\n| b |\n", 5, 3),
        ("text\n\n- one\n- two\n", 4, 3),
        ("first\n", 1, 1),
        ("text\n\n```sql\nselect a\n\nfrom b\n```\n", 6, 3),
    ],
)
def test_in_documents(text: str, line: int, above: int) -> None:
    after = ignored(text, line, uri="a.md")
    assert after is not None
    assert after.split("\n")[above - 1] == "<!-- pgconform: ignore[COL001] -->"
    (one,) = suppressions(after, "a.md")
    assert line + 1 in one.lines


def test_where_no_comment_is_known() -> None:
    assert ignored("x\n", 1, uri="a.dbml") is None
