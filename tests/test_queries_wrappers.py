"""Functions whose callers say what is asked, and base classes whose derived classes do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pgconform.request import Query
from pgconform.sources.python.evaluate import calls
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.queries import attempts
from pgconform.sources.python.queries.reader import Reader, unread
from tests.commands import Run, project, run
from tests.flowing import HEAD, column_names, facts_of, keys, queries, query, reads, table, tables

__all__ = ["run"]

BASE = """
class Base:
    table_name = None
    def __init__(self, client): self.client = client
    def create(self, data): return self.client.table(self.table_name).insert(data).execute()
    def name(self): raise NotImplementedError
    def drop(self): return self.client.table(self.name()).delete().eq('id', 1).execute()
"""


def test_the_callers_of_a_function_say_its_table() -> None:
    body = (
        "def get(t, columns):\n    return db.table(t).select(columns).execute()\nget('a', 'x')\nget('b', columns='y')"
    )
    assert [(table(item), item.select and item.select[0] and item.select[0].value) for item in queries(body)] == [
        ("a", "x"),
        ("b", "y"),
    ]


def test_a_wrapper_of_a_wrapper() -> None:
    body = "def low(t):\n    return db.table(t).select('*').execute()\ndef high(t):\n    return low(t)\nhigh('a')"
    assert tables(body) == ["a"]


def test_what_tests_hand_to_a_function_of_the_program_is_none_of_its_requests() -> None:
    files = {
        "app__repo": f"{HEAD}def save(row: dict):\n    db.table('t').insert({{'a': 1, **row}}).execute()\n",
        "app__use": "from app.repo import save\nsave({'b': 1})\n",
        "tests__test_repo": f"{HEAD}from app.repo import save\nsave({{'c': 1}})\n"
        "db.table('t').insert({}).execute()\n",
    }
    found = [(item.at.uri, sorted(keys(item))) for item in queries(**files) if item.at]
    assert found == [("app/repo.py", ["a", "b"]), ("tests/test_repo.py", [])]


def test_payloads_come_from_callers_in_other_files() -> None:
    found = query(
        app__repo=HEAD + "def save(row: dict):\n    db.table('t').insert(row).execute()\n",
        app__use="from app.repo import save\ndef f():\n    save({'a': 1})\n" + "    x = 1\n" * 12,
    )
    assert (table(found), keys(found)) == ("t", {"a": True})
    assert found.payload and found.payload.at and found.payload.at.uri == "app/use.py"


def test_derived_classes_say_the_table_of_their_base() -> None:
    derived = "class A(Base):\n    table_name = 'a'\n    def name(self): return 'a2'\n"
    derived += "class B(Base):\n    table_name = 'b'\n    def name(self): return 'b2'\n"
    found = queries(BASE + derived + "A(db).create({'x': 1})\nB(db).create(y)\n")
    assert sorted({str(table(item)) for item in found}) == ["a", "a2", "b", "b2"]
    assert [keys(item) for item in found if item.payload and item.payload.fields] == [{"x": True}]


def test_a_constructor_says_the_table() -> None:
    body = "class Repo:\n    def __init__(self, client, name):\n        self.client, self.name = client, name\n"
    body += "    def all(self):\n        return self.client.table(self.name).select('*').execute()\n"
    assert "a" in tables(body + "Repo(db, 'a').all()")


def test_a_long_row_of_calls_that_wait_for_one_another_ends() -> None:
    made = "".join(f"def f{n}(x):\n    return C(a=f{n + 1}(x))\n" for n in range(300))
    body = f"class C:\n    a: int\n{made}db.table('t').insert({{'a': f0(1)}}).execute()"
    assert [keys(item) for item in queries(body)] == [{"a": True}]


def test_recursion_ends() -> None:
    body = "def f(t, n):\n    db.table(t).select('*').execute()\n    return f(t, n) or g(t)\n"
    body += "def g(t):\n    return f(t, 1)\n"
    assert tables(body + "f('a', 1)") == ["a"]


def test_a_wrapper_that_is_handed_nothing_more_asks_all_the_same() -> None:
    body = """
def count(t, **eq):
    q = db.table(t).select('*')
    for column, value in eq.items():
        q = q.eq(column, value)
    return q.limit(1).execute()
count('a')
count('b', c=1)
"""
    assert tables(body) == ["a", "b"]


@pytest.mark.parametrize(
    "handed", ["asyncio.to_thread(", "loop.run_in_executor(\n        None,", "anyio.to_thread.run_sync("]
)
def test_wrappers_that_a_thread_runs_are_handed_what_that_is(handed: str) -> None:
    body = f"""
def load(client, table, columns):
    return client.table(table).select(columns).execute().data
async def first(loop):
    rows = await {handed}
        load,
        db,
        'a',
        'b, c',
    )
    return rows[0]['d']
"""
    (found,) = [item for item in queries(body) if item.relation is not None]
    assert (table(found), [part.value for part in found.select or () if part]) == ("a", ["b, c"])
    assert [read.key.value for read in found.reads] == ["d"]


def test_what_two_stars_hand_to_a_chain_is_known_where_it_is_called() -> None:
    body = "def save(rows, **how):\n    return db.table('t').upsert(rows, **how).execute()\n"
    (found,) = queries(body + "save({'a': 1}, on_conflict='a')")
    assert found.on_conflict is not None
    assert (keys(found), found.on_conflict.value) == ({"a": True}, "a")
    (found,) = queries("def pick(**how):\n    return db.table('t').select(**how).execute()\npick(columns='a')")
    assert [part.value for part in found.select or () if part] == ["a"]


def test_what_two_stars_may_hand_over_is_not_known() -> None:
    (found,) = queries("def save(rows, how):\n    return db.table('t').upsert(rows, **how).execute()\n")
    assert found.on_conflict is not None
    assert not found.on_conflict.whole
    (found,) = queries("def pick(how):\n    return db.table('t').select(**how).execute()\n")
    assert found.select == (None,)


def test_a_wrapper_nobody_calls_says_that_its_table_is_not_known() -> None:
    (found,) = queries("def get(t):\n    return db.table(t).select('*').execute()")
    assert found.relation is None


@pytest.mark.parametrize(
    "helper",
    [
        "def rows():\n    return db.table('t').select('*').execute().data",
        "def rows():\n    found = db.table('t').select('*').execute()\n    return found.data or []",
        "class R:\n    def rows(self):\n        return db.table('t').select('*').execute().data\nrows = R().rows",
        "def safe(r):\n    return r.data or []\ndef rows():\n    return safe(db.table('t').select('*').execute())",
    ],
)
def test_rows_are_followed_through_helpers(helper: str) -> None:
    assert reads(f"{helper}\nfor row in rows():\n    print(row['a'])") == [("a",)]


def test_rows_are_followed_into_helpers() -> None:
    body = "def show(row):\n    return row['a'], row.get('b')\n"
    body += "for r in db.table('t').select('*').execute().data:\n    show(r)"
    assert reads(body) == [("a",), ("b",)]


PAGED = """
def every(make, order="id", size=10):
    rows, start = [], 0
    while True:
        page = make().order(order).range(start, start + size - 1).execute().data
        rows.extend(page)
        if len(page) < size:
            return rows
        start += size
def handed(make):
    return every(make)
def sent(make):
    query = make()
    return query.execute().data
async def tried(make):
    try:
        return (await make().execute()).data
    except Exception:
        return (await make().execute()).data
def build():
    return db.table("v").select("a, b")
