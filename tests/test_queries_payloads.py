"""What is sent: dicts built, changed, spread and looped over; and arguments of functions."""

from __future__ import annotations

import pytest

from pgconform.request import Payload
from pgconform.shape import Labels, Scalar, Unknown
from pgconform.sources.python.evaluate.calls import Calls
from pgconform.sources.python.evaluate.scopes.given import Given
from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Function, Value
from tests.flowing import keys, queries, query, reads, table

SEND = "\ndb.table('t').insert(p).execute()"


@pytest.mark.parametrize(
    ("body", "sent", "whole"),
    [
        ("p = {'a': 1, 'b': 2}", {"a": True, "b": True}, True),
        ("p = {'a': 1}\np['b'] = 2", {"a": True, "b": True}, True),
        ("p = {'a': 1}\nif x:\n    p['b'] = 2", {"a": True, "b": False}, True),
        ("p = {'a': 1}\np.update({'b': 2}, c=3)", {"a": True, "b": True, "c": True}, True),
        ("p = {'a': 1}\np.update(b=2)", {"a": True, "b": True}, True),
        ("p = {'a': 1}\nput = p.update\nput(b=2)", {"a": True, "b": True}, True),
        ("p = {'a': 1, 'b': 2}\ntake = p.pop\ntake('b', None)", {"a": True}, False),
        ("p = []\nadd = p.append\nfor i in x:\n    add({'a': i})", {"a": True}, True),
        ("p = {'a': 1}\np |= {'b': 2}", {"a": True, "b": True}, True),
        ("p = dict(a=1, b=2)", {"a": True, "b": True}, True),
        ("q = {'a': 1}\np = {**q, 'b': 2}", {"a": True, "b": True}, True),
        ("p = {**unknown, 'b': 2}", {"b": True}, False),
        ("p = {'a': 1}\np[name()] = 2", {"a": True}, False),
        ("p = {'a': 1, 'b': 2}\ndel p['b']", {"a": True}, True),
        ("p = {'a': 1, 'b': 2}\np.pop('b', None)", {"a": True}, True),
        ("p = {k: v for k, v in {'a': x, 'b': y}.items() if v is not None}", {"a": None, "b": None}, True),
        ("p = {k: v for k, v in {'a': 1, 'b': None}.items() if v is not None}", {"a": True}, True),
        ("p = {k: v for k, v in {'a': 1, 'b': y or None}.items() if v is not None}", {"a": True, "b": False}, True),
        ("p = {k: str(v) for k, v in {'a': x, 'b': 1}.items() if v is not None}", {"a": None, "b": True}, True),
        ("p = {k: v for k, v in {'a': x, 'b': y}.items() if v}", {"a": None, "b": None}, True),
        ("p = {k: v for k, v in {'a': x, 'b': y}.items() if k != 'b'}", {"a": True}, True),
        ("p = {k: v for k, v in {'a': x, 'b': y}.items() if k in ('b', 'c')}", {"b": True}, True),
        (
            "p = [r['p'] for r in [{'k': 1, 'p': {'a': 1}}, {'k': 'x', 'p': {'b': 1}}] if r['k'] == 'x']",
            {"b": True},
            True,
        ),
        ("kept = {'a', 'c'}\np = {k: v for k, v in {'a': x, 'b': y}.items() if k in kept}", {"a": True}, True),
        ("p = {k: v for k, v in {'a': 1}.items() if v is not None}", {"a": True}, True),
        ("p = {k: 1 for k in ['a', 'b']}", {"a": True, "b": True}, True),
        ("p = [{'a': 1}, {'a': 2, 'b': 3}]", {"a": True, "b": False}, True),
        ("p = [{'a': i} for i in x]", {"a": True}, True),
        ("p = []\nfor i in x:\n    p.append({'a': i})", {"a": True}, True),
        ("p = [{'a': i} for i in x]\nfor r in p:\n    r['b'] = 7", {"a": True, "b": True}, True),
        ("p = [{'a': i} for i in x]\nfor r in p:\n    r.update({'b': 7})", {"a": True, "b": True}, True),
        (
            "p = [{'a': i} for i in x]\nfor r in p:\n    if r['a']:\n        r['b'] = 7\n    else:\n        r['b'] = 8",
            {"a": True, "b": True},
            True,
        ),
        ("p = [{'a': i} for i in x]\nfor r in p:\n    if i:\n        r['b'] = 7", {"a": True, "b": False}, True),
        ("def make():\n    return {'a': 1}\np = make()", {"a": True}, True),
        ("def make(extra):\n    d = {'a': 1}\n    d.update(extra)\n    return d\np = make({'b': 2})", None, True),
    ],
)
def test_keys_are_followed(body: str, sent: dict[str, bool | None] | None, whole: bool) -> None:
    found = query(body + SEND)
    assert keys(found) == (sent or {"a": True, "b": True})
    assert found.payload and found.payload.whole is whole


MAKE = "def make():\n    out = []\n    for i in x:\n        out.append({'a': i})\n    return out\n"
ONE = "def one(row, b):\n    row['b'] = b\n"


@pytest.mark.parametrize(
    "change",
    [
        "for r in p:\n    r['b'] = 1",
        "for i, r in enumerate(p):\n    r['b'] = i",
        "for r, e in zip(p, es):\n    r['b'] = e",
        "for r in sorted(p, key=id):\n    r.update(b=1)",
        "for i in range(len(p)):\n    p[i]['b'] = i",
        "for r in p:\n    r.update({'b': 1})",
        "for r in p:\n    one(r, 1)",
        "for r in p:\n    one(b=1, row=r)",
        "every(p)",
        "through(p)",
        "Filler().fill(p)",
        "q = p[:50]\nfor r in q:\n    r['b'] = 1",
        "p = [r for r in p if r]\nevery(p)",
    ],
)
@pytest.mark.parametrize(
    "made", ["p = make()", "p = [{'a': i} for i in x]", "p = []\nfor i in x:\n    p.append({'a': i})"]
)
def test_rows_are_changed_by_whatever_has_them(made: str, change: str) -> None:
    every = "def every(rows):\n    for row in rows:\n        row['b'] = 1\ndef through(rows):\n    every(rows)\n"
    filler = "class Filler:\n    def fill(self, rows):\n        for row in rows:\n            one(row, 1)\n"
    found = query(MAKE + ONE + every + filler + f"{made}\n{change}{SEND}")
    assert keys(found) == {"a": True, "b": True}


@pytest.mark.parametrize(
    ("loop", "sent"),
    [
        ("for rows in g:\n    for r in rows:\n        r['c'] = r.pop('b')", {"a": True, "c": True}),
        ("for i in range(len(g)):\n    for r in g[i]:\n        r['c'] = r.pop('b')", {"a": True, "c": True}),
        ("for r in g[x]:\n    r['c'] = r.pop('b')", {"a": True, "b": None, "c": None}),
        ("for r in g[1]:\n    r['c'] = r.pop('b')", {"a": True, "b": True}),
    ],
)
def test_rows_of_one_of_several_lists_are_changed_where_a_loop_goes_through_all(
    loop: str, sent: dict[str, bool | None]
) -> None:
    made = "p, q = [{'a': i, 'b': 1} for i in x], [{'b': i} for i in x]\ng = [p, q]"
    assert keys(query(f"{made}\n{loop}{SEND}")) == sent


@pytest.mark.parametrize(
    ("tried", "sent"),
    [
        ("    del r['b']\n  except KeyError:\n    pass", {"a": True}),
        ("    r.pop('b')\n  except (KeyError, LookupError):\n    print(r)", {"a": True}),
        ("    r.pop('b')\n  except KeyError:\n    r['c'] = 1", {"a": True, "b": False, "c": False}),
        ("    check(r)\n    del r['b']\n  except KeyError:\n    pass", {"a": True, "b": False}),
        ("    del r['b']\n  except ValueError:\n    pass", {"a": True, "b": False}),
    ],
)
def test_a_key_that_is_taken_out_if_it_is_there_is_not(tried: str, sent: dict[str, bool]) -> None:
    assert keys(query(f"p = [{{'a': i, 'b': 1}} for i in x]\nfor r in p:\n  try:\n{tried}{SEND}")) == sent
    alone = f"try:\n{tried}".replace("\n  ", "\n").replace("(r", "(p").replace("r[", "p[").replace("r.", "p.")
    assert keys(query(f"p = {{'a': x, 'b': 1}}\n{alone}{SEND}")) == sent


@pytest.mark.parametrize(
    "rows",
    [
        "p = [{'a': i, '_b': 1} for i in x]\nfor r in p:",
        "p = []\nfor i in x:\n    p.append({'a': i, '_b': 1})\nfor r in p:",
        "q = [{'a': i, '_b': 1} for i in x]\nfor p in [q[:5], q[5:]]:\n  for r in p:",
        "q = [{'a': i, '_b': 1} for i in x]\nfor i in range(0, len(q), 5):\n  p = q[i:i + 5]\n  for r in p:",
    ],
)
@pytest.mark.parametrize(
    ("loop", "sent"),
    [
        ("for k in list(r):\n        if k.startswith('_'):\n            del r[k]", {"a": True}),
        ("for k in list(r):\n        if k not in ('a', 'c'):\n            r.pop(k)", {"a": True}),
        ("for k in list(r.keys()):\n        if k in ('_b', 'c'):\n            r.pop(k, None)", {"a": True}),
        ("for k in list(r):\n        if k.startswith('a'):\n            del r[k]", {"_b": True}),
    ],
)
def test_keys_that_a_loop_takes_out_of_each_row_are_not_there(rows: str, loop: str, sent: dict[str, bool]) -> None:
    found = keys(query(f"{rows}\n    {loop}\n{'  ' if '  for' in rows else ''}{SEND.strip()}"))
    assert found == sent


