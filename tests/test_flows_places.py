"""Every character of a literal has its place, whatever quotes, escapes and fields stand around it."""

from __future__ import annotations

import ast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconform.request import Text
from pgconform.shape import Location
from pgconform.sources.python.facts.facts import ModuleFacts, read_facts
from pgconform.sources.python.flows.operations import Const
from pgconform.sources.python.flows.places import joined_marks, text_marks
from pgconform.sources.python.flows.scopes import collect
from pgconform.sources.python.syntax.tree import parse


def placed(source: str) -> Text:
    parsed = parse(f"x = {source}\n".encode())
    node = parsed.tree.body[0]
    assert isinstance(node, ast.Assign)
    value = ast.literal_eval(node.value)
    return Text(value, Location("f", 1), text_marks(parsed.lines, node.value, value))


@pytest.mark.parametrize(
    ("source", "needle", "line", "column"),
    [
        ("'abc'", "c", 1, 8),
        ("'é' 'abc'", "c", 1, 12),
        ("('ab'\n  'cd')", "d", 2, 5),
        ("('a' # 'b'\n  'c')", "c", 2, 4),
        ("'''ab\n cd'''", "d", 2, 3),
        ("'a\\n\\x41b'", "b", 1, 13),
        ("r'a\\nb'", "b", 1, 10),
        ("'a\\\nb'", "b", 2, 1),
        ("'a\\d' 'b'", "b", 1, 12),
    ],
)
def test_a_character_is_found(source: str, needle: str, line: int, column: int) -> None:
    text = placed(source)
    at = text.place(text.value.index(needle), 1)
    assert at is not None and (at.line, at.column) == (line, column)


@pytest.mark.parametrize(
    "source",
    ["f'a{x}bc'", "f'a{x[\"q\"]!r:>{w}}b'", "f'a{{b}}{x}' 'c'", "(f'a{x}'\n f'b')", "f'é{x}' f'''y\nz'''"],
)
def test_the_parts_of_an_f_string_are_found(source: str) -> None:
    parsed = parse(f"x = {source}\n".encode())
    node = parsed.tree.body[0]
    assert isinstance(node, ast.Assign) and isinstance(node.value, ast.JoinedStr)
    lines = f"x = {source}".split("\n")
    for part, marks in zip(node.value.values, joined_marks(parsed.lines, node.value), strict=True):
        if not isinstance(part, ast.Constant):
            assert marks == ()
            continue
        text = Text(str(part.value), Location("f", 1), marks)
        for offset, character in enumerate(text.value):
            at = text.place(offset, 1)
            assert at is not None and (character == "\n" or lines[at.line - 1][at.column - 1] == character)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6), min_size=1, max_size=4))
def test_every_character_stands_where_its_mark_says(pieces: list[str]) -> None:
    literals = [repr(piece) for piece in pieces]
    text = placed("(" + "\n ".join(literals) + ")")
    lines = ("x = (" + "\n ".join(literals) + ")").split("\n")
    assert text.value == "".join(pieces)
    for offset, character in enumerate(text.value):
        at = text.place(offset, 1)
        assert at is not None
        here = lines[at.line - 1][at.column - 1]
        assert here == character or here == "\\"


def test_lone_surrogates_and_huge_numbers_are_kept_out() -> None:
    found = collect(parse(b"x = '\\ud800'\ny = 10 ** 100\nz = 123456789012345678901234567890\n"))
    values = [op.value for op in found.scopes().ops(0) if isinstance(op, Const)]
    assert "?" in values and 123456789012345678901234567890 not in values


def test_a_lone_surrogate_in_an_annotation_can_be_kept() -> None:
    text = "class A:\n    a: Literal['\\ud800']\n\ndef f(a: '\\udfff', b: Annotated[str, F('\\ud800')]): ...\n"
    facts = read_facts(text.encode())
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=ModuleFacts) == facts
