"""Rows that go through what Python offers: getters, patterns, namespaces, loops over keys, functions kept in dicts.

Each form is held to a whole check: a wrong column is found in it, and a right one is not.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pgconform.request import HOLE
from pgconform.schema import Schema
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.queries.reader import Reader
from pgconform.sources.python.statements.reader import Statements
from tests.commands import Run, project, run
from tests.flowing import HEAD, keys, queries, query, reads
from tests.schemas import table

__all__ = ["run"]

TRUTH = Schema(relations=(table("items", "id int8!", "name text", "size int4"),), schemas=("public",))
ROWS = "rows = db.table('items').select('*').execute().data\n"
FORMS = {
    "a getter of a sort": """
from operator import itemgetter
sorted(rows, key=itemgetter('KEY'))
""",
    "a getter of a module": """
import operator
max(rows, key=operator.itemgetter('KEY'))
""",
    "a getter of several": """
from operator import itemgetter
rows.sort(key=itemgetter('id', 'KEY'))
""",
    "a getter with a name": """
from operator import itemgetter
get = itemgetter('KEY')
[get(row) for row in rows]
""",
    "a getter at once": """
from operator import itemgetter
x, y = itemgetter('id', 'KEY')(rows[0])
""",
    "a getter that is mapped": """
from operator import itemgetter
list(map(itemgetter('KEY'), rows))
""",
    "a getter of groups": """
from itertools import groupby
from operator import itemgetter
for k, g in groupby(rows, key=itemgetter('KEY')):
    print(k)
""",
    "a getter of the module": """
from operator import itemgetter
BY = itemgetter('KEY')
def f(rows):
    return sorted(rows, key=BY)
f(rows)
""",
    "a namespace": """
from types import SimpleNamespace
for row in rows:
    SimpleNamespace(**row).KEY
""",
    "namespaces": """
from types import SimpleNamespace
found = [SimpleNamespace(**row) for row in rows]
found[0].KEY
""",
    "a namespace from a function": """
from types import SimpleNamespace
def wrap(row):
    return SimpleNamespace(**row)
wrap(rows[0]).KEY
""",
    "an attribute getter": """
from operator import attrgetter
from types import SimpleNamespace
sorted([SimpleNamespace(**row) for row in rows], key=attrgetter('KEY'))
""",
    "a named tuple": """
from collections import namedtuple
Item = namedtuple('Item', 'id KEY')
[Item(**row) for row in rows]
""",
    "a named tuple of a list": """
from collections import namedtuple
Item = namedtuple('Item', ['id', 'KEY'])
Item(**rows[0])
""",
    "a named tuple of pairs": """
from typing import NamedTuple
Item = NamedTuple('Item', [('id', int), ('KEY', str)])
Item(**rows[0])
""",
    "a class of named tuples": """
from typing import NamedTuple
class Item(NamedTuple):
    id: int
    KEY: str
Item(**rows[0])
""",
    "a pattern": """
match rows[0]:
    case {'KEY': found}:
        print(found)
""",
    "a pattern with a value": """
for row in rows:
    match row:
        case {'id': 1, 'KEY': _}:
            print(1)
""",
    "a pattern and its rest": """
match rows[0]:
    case {'id': 1, **rest}:
        rest['KEY']
""",
    "a pattern of the whole": """
match rows[0]:
    case {'id': 1} as row:
        row['KEY']
""",
    "a pattern of a list": """
match rows:
    case [first, *_]:
        first['KEY']
""",
    "patterns with one key": """
match rows[0]:
    case {'KEY': 1, 'id': x}:
        pass
    case {'KEY': 2}:
        pass
""",
    "a name in a pattern": """
match rows:
    case []:
        pass
    case found:
        found[0]['KEY']
""",
    "a guard": """
match rows[0]:
    case row if row['KEY']:
        pass
""",
    "a reduction": """
from functools import reduce
reduce(lambda total, row: total + row['KEY'], rows, 0)
""",
    "a running total": """
from itertools import accumulate
list(accumulate(rows, lambda total, row: total + row['KEY']))
""",
    "the largest": """
import heapq
heapq.nlargest(3, rows, key=lambda row: row['KEY'])
""",
    "the first": """
from itertools import islice, takewhile
for row in islice(rows, 3):
    row['id']
