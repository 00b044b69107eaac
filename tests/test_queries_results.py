"""The keys a program reads from rows, and when it is wiser to say nothing."""

from __future__ import annotations

import pytest

from pgconform.request import Query
from pgconform.sources.python.evaluate.values.kinds import Chain
from pgconform.sources.python.queries import results
from pgconform.sources.python.requests.choose import settled
from tests.flowing import queries, query, reads, table, tables

ROWS = "res = db.table('t').select('*').execute()\n"
GROUPS = "for key, rows in by.items():\n    for row in rows:\n        row['b']"
PAGES = """
def pages():
    found = []
    while True:
        page = db.table('t').select('*').execute().data
        found.extend(page)
        if len(page) < 10:
            return found
"""
FILLED = ROWS + "by = {}\nfor row in res.data:\n"
ONE = "res = db.table('t').select('*').single().execute()\n"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (ROWS + "res.data[0]['a']", [("a",)]),
        (ROWS + "row = res.data[0]\nrow['a']\nrow.get('b')", [("a",), ("b",)]),
        (ROWS + "for row in res.data or []:\n    row['a']", [("a",)]),
        (ROWS + "x = [row['a'] for row in res.data]", [("a",)]),
        (ROWS + "row = res.data[0] if res.data else None\nif row:\n    row['a']", [("a",)]),
        (ROWS + "rows = res.data[:3]\nfor i, row in enumerate(rows):\n    row['a']", [("a",)]),
        (ROWS + "next(iter(res.data))['a']", [("a",)]),
        (ROWS + "copy = dict(res.data[0])\ncopy['a']", [("a",)]),
        (ROWS + "sorted(res.data, key=lambda row: row['a'])", [("a",)]),
        (ROWS + "rows = res.data\nrows.sort(key=lambda row: row['a'], reverse=True)", [("a",)]),
        (ROWS + "max(res.data, key=lambda row: row.get('a') or 0)", [("a",)]),
        (ROWS + "list(map(lambda row: row['a'], filter(lambda row: row['b'], res.data)))", [("a",), ("b",)]),
        (
            ROWS + "from itertools import groupby\nfor k, g in groupby(res.data, lambda row: row['a']):\n"
            "    [row['b'] for row in g]",
            [("a",), ("b",)],
        ),
        (
            ROWS + "import itertools\nfor k, g in itertools.groupby(res.data, lambda row: row['a']):\n"
            "    for row in g:\n        row['b']",
            [("a",), ("b",)],
        ),
        (ROWS + "import copy\ncopy.copy(res.data[0])['a']", [("a",)]),
        (ROWS + "by = dict((row['a'], row) for row in res.data)\nby[x]['b']", [("a",), ("b",)]),
        (ROWS + "def first(row):\n    return row['a']\nsorted(res.data, key=first)", [("a",)]),
        (ROWS + "by = {row['a']: row for row in res.data}\nby[x]['b']\nby.get(x, {})['c']", [("a",), ("b",), ("c",)]),
        (ROWS + "by = {}\nfor row in res.data:\n    by[row['a']] = row\nby[x]['b']", [("a",), ("b",)]),
        (ROWS + "every = []\nwhile x:\n    every.extend(res.data or [])\n[row['a'] for row in every]", [("a",)]),
        (
            "def get():\n    try:\n        return {'ok': True, 'data': db.table('t').select('*').execute().data}\n"
            "    except OSError as e:\n        return {'ok': False, 'error': str(e)}\n"
            "def f():\n    found = get()\n    return found['data'][0]['a'] if found['ok'] else found['error']",
            [("a",)],
        ),
        (ROWS + "by = {row['a']: row for row in res.data}\n[(v['b'], k) for k, v in by.items()]", [("a",), ("b",)]),
        (ROWS + "res['data'][0]['a']", [("a",)]),
        (ONE + "res.data['a']", [("a",)]),
        (ONE + "res.data.get('a', {}).get('b')", [("a", "b"), ("a",)]),
        ("res = db.table('t').select('*, tags(name)').execute()\nres.data[0]['tags'][0]['name']", None),
        ("if (res := db.table('t').select('*').execute()).data:\n    res.data[0]['a']", [("a",)]),
        (ROWS + "every = []\nwhile x:\n    every += res.data\n[row['a'] for row in every]", [("a",)]),
        (ROWS + "every = []\nwhile x:\n    every.extend(res.data)\nevery.sort(key=lambda row: row['a'])", [("a",)]),
        (ROWS + "for row in res.data + res.data:\n    row['a']", [("a",)]),
        (ROWS + "more = {**res.data[0], 'b': 1}\nmore['a']\nmore['b']", [("a",)]),
        (ROWS + "more = {'b': 1}\nmore.update(res.data[0])\nmore['a']", [("a",)]),
        (ROWS + "more = {'b': 1}\nmore.update(res.data[0], c=1)\nmore['c']\nmore['a']", [("a",)]),
        (ROWS + "more = {k: v for k, v in res.data[0].items() if k != 'b'}\nmore['a']", [("a",)]),
        (ROWS + "more = [{k: str(v) for k, v in r.items() if v} for r in res.data]\nmore[0]['a']['b']", [("a",)]),
        (ROWS + "more = {k: v for k, v in res.data[0].items() if shown(k)}\nmore['a']", [("a",)]),
        (ROWS + "more = {k: v for k, v in res.data[0].items()}\nmore['a'] = 1\nmore['a']\nmore['b']", [("b",)]),
        (ROWS + "more = res.data[0] | {'b': 1}\nmore['a']\nmore['b']", [("a",)]),
        (
            ROWS + "by = {}\nfor row in res.data:\n    by.setdefault(row['a'], []).append(row)\n" + GROUPS,
            [("a",), ("b",)],
        ),
        (
            ROWS + "from collections import defaultdict\nby = defaultdict(list)\nfor row in res.data:\n"
            "    by[row['a']].append(row)\n" + GROUPS,
            [("a",), ("b",)],
        ),
        (
            ROWS + "by = {}\nfor row in res.data:\n    if row['a'] not in by:\n        by[row['a']] = []\n"
            "    by[row['a']].append(row)\n" + GROUPS,
            [("a",), ("a",), ("a",), ("b",)],
        ),
        (
            ROWS + "by = {}\nfor row in res.data:\n    if row['a'] in by:\n        by[row['a']].append(row)\n"
            "    else:\n        by[row['a']] = [row]\n" + GROUPS,
            [("a",), ("a",), ("a",), ("b",)],
        ),
        (ROWS + "best = None\nfor row in res.data:\n    if not best or x:\n        best = row\nbest['a']", [("a",)]),
        (
            "q = db.table('t').select('*')\nfor key, value in filters.items():\n    q = q.eq(key, value)\n"
            "for row in q.execute().data:\n    row['a']",
            [("a",)],
        ),
        (
            "def filtered(q, filters):\n    if not filters:\n        return q\n    for key, value in filters.items():\n"
            "        q = q.eq(key, value)\n    return q\ndef found(columns, filters=None):\n"
            "    return filtered(db.table('t').select(columns), filters).execute().data or []\n"
            "[row['a'] for row in found('b')], [row['c'] for row in found('b', {'d': 1})]",
            [("a",), ("c",)],
        ),
        (
            "def f():\n    rows = db.table('t').select('*').execute().data\n    for row in rows:\n"
            "        for key in ('a', 'b'):\n            if row.get(key):\n                row[key] = float(row[key])\n"
            "    return rows\nfor row in f():\n    row['b'], row['c']",
            [("c",)],
        ),
        (
            ROWS
            + "row, more = res.data[0], {'a': x}\nfor key in more:\n    if key in row:\n        row[key] = more[key]\n"
            "row['a'], row['c']",
            [("c",)],
        ),
        (PAGES + "def show(rows):\n    for row in rows:\n        row['a']\nshow(pages())", [("a",)]),
        (PAGES + "def show(by):\n    by[x]['a']\nshow({row['b']: row for row in pages()})", [("a",), ("b",)]),
        (PAGES + "def show(row):\n    row['a']\nshow({**pages()[0], 'b': 1})", [("a",)]),
        (PAGES + "def both():\n    return pages(), 1\nrows, number = both()\nrows[0]['a']", [("a",)]),
        (
            "def data(res):\n    return res.data if res else None\n" + ROWS + "for row in data(res):\n    row['a']",
            [("a",)],
        ),
        (
            "def f():\n    own = make()\n    def ask():\n        return own.table('t').select('*').execute().data\n"
            "    for row in ask():\n        row['a']",
            [("a",)],
        ),
        (
            "class C:\n    def __init__(self):\n        self.own = db\n    def f(self):\n        def ask():\n"
            "            return self.own.table('t').select('*').execute().data\n        return ask()[0]['a']",
            [("a",)],
        ),
        (
            "def f():\n    rows = db.table('t').select('*').execute().data\n    def show():\n"
            "        for row in rows:\n            row['a']\n    show()",
            [("a",)],
        ),
    ],
)
def test_reads_are_found(body: str, found: list[tuple[str, ...]] | None) -> None:
    assert sorted(reads(body)) == sorted(found or [("tags",), ("tags", "0"), ("tags", "name")])


