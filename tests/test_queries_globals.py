"""Rows that a module holds, as its functions leave them, and what is put over a row of which the keys are not known."""

from __future__ import annotations

import pytest

from tests.flowing import keys, query, reads

ROW = "ROW = {'a': 1, 'b': 'x'}\n"
SEND = "def main():\n    db.table('t').insert(dict(ROW)).execute()\n"


def values(text: str) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    item = query(text)
    assert item.payload is not None
    for key, value in item.payload.values:
        found.setdefault(key, []).append(value.json)
    return found


@pytest.mark.parametrize(
    ("does", "sent"),
    [
        ("print(ROW['a'])", {"a": True, "b": True}),
        ("if ROW['a'] == 2: pass", {"a": True, "b": True}),
        ("ROW['c'] = 2", {"a": True, "b": True, "c": None}),
        ("ROW.update(c=2)", {"a": True, "b": True, "c": None}),
        ("row = ROW\n    row['c'] = 2", {"a": True, "b": True, "c": None}),
        ("filled(ROW)", {"a": True, "b": True, "c": None}),
        ("dict(ROW)['c'] = 2", {"a": True, "b": True}),
        ("ROW = {}\n    ROW['c'] = 2", {"a": True, "b": True}),
        ("ROW.pop('a')", {"a": None, "b": True}),
    ],
)
def test_what_a_function_may_have_done_to_it_before_may_be_sent(does: str, sent: dict[str, bool | None]) -> None:
    item = query(f"{ROW}def filled(row): row['c'] = 1\ndef other():\n    {does}\n{SEND}")
    assert keys(item) == sent
    assert item.payload is not None
    assert item.payload.whole is ("pop" not in does)


def test_of_a_row_that_functions_put_anew_it_is_said_what_all_have() -> None:
    item = query(f"{ROW}def other():\n    global ROW\n    ROW = {{'c': 2}}\n{SEND}")
    assert item.payload is not None
    assert (keys(item), item.payload.whole) == ({}, False)


def test_a_row_that_is_only_there_once_a_function_made_it_is_that() -> None:
    assert keys(query(f"ROW = None\ndef other():\n    global ROW\n    ROW = {{'c': 2}}\n{SEND}")) == {"c": True}


def test_what_a_function_does_to_it_itself_is_done_in_order() -> None:
    item = query(f"{ROW}def main():\n    ROW['c'] = 2\n    db.table('t').insert(ROW).execute()\n")
    assert keys(item) == {"a": True, "b": True, "c": True}


@pytest.mark.parametrize(
    "over", ["row.update(more)", "row = {**row, **more}", "row |= more", "row = {**row, **given()}"]
)
def test_what_unknown_keys_are_put_over_may_be_another_value(over: str) -> None:
    text = f"def main(more):\n    row = {{'a': None, 'b': 1}}\n    {over}\n    db.table('t').insert(row).execute()\n"
    assert values(text) == {"a": [None], "b": [None]}
    assert keys(query(text)) == {"a": True, "b": True}


def test_a_row_that_a_class_holds_may_be_changed_by_its_methods() -> None:
    kept = "class C:\n    row = {'a': 1}\n    def put(self, k, v):\n        %s\n"
    send = "    def send(self):\n        db.table('t').insert({**self.row, 'x': 1}).execute()\n"
    for change in ("self.row[k] = v", "self.row.update({k: v})"):
        item = query(kept % change + send)
        assert item.payload is not None
        assert not item.payload.whole
        assert keys(item) == {"a": True, "x": True}
    whole = query(kept % "row = {**self.row}; row[k] = v" + send)
    assert whole.payload is not None
    assert whole.payload.whole


def test_a_module_that_ends_with_a_return_as_examples_do_gives_nothing() -> None:
    body = "rows = db.table('items').select('a').execute().data\nfor row in rows:\n    print(row['a'])\nreturn rows\n"
    assert reads(body, other="def f(x):\n    return x['b']\n") == [("a",)]
