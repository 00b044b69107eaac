"""Objects of the program that hand on to a client or a chain what they are asked: they pass for what they hold."""

from __future__ import annotations

import pytest

from pgconform.request import Query
from tests.flowing import HEAD, column_names, keys, queries, table

RETRYING = """
class Builder:
    def __init__(self, builder, attempts=3):
        self._builder = builder
        self._attempts = attempts
    def __getattr__(self, name):
        attr = getattr(self._builder, name)
        if callable(attr):
            def wrapper(*args, **kwargs):
                result = attr(*args, **kwargs)
                if hasattr(result, 'execute'):
                    return Builder(result, self._attempts)
                return result
            return wrapper
        return attr
    def execute(self):
        last = None
        for attempt in range(self._attempts):
            try:
                return self._builder.execute()
            except Exception as error:
                last = error
        raise last
class Proxy:
    def __init__(self, client: Client):
        self._client = client
    def table(self, name):
        return Builder(self._client.table(name), 3)
    def __getattr__(self, name):
        return getattr(self._client, name)
"""
IN_THREADS = """
import asyncio
from typing import Any
class Builder:
    def __init__(self, builder: Any) -> None:
        self._builder = builder
    def __getattr__(self, name: str) -> Any:
        attr = getattr(self._builder, name)
        if callable(attr):
            def wrapper(*args: Any, **kwargs: Any) -> 'Builder':
                result = attr(*args, **kwargs)
                if hasattr(result, 'execute'):
                    return Builder(result)
                return result
            return wrapper
        return attr
    async def execute(self, *args: Any, **kwargs: Any) -> Any:
        return await asyncio.to_thread(self._builder.execute, *args, **kwargs)
class Proxy:
    def __init__(self, client: Client) -> None:
        self._client = client
    def __getattr__(self, name: str) -> Any:
        attr = getattr(self._client, name)
        if name in ('table', 'rpc', 'from_'):
            def begun(*args: Any, **kwargs: Any) -> Builder:
                return Builder(attr(*args, **kwargs))
            return begun
        return attr
"""
HANDED_A_RETRY = """
class Builder:
    def __init__(self, builder, retry):
        self._builder = builder
        self._retry = retry
    def __getattr__(self, name):
        attribute = getattr(self._builder, name)
        if not callable(attribute):
            return attribute
        def wrapped(*args, **kwargs):
            if name == 'execute':
                return self._retry(lambda: attribute(*args, **kwargs))
            result = attribute(*args, **kwargs)
            if hasattr(result, 'execute'):
                return Builder(result, self._retry)
            return result
        return wrapped
class Retrying:
    def __init__(self, make, retry):
        self._make = make
        self._retry = retry
    def table(self, name):
        return Builder(self._make().table(name), self._retry)
    def __getattr__(self, name):
        return getattr(self._make(), name)
def retry(operation):
    for attempt in range(3):
        try:
            return operation()
        except ValueError:
            if attempt == 2:
                raise
def Proxy(client: Client):
    return Retrying(lambda: client, retry)
"""
BY_SLOTS = """
def run(operation, name):
    try:
        return operation()
    except ValueError:
        return operation()
class Builder:
    __slots__ = ('_builder',)
    def __init__(self, builder):
        object.__setattr__(self, '_builder', builder)
    def execute(self, *args, **kwargs):
        return run(lambda: self._builder.execute(*args, **kwargs), name='execute')
    def __getattr__(self, name):
        attr = getattr(self._builder, name)
        if not callable(attr):
            return attr
        def method(*args, **kwargs):
            result = attr(*args, **kwargs)
            if hasattr(result, 'execute'):
                return Builder(result)
            return result
        return method
class Proxy:
    def __init__(self, client: Client):
        setattr(self, '_client', client)
    def table(self, name):
        return Builder(self._client.table(name))
    def __getattr__(self, name):
        return getattr(self._client, name)
"""
MEASURING = """
def log(name, **more): print(name, more)
class Builder:
    def __init__(self, wrapped, table, operation='unknown'):
        self._wrapped = wrapped
        self._table = table
        self._operation = operation
    def execute(self, *args, **kwargs):
        error = None
        try:
            return self._wrapped.execute(*args, **kwargs)
        except Exception as raised:
            error = type(raised).__name__
            raise
        finally:
            log('execute', table=self._table, operation=self._operation, error=error)
    def __getattr__(self, name):
        attr = getattr(self._wrapped, name)
        if not callable(attr):
            return attr
        def method(*args, **kwargs):
            result = attr(*args, **kwargs)
            if result is self._wrapped:
                return Builder(result, self._table, name)
            return Builder(result, self._table, name) if hasattr(result, 'execute') else result
        return method
class Proxy:
    def __init__(self, wrapped: Client):
        self._wrapped = wrapped
    def table(self, name):
        return Builder(self._wrapped.table(name), name)
    def __getattr__(self, name):
        return getattr(self._wrapped, name)
"""
REPOSITORY = (
    "class Repo:\n    table = ''\n    def __init__(self, db): self.db = db\n    def find(self, **by):\n"
    "        q = self.db.table(self.table).select('*')\n        for k, v in by.items():\n            q = q.eq(k, v)\n"
    "        return q.execute().data\nclass A(Repo):\n    table = 'a'\ndef f():\n    return A(db).find(b=1)[0]['c']\n"
)
BODIES = [
    "def f(i):\n    return db.table('a').select('b, c').eq('d', i).single().execute().data['e']\n",
    "def f(i):\n    q = db.table('a').select('b')\n    if i:\n        q = q.eq('c', i)\n"
    "    for k in i:\n        q = q.neq('d', k)\n    found = q.order('f', desc=True).execute()\n"
    "    return [row['e'] for row in found.data]\n",
    "def f(i):\n    return db.table('a').upsert({'b': 1, 'c': i}, on_conflict='b').execute().data[0]['d']\n",
    "def f(i):\n    db.table('a').delete().not_.is_('b', 'null').execute()\n",
    "def f(i):\n    return db.rpc('g', {'h': i}).execute().data\n",
    "def f(i):\n    match = db.table('a').select('b').execute()\n    for row in match.data:\n"
    "        db.from_('a').update({'c': row['d']}).eq('e', row['b']).execute()\n",
]


