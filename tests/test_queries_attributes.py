"""What attributes hold: of the object a method is of, and of those that a function makes and changes."""

from __future__ import annotations

import pytest

from pgconform.sources.python.queries.reader import Reader
from tests.flowing import HEAD, column_names, facts_of, keys, queries, reads, table

SENDING = "    def send(self):\n        db.table(self.table).insert(self.row).execute()\n"
KEEPING = f"class Sender:\n    table = 't'\n    def __init__(self, row):\n        self.row = row\n{SENDING}"


def sent(body: str) -> list[tuple[str | None, dict[str, bool | None]]]:
    return sorted(((table(item), keys(item)) for item in queries(body) if item.payload), key=str)


def test_a_method_sends_what_it_stored_and_not_what_another_did() -> None:
    body = "class A:\n"
    for name in "ts":
        body += f"    def send_{name}(self):\n        self.row = {{'{name}': 1}}\n        self.row['k'] = 2\n"
        body += f"        db.table('{name}').insert(self.row).execute()\n"
    assert sent(body) == [("s", {"s": True, "k": True}), ("t", {"t": True, "k": True})]


@pytest.mark.parametrize(
    ("called", "found"),
    [
        ("log", [{"a": True}]),
        ("reset", [{"a": True}, {"b": True}]),
        ("start", [{"a": True}, {"b": True}]),
    ],
)
def test_a_method_that_is_called_may_store_something_else(called: str, found: list[dict[str, bool]]) -> None:
    body = "class A:\n    def log(self):\n        print('sent')\n    def reset(self):\n        self.row = {'b': 1}\n"
    body += "    def start(self):\n        self.reset()\n    def send(self):\n        self.row = {'a': 1}\n"
    body += f"        self.{called}()\n        db.table('t').insert(self.row).execute()\n"
    assert [row for _, row in sent(body)] == found


def test_a_branch_that_stores_nothing_leaves_what_was_there() -> None:
    body = "class A:\n    def __init__(self):\n        self.table = 's'\n    def send(self, x):\n"
    body += "        if x:\n            self.table = 't'\n        db.table(self.table).insert({'a': 1}).execute()\n"
    assert {name for name, _ in sent(body)} == {"s", "t"}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("one.row['b'] = 2", ("t", {"a": True, "b": True})),
        ("one.row = {'c': 2}", ("t", {"c": True})),
        ("one.row.pop('a')", ("t", {})),
        ("one.table = 's'", ("s", {"a": True})),
    ],
)
def test_a_method_finds_what_was_done_to_its_object(change: str, found: tuple[str, dict[str, bool]]) -> None:
    sending = "    def built(self):\n        return db.table(self.table).insert({**self.row})\n"
    body = f"{KEEPING}{sending}def main():\n    one = Sender({{'a': 1}})\n    {change}\n    one.built().execute()\n"
    assert found in sent(body)


@pytest.mark.parametrize(
    ("change", "row", "whole"),
    [
        ("one.row['b'] = 2", {"a": True, "b": True}, True),
        ("one.row.pop('a')", {}, False),
        ("one.add()", {"a": True}, False),
        ("one.show()", {"a": True}, True),
        ("print(one)", {"a": True}, True),
    ],
)
def test_a_row_that_an_object_keeps_is_changed_through_it(change: str, row: dict[str, bool], whole: bool) -> None:
    more = "    def add(self):\n        self.row['b'] = 2\n    def show(self):\n        print(self.row)\n"
    body = f"{KEEPING}{more}def main():\n    p = {{'a': 1}}\n    one = Sender(p)\n    {change}\n"
    found = [item for item in queries(f"{body}    db.table('u').insert(p).execute()\n") if table(item) == "u"]
    assert [(keys(item), item.payload and item.payload.whole) for item in found] == [(row, whole)]


def test_what_a_derived_constructor_adds_is_not_left_out() -> None:
    body = f"{KEEPING}class More(Sender):\n    def __init__(self, row):\n        super().__init__(row)\n"
    body += "        self.row['b'] = 2\ndef main():\n    p = {'a': 1}\n    one = More(p)\n    q = one.row\n"
    (found,) = [item for item in queries(f"{body}    db.table('u').insert(q).execute()\n") if table(item) == "u"]
    assert found.payload is not None
    assert not found.payload.whole


