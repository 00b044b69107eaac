"""Rows that a round of a loop has from an earlier one, that a framework hands over, and columns that are taken out."""

from __future__ import annotations

import pytest

from tests.flowing import queries, reads

ROWS = "rows = db.table('t').select('*').execute().data\n"
PAIRS = "before = None\nfor row in rows:\n    if before:\n        before['b']\n"
BEST = "best = None\nfor row in rows:\n"
GIVEN = """
from fastapi import Depends, Security
def current(token):
    return db.table('t').select('*').eq('id', token).single().execute().data
"""


@pytest.mark.parametrize(
    "body",
    [
        PAIRS + "    before = row",
        "before = None\nfor row in rows:\n    if not before or before['b'] != x:\n        before = row",
        BEST + "    if best is None or x > best['b']:\n        best = row",
        BEST + "    if best is None:\n        best = row\n    elif x > best['b']:\n        best = row",
        "best = rows[0]\nfor row in rows[1:]:\n    if x > best['b']:\n        best = row",
        "best = rows[0]\nwhile x:\n    for row in rows:\n        if best['b']:\n            return\n        best = row",
        "before = None\nwhile x:\n    if before:\n        before['b']\n    before = rows[n]",
    ],
)
def test_a_row_that_an_earlier_round_left_is_read(body: str) -> None:
    assert ("b",) in reads(ROWS + body)


@pytest.mark.parametrize(
    "body",
    [
        "total = None\nfor row in rows:\n    if total:\n        total['b'] += 1\n    else:\n        total = {'b': 1}",
        PAIRS + "    before = row if x else y()",
        PAIRS + "    before = {**row, 'b': 1}",
        PAIRS + "    row['b'] = 1\n    before = row",
        "before = y()\nfor row in rows:\n    before['b']\n    before = row",
    ],
)
def test_an_earlier_round_may_have_left_something_else(body: str) -> None:
    assert ("b",) not in reads(ROWS + body)


@pytest.mark.parametrize(
    "body",
    [
        "    if row['a'] in seen:\n        seen[row['a']]['b']\n    seen[row['a']] = row",
        "    if x not in seen or x > seen[x]['b']:\n        seen[x] = row",
        "    other = seen.get(x)\n    if other is None or x > other['b']:\n        seen[x] = row",
        "    for key in x:\n        if key in seen:\n            seen[key]['b']\n        seen[key] = row",
        "    held = seen.get(x) or seen.get(y)\n    if held:\n        held['b']\n    seen[x] = row",
    ],
)
def test_what_earlier_rounds_put_into_a_dict_is_read(body: str) -> None:
    assert ("b",) in reads(ROWS + "seen = {}\nfor row in rows:\n" + body)


@pytest.mark.parametrize(
    "body",
    [
        "    if x in seen:\n        seen[x]['b'] += 1\n    seen[x] = {'b': 1}",
        "    if x in seen:\n        seen[x]['b']\n    seen[x] = {**row, 'b': 1}",
        "    if x in seen:\n        seen[x]['b']\n    seen[x] = row if x else y()",
        "    if x in seen:\n        seen[x]['b']\n    row['b'] = 1\n    seen[x] = row",
        "    held = seen.get(x) or y()\n    held['b']\n    seen[x] = row",
        "    if x in seen:\n        seen[x]['b']\n    seen[x] = row\nseen[x]['b'] = 2",
    ],
)
def test_a_dict_may_hold_something_else(body: str) -> None:
    assert ("b",) not in reads(ROWS + "seen = {}\nfor row in rows:\n" + body)


@pytest.mark.parametrize("body", ["    if x in seen:\n        seen[x]['b']\n    seen[x] = row"])
def test_a_dict_that_was_handed_over_may_hold_anything(body: str) -> None:
    inner = "\n".join(f"    {line}" for line in (ROWS + "for row in rows:\n" + body).splitlines())
    assert ("b",) not in reads(f"def fill(seen):\n{inner}")