def told(items: list[Query]) -> list[object]:
    """What requests ask, wherever that stands."""
    return sorted(
        [
            (
                str(table(item)),
                item.verb,
                [part.value if part else None for part in item.select or ()],
                column_names(item),
                [order.column.value if order.column else None for order in item.orders],
                sorted(item.options.items()),
                keys(item) if item.payload else None,
                item.on_conflict.value if item.on_conflict else None,
                item.calls,
                sorted((*read.path, read.key.value) for read in item.reads),
            )
            for item in items
        ],
        key=str,
    )


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("proxy", [RETRYING, IN_THREADS, HANDED_A_RETRY, BY_SLOTS, MEASURING])
def test_what_stands_for_a_client_asks_what_the_client_does(proxy: str, body: str) -> None:
    plain = told(queries(body))
    assert plain
    assert told(queries(proxy + "db = Proxy(db)\n" + body)) == plain
    assert told(queries(f"from other import db\n{body}", other=HEAD + proxy + "db = Proxy(db)\n")) == plain


@pytest.mark.parametrize("proxy", [RETRYING, IN_THREADS, HANDED_A_RETRY, BY_SLOTS, MEASURING])
def test_what_a_base_class_asks_of_one_is_known_where_it_is_called(proxy: str) -> None:
    (plain,) = told(queries(REPOSITORY))
    assert plain in told(queries(proxy + "db = Proxy(db)\n" + REPOSITORY))


@pytest.mark.parametrize(
    "own",
    [
        "    def execute(self):\n        return self._builder.execute().data\n",
        "    def execute(self):\n        it = self._builder.execute()\n        return it.data if it else None\n",
    ],
)
def test_what_makes_something_else_of_an_answer_is_none(own: str) -> None:
    proxy = RETRYING.partition("    def execute")[0] + own + "class Proxy" + RETRYING.partition("class Proxy")[2]
    body = "db = Proxy(db)\ndef f():\n    return db.table('a').select('b').execute()[0]['c']\n"
    (found,) = queries(proxy + body)
    assert [read.key.value for read in found.reads] == ["c"]


@pytest.mark.parametrize(
    "own",
    [
        "    def eq(self, column, value):\n        return Builder(self._builder.eq(column.lower(), value))\n",
        "    def named(self, value):\n        return Builder(self._builder.eq('name', value))\n",
        "    def limit(self, count):\n        return Builder(self._builder.limit(min(count, 10)))\n",
    ],
)
def test_methods_of_its_own_are_heeded(own: str) -> None:
    body = RETRYING.replace("    def execute", own + "    def execute") + "db = Proxy(db)\n"
    called = "eq('B', 1)" if "lower" in own else "named(1)" if "named" in own else "limit(99)"
    (found,) = queries(body + f"def f():\n    return db.table('a').select('*').{called}.execute().data[0]['c']\n")
    assert found.relation is not None
    assert found.relation.value == "a"
    assert [read.key.value for read in found.reads] == ["c"]
    assert column_names(found) == {"eq('B', 1)": ["b"], "named(1)": ["name"], "limit(99)": []}[called]


@pytest.mark.parametrize(("base", "known"), [("object", "t"), ("Base", None)])
def test_what_a_library_class_may_have_is_not_asked_for(base: str, known: str | None) -> None:
    """It may have an attribute of that name itself."""
    body = f"from lib import Base\nclass Names({base}):\n    def __getattr__(self, name):\n        return 't'\n"
    (found,) = queries(body + "db.table(Names().users).select('*').execute()\n")
    assert table(found) == known