@pytest.mark.parametrize(
    "body",
    [
        ROWS + "row = res.data[0]\nrow['a'] = 1\nrow['a']",
        ROWS + "for row in res.data:\n    row['a'] = 1\nres.data[0]['a']",
        ROWS + "for row in res.data:\n    row['a'] = 1\nsorted(res.data, key=lambda row: row['a'])",
        ROWS + "sorted(res.data + others, key=lambda row: row['a'])",
        ROWS + "by = {k: row for k, row in zip(ks, res.data)}\nby[x] = {'a': 1}\nby[y]['a']",
        ROWS + "by = {}\nfor row in res.data:\n    by[x] = row\nfor k in others:\n    by[k] = others[k]\nby[y]['a']",
        ROWS + "every = []\nwhile x:\n    every.extend(res.data or others)\n[row['a'] for row in every]",
        ROWS + "by = {**others, **{k: row for k, row in zip(ks, res.data)}}\nby[y]['a']",
        ROWS + "for row in res.data:\n    row.update(extra)\nres.data[0]['a']",
        ROWS + "row = res.data[0]\nrow.update({'a': 1})\nrow['a']",
        ROWS + "def enrich(r):\n    r['a'] = 1\nrow = res.data[0]\nenrich(row)\nrow['a']",
        ROWS + "row = res.data[0]\nif 'a' in row:\n    row['a']",
        ROWS + "row = res.data[0]\nrow.get('a', row.get('b'))",
        ROWS + "row = res.data[0]\nx = row.get('a') or row.get('b')",
        ROWS + "res = other()\nres.data[0]['a']",
        ROWS + "row = {'a': 1} if x else res.data[0]\nrow['a']",
        ROWS + "row = cache.get('k') or res.data[0]\nrow['a']",
        ROWS + "res.data = load()\nres.data[0]['a']",
        ROWS + "more = {**res.data[0], **others}\nmore['a']",
        ROWS + "more = {**others, **res.data[0]}\nmore['a']",
        ROWS + "more = others | res.data[0]\nmore['a']",
        ROWS + "more = {**res.data[0], **db.table('u').select('*').single().execute().data}\nmore['a']",
        ROWS + "rows = res.data\nfor x in others:\n    rows = rows + more(x)\nrows[0]['a']",
        ROWS + "rows = []\nfor x in others:\n    rows += res.data\n    rows += x\nrows[0]['a']",
        ROWS + "row = res.data[0]\nwhile x:\n    row['a']\n    row = other(row)",
        FILLED + "    by.setdefault(k, []).append(row)\n    by.setdefault(x, []).append(x)\nby[x][0]['a']",
        FILLED + "    if k in by:\n        by[k].append(x)\n    else:\n        by[k] = [row]\nby[x][0]['a']",
        "q = db.table('t').select('*')\nfor x in others:\n    q = other(q)\nq.execute().data[0]['a']",
        "q = db.table('t').select('*')\nfor x in others:\n    q.execute().data[0]['a']\n    q = other(q)",
        "db.table(x or 't').select('*').execute().data[0]['a']",
        "def f(columns='a'):\n    return db.table('t').select(columns).execute().data[0]['b']",
        "def f():\n    rows = db.table('t').select('*').execute().data\n    def change():\n        nonlocal rows\n"
        "        rows = other()\n    change()\n    rows[0]['a']",
        "def f():\n    rows = db.table('t').select('*').execute().data\n    def show():\n        rows[0]['a']\n"
        "    rows = other()\n    show()",
        "def f():\n    row = db.table('t').select('*').single().execute().data\n    show = lambda: row['a']\n"
        "    row = {'a': 1}\n    show()",
        "res = db.table('t').select('*').csv().execute()\nres.data['a']",
        ROWS + "rows = res.data\nrows.append({'a': 1})\nrows[-1]['a']",
        ROWS + "rows = res.data\nif not rows:\n    rows.append({'a': 1})\nrows[0]['a']",
        ROWS + "rows = res.data\nrows.insert(0, {'a': 1})\nrows[0]['a']",
        ROWS + "rows = res.data\nrows.extend([{'a': 1}])\nrows[0]['a']",
        ROWS + "rows = res.data\nrows.extend(others)\nrows[0]['a']",
        ROWS + "def more(rows):\n    rows.append({'a': 1})\nrows = res.data\nmore(rows)\nrows[0]['a']",
        ROWS + "from collections import deque\nrows = deque(res.data)\nrows.appendleft({'a': 1})\nrows[0]['a']",
        ROWS + "row = res.data[0]\nrow.__setitem__('a', 1)\nrow['a']",
        ROWS + "row = res.data[0]\nrow.setdefault('a')\nrow['a']",
        ROWS + "row = res.data[0]\nif {'a'} <= row.keys():\n    row['a']",
        ROWS + "row = res.data[0]\nif needed.issubset(row):\n    row['a']",
        ROWS + "row = res.data[0]\nmissing = {'a', 'b'} - set(row)\nif not missing:\n    row['a']",
        ROWS + "names = set(res.data[0].keys()) if res.data else set()\n[row['a'] for row in res.data if 'a' in names]",
        "res = db.table('t').select('u(b)').execute()\nfor row in res.data:\n    row['u'] = [{'a': 1}]\n"
        "res.data[0]['u'][0]['a']",
        ROWS + "hooks = []\ndef hook(f):\n    hooks.append(f)\n    return f\ndef f():\n    row = res.data[0]\n"
        "    for one in hooks:\n        one(row)\n    row['a']",
    ],
)
def test_what_may_come_from_elsewhere_is_no_claim(body: str) -> None:
    assert reads(body) == []


