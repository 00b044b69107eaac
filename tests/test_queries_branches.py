"""What branches, tests and rounds of loops leave of a row before it is sent."""

from __future__ import annotations

import pytest

from pgconform.request import Query
from tests.flowing import keys, queries

SOMETIMES = "d = {'a': 1, 'b': None}\nif x: d['b'] = 7\n"
SENDS = "db.table('t').insert(%s).execute()\n"


def sent(body: str, row: str = "d") -> list[Query]:
    lines = f"{body}\n{SENDS % row}" if row else body
    return queries("def f(x, y):\n" + "".join(f"    {line}\n" for line in lines.splitlines()))


def values(found: list[Query], key: str = "b") -> set[str | None]:
    return {one.json for item in found if item.payload for name, one in item.payload.values if name == key}


TESTS = [
    "if d['b'] is None: d['b'] = 1",
    "if d['b'] == None: d.update(b=2)",
    "if not d['b']: d['b'] = 1",
    "if d.get('b') is None: d.update({'b': 2})",
    "if d['b'] is None: d = {**d, 'b': 2}",
    "if d['b'] is None: raise ValueError",
    "if not d['b']: return",
    "if 'b' not in d or d['b'] is None: d['b'] = 1",
    "assert d['b'] is not None",
]


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("before", [SOMETIMES, "d = {'a': 1, 'b': None}\n"])
def test_of_what_a_key_holds_is_left_what_tests_of_it_leave(test: str, before: str) -> None:
    assert "null" not in values(sent(before + test))


@pytest.mark.parametrize("test", ["", "if d['a'] is None: d['b'] = 1", "if d['b'] is not None: d['b'] = 1"])
def test_other_tests_leave_none(test: str) -> None:
    assert "null" in values(sent(SOMETIMES + test))


def test_a_key_that_is_set_in_a_branch_is_in_one_row() -> None:
    (found,) = sent(SOMETIMES)
    assert values([found]) == {"7", "null"}


def test_rows_written_down_in_branches_are_several() -> None:
    assert len(sent("d = {'a': 1, 'b': None} if x else {'a': 2, 'b': 7}")) == 2


def test_zipped_rows_are_put_together_each_with_its_own() -> None:
    (found,) = sent("d = [dict(zip(('a', 'b'), row)) for row in ((1, 'x'), (2, 'y'))]")
    assert values([found], "a") == {"1", "2"}
    assert values([found]) == {'"x"', '"y"'}


@pytest.mark.parametrize("row", ["[*rows]", "[row for row in rows if row['a']]", "list(row for row in rows)", "rows"])
def test_what_is_done_to_a_row_is_done_to_it_in_lists(row: str) -> None:
    (found,) = sent("d = {'a': 1, 'b': 2}\nrows = [d]\nd.pop('b')\n", row)
    assert keys(found) == {"a": True}


@pytest.mark.parametrize("filled", ["if rows:", "if len(rows) > 0:", "if len(rows) != 0:", "if len(rows):"])
@pytest.mark.parametrize("rows", ["rows = [{'a': y} for y in x]", "rows = []\nfor y in x: rows.append({'a': y})"])
@pytest.mark.parametrize("body", ["for row in rows: row['b'] = 1", "rows = [{**row, 'b': 1} for row in rows]"])
def test_of_no_rows_none_is_left_as_it_was(filled: str, rows: str, body: str) -> None:
    assert [keys(item) for item in sent(f"{rows}\n{filled}\n    {body}\n", "rows")] == [{"a": True, "b": True}]


def test_of_other_tests_rows_are_left_as_they_were() -> None:
    (one, other) = sent("rows = [{'a': y} for y in x]\nif y:\n    for row in rows: row['b'] = 1\n", "rows")
    assert sorted([*keys(one), *keys(other)]) == ["a", "a", "b"]