@pytest.mark.parametrize(
    "batches",
    [
        "chunks(rows)",
        "chunked(rows)",
        "[rows[i:i + 5] for i in range(0, len(rows), 5)]",
        "list(chunks(rows))",
        "(rows[:5], rows[5:])",
    ],
)
@pytest.mark.parametrize(
    ("change", "sent"),
    [
        ("    for r in p:\n        r.pop('b', None)", {"a": True}),
        ("    taken = [r.pop('b', None) for r in p]", {"a": True}),
        ("    for r in p:\n        r['c'] = 1", {"a": True, "b": True, "c": True}),
        ("    print(p)", {"a": True, "b": True}),
    ],
)
def test_rows_are_changed_by_whatever_has_a_batch_of_them(batches: str, change: str, sent: dict[str, bool]) -> None:
    made = "def chunks(rows):\n    for i in range(0, len(rows), 5):\n        yield rows[i:i + 5]\n"
    made += "def chunked(rows):\n    return [rows[i:i + 5] for i in range(0, len(rows), 5)]\n"
    body = f"rows = [{{'a': i, 'b': 1}} for i in x]\nfor p in {batches}:\n{change}\n    "
    assert keys(query(made + body + SEND.strip())) == sent
    after = f"rows = [{{'a': i, 'b': 1}} for i in x]\nfor p in {batches}:\n    {SEND.strip()}\n{change}"
    assert keys(query(made + after)) == {"a": True, "b": True}


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("p = {'a': 1}\none(p, 1)", {"a": True, "b": True}),
        ("p = {'a': 1}\nother(p)", {"a": True}),
        ("p = {'a': 1, 'b': 2}\nless(p)", {"a": True}),
        ("p = {'a': 1}\nsometimes(p)", {"a": True}),
        ("p = {'a': 1}\nsometimes(p, True)", {"a": True, "b": None}),
        ("p = {'a': 1}\ncopied(p)", {"a": True}),
        ("p = {'a': 1}\nlog(p)", {"a": True}),
        ("def made():\n    row = {'a': 1}\n    one(row, 2)\n    return row\np = made()", {"a": True, "b": True}),
        ("p = []\nfor i in x:\n    r = {'a': i}\n    p.append(r)\n    r['b'] = 1", {"a": True, "b": True}),
        (
            "p = []\nfor i in x:\n    r = {'a': i}\n    if i:\n        r['error'] = 1\n        bad.append(r)\n"
            "        continue\n    p.append(r)",
            {"a": True},
        ),
        ("q = {'a': 1}\nq['c'] = 1\np = {'a': 1}", {"a": True}),
    ],
)
def test_a_row_is_what_functions_made_of_it(body: str, sent: dict[str, bool]) -> None:
    more = "def other(row):\n    return row['a']\ndef less(row):\n    row.pop('b', None)\n"
    more += "def sometimes(row, more=False):\n    if more:\n        row['b'] = 1\n"
    more += "def copied(row):\n    row = dict(row)\n    row['z'] = 1\n"
    assert keys(query(ONE + more + body + SEND)) == sent


@pytest.mark.parametrize(
    ("other", "rest"),
    [
        ("", "    else:\n        "),
        ("        return\n", "    "),
        ("        raise ValueError\n", "    "),
    ],
)
def test_what_one_branch_does_to_rows_is_not_done_in_another(other: str, rest: str) -> None:
    change = "for r in p:\n            r['b'] = 1\n        db.table('s').insert(p).execute()"
    body = (
        f"{MAKE}def f(x):\n    p = make()\n    if x:\n        {change}\n{other}{rest}db.table('t').insert(p).execute()"
    )
    assert [(table(item), keys(item)) for item in queries(body)] == [("s", {"a": True, "b": True}), ("t", {"a": True})]


@pytest.mark.parametrize(
    ("rows", "uneven"),
    [
        ("p = [{'a': 1, 'b': 2}, {'a': 1}]", ("b",)),
        ("p = [{'a': 1}, {'b': 2}]", ("a", "b")),
        ("p = [{'a': 1, 'b': 2} if x else {'a': 1}]", ()),
        ("p = [{'a': 1, 'b': 2} if x else {'a': 1}, {'a': 3}]", ()),
        ("p = [{'a': 1, 'b': 2} if x else {'b': 1}, {'a': 3}]", ("b",)),
        ("q = {'a': 1}\nif x:\n    q['b'] = 2\np = [q, {'a': 3}]", ()),
        ("p = [{'a': 1, 'b': 2}, {'a': 1, **x}]", ()),
        ("p = [{'a': 1, 'b': 2}]\nif x:\n    p.append({'a': 1})", ()),
        ("p = [{'a': 1, 'b': 2}, x]", ()),
    ],
)
def test_the_keys_that_some_rows_surely_lack(rows: str, uneven: tuple[str, ...]) -> None:
    found = queries(rows + SEND)
    assert {one.payload.uneven for one in found if one.payload} == {uneven}


def test_functions_within_change_rows_of_the_one_around() -> None:
    body = "def f(x):\n    p = {'a': 1}\n    def add(key, value):\n        p[key] = value\n"
    body += "    def more():\n        p['c'] = 1\n"
    found = query(f"{body}    more()\n    add('b', x)\n    db.table('t').insert(p).execute()")
    assert found.payload
    assert (keys(found), found.payload.whole) == ({"a": True, "b": True, "c": True}, True)
    assert (
        query(f"{body}    q = {{'a': 1}}\n    db.table('t').insert(q).execute()").payload
        == query(f"p = {{'a': 1}}{SEND}").payload
    )


def test_what_methods_put_into_a_dict_of_their_object_is_in_it() -> None:
    body = "class Row:\n    def __init__(self, a):\n        self.row = {'a': a}\n"
    change = "    def put(self, key, value):\n        self.row[key] = value\n        return self\n"
    send = "    def send(self):\n        db.table('t').insert(self.row).execute()\n"
    for more, whole in ((change, False), ("", True)):
        found = query(f"{body}{more}{send}")
        assert found.payload
        assert (keys(found), found.payload.whole) == ({"a": True}, whole)


def test_a_dict_of_an_object_is_changed_by_methods_of_another_file() -> None:
    long = "        x = 1\n" * 12
    rows = "class Row:\n    def __init__(self, a):\n        self.row = {'a': a}\n"
    rows += (
        f"    def other(self):\n{long}        done = {{'c': self.row}}\n        done['d'] = 1\n        return done\n"
    )
    rows += f"    def put(self, key, value):\n{long}        self.row[key] = value\n"
    send = "db.table('{}').insert({}).execute()\n"
    body = f"from rows import Row\ndef f(x):\n    row = Row(1)\n    {send.format('t', 'row.row')}"
    body += f"    {send.format('s', 'row.other()')}"
    first, second = queries(body, rows=rows)
    assert first.payload and second.payload
    assert (keys(first), first.payload.whole) == ({"a": True}, False)
    assert (keys(second), second.payload.whole) == ({"c": True, "d": True}, True)


def test_each_return_gives_what_was_done_until_then() -> None:
    body = (
        f"{MAKE}def f(x):\n    p = make()\n    if x:\n        for r in p:\n            r['b'] = 1\n        return p\n"
    )
    found = queries(f"{body}    return p\np = f(input()){SEND}")
    assert [keys(item) for item in found] == [{"a": True, "b": True}, {"a": True}]


def test_what_is_done_before_a_loop_goes_on_is_done_after_it() -> None:
    loop = "for r in p:\n    if r['a']:\n        r['b'] = 1\n        continue\n    good.append(r)\n"
    found = queries(f"{MAKE}p = make()\ngood = []\n{loop}db.table('s').insert(good).execute(){SEND}")
    assert [(table(item), keys(item)) for item in found] == [("s", {"a": True}), ("t", {"a": True, "b": False})]


def test_what_becomes_of_a_row_in_a_call_that_is_not_looked_into_is_not_known() -> None:
    deep = "".join(f"def f{number}(row):\n    f{number + 1}(row)\n" for number in range(9))
    found = query(f"{deep}def f9(row):\n    row['b'] = 1\np = {{'a': 1}}\nf0(p){SEND}")
    assert found.payload and not found.payload.whole


def test_each_key_is_filled_in_its_own_way() -> None:
    body = """
def clean(data):
    result = {}
    for key, value in data.items():
        if isinstance(value, dict):
            result[key] = clean(value)
        elif isinstance(value, list):
            result[key] = [item for item in value]
        else:
            result[key] = value
    return result
def save(n):
    db.table('t').insert(clean({'a': n, 'b': n})).execute()
"""
    found = query(body)
    assert found.payload
    assert [(field.name, field.type) for field in found.payload.fields] == [("a", Unknown()), ("b", Unknown())]


def test_a_text_that_begins_as_bytes_in_hexadecimal_is_not_taken_for_any_text() -> None:
    found = query(
        r"db.table('t').insert({'a': '\\x' + key.hex(), 'b': f'\\x{key.hex()}', 'c': 'x' + key.hex()}).execute()"
    )
    assert found.payload
    assert [field.type for field in found.payload.fields] == [Unknown(), Unknown(), Scalar("py.str")]


TAGGED = """
class Action:
    def __init__(self, kind, row):
        self.kind = kind
        self.row = row
items = [{'kind': 'a', 'row': {'x': 1}}, {'kind': 'b', 'row': {'y': 2}}]
actions = [Action('a', {'x': 1}), Action('b', {'y': 2})]
"""