"""


@pytest.mark.parametrize("call", ["every(lambda: {})", "handed(lambda: {})", "sent(lambda: {})", "every(make=build)"])
def test_what_a_function_carries_on_that_it_is_handed_the_beginning_of_is_asked(call: str) -> None:
    """As in a helper that takes one page after the other of what ``make`` begins."""
    rows = call.format("db.table('t').select('a, b')")
    assert reads(f"{PAGED}for row in {rows}:\n    row['c']") == [("c",)]


def test_what_an_asynchronous_function_is_handed_is_too() -> None:
    body = f"{PAGED}async def f():\n    rows = await tried(lambda: db.table('t').select('a'))\n    return rows[0]['c']"
    assert reads(body) == [("c",)]


def test_such_a_function_asks_what_each_caller_begins() -> None:
    body = f"{PAGED}every(lambda: db.table('t').select('a'), 'b')[0]['c']\nevery(lambda: db.table('u').select('d'))"
    asked = [(table(item), [o.column.value for o in item.orders if o.column]) for item in queries(body)]
    assert sorted(asked) == [("t", ["b"]), ("u", ["id"]), ("v", [])]
    assert [[read.key.value for read in item.reads] for item in queries(body) if table(item) == "t"] == [["c"]]


def test_a_row_is_deleted_by_the_filter_that_such_a_function_adds() -> None:
    body = "def f(make):\n    make().eq('id', 1).execute()\nf(lambda: db.table('t').delete())"
    assert [column_names(item) for item in queries(body)] == [["id"]]


@pytest.mark.parametrize(
    "body",
    [
        "every(lambda: db.table('t').select('a') if x else [])[0]['c']",
        "every(x or (lambda: db.table('t').select('a')))[0]['c']",
        "rows = every(lambda: db.table('t').select('a'))\nenrich(rows)\nrows[0]['c']",
        "sent(lambda: cache.get(x) or db.table('t').select('a'))[0]['c']",
    ],
)
def test_what_may_be_something_else_is_not_read_for_sure(body: str) -> None:
    assert reads(PAGED + body) == []


def test_what_is_called_for_some_tables_of_a_loop_is_not_held_to_the_others() -> None:
    loop = "for t, key in [('a', 'x'), ('b', 'y')]:\n    q = db.table(t).select(key)\n"
    body = loop + "    if t in {'a'}:\n        q = q.eq('z', 1)\n    q.order(key).execute()\n"
    ordered = [item.orders[0].column for item in queries(body)]
    assert [(table(item), column_names(item)) for item in queries(body)] == [("a", [None]), ("b", [None])]
    assert [column and column.value for column in ordered] == ["x", "y"]


def test_a_test_of_one_part_of_an_element_goes_for_the_others() -> None:
    loop = "for t, scoped in [('a', True), ('b', False)]:\n    if scoped:\n        db.table(t).select('x').execute()\n"
    assert tables(loop + "    else:\n        db.table(t).select('y').execute()\n") == ["a", "b"]
    assert tables(loop.replace("scoped:", "not scoped:")) == ["b"]
    assert tables(loop.replace("if scoped:", "if other:")) == ["a", "b"]


WRAPPED = "def ask(t, given):\n    q = db.table(t).select('*')\n{}    return q.execute()\nask('a', {})\n"
BY_ITEM = """
    for f in given or []:
        op = f[0]
        if op == 'like':
            q = q.like(f[1], f[2])
        elif op in ('in', 'in_'):
            q = q.in_(f[1], f[2])
        else:
            q = q.eq(f[1], f[2])
"""
WITHOUT_A_NAME = """
    for f in given:
        if f[0] == 'like':
            q = q.like(f[1], f[2])
        if f[0] == 'eq':
            q = q.eq(f[1], f[2])
"""
TAKEN_APART = """
    for op, column, value in given:
        if op == 'like':
            q = q.like(column, value)
        if op == 'eq':
            q = q.eq(column, value)
"""
MATCHED = """
    for f in given:
        match f[0]:
            case 'like' | 'ilike':
                q = q.like(f[1], f[2])
            case _:
                q = q.eq(f[1], f[2])
"""
BY_CLASS = """
    for column, value in given.items():
        if isinstance(value, (list, tuple)):
            q = q.in_(column, value)
        elif isinstance(value, dict):
            for op, v in value.items():
                if op == 'like':
                    q = q.like(column, v)
                if op == 'gte':
                    q = q.gte(column, v)
        elif value is None:
            q = q.is_(column, 'null')
        else:
            q = q.eq(column, value)
"""
IN_ONE = """
    for column, value in given.items():
        if not value:
            continue
        q = q.in_(column, value) if isinstance(value, list) else q.eq(column, value)
"""
BY_TYPE = """
    for column, value in given.items():
        if type(value) is list:
            q = q.in_(column, value)
        elif value is not None:
            q = q.eq(column, value)
"""
BY_START = """
    for column, value in given.items():
        value = str(value)
        if column.startswith('not.') and '.is' in column:
            q = q.not_.is_(column[4:], value)
        elif value.startswith('like.'):
            q = q.like(column, value[5:])
        elif value.startswith('eq.'):
            q = q.eq(column, 'a')
"""
PAIRS = "[('eq', 'x', 1), ('like', 'y', 'z')]"
VALUES = "{'x': 1, 'y': 'z', 'i': [1, 2], 'n': None, 'l': {'like': 'a'}, 'g': {'gte': 'b'}}"


@pytest.mark.parametrize(
    ("body", "given", "asked"),
    [
        (BY_ITEM, "[('eq', 'x', 1)]", {("eq", "x")}),
        (BY_ITEM, "[('eq', 'x', 1), ('in', 'i', [2])]", {("eq", "x"), ("in", "i")}),
        *((body, PAIRS, {("eq", "x"), ("like", "y")}) for body in (BY_ITEM, WITHOUT_A_NAME, TAKEN_APART, MATCHED)),
        (BY_CLASS, "{'i': [1, 2], 'n': None}", {("in", "i"), ("is", "n")}),
        *((body, "{'x': 1, 'i': [1, 2], 'n': None}", {("eq", "x"), ("in", "i")}) for body in (IN_ONE, BY_TYPE)),
        (BY_CLASS, VALUES, {("eq", "x"), ("eq", "y"), ("in", "i"), ("is", "n"), ("like", "l"), ("gte", "g")}),
        (BY_START, "{'x': f'eq.{one}', 'y': 'like.a'}", {("eq", "x"), ("like", "y")}),
        (BY_START, "{'x': f'eq.{one}', 'y': f'like.{one}'}", {("eq", "x"), ("like", "y")}),
        (BY_START, "{'x': f'eq.{one}', 'not.n.is': 'eq.1', 'z': 3}", {("eq", "x"), ("is", "n.is")}),
        (BY_START, "{'x': f'{one}.eq'}", {("eq", "x"), ("like", "x")}),
    ],
)
def test_what_a_filter_is_like_decides_how_it_is_asked(body: str, given: str, asked: set[tuple[str, str]]) -> None:
    found = [one for item in queries(WRAPPED.format(body, given)) if table(item) for one in item.filters]
    assert {(one.operator.value, one.column.value) for one in found if one.operator and one.column} == asked


@pytest.mark.parametrize(
    ("loop", "default"),
    [
        ("for column, value in given or []", "None"),
        ("for column, value in (given or {}).items()", "None"),
        ("for column, value in given.items()", "{}"),
        ("for column in given or {}", "None"),
        ("for column, (first, value) in given", "()"),
    ],
)
def test_a_loop_over_nothing_asks_nothing(loop: str, default: str) -> None:
    body = f"def ask(t, given={default}):\n    q = db.table(t).select('*')\n    {loop}:\n        q = q.eq(column, 1)\n"
    found = queries(f"{body}    return q.execute()\nask('a')\nask('b', other)\n")
    assert {len(item.filters) for item in found if table(item) == "a"} == {0}
    assert max(len(item.filters) for item in found if table(item) == "b") == 1


FILTERING = """
def one(column, value):
    q = db.table('a').select('*')
    {}
    return q.execute()
def many(given):
    q = db.table('a').select('*')
    for column, value in given.items():
        if isinstance(value, str) and '%' in value:
            q = q.ilike(column, value)
        else:
            q = q.eq(column, value)
    return q.execute()
def own(value=None):
    q = db.table('a').select('*')
    if value:
        q = q.ilike('x', value)
    return q.execute()
