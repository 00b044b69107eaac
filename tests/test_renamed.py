"""Functions that a file imports under other names: followed as under their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.sources.python.flows.scopes import collect
from pgconform.sources.python.syntax.tree import parse
from tests.flowing import HEAD, keys, queries
from tests.test_redis_code import uses
from tests.test_statements import read

USERS = HEAD + (
    "def load(n):\n    return db.table('users').select('*').eq('id', n).single().execute().data\n"
    "def save(row):\n    db.table('users').insert(row).execute()\n"
)
OUTSIDE = "from users import load as find, save as put\ndef f():\n    put({'a': 1})\n    return find(1)['b']\n"
WITHIN = "def f():\n    from users import load as find, save as put\n    put({'a': 1})\n    return find(1)['b']\n"
LINES = "from users import (\n    load as find,  # one\n    save as put,\n)\n" + OUTSIDE.partition("\n")[2]
TWICE = "from between import again as find, put\n" + OUTSIDE.partition("\n")[2]


@pytest.mark.parametrize("use", [OUTSIDE, WITHIN, LINES])
def test_what_a_function_asks_and_gives_is_followed_under_another_name(use: str) -> None:
    found = queries(users=USERS, use=use)
    assert {"a": True} in [keys(item) for item in found if item.payload is not None]
    assert [read.key.value for item in found for read in item.reads] == ["b"]


def test_a_name_of_a_name_is_followed() -> None:
    between = "from users import load as again, save as put\n"
    found = queries(users=USERS, between=between, use=TWICE)
    assert {"a": True} in [keys(item) for item in found if item.payload is not None]
    assert [read.key.value for item in found for read in item.reads] == ["b"]


def test_a_name_that_stands_for_something_else_is_not_taken_for_it() -> None:
    use = "from other import find\ndef f():\n    return find(1)['b']\n"
    renames = "from users import load as find\n"
    assert not [
        item for item in queries(users=USERS, renames=renames, use=use, other="def find(n): ...\n") if item.reads
    ]


def test_statements_are_found_under_another_name() -> None:
    database = "import psycopg\nconn = psycopg.connect('')\ndef query(sql):\n    return conn.execute(sql).fetchall()\n"
    use = "from database import query as ask\nask('select a from t')\n"
    assert "select a from t" in [one.text.value for one in read(database=database, use=use).statements]


def test_keys_of_a_cache_are_found_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "store.py").write_text(
        "import redis\nr = redis.Redis()\ndef keep(key, value):\n    r.set(key, value)\n"
    )
    assert "user:1" in [one.pattern for one in uses(tmp_path, "from store import keep as put\nput('user:1', 'x')\n")]


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("from a import b as c\n", {("b", "c")}),
        ("from a import b as b\nimport numpy as np\n", set()),
        ("from a import (b as c,\n    d,\n    e as f)\n", {("b", "c"), ("e", "f")}),
        ("def f():\n    from a import b as c; from d import e as g\n", {("b", "c"), ("e", "g")}),
        ("from a import b\nwith open(x) as y:\n    pass\n", set()),
        ("from a import \\\n    b as c\n", {("b", "c")}),
        ("from a import (\n    b,  # (of c)\n    d as e,\n)", {("d", "e")}),
        ("from a import b as c", {("b", "c")}),
    ],
)
def test_what_a_file_renames(text: str, renamed: set[tuple[str, str]]) -> None:
    assert set(collect(parse(text.encode())).renamed) == renamed
