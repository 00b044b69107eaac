"""Files nobody would write by hand are read, or said not to be, and never break the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconform.shape import Array, Scalar
from pgconform.sources.python.evaluate import evaluator
from pgconform.sources.python.evaluate.readers import READERS
from pgconform.sources.python.evaluate.values.kinds import Value
from pgconform.sources.python.evaluate.values.typed import DEEPEST
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.flows import operations, ties
from pgconform.sources.python.flows.heads import FlowFacts
from pgconform.sources.python.flows.operations import Op
from pgconform.sources.python.flows.scopes import collect
from pgconform.sources.python.queries.reader import Reader, unread
from pgconform.sources.python.syntax.tree import parse
from tests.flowing import HEAD, facts_of, queries, tables

ASK = "db.table('t').select('*').execute()\n"


def test_a_long_literal_is_cut() -> None:
    rows = ",".join(f"{{'a': {number}}}" for number in range(10_000))
    (found,) = queries(f"rows = [{rows}]\ndb.table('t').insert(rows).execute()")
    assert found.payload and [field.name for field in found.payload.fields] == ["a"]
    assert not found.payload.whole


def test_a_long_file_is_read() -> None:
    body = "".join(f"def f{number}(x):\n    return {{'k{number}': x}}\n" for number in range(20_000))
    assert tables(body + ASK) == ["t"]


@pytest.mark.parametrize("depth", [50, 90])
def test_nesting_is_read_or_said_not_to_be(depth: int) -> None:
    facts = facts_of(main=HEAD + ASK, deep=HEAD + "x = " + "[" * depth + "]" * depth + "\n" + ASK)
    reader = Reader(facts)
    assert len(reader.read()) == 2 - bool(list(unread(reader)))


def test_a_chain_too_long_to_follow_leaves_the_others() -> None:
    long = "db.table('t').select('*')" + ".eq('a', 1)" * 3_000 + ".execute()\n"
    facts = {"a.py": read_facts((HEAD + long).encode()).flows, "b.py": read_facts((HEAD + ASK).encode()).flows}
    assert "b.py" in {query.at.uri for query in Reader(facts).read() if query.at}


def test_many_choices_end() -> None:
    body = "".join(f"t{number} = 'a' if x{number} else 'b'\n" for number in range(40))
    body += "db.table(" + " + ".join(f"t{number}" for number in range(40)) + ").select('*').execute()"
    assert len(queries(body)) <= 64


def test_of_lists_within_lists_without_end_is_said_that_they_are_lists() -> None:
    body = "x = []\n" + "x = [x]\n" * 3_000 + "db.table('t').insert({'a': x, 'b': 1}).execute()\n"
    (found,) = queries(body)
    assert found.payload and [field.name for field in found.payload.fields] == ["a", "b"]
    nested, depth = found.payload.fields[0].type, 0
    while isinstance(nested, Array):
        nested, depth = nested.of, depth + 1
    assert (nested, depth) == (Scalar("py.list"), DEEPEST)


def test_what_is_nested_too_deeply_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*asked: object) -> Value:
        return endless(*asked)

    readers: dict[type[Any], Any] = {**READERS, operations.Join: endless}
    monkeypatch.setattr(evaluator, "READERS", readers)
    body = "x = f'{input()}'\ndb.table(x).select('*').execute()\n" + ASK
    assert tables(body) == [None, "t"]


def test_facts_survive_being_kept() -> None:
    facts = facts_of(main=HEAD + "def f(x):\n    if x:\n        " + ASK)["main.py"]
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=FlowFacts)
    assert kept == facts
    scopes = kept.scopes()
    assert [scope.name for scope in scopes.heads] == ["", "f"]
    assert any(map(scopes.ops, range(len(scopes.heads))))


STATEMENTS = [
    "x = db.table('t')",
    "x = x.select('*')",
    "x = x.eq('a', y)",
    "y = x.execute()",
    "y = y.data",
    "y = y[0]",
    "y['a'] = x",
    "z = {**y, 'b': z}",
    "z = [z, *y]",
    "x = y or z",
    "def f(a, *b, c=x, **d): return f(x, *b, **d)",
    "y = f(y, z, q=1)",
    "class C(C): x = y",
    "z = C(x).x",
    "z = {k: v for k, v in z.items() if k}",
    "x = lambda: y",
    "y = x()",
]
WRAPS = [
    "if y:\n{}",
    "for x in y:\n{}",
    "while z:\n{}",
    "try:\n{}\nexcept E:\n    pass",
    "with x as y:\n{}",
    "def g():\n{}",
]


@given(st.lists(st.tuples(st.sampled_from(STATEMENTS), st.sampled_from(["{}", *WRAPS])), max_size=14))
def test_any_program_is_read(lines: list[tuple[str, str]]) -> None:
    body = "x = y = z = E = None\n"
    for statement, wrap in lines:
        body += wrap.format(statement if wrap == "{}" else f"    {statement}") + "\n"
    collect(parse(body.encode()))
    assert isinstance(queries(body + "z = x.execute()\nz.data[0]['k']\n"), list)


@pytest.mark.parametrize(
    "does",
    [
        "for x in rows:\n        rows.append(x)\n",
        "more = []\n    for x in rows:\n        more.append(x)\n"
        "    for x in rows:\n        more.append(x)\n    rows = more\n",
    ],
)
def test_lists_that_are_made_of_one_another_are_looked_through_once(does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    whole = ties._is_of_dicts

    def counted(ops: Sequence[Op], lists: set[int], number: int) -> bool:
        nonlocal asked
        asked += 1
        return whole(ops, lists, number)

    monkeypatch.setattr(ties, "_is_of_dicts", counted)
    keys = "    for x in rows:\n        for k in x:\n            x[k] = 1\n"
    body = f"def f():\n    rows = [{{}}]\n{f'    {does}' * 20}{keys}    db.table('a').insert(rows).execute()\n"
    assert not facts_of(main=HEAD + body)["main.py"].error
    assert 20 <= asked < 20**3