"""
EITHER = "q = q.like(column, value) if '%' in value else q.eq(column, value)"


@pytest.mark.parametrize(
    ("body", "call", "operators"),
    [
        (EITHER, "one('x', y)", {None, "eq"}),
        (EITHER, "one('x', 'y%')", {"like"}),
        ("if value:\n        q = q.like(column, value)", "one('x', y)", {None}),
        (
            "if '%' in value:\n        return q.like(column, value).execute()\n    q = q.eq(column, 1)",
            "one('x', y)",
            {None, "eq"},
        ),
        ("if not value:\n        return None\n    q = q.like(column, value)", "one('x', y)", {"like"}),
        ("q = q.like(column, value)", "one('x', y)", {"like"}),
        ("", "many({'x': y})", {None, "eq"}),
        ("", "many({'x': 'y%'})", {"ilike"}),
        ("", "own(y)", {"ilike"}),
    ],
)
def test_a_filter_that_a_value_nobody_knows_chooses_for_a_column_has_no_operator(
    body: str, call: str, operators: set[str | None]
) -> None:
    found = [one for item in queries(FILTERING.format(body) + call) for one in item.filters if one.column]
    assert {one.operator and one.operator.value for one in found if one.column and one.column.value == "x"} >= operators
    assert (None in {one.operator for one in found}) == (None in operators)


@pytest.mark.parametrize(
    ("test", "value", "asks"),
    [
        ("value.startswith('a.')", "f'a.{one}'", True),
        ("value.startswith('a.')", "f'b.{one}'", False),
        ("value.startswith('a.b')", "f'a.{one}'", True),
        ("not value.startswith('a.')", "f'a.{one}'", False),
        ("not value.startswith('a.b')", "f'a.{one}'", True),
        ("value.endswith(('.a', '.b'))", "f'{one}.a'", True),
        ("not value.endswith(('.a', '.b'))", "f'{one}.a'", False),
        ("value.endswith('.a')", "f'{one}.b'", False),
        ("value in ('a.x', 'b')", "f'a.{one}'", True),
        ("value in ('a.x', 'b')", "f'b.{one}'", False),
        ("value not in ('a.x', 'b')", "f'a.{one}'", True),
        ("'.x.' in value", "f'{one}.y.{one}'", True),
        ("'.x.' not in value", "f'{one}.x.{one}'", False),
        ("not value", "f'{one}'", True),
        ("not value", "f'a{one}'", False),
    ],
)
def test_what_is_known_of_a_text_decides_where_it_does(test: str, value: str, asks: bool) -> None:
    body = f"    for column, value in given.items():\n        if {test}:\n            q = q.eq(column, value)\n"
    found = [one for item in queries(WRAPPED.format(body, f"{{'x': {value}}}")) if table(item) for one in item.filters]
    assert bool(found) == asks


@pytest.mark.parametrize("test", ["isinstance(value, Unknown)", "isinstance(value, kinds)", "isinstance(column, str)"])
def test_a_class_that_nobody_knows_rules_nothing_out(test: str) -> None:
    body = f"    for column, value in given.items():\n        if {test}:\n            q = q.eq(column, value)\n"
    found = [one for item in queries(WRAPPED.format(body, "{'x': 1}")) if table(item) for one in item.filters]
    assert [one.column.value for one in found if one.column] == ["x"]


GET = "def get(t, schema=None, kind='plain'):\n{}    return q.select('*').execute().data\n"
PLAIN, OTHER = "q = db.table(t)\n", "q = db.schema(schema).table(t)\n"
CHOICES = {
    "expression": "    q = db.schema(schema).table(t) if schema else db.table(t)\n",
    "statement": f"    if schema is not None:\n        {OTHER}    else:\n        {PLAIN}",
    "return": f"    if not schema:\n        return db.table(t).select('*').execute()\n    {OTHER}",
    "raise": f"    if schema is None and kind == 'plain':\n        raise ValueError\n    {OTHER}",
    "label": f"    if kind == 'plain':\n        {PLAIN}    elif kind in ('other', 'third'):\n        {OTHER}",
}


def asked(choice: str, call: str) -> set[tuple[str | None, str]]:
    """The schemas and tables that a call of ``get`` asks for."""
    found = queries(GET.format(CHOICES[choice]) + call)
    return {(item.schema.value if item.schema else None, name) for item in found if (name := table(item))}


@pytest.mark.parametrize("choice", CHOICES)
def test_a_call_does_not_come_to_what_its_arguments_keep_it_from(choice: str) -> None:
    assert asked(choice, "get('a', 's', 'other')") == {("s", "a")}


@pytest.mark.parametrize("choice", ["expression", "statement", "return", "label"])
def test_a_call_without_the_argument_comes_to_what_the_default_leads_to(choice: str) -> None:
    assert asked(choice, "get('a')") == {(None, "a")}


@pytest.mark.parametrize(
    "choice",
    [
        "column, way = order.split('.') if '.' in order else (order, 'asc')",
        "column, way = (order, 'asc') if '.' not in order else order.split('.')",
    ],
)
@pytest.mark.parametrize("test", ["order", "order is not None", "order and order != '-'"])
def test_what_is_chosen_by_an_argument_is_so_within_another_test_of_it(choice: str, test: str) -> None:
    head = "def get(t, order=None):\n    q = db.table(t).select('*')\n"
    body = head + "    if {}:\n        {}\n        q = q.order(column)\n    return q.execute().data\n"
    calls = "get('a', 'x.desc')\nget('b', 'x')\nget('c')"
    found = {
        table(item): {order.column and order.column.value for order in item.orders}
        for item in queries(body.format(test, choice) + calls)
    }
    assert "x.desc" not in found["a"]
    assert (found["b"], found["c"]) == ({"x"}, set())


def test_a_test_of_what_nobody_knows_rules_nothing_out() -> None:
    assert {schema for schema, _ in asked("label", "get('a', 's', kind=input())")} == {None, "s"}


def test_a_name_that_was_bound_anew_is_no_argument() -> None:
    body = "def get(t, schema=None):\n    schema = schema or pick()\n    if schema:\n        t = 'b'\n"
    assert set(tables(f"{body}    return db.table(t).select('*').execute()\nget('a')")) == {"a", "b"}


def test_a_key_is_not_sent_where_the_argument_for_it_is_missing() -> None:
    body = "def save(row, note=None):\n    if note:\n        row['note'] = note\n"
    body += "    db.table('t').insert(row).execute()\nsave({'a': 1})"
    assert [keys(item) for item in queries(body)] == [{"a": True}]


STORES = """
from abc import ABC, abstractmethod
from fastapi import Depends
class Store(ABC):
    @abstractmethod
    def rows(self, name: str): ...
class Sheets(Store):
    def rows(self, name: str): return self.book.worksheet(name).get_all_records()
class Tables(Store):
    def rows(self, name: str): return db.table(name).select('*').execute().data
def sheets() -> Store: return Sheets()
def tables() -> Store: return Tables()
"""


@pytest.mark.parametrize(
    ("parameter", "unsure"),
    [
        ("store: Store", [True]),
        ("store: Tables", [False]),
        ("store: Store = Depends(tables)", [False]),
        ("store: Store = Depends(sheets)", []),
    ],
)
def test_what_is_asked_of_an_object_is_sure_where_its_class_is_or_every_one_it_may_be_of_asks(
    parameter: str, unsure: list[bool]
) -> None:
    found = queries(f"{STORES}\ndef total({parameter}): return store.rows('ledger')")
    assert [item.unsure for item in found if table(item) == "ledger"] == unsure


def test_nothing_is_unsure_where_every_class_asks() -> None:
    body = STORES.replace("self.book.worksheet(name).get_all_records()", "db.table(name).select('a').execute().data")
    found = queries(f"{body}\ndef total(store: Store): return store.rows('ledger')")
    assert [(column_names(item), item.unsure) for item in found if table(item)] == [([], False)] * 2


BLANK = """
def where(alias: str = "") -> str:
    dot = f"{alias}." if alias else ""
    return f"{dot}events"
