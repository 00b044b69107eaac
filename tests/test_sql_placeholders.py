"""Statements of every driver as a server takes them, and the way back to the program's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconform.request import HOLE, Statement, Text
from pgconform.sql.placeholders import Normal, normal


def sent(text: str, style: str = "") -> Normal:
    return normal(Statement(Text(text), style=style))


@pytest.mark.parametrize(
    ("style", "text", "wanted"),
    [
        ("", "select 1", "select 1"),
        ("numeric", "select a from t where b = $1 and c ? 'k'", "select a from t where b = $1 and c ? 'k'"),
        ("pyformat", "select %s, %(name)s, '100%%', a %% 2", "select $1, $2, '100%', a % 2"),
        ("named", "select :a, b::text, c[1:2] from t where d = :a", "select $1, b::text, c[1:2] from t where d = $2"),
        ("named", "select :a::jsonb, :bc::jsonb, :d ::text", "select :a::jsonb, :bc::jsonb, $1 ::text"),
        ("aiosql", "select :a::jsonb, b::text from t where d=:d", "select $1::jsonb, b::text from t where d=$2"),
        ("named", r"select '\:a', b\:\:text", "select ':a', b::text"),
        ("", "select 'a:b' -- where :x?\nfrom t", "select 'a:b'               \nfrom t"),
        ("", 'select "a?b" from t', 'select "a?b" from t'),
        ("", f"select a from t where b = '{HOLE}' limit {HOLE}", "select a from t where b = $1 limit $2"),
        ("numeric", f"select $1, '{HOLE}', $2", "select $1, $3, $2"),
        ("pyformat", f"select a from t where b = %s and c = 'x{HOLE}'", "select a from t where b = $1 and c = $2"),
        ("", "/* why\nnot? */ -- so\n (select $$ ? {$$)", "(select $$ ? {$$)"),
    ],
)
def test_placeholders_become_the_servers(style: str, text: str, wanted: str) -> None:
    found = sent(text, style)
    assert found.reason == ""
    assert found.sql.split() == wanted.split()


@pytest.mark.parametrize(
    ("text", "style"),
    [
        (f"select a from {HOLE}", ""),
        (f"select a from t where b = {HOLE}", ""),
        (f'select "{HOLE}" from t', ""),
        ("select a from t where b = ?", ""),
        ("select {columns} from t", ""),
        ("select a from {{ ref('t') }}", ""),
        ("update t set None = 1", ""),
        ("create table t (a int)", ""),
        ("set search_path = x", ""),
        ("select a from t where b = 'x%s'", "pyformat"),
        ("select a from t where b = ' :x'", "named"),
    ],
)
def test_what_no_server_can_be_asked_says_why(text: str, style: str) -> None:
    assert sent(text, style).reason


_PIECES = st.lists(st.sampled_from(["%s", "%(a)s", "%%", " a ", "'x'", "'50%%'", "\n", '"n"', ", ", "é"]), max_size=12)


@given(_PIECES)
def test_every_character_that_is_kept_is_found_again(pieces: list[str]) -> None:
    text = "select " + "".join(pieces)
    found = sent(text, "pyformat")
    for offset, character in enumerate(found.sql):
        there = found.original(offset)
        assert 0 <= there < len(text)
        if character not in "$%0123456789":
            assert text[there] == character


def test_the_words_after_a_placeholder_stand_where_the_program_has_them() -> None:
    text = "select a from t where b = %(long_name)s and wrong = 1"
    found = sent(text, "pyformat")
    assert found.original(found.sql.index("wrong")) == text.index("wrong")
