"""What the methods of values give that are not the project's own: of texts, dicts, lists, rows and models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.shape import Scalar
from pgconform.sources.python.evaluate.library import composed, http
from pgconform.sources.python.evaluate.library.builders import dumped, handed, map_of
from pgconform.sources.python.evaluate.library.functions import awaited, run_first
from pgconform.sources.python.evaluate.scopes.keys import chosen, key_of
from pgconform.sources.python.evaluate.values import texts
from pgconform.sources.python.evaluate.values.choices import ABSENT, each, either
from pgconform.sources.python.evaluate.values.containers import data, element, has_nothing, is_fresh, item_of, keys_of
from pgconform.sources.python.evaluate.values.dataframes import frame_method
from pgconform.sources.python.evaluate.values.entries import Choice
from pgconform.sources.python.evaluate.values.kinds import (
    STAND_IN,
    UNKNOWN,
    Composed,
    Dict,
    External,
    Instance,
    List,
    Lit,
    Method,
    Opaque,
    Pattern,
    Response,
    Rows,
    Str,
    Value,
    is_none,
    py,
)
from pgconform.sources.python.evaluate.values.pairs import pairs
from pgconform.sources.python.evaluate.values.sent import is_sent
from pgconform.sources.python.flows.sending import SENDING

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.calls import Calls
    from pgconform.sources.python.evaluate.scopes.given import Given


def method(calls: Calls, function: Method, given: Given) -> Value:
    """A call of a method of a value that is not the project's own."""
    base, name = function.base, function.name
    match base:
        case Str() | Pattern():
            return _text_method(base, name, given)
        case Dict():
            return _dict_method(base, name, given)
        case List():
            return _list_method(calls, base, name, given)
        case Rows():
            return _row_method(calls, base, name, given)
        case Response() if name in _READING:
            return _read(base, name, given)
        case Instance() if name in ("model_dump", "dict", "to_dict", "model_copy", "copy"):
            return base if name in ("model_copy", "copy") else dumped(base, given)
        case Opaque(type=Scalar(kind="py.uuid" | "py.datetime" | "py.date" | "py.decimal")) if name != "replace":
            return py("str") if name in ("isoformat", "strftime", "hex", "__str__") else UNKNOWN
    if (reader := _RUNNING.get(name)) is not None:
        return reader(calls, given)
    if name in SENDING:
        return http.sent(name, base if isinstance(base, External) else http.CLIENT, given)
    return py("str") if name in ("isoformat", "strftime") else UNKNOWN


_RUNNING = {
    "submit": run_first,
    "add_task": run_first,
    "map": map_of,
    "create_task": awaited,
}
"""Methods of executors, and of tasks in the background, that call a function or wait for what it gives."""


_READING = frozenset({"get", "json", "read", "decode", "result"})
"""Methods of answers; ``result`` is of what will be one, as it is of what will be a list or a row."""


def _read(base: Response, name: str, given: Given) -> Value:
    """A part of an answer; of one over HTTP all of it, or its text."""
    if name == "result":
        return base
    if is_sent(base.chain):
        return data(base) if name == "json" else base
    return item_of(base, given.arguments[0]) if name == "get" and given.arguments else UNKNOWN


def _named(given: Given) -> dict[str, Value]:
    """What a call gives by name, in a dict or as keywords."""
    found: dict[str, Value] = {}
    for value in (*given.arguments, *given.spread):
        if isinstance(value, Dict):
            found |= {key: entry.value for key, entry in value.entries.items() if entry.sure}
    return found | dict(given.keywords)