IN = {
    "res": "x.data",
    "{'all': rows}": "x['all']",
    "{'one': {'all': rows}}": "x['one']['all']",
    "[rows]": "x[0]",
    "[{'all': rows}]": "x[0]['all']",
}
"""What rows may be in, and how a function takes them out of it."""
FILLERS = {
    "by itself": "def fill(x):\n    for row in TAKEN: row['a'] = 1\n",
    "by another": "def more(rows):\n    for row in rows: row.update(y)\ndef fill(x): more(TAKEN)\n",
    "nobody knows how": "from lib import fill\n",
}
READING = "def fill(x):\n    for row in TAKEN: print(row['b'])\n"


@pytest.mark.parametrize("filler", FILLERS.values(), ids=FILLERS)
@pytest.mark.parametrize(("given", "taken"), IN.items())
def test_what_is_done_to_rows_in_what_a_function_is_handed_is_done_to_them(given: str, taken: str, filler: str) -> None:
    body = f"def f():\n    {ROWS}    rows = res.data\n    held = {given}\n    fill(held)\n    rows[0]['a']\n"
    assert reads(filler.replace("TAKEN", taken) + body) == []
    assert set(reads(READING.replace("TAKEN", taken) + body)) == {("a",), ("b",)}


def test_the_rows_of_a_response_are_others_once_a_function_has_set_them() -> None:
    does = f"def f():\n    {ROWS}    fill(res)\n    res.data[0]['a']\n"
    assert reads("def fill(x): x.data = [{'a': 1}]\n" + does) == []


