"""Objects of the program that go on with a request from call to call, as the client's own do."""

from __future__ import annotations

import pytest

from tests.flowing import HEAD, queries

BUILDER = (
    HEAD
    + """
class Query:
    def __init__(self, query):
        self._query = query
    def select(self, columns='*'):
        self._query = self._query.select(columns)
        return self
    def insert(self, row):
        self._query = self._query.insert(row)
        return self
    def eq(self, column, value):
        if value is not None:
            self._query = self._query.eq(column, value)
        return self
    def where(self, column, how, value):
        if how == '=':
            self._query = self._query.eq(column, value)
        elif how == '>':
            self._query = self._query.gt(column, value)
        return self
    def ordered(self, one, other):
        self._query = self._query.order(one)
        self._query = self._query.order(other)
        return self
    def matching(self, values):
        for key, value in values.items():
            self._query = self._query.eq(key, value)
        return self
    def first(self):
        found = self._query.limit(1).execute()
        return found.data[0] if found.data else None
    def execute(self):
        return self._query.execute()
class People(Query):
    def __init__(self):
        super().__init__(db.table('people').select('a, b'))
class Base:
    def table(self, name):
        return Query(db.table(name))
base = Base()
"""
)
OWN = {"people", "a, b"}
"""What it asks for by itself."""


def named(body: str) -> set[str]:
    """What the requests of a function name: tables, columns, and keys that are read of their rows."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    found = queries(home=BUILDER, use=f"from home import People, Query, base, db\ndef f(how, values):\n{lines}\n")
    names = {query.relation.value for query in found if query.relation}
    for query in found:
        said = [
            *(item.column for item in query.filters),
            *(item.column for item in query.orders),
            *(query.select or ()),
        ]
        names |= {text.value for text in said if text}
    names |= {field.name for query in found if query.payload for field in query.payload.fields}
    return names | {read.key.value for query in found for read in query.reads}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("base.table('t').select('a').eq('b', 1).execute()", {"t", "a", "b"}),
        ("base.table('t').insert({'a': 1}).execute()", {"t", "a"}),
        ("return base.table('t').select('a, b').execute().data[0]['c']", {"t", "a, b", "c"}),
        ("People().eq('c', 1).first()", {"people", "a, b", "c"}),
        ("return People().first()['c']", {"people", "a, b", "c"}),
        ("People().where('c', '=', 1).where('d', '>', 1).first()", {"people", "a, b", "c", "d"}),
        ("People().ordered('c', 'd').first()", {"people", "a, b", "c", "d"}),
        ("People().matching({'c': 1}).first()", {"people", "a, b", "c"}),
        (
            "found = People()\nfound.eq('c', 1)\nfound.ordered('d', 'a')\nfound.first()",
            {"people", "a, b", "a", "c", "d"},
        ),
        ("found = People()\nif how: found = found.eq('c', 1)\nfound.first()", {"people", "a, b", "c"}),
        ("Query(db.table('t')).select('a').execute()", {"t", "a"}),
    ],
)
def test_each_call_goes_on_with_the_request(body: str, names: set[str]) -> None:
    assert named(body) - OWN == names - OWN


def test_which_of_several_nobody_knows() -> None:
    assert "c" not in named("People().where('c', how, 1).first()")


def test_what_a_function_does_to_it_nobody_knows() -> None:
    assert "a" not in named("found = base.table('t').select('a')\nhow(found)\nfound.execute()")


@pytest.mark.parametrize(
    "method",
    [
        "def late(self):\n        self._query = self._query.eq('z', 1)",
        "def late(self):\n        self._query = None\n        return 1",
    ],
)
def test_a_method_that_leaves_no_trace_may_do_anything(method: str) -> None:
    home = BUILDER.replace("class People", f"    {method}\nclass People")
    use = "from home import People\ndef f():\n    return People().eq('c', 1).first()['d']\n"
    assert [read for query in queries(home=home, use=use) for read in query.reads] == []
