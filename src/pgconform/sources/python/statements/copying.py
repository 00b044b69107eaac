"""Tables that drivers copy rows into, or out of, by their names: the COPY that is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from pgconform.request import Text
from pgconform.sources.python.evaluate.library.composed import quoted
from pgconform.sources.python.evaluate.values.choices import each
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import NONE, UNKNOWN, Composed, List, Str, Value, is_none
from pgconform.sources.python.evaluate.values.texts import joined
from pgconform.sources.python.flows import operations as flows
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_ASYNCPG = ("table_name",)
_PSYCOPG2 = ("file", "table", "sep", "null", "size", "columns")
COPIERS = {
    "copy_records_to_table": _ASYNCPG,
    "copy_to_table": _ASYNCPG,
    "copy_from_table": _ASYNCPG,
    "copy_from": _PSYCOPG2,
    "copy_to": tuple([name for name in _PSYCOPG2 if name != "size"]),
}
"""Methods of asyncpg's connections and psycopg2's cursors, with what they take by place."""
_OUT = frozenset({"copy_from_table", "copy_to"})
_PLAIN = deferred(r"[a-z_][a-z0-9_]*")


def copied(evaluator: Evaluator, frame: Frame, op: flows.Call) -> Value:
    """The statement of a call of `COPIERS`; a name that is not known is a hole in it."""
    places = COPIERS[op.name]
    if any(type(frame.ops[item]) is flows.Star for item in op.arguments) or "**" in dict(op.keywords):
        return UNKNOWN
    said = {**dict(op.keywords), **dict(zip(places, op.arguments, strict=False))}
    given = {name: evaluator.value(frame, number) for name, number in said.items()}
    name = partial(_name, places is _ASYNCPG)
    schema, table = given.get("schema_name", NONE), given.get("table_name", given.get("table", UNKNOWN))
    parts = [
        _said("COPY "),
        each(schema, lambda one: _said("") if is_none(one) else joined([name(one), _said(".")])),
        each(table, name),
        each(given.get("columns", NONE), partial(_columns, name)),
        _said(f" {'TO STDOUT' if op.name in _OUT else 'FROM STDIN'}"),
    ]
    return each(joined(parts), lambda one: Str(one.text) if isinstance(one, Composed) else one)


def _said(text: str) -> Value:
    return Composed(Text(text))


def _name(quotes: bool, value: Value) -> Value:
    """A name in quotes; whether psycopg2 puts it in those hangs on its release, and is all the same of a plain one."""
    known = isinstance(value, Str) and (quotes or _PLAIN.fullmatch(value.text.value))
    return quoted(value if known else UNKNOWN)


def _columns(name: Callable[[Value], Value], value: Value) -> Value:
    """The columns in their parentheses; without any the statement names none."""
    if is_none(value):
        return _said("")
    if not isinstance(value, List) or not value.exact or not value.items:
        return UNKNOWN
    parts = [part for item in value.items for part in (_said(", "), each(item, name))]
    return joined([_said(" ("), *parts[1:], _said(")")])