FILLING = """
from abc import abstractmethod
from typing import Protocol
class Base:
{base}
    def rows(self):
        rows = db.table('t').select('*').execute().data
        self.fill(rows)
        return rows
class Derived(Base):
{derived}
Derived().rows()[0]['a']
"""
FILLS = "    def fill(self, rows):\n        for row in rows:\n            row['a'] = 1"


@pytest.mark.parametrize(
    "more",
    [
        "more = {k.lower(): v for k, v in res.data[0].items()}",
        "more = {v: k for k, v in res.data[0].items()}",
        "more = {k: v for k, v in zip(res.data[0], range(9))}",
    ],
)
def test_keys_that_a_comprehension_makes_of_others_are_not_those_of_the_row(more: str) -> None:
    assert reads(f"{ROWS}{more}\nmore['a']") == []


@pytest.mark.parametrize(
    "base",
    [
        "    def fill(self, rows):\n        pass",
        "    def fill(self, rows):\n        raise NotImplementedError",
        '    def fill(self, rows):\n        """Fills them."""',
        "    @abstractmethod\n    def fill(self, rows): ...",
    ],
)
def test_a_method_of_a_derived_class_fills_the_rows_of_its_base(base: str) -> None:
    assert reads(FILLING.format(base=base, derived=FILLS)) == []


def test_whoever_keeps_to_a_protocol_may_fill_rows() -> None:
    given = "class Filler(Protocol):\n    def fill(self, rows): ...\ndef f(filler: Filler):\n    rows = res.data\n"
    assert reads(f"{ROWS}from typing import Protocol\n{given}    filler.fill(rows)\n    rows[0]['a']") == []


@pytest.mark.parametrize("derived", ["    pass", "    def fill(self, rows):\n        [row['b'] for row in rows]"])
def test_a_method_that_fills_nothing_leaves_rows_as_they_are(derived: str) -> None:
    base = "    def fill(self, rows):\n        [row['c'] for row in rows]"
    assert ("a",) in reads(FILLING.format(base=base, derived=derived))


@pytest.mark.parametrize(
    ("body", "method"),
    [
        ("try:\n    x = row['a']\nexcept KeyError:\n    x = None", "caught"),
        ("try:\n    x = row['a']\nexcept (LookupError, TypeError):\n    x = None", "caught"),
        ("from contextlib import suppress\nwith suppress(KeyError):\n    x = row['a']", "caught"),
        ("try:\n    x = row['a']\nexcept Exception:\n    x = row['b']", "caught"),
        ("try:\n    x = row['a']\nexcept KeyError:\n    raise ValueError(row)", "item"),
        ("try:\n    x = row['a']\nexcept ValueError:\n    x = None", "item"),
        ("try:\n    x = f(row['a'])\nexcept Exception:\n    x = row['b']", "item"),
        ("with open(x):\n    x = row['a']", "item"),
    ],
)
def test_a_key_whose_absence_is_caught_is_read_as_one_that_may_not_be_there(body: str, method: str) -> None:
    found = {read.key.value: read.method for item in queries(f"{ROWS}row = res.data[0]\n{body}") for read in item.reads}
    assert found["a"] == method


CHAIN = "db.table('t').select('*')"
RUN = """
import asyncio
from functools import partial

async def thread(function, *arguments):
    return await asyncio.to_thread(function, *arguments)

async def executed(builder):
    return await asyncio.to_thread(builder.execute)

def tried(function, times=3):
    for _ in range(times):
        try:
            return function()
        except OSError:
            continue
    raise RuntimeError

class Base:
    async def in_executor(self, function):
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, function)

class Repository(Base):
    async def all(self, loop):
        def ask():
            return {chain}.execute()
        res = {how}
        return [row['a'] for row in res.data]
"""


@pytest.mark.parametrize(
    "how",
    [
        "await asyncio.to_thread(lambda: {chain}.execute())",
        "await asyncio.to_thread({chain}.execute)",
        "await asyncio.to_thread(partial({chain}.execute))",
        "await asyncio.to_thread(ask)",
        "await loop.run_in_executor(None, ask)",
        "await loop.run_in_executor(None, lambda: {chain}.execute())",
        "await self.in_executor(lambda: {chain}.execute())",
        "await thread(lambda: {chain}.execute())",
        "await thread({chain}.execute)",
        "await executed({chain})",
        "tried(lambda: {chain}.execute())",
        "tried({chain}.execute)",
        "tried(ask)",
    ],
)
def test_rows_come_back_from_what_runs_a_function(how: str) -> None:
    assert set(reads(RUN.format(chain=CHAIN, how=how.format(chain=CHAIN)))) == {("a",)}


