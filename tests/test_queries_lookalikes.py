"""Clients that a program writes itself over HTTP, with the methods of the library's."""

from __future__ import annotations

import pytest

from pgconform.request import Query
from tests.flowing import column_names, queries, table

OWN = """
import os, requests
SUPABASE_URL = os.environ['SUPABASE_URL']
class Answer:
    def __init__(self, data):
        self.data = data
class Query:
    def __init__(self, client, name):
        self.client = client
        self.name = name
        self.asked = []
    def select(self, columns='*'):
        self.columns = columns
        return self
    def insert(self, row):
        self.row = row
        return self
    def eq(self, column, value):
        self.asked.append(f'{column}=eq.{value}')
        return self
    def order(self, column, desc=False):
        self.sorted = (column, desc)
        return self
    def execute(self):
        url = f'{SUPABASE_URL}/rest/v1/{self.name}?' + '&'.join(self.asked)
        return Answer(requests.get(url, headers=self.client.headers).json())
class Client:
    def __init__(self, key):
        self.headers = {'apikey': key}
    def table(self, name):
        return Query(self, name)
    def rpc(self, name, params=None):
        return Call(name, params)
class Call:
    def __init__(self, name, params):
        self.name, self.params = name, params
    def execute(self):
        return Answer(requests.post(f'{SUPABASE_URL}/rest/v1/rpc/{self.name}', json=self.params).json())
db = Client('key')
"""
ASKING = "def f(i):\n    rows = db.table('a').select('b').eq('c', i).order('d', desc=True).execute().data\n"
ASKING += "    return [row['e'] for row in rows]\n"


def _read(item: Query) -> list[str]:
    return [read.key.value for read in item.reads]


def asked(text: str, **files: str) -> list[tuple[object, ...]]:
    """What is asked of tables that are known: the rest is what the client itself sends."""
    return [
        (table(item), [part.value for part in item.select or () if part], column_names(item), _read(item))
        for item in queries(text, **files)
        if item.relation is not None and item.relation.whole
    ]


def test_what_is_asked_of_one_is_what_the_library_would_be_asked() -> None:
    assert asked(OWN + ASKING) == [("a", ["b"], ["c"], ["e"])]
    assert asked("from rest import db\n" + ASKING, rest=OWN) == [("a", ["b"], ["c"], ["e"])]
    assert asked(
        "from rest import Client\nclass Users:\n    def __init__(self):\n        self.db = Client('k')\n"
        "    def all(self):\n        return self.db.table('a').select('b').execute()\n",
        rest=OWN,
    ) == [("a", ["b"], [], [])]


def test_what_it_sends_and_what_functions_it_calls_are_known() -> None:
    (sent,) = [
        item for item in queries(OWN + "db.table('a').insert({'b': 1, 'c': 2}).execute()\n") if item.verb == "insert"
    ]
    assert sent.payload is not None
    assert [field.name for field in sent.payload.fields] == ["b", "c"]
    (called,) = [
        item for item in queries(OWN + "db.rpc('f', {'b': 1}).execute()\n") if item.verb == "rpc" and table(item) == "f"
    ]
    assert called.payload is not None
    assert [field.name for field in called.payload.fields] == ["b"]


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("def order(self, column, desc=False)", "def order(self, spec)"),
        ("def eq(self, column, value)", "def eq(self, condition)"),
        ("def eq(self", "def where(self"),
        ("def execute(self)", "def send(self)"),
        ("rest/v1", "api/v2"),
        ("class Query:", "from lib import Base\nclass Query(Base):"),
    ],
)
def test_what_is_otherwise_is_none(said: str, instead: str) -> None:
    assert all(columns != ["b"] for _, columns, *_ in asked(OWN.replace(said, instead) + ASKING))