@pytest.mark.parametrize(
    ("loop", "kind", "row"),
    [
        ("for item in items:", "item['kind']", "item['row']"),
        ("for item in items:", "item.get('kind')", "item.get('row')"),
        ("for item in actions:", "item.kind", "item.row"),
    ],
)
def test_what_is_told_of_a_part_of_an_item_goes_for_its_other_parts(loop: str, kind: str, row: str) -> None:
    send = "db.table('{}').insert({}).execute()\n"
    body = f"{TAGGED}{loop}\n    if {kind} == 'a':\n        {send.format('t', row)}"
    body += f"    else:\n        {send.format('s', row)}"
    assert [(table(item), keys(item)) for item in queries(body)] == [("t", {"x": True}), ("s", {"y": True})]
    several = body.replace("== 'a'", "in ('a', 'c')").replace("else:", f"elif {kind} != 'a':")
    assert [(table(item), keys(item)) for item in queries(several)] == [("t", {"x": True}), ("s", {"y": True})]


def test_a_dict_has_no_item_by_number() -> None:
    body = "def save(t, given):\n    many = isinstance(given, list)\n    rows = given if many else [given]\n"
    body += "    db.table(t).insert(rows if many else rows[0]).execute()\nsave('t', {'a': x, 'b': {'c': 1}})"
    assert {tuple(keys(item)) for item in queries(body)} == {("a", "b")}


def test_of_keys_that_are_chosen_out_of_sight_nothing_is_said() -> None:
    found = query("p = {k: v for k, v in {'a': x, 'b': y}.items() if k in columns(x)}" + SEND)
    assert found.payload
    assert (keys(found), found.payload.whole) == ({}, False)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("t = 't' if x else 's'", "p = {'a': 1} if x else {'b': 1}"),
        ("t = 't' if x else 's'", "p = {'b': 1} if not x else {'a': 1}"),
        ("if x:\n        t = 't'\n    else:\n        t = 's'", "p = {'a': 1} if x else {'b': 1}"),
        ("if x is None:\n        t = 's'\n    else:\n        t = 't'", "p = {'b': 1} if x is None else {'a': 1}"),
        ("t = 't' if x == 'k' else 's'", "if x != 'k':\n        p = {'b': 1}\n    else:\n        p = {'a': 1}"),
    ],
)
def test_what_one_test_decides_goes_together(first: str, second: str) -> None:
    found = queries(f"def f(x):\n    {first}\n    {second}\n    db.table(t).insert(p).execute()")
    assert sorted((str(table(item)), tuple(keys(item))) for item in found) == [("s", ("b",)), ("t", ("a",))]


def test_what_a_test_decides_of_another_value_does_not_go_together() -> None:
    body = "def f(x):\n    t = 't' if x else 's'\n    x = g(x)\n    p = {'a': 1} if x else {'b': 1}\n"
    assert len(queries(f"{body}    db.table(t).insert(p).execute()")) == 4


@pytest.mark.parametrize(
    ("stored", "test"),
    [
        ("one = x == 'k'", "one"),
        ("one = x in KEYS", "one"),
        ("one: bool = x in KEYS", "one"),
        ("other = x not in KEYS", "not other"),
        ("found = x in KEYS\n    one = found and x != 'other'", "one"),
    ],
)
def test_a_test_whose_outcome_a_name_holds_is_heeded_where_the_name_is_tested(stored: str, test: str) -> None:
    body = (
        f"KEYS = {{'k'}}\ndef f(x):\n    {stored}\n    p = {{'c': 1}}\n    if {test}:\n        p['a'] = 1\n    else:\n"
    )
    body += "        p['b'] = 1\n    t = x\n    db.table(t).insert(p).execute()\nf('k')\nf('s')"
    found = sorted((str(table(item)), tuple(keys(item))) for item in queries(body))
    assert found == [("k", ("c", "a")), ("s", ("c", "b"))]


@pytest.mark.parametrize(
    ("stored", "sent"),
    [
        ("new = 'id' not in p", {"id": True}),
        ("new = 'id' not in p\n    p = {'a': 1}", {"a": True, "id": False}),
        ("new = 'id' not in p\n    p.pop('id', None)", {"id": False}),
        ("new = 'id' not in p\n    change(p)", {"id": None}),
    ],
)
def test_it_is_not_where_what_it_was_of_or_the_name_changed_since(stored: str, sent: dict[str, bool | None]) -> None:
    body = "def change(p):\n    p.pop('id', None)\ndef f(p):\n    " + stored + "\n    if new:\n        p['id'] = 1\n"
    (found, *_) = queries(body + "    db.table('t').insert(p).execute()\nf({'id': 1})")
    assert keys(found) == sent


def test_two_outcomes_of_which_nothing_is_known_do_not_go_together() -> None:
    body = (
        "def f(x, y):\n    a = x < 1\n    b = y < 1\n    t = 't' if a else 's'\n    p = {'a': 1} if b else {'b': 1}\n"
    )
    assert len(queries(f"{body}    db.table(t).insert(p).execute()")) == 4


@pytest.mark.parametrize(
    ("tests", "sent", "whole"),
    [
        ("if k in told(x) and v is not None", {}, False),
        ("if k in told(x) if v", {}, False),
        ("if k in ('a', 'c') and v", {"a": None}, True),
        ("if k in {'a', 'b'} and k != 'a'", {"b": True}, True),
    ],
)
def test_keys_that_more_tests_than_one_choose(tests: str, sent: dict[str, bool | None], whole: bool) -> None:
    found = query(f"q = {{'a': x, 'b': y}}\np = {{k: v for k, v in q.items() {tests}}}{SEND}")
    assert (keys(found), found.payload and found.payload.whole) == (sent, whole)


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (
            "p = {k: g(k) for k in ('a', 'b')}\nfor k in {'b', 'c'}:\n    if k in p:\n        p[k] = None",
            {"a": True, "b": True},
        ),
        ("p = {'a': 1}\nfor k in C:\n    if k in p and p[k] == '':\n        p[k] = None", {"a": True}),
        ("q = {'a': 1, 'd': 2}\np = {}\nfor k, v in q.items():\n    if k in C:\n        p[k] = v", {"a": True}),
        (
            "q = {'a': 1, 'd': 2}\np = {}\nfor k in q:\n    if k not in C:\n        continue\n    p[k] = q[k]",
            {"a": None},
        ),
        ("p = {'a': 1, 'd': 2}\nfor k in list(p):\n    if k not in C:\n        del p[k]", {"a": True}),
        ("p = {'a': 1, 'd': 2}\nfor k in list(p):\n    if k not in x:\n        del p[k]", {}),
    ],
)
def test_a_test_of_a_key_by_what_a_name_holds_is_heeded(body: str, sent: dict[str, bool | None]) -> None:
    within = f"{body}{SEND}".replace("\n", "\n    ")
    found = [keys(item) for item in queries(f"C = {{'a', 'c'}}\ndef f(x):\n    {within}")]
    assert found == [sent] * len(found)
    assert found


SEND_TO = "\n    db.table(t).insert(row(x)).execute()"
KINDS = "T = {'k': 't', 'l': 's'}\ndef row(x):\n    p = {'a': 1}\n    if x == 'k':\n        p['b'] = 2\n    return p\n"


@pytest.mark.parametrize(
    "body",
    [
        "def f(x):\n    db.table(T[x]).insert(row(x)).execute()",
        "def f(x):\n    db.table(T.get(x)).insert([row(x) for _ in y]).execute()",
        "def f(x):\n    t = 't' if x == 'k' else 's'\n    db.table(t).insert(row(x)).execute()",
        "def f(x):\n    p = {'a': 1}\n    if x == 'k':\n        p['b'] = 2\n    db.table(T[x]).insert(p).execute()",
    ],
)
def test_a_key_of_some_rows_may_be_meant_for_one_of_several_tables(body: str) -> None:
    found = {table(item): (keys(item), item.others) for item in queries(KINDS + body)}
    assert found == {"t": ({"a": True, "b": None}, ("s",)), "s": ({"a": True, "b": None}, ("t",))}


def test_a_key_that_what_names_the_table_decides_is_of_that_table() -> None:
    found = {table(item): keys(item) for item in queries(f"{KINDS}for x, t in T.items():{SEND_TO}")}
    assert found == {"t": {"a": True, "b": True}, "s": {"a": True}}
    other = {table(item): keys(item) for item in queries(f"{KINDS}for t in T.values():{SEND_TO}")}
    assert other == {"t": {"a": True, "b": None}, "s": {"a": True, "b": None}}


def test_what_stands_in_a_branch_may_be_meant_for_one_of_several_tables() -> None:
    ask = "db.table(t).select('*').eq('b', 1).execute()"
    chosen = "def f(x, y):\n    t = 't' if x else 's'\n"
    apart = f"{chosen}    if y:\n        {ask}\n    else:\n        print(t)"
    assert {(table(item), item.others, item.perhaps) for item in queries(apart)} == {
        ("t", ("s",), True),
        ("s", ("t",), True),
    }
    assert [item.perhaps for item in queries(f"{chosen}    {ask}")] == [False, False]


def test_a_table_that_a_loop_finds_is_one_of_several() -> None:
    ask = "db.table({}).select('*').execute()"
    finds = "def g():\n    for c in ('t', 's'):\n        if there(c):\n            return c\n"
    found = queries(f"{finds}def f():\n    {ask.format('g()')}")
    assert {(table(item), item.others, item.perhaps) for item in found} == {("t", ("s",), True), ("s", ("t",), True)}
    each = queries(f"for c in ('t', 's'):\n    {ask.format('c')}")
    assert [(table(item), item.perhaps) for item in each] == [("t", False), ("s", False)]