list(takewhile(lambda row: row['KEY'], rows))
""",
    "one row of chance": """
import random
random.choice(rows)['KEY']
""",
    "a queue": """
from collections import deque
queue = deque(rows)
queue.popleft()['KEY']
""",
    "a chain": """
from itertools import chain
for row in chain(rows, rows):
    row['KEY']
""",
    "a key with a name": """
KEY = 'KEY'
def f(rows):
    return [row[KEY] for row in rows]
f(rows)
""",
    "a loop over keys": """
out = {}
for key in ('id', 'KEY'):
    out[key] = rows[0][key]
""",
    "a loop over a constant": """
KEYS = ['id', 'KEY']
def f(row):
    return {key: row[key] for key in KEYS}
f(rows[0])
""",
    "a loop over a table of names": """
NAMES = {'a': 'id', 'b': 'KEY'}
out = {}
for new, old in NAMES.items():
    out[new] = rows[0][old]
""",
    "a function of a dict": """
BY = {'x': lambda row: row['KEY'], 'y': lambda row: row['id']}
for row in rows:
    BY[k](row)
""",
    "a function got of a dict": """
BY = {'x': lambda row: row['KEY']}
BY.get(k)(rows[0])
""",
    "functions of a dict": """
def name(row):
    return row['KEY']
BY = {'x': name}
for row in rows:
    print({key: each(row) for key, each in BY.items()})
""",
    "functions of a list": """
for each in [lambda row: row['KEY'], lambda row: row['id']]:
    each(rows[0])
""",
    "methods of a dict": """
class C:
    def name(self, row):
        return row['KEY']
    def __init__(self):
        self.by = {'x': self.name}
    def f(self, k):
        rows = db.table('items').select('*').execute().data
        return [self.by[k](row) for row in rows]
