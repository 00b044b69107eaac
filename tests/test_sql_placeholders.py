"""Statements of every driver as a server takes them, and the way back to the program's text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconform.request import HOLE, Statement, Text
from pgconform.sql.placeholders import Normal, _Sending, _UnsendableError, made, normal
from pgconform.sql.standing import Open


def sent(text: str, style: str = "") -> Normal:
    return normal(Statement(Text(text), style=style))


@pytest.mark.parametrize(
    ("style", "text", "wanted"),
    [
        ("", "select 1", "select 1"),
        ("numeric", "select a from t where b = $1 and c ? 'k'", "select a from t where b = $1 and c ? 'k'"),
        ("pyformat", "select %s, %(name)s, '100%%', a %% 2", "select $1, $2, '100%', a % 2"),
        ("named", "select :a, b::text, c[1:2] from t where d = :a", "select $1, b::text, c[1:2] from t where d = $2"),
        ("named", "select :1, :2, c[1:2], d::int2, :1::text from t", "select $1, $2, c[1:2], d::int2, :1::text from t"),
        ("named", "select :a::jsonb, :bc::jsonb, :d ::text", "select :a::jsonb, :bc::jsonb, $1 ::text"),
        ("aiosql", "select :a::jsonb, b::text from t where d=:d", "select $1::jsonb, b::text from t where d=$2"),
        ("named", r"select '\:a', b\:\:text", "select ':a', b::text"),
        ("", "select 'a:b' -- where :x?\nfrom t", "select 'a:b'               \nfrom t"),
        ("", 'select "a?b" from t', 'select "a?b" from t'),
        ("", f"select a from t where b = '{HOLE}' limit {HOLE}", "select a from t where b = $1 limit $2"),
        ("numeric", f"select $1, '{HOLE}', $2", "select $1, $3, $2"),
        ("pyformat", f"select a from t where b = %s and c = 'x{HOLE}'", "select a from t where b = $1 and c = $2"),
        ("qmark", "select a ? 'k' from t where b = ? and c = ?", "select a ? 'k' from t where b = $1 and c = $2"),
        ("", "/* why\nnot? */ -- so\n (select $$ ? {$$)", "(select $$ ? {$$)"),
    ],
)
def test_placeholders_become_the_servers(style: str, text: str, wanted: str) -> None:
    found = sent(text, style)
    assert found.reason == ""
    assert found.sql.split() == wanted.split()


@pytest.mark.parametrize(
    ("style", "text", "wanted"),
    [
        (
            "",
            f"select a from t where b = 1 and ({HOLE}) order by a, {HOLE}",
            "select a from t where b = 1 and ( NULL ) order by a, 1",
        ),
        ("", f"select a from t where b in ({HOLE}) and c = {HOLE}", "select a from t where b in ( NULL ) and c = $1"),
        ("", f"update t set {HOLE}, a = 1 where b > {HOLE}", "update t set a = 1 where b > $1"),
        ("numeric", f"update t set a = $1, {HOLE} where b = ${HOLE}", "update t set a = $1 where b = $2"),
        ("pyformat", "select a from t where b in %s and c = %s", "select a from t where b in ($1) and c = $2"),
        ("pyformat", "insert into t (a, b) values %s", "insert into t (a, b) values ($1, $2)"),
        ("named", "select a from t where b IN :b", "select a from t where b IN ($1)"),
        (
            "pyformat",
            "select a from t where b > now() - interval '%s days'",
            "select a from t where b > now() - interval '1 day'",
        ),
        (
            "pyformat",
            "select a from t where b like '%%%s%%' and c = '5%%'",
            "select a from t where b like $1 and c = '5%'",
        ),
        ("named", "select a from t where b = ' :x' and c = :y", "select a from t where b = $1 and c = $2"),
    ],
)
def test_something_stands_for_what_is_not_known_and_proves_only_which_columns_there_are(
    style: str, text: str, wanted: str
) -> None:
    found = sent(text, style)
    assert (found.sql.split(), found.open & ~Open.LITERALS, found.reason) == (wanted.split(), Open.VALUES, "")


def test_a_number_or_a_moment_of_which_a_part_is_not_known_is_one() -> None:
    text = (
        f"select a from t where b > now() - interval '{HOLE} days' and c = ${HOLE} and d > DATE '{HOLE}' limit {HOLE}"
    )
    wanted = "select a from t where b > now() - interval '1 day' and c = $1 and d > DATE '2000-01-01' limit $2"
    found = sent(text, "numeric")
    assert (found.sql.split(), found.open, found.reason) == (wanted.split(), Open.NOTHING, "")


@pytest.mark.parametrize(
    ("text", "style"),
    [
        (f"select a from {HOLE}", ""),
        (f"select a from t{HOLE} where b = 1", ""),
        (f"select a from t join {HOLE} using (b)", ""),
        (f"select a from t {HOLE}, u where b = 1", ""),
        (f"select a from t join u using ({HOLE})", ""),
        (f"with u as (select 1) {HOLE} select a from t", ""),
        (f"insert into t ({HOLE}) select b from u", ""),
        (f"insert into t (a) values (1, {HOLE})", ""),
        (f"insert into {HOLE} (a) values ", ""),
        (f"insert into t (a, {HOLE}) values", ""),
        (f"insert into {HOLE} values (1),", ""),
        (f"insert into t (a) values (1) on conflict (a) do update set {HOLE} where t.a > 1", ""),
        (f"merge into t using u on a = b when matched then update set {HOLE}", ""),
        ("select a from t where b = ?", ""),
        ("select {columns} from t", ""),
        ("select a from {{ ref('t') }}", ""),
        ("select a from None", ""),
        ("create table t (a int)", ""),
        ("set search_path = x", ""),
        ('select "%s" from t', "pyformat"),
        ("select $$ :x $$ from t", "named"),
    ],
)
def test_what_no_server_can_be_asked_says_why(text: str, style: str) -> None:
    assert sent(text, style).reason


def test_a_list_that_ends_before_its_end_is_sent_for_the_server_to_refuse() -> None:
    assert sent("insert into t (a) values", "").sql == "insert into t (a) values"
    assert sent(f"insert into t (a) values ('{HOLE}'), ", "").sql == "insert into t (a) values ($1), "


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


_SIMPLE = ["%s", " a ", "'x'", "'N'", '"n"', "None", "N", "-", "--", "/", "*", "in", " in ", "values", "\n", "é", "$"]


@given(st.lists(st.sampled_from([*_SIMPLE, "E", "'", "%", "?", "\\", HOLE]), max_size=9), st.booleans())
def test_simple_placeholders_come_to_the_same_as_others(pieces: list[str], apart: bool) -> None:
    text = "select " + "".join(pieces)
    found = made(text, "pyformat", apart)
    try:
        wanted = _Sending(text, "pyformat", apart).sent()
    except _UnsendableError:
        assert found.reason
        return
    assert (found.sql, found.names, found.open) == (wanted.sql, wanted.names, wanted.open)
    places = range(len(wanted.sql))
    assert list(map(found.original, places)) == list(map(wanted.original, places))


def test_the_words_after_a_placeholder_stand_where_the_program_has_them() -> None:
    text = "select a from t where b = %(long_name)s and wrong = 1"
    found = sent(text, "pyformat")
    assert found.original(found.sql.index("wrong")) == text.index("wrong")