def _text_method(base: Str | Pattern, name: str, given: Given) -> Value:
    if isinstance(base, Pattern):
        return texts.substituted(base.text, _named(given)) if name in ("substitute", "safe_substitute") else UNKNOWN
    if isinstance(base, Composed):
        return composed.method(base, name, given)
    if name == "format":
        return texts.formatted(base, given.arguments, dict(given.keywords)) if given.plain else texts.formatted(base)
    if name == "format_map":
        return texts.formatted(base, (), _named(given))
    if name == "join" and given.arguments:
        return texts.separated(base, given.arguments[0])
    found = texts.method(base, name, given.arguments) if given.plain and not given.op.keywords else None
    if found is not None:
        return found
    return py("str") if name in _TEXTS else UNKNOWN


_TEXTS = frozenset({"replace", "removeprefix", "removesuffix", "strip", "lstrip", "rstrip", "encode"})


def _dict_method(base: Dict, name: str, given: Given) -> Value:
    match name, given.arguments:
        case "setdefault", [_, default] if is_fresh(base) and base.rest is UNKNOWN:
            return default
        case "get" | "pop" | "setdefault", [key, *rest]:
            absent: Value = UNKNOWN if name == "pop" else Lit(None)
            taken: Choice = (given.frame.identity, "item")
            if given.op.arguments:
                base = chosen(given.evaluator, given.frame, base, key, given.op.arguments[0])
                taken = key_of(given.evaluator, given.frame, given.op.arguments[0])
            return each(key, lambda one: _got(base, one, rest, absent, taken))
        case "copy" | "result", _:
            return base
        case "items", _:
            return pairs(base)
        case "keys", _:
            return keys_of(base)
        case "values", _:
            found = [entry.value for entry in base.entries.values()]
            return List(tuple(found if base.whole else [*found, base.rest]), base.whole)
    return UNKNOWN


def _got(base: Dict, key: Value, rest: list[Value], absent: Value, taken: Choice) -> Value:
    """What is under a key; where there is none, what the call gives for that, else what ``absent`` is."""
    if not (isinstance(key, Str) and key.text.whole):
        if base.rest is not UNKNOWN:
            return _other(base, rest)
        found = item_of(base, key, taken)
        others = (taken, ABSENT, tuple(sorted(base.entries)))
        return either(others, (found, rest[0])) if rest and isinstance(rest[0], Str) else found
    entry = base.entries.get(key.text.value)
    if entry is None:
        if isinstance(base.row, Rows):
            return item_of(base, key)
        return (rest[0] if rest else absent) if base.whole or base is STAND_IN else _other(base, rest)
    if entry.sure or not rest:
        return entry.value
    return either((id(entry), "get"), (entry.value, rest[0]))


def _other(base: Dict, rest: list[Value]) -> Value:
    """What is under a key that is not known, or what is given where there is none."""
    if base.rest is UNKNOWN:
        return UNKNOWN
    return either((id(base), "other"), (base.rest, rest[0] if rest else Lit(None)))


def _list_method(calls: Calls, base: List, name: str, given: Given) -> Value:
    match name:
        case "copy" | "result":
            return base
        case "pop" | "popleft":
            return element(base, (id(base), "pop"))
        case "sort":
            _sorted_by(calls, base, given)
    return UNKNOWN


def _sorted_by(calls: Calls, base: Value, given: Given) -> None:
    """Looks into the function by whose results a list is sorted."""
    if not given.arguments and (by := given.keyword("key")) is not None:
        handed(calls, given, by, base)


def _row_method(calls: Calls, base: Rows, name: str, given: Given) -> Value:
    if base.framed:
        return frame_method(calls, base, name, given)
    match name, given.arguments:
        case "get" | "pop", [key, *rest]:
            found = each(key, lambda one: item_of(base, one))
            default = rest[0] if rest else None
            if default is None or is_none(default) or isinstance(default, Opaque | Lit | Str):
                return found
            return found if has_nothing(default) else either((id(found), "get"), (found, default))
        case "copy" | "_asdict", _:
            return replace(base, copied=True)
        case "result", _:
            return base
        case "items", _:
            return pairs(base)
        case "pop" | "popleft", []:
            return replace(base, one=True)
        case "sort", _:
            _sorted_by(calls, base, given)
    return UNKNOWN
