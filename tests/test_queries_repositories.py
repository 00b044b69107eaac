"""Classes that ask for others: a base with the requests, derived classes with the tables, callers with the rows."""

from __future__ import annotations

import pytest

from pgconform.sources.python.queries.reader import Reader
from tests.flowing import HEAD, facts_of, keys, queries, table, tables

BASE = """
class Base:
    name = ""

    def __init__(self, client=None):
        self.client = client or db

    def _table(self):
        return self.client.table(self.name)

    @property
    def table(self):
        return self.client.table(self.name)

    def get(self, id):
        return self.client.table(self.name).select("*").eq("id", id).execute().data[0]

    def load(self, id):
        return self._table().select("*").eq("id", id).execute().data[0]

    def every(self, order="id"):
        return self.table.select("*").order(order).execute().data

    def add(self, row):
        return self._table().insert(row).execute().data[0]

    def change(self, id, row):
        found = self.table.update(row).eq("id", id).execute()
        return found.data[0] if found.data else None

    def find(self, **filters):
        query = self._table().select("*")
        for key, value in filters.items():
            query = query.eq(key, value)
        return query.execute().data

class Items(Base):
    name = "items"

    def own(self):
        return self.get(1)["of_items"]

class Orders(Base):
    name = "orders"
"""


def of_tables(body: str) -> dict[str | None, set[str]]:
    """The keys that are read from rows of each table."""
    found: dict[str | None, set[str]] = {}
    for query in queries(body):
        found.setdefault(table(query), set()).update(read.key.value for read in query.reads)
    return {name: read for name, read in found.items() if read}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("", {"items": {"of_items"}}),
        ("Items().get(1)['a']", {"items": {"of_items", "a"}}),
        ("Items().load(1)['a']\nOrders().load(2)['b']", {"items": {"of_items", "a"}, "orders": {"b"}}),
        ("for row in Orders().every():\n    row['b']", {"items": {"of_items"}, "orders": {"b"}}),
        ("def f(repo: Orders):\n    return repo.load(1).get('b')", {"items": {"of_items"}, "orders": {"b"}}),
        (
            "class Service:\n    def __init__(self, orders: Orders):\n        self.orders = orders\n"
            "    def f(self):\n        return self.orders.find(id=3)[0]['b']",
            {"items": {"of_items"}, "orders": {"b"}},
        ),
        ("Orders().add({'id': 1})['b']", {"items": {"of_items"}, "orders": {"b"}}),
    ],
)
def test_rows_are_of_the_table_of_the_object_that_is_asked(code: str, found: dict[str | None, set[str]]) -> None:
    assert of_tables(BASE + code) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("Items().add({'a': 1})", {"a": True}),
        ("Items().change(3, {'a': 1})", {"a": True}),
        ("class Special(Items):\n    def add(self, row):\n        row['b'] = 2\n        return super().add(row)\n"
         "Special().add({'a': 1})", {"a": True, "b": True}),
        ("class Special(Items):\n    def save(self, a):\n        return super().add({'a': a, 'c': 3})\n",
         {"a": True, "c": True}),
        ("class One(Items):\n    def add(self, row):\n        return super().add({**row, 'b': 1})\n"
         "class Two(One):\n    def add(self, row):\n        return super().add({**row, 'c': 1})\nTwo().add({'a': 1})",
         {"a": True, "b": True, "c": True}),
    ],
)  # fmt: skip
def test_what_callers_send_reaches_a_request_that_another_method_begins(code: str, found: dict[str, bool]) -> None:
    sent = [query for query in queries(BASE + code) if query.verb in ("insert", "update") and query.payload]
    assert found in [keys(query) for query in sent if table(query) == "items"]
    assert all(table(query) == "items" or not keys(query) for query in sent)


@pytest.mark.parametrize(
    ("code", "column"),
    [("Orders().every(order='a')", "a"), ("Orders().every('a')", "a")],
)
def test_what_callers_order_by_is_asked_of_their_table(code: str, column: str) -> None:
    orders = {(table(query), one.column.value) for query in queries(BASE + code) for one in query.orders if one.column}
    assert ("orders", column) in orders
    assert ("items", column) not in orders