PYTHONS = (
    "run",
    "copy",
    "map",
    "list",
    "next",
    "filter",
    "set",
    "gather",
    "items",
    "values",
    "get",
    "pop",
    "loads",
    "info",
)


@pytest.mark.parametrize("name", PYTHONS)
@pytest.mark.parametrize(
    "body",
    [
        "def {name}(x):\n    return {rows}\ndef f():\n    for row in {name}(1):\n        row['a']",
        "def {name}(x):\n    return {rows}\ndef g(x):\n    return {name}(x)\ndef f():\n    [row['a'] for row in g(1)]",
        "class R:\n    def {name}(self):\n        return {rows}\n    def f(self):\n        self.{name}()[0]['a']",
        "class R:\n    def {name}(self, x):\n        return {rows}\n    def f(self):\n        self.{name}('u')[0]['a']",
        "def {name}(rows):\n    return rows\ndef f():\n    [row['a'] for row in {name}({rows})]",
        "def {name}(row):\n    return row['a']\ndef f():\n    {name}({rows}[0])",
        "class R:\n    def {name}(self, row):\n        return row['a']\n"
        "    def g(self, row):\n        return self.{name}(row)\n    def f(self):\n        self.g({rows}[0])",
    ],
)
def test_a_function_of_the_program_outweighs_pythons_own_of_that_name(body: str, name: str) -> None:
    assert reads(body.format(name=name, rows=f"{CHAIN}.execute().data")) == [("a",)]


@pytest.mark.parametrize("name", PYTHONS)
def test_what_such_a_function_gives_instead_of_rows_is_no_row(name: str) -> None:
    given = f"def {name}(rows):\n    return {{'a': len(rows)}}\ndef f():\n    {name}({CHAIN}.execute().data)['a']"
    assert reads(given) == []
    assert reads(f"import own\ndef f():\n    own.{name}({CHAIN}.execute().data)['a']") == []


@pytest.mark.parametrize("name", ["list", "dict", "loads", "split", "error", "join"])
def test_a_wrapper_with_the_name_of_a_method_of_pythons_asks_what_its_callers_say(name: str) -> None:
    of_self = f"""
class R:
    def {name}(self, t):
        return db.table(t).delete().execute()
    def g(self, t):
        return self.{name}(t)
R().g('projects')
"""
    assert tables(of_self) == ["projects"]


@pytest.mark.parametrize(
    "told",
    [
        "print(f'{row[\"a\"]}', row['b'])",
        "logger.info(f'it is {row[\"a\"]}', extra={'b': row['b']})",
        'self.log.error(f\'{row["a"]!r:>10} of {row["b"]}\')',
        "raise ValueError(f'{row[\"a\"]}', row['b'])",
        "raise ValueError(f'{row[\"a\"]}') from KeyError(row['b'])",
    ],
)
def test_what_a_log_tells_of_a_row_is_read(told: str) -> None:
    assert set(reads(f"{ROWS}row = res.data[0]\n{told}")) >= {("a",)}


@pytest.mark.parametrize("told", ["print({})", "logger.info('%s', {})", "raise ValueError({})", "print(f'{{{}}}')"])
def test_a_request_within_what_is_told_is_one(told: str) -> None:
    (item,) = queries("prefix = 'x'\n" + told.format('db.table(f"{prefix}_t").select("a").execute()'))
    assert table(item) == "x_t"


def test_a_read_says_how_and_where() -> None:
    (item,) = queries(ROWS + "row = res.data[0]\nx = (row['a'],\n     row.get('b'))")
    assert [(read.method, read.required, read.at and (read.at.line, read.at.column)) for read in item.reads] == [
        ("item", True, (5, 10)),
        ("get", False, (6, 14)),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "if row.get('a'):\n    row['a']",
        "if row and row.get('a'):\n    row['a']",
        "x = row['a'] if row.get('a') else None",
    ],
)
def test_a_key_that_was_asked_for_first_is_no_error(body: str) -> None:
    (item,) = queries(f"{ROWS}row = res.data[0]\n{body}")
    assert {(read.key.value, read.method) for read in item.reads} == {("a", "get")}


@pytest.mark.parametrize(
    "body", ["row['a']\nrow.get('a')", "if row.get('b'):\n    row['a']", "res.data[1].get('a')\nrow['a']"]
)
def test_a_key_that_was_not_asked_for_first_is(body: str) -> None:
    (item,) = queries(f"{ROWS}row = res.data[0]\n{body}")
    assert ("a", "item") in {(read.key.value, read.method) for read in item.reads}