@pytest.mark.parametrize("taken", ["q.get('b')", "q['b']"])
def test_what_a_test_shows_to_be_there_is_no_null(taken: str) -> None:
    body = f"q = {{'b': None if x else y}}\np = {{'a': 1}}\nb = {taken}\nif b:\n    p['b'] = b{SEND}"
    payload = query(body).payload
    assert payload
    assert [field.nullable for field in payload.fields if field.name == "b"] != [True]


def test_an_empty_name_is_none() -> None:
    assert [table(item) for item in queries("def f(x):\n    t = x or ''\n    db.table(t).select('*').execute()")] == [
        None
    ]


def test_what_stands_in_other_rows_only_may_be_sent_too() -> None:
    body = "def f(x):\n    t = T[x]\n    p = {'a': 1} if test(x) else {'b': 1}\n    db.table(t).insert(p).execute()"
    found = {(table(item), tuple(keys(item).items())) for item in queries(KINDS + body)}
    assert {name for name, _ in found} == {"t", "s"}
    assert all(set(sent) == {("a", None), ("b", None)} for _, sent in found)
    tested = queries(KINDS + body.replace("test(x)", "x == 'k'"))
    assert {(table(item), *keys(item)) for item in tested} == {("t", "a"), ("s", "b")}


def test_a_key_that_goes_with_the_table_is_sent_to_that_one() -> None:
    body = "for t, k in [('t', 'a'), ('s', 'b')]:\n    p = {'x': 1}\n    p[k] = 2\n    db.table(t).insert(p).execute()"
    assert [(table(item), keys(item)) for item in queries(body)] == [
        ("t", {"x": True, "a": True}),
        ("s", {"x": True, "b": True}),
    ]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("round(n * 0.5)", "py.int"),
        ("round(n, None)", "py.int"),
        ("round(n, 2)", "py.float"),
        ("round(n, ndigits=1)", "py.float"),
        ("round(len(n), 2)", "py.int"),
    ],
)
def test_rounded_numbers(value: str, kind: str) -> None:
    found = query(f"db.table('t').insert({{'a': {value}}}).execute()")
    assert found.payload
    assert [field.type for field in found.payload.fields] == [Scalar(kind)]


MODEL = "from pydantic import BaseModel\nclass M(BaseModel):\n    a: int\n    b: str | None = None\n"


@pytest.mark.parametrize(
    ("base", "sent"),
    [
        ("m.model_dump()", None),
        ("{**unknown}", None),
        ("{**db.table('s').select('*').execute().data[0]}", None),
        ("m.model_dump(exclude_none=True)", False),
        ("m.model_dump(exclude={'b'})", False),
        ("{'a': 1}", True),
    ],
)
def test_a_key_set_at_times_may_have_been_there_before(base: str, sent: bool | None) -> None:
    body = f"{MODEL}def f(m: M, unknown):\n    p = {base}\n    if not p.get('b'):\n        p['b'] = '2'\n"
    found = [item for item in queries(f"{body}    db.table('t').insert(p).execute()") if item.verb == "insert"]
    assert [keys(item)["b"] for item in found] == [sent]


@pytest.mark.parametrize("excluded", ["unset", "none", "defaults"])
@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("c: str", None),
        ("c: str = Field(..., min_length=1)", None),
        ("c: str = Field(description='x')", None),
        ("c: str | None", False),
        ("c: Optional[str] = None", False),
        ("c: str = ''", False),
        ("c: str = Field('x')", False),
        ("c: str = Field(default_factory=str)", False),
        ("b = 'x'", False),
    ],
)
def test_a_field_that_every_object_is_given_is_dumped_whatever_is_left_out(
    field: str, sent: bool | None, excluded: str
) -> None:
    """As far as the class, and those above it, spell it; another may be missing where it is not set."""
    key = field[0]
    body = f"{MODEL.replace('b: str | None = None', 'b: str')}class N(M):\n    {field}\n"
    body += f"def f(n: N):\n    p = n.model_dump(exclude_{excluded}=True)\n"
    body += f"    if '{key}' in p:\n        p['{key}'] = str(p['{key}'])\n"
    found = [item for item in queries(f"{body}    db.table('t').insert(p).execute()") if item.verb == "insert"]
    assert [keys(item)[key] for item in found] == [sent]


def test_branches_that_send_different_rows_are_different_requests() -> None:
    found = queries("p = {'a': 1} if x else {'b': 2}" + SEND)
    assert [keys(item) for item in found] == [{"a": True}, {"b": True}]


def test_what_may_be_sent_is_not_what_is() -> None:
    body = "def f(given):\n    p = {'a': 1}\n    for k in ['b', 'c']:\n        if k in given:\n"
    body += "            p[k] = given[k]\n"
    found = query(body + "    db.table('t').update(p).execute()")
    assert keys(found) == {"a": True}
    assert found.payload and not found.payload.whole


def test_values_have_their_types() -> None:
    body = "import uuid\nfrom datetime import datetime\ndef f(name: str, count: int, other):\n"
    body += "    p = {'a': 'x', 'b': name,"
    body += (
        " 'c': count, 'd': other, 'e': None, 'f': uuid.uuid4(), 'g': datetime.now().isoformat(), 'h': count + other}\n"
    )
    found = query(body + "    db.table('t').insert(p).execute()")
    assert found.payload
    types = {field.name: field.type for field in found.payload.fields}
    assert types["a"] == Labels(("x",))
    assert [getattr(types[name], "kind", None) for name in "bcdfgh"] == [
        "py.str",
        "py.int",
        None,
        "py.uuid",
        "py.str",
        None,
    ]
    assert [field.nullable for field in found.payload.fields if field.name in "ae"] == [False, True]
    assert dict(found.payload.values)["a"].json == '"x"'


def test_a_default_of_none_is_not_what_is_sent() -> None:
    found = query("def f(x=None):\n    db.table('t').insert({'a': x}).eq('b', x).execute()")
    assert found.payload and found.payload.fields[0].nullable is None
    assert found.filters[0].value.nullable is None


def test_a_default_of_a_model_field_is_not_what_is_sent() -> None:
    body = "from pydantic import BaseModel\nclass M(BaseModel):\n    a: str | None = None\n    b: str = 'x'\n"
    found = query(body + "def f(m: M):\n    db.table('t').insert({'a': m.a, 'b': m.b}).execute()")
    assert found.payload and [field.nullable for field in found.payload.fields] == [None, None]
    assert found.payload.fields[1].type == Scalar("py.str")


def test_a_test_shows_what_is_not_none() -> None:
    body = "def f(i):\n    x = None\n    if i:\n        x = 'v'\n    q = db.table('t').select('*')\n"
    found = query(body + "    if x:\n        q = q.eq('a', x)\n    q.execute()")
    assert found.filters[0].value.json == '"v"'


def test_a_value_of_an_earlier_round_is_not_known() -> None:
    body = "last = None\nwhile True:\n    q = db.table('t').select('*').gt('id', last)\n"
    body += "    last = q.execute().data[-1]['id']"
    assert query(body).filters[0].value.json is None


def test_arguments_of_a_function() -> None:
    found = query("db.rpc('f', {'a': 1, 'b': [1, 2]}, get=True).execute()")
    assert (found.verb, keys(found), found.options) == ("rpc", {"a": True, "b": True}, {"get": "true"})
    bare = query("db.rpc('f').execute()")
    assert bare.payload and bare.payload.whole and not bare.payload.fields


def test_the_key_of_an_upsert() -> None:
    found = query("db.table('t').upsert({'a': 1}, on_conflict='a,b').execute()")
    assert (found.verb, found.on_conflict and found.on_conflict.value) == ("upsert", "a,b")
    assert query("db.table('t').insert({'a': 1}, upsert=True).execute()").verb == "upsert"


def test_keys_stand_where_they_are_written() -> None:
    found = query("p = {\n    'a': 1,\n    'é': 2,\n}\np['c'] = 3" + SEND)
    assert found.payload
    assert [(field.at.line, field.at.column) for field in found.payload.fields if field.at] == [(4, 5), (5, 5), (7, 3)]


ROW = "row = db.table('t').select('*').eq('id', 1).single().execute().data\n"
ROWS = "rows = db.table('t').select('*').eq('id', 1).execute().data or []\nrow = rows[0] if rows else None\n"


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        ("q = {'a': 1, 'b': 2}\np = {k: q[k] for k in ('a', 'b') if k in q}", True),
        ("q = {'a': 1}\nif x:\n    q['b'] = 2\np = {k: q[k] for k in ('a', 'b') if k in q}", False),
        (ROW + "p = {k: row[k] for k in ('a', 'b') if k in row}", True),
        (ROW + "p = {k: row[k] for k in ('a', 'b') if k in row and row[k]}", None),
        (ROW + "p = {k: row[k] for k in ('a', 'b') for _ in x if k in row}", None),
        (
            ROW + "q = {**row}\nfor k, v in given.items():\n    q[k] = v\np = {k: q[k] for k in ('a', 'b') if k in q}",
            True,
        ),
        (ROW + "q = {**row}\nq.pop(name)\np = {k: q[k] for k in ('a', 'b') if k in q}", False),
        (ROWS + "if not row:\n    raise E()\nq = {**row}\np = {k: q[k] for k in ('a', 'b') if k in q}", True),
        (ROWS.replace("'*'", "'a'") + "p = {k: row[k] for k in ('a', 'b') if k in row}", False),
    ],
)
def test_a_key_that_a_row_always_has_is_always_taken(body: str, sure: bool | None) -> None:
    found = [item for item in queries(body + SEND) if item.verb == "insert"]
    assert found
    assert {keys(item)["b"] for item in found} == {sure}