def test_what_callers_filter_by_is_asked_of_their_table() -> None:
    found = {
        (table(query), one.column.value)
        for query in queries(BASE + "Orders().find(a=1, b=2)")
        for one in query.filters
        if one.column
    }
    assert {("orders", "a"), ("orders", "b")} <= found
    assert ("items", "a") not in found


INHERITED = """
class Base:
    name = ""

    def _table(self):
        return db.table(self.name)

    def by_slug(self, slug):
        return self._table().select("*").eq("slug", slug).execute().data

    def seek(self, slug):
        return self.by_slug(slug)

    def index(self, slug):
        return self.by_slug(slug)

class Posts(Base):
    name = "posts"

class Users(Base):
    name = "users"
"""


def asked_of(body: str, **files: str) -> set[str | None]:
    """The tables that the inherited methods ask."""
    return set(tables(INHERITED + body, **files))


@pytest.mark.parametrize(
    "body",
    [
        "Posts().by_slug(x)",
        "Posts().seek(x)",
        "repo = Posts()\ndef f(x):\n    return repo.by_slug(x)",
        "def f(repo: Posts):\n    return repo.seek(x)",
        "app.get('/', Posts().by_slug)",
        "Posts().index(x)\ndef f(words):\n    return words.index(x)",
        "from fastapi import Depends\ndef posts():\n    return Posts()\n"
        "def f(repo=Depends(posts)):\n    return repo.by_slug(x)",
        "class Service:\n    def __init__(self, posts: Posts):\n        self.posts = posts\n"
        "    def f(self):\n        return self.posts.by_slug(x)",
        "class More(Posts):\n    def first(self):\n        return self.seek(x)[0]",
        "class More(Posts):\n    def seek(self, slug):\n        return super().seek(slug)[0]\nMore().seek(x)",
    ],
)
def test_an_inherited_method_asks_nothing_of_tables_for_whose_objects_nobody_calls_it(body: str) -> None:
    assert asked_of(body) == {"posts"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Users().by_slug(x)\nPosts().seek(x)",
        "Posts().by_slug(x)\ndef f(repo: Base):\n    return repo.by_slug(x)",
        "Posts().by_slug(x)\ndef f(repo: Base):\n    return repo.seek(x)",
        "Posts().by_slug(x)\ndef f(repo):\n    return repo.by_slug(x)",
        "Posts().by_slug(x)\ndef f(repo):\n    return repo.seek(x)",
        "Posts().index(x)\ndef f(user_repo):\n    return user_repo.index(x)",
        "class More(Posts):\n    def seek(self, slug):\n        return super().seek(slug)[0]",
        "for repo in (Posts(), Users()):\n    repo.by_slug(x)",
        "repos = {'a': Posts(), 'b': Users()}\nrepos[x].by_slug(y)",
    ],
)
def test_it_asks_of_those_for_which_it_may_be_called(body: str) -> None:
    assert asked_of(body) == {"posts", "users"}


def test_what_tests_call_says_nothing_of_that() -> None:
    assert asked_of("", tests__test_a="from main import Posts\nPosts().by_slug(1)") == {"posts", "users"}


def test_a_method_of_two_classes_above_is_that_of_the_nearest() -> None:
    body = """
class Top:
    def add(self, row):
        db.table("top").insert(row).execute()

class Middle(Top):
    def add(self, row):
        db.table("middle").insert(row).execute()

class Low(Middle):
    def add(self, row):
        super().add(row)

Low().add({"a": 1})
"""
    assert {table(query): keys(query) for query in queries(body) if query.payload}.get("middle") == {"a": True}
    assert all(not keys(query) for query in queries(body) if table(query) == "top" and query.payload)


def test_an_object_from_above_is_still_of_its_own_class() -> None:
    body = BASE + (
        "class Special(Items):\n    name = 'specials'\n    def load(self, id):\n        return super().load(id)['a']\n"
    )
    assert of_tables(body)["specials"] == {"a", "of_items"}


