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


@pytest.mark.parametrize("how", ["current", "get_current"])
@pytest.mark.parametrize("mark", ["Depends", "Security"])
def test_a_row_that_a_framework_hands_over_is_read(mark: str, how: str) -> None:
    home = "get_current = current\n"
    assert reads(GIVEN + home + f"def route(user: dict = {mark}({how})):\n    return user['b']") == [("b",)]


def test_a_row_may_be_handed_over_from_another_module() -> None:
    imports = "from fastapi import Depends\nfrom deps import current\n"
    body = "class Routes:\n    def get(self, user=Depends(current)):\n        return user['b']"
    assert reads(imports + body, deps=GIVEN) == [("b",)]


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