@pytest.mark.parametrize(
    "body",
    [
        "q = db.table('a') if x else db.table('b')\nrow = q.select('*').execute().data[0]",
        "if x:\n    res = db.table('a').select('*').execute()\nelse:\n    res = db.table('b').select('*').execute()\n"
        "row = res.data[0]",
        "def rows(name):\n    return db.table({'x': 'a', 'y': 'b'}[name]).select('*').execute().data\nrow = rows(x)[0]",
        "row = db.table('a' if x else 'b').select('*').execute().data[0]",
    ],
)
def test_a_row_of_one_of_several_queries_is_read_as_of_either(body: str) -> None:
    (item,) = [item for item in queries(f"{body}\nrow['c']") if item.reads]
    (read,) = item.reads
    assert {table(item), *map(table, read.others)} == {"a", "b"}


def test_rows_of_either_branch_with_the_same_columns_do() -> None:
    body = "q = db.table('a').select('*')\nif x:\n    q = q.eq('b', 1)\nq.execute().data[0]['c']"
    assert reads(body) == [("c",)]


@pytest.mark.parametrize(
    "change",
    [
        "for n in ns:\n        n['seen'] = 1\n    return ns",
        "for i, n in enumerate(ns):\n        n['seen'] = i\n    return ns",
        "for n in ns:\n        n.update({'seen': 1})\n    return ns",
    ],
)
def test_a_key_that_a_function_puts_into_each_row_is_no_column(change: str) -> None:
    body = f"""
def mark(ns):
    if not ns:
        return []
    {change}
def media(ns):
    if not ns:
        return []
    ids = [n['id'] for n in ns]
    return ns
def rows():
    return db.table('notes').select('id').execute().data
def show():
    found = [n for n in rows() if n['id']]
    found = mark(media(found))
    return [n for n in found if not n['seen'] and n['other']]
"""
    assert sorted(set(reads(body))) == [("id",), ("other",)]


STRANGE = """
from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Thread
from vendor import enrich
def fill(row):
    row['b'] = 1
def fill_all(rows):
    for row in rows:
        fill(row)
def fill_with(value, row):
    row['b'] = value
def show(row):
    return str(row['c'])
def show_all(rows):
    return [show(row) for row in rows]
class Loader:
    def __init__(self, enricher):
        self.enricher = enricher
    @abstractmethod
    def promised(self, rows): ...
    def load(self, pipeline):
        rows = db.table('t').select('*').execute().data
        {}
        return [row['b'] for row in rows]
"""


@pytest.mark.parametrize(
    "change",
    [
        "enrich(rows)",
        "pipeline.run(data=rows)",
        "pipeline(rows)",
        "for row in rows: self.enricher.fill(row)",
        "self.inherited(rows)",
        "self.promised(rows)",
        "Thread(target=fill_all, args=(rows,)).start()",
        "with ThreadPoolExecutor() as pool: list(pool.map(fill, rows))",
        "with ThreadPoolExecutor() as pool: list(pool.map(lambda row: fill(row), rows))",
        "with ThreadPoolExecutor() as pool: list(pool.map(partial(fill_with, 1), rows))",
        "for row in rows: row |= {'b': 1}",
    ],
)
def test_what_nobody_knows_may_put_keys_into_rows(change: str) -> None:
    assert ("b",) not in reads(STRANGE.format(change))


@pytest.mark.parametrize(
    "told",
    [
        "print(rows)",
        "pipeline.info('found', rows)",
        "self.enricher.publish(rows)",
        "print(pipeline.count(rows))",
        "with ThreadPoolExecutor() as pool: list(pool.map(show, rows))",
        "with ThreadPoolExecutor() as pool: list(pool.map(lambda row: show(row), rows))",
        "with ThreadPoolExecutor() as pool: pool.submit(show_all, rows)",
        "Thread(target=show_all, args=(rows,)).start()",
        "for row in rows: row['b'] += 1",
        "for row in rows: row['b'] -= 1",
        "found = []\n        found.append(rows[0])",
        "rows += db.table('t').select('*').execute().data",
    ],
)
def test_what_is_told_of_rows_or_made_of_them_leaves_them_as_they_are(told: str) -> None:
    assert ("b",) in reads(STRANGE.format(told))


HELPER = """
import itertools
from vendor import enrich
def put(row, key): row[key] = 1
def sure(row, key='b'): row.setdefault(key, 1)
def numbered(rows):
    for _, row in enumerate(rows): yield row
def back(rows): return [row for _, row in enumerate(rows)]
def helper(rows):
    {}
def use():
    rows = db.table('t').select('*').execute().data
    helper(rows)
    return [(row['b'], row['missing']) for row in rows]
"""


@pytest.mark.parametrize(
    "change",
    [
        "for number, row in enumerate(rows): row['b'] = number",
        "for row, number in zip(rows, range(9)): row.update(b=number)",
        "for row in reversed(rows): row.setdefault('b', 1)",
        "for row in itertools.chain(rows, []): row['b'] = 1",
        "for row in [*rows]: row['b'] = 1",
        "for row in rows + []: row['b'] = 1",
        "for row in numbered(rows): row['b'] = 1",
        "for row in back(rows): row['b'] = 1",
        "mine = []\n    for row in rows: mine.append(row)\n    for row in mine: row['b'] = 1",
        "stack = list(rows)\n    while stack: stack.pop()['b'] = 1",
        "change = sure\n    for row in rows: change(row)",
        "for _, row in enumerate(rows): put(row, 'b')",
        "for _, row in enumerate(rows): put(key='b', row=row)",
    ],
)
def test_keys_that_a_function_puts_into_rows_in_whatever_form_it_has_them_are_there(change: str) -> None:
    assert reads(HELPER.format(change)) == [("missing",)]