@pytest.mark.parametrize(
    "call",
    [
        "pool.submit(save, {'id': 1, 'a': 2})",
        "pool.submit(save, row={'id': 1, 'a': 2})",
        "pool.map(save, [{'id': 1, 'a': 2}])",
        "list(map(save, [{'id': 1, 'a': 2}]))",
        "background.add_task(save, {'id': 1, 'a': 2})",
    ],
)
def test_executors_and_tasks_in_the_background_call_what_they_are_handed(call: str) -> None:
    body = f"def save(row):\n    db.table('t').insert(row).execute()\n{call}\n"
    assert [keys(query) for query in queries(body) if query.payload] == [{"id": True, "a": True}]


def test_a_name_that_is_handed_over_calls_nothing() -> None:
    body = "def save(row):\n    db.table('t').insert(row).execute()\nforms.submit('save', {'a': 1})\n"
    assert [keys(query) for query in queries(body) if query.payload] == [{}]


def test_a_chain_that_an_object_keeps_is_of_the_table_it_was_made_for() -> None:
    body = """
class Kept:
    def __init__(self, name):
        self.rows = db.table(name)

    def every(self):
        return self.rows.select("*").execute().data

    def by(self, column):
        return self.rows.select("*").eq(column, 1).execute().data

Kept("items").every()[0]["a"]
Kept("orders").by("b")[0]["c"]
"""
    assert of_tables(body) == {"items": {"a"}, "orders": {"c"}}
    assert {(table(query), one.column.value) for query in queries(body) for one in query.filters if one.column} == {
        ("orders", "b")
    }


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("from flask import current_app", "current_app.supabase"),
        ("from flask import g", "g.db"),
        ("import flask", "flask.g.db"),
        ("import streamlit as st", "st.session_state.supabase"),
        ("import streamlit as st", "st.session_state['supabase']"),
    ],
)
def test_a_client_may_be_kept_in_what_a_framework_has_for_that(said: str, client: str) -> None:
    assert tables(f"{said}\n{client}.table('t').select('a').execute()") == ["t"]


def test_modules_of_a_framework_are_no_clients() -> None:
    assert tables("import streamlit as st\nst.table('t')\nst.write.table('t').select('a').execute()") == []


ROWS = "def rows(name{}):\n    found = db.table(name).select('*').execute().data\n    {}\n    return found\n"
SENT = "q = db.table('orders').select('*')\n"
CHOSEN = "name = 'items' if x else 'orders'\n"
FILLING = """
class Filled:
    name = "{}"

    def rows(self):
        found = db.table(self.name).select("*").execute().data
        found[0]["b"] = 1
        return found

class Orders(Filled):
    name = "orders"

def f(held: Filled, orders: Orders):
    held.rows()[0]["b"]
    orders.rows()[0]["b"]
"""


@pytest.mark.parametrize(
    "body",
    [
        ROWS.format("", "pass") + "rows('items')[0]['b'] = 1\nrows('orders')[0]['b']",
        ROWS.format("", "pass") + "row = rows('items')[0]\nif 'b' in row: pass\nrows('orders')[0]['b']",
        ROWS.format("", "pass") + "enrich(rows('items'))\nrows('orders')[0]['b']",
        ROWS.format("", "pass") + "enrich(rows('orders'))\nrows('orders')[0]['b']",
        SENT + "def f(id):\n    enrich(q.eq('id', id).execute().data)\nq.execute().data[0]['b']",
        BASE + "enrich(Items().every())\nOrders().every()[0]['b']",
        BASE + "row = Items().every()[0]\nrow.update(more)\nOrders().every()[0]['b']",
    ],
)
def test_what_is_done_to_rows_of_one_request_is_not_done_to_those_of_another_that_the_same_call_begins(
    body: str,
) -> None:
    assert of_tables(body)["orders"] == {"b"}


@pytest.mark.parametrize(
    ("rows", "read"),
    [(ROWS.format("", "pass"), [True, True]), ("@cache\n" + ROWS.format("", "pass"), [True, False])],
)
def test_nor_is_it_where_another_file_does_it(rows: str, read: list[bool]) -> None:
    """But where a function gives the rows that it gave another call."""
    asked = "from main import rows\nrows('orders')[0]['b']"
    filled = "from main import rows\nenrich(rows('{}'))"
    found = [queries(rows, a=asked, b=filled.format(name)) for name in ("items", "orders")]
    assert [any(item.reads for item in every) for every in found] == read