def test_a_key_that_a_row_never_has_is_never_taken() -> None:
    assert keys(query("q = {'a': 1}\np = {k: 1 for k in ('a', 'b') if k in q}" + SEND)) == {"a": True}


@pytest.mark.parametrize("given", ["x", "'text'"])
@pytest.mark.parametrize(
    "kept",
    [
        "{k: v for k, v in q.items() if v not in ('', None)}",
        "{k: v for k, v in q.items() if v is not UNSET}",
        "{k: v for k, v in q.items() if isinstance(v, Kept)}",
        "{k: v for d in [q] for k, v in d.items() if v is not None}",
        "{k: q[k] for k in ('a', 'b') if q.get(k)}",
    ],
)
def test_of_a_key_that_a_test_may_keep_away_it_is_not_said_that_it_may_be_left_out(kept: str, given: str) -> None:
    body = f"q = {{'a': {given}, 'b': 1}}\np = {kept}"
    assert keys(query(body + SEND)) == {"a": None, "b": None}


@pytest.mark.parametrize(
    ("kept", "sent"),
    [
        ("{k: v for k, v in q.items() if not k.startswith('_')}", {"a": True, "b": True}),
        ("{k: v for k, v in q.items() if k not in SKIPPED and v is not None}", {"a": True, "b": None}),
        ("{k: q[k] for k in q if k not in SKIPPED}", {"a": None, "b": None}),
        ("{k: v for k, v in q.items() if k not in computed}", {}),
        ("{k: v for k, v in q.items() if check(k) and v is not None}", {}),
        ("{k: v for k, v in q.items() if check(k, v)}", {}),
        ("{k: v for k, v in q.items() if k[0] != '_'}", {}),
        ("{k: v for k, v in q.items() if k in ('a', 'b') or v is None}", {}),
        ("{k: v for k, v in q.items() if not isinstance(v, list)}", {"a": True, "_c": True}),
        ("{k: v for k, v in q.items() if v not in ('', None)}", {"a": None, "b": None}),
    ],
)
def test_a_key_that_a_test_may_always_keep_away_is_not_said_to_be_sent(kept: str, sent: dict[str, bool]) -> None:
    body = f"SKIPPED = ('_c', 'd')\ncomputed = frozenset(y)\nq = {{'a': 1, 'b': x, '_c': None, 'd': []}}\np = {kept}"
    assert {key: sure for key, sure in keys(query(body + SEND)).items() if key != "d"} == sent


@pytest.mark.parametrize(
    "body",
    [
        "p = {}\nfor k, v in q.items():\n    if v is not None:\n        p[k] = v",
        "p = {}\nfor k, v in q.items():\n    if v is None:\n        continue\n    p[k] = v",
        "p = {}\nfor k in q:\n    if q[k]:\n        p[k] = q[k]",
        "p = q\nfor k in list(p):\n    if p[k] is None:\n        del p[k]",
    ],
)
def test_nor_of_one_that_a_loop_may_keep_away(body: str) -> None:
    assert keys(query(f"q = {{'a': x, 'b': 1}}\n{body}{SEND}")) == {"a": None, "b": None}


@pytest.mark.parametrize(
    "body",
    [
        "for k in [k for k in q if k not in ('a', 'b')]:\n    q.pop(k)",
        "for k in [k for k in q if k.startswith('c')]:\n    del q[k]",
        "for k in q.keys() - {'a', 'b'}:\n    del q[k]",
        "for k in set(q) - set(KEPT):\n    q.pop(k)",
        "for k in list(q):\n    if not kept(k):\n        q.pop(k)",
        "for k in list(q):\n    if kept(k):\n        continue\n    q.pop(k)",
        "for k in list(q):\n    if k not in KEPT:\n        q.pop(k)",
        "q.pop(k, None)",
        "n = {}\nfor k, v in q.items():\n    if kept(k):\n        n[k] = v\nq = n",
        "n = {}\nfor k, v in q.items():\n    if v is not None and kept(k, v):\n        n[k] = v\nq = n",
        "n = {}\nfor k, v in q.items():\n    if not kept(k):\n        continue\n    n[k] = v\nq = n",
        "n = {}\nfor k in q:\n    if k in KEPT:\n        n[k] = q[k]\nq = n",
    ],
)
def test_a_key_that_a_test_in_a_loop_may_always_keep_away_is_not_said_to_be_sent(body: str) -> None:
    found = query(f"KEPT = load()\nq = {{'a': x, 'b': 1, 'c': 2}}\n{body}\np = q{SEND}")
    assert "c" not in keys(found)
    assert found.payload and not found.payload.whole


@pytest.mark.parametrize(
    "body",
    [
        "p = {'b': 1}\nif x:\n    p['a'] = 1",
        "p = {'a': 1, 'b': 1}\nif x:\n    del p['a']",
        "p = {'b': 1}\nfor k in ('a', 'c'):\n    if x:\n        p[k] = 1\np.pop('c', None)",
    ],
)
def test_what_one_branch_leaves_out_may_be_left_out(body: str) -> None:
    assert keys(query(body + SEND)) == {"a": False, "b": True}


@pytest.mark.parametrize(
    ("body", "sent", "whole"),
    [
        ("d = {'a': 1}\np = d\nd['b'] = 2", {"a": True, "b": True}, True),
        ("p = {'a': 1}\nd = p\nd['b'] = 2", {"a": True, "b": True}, True),
        ("p = {'a': 1}\nd = p\nd.update({'b': 2})\nif x:\n    exit()", {"a": True, "b": True}, True),
        ("p = {'a': 1}\nd = p\nd['b'] = 2\np.pop('b')", {"a": True}, False),
        ("p = {'a': 1}\nd = p\nif x:\n    d['b'] = 2", {"a": True, "b": False}, True),
        ("p = {'a': 1}\nd = p\np = {'c': 1}\nd['b'] = 2", {"c": True}, True),
        ("d = {'a': 1}\nq = d\nq['b'] = 2\np = d.copy()", {"a": True, "b": True}, True),
        ("d = {'a': 1}\nq = d\nq['b'] = 2\np = {**d, 'c': 3}", {"a": True, "b": True, "c": True}, True),
        ("d = {'a': 1}\nq = d\nq['b'] = 2\np = {k: v for k, v in d.items() if v}", {"a": True, "b": True}, True),
        ("d = {'a': 1}\nq = d\nq['b'] = 2\np = dict(d)", {"a": True, "b": True}, True),
        ("d = {'a': 1}\nq = d\nq['b'] = 2\np = d | {'c': 3}", {"a": True, "b": True, "c": True}, True),
        ("p = {'a': 1}\nd = p\nd |= {'b': 2}", {"a": True, "b": True}, True),
        ("p = [{'a': 1}]\nd = p\nd += [{'a': 2, 'b': 2}]", {"a": True, "b": False}, True),
        ("p, n = {'a': 1}, {}\nn['b'] = 2", {"a": True}, True),
        ("d = {'a': 1}\np = [d, {'c': 1}]\nd['b'] = 2\np = p[1]", {"c": True}, True),
        ("def f():\n    p['b'] = 2\np = {'a': 1}", {"a": True}, True),
        ("def f(x):\n    return x\np = {'a': 1}\nd = f(p)\nd['b'] = 2", {"a": True, "b": True}, True),
        ("def f(x):\n    x['b'] = 2\n    return x\nd = {'a': 1}\np = f(d)\nd.clear()", {}, False),
        ("def f(x):\n    return {**x}\nd = {'a': 1}\np = f(d)\nd['b'] = 2", {"a": True}, True),
    ],
)
def test_what_becomes_of_a_row_by_another_name(body: str, sent: dict[str, bool | None], whole: bool) -> None:
    found = query(body + SEND)
    assert found.payload is not None
    assert (keys(found), found.payload.whole) == (sent, whole)


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("p = {'a': 1}\np.clear()\np['b'] = 2", {"b": True}),
        ("p = {'a': 1} if x else {'c': 1}\np = dict(p, b=2)", None),
        ("p = {}\nfor i in (1, 2):\n    p = {'a': i}", {"a": True}),
        ("p = {}\nfor i in range(3):\n    p = {'a': i}", {"a": True}),
        ("p = {}\nwhile True:\n    p = {'a': x}\n    if x:\n        break", {"a": True}),
    ],
)
def test_rows_that_are_begun_anew(body: str, sent: dict[str, bool] | None) -> None:
    found = [keys(item) for item in queries(body + SEND)]
    assert found == ([sent] if sent else [{"a": True, "b": True}, {"c": True, "b": True}])


def test_a_default_that_is_not_taken_is_not_sent() -> None:
    found = query("p = {'a': x}\np.setdefault('a', 4)\np.setdefault('b', 5)" + SEND)
    assert found.payload is not None
    assert {key: value.json for key, value in found.payload.values} == {"a": None, "b": "5"}