@pytest.mark.parametrize("asked", ["self.rows().select('*')", "self.asked('x')"])
@pytest.mark.parametrize("base", ["Base", "Base[dict]"])
def test_a_method_of_a_base_asks_what_the_class_of_its_object_says(asked: str, base: str) -> None:
    body = (
        "class Base(Generic[T]):\n    def __init__(self, name, client=None):\n        self.name = name\n"
        "    def rows(self):\n        return db.table(self.name)\n"
        "    def asked(self, what):\n        return self.rows().select(what)\n"
    )
    for name in ("ones", "others"):
        body += f"class {name.title()}({base}):\n    def __init__(self):\n        super().__init__('{name}')\n"
        body += f"    def {name}_found(self):\n        return {asked}.eq('{name}_id', 1).execute()\n"
    found = {(table(item), name) for item in queries(body) for name in column_names(item)}
    assert {("ones", "ones_id"), ("others", "others_id")} <= found
    assert not {("ones", "others_id"), ("others", "ones_id")} & found


LISTING = (
    "class Base:\n    name = 'bases'\n"
    "    def rows(self):\n        return db.table(self.name)\n"
    "    def found(self, order='a'):\n        return db.table(self.name).select('*').order(order).execute()\n"
    "    def update(self, **row):\n        return self.rows().update(row).eq('id', 1).execute()\n"
    "class One(Base):\n    name = 'ones'\n"
)


def test_an_object_made_of_the_base_itself_is_of_no_derived_class() -> None:
    made = "    def __init__(self, client):\n        self.client = client\n"
    body = LISTING.replace("    def rows", f"{made}    def rows").replace("return db.table", "return self.client.table")
    found = [item for item in queries(f"{body}Base(db).update(a=1)\n") if item.payload and keys(item)]
    assert [(table(item), keys(item)) for item in found] == [("bases", {"a": True})]


@pytest.mark.parametrize(
    ("call", "named"),
    [
        ("One().found('b')", {("ones", "b")}),
        ("One().found()", {("ones", "a")}),
        ("Base().found()", {("bases", "a")}),
        ("def f(one: One):\n    one.found()", {("ones", "a")}),
        ("", set()),
    ],
)
def test_a_default_is_taken_for_the_class_whose_object_calls_without(call: str, named: set[tuple[str, str]]) -> None:
    orders = [(table(item), order.column) for item in queries(f"{LISTING}{call}\n") for order in item.orders]
    found = {(name, column.value) for name, column in orders if column is not None}
    assert found == named


STORED = """
class Rows:
    def __init__(self, kind):
        self.kind = kind
        self.table = 'a' if kind == 'x' else 'b'
    def find(self, other):
        q = db.table(self.table).select('*')
        if self.kind == 'x':
            q = q.eq('of_a', 1)
        else:
            q = q.eq('of_b', 1)
        q.execute()
"""


def test_what_a_constructor_chooses_by_a_word_goes_with_what_methods_choose_by_it() -> None:
    assert {(table(item), *column_names(item)) for item in queries(STORED)} == {("a", "of_a"), ("b", "of_b")}
    other = STORED.replace("if self.kind", "if other")
    assert {(table(item), *column_names(item)) for item in queries(other)} == {
        ("a", "of_a", "of_b"),
        ("b", "of_a", "of_b"),
    }


@pytest.mark.parametrize("word", ["args.kind", "row['kind']", "row.get('kind')", "self.kind"])
def test_what_tests_of_one_attribute_or_item_decide_goes_together(word: str) -> None:
    body = (
        "class Some:\n  def f(self, args, row):\n"
        f"    t = 'a' if {word} == 'x' else 'b'\n    q = db.table(t).select('*')\n"
        f"    if {word} == 'y':\n        q = q.eq('of_b', 1)\n    elif {word} == 'x':\n        q = q.eq('of_a', 1)\n"
        "    q.execute()\n"
    )
    found = {(table(item), *column_names(item)) for item in queries(body)}
    assert found - {("b",)} == {("a", "of_a"), ("b", "of_b")}


def test_a_constructor_that_copies_an_object_of_its_class_is_followed_no_further() -> None:
    body = STORED.replace("def __init__(self, kind):", "def __init__(self, other: 'Rows', kind=None):").replace(
        "self.kind = kind", "self.kind = other.kind"
    )
    assert {table(item) for item in queries(body)} == {"a", "b"}


@pytest.mark.parametrize(
    ("kind", "given", "change", "sent_then", "whole"),
    [
        ("property", "{'a': 1}", "first = one.row\n    first['b'] = 2", {"a": True}, False),
        ("property", "{'a': 1}", "fill(one.row)", {"a": True}, False),
        ("property", "self.kept", "one.row['b'] = 2", {"a": True}, False),
        ("cached_property", "{'a': 1}", "one.row['b'] = 2", {"a": True, "b": True}, True),
    ],
)
def test_a_property_may_give_another_object_each_time(
    kind: str, given: str, change: str, sent_then: dict[str, bool], whole: bool
) -> None:
    body = "def fill(row):\n    row['b'] = 2\nclass A:\n    def __init__(self):\n        self.kept = {'a': 1}\n"
    body += f"    @{kind}\n    def row(self):\n        return {given}\n"
    body += f"def main():\n    one = A()\n    {change}\n    db.table('t').insert(one.row).execute()\n"
    (query,) = queries(body)
    assert query.payload
    assert (keys(query), query.payload.whole) == (sent_then, whole)