@pytest.mark.parametrize(
    "body",
    [
        ROWS.format("", "pass") + "found = rows('orders')\nenrich(found)\nfound[0]['b']",
        "@cache\n" + ROWS.format("", "pass") + "enrich(rows('orders'))\nrows('orders')[0]['b']",
        ROWS.format("", "found[0]['b'] = 1") + "rows('orders')[0]['b']",
        ROWS.format("='items'", "found[0]['b'] = 1") + "rows('orders')[0]['b']\nrows()[0]['b']",
        ROWS.format("", "enrich(found)") + "rows('orders')[0]['b']",
        SENT + "if x:\n    found = q.eq('id', 1).execute()\n    found.data[0]['b'] = 1\n"
        "else:\n    found = q.execute()\nfound.data[0]['b']",
        SENT
        + "try:\n    found = q.execute()\n    f(found.data)\nexcept E:\n    found = q.execute()\nfound.data[0]['b']",
        SENT
        + "while x:\n    found = q.execute()\n    f(found.data)\nelse:\n    found = q.execute()\nfound.data[0]['b']",
        SENT + "send = q.execute if x else q.limit(1).execute\nfound = send()\nenrich(found.data)\nfound.data[0]['b']",
        SENT + "def f(q):\n    found = q.execute().data\n    found[0]['b'] = 1\n    return found\nf(q)[0]['b']",
        ROWS.format("", "pass") + CHOSEN + "enrich(rows(name))\nrows('orders')[0]['b']",
        ROWS.format("", "pass") + CHOSEN + "found = rows(name)\nenrich(found)\nfound[0]['b']",
        ROWS.format("", "pass") + "def f(name):\n    enrich(rows(name))\nf(x)\nrows('orders')[0]['b']",
        ROWS.format("", "pass") + "enrich(rows('orders'))\ndef f(name):\n    return rows(name)[0]['b']\nf('orders')",
        BASE + "enrich(Orders().every())\nOrders().every()[0]['b']",
        FILLING.format("items"),
        FILLING.format(""),
    ],
)
def test_what_may_be_done_to_the_rows_of_a_request_is_done_to_them(body: str) -> None:
    assert "b" not in of_tables(body).get("orders", set())


OTHERS = (
    "class Plain:\n    def pick(self):\n        return 1\n    def by_one(self):\n        return self.pick()\n"
    "class Further(Plain):\n    pass\nFurther().by_one()\n"
)
ASKED = (
    "class Base:\n    def pick(self):\n        return db.table(self.table).select('a').execute().data\n"
    "    def by_one(self):\n        return self.pick()\nclass One(Base):\n    table = 't'\nOne().by_one()\n"
)


@pytest.mark.parametrize(
    ("body", "rounds"),
    [
        (f"{ASKED}{OTHERS}", 2),
        (f"{ASKED.replace('self.pick()', 'Base.pick(self)')}{OTHERS}", 1),
    ],
)
def test_calls_are_looked_for_of_methods_that_ask_and_not_of_all_of_their_names(body: str, rounds: int) -> None:
    looker = Reader(facts_of(main=HEAD + body)).looker
    assert len({kind for kind, _ in looker.memo.held if kind.startswith("called")}) == rounds
    (asking,) = [place for place in looker.ground.functions("pick") if looker.ground.head(*place).name == "Base.pick"]
    assert {looker.ground.head(of.uri, of.scope).name for of in looker.receivers.of(asking)} <= {"One"}


def test_a_class_that_very_many_are_derived_from_is_answered_for_as_it_was_asked_for() -> None:
    many = "".join(f"class One{number}(Base):\n    table = 't{number}'\n" for number in range(70))
    looker = Reader(facts_of(main=f"{HEAD}{ASKED}{many}One1().by_one()\n")).looker
    base = next(of for of in looker.evaluator.names.classes.families.derived if of.uri == "main.py")
    with looker.logged() as log:
        looker.evaluator.names.classes.derived(base)
    assert {question: looker.answer(question) for question in log.asked} == log.asked