"""


@pytest.mark.parametrize(
    ("call", "named"),
    [("where()", "events"), ("where('x')", "x.events"), ("where(alias='')", "events"), ("where(given)", "\x00.events")],
)
def test_what_a_call_leaves_out_is_its_default_wherever_it_is_tested(call: str, named: str) -> None:
    assert named in tables(f"{BLANK}\ndef f(given):\n    return db.table({call}).select('*').execute()")
    assert ".events" not in tables(f"{BLANK}\ndef f(given):\n    return db.table({call}).select('*').execute()")


SAVE = """
def put(row):
    db.table('t').update(row).eq('id', 1).execute()
def add(row):
    db.table('t').insert(row).execute()
def save(row, known=None, **rest):
    {}
"""
TESTED = {
    "get": "put(row) if row.get('id') else add(row)",
    "item": "add(row) if not row['id'] else put(row)",
    "name": "id = row.get('id')\n    if id:\n        return put(row)\n    add(row)",
    "popped": "id = row.pop('id', None)\n    if id is not None:\n        return put(row)\n    return add(row)",
    "both": "if 'id' in row and row['id']:\n        put(row)\n    else:\n        add(row)",
    "argument": "if known:\n        return put(row)\n    return add(row)",
    "attribute": "if known.id is None:\n        return add(row)\n    return put(row)",
    "label": "if known == 'new':\n        add(row)\n    elif known == 'old':\n        put(row)",
}


def sent_open(test: str, call: str) -> set[bool]:
    """Whether the rows that are inserted may be meant for the update beside it."""
    found = queries(f"{SAVE.format(TESTED[test])}def use(x, y):\n    {call}\n")
    return {item.open for item in found if item.verb == "insert" and keys(item)}


@pytest.mark.parametrize("test", TESTED)
def test_what_a_row_leaves_out_may_be_meant_for_another_request_that_nobody_knows_of(test: str) -> None:
    assert sent_open(test, "save({'id': x, 'a': y}, x)") == {True}


@pytest.mark.parametrize(
    ("test", "call"),
    [
        ("get", "save({'a': y})"),
        ("name", "save({'id': None, 'a': y})"),
        ("argument", "save({'id': x, 'a': y})"),
        ("argument", "save({'id': x, 'a': y}, None)"),
        ("label", "save({'id': x, 'a': y}, 'new')"),
        ("label", "add({'id': x, 'a': y})"),
    ],
)
def test_where_a_caller_decides_which_request_it_is_its_row_is_meant_for_that(test: str, call: str) -> None:
    assert sent_open(test, call) == {False}


@pytest.mark.parametrize(
    "body",
    [
        "old = db.table('t').select('id').eq('a', row['a']).execute().data\n    return put(row) if old else add(row)",
        "if not row.get('a'):\n        raise ValueError\n    add(row)",
        "add(row)\n    if known:\n        db.table('t').select('id').execute()",
    ],
)
def test_what_hangs_on_nothing_of_the_caller_or_leaves_no_other_request_is_sent_as_it_is(body: str) -> None:
    found = queries(f"{SAVE.format(body)}def use(x, y):\n    save({{'id': x, 'a': y}}, x)\n")
    assert {item.open for item in found if item.verb == "insert" and keys(item)} == {False}


PUT = """def put(row, more):
    payload = {'a': row}
    if more:
        payload['x'] = 1
    return db.table('t').insert(payload).execute()
"""


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("try:\n    put(1, True)\nexcept Exception:\n    put(1, False)", True),
        (
            "more = True\nfor _ in '12':\n  try:\n    put(1, more)\n    break\n  except Exception:\n    more = False",
            True,
        ),
        ("try:\n    put(1, True)\nexcept Exception:\n    put(1, True)", False),
        ("try:\n    put('a', True)\nexcept Exception:\n    put('b', True)", False),
        ("try:\n    put(1, True)\nexcept Exception:\n    print('no')", False),
        ("put(1, True)\nput(1, False)", False),
    ],
)
def test_what_a_caller_tries_and_then_asks_for_with_less_may_be_meant_to_fail(body: str, meant: bool) -> None:
    text = PUT + "def save():\n" + "".join(f"    {line}\n" for line in body.split("\n"))
    assert {item.fallback for item in queries(text)} == {meant}


def test_a_row_that_a_caller_sends_again_with_fewer_keys_may_be_meant_to_fail() -> None:
    put = "def put(row):\n    db.table('t').insert(row).execute()\n"
    again = put + "def save():\n    try:\n        put({'a': 1, 'x': 2})\n    except Exception:\n        put({%s})\n"
    assert [item.fallback for item in queries(again % "'a': 1")] == [True, True]
    assert [item.fallback for item in queries(again % "'a': 1, 'error': 'x'")] == [False, False]


TOLD = """class Job:
    def tell(self, step, data=None, error=None, more=True):
        row = {'step': step}
        if data is not None:
            row['data'] = data
        if error and more:
            row['error'] = error
        BODY
    def run(self, kind, row):
        state = kind or 'x'
        try:
            found = work(row)
            FIRST
            return found
        except Exception as e:
            LAST
job = Job()
"""
SEND = "db.table('t').insert(row).execute()"
QUIET = f"""try:
            {SEND}
        except Exception as why:
            print(str(why))"""


def told(first: str, last: str, send: str = SEND, other: str = "") -> set[bool]:
    """What a job tells of its success, and of its failure: whether that may be meant to fail."""
    text = TOLD.replace("BODY", send).replace("FIRST", first).replace("LAST", last)
    function = text.replace("class Job:", "if 1:").replace("self, ", "").replace("self.", "").replace("job = Job()", "")
    every = [item for body in (text, function) for item in queries(body, **({"other": other} if other else {}))]
    return {item.fallback for item in every}


@pytest.mark.parametrize("send", [SEND, QUIET])
@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("self.tell('done', data={'n': 1})", "self.tell('failed', error=str(e))"),
        ("self.tell('done', {'n': 1}, None, True)", "self.tell('failed', error=str(e))"),
        ("self.tell(step='done', data={'n': 1})", "self.tell(step='failed', data={})"),
        ("self.tell('done', data={'n': 1}, more=False)", "self.tell(f'failed: {e}')"),
        ("self.tell(State.DONE, data=found)", "self.tell(State.FAILED)"),
        ("self.tell(kind, data={'n': 1, 'state': 'done'})", "self.tell(kind, data={'state': 'failed'})"),
        ("self.tell(kind, data={'n': 1, 'why': None})", "self.tell(kind, data={'why': str(e)})"),
        ("self.tell(kind, data={'n': 1})", "self.last = e\n            self.tell('failed')"),
        ("self.tell(kind, found, more=row)", "self.tell(kind, str(e))"),
        ("self.tell(state, data=found)", "self.tell('failed', error=str(e))"),
    ],
)
def test_who_tells_of_a_success_and_of_a_failure_asks_for_nothing_again(first: str, last: str, send: str) -> None:
    assert told(first, last, send) == {False}
    elsewhere = "from main import job\ntry:\n    job.tell('a', {'n': 1})\nexcept Exception:\n    job.tell('a')\n"
    assert told(first, last, send, elsewhere) == {False}


@pytest.mark.parametrize(
    ("first", "last", "meant"),
    [
        ("self.tell(kind, data={'n': 1})", "self.tell(kind)", True),
        ("self.tell(kind, data=found)", "self.tell(step=kind)", True),
        ("self.tell('done', data=found, error=row['e'])", "self.tell('done', error=row['e'])", True),
        ("self.tell(kind, data=found, error='e')", "self.tell(kind, data=found, error='e', more=False)", True),
        ("self.tell(kind, data=found)", "other.tell(kind)", False),
    ],
)
def test_a_call_that_is_made_again_with_less_is_of_a_function_that_fails(first: str, last: str, meant: bool) -> None:
    assert told(first, last) == {meant}
    assert told(first, last, QUIET) == {False}
    loud = QUIET.replace("print(str(why))", "print(why)\n            raise")
    assert told(first, last, loud) == {meant}
    assert told(first, last, QUIET.replace("print(str(why))", "settle(why)")) == {meant}
    assert told(first, last, QUIET.replace("Exception", "ValueError")) == {meant}


@pytest.mark.parametrize(
    ("last", "meant"),
    [
        ("rows('old', 'a')", True),
        ("rows('new', 'a')", True),
        ("rows('old', 'c, d')", False),
        ("print(e)", False),
    ],
)
def test_a_read_of_less_in_place_of_another_is_one_wherever_it_reads(last: str, meant: bool) -> None:
    text = (
        "def rows(table, columns):\n    return db.table(table).select(columns).execute().data\n"
        f"def use():\n    try:\n        return rows('new', 'a, b')\n    except Exception as e:\n        return {last}\n"
        "def more():\n    return rows('new', 'b')\n"
    )
    assert {item.fallback for item in queries(text) if table(item) == "new"} == {meant}


def test_requests_of_one_function_are_put_beside_all_others_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    words: list[Query] = []
    said = attempts._said

    def counted(one: Query) -> tuple[object, ...]:
        words.append(one)
        return said(one)

    monkeypatch.setattr(attempts, "_said", counted)
    body = "def put(row):\n    db.table('t').insert(row).execute()\n"
    for number in range(20):
        body += f"def save{number}():\n    try:\n        put({{'a': 1, 'x{number}': 2}})\n"
        body += "    except Exception:\n        put({'a': 1})\n"
    found = queries(body)
    assert (len(found), {item.fallback for item in found}) == (40, {True})
    assert len(words) == 40


def test_a_flag_that_a_method_stores_where_another_failed_decides_what_may_be_meant_to_fail() -> None:
    body = """class Store:
    def __init__(self): self.full = True
    def put(self, row):
        payload = {'a': row}
        if self.full: payload['x'] = 1
        db.table('t').insert(payload).execute()
    def save(self, row):
        try:
            self.put(row)
        except Exception:
            self.full = False
            self.put(row)