@pytest.mark.parametrize("change", ["for row in rows: enrich(row)", "for _, row in enumerate(rows): enrich(row)"])
def test_what_a_function_hands_to_what_nobody_knows_may_have_any_key(change: str) -> None:
    assert not reads(HELPER.format(change))


@pytest.mark.parametrize(
    "told",
    [
        "for number, row in enumerate(rows): print(number, row)",
        "for _, row in enumerate(rows): row = dict(row); row['b'] = 1",
        "found = {**rows[0]}\n    found['b'] = 1",
        "mine = []\n    for row in rows: mine.append(len(row))",
    ],
)
def test_what_a_function_does_to_what_it_makes_of_rows_leaves_them_as_they_are(told: str) -> None:
    assert reads(HELPER.format(told)) == [("b",), ("missing",)]


ASTRAY = """
import heapq, json
from collections import defaultdict
from dataclasses import dataclass
from vendor import Plan
HELD = {{}}
ALL = []
class Node:
    def __init__(self, row): self.row = row
class Holder:
    def __init__(self, rows): self.rows = rows
    def fill(self):
        for row in self.rows: row['b'] = 1
@dataclass
class Item:
    row: dict
    number: int = 0
def mark(items):
    for item in items: item.row['b'] = 1
def put(into, rows): into['rows'] = rows
def held():
    for row in HELD['rows']: row['b'] = 1
def every():
    for row in ALL: row['b'] = 1
def helper(rows):
    {}
def use():
    rows = db.table('t').select('*').execute().data
    {}
    return [(row['b'], row['missing']) for row in rows]
"""
LOST = {
    "lists in dicts in a dict": "g = {}\n    for row in rows: g.setdefault(row['a'], {'all': []})['all'].append(row)\n"
    "    for one in g.values():\n        for row in one['all']: row['b'] = 1",
    "lists in dicts of dicts": "g = defaultdict(lambda: defaultdict(list))\n"
    "    for row in rows: g[row['a']][row['c']].append(row)\n    for one in g.values():\n"
    "        for these in one.values():\n            for row in these: row.update(b=1)",
    "lists put together": "g = {}\n    for row in rows: g[row['a']] = g.get(row['a'], []) + [row]\n"
    "    for these in g.values():\n        for row in these: row['b'] = 1",
    "a heap": "heap = []\n    for row in rows: heapq.heappush(heap, (row['a'], row))\n"
    "    while heap:\n        _, row = heapq.heappop(heap)\n        row['b'] = 1",
    "a dict beside others": "nodes = [{'row': row, 'n': 1} for row in rows]\n"
    "    for node in nodes: node['row']['b'] = 1",
    "an object each": "nodes = [Node(row) for row in rows]\n    for node in nodes: node.row['b'] = 1",
    "an object's method": "Holder(rows).fill()",
    "what a function puts it in": "into = {}\n    put(into, rows)\n    for row in into['rows']: row['b'] = 1",
    "objects that a function is handed": "mark([Item(row) for row in rows])",
    "a dict of the module": "HELD['rows'] = rows\n    held()",
    "a list of the module": "ALL.extend(rows)\n    every()",
    "a function within": "def fill():\n        for row in rows: row['b'] = 1\n    fill()",
}


@pytest.mark.parametrize("way", LOST)
@pytest.mark.parametrize("handed", [False, True])
def test_keys_that_are_put_into_rows_by_way_of_what_nobody_follows_are_there(way: str, handed: bool) -> None:
    found = reads(ASTRAY.format(LOST[way], "helper(rows)") if handed else ASTRAY.format("pass", LOST[way]))
    assert ("b",) not in found
    assert ("missing",) in found


@pytest.mark.parametrize(
    "other",
    [
        "g = {}\n    for row in rows: g.setdefault(row['a'], {})['b'] = 1",
        "for row in rows:\n        said = json.loads(row['a'])\n        said['b'] = 1",
        "plan = Plan(rows[0]['a'])\n    plan.keys[rows[0]['a']] = rows[0]['c']\n    plan.others['b'] = 1",
        "db.table('u').update({'b': len(rows)}).eq('id', 1).execute()",
        "for row in rows: row['a']['b'] = 1",
        "HELD['n'] = len(rows)\n    held()",
    ],
)
@pytest.mark.parametrize("handed", [False, True])
def test_keys_that_are_put_into_something_else_are_none_of_the_rows(other: str, handed: bool) -> None:
    found = reads(ASTRAY.format(other, "helper(rows)") if handed else ASTRAY.format("pass", other))
    assert ("b",) in found


@pytest.mark.parametrize("made", ["{**rows[0], 'w': 1}", "rows[0] | {'w': 1}", "dict(rows[0], w=1)"])
def test_a_key_that_is_put_into_a_copy_by_another_name_is_there(made: str) -> None:
    body = f"rows = db.table('t').select('a').execute().data\nrow = {made}\nq = row\nq['b'] = 1\n"
    assert reads(f"{body}use(row['b'], row['c'])") == [("c",)]