@pytest.mark.parametrize("how", ["current", "get_current"])
@pytest.mark.parametrize("mark", ["Depends", "Security"])
def test_a_row_that_a_framework_hands_over_is_read(mark: str, how: str) -> None:
    home = "get_current = current\n"
    assert reads(GIVEN + home + f"def route(user: dict = {mark}({how})):\n    return user['b']") == [("b",)]


def test_a_row_may_be_handed_over_from_another_module() -> None:
    imports = "from fastapi import Depends\nfrom deps import current\n"
    body = "class Routes:\n    def get(self, user=Depends(current)):\n        return user['b']"
    assert reads(imports + body, deps=GIVEN) == [("b",)]


def test_what_a_framework_hands_over_may_be_handed_on() -> None:
    admin = "def admin(user: dict = Depends(current)):\n    if x:\n        raise E\n    return user\n"
    assert reads(GIVEN + admin + "def route(user: dict = Depends(admin)):\n    return user['b']") == [("b",)]


@pytest.mark.parametrize(
    "how",
    [
        "await asyncio.to_thread(load, db)",
        "await asyncio.to_thread(home.load, db)",
        "await loop.run_in_executor(None, load, db)",
        "await run_in_threadpool(load, db)",
        "await anyio.to_thread.run_sync(load, db)",
    ],
)
def test_rows_come_back_from_a_function_that_another_thread_runs(how: str) -> None:
    home = "def load(db):\n    return db.table('t').select('*').execute().data"
    imports = "import anyio, asyncio, home\nfrom fastapi.concurrency import run_in_threadpool\nfrom home import load\n"
    body = (
        f"loop = asyncio.get_running_loop()\nasync def f(db):\n    rows = {how}\n    return [row['b'] for row in rows]"
    )
    assert reads(imports + body, home=home) == [("b",)]


@pytest.mark.parametrize(
    "body",
    [
        "rows = pool.submit(load, 1).result()",
        "for one in as_completed([pool.submit(load, n) for n in ids]):\n        rows = one.result(timeout=1)",
        "work = {pool.submit(load, n): n for n in ids}\n    for w in as_completed(work):\n        rows = w.result()",
        "work = [pool.submit(load, n) for n in ids]\n    rows = [one.result() for one in work][0]",
        "for rows in pool.map(load, range(3)): ...",
        "task = group.create_task(asking(1))\n    rows = task.result()",
        "for one in asyncio.as_completed([asking(1), asking(2)]):\n        rows = await one",
        "rows = partial(load, 1)()",
    ],
)
def test_rows_come_back_from_what_is_done_later(body: str) -> None:
    imports = "import asyncio\nfrom concurrent.futures import as_completed\nfrom functools import partial\n"
    load = "def load(n):\n    return db.table('t').select('*').eq('n', n).execute().data\n"
    asking = "async def asking(n):\n    return load(n)\n"
    used = f"async def f(pool, group, ids):\n    {body}\n    return [row['b'] for row in rows]"
    assert reads(imports + load + asking + used) == [("b",)]


@pytest.mark.parametrize("of", ["return {'b': 1, **user}", "return make(user)", "user['b'] = 1\n    return user"])
def test_what_is_handed_on_may_be_something_else(of: str) -> None:
    admin = f"def admin(user: dict = Depends(current)):\n    {of}\n"
    assert reads(GIVEN + admin + "def route(user: dict = Depends(admin)):\n    return user['b']") == []


@pytest.mark.parametrize(
    ("body", "methods"),
    [
        ("rows[0].pop('b')", ["item"]),
        ("rows[0].pop('b', None)", []),
        ("row = rows[0]\nif row.get('b'):\n    row.pop('b')", ["get", "get"]),
        ("try:\n    rows[0].pop('b')\nexcept KeyError:\n    pass", ["caught"]),
        ("rows[0]['b'] = 1\nrows[0].pop('b')", []),
        ("rows.pop(0)", []),
    ],
)
def test_what_is_taken_out_of_a_row_is_read(body: str, methods: list[str]) -> None:
    assert [read.method for query in queries(ROWS + body) for read in query.reads] == methods