"""
    assert query(body).fallback
    assert not query(body.replace("            self.full = False\n", "")).fallback


def test_what_a_caller_tries_just_to_see_whether_it_is_there_may_be_meant_to_fail() -> None:
    body = """def probe():
    db.table('t').select('x').limit(1).execute()
def save(row):
    payload, there = {'a': row}, True
    try:
        probe()
    except Exception:
        there = False
    if there:
        payload['x'] = 1
    db.table('t').insert(payload).execute()
"""
    assert [item.fallback for item in queries(body)] == [True, True]
    assert [item.fallback for item in queries(body.replace("limit(1)", "eq('id', row)"))] == [False, False]
    untried = body.replace("    try:\n        probe()\n    except Exception:\n        there = False\n", "    probe()\n")
    assert [item.fallback for item in queries(untried)] == [False, False]


def test_a_key_that_is_sent_only_where_the_function_finds_it_is_no_claim_that_it_is_there() -> None:
    body = """def save(row, text):
    payload = {'a': row}
    try:
        db.table('t').select('x, y').limit(1).execute()
        payload['x'] = text
    except Exception:
        pass
    if text:
        payload['z'] = text
    db.table('t').update(payload).eq('id', 1).execute()
"""

    def found(body: str) -> list[tuple[str, ...]]:
        return [item.payload.sought for item in queries(body) if item.payload]

    assert found(body) == [("x",)]
    assert found(body.replace("select('x, y')", "select('y')")) == [()]
    assert found(body.replace("table('t').select", "table('u').select")) == [()]
    assert found(body.replace("limit(1)", "eq('id', row)")) == [()]
    assert set(found(body.replace("{'a': row}", "{'a': row, 'x': ''}"))) == {()}


MISSING = """def gone(error, column=''):
    text = str(error).lower()
    return 'PGRST204' in str(error) or 'does not exist' in text
def other(error):
    return 'duplicate key' in str(error)
"""


@pytest.mark.parametrize(
    ("handler", "meant"),
    [
        ("if 'PGRST204' not in str(why): raise", True),
        ("if 'schema cache' in str(why): return None\n        raise", True),
        ("if \"Could not find the 'x' column\" in str(why): return None\n        raise", True),
        ("if row and gone(why, 'x'): return None\n        raise", True),
        ("old = bool(row) and self.gone(str(why))\n        print(old)", True),
        ("if other(why): return None\n        raise", False),
        ("if gone(row): return None\n        raise", False),
        ("gone(why)", False),
        ("if gone(why): print(1)\n        raise", False),
        ("raise ValueError('PGRST204')", False),
        ("logfire.info(f'it does not exist: {why}')\n        return None", False),
        ("print('no such table: 42P01')\n        return None", False),
        ("return None", False),
    ],
)
def test_a_handler_that_asks_whether_something_is_not_there_expects_that(handler: str, meant: bool) -> None:
    body = f"""{MISSING}def save(self, row):
    try:
        db.table('t').insert({{'x': row}}).execute()
    except Exception as why:
        {handler}
"""
    assert query(body).fallback is meant


def test_what_is_sent_instead_where_something_is_not_there_may_fail_where_it_is() -> None:
    body = f"""{MISSING}def save(self, row):
    try:
        db.table('t').update({{'a': 1, **row}}).eq('id', 1).execute()
    except Exception as why:
        if gone(why):
            db.table('t').update({{'b': 1, **row}}).eq('id', 1).execute()
            db.table('u').update({{'b': 1, **row}}).eq('id', 1).execute()
        else:
            raise
"""
    assert [item.fallback for item in queries(body)] == [True, True, False]
    assert [item.fallback for item in queries(body.replace("gone(why)", "other(why)"))] == [False, False, False]


def test_a_request_stands_where_something_is_asked_not_where_a_function_names_the_relation_for_it() -> None:
    body = """class Client:
    def table(self, name):
        return db.table(name)
    def kept(self):
        return db.table('t')
def save(client: Client):
    client.table('t').update({}).execute()
def load():
    Client().kept().select('a').execute()
def direct():
    db.table('t').select('a').execute()
"""
    first, second, third = sorted(queries(body), key=lambda item: item.at.line if item.at else 0)
    assert [item.holder for item in (first, second, third)] == ["save", "load", "direct"]
    assert [item.at.line if item.at else 0 for item in (first, second, third)] == [9, 11, 13]


BY_TABLE = """
KINDS = {"a": {"by": "x"}, "b": {"by": "country"}, "c": {"by": "none"}}
def pull(table, given=None):
    by = KINDS.get(table, {}).get("by")
    filters = {}
    if given and by != "none":
        if by == "country":
            filters["country"] = given
        else:
            filters[by] = given
    return select(table, filters if filters else None)
def select(table, filters=None):
    query = db.table(table).select("*")
    if filters:
        for key, value in filters.items():
            query = query.eq(key, value)
    return query.execute()