def test_a_table_of_a_branch_within_goes_with_the_row_of_that_branch() -> None:
    body = "s, p = 't1', {}\nif x:\n    if y:\n        s = 't2'\nelse:\n    p = {**p, 'a': 4}\n"
    found = [(table(item), keys(item)) for item in queries(f"{body}db.table(s).insert(p).execute()")]
    assert ("t1", {"a": True}) in found
    assert ("t2", {"a": True}) not in found


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("p = {'a': 1}\nif x:\n    p['b'] = 2\n    p = {'c': 3}", [{"c": True}, {"a": True}]),
        ("d = {'a': 1}\np = d\nif x:\n    p = {'c': 3}\nd['b'] = 2", [{"c": True}, {"a": True, "b": True}]),
        ("p = {'a': 1}\nif x:\n    one(p, 2)\n    p = {'c': 3}", [{"c": True}, {"a": True}]),
        ("p = {'a': 1}\nif x:\n    one(p, 2)", [{"a": True, "b": False}]),
        ("p, d = {'a': 1}, {'c': 1}\nq = [d, p]\nif x:\n    d['b'] = 1", [{"a": True}]),
    ],
)
def test_what_is_done_in_a_branch_is_done_to_what_a_name_holds_there(body: str, sent: list[dict[str, bool]]) -> None:
    assert [keys(item) for item in queries(ONE + body + SEND)] == sent


def test_a_function_within_changes_a_row_only_where_it_is_called() -> None:
    body = "def f(x, run):\n    p = {'a': 1}\n    def more():\n        p['b'] = 1\n"
    send = "    db.table('t').insert(p).execute()\n"
    found = [query(body + lines) for lines in (send, f"{send}    more()\n", f"    run(more)\n{send}")]
    assert [keys(item) for item in found] == [{"a": True}] * 3
    assert [item.payload.whole for item in found if item.payload] == [True, True, False]
    assert keys(query(f"{body}    if x:\n        more()\n{send}")) == {"a": True, "b": False}


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("p = {'a': 1}\nfor k in list(p):\n    p = {'b': 2}", {"b": ["2"]}),
        ("p = {'a': 1, 'b': 2}\nfor k in list(p):\n    p[k] = 3", {"a": ["3"], "b": ["3"]}),
        ("p = {'a': 1, 'b': 2}\nfor k, v in p.items():\n    p[k] = f(v)", {"a": [None], "b": [None]}),
        ("p = {'a': 1, 'b': 2}\nfor k in list(p):\n    if k != 'a':\n        p.pop(k)", {"a": ["1"]}),
        (
            "p = {'a': 1, 'b': 2}\nfor k in ('a', 'c'):\n    p[k] = x\n    if x:\n        continue",
            {"a": [None], "b": ["2"], "c": [None]},
        ),
    ],
)
def test_a_loop_over_the_keys_of_a_row_has_a_round_for_each(body: str, sent: dict[str, list[str | None]]) -> None:
    found = query(body + SEND)
    assert found.payload is not None
    values: dict[str, list[str | None]] = {}
    for key, value in found.payload.values:
        values.setdefault(key, []).append(value.json)
    assert {key: values[key] for key in keys(found)} == sent


FILLED = """
def row_of(fields):
    row = {}
    for k, v in fields.items():
        if k == 'startDate':
            row['start'] = v
        elif k == 'endDate':
            row['end'] = v
        elif k in KNOWN:
            row[KNOWN[k]] = v
    return row
"""


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("given", {"start": None, "end": None}),
        ("{'name': x, 'startDate': 1}", {"name", "start"}),
        ("{'name': x, 'startDate': 1, 'endDate': 2, 'goal': 3}", {"name", "start", "end", "goal"}),
    ],
)
def test_what_rounds_of_a_loop_put_into_a_row_in_several_ways_is_one_row(given: str, sent: object) -> None:
    body = f"KNOWN = {{'name': 'name', 'goal': 'goal'}}\n{FILLED}\ndef f(given, x):\n    p = row_of({given})\n"
    found = query(body + SEND.replace("db", "    db"))
    assert keys(found) == sent if isinstance(sent, dict) else set(keys(found)) == sent
    assert True not in keys(found).values()


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("p = {}\ntry:\n    x()\n    p['b'] = 1\nexcept E:\n    p['c'] = 1\n    SEND\n", {"c": True}),
        ("p = {'a': 1}\ntry:\n    p = {}\n    x()\nexcept E:\n    SEND\n", {}),
        ("p = {}\ntry:\n    x()\n    p['a'] = 1\n    y()\nexcept E:\n    SEND\n", {"a": False}),
        ("p, q = {}, {}\ntry:\n    p = q\n    x()\nexcept E:\n    q['b'] = 1\nelse:\n    SEND\n", {}),
        ("p = {}\ntry:\n    x()\nexcept E:\n    logger.info('no')\nelse:\n    p['a'] = 1\nSEND\n", {"a": False}),
        ("p = {'a': 1}\ntry:\n    with x() as f:\n        p = {}\n        f()\nexcept E:\n    SEND\n", {"a": True}),
    ],
)
def test_a_handler_finds_what_names_held_where_the_body_can_fail(body: str, sent: dict[str, bool]) -> None:
    assert keys(query(body.replace("SEND", SEND.strip()))) == sent


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("p = {}\nfor k in list(p):\n    p['b'] = 1", {}),
        ("p = {'a': 1}\nfor k in p.copy():\n    p.pop(k)", {}),
        ("q = {'a': 1}\np = {k: v for k, v in q.items()}\nfor k, v in list(p.items()):\n    p.pop(k)", {}),
        (
            "p = {'a': 1, 'b': 2}\nfor k, v in list(p.items()):\n    if k not in ('a', 'c'):\n        p.pop(k)",
            {"a": True},
        ),
        ("p = {}\nfor k in x:\n    if k:\n        p['a'] = 1\n        break\nelse:\n    p = {'b': 1}", None),
        ("p = {}\nfor k, v in (('a', 1), ('b', None)):\n    if v is not None:\n        p[k] = v", {"a": True}),
        ("p = {}\nfor k in ('a', 'b'):\n    if x(p):\n        return\n    p[k] = 1", {"a": True, "b": True}),
    ],
)
def test_what_loops_do_is_done_in_the_rounds_they_have(body: str, sent: dict[str, bool | None] | None) -> None:
    indented = "".join(f"    {line}\n" for line in (body + SEND).splitlines())
    found = [keys(item) for item in queries(f"def f(x):\n{indented}")]
    assert found == ([{"b": True}, {"a": True}] if sent is None else [sent])


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("p = {'a': 1}\np = p or {'b': 2}", [{"a": True}]),
        ("p = {}\np = p or {'b': 2}", [{"b": True}]),
        ("p = [same(q) for q in ({'a': 1}, {'b': 2})][-1]", [{"b": True}]),
        ("p = list(map(same, ({'a': 1}, {'b': 2})))[0]", [{"a": True}]),
        ("if (v := x()) is not None:\n    p = {'a': v}\nelse:\n    p = {'b': v}", [{"b": True}, {"a": True}]),
    ],
)
def test_a_row_is_the_one_of_several_that_is_taken(body: str, sent: list[dict[str, bool]]) -> None:
    assert [keys(item) for item in queries("def same(x):\n    return x\n" + body + SEND)] == sent


def test_a_row_that_methods_change_is_held_to_what_they_leave() -> None:
    init = "class A:\n    def __init__(self):\n        self.p = {'a': 1, 'b': 2, 'c': 3}\n"
    more = "    def mend(self):\n        self.p['a'] = None\n        self.p.pop('b')\n"
    found = query(f"{init}{more}    def send(self):\n        db.table('t').insert(self.p).execute()\n")
    assert found.payload is not None
    assert [(name, value.json) for name, value in found.payload.values] == [("a", None), ("c", "3")]
    assert not found.payload.whole


def test_a_dict_that_a_module_leaves_empty_is_filled_somewhere() -> None:
    body = "P = {}\ndef fill():\n    P['a'] = 1\ndef send():\n    db.table('t').insert(P).execute()\n"
    found = query(body)
    assert found.payload is not None
    assert not found.payload.whole


@pytest.mark.parametrize(
    ("body", "sent", "whole"),
    [
        ("q = {'b': 1}\nif x:\n    q = {**q, 'a': 2}\np = {**q, **{'c': 1}}", {"b": True, "a": False, "c": True}, True),
        ("p = {'a': 1, 'b': 2}\np.popitem()", {"a": True}, True),
        ("p = {'a': None, 'b': 2}\np = {k: v for k, v in p.items() if v}", {"b": True}, True),
        (
            "p = {'b': 2}\nif x:\n    p['a'] = 1\nfor k in ('a', 'c'):\n    if k in p:\n        del p[k]",
            {"b": True},
            True,
        ),
        ("p = {'b': 2}\nfor q in ({'a': 1}, {'c': 1}):\n    p = {**p, **q}", {"b": True, "a": None, "c": None}, True),
        (
            "def f(r, k='b', v=7):\n    if v is not None:\n        r[k] = v\n    return r\np = f({'a': 1})",
            {"a": True, "b": True},
            True,
        ),
        (
            "def f(r, *more):\n    for m in more:\n        r = {**r, **m}\n    return r\np = f({'a': 1}, {'b': 1})",
            {"a": True, "b": True},
            True,
        ),
    ],
)
def test_what_is_known_of_a_row_however_it_comes_about(body: str, sent: dict[str, bool | None], whole: bool) -> None:
    found = queries(body + SEND)
    payloads = [item.payload for item in found if item.payload is not None]
    assert [({one.name: one.required for one in payload.fields}, payload.whole) for payload in payloads] == [
        (sent, whole)
    ]


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ("import os\nv = os.environ.get('V', '')", False),
        ("import os\nv = os.getenv('V', default='')", False),
        ("import os\nv = os.environ.get('V', 'x')", True),
        ("from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    v: str = ''\nv = S().v", False),
        ("from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    v: str = 'x'\nv = S().v", True),
        ("class S:\n    v: str = ''\nv = S().v", True),
    ],
)
def test_an_empty_text_that_stands_in_for_a_setting_is_no_value_of_it(body: str, known: bool) -> None:
    (sent,) = (query(f"{body}\ndb.table('t').insert({{'a': v}}).execute()").payload or fail()).fields
    assert isinstance(sent.type, Labels) is known