@pytest.mark.parametrize("taken", ["map(cur.fetchmany, [1])", "partial(cur.fetchmany, 1)(2)", "fetchall()"])
def test_a_function_that_takes_rows_has_them_of_no_other_function(taken: str) -> None:
    head = "from functools import partial\nfrom elsewhere import execute, fetchall\n"
    assert (
        queries(f"{head}def f(cur):\n    execute('select id from t')\n    return [row['a'] for row in {taken}]") == []
    )


def test_a_key_that_a_called_function_asks_for_first_is_read_as_one_that_may_be_missing() -> None:
    show = "def show(row):\n" + "".join(f"    if row.get('{key}'):\n        print(row['{key}'])\n" for key in "xyz")
    item = query(f"{show}for row in db.table('t').select('*').execute().data:\n    show(row)\n")
    assert {(read.key.value, read.method) for read in item.reads} == {(key, "get") for key in "xyz"}


def test_what_a_request_can_be_is_worked_out_once_for_all_keys_that_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Chain] = []

    def counted(chain: Chain) -> list[Query]:
        asked.append(chain)
        return settled(chain)

    monkeypatch.setattr(results, "settled", counted)
    one = "db.table('{}').select('*').single().execute().data"
    body = f"row = {one.format('t')} if x else {one.format('u')}\n"
    body += "\n".join(f"row['k{number}']" for number in range(20))
    assert len([read for item in queries(body) for read in item.reads]) == 20
    assert len(asked) == 2


SOME = {
    "sorted": "sorted(rows, key=lambda row: row['id'])",
    "reversed": "list(reversed(rows))",
    "filtered": "list(filter(None, rows))",
    "sampled": "random.sample(rows, 3)",
    "sliced": "list(islice(rows, 3))",
    "stepped over": "rows[::-1]",
    "chained": "list(chain(rows, rows))",
    "largest": "nlargest(3, rows, key=lambda row: row['id'])",
    "displayed": "[*rows]",
    "mapped": "list(map(lambda row: row, rows))",
    "mapped to dicts": "list(map(dict, rows))",
    "zipped": "[row for row, _ in zip(rows, rows)]",
}


@pytest.mark.parametrize("taken", SOME.values(), ids=SOME)
@pytest.mark.parametrize("otherwise", ["", " or []", " or ()"])
def test_of_rows_or_nothing_some_are_rows_too(taken: str, otherwise: str) -> None:
    head = "import random\nfrom heapq import nlargest\nfrom itertools import chain, islice\n"
    body = f"{head}{ROWS}rows = res.data{otherwise}\nfound = {taken}\n"
    for read in ("found[0]['a']", "for row in found:\n    row['a']"):
        assert ("a",) in reads(body + read)


@pytest.mark.parametrize(
    "taken", [*SOME.values(), "[*rows, {'a': 1}]", "[{**row, 'a': 1} for row in [*rows]]", "[*rows, *load()]"]
)
@pytest.mark.parametrize("otherwise", ["[{'a': 1}]", "load()"])
def test_of_rows_or_other_dicts_none_is_read_for_sure(taken: str, otherwise: str) -> None:
    head = "import random\nfrom heapq import nlargest\nfrom itertools import chain, islice\nfrom x import load\n"
    body = f"{head}{ROWS}rows = res.data or {otherwise}\nfound = {taken}\n"
    for read in ("found[0]['a']", "for row in found:\n    row['a']"):
        assert ("a",) not in reads(body + read)


GROUPED = "by = {}\nfor row in res.data:\n    by.setdefault(row['id'], []).append(row)\n"


@pytest.mark.parametrize("taken", ["random.sample(by[k], 2)", "sorted(by[k], key=str)", "list(by[k])"])
@pytest.mark.parametrize("loop", ["for k in by:", "for k in list(by.keys()):", "for k, rows in by.items():"])
def test_rows_that_were_put_into_groups_are_as_they_were(taken: str, loop: str) -> None:
    body = f"import random\n{ROWS}{GROUPED}found = []\n{loop}\n    found.extend({taken})\n"
    assert ("a",) in reads(f"{body}for row in found:\n    row['a']")


@pytest.mark.parametrize(
    "also",
    [
        "for row in load():\n    by.setdefault(row['id'], []).append(row)\n",
        "by.setdefault(x, []).append({'a': 1})\n",
        "for rows in by.values():\n    for row in rows:\n        row['a'] = 1\n",
        "for row in res.data:\n    row['a'] = 1\n",
    ],
)
def test_rows_in_groups_with_others_or_with_more_are_not_what_was_asked_for(also: str) -> None:
    body = f"import random\nfrom x import load\n{ROWS}{GROUPED}{also}"
    assert ("a",) not in reads(f"{body}for k in by:\n    for row in random.sample(by[k], 2):\n        row['a']")


def test_what_may_be_of_another_list_is_no_payload_for_sure() -> None:
    body = "by = {'t': [], 'u': []}\nby['t'].append({'a': 1})\nby[kind].append({'b': 2})\n"
    (item,) = queries(f"{body}db.table('t').insert(by['t']).execute()")
    assert item.payload is None or "b" not in {field.name for field in item.payload.fields}
