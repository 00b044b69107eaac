"""What comes of functions with decorators, and of functions that others make."""

from __future__ import annotations

import pytest

from tests.flowing import keys, queries, query, reads, table

RETRY = """
import asyncio, functools
def retry(times=3):
    def decorator(func):
        @functools.wraps(func)
        async def wrapper(*args, **kwargs):
            for attempt in range(times):
                try:
                    return await func(*args, **kwargs)
                except Exception:
                    await asyncio.sleep(attempt)
            raise RuntimeError
        return wrapper
    return decorator
"""
SAFE = """
from functools import wraps
def safe(func):
    @wraps(func)
    def wrapper(*args, **kwargs):
        try:
            result = func(*args, **kwargs)
            print(len(result))
            return result
        except ValueError:
            return None
    return wrapper
"""
CACHED = """
kept = {}
def cached(key):
    def decorator(func):
        def wrapper(*args, **kwargs):
            if key in kept:
                return kept[key]
            result = func(*args, **kwargs)
            kept[key] = result
            return result
        return wrapper
    return decorator
"""
EITHER = """
import inspect
from functools import wraps
def timed(func):
    @wraps(func)
    async def later(*args, **kwargs):
        try: return await func(*args, **kwargs)
        finally: print("done")
    @wraps(func)
    def now(*args, **kwargs):
        try: return func(*args, **kwargs)
        finally: print("done")
    return later if inspect.iscoroutinefunction(func) else now
"""
REGISTERED = """
known = []
def register(func):
    known.append(func)
    return func
"""
ALL = {
    "retry()": RETRY,
    "safe": SAFE,
    "cached('k')": CACHED,
    "timed": EITHER,
    "register": REGISTERED,
    "app.get('/')": "from fastapi import FastAPI\napp = FastAPI()\n",
    "limits.of(3)": "from somewhere import limits\n",
    "lru_cache(maxsize=None)": "from functools import lru_cache\n",
}


@pytest.mark.parametrize("by", ALL)
def test_what_a_function_gives_is_seen_through_decorators_that_leave_it(by: str) -> None:
    found = queries(f"""{ALL[by]}
@{by}
def row(name):
    return {{"name": name, "extra": 1}}
db.table("t").insert(row("x")).execute()
""")
    assert {"name": True, "extra": True} in [keys(item) for item in found]


@pytest.mark.parametrize("by", ALL)
def test_who_calls_such_a_function_decides_what_it_asks(by: str) -> None:
    found = queries(f"""{ALL[by]}
class Store:
    @{by}
    def save(self, name, row, *, twice=False):
        return db.table(name).insert(row).execute()
Store().save("t", {{"a": 1}}, twice=True)
""")
    assert [(table(item), keys(item)) for item in found] == [("t", {"a": True})]


@pytest.mark.parametrize("by", ALL)
def test_keys_are_read_of_rows_that_such_a_function_is_handed(by: str) -> None:
    assert reads(f"""{ALL[by]}
@{by}
def show(times, row):
    return row["missing"]
for one in db.table("t").select("a").execute().data:
    show(2, one)
""") == [("missing",)]


def test_what_a_decorator_puts_into_a_row_is_sent() -> None:
    item = query("""
def stamped(key):
    def decorator(func):
        def wrapper(*args, **kwargs):
            return {**func(*args, **kwargs), key: 1}
        return wrapper
    return decorator
@stamped("at")
def row(name):
    return {"name": name}
db.table("t").insert(row("x")).execute()
""")
    assert keys(item) == {"name": True, "at": True}


def test_what_a_decorator_hands_in_is_not_taken_for_what_the_call_does() -> None:
    found = queries("""
def with_client(func):
    def wrapper(*args, **kwargs):
        return func(db, *args, **kwargs)
    return wrapper
@with_client
def save(client, row):
    client.table("t").insert(row).execute()
save({"a": 1})
""")
    assert [keys(item) for item in found if item.payload and item.payload.fields] == [{"a": True}]


def test_an_object_that_takes_the_place_of_a_function_is_called() -> None:
    item = query("""
class Marked:
    def __init__(self, func): self.func = func
    def __call__(self, *args): return {**self.func(*args), "mark": True}
@Marked
def row(name):
    return {"name": name}
db.table("t").insert(row("x")).execute()
""")
    assert keys(item) == {"name": True, "mark": True}


