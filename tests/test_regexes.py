"""Patterns of Postgres, translated: the server and Pydantic's engine are asked about the same texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError, create_model
from pydantic import Field as PydanticField
from pydantic_core import SchemaError

from pgconform.constraints.regexes import portable, searched

Connection: TypeAlias = "psycopg.Connection[Any]"
PATTERNS = (
    "@",
    "^[a-z]+$",
    r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$",
    r"^\d{4}-\d\d$",
    "^a.c$",
    "^(abc|abd)*$",
    "^(?:a|b)?x{1,3}$",
    r"^[^/]+(\/[^/]+)*$",
    r"^#[0-9a-fA-F]{6}$",
    "(?i)^(low|high)$",
    r"^[]a]+$",
    r"^[-a]+$",
    r"^\+?[1-9]\d{1,14}$",
    "a|^b$|",
    r"^[\d.]+$",
    "^a+?b$",
    r"^\$[0-9]+\t$",
    r"^[a&&b~~]+$",
    "^[ä-ü]+$",
    "",
)
UNTRANSLATABLE = (
    r"^\w+$",
    "[[:alpha:]]",
    r"(a)\1",
    "(?=a)b",
    r"\mword",
    "(?x) a",
    "***=a.b",
    "a**",
    "[b-a]",
    "(a",
    "a)",
)
LETTERS = st.text(alphabet="aAbcdxyz019@.-_+/#$%&~[]|^ \t\nä", max_size=12)


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=LETTERS
    | st.sampled_from(["abc", "abcabd", "a@b.cc", "2024-01", "#ffaa00", "HIGH", "a\nc", "+4912", "x", "a\n"])
)
def test_a_translated_pattern_matches_the_same_texts(
    pattern: str, text: str, pg_connection: psycopg.Connection
) -> None:
    row = pg_connection.execute("select %s::text ~ %s::text", [text, pattern]).fetchone()
    assert row is not None
    assert matches(portable(pattern), text) == row[0]


@pytest.mark.parametrize("pattern", UNTRANSLATABLE)
def test_what_may_mean_something_else_is_given_up(pattern: str) -> None:
    assert portable(pattern) is None


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pattern=st.text(alphabet="ab01.\\[]()^$|*+?{},-:dn", max_size=10),
    text=st.text(alphabet="ab01.[]()^$|-\n", max_size=4),
)
def test_whatever_is_translated_matches_the_same(pattern: str, text: str, pg_connection: Connection) -> None:
    found = portable(pattern)
    if found is None:
        return
    matched = matches(found, text)
    try:
        row = pg_connection.execute("select %s::text ~ %s::text", [text, pattern]).fetchone()
    except psycopg.Error:
        return
    assert row is not None
    assert matched == row[0]


OF_MODELS = (
    *(
        r"^\d{4}-\d{2}$",
        r"^\w+$",
        r"\S",
        r"^[\w.-]+@[\w-]+\.\w+$",
        "^a.c$",
        "a|^b$",
        r"^[^\d\s]*$",
        "(?i)^low$",
        "^[]a]$",
    ),
    *(r"^\+?[1-9]\d{1,14}$", "^(ab|c)+?$", "", r"^\D\W*$", r"^[+\-]?[0-9]+(\.[0-9]+)?$", "[^a]"),
)
NOT_SEARCHED = (
    r"\bword",
    "(?=a)b",
    r"\p{L}",
    "[a[b]]",
    "[a&&b]",
    "[+--]",
    "(?P<a>b)",
    "(?m)^a$",
    "[[:alpha:]]",
    "a{300}",
)


@pytest.mark.parametrize("pattern", NOT_SEARCHED)
def test_what_postgres_may_not_find_alike_is_given_up(pattern: str) -> None:
    assert searched(pattern) is None


@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pattern=st.sampled_from(OF_MODELS) | st.text(alphabet="abA01.\\[]()^$|*+?{},-&~:dDnswW", max_size=10),
    text=LETTERS | st.text(alphabet="abAK\u212a01.[]()^$|-\n \u0663é", max_size=4),
)
def test_postgres_finds_a_models_pattern_where_pydantic_does(
    pattern: str, text: str, pg_connection: Connection
) -> None:
    found = searched(pattern)
    assert found is not None or pattern not in OF_MODELS
    if found is None or (found.ascii and not text.isascii()):
        return
    try:
        matched = matches(pattern, text)
    except SchemaError:
        return
    row = pg_connection.execute('select %s::text collate "C" ~ %s::text', [text, found.pattern]).fetchone()
    assert row is not None
    assert matched == row[0], (pattern, found.pattern, text)


def matches(pattern: str | None, text: str) -> bool:
    assert pattern is not None
    model: type[BaseModel] = create_model("Text", value=(str, PydanticField(pattern=pattern)))
    try:
        TypeAdapter(model).validate_python({"value": text})
    except ValidationError:
        return False
    return True


@pytest.fixture
def pg_connection(pg_dsn: str) -> Iterator[Connection]:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        yield connection