def fail() -> Payload:
    pytest.fail("nothing is sent")


def test_a_default_of_next_that_says_things_again_and_again_is_walked_once() -> None:
    doubled = "".join(f"    x{n + 1} = (x{n}, x{n})\n" for n in range(40))
    rows = "    rows = [{'a': 1}, {'a': 2}]\n    row = next((row for row in rows), x40)\n"
    assert table(query(f"def f(x0):\n{doubled}{rows}    db.table('t').insert(row).execute()")) == "t"


CHECKED = """
import functools
from dataclasses import dataclass
from fastapi import APIRouter
from pydantic import BaseModel
router = APIRouter()
@dataclass
class Plain:
    id: int
class Model(BaseModel):
    id: int
def said() -> int:
    return other()
"""


@pytest.mark.parametrize(
    ("function", "enforced"),
    [
        ("def f(v: int):\n    n = v", False),
        ("@functools.cache\ndef f(v: int):\n    n = v", False),
        ("def f(v):\n    n: int = v", False),
        ("def f():\n    n = said()", False),
        ("def f(v: Plain):\n    n = v.id", False),
        ("def f(v: Model):\n    n = v.id", True),
        ("@router.post('/{v}')\ndef f(v: int):\n    n = v", True),
        ("def f(v: str):\n    n = int(v)", True),
        ("def f():\n    n = 1", True),
    ],
)
def test_of_a_type_is_known_whether_an_annotation_alone_tells_it(function: str, enforced: bool) -> None:
    found = query(f"{CHECKED}{function}\n    db.table('t').insert({{'a': n}}).execute()\n")
    assert found.payload
    (field,) = found.payload.fields
    assert (field.type, field.enforced) == (Scalar("py.int"), enforced)


def test_functions_that_hand_one_another_on_end() -> None:
    body = """
def first(row):
    loop.call_soon(lambda: second(row))
def second(row):
    row["x"] = 1
    loop.call_soon(lambda: first(row))
row = {"a": value()}
first(row)
"""
    found = query(f"{body}db.table('t').insert(row).execute()").payload
    assert found
    assert ([field.name for field in found.fields], found.whole) == (["a"], False)


def test_what_one_call_after_the_other_does_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entered: list[Function] = []
    enter = Calls.enter

    def counted(calls: Calls, function: Function, passed: dict[int, Value | Later], given: Given) -> Frame | None:
        entered.append(function)
        return enter(calls, function, passed, given)

    monkeypatch.setattr(Calls, "enter", counted)
    calls = "note(a, b)\nnote(b, a)\n" * 12
    body = f"def note(one, other):\n    one['x'] = other\na, b = {{'k': 1}}, {{'k': 2}}\n{calls}"
    assert keys(query(f"{body}db.table('t').insert(a).execute()")) == {"k": True, "x": True}
    assert len(entered) < 300


_UPDATE, _INSERT = "db.table('t').update(p).eq('id', 1).execute()", "db.table('t').insert(p).execute()"
WRITE = f"    {{test}}\n        {_UPDATE}\n    else:\n        {_INSERT}\n"


@pytest.mark.parametrize(
    "test",
    [
        "if p.get('id'):",
        "if p.get('id') is not None:",
        "i = p.get('id')\n    if i:",
        "if i := p.get('id', None):",
        "i = p.pop('id', None)\n    if i:",
        "i = p.pop('id', None)\n    if i is not None:",
        "if not (not p.get('id')):",
    ],
)
def test_what_get_gives_of_a_row_decides_how_it_is_sent(test: str) -> None:
    body = f"def f(p):\n{WRITE.format(test=test)}f({{'id': 7, 'b': 1}})\nf({{'id': None, 'a': 1}})\nf({{'a': 2}})"
    sent = {(item.verb, key) for item in queries(body) for key in keys(item) if key != "id"}
    assert sent == {("update", "b"), ("insert", "a")}


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("for p in R:\n    if not p.get('a'):\n        continue\n", [{"a": True}]),
        ("for p in R:\n    if p.get('b'):\n        continue\n", [{"a": True}]),
        ("for p in [r for r in R if r.get('a')]:\n", [{"a": True}]),
        ("for p in [r for r in R if 'a' not in r]:\n", [{"b": True}]),
    ],
)
def test_rows_that_a_test_of_what_they_give_keeps_away_are_not_sent(body: str, sent: list[dict[str, bool]]) -> None:
    found = queries(f"R = [{{'a': x()}}, {{'b': 2}}]\n{body}    db.table('t').insert(p).execute()")
    assert [keys(item) for item in found] == sent


def test_the_rest_of_a_row_goes_with_what_is_taken_out_of_it() -> None:
    body = "for p in [{'k': 's', 'a': 1}, {'k': 't', 'b': 1}]:\n    k = p.pop('k')\n    if k == 's':\n        "
    found = queries(f"{body}db.table('s').insert(p).execute()\n    else:\n        db.table('t').insert(p).execute()")
    assert [(table(item), keys(item)) for item in found] == [("s", {"a": True}), ("t", {"b": True})]


@pytest.mark.parametrize(
    "change",
    [
        "for old, new in NAMES.items():\n        if old in p:\n            p[new] = p.pop(old)",
        "for old, new in NAMES.items():\n        if old in p:\n            p[new] = p[old]\n            del p[old]",
        "for old, new in [('x', 'a'), ('y', 'b')]:\n        if old in p:\n            p[new] = p.pop(old)",
    ],
)
def test_keys_that_a_loop_renames_where_they_are_there_are_renamed(change: str) -> None:
    body = f"NAMES = {{'x': 'a', 'y': 'b'}}\ndef f(p):\n    {change}\n    db.table('t').insert(p).execute()\n"
    assert keys(query(f"{body}f({{'x': 1, 'c': 2}})")) == {"a": True, "c": True}


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        ("if 'x' in p:\n            p.pop('x')", {"c": True}),
        ("if 'x' in p:\n            i = p.pop('x')\n            if i:\n                p['c'] = 1", {"c": True}),
        ("if 'x' not in p:\n            pass\n        else:\n            del p['x']", {"c": True}),
        ("if 'x' in p and now:\n            p.pop('x')", {"x": None, "c": True}),
        ("if 'x' in p:\n            if now:\n                p.pop('x')", {"x": None, "c": True}),
        ("if p.get('x'):\n            p.pop('x')", {"x": None, "c": True}),
        ("if 'x' in p:\n            p.pop('c')", {"x": True, "c": None}),
        ("if 'c' in other:\n            p.pop('c')", {"x": True, "c": None}),
    ],
)
def test_a_key_that_is_taken_out_wherever_it_is_is_not_there(change: str, sent: dict[str, bool | None]) -> None:
    goes = f"    for p in rows:\n        {change}\n    db.table('t').insert(rows).execute()\n"
    (given, *_) = queries(f"def f(rows):\n{goes}f([{{'x': d, 'c': 2}} for d in ds])")
    held = goes.replace("rows", "one.rows")
    made = "class C:\n    rows: list\ndef f():\n    one = C(rows=[{'x': d, 'c': 2} for d in ds])\n"
    (kept, *_) = queries(f"{made}{held}f()")
    assert keys(given) == sent
    assert keys(kept) == sent


def test_a_key_that_a_function_renames_by_its_arguments_is_not_said_to_be_there() -> None:
    body = "def f(d, old, new):\n    if old in d:\n        d[new] = d.pop(old)\np = {'x': 1, 'c': 2}\nf(p, 'x', 'a')"
    assert "x" not in keys(query(body + SEND))


@pytest.mark.parametrize(
    ("constant", "sent"),
    [
        ("NEW = False", {"a": True}),
        ("NEW = 0", {"a": True}),
        ("NEW = True", {"a": True, "b": True}),
        ("NEW = load()", {"a": True, "b": False}),
        ("NEW = False\ndef switch():\n    global NEW\n    NEW = True", {"a": True, "b": False}),
    ],
)
def test_a_constant_of_the_module_decides_what_is_put_into_a_row(constant: str, sent: dict[str, bool]) -> None:
    body = "def f():\n    p = {'a': 1}\n    if NEW:\n        p['b'] = 2\n    db.table('t').insert(p).execute()"
    assert keys(query(f"{constant}\n{body}")) == sent


def test_what_is_never_done_puts_nothing_into_a_row() -> None:
    assert keys(query(f"p = {{'a': 1}}\nif False:\n    p['b'] = 2\nif 0:\n    p['c'] = 3{SEND}")) == {"a": True}
    assert keys(query(f"p = {{'a': 1}}\nif False:\n    p['b'] = 2\nelse:\n    p['c'] = 3{SEND}")) == {
        "a": True,
        "c": True,
    }