def test_of_a_function_that_something_unknown_takes_the_place_of_nothing_is_said() -> None:
    item = query("""
import somewhere
def odd(func):
    return somewhere.make(func).run
@odd
def row(name):
    return {"name": name}
db.table("t").insert(row("x")).execute()
""")
    assert item.payload is not None
    assert (item.payload.fields, item.payload.whole) == ((), False)


def test_a_property_with_a_decorator_gives_what_that_makes_of_it() -> None:
    item = query("""
def emptied(func):
    def wrapper(self):
        row = func(self)
        row.pop("a")
        return row
    return wrapper
class Form:
    @property
    @emptied
    def row(self): return {"a": 1, "b": 2}
    @staticmethod
    @emptied
    def other(_): return {"a": 1}
db.table("t").insert(Form().row).execute()
""")
    assert keys(item) == {"b": True}


def test_a_function_keeps_what_it_was_made_with() -> None:
    item = query("""
def setter(key, value):
    def put(row):
        row[key] = value
        return row
    return put
name = setter("name", 1)
db.table("t").insert(name({"id": 2})).execute()
""")
    assert keys(item) == {"id": True, "name": True}


def test_a_row_in_a_list_is_as_a_function_left_it() -> None:
    item = query("""
def without(row): row.pop("b", None)
def main():
    row = {"a": 1, "b": 2}
    without(row)
    db.table("t").insert([row]).execute()
""")
    assert keys(item) == {"a": True}


GENERATOR = """
def rows(first):
    yield {**first, "a": 1}
    if maybe():
        yield {"b": 2}
    yield {"c": 3}
"""


@pytest.mark.parametrize(
    ("taken", "sent"),
    [
        ("next(rows({}))", [{"a": True}]),
        ("next(rows({}), {'d': 1})", [{"a": True}]),
        ("list(rows({'x': 0}))[0]", [{"x": True, "a": True}]),
        ("[*rows({})][-1]", [{"c": True}]),
    ],
)
def test_a_row_that_is_taken_of_a_generator_is_the_one_at_that_place(taken: str, sent: list[dict[str, bool]]) -> None:
    found = queries(f"{GENERATOR}\ndb.table('t').insert({taken}).execute()\n")
    assert [keys(item) for item in found] == sent


def test_all_rows_of_a_generator_may_be_sent() -> None:
    found = queries(f"{GENERATOR}\nfor row in rows({{}}):\n    db.table('t').insert(row).execute()\n")
    assert [list(keys(item)) for item in found] == [["a"], ["b"], ["c"]]


def test_of_what_is_left_of_an_iterator_nothing_is_said() -> None:
    item = query(f"{GENERATOR}\nleft = rows({{}})\nnext(left)\ndb.table('t').insert(next(left)).execute()\n")
    assert item.payload is not None
    assert (item.payload.fields, item.payload.whole) == ((), False)


def test_what_a_generator_opens_is_what_its_context_gives() -> None:
    item = query("""
from contextlib import contextmanager
@contextmanager
def opened():
    try:
        yield db
    finally:
        close()
with opened() as client:
    client.table("t").insert({"a": 1}).execute()
""")
    assert keys(item) == {"a": True}


def test_a_function_within_one_that_has_done_nothing_yet_is_read() -> None:
    body = (
        "def f():\n    go = lambda *given: later(*given)\n    db.table('t').insert({'a': 1}).execute()\n    return go"
    )
    assert [table(item) for item in queries(body)] == ["t"]


def test_branches_of_branches_are_walked_once() -> None:
    many = "".join("    kept = kept if ask() else again\n    again = again if ask() else kept\n" for _ in range(40))
    body = (
        f"def deco(g):\n  def inner(*a):\n    kept = g(*a)\n    again = g(*a)\n{many}    return kept\n  return inner\n"
    )
    sent = "@deco\ndef row():\n    return {'a': 1}\ndb.table('t').insert(row()).execute()"
    assert [table(item) for item in queries(body + sent)] == ["t"]