"""


@pytest.mark.parametrize("names", ["['a', 'b', 'c']", "KINDS", "['a'] + [kind for kind in KINDS if kind != 'a']"])
def test_what_a_tables_own_settings_decide_is_asked_of_that_table(names: str) -> None:
    found = queries(f"{BY_TABLE}for one in {names}:\n    pull(one, 1)")
    assert sorted((table(item), column_names(item)) for item in found) == [("a", ["x"]), ("b", ["country"]), ("c", [])]


def test_what_something_else_decides_is_asked_of_every_table() -> None:
    body = BY_TABLE.replace('by == "country"', "given > 1")
    found = queries(f"{body}for one in ['a', 'b']:\n    pull(one, 1)")
    assert {(table(item), *column_names(item)) for item in found} >= {("a", "country"), ("b", "country"), ("a", "x")}


MAPS = """
TABLES = {"a": "as", "b": "bs", "c": "cs"}
def f(kind, thing):
"""


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        (
            "columns = {'a': 'x', 'b': 'y', 'c': 'z'}\n    table = TABLES.get(kind)\n"
            "    column = columns.get(kind, 'w')",
            {("as", "x"), ("bs", "y"), ("cs", "z")},
        ),
        (
            "columns = {'a': 'x', 'b': 'y'}\n    table = TABLES[kind]\n    column = columns.get(kind, 'w')",
            {("as", "x"), ("bs", "y"), ("cs", "w")},
        ),
        (
            "columns = {'b': 'y', 'd': 'z'}\n    table = TABLES.get(kind, 'others')\n"
            "    column = columns.get(kind, 'w')",
            {("as", "w"), ("bs", "y"), ("cs", "w"), ("others", "w"), ("others", "z")},
        ),
        (
            "columns = {'a': 'x', 'b': 'y'}\n    table = TABLES[kind]\n    column = columns[kind]",
            {("as", "x"), ("bs", "y")},
        ),
        (
            "table = TABLES[kind]\n    if kind not in ('a', 'b', 'c'):\n        return\n"
            "    column = {'a': 'x'}.get(kind, 'w')",
            {("as", "x"), ("bs", "w"), ("cs", "w")},
        ),
        (
            "columns = {'a': 'x', 'b': 'y'}\n    table = TABLES[kind]\n    column = columns[thing]",
            {(one, column) for one in ("as", "bs", "cs") for column in "xy"},
        ),
        (
            "kind = thing.kind\n    if kind == 'b':\n        return\n    table = TABLES.get(kind)\n    column = 'x'",
            {("as", "x"), ("cs", "x")},
        ),
        (
            "if thing.kind == 'b':\n        return\n    table = TABLES.get(kind)\n    column = 'x'",
            {("as", "x"), ("bs", "x"), ("cs", "x")},
        ),
    ],
)
def test_what_one_key_leads_to_in_several_dicts_goes_together(body: str, asked: set[tuple[str, str]]) -> None:
    """Whatever keys each of them has, and with what stands in for those it has not."""
    found = queries(f"{MAPS}    {body}\n    db.table(table).select('*').eq(column, 1).execute()")
    assert {(table(item), *column_names(item)) for item in found} == asked


RECORDS = """
class Config:
    def __init__(self, table, owned=False):
        self.table = table
        self.owned = owned
CONFIGS = {"a": Config("as", owned=True), "b": Config("bs")}
def config_of(kind):
    try:
        return CONFIGS[kind]
    except KeyError:
        raise ValueError(kind) from None
def f(kind, other):
"""


@pytest.mark.parametrize("taken", ["CONFIGS[kind]", "CONFIGS.get(kind)", "config_of(kind)"])
@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("if config.owned:\n        {ask}", {"as"}),
        ("if config.owned and other is not None:\n        {ask}", {"as"}),
        ("if not config.owned:\n        return\n    {ask}", {"as"}),
        ("if not config.owned:\n        {ask}", {"bs"}),
        ("if config.owned:\n        pass\n    else:\n        {ask}", {"bs"}),
        ("if config.table:\n        {ask}", {"as", "bs"}),
        ("if other.owned:\n        {ask}", {"as", "bs"}),
        ("if config.owned or other:\n        {ask}", {"as", "bs"}),
    ],
)
def test_what_an_attribute_says_tells_which_of_several_objects_it_is(taken: str, body: str, asked: set[str]) -> None:
    ask = "db.table(config.table).select('*').execute()"
    found = queries(f"{RECORDS}    config = {taken}\n    {body.format(ask=ask)}")
    assert {table(item) for item in found} == asked


@pytest.mark.parametrize(
    ("parameters", "asks", "calls", "found"),
    [
        ("column", "select('id').eq(column, 1)", "f('id')", [("a",)]),
        ("text", "select('id').or_(f'name.ilike.%{text}%')", "f('x')\nf('y')", [("a",)]),
        ("column, columns='id'", "select(columns).eq(column, 1)", "f('id')\nf('id', 'id, a')", []),
        ("column, columns='id'", "select(columns).eq(column, 1)", "f('id', 'id, a')", []),
    ],
)
def test_keys_are_read_of_the_rows_of_what_callers_decide(
    parameters: str, asks: str, calls: str, found: list[tuple[str, ...]]
) -> None:
    """Where the columns of the rows are the same, whoever calls."""
    body = f"def f({parameters}):\n    r = db.table('t').{asks}.execute()\n    return [row['a'] for row in r.data]\n"
    assert reads(body + calls) == found


CHOOSING = """
class Labels:
    def of(self, kind):
        if kind == "b":
            return "y"
        return "x"
def by_return(kind):
    if kind == "b":
        return "y"
    return "x"
def by_name(kind):
    column = "x"
    if kind == "b":
        column = "y"
    return column
def by_choice(kind): return "y" if kind == "b" else "x"
def by_match(kind):
    match kind:
        case "b": return "y"
        case _: return "x"
def by_flag(kind):
    return by_choice("b") if kind else by_choice("a")
"""


@pytest.mark.parametrize("call", ["by_return", "by_name", "by_choice", "by_match", "Labels().of", "by_flag"])
def test_what_a_test_of_an_argument_chooses_is_what_the_call_gives(call: str) -> None:
    """Each call gives what its own argument leads to, and one of which nobody knows the argument either."""
    first, other = ("''", "'b'") if call == "by_flag" else ("'a'", "'b'")
    body = "".join(
        f"db.table('{name}').select('*').eq({call}({given}), 1).execute()\n"
        for name, given in [
            ("as", first),
            ("bs", other),
            ("cs", "input()"),
        ]
    )
    assert {(table(item), *column_names(item)) for item in queries(CHOOSING + body)} == {
        ("as", "x"),
        ("bs", "y"),
        ("cs", "x"),
        ("cs", "y"),
    }


@pytest.mark.parametrize("call", ["by_return", "by_name", "by_choice", "by_match", "Labels().of"])
def test_what_a_call_chooses_goes_with_the_value_that_it_was_given(call: str) -> None:
    body = f"for kind, name in {{'a': 'as', 'b': 'bs'}}.items():\n    column = {call}(kind)\n"
    found = queries(f"{CHOOSING}{body}    db.table(name).select('*').eq(column, 1).execute()\n")
    assert {(table(item), *column_names(item)) for item in found} == {("as", "x"), ("bs", "y")}


SEVERAL = "TABLES = {'a': 'as', 'b': 'bs', 'c': 'cs'}\n"
ASK = "    db.table(table).select('*').eq(column, 1).execute()\n"
CHOSEN = [
    "    column = 'y' if {0} == 'b' else 'x'\n",
    "    if {0} == 'b':\n        column = 'y'\n    else:\n        column = 'x'\n",
    "    column = 'x'\n    if {0} in ('b', 'd'):\n        column = 'y'\n",
    "    if {0} == 'a':\n        column = 'x'\n    elif {0} == 'b':\n        column = 'y'\n"
    "    else:\n        column = 'x'\n",
]


@pytest.mark.parametrize("chosen", CHOSEN)
@pytest.mark.parametrize(
    ("begun", "tested"),
    [
        ("def f(kind):\n    table = TABLES[kind]\n", "kind"),
        ("def f(row):\n    kind = row.kind\n    table = TABLES.get(kind)\n", "kind"),
        ("for kind, table in TABLES.items():\n", "kind"),
        ("for table in TABLES.values():\n    kind = table[0]\n", "table"),
    ],
)
def test_what_tests_of_a_key_choose_goes_with_what_the_key_leads_to(begun: str, tested: str, chosen: str) -> None:
    body = chosen.format(tested)
    body = re.sub(r"'([abd])'", r"'\1s'", body) if tested == "table" else body
    found = queries(SEVERAL + begun + body + ASK)
    assert {(table(item), *column_names(item)) for item in found} == {("as", "x"), ("bs", "y"), ("cs", "x")}


@pytest.mark.parametrize("chosen", CHOSEN)
def test_what_tests_of_something_else_choose_goes_with_every_key(chosen: str) -> None:
    found = queries(f"{SEVERAL}def f(kind, other):\n    table = TABLES[kind]\n{chosen.format('other')}{ASK}")
    every = {(name, column) for name in ("as", "bs", "cs") for column in "xy"}
    assert {(table(item), *column_names(item)) for item in found} == every


PASSED = """
TABLES = {'a': 'as', 'b': 'bs', 'c': 'cs'}
COLUMNS = {'a': 'x', 'b': 'y', 'c': 'z'}
class Rows:
    def of(self, key, column): return self.ask(self.name(key), column)
    def name(self, key):
        names = {'a': 'as', 'b': 'bs', 'c': 'cs'}
        return names[key]
    def ask(self, name, column): return db.table(name).select('*').eq(column, 1).execute()