""",
    "a row and more": "{**rows[0], 'more': 1}['KEY']",
    "a row or more": "(rows[0] | {'more': 1})['KEY']",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_column_is_found_in_each_form_and_a_right_one_is_not(form: str, tmp_path: Path, run: Run) -> None:
    code = HEAD + ROWS + FORMS[form]
    project(tmp_path, TRUTH, right=code.replace("KEY", "name"))
    clean = run("check", "--format", "concise")
    assert (clean.code, clean.out) == (0, "")
    project(tmp_path, TRUTH, right=code.replace("KEY", "nome"))
    found = [line for line in run("check", "--format", "concise").out.splitlines() if "nome" in line]
    assert found and all("COL001" in line or "QRY027" in line for line in found)


@pytest.mark.parametrize(
    "body",
    [
        "from operator import itemgetter\nsorted(others, key=itemgetter('a'))\nprint(rows)",
        "from operator import itemgetter\nrows[0]['a'] = 1\nsorted(rows, key=itemgetter('a'))",
        "from operator import itemgetter\nfor row in rows:\n    row['a'] = 1\nsorted(rows, key=itemgetter('a'))",
        "def itemgetter(name):\n    return lambda row: row.id\nsorted(rows, key=itemgetter('a'))",
        "from operator import attrgetter\nsorted(rows, key=attrgetter('a'))",
        "from types import SimpleNamespace\no = SimpleNamespace(**rows[0], a=1)\no.a",
        "from types import SimpleNamespace\no = SimpleNamespace(**rows[0])\no.a = 1\no.a",
        "from types import SimpleNamespace\no = SimpleNamespace(**rows[0])\nif hasattr(o, 'a'):\n    o.a",
        "from types import SimpleNamespace\no = SimpleNamespace(**rows[0])\nsetattr(o, 'a', 1)\no.a",
        "from types import SimpleNamespace\no = SimpleNamespace(**{**others, **rows[0]})\no.a",
        "from types import SimpleNamespace\no = SimpleNamespace(**rows[0])\no.__class__",
        "from collections import namedtuple\nP = namedtuple('P', 'a b', defaults=(1, 2))\nP(**rows[0])",
        "from collections import namedtuple\nP = namedtuple('P', 'a b')\nP(1, **rows[0], b=2)",
        "from collections import namedtuple\nP = namedtuple('P', 'a b')\nP(**{**others, **rows[0]})",
        "from collections import namedtuple\nP = namedtuple('P', 'a b')\nP(x, y)\nprint(rows)",
        "match rows[0]:\n    case {'a': x} | {'b': x}:\n        print(x)",
        "match rows[0]:\n    case {'a': x}:\n        print(x)\n    case {'b': x}:\n        print(x)",
        "match rows[0]:\n    case {'a': x}:\n        rows[0]['a']\n    case {'b': x}:\n        rows[0]['b']",
        "match others:\n    case {'a': x}:\n        print(x, rows)",
        "for key in ('a', 'b'):\n    if key in rows[0]:\n        print(rows[0][key])",
        "for key in ('a', 'b'):\n    if key in given:\n        print(rows[0][key])",
        "for key in ('a', 'b'):\n    if key in EXTRA:\n        continue\n    print(rows[0][key])",
        "for key in ('a', 'b'):\n    if x := rows[0].get(key):\n        print(x)",
        "for key in ('a', 'b'):\n    try:\n        print(rows[0][key])\n    except KeyError:\n        pass",
        "KEYS = ('a', 'b')\n{key: rows[0][key] for key in KEYS if key in given}",
        "KEYS = ('a', 'b')\n{key: rows[0][key] if key != EXTRA else None for key in KEYS}",
        "def safe(row, key):\n    try:\n        return row[key]\n    except KeyError:\n        ...\nsafe(rows[0], 'a')",
        "def safe(row, key, *, default=None):\n    return row[key] if key in row else default\nsafe(rows[0], 'a')",
        "def f(row, key='a'):\n    return row[key]\n[f(row, k) for row in rows]",
        "BY = {'x': lambda row: row['a'], 'y': lambda other: other['b']}\nBY[k](others)\nprint(rows)",
        "BY = {'x': lambda row: row['a']}\nBY[k](rows[0] or others)",
        "{**others, **rows[0]}['a']",
        "{**rows[0], **others}['a']",
        "{**rows[0], 'a': 1}['a']",
        "(rows[0] | others)['a']",
        "(others | rows[0])['a']",
        "from functools import reduce\nreduce(lambda row, total: row['a'], rows, {})",
        "from functools import reduce\nreduce(lambda total, row: total + row['a'], others, 0)\nprint(rows)",
    ],
)
def test_what_is_asked_for_or_comes_from_elsewhere_is_no_claim(body: str) -> None:
    ast.parse(body)
    assert reads(ROWS + body) == []


def test_a_key_that_some_of_several_rows_were_given_is_no_claim_of_the_others() -> None:
    body = "def f(x):\n    row = db.table('t').select('*').single().execute().data\n    if x:\n        return row\n"
    assert reads(f"{body}    return {{**row, 'a': 1}}\nf(input()).get('a', [])") == []
    assert reads(f"{body}    return {{**row, 'b': 1}}\nf(input()).get('a', [])") == [("a",)]


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("p = {}\nfor k in ('a', 'b'):\n    p[k] = x[k]", {"a": True, "b": True}),
        ("p = {'c': 1}\nfor k in ['a', 'b']:\n    p.setdefault(k, None)", {"a": True, "b": True, "c": True}),
        ("K = ('a', 'b')\np = {}\nfor k in K:\n    p[k] = x[k]", {"a": True, "b": True}),
        ("M = {'a': 'x', 'b': 'y'}\np = {}\nfor new, old in M.items():\n    p[new] = x[old]", {"a": True, "b": True}),
        ("p = {}\nfor old, new in (('x', 'a'), ('y', 'b')):\n    p[new] = x[old]", {"a": True, "b": True}),
        ("p = {}\nfor k in ('a', 'b'):\n    if x:\n        p[k] = 1", {"a": False, "b": False}),
        ("p = {'a': 1, 'b': 2, 'c': 3}\nfor k in ('a', 'b'):\n    del p[k]", {"c": True}),
        ("p = {'a': 1, 'b': 2, 'c': 3}\nfor k in ('a', 'b'):\n    p.pop(k, None)", {"c": True}),
        ("p = {'a': 1, 'b': 2}\nfor k in ('a', 'b'):\n    if k in x:\n        del p[k]", {}),
        (
            "p = {'a': 1, 'b': 2, 'c': 3}\nif x:\n    k = 'a'\nelse:\n    k = 'b'\ndel p[k]",
            {"a": None, "b": None, "c": True},
        ),
        (
            "B = {'x': lambda v: {'a': v, 'b': 1}, 'y': lambda v: {'a': v, 'b': 1}}\np = B[k](v)",
            {"a": True, "b": True},
        ),
    ],
)
def test_the_keys_that_a_loop_copies_or_a_kept_function_gives_are_sent(body: str, sent: dict[str, bool | None]) -> None:
    found = [keys(item) for item in queries(f"{body}\ndb.table('t').insert(p).execute()")]
    assert found and all(one == sent for one in found)


@pytest.mark.parametrize(
    "body",
    [
        "p = {'c': 1}\nfor k in ('a', 'b'):\n    if k in x:\n        p[k] = x[k]",
        "p = {'c': 1}\nfor k in ('a', 'b'):\n    if x.get(k) is None:\n        continue\n    p[k] = x[k]",
        "p = {'c': 1}\nfor k in ('a', 'b'):\n    try:\n        p[k] = x[k]\n    except KeyError:\n        pass",
    ],
)
def test_the_keys_that_a_loop_asks_for_are_not_known(body: str) -> None:
    item = query(f"{body}\ndb.table('t').insert(p).execute()")
    assert item.payload is not None
    assert (keys(item), item.payload.whole) == ({"c": True}, False)


def test_a_list_that_is_filled_elsewhere_may_be_empty() -> None:
    body = (
        "K = []\ndef add(k):\n    K.append(k)\np = {}\nfor k in K:\n    p['a'] = k\ndb.table('t').insert(p).execute()"
    )
    assert keys(query(body)) == {"a": False}


@pytest.mark.parametrize(
    ("body", "statement"),
    [
        ("Template('select $what from items').substitute(what='id')", "select id from items"),
        (
            "Template('select ${what} from items where a = $$1').safe_substitute({'what': 'id'})",
            "select id from items where a = $1",
        ),
        ("'select {what} from items'.format_map({'what': 'id'})", "select id from items"),
        ("'select id from items where {what}'.format_map(x)", f"select id from items where {HOLE}"),
    ],
)
def test_what_a_template_says_is_known(body: str, statement: str) -> None:
    code = f"import psycopg\nfrom string import Template\nconn = psycopg.connect(x)\nconn.execute({body})\n"
    facts = {"m.py": read_facts(code.encode())}
    reader = Reader({uri: one.flows for uri, one in facts.items()})
    reader.read()
    assert [item.text.value for item in Statements(reader, facts).read().statements] == [statement]


BY_KIND = "BY = {'item': lambda row: row['a'], 'order': lambda row: row['b']}\ndef f(kind):\n"
ASKED = "db.table('items').select('*').execute().data"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (f"    if kind == 'item':\n        return [BY[kind](row) for row in {ASKED}]", [("a",)]),
        (f"    if kind == 'item':\n        return [BY.get(kind)(row) for row in {ASKED}]", [("a",)]),
        (f"    if kind == 'item':\n        return []\n    return [BY[kind](row) for row in {ASKED}]", [("b",)]),
        (f"    if kind in ('item', 'order'):\n        return [BY[kind](row) for row in {ASKED}]", [("a",), ("b",)]),
        (f"    return [BY[kind](row) for row in {ASKED}]", [("a",), ("b",)]),
    ],
)
def test_of_kept_functions_those_are_called_that_a_test_of_the_key_leaves(
    body: str, found: list[tuple[str, ...]]
) -> None:
    assert sorted(reads(BY_KIND + body)) == found


@pytest.mark.parametrize("held", ["row", "row.keys()", "set(row)", "list(row.keys())"])
def test_a_key_is_asked_for_among_all_keys_of_a_row(held: str) -> None:
    assert reads(f"{ROWS}row = rows[0]\nif 'a' in {held}:\n    row['a']") == []
    assert reads(f"{ROWS}row = rows[0]\nif 'b' in {held}:\n    row['a']") == [("a",)]


def test_a_handler_that_removes_what_is_elsewhere_does_nothing_instead() -> None:
    body = (
        "try:\n    db.table('t').insert({'a': 1}).execute()\nexcept OSError:\n    db.storage.from_('b').remove(['x'])"
    )
    assert [item.fallback for item in queries(body)] == [False]
