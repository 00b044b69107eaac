"""Statements that are composed by ``psycopg.sql``: names, literals and placeholders, as the text that is sent."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.request import HOLE, Text
from pgconform.shape import Location
from pgconform.sources.python.evaluate.values.choices import each
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Composed,
    List,
    Lit,
    Str,
    Template,
    Value,
    is_none,
)
from pgconform.sources.python.evaluate.values.texts import formatted, joined, separated

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.calls import Calls
    from pgconform.sources.python.evaluate.scopes.given import Given

_QUOTE, _DOT, _NOTHING = Composed(Text('"')), Composed(Text(".")), Composed(Text(""))
_PARAMETER = Composed(Text(f"${HOLE}"))


def _sql(_: Calls, given: Given) -> Value:
    """``SQL(text)``."""
    return each(given.first("string") or given.first("obj") or UNKNOWN, _as_sql)


def _as_sql(value: Value) -> Value:
    return Composed(value.text) if isinstance(value, Str) else UNKNOWN


def _sequence(_: Calls, given: Given) -> Value:
    """``Composed([…])``."""
    return separated(_NOTHING, _all_composed(given.arguments[0])) if given.arguments else UNKNOWN


def _identifier(_: Calls, given: Given) -> Value:
    """``Identifier(name, …)``: its names quoted, with dots between them."""
    parts: list[Value] = []
    for name in (UNKNOWN,) if given.open else given.arguments:
        parts += [*([_DOT] if parts else []), quoted(name)]
    return joined(parts)


def quoted(name: Value) -> Value:
    """A name in quotes."""
    within = isinstance(name, Str) and '"' in name.text.value
    return joined([_QUOTE, UNKNOWN if within else name, _QUOTE])


def _literal(_: Calls, given: Given) -> Value:
    """``Literal(value)``."""
    return each(given.arguments[0], _as_literal) if given.arguments else UNKNOWN


def _as_literal(value: Value) -> Value:
    """A constant as SQL has it."""
    match value:
        case Str(text=text) if text.whole and "\\" not in text.value:
            return Composed(Text("'" + text.value.replace("'", "''") + "'", text.at))
        case Lit(value=bool() | int() | float() as constant, at=at):
            return Composed(Text(str(constant).lower(), at))
    return Composed(Text("NULL" if is_none(value) else HOLE))


def _placeholder(_: Calls, given: Given) -> Value:
    """``Placeholder(name)``."""
    return each(given.arguments[0], _as_placeholder) if given.arguments else Composed(Text("%s"))


def _as_placeholder(name: Value) -> Value:
    return Composed(Text(f"%({name.text.value})s" if isinstance(name, Str) and name.text.whole else HOLE))


def method(base: Composed, name: str, given: Given) -> Value:
    """What a method of a composed text gives."""
    if name == "as_string":
        return Str(base.text)
    if name == "join" and given.arguments:
        return separated(base, _all_composed(given.arguments[0]))
    if name != "format" or not given.plain:
        return UNKNOWN
    arguments = [_as_composed(value) for value in given.arguments]
    keywords = {key: _as_composed(value) for key, value in given.keywords}
    return each(formatted(base, arguments, keywords), _as_sql)


def _as_composed(value: Value) -> Value:
    """What a value is where it fills in another."""
    return each(value, lambda one: one if isinstance(one, Composed) else _as_literal(one))


def _all_composed(items: Value) -> Value:
    return each(items, _items_composed)


def _items_composed(value: Value) -> Value:
    if not isinstance(value, List):
        return UNKNOWN
    return replace(value, items=tuple([_as_composed(item) for item in value.items]))


def template(parts: Iterable[tuple[Value, str]], at: Location) -> Value:
    """A t-string: psycopg makes parameters, names, literals or SQL of its fields, by what stands behind their colon."""
    filled = [each(value, partial(_field, form)) for value, form in parts]
    return each(joined(filled, at), lambda one: Template(one.text) if isinstance(one, Str) else one)


def _field(form: str, value: Value) -> Value:
    """What one value is sent as; UNKNOWN where psycopg refuses it."""
    if value is UNBOUND:
        return value
    match value, form:
        case Str(), "":
            return value
        case Template(text=text) | Composed(text=text), "q":
            return Composed(text)
        case Template(), _:
            return UNKNOWN
        case Composed(), "i" | "l":
            return value
        case Composed(), _:
            return UNKNOWN
        case _, "i":
            return quoted(value)
        case _, "l":
            return _as_literal(value)
        case _, "s" | "b" | "t":
            return _PARAMETER
    return UNKNOWN


_READERS = {
    "SQL": _sql,
    "Composed": _sequence,
    "Identifier": _identifier,
    "Literal": _literal,
    "Placeholder": _placeholder,
}
FUNCTIONS = {f"{driver}.sql.{name}": read for driver in ("psycopg", "psycopg2") for name, read in _READERS.items()}
"""What gives such a text, by its name."""