def test_what_is_done_to_what_a_property_gave_is_done_to_that() -> None:
    body = "class A:\n    @property\n    def row(self):\n        return {'a': 1}\n"
    body += "def main():\n    row = A().row\n    row['b'] = 2\n    db.table('t').insert(row).execute()\n"
    assert sent(body) == [("t", {"a": True, "b": True})]


REPO = (
    "class Repo:\n    def pick(self, key=None):\n        return db.table('t').select('a').execute().data\n"
    "class Plain:\n    def pick(self, key):\n        return key\n"
)


@pytest.mark.parametrize(
    ("storing", "kept"),
    [
        ("def set(self):\n        self.name = Plain().pick('name')", set()),
        ("def set(self, given):\n        self.name = given.pick('name')", set()),
        ("def set(self):\n        self.name = Repo().pick()", {"name"}),
        ("def __init__(self, given):\n        self.name = given.pick('name')", {"name"}),
        ("def __init__(self):\n        self.name = Plain().pick('name')", set()),
    ],
)
def test_what_is_called_like_a_function_that_gives_rows_need_give_none(storing: str, kept: set[str]) -> None:
    looker = Reader(facts_of(app=f"{HEAD}{REPO}class One:\n    {storing}\n")).looker
    assert looker.taint.attributes == kept


@pytest.mark.parametrize("known", ["", ": Repo"])
def test_a_constructor_keeps_the_rows_that_an_object_gives_which_it_is_handed(known: str) -> None:
    body = f"{REPO}class Holder:\n    def __init__(self, repo{known}):\n        self.rows = repo.pick()\n"
    body += "    def own(self):\n        return [row['b'] for row in self.rows]\nHolder(Repo())\n"
    assert reads(body) == [("b",)]


ASKED = (
    "from dataclasses import dataclass\n"
    "@dataclass\nclass Asked:\n    columns: str | None = None\n    limit: int | None = None\n"
)


def selected(body: str) -> list[str]:
    found = queries(ASKED + body)
    return sorted([text.value for item in found for text in item.select or () if text])


@pytest.mark.parametrize(
    "choice",
    [
        "columns = asked.columns or '*'",
        "columns = asked.columns if asked.columns else '*'",
        "columns = asked.columns if asked and asked.columns else '*'",
        "columns = '*' if not asked.columns else asked.columns",
        "columns = '*' if asked.columns is None else asked.columns",
        "columns = '*'\n    if asked.columns:\n        columns = asked.columns",
        "columns = '*'\n    if asked is not None and asked.columns is not None:\n        columns = asked.columns",
    ],
)
def test_tests_of_what_a_call_gives_in_an_object_tell_what_it_asks(choice: str) -> None:
    read = f"def read(asked=None):\n    {choice}\n    return db.table('t').select(columns).execute()\n"
    assert selected(f"{read}read(Asked('a'))\n") == ["a"]
    assert selected(f"{read}read(Asked())\n") == ["*"]
    assert selected(f"{read}read(Asked('a'))\nread(Asked('b'))\nread(Asked(limit=1))") == ["*", "a", "b"]


def test_what_a_function_may_be_given_in_an_object_is_open() -> None:
    body = "def read(asked: Asked):\n    db.table('t').select('a' if asked.limit else 'b').execute()\n"
    assert selected(body) == ["a", "b"]
    assert selected(f"{body}read(given)\nread(Asked())") == ["a", "b"]


def test_an_object_itself_may_have_been_changed_by_others() -> None:
    body = "class Store:\n    quick = False\n    def read(self):\n        if self.quick: %s\n"
    body %= "db.table('t').select('a').execute()"
    assert selected(body) == ["a"]


@pytest.mark.parametrize("store", ["asked.columns = 'x'", "setattr(asked, 'columns', 'x')"])
@pytest.mark.parametrize("choice", ["asked.columns", "asked.columns or '*'", "asked.columns if asked.columns else '*'"])
def test_a_call_gives_an_object_as_the_function_left_it(store: str, choice: str) -> None:
    body = f"def read(asked):\n    return db.table('t').select({choice}).execute()\n"
    assert selected(f"{body}def main():\n    asked = Asked('a')\n    {store}\n    read(asked)\n") == ["x"]
    assert selected(f"{body}def main(x):\n    asked = Asked('a')\n    if x: {store}\n    read(asked)\n") == ["a", "x"]
    assert selected(f"{body}def main():\n    asked = Asked('a')\n    read(asked)\n    {store}\n") == ["a"]