def named(key): return TABLES[key]
def column(key): return 'x' if key == 'a' else 'y' if key == 'b' else 'z'
def direct(key, column): return db.table(TABLES[key]).select('*').eq(column, 1).execute()
def called(key, column): return db.table(named(key)).select('*').eq(column, 1).execute()
def both(name, key): return db.table(name).select('*').eq(COLUMNS[key], 1).execute()
def tested(name, key): return db.table(name).select('*').eq(column(key), 1).execute()
def inner(key, column): return called(key, column)
"""


def known(body: str) -> set[tuple[str, str]]:
    """Tables beside columns where both are known."""
    found = {(table(item), *column_names(item)) for item in queries(PASSED + body)}
    return {(item[0], item[1]) for item in found if item[0] is not None and len(item) > 1 and item[1] is not None}


@pytest.mark.parametrize("ask", ["direct", "called", "inner", "Rows().of"])
def test_what_callers_tested_of_a_key_holds_where_they_pass_it(ask: str) -> None:
    body = f"def f(key):\n    if key == 'a':\n        return {ask}(key, 'x')\n    return {ask}(column='y', key=key)\n"
    assert known(body) == {("as", "x"), ("bs", "y"), ("cs", "y")}


@pytest.mark.parametrize("ask", ["both", "tested"])
@pytest.mark.parametrize("name", ["TABLES[key]", "named(key)", "Rows().name(key)"])
def test_what_a_key_that_is_passed_leads_to_goes_with_what_it_led_to_before(ask: str, name: str) -> None:
    assert known(f"def f(key):\n    return {ask}({name}, key)\n") == {("as", "x"), ("bs", "y"), ("cs", "z")}
    apart = known(f"def f(key, other):\n    return {ask}({name}, other)\n")
    assert apart == {(name, column) for name in ("as", "bs", "cs") for column in "xyz"}


def test_a_file_of_nothing_but_calls_is_looked_at(run: Run, tmp_path: Path) -> None:
    rows = f"{HEAD}def find(name, columns='*'):\n    return db.table(name).select(columns).execute().data\n"
    calls = "from rows import find\n\nfind('userz')\n\n\ndef titles():\n    return find('documents', 'id, titel')\n"
    project(tmp_path, rows=rows, calls=calls)
    found = run("check", "--format", "concise").out.splitlines()
    assert [line.partition(" error ")[0::2] for line in found] == [
        ("calls.py:3:6:", 'REL001 there is no table "userz" in schema public; did you mean "users"?'),
        ("calls.py:7:35:", 'COL001 documents has no column "titel"; did you mean "title"?'),
    ]


def test_what_only_names_a_wrapper_is_not_followed() -> None:
    wrapper = "def create(t, row):\n    return db.table(t).insert(row).execute()\n"
    naming = "def naming(log):\n    words = ['create']\n    log('create', words)\n    log(words)\n    return words\n"
    calling = "def calling(log):\n    row = {'x': 1}\n    log(row)\n    create ('a', row)\n    return row\n"
    reader = Reader(facts_of(main=f"{HEAD}{wrapper}{naming}{calling}"))
    assert sorted(map(str, map(table, reader.read()))) == ["a"]
    ground = reader.ground
    assert {ground.head(uri, number).name for uri, number in ground.newly} == {"calling"}


@pytest.mark.parametrize(
    ("does", "read"),
    [
        ("found.data[0]['b'] = 1\n    return found", {"missing"}),
        ("for row in found.data:\n        row['b'] = 1\n    return found", {"missing"}),
        ("rows = found.data\n    rows[0].update(b=1)\n    return found", {"missing"}),
        ("found.data[0]['other'] = 1\n    return found", {"b", "missing"}),
        ("print(found.data[0]['there'])\n    return found", {"b", "missing", "there"}),
        ("return found", {"b", "missing"}),
    ],
)
def test_a_function_that_is_handed_a_chain_tells_what_it_does_to_the_rows(does: str, read: set[str]) -> None:
    body = (
        f"def run(q):\n    found = q.execute()\n    {does}\n"
        "def use():\n    got = run(db.table('a').select('x'))\n    return got.data[0]['b'], got.data[0]['missing']\n"
    )
    assert {key for *_, key in reads(body)} == read


LOAD = "def load(name):\n    return db.table(name).select('*').execute()\ndef same(text):\n    return text.strip()\n"


def test_what_many_calls_of_one_function_decide_leaves_others_theirs() -> None:
    many = "".join(f"    load('t{number}')\n" for number in range(calls.BUDGET + 10))
    found = tables(f"{LOAD}def all():\n{many}def one():\n    load('last')\n")
    assert "last" in found
    assert "t1" in found


def beyond(body: str) -> list[tuple[str, int]]:
    """The places of calls that were not followed, with the kind of what is said of each."""
    reader = Reader({"main.py": read_facts((HEAD + body).encode()).flows})
    reader.read()
    return [(item.kind, item.at.line - HEAD.count("\n")) for item in unread(reader) if item.at]


def test_calls_that_decide_what_is_asked_and_are_too_many_are_told_of() -> None:
    many = "".join(f"    load('t{number}')\n" for number in range(calls.BUDGET + 2))
    first = LOAD.count("\n") + 2
    late = [("dynamic", first + calls.BUDGET), ("dynamic", first + calls.BUDGET + 1)]
    assert beyond(f"{LOAD}def all():\n{many}") == late
    others = "    same(1)\n" * (calls.BUDGET + 2)
    assert beyond(f"{LOAD}def all():\n{others}    load('last')\n") == []


def nested(depth: int) -> str:
    """Functions of which each calls the one before, which asks for the table that the last is handed."""
    return "def f0(n): return db.table(n).select('*').execute()\n" + "".join(
        f"def f{number}(n): return f{number - 1}(n)\n" for number in range(1, depth)
    )


def test_calls_that_decide_what_is_asked_and_are_nested_too_deep_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = nested(calls.DEEPEST) + f"f{calls.DEEPEST - 1}('deep')\n"
    assert (tables(deep), beyond(deep)) == (["deep"], [])
    monkeypatch.setattr(calls, "DEEPEST", calls.DEEPEST - 1)
    assert (tables(deep), beyond(deep)) == ([None], [("dynamic", 2)])


def test_a_function_that_calls_itself_is_followed_once() -> None:
    body = "def f(n, more):\n    if more: f(n, more - 1)\n    return db.table(n).select('*').execute()\nf('t', 3)\n"
    assert (tables(body), beyond(body)) == (["t"], [])


def test_what_many_calls_return_leaves_what_others_decide() -> None:
    many = "".join(f"    load(same('t{number}'))\n" for number in range(calls.BUDGET // 2 + 10))
    assert "last" in tables(f"{LOAD}def all():\n{many}    load('last')\n")


def test_a_negation_is_not_left_of_a_filter_that_a_caller_has_not_made() -> None:
    (found,) = queries(
        "def some(table, filled=None, by=None):\n"
        "    q = db.table(table).select('*')\n"
        "    for name in (filled or []):\n        q = q.not_.is_(name, 'null')\n"
        "    if by:\n        q = q.order(by)\n"
        "    return q.range(0, 9).execute()\n"
        "some('t', by='a')\n"
    )
    assert not any(one.negated for one in found.orders)
    assert not found.filters


def test_what_one_caller_puts_into_rows_is_in_no_rows_of_others() -> None:
    """Though one function begins all requests, and one sends them."""
    shared = "def begin(name):\n    return db.table(name)\ndef send(q):\n    return q.execute().data\n"
    asks = (
        "def {}(more):\n    for row in send(begin('t').select('*').eq('a', 1)):\n        {}\n        print(row[{!r}])\n"
    )
    assert reads(shared + asks.format("one", "row.update(more)", "b") + asks.format("two", "pass", "c")) == [("c",)]
    putting = shared.replace("return q", "rows = q") + "    for row in rows:\n        row.update(x)\n    return rows\n"
    assert reads(putting + asks.format("two", "pass", "c")) == []


WHOLE = {
    "a client": "def all(name):\n    return db.table(name).select('*').execute().data\n",
    "two": "def one(q): return q.execute().data\ndef all(name):\n    return one(db.table(name).select('*'))\n",
    "over HTTP": (
        "import os, httpx\nURL = os.environ['SUPABASE_URL'] + '/rest/v1'\n"
        "def all(name):\n    return httpx.get(f'{URL}/{name}', params={'select': '*'}).json()\n"
    ),
    "a class": (
        "import os, requests\nclass T:\n"
        "    def __init__(self, name): self.url = os.environ['SUPABASE_URL'] + '/rest/v1/' + name\n"
        "    def select(self): return requests.get(self.url).json()\n"
        "def all(name): return T(name).select()\n"
    ),
}


@pytest.mark.parametrize("shared", WHOLE.values(), ids=WHOLE)
@pytest.mark.parametrize(
    ("does", "left"),
    [
        ("def a():\n    for row in some('t'): row.update(x)\ndef b(): return some('t')[0]['b']\n", {"seen", "b"}),
        ("def a():\n    for row in some('t'): row['b'] = 1\ndef b(): return some('t')[0]['b']\n", {"seen", "b"}),
        ("def a():\n    for row in all('t'): row.update(x)\ndef b(): return some('t')[0]['b']\n", {"seen", "b"}),
        ("def a():\n    rows = some('t')\n    for row in rows: row.update(x)\n    return rows[0]['b']\n", {"seen"}),
        ("def a():\n    rows = some('t')\n    more(rows)\n    return rows[0]['b']\n", {"seen"}),
    ],
)
def test_what_is_done_to_rows_is_done_to_those_that_the_same_calls_led_to(
    shared: str, does: str, left: set[str]
) -> None:
    """Though one function says and sends all requests."""
    body = (
        f"{shared}def some(name): return all(name)\n"
        "def more(rows):\n    for row in rows: row.update(x)\n"
        "def before():\n    return all('t')[0]['seen']\n"
    )
    assert {key for *_, key in reads(body + does)} == left


def test_what_is_done_to_rows_of_a_function_that_is_handed_nothing_is_done_to_all_that_it_returns() -> None:
    body = "def all(name): return db.table(name).select('*').execute().data\ndef some(): return all('t')\n"
    does = "def a():\n    for row in some(): row.update(x)\ndef b(): return some()[0]['b'], all('t')[0]['c']\n"
    assert reads(body + does) == [("c",)]


ASKS = "db.table(name).select('*').execute().data"
AGAIN = {
    "lru_cache": f"@functools.lru_cache\ndef all(name): return {ASKS}\n",
    "another library's": f"@cachetools.func.ttl_cache(maxsize=4)\ndef all(name): return {ASKS}\n",
    "one of its own": (
        "KEPT = {}\ndef kept(f):\n    def inner(*given):\n"
        "        if given not in KEPT: KEPT[given] = f(*given)\n        return KEPT[given]\n    return inner\n"
        f"@kept\ndef all(name): return {ASKS}\n"
    ),
    "a dict": f"KEPT = {{}}\ndef all(name):\n    if name not in KEPT: KEPT[name] = {ASKS}\n    return KEPT[name]\n",
    "setdefault": f"KEPT = {{}}\ndef all(name): return KEPT.setdefault(name, {ASKS})\n",
    "a global": f"KEPT = None\ndef all(name):\n    global KEPT\n    if not KEPT: KEPT = {ASKS}\n    return KEPT\n",
    "what a function gives": (
        "KEPT = {}\ndef kept(): return KEPT\n"
        f"def all(name):\n    rows = kept()\n    if name not in rows: rows[name] = {ASKS}\n    return rows[name]\n"
    ),
    "what a coroutine gives": (
        "KEPT = {}\nasync def kept(): return KEPT\n"
        f"async def all(name):\n    rows = await kept()\n    if name not in rows: rows[name] = {ASKS}\n"
        "    return rows[name]\n"
    ),
    "an attribute by name": (
        "class Kept:\n    rows = {}\n    def all(self, name):\n        kept = getattr(self, 'rows')\n"
        f"        if name not in kept: kept[name] = {ASKS}\n        return kept[name]\n"
        "held = Kept()\ndef all(name): return held.all(name)\n"
    ),
    "a default": f"def all(name, kept={{}}):\n    if name not in kept: kept[name] = {ASKS}\n    return kept[name]\n",
    "an attribute": (
        "class Kept:\n    def all(self, name):\n"
        f"        if not hasattr(self, 'rows'): self.rows = {ASKS}\n        return self.rows\n"
        "held = Kept()\ndef all(name): return held.all(name)\n"
    ),
}


@pytest.mark.parametrize("kept", AGAIN.values(), ids=AGAIN)
def test_what_is_done_to_rows_that_a_function_keeps_is_done_to_those_it_gives_another_call(kept: str) -> None:
    does = "def a():\n    for row in all('t'): row['b'] = 1\ndef b(): return all('t')[0]['b']\n"
    assert reads(f"import cachetools, functools\n{kept}{does}") == []


@pytest.mark.parametrize("made", ["{}", "dict()", "defaultdict(list)", "OrderedDict()"])
def test_what_a_function_makes_for_a_call_is_not_kept(made: str) -> None:
    body = (
        f"def all(name):\n    groups = {made}\n    rows = {ASKS}\n"
        "    for row in rows: groups.setdefault(row['a'], []).append(1)\n    print(groups)\n    return rows\n"
    )
    does = "def a():\n    for row in all('t'): row['b'] = 1\ndef b(): return all('t')[0]['b']\n"
    assert reads(body + does) == [("b",)]


def test_what_a_caller_of_a_caller_does_to_rows_is_done_to_those_the_callers_function_has() -> None:
    body = (
        "def all(name): return db.table(name).select('*').execute().data\n"
        "def some():\n    rows = all('t')\n    late = lambda: rows[0]['c']\n    return rows, rows[0]['b']\n"
        "def other(): return all('t')[0]['b']\n"
        "def a():\n    rows, _ = some()\n    rows[0].update(x)\n"
    )
    assert reads(body) == [("b",)]


@pytest.mark.parametrize("window", ["limit(asked.limit)", "range(0, asked.limit)"])
def test_what_is_shared_with_requests_that_read_limits_no_write_that_nobody_has_limited(window: str) -> None:
    shared = (
        "class Asked:\n    def __init__(self, limit=None): self.limit = limit\n"
        f"def narrow(q, asked: Asked):\n    if asked.limit is not None: q = q.{window}\n    return q\n"
        "def read(asked: Asked): return narrow(db.table('t').select('*'), asked).execute()\n"
        "def drop(asked: Asked): return narrow(db.table('t').delete().eq('a', 1), asked).execute()\n"
    )
    limited = {item.verb: [call.method for call in item.orders] for item in queries(shared)}
    assert limited == {"select": [window.partition("(")[0]], "delete": []}


def test_a_write_is_limited_by_the_function_that_makes_it() -> None:
    body = "def drop(n):\n    q = db.table('t').delete().eq('a', 1)\n    if n: q = q.limit(n)\n    q.execute()\n"
    assert [call.method for call in query(body).orders] == ["limit"]
    handed = "def first(q): return q.limit(1)\nfirst(db.table('t').delete().eq('a', 1)).execute()\n"
    assert [call.method for call in query(handed).orders] == ["limit"]


def test_a_function_that_is_called_and_does_not_parse_is_told_of() -> None:
    broken = "def named(x):\n    a = x\n    b = a\n    c = (b\n    return c]\n"
    body = f"{broken}def f(x):\n    return db.table(named(x)).select('*').execute()\n"
    assert beyond(body) == [("syntax", 1)]
    assert beyond(f"{broken}db.table('t').select('*').execute()\n") == []