@pytest.mark.parametrize(
    "made",
    [
        "p = row or {}",
        "p = dict(row or {})",
        "p = dict(row.extra or {})",
        "p = dict(row or [])",
        "p = dict(row.items() if row else ())",
        "p = {}\n    p.update(row or [])",
        "p = (row or {}).copy()",
        "p = (row or {}) | {}",
        "p = copy.deepcopy(row or {})",
        "p = json.loads(row) if row else {}",
        "p = row if isinstance(row, dict) else {}",
        "p = row\n    if p is None:\n        p = {}",
        "p = {}\n    if row:\n        p = row.json()",
        "try:\n        p = row.json()\n    except ValueError:\n        p = {}",
        "p = next((r for r in row), {})",
        "p = (row.get('x') or {}).get('y') or {}",
    ],
)
def test_an_empty_row_stands_in_for_one_that_nobody_knows(made: str) -> None:
    body = f"import copy, json\ndef f(row):\n    {made}\n    p['b'] = 1\n    db.table('t').insert(p).execute()"
    found = queries(body)
    assert {"b": True} in [keys(item) for item in found]
    assert not any(isinstance(item.payload, Payload) and item.payload.whole for item in found)


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("p = {}\nif x:\n    p = {'a': 1}\np['b'] = 1", [{"a": True, "b": True}, {"b": True}]),
        ("q = {'a': 1} if x else {}\np = dict(q)\np['b'] = 1", [{"a": True, "b": True}, {"b": True}]),
        ("p = dict(x or {'a': 1})\np['b'] = 1", [{"a": True, "b": True}]),
        ("p = dict(x or [('a', 1)])\np['b'] = 1", [{"a": True, "b": True}]),
        ("p = dict([])\np['b'] = 1", [{"b": True}]),
    ],
)
def test_an_empty_row_beside_one_that_is_known_is_sent(body: str, sent: list[dict[str, bool]]) -> None:
    found = [item for item in queries(body + SEND) if isinstance(item.payload, Payload) and item.payload.whole]
    assert [keys(item) for item in found] == sent


@pytest.mark.parametrize(
    "found",
    [
        "rows[0] if rows else {}",
        "(rows[0] if rows else None) or {}",
        "next(iter(rows), None) or {}",
    ],
)
def test_an_empty_row_stands_in_for_one_that_was_not_found(found: str) -> None:
    body = (
        "def find():\n    rows = db.table('t').select('*').execute().data\n    return " + found + "\n"
        "def save(data):\n    p = dict(data or {})\n    p['c'] = 2\n    db.table('t').insert(p).execute()\n"
        "def f():\n    row = find() or {}\n    row['b'] = 1\n    save(row)\n"
    )
    sent = [item.payload for item in queries(body) if item.verb == "insert"]
    assert sent
    assert not any(isinstance(payload, Payload) and payload.whole for payload in sent)


def test_nothing_is_made_of_none() -> None:
    assert keys(query(f"q = {{'a': 1}} if x else None\np = dict(q){SEND}")) == {"a": True}


UNDER = """def build(more):
    out = {'row': {'a': 1, 'gone': 2}, 'other': {'a': 3}}
    %s
    return out
def save(more):
    out = build(more)
    %s
    db.table('t').insert(out['row']).execute()
"""


@pytest.mark.parametrize(
    ("made", "after", "keys", "whole"),
    [
        ("out['row']['b'] = 1", "pass", {"a", "b", "gone"}, True),
        ("out['other']['b'] = 1", "pass", {"a", "gone"}, True),
        ("out['row'].pop('gone')", "pass", {"a"}, False),
        ("row = out['row']; row['b'] = 1", "out['row']['c'] = 1", {"a", "b", "c", "gone"}, True),
        ("for key in more: out['row'][key] = 1", "pass", {"a", "gone"}, False),
        ("pass", "out['row'].update(more)", {"a", "gone"}, False),
        ("pass", "fill(out)", set(), False),
        ("show(out)", "show(out)", {"a", "gone"}, True),
    ],
)
def test_a_row_under_a_key_is_as_it_became_through_the_dict_that_holds_it(
    made: str, after: str, keys: set[str], whole: bool
) -> None:
    helpers = "def fill(held): held['row']['b'] = 1\ndef show(held): print(held['row'])\n"
    (found,) = queries(helpers + UNDER % (made, after))
    assert found.payload is not None
    assert ({field.name for field in found.payload.fields}, found.payload.whole) == (keys, whole)


def test_a_row_that_an_object_has_under_a_key_may_be_changed_by_its_methods() -> None:
    body = """class Store:
    def __init__(self):
        self.held = {'row': {'a': 1}}
    def add(self, text):
        self.held['row']['b'] = text
    def save(self):
        db.table('t').insert(self.held['row']).execute()
"""
    (found,) = queries(body)
    (other,) = queries(body.replace("self.held['row']['b']", "self.held['other']['b']"))
    assert found.payload is not None and other.payload is not None
    assert (found.payload.whole, other.payload.whole) == (False, True)


@pytest.mark.parametrize(
    "found", ["rows[0] if rows else {}", "(rows[0] if rows else None) or {}", "rows[0].get('u') or {}"]
)
def test_of_an_empty_row_that_stands_in_for_one_nothing_is_read(found: str) -> None:
    body = f"rows = db.table('t').select('a, u(b)').execute().data\nrow = {found}\nprint(row.get('x'), row['y'])"
    assert [read[-1] for read in reads(body)][-2:] == ["x", "y"]
    deep = "rows = db.table('t').select('a, u(b, v(c))').execute().data\nfor r in rows:\n    one = r.get('u') or {}\n"
    assert ("u", "v", "x") in reads(deep + "    two = one.get('v') or {}\n    print(two.get('x'))")


GATHERED = "p = {}\nfor r in y:\n    if r not in p:\n        p[r] = {'a': 1, 'b': 0}\n    p[r]['c'] = r\n"


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        ("", {"a": True, "b": True, "c": None}),
        ("for v in p.values():\n    v['d'] = v.pop('b')", {"a": True, "c": None, "d": True}),
        ("for k, v in p.items():\n    del v['b']", {"a": True, "c": None}),
        ("for k, v in sorted(p.items()):\n    del v['b']", {"a": True, "c": None}),
        ("for v in list(p.values()):\n    if 'b' in v:\n        v.pop('b')", {"a": True, "c": None}),
        ("less(p)", {"a": True, "c": None}),
        ("p[x]['d'] = 1", {"a": True, "b": True, "c": None, "d": None}),
        ("v = p.get(x)\nv['d'] = 1", {"a": True, "b": True, "c": None, "d": None}),
        ("v = p.setdefault(x, {'a': 2})\nv['d'] = 1", {}),
    ],
)
def test_what_is_done_to_the_values_of_a_dict_is_done_to_what_is_sent(
    change: str, sent: dict[str, bool | None]
) -> None:
    less = "def less(every):\n    for one in every.values():\n        one.pop('b')\n"
    assert keys(query(f"{less}{GATHERED}{change}\ndb.table('t').insert(list(p.values())).execute()")) == sent


@pytest.mark.parametrize("change", ["for k in p:\n    del p[k]['b']", "v = p[x]\nv.pop('b')", "p.get(x).pop('b')"])
def test_a_key_that_some_values_of_a_dict_may_lack_is_not_said_to_be_sent(change: str) -> None:
    found = query(f"{GATHERED}{change}\ndb.table('t').insert(list(p.values())).execute()")
    assert "b" not in keys(found)


ASTRAY = {
    "lists in a dict": "g = defaultdict(list)\n    for p in ps: g[p['a']].append(p)\n"
    "    for these in g.values():\n        for p in these: p['b'] = 1",
    "lists in dicts in a dict": "g = {}\n    for p in ps: g.setdefault(p['a'], {'all': []})['all'].append(p)\n"
    "    for one in g.values():\n        for p in one['all']: p['b'] = 1",
    "a heap": "heap = []\n    for p in ps: heapq.heappush(heap, (p['a'], p))\n"
    "    while heap: heapq.heappop(heap)[1]['b'] = 1",
    "dicts in a list": "todo = []\n    for p in ps: todo.append({'p': p})\n    for one in todo: one['p'].update(b=1)",
    "what a function puts it in": "into = {}\n    put(into, ps)\n    for p in into['ps']: p['b'] = 1",
}


@pytest.mark.parametrize("way", ASTRAY)
@pytest.mark.parametrize("handed", [False, True])
def test_keys_that_may_be_put_into_a_payload_by_way_of_what_nobody_follows_may_be_there(way: str, handed: bool) -> None:
    (item,) = queries(
        "import heapq\nfrom collections import defaultdict\ndef put(into, ps): into['ps'] = ps\n"
        f"def fill(ps):\n    {ASTRAY[way]}\n"
        "def send(ps):\n    ps = [{'a': 1}, {'a': 2}]\n"
        f"    {'fill(ps)' if handed else ASTRAY[way]}\n    db.table('t').insert(ps).execute()\n"
    )
    assert item.payload is not None
    assert not (item.payload.whole and "b" not in {field.name for field in item.payload.fields})


@pytest.mark.parametrize(
    "other",
    [
        "g = {}\n    for p in ps: g.setdefault(p['a'], {})['b'] = 1",
        "for p in ps: p['a']['b'] = 1",
        "db.table('u').update({'b': len(ps)}).execute()",
        "done = []\n    for p in ps: done.append(p)\n    other['b'] = len(done)",
    ],
)
def test_keys_that_are_put_into_something_else_are_none_of_a_payload(other: str) -> None:
    found = queries(
        f"def send(other):\n    ps = [{{'a': 1}}, {{'a': 2}}]\n    {other}\n    db.table('t').insert(ps).execute()\n"
    )
    payload = found[-1].payload
    assert payload is not None
    assert payload.whole
    assert "b" not in {field.name for field in payload.fields}