@pytest.mark.parametrize("body", ["for row in rows: row['b'] = 1", "rows = [{**row, 'b': 1} for row in rows]"])
def test_where_there_are_no_rows_others_may_be_put_in_their_place(body: str) -> None:
    rows = f"rows = [{{'a': y}} for y in x]\nif rows:\n    {body}\nelse:\n    rows = [{{'c': 1}}]\n"
    found = [keys(item) for item in sent(rows, "rows")]
    assert any("c" in row for row in found)
    assert not any("b" in row and "c" in row and row["c"] for row in found)


def test_an_item_that_is_put_in_its_place_is_the_one_there() -> None:
    (found,) = sent("rows = [{'b': 1}, {'b': 2}]\nrows[0] = {'b': 3}\n", "rows")
    assert values([found]) == {"2", "3"}


@pytest.mark.parametrize(
    "put", ["d[y] = 3", "for k, v in x.items(): d[k] = v", "for k in d:\n    if k in x: d[k] = x[k]"]
)
def test_what_stands_for_nothing_may_be_filled_by_a_key_nobody_knows(put: str) -> None:
    found = sent(f"d = {{'a': 1, 'b': None}}\n{put}")
    assert all(values([item]) != {"null"} for item in found)
    assert "1" in values(found, "a")


ROUNDS = (
    "for line in x:\n    if line == '':\n        db.table('t').insert(d).execute()\n"
    "%s    else:\n        d['b'] = line\n"
)


@pytest.mark.parametrize("anew", ["", "        d = {'a': 1%s}\n"])
@pytest.mark.parametrize("more", ["", ", 'b': None"])
def test_rounds_before_may_have_filled_a_row(anew: str, more: str) -> None:
    found = sent(f"d = {{'a': 1{more}}}\n{ROUNDS % (anew % more if anew else anew)}", "")
    assert found
    assert not any(item.payload is None or item.payload.whole for item in found)
    assert "null" not in values(found)


@pytest.mark.parametrize("first", ["d = None", "d = {'a': 0}"])
@pytest.mark.parametrize("more", ["", ", 'b': None"])
@pytest.mark.parametrize(
    "body",
    [
        "if line == '#':\n    d = {'a': 1%s}\n    rows.append(d)\nelif d is not None:\n    d['b'] = line\n",
        "if line != '#' and d is not None:\n    d['b'] = line\nelse:\n    d = {'a': 1%s}\n    rows.append(d)\n",
    ],
)
def test_rounds_after_may_fill_a_row_that_is_in_a_list(first: str, more: str, body: str) -> None:
    lines = "".join(f"    {line}\n" for line in (body % more).splitlines())
    (found,) = sent(f"rows = []\n{first}\nfor line in x:\n{lines}", "rows")
    assert keys(found) == {"a": True, "b": True if more else None}
    assert "null" not in values([found])


def test_a_row_that_is_made_in_each_round_is_none_of_those_before() -> None:
    (found,) = sent(f"for y in x:\n    d = {{'a': 1}}\n    {SENDS % 'd'}    d['b'] = y\n", "")
    assert found.payload is not None
    assert found.payload.whole
    assert keys(found) == {"a": True}


def test_of_pairs_that_a_function_picks_nothing_is_said() -> None:
    (found,) = sent("d = {'a': 1, 'b': None}\nd = dict(filter(lambda pair: pair[0] != 'a', d.items()))\n")
    assert not values([found], "a")
    assert found.payload is not None
    assert not found.payload.whole


@pytest.mark.parametrize("first", ["data = {'a': 1, 'b': None}", "def __init__(self): self.data = {'a': 1, 'b': None}"])
def test_methods_may_have_put_another_row_in_the_place_of_one(first: str) -> None:
    fill = "def fill(self, x): self.data = {**self.data, 'b': x}"
    found = queries(f"class Kept:\n    {first}\n    {fill}\n    def save(self): {SENDS % 'self.data'}")
    assert "null" not in values(found)
    assert "1" in values(found, "a")
