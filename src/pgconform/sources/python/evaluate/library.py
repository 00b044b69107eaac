"""What Python's own functions and methods, and those of common libraries, give."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.shape import Scalar
from pgconform.sources.python.evaluate import texts
from pgconform.sources.python.evaluate.clients import made_for
from pgconform.sources.python.evaluate.containers import (
    element,
    item_of,
    keyword_dict,
    numbered,
    pairs,
    updated,
    zipped,
)
from pgconform.sources.python.evaluate.statements import made_text
from pgconform.sources.python.evaluate.values import (
    UNKNOWN,
    Dict,
    Dump,
    Either,
    External,
    Function,
    Instance,
    List,
    Lit,
    Method,
    Opaque,
    Response,
    Rows,
    Str,
    Value,
    each,
    either,
    is_none,
    py,
)

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.calls import Calls
    from pgconform.sources.python.evaluate.given import Given

Reader = Callable[["Calls", "Given"], Value]


def external(calls: Calls, function: External, given: Given) -> Value:
    """A call of something outside the project."""
    if function.made:
        return UNKNOWN
    name = function.name.removeprefix("builtins.")
    if (kind := _KINDS.get(name)) is not None:
        return Opaque(type=Scalar(kind))
    reader = _FUNCTIONS.get(name)
    if reader is not None:
        return reader(calls, given)
    return External(function.name, made=True, schema=made_for(name, given))


def _first(_: Calls, given: Given) -> Value:
    return given.arguments[0] if given.arguments else UNKNOWN


def _second(_: Calls, given: Given) -> Value:
    return given.arguments[1] if len(given.arguments) > 1 else UNKNOWN


def _run_first(calls: Calls, given: Given) -> Value:
    """``to_thread(function, *arguments)``."""
    return _run(calls, given, 0)


def _run_second(calls: Calls, given: Given) -> Value:
    """``run_in_executor(executor, function, *arguments)``."""
    return _run(calls, given, 1)


def _run(calls: Calls, given: Given, index: int) -> Value:
    if not given.plain or len(given.arguments) <= index:
        return UNKNOWN
    passed = given.without(index + 1)
    return each(given.arguments[index], lambda function: calls.one(function, passed))


def _all(_: Calls, given: Given) -> Value:
    return List(tuple(given.arguments), exact=not given.open)


def _copied(_: Calls, given: Given) -> Value:
    return each(given.arguments[0], copied) if given.arguments else UNKNOWN


def copied(value: Value) -> Value:
    """A copy, whose changes do not reach the original."""
    return replace(value, copied=True) if isinstance(value, Rows) else value


def _dict(_: Calls, given: Given) -> Value:
    found: Value = Dict({}, at=given.at)
    for value in given.arguments[:1]:
        found = updated(found, copied(value))
    for value in (keyword_dict(given.keywords), *given.spread):
        found = updated(found, value)
    if given.arguments and isinstance(given.arguments[0], Rows):
        return copied(given.arguments[0])
    return found


def _list(_: Calls, given: Given) -> Value:
    if not given.arguments:
        return List(())
    return each(given.arguments[0], lambda value: value if isinstance(value, List | Rows) else py("list"))


def _reordered(_: Calls, given: Given) -> Value:
    found = given.arguments[0] if given.arguments else UNKNOWN
    return each(found, lambda value: List(value.items, exact=False) if isinstance(value, List) else value)


def _one_of(_: Calls, given: Given) -> Value:
    if len(given.arguments) != 1 and not isinstance(given.arguments[:1], List):
        return next((value for value in given.arguments if isinstance(value, List | Rows)), UNKNOWN)
    return each(given.arguments[0], lambda value: element(value, (id(value), "one")))


def _next(_: Calls, given: Given) -> Value:
    if not given.arguments:
        return UNKNOWN
    found = each(given.arguments[0], lambda value: element(value, (id(value), "next")))
    return either((id(found), "next"), (found, *given.arguments[1:2]))


def _enumerate(_: Calls, given: Given) -> Value:
    return each(given.arguments[0], numbered) if given.arguments else UNKNOWN


def _zip(_: Calls, given: Given) -> Value:
    return zipped(given.arguments)


def _str(_: Calls, given: Given) -> Value:
    if given.arguments and isinstance(given.arguments[0], Str):
        return given.arguments[0]
    return py("str")


def _getattr(calls: Calls, given: Given) -> Value:
    match given.arguments:
        case [base, Str(text=text), *_] if text.whole:
            return each(base, lambda value: calls.evaluator.names.attribute(value, text.value))
    return UNKNOWN


def _environment(_: Calls, given: Given) -> Value:
    """``os.environ.get(name, default)``: what a deployment sets is not known, the default is."""
    default = given.arguments[1] if len(given.arguments) > 1 else given.keyword("default")
    return default if isinstance(default, Str) else py("str")


def _depends(calls: Calls, given: Given) -> Value:
    """``Depends(provider)``: what the provider gives."""
    provider = given.first("dependency")
    if provider is None:
        return UNKNOWN
    found = each(provider, lambda value: calls.one(value, given.nothing()))
    return found.items[0] if isinstance(found, List) and found.items else found


def _partial(_: Calls, given: Given) -> Value:
    return given.arguments[0] if len(given.arguments) == 1 and isinstance(given.arguments[0], Function) else UNKNOWN


_KINDS = {
    "int": "py.int",
    "float": "py.float",
    "bool": "py.bool",
    "len": "py.int",
    "repr": "py.str",
    "round": "py.float",
    "json.dumps": "py.str",
    "uuid.uuid4": "py.uuid",
    "uuid.uuid1": "py.uuid",
    "uuid.UUID": "py.uuid",
    "time.time": "py.float",
    "decimal.Decimal": "py.decimal",
    "datetime.datetime": "py.datetime",
    "datetime.datetime.now": "py.datetime",
    "datetime.datetime.utcnow": "py.datetime",
    "datetime.datetime.fromisoformat": "py.datetime",
    "datetime.datetime.today": "py.datetime",
    "datetime.date": "py.date",
    "datetime.date.today": "py.date",
    "datetime.timedelta": "py.timedelta",
}

_FUNCTIONS: dict[str, Reader] = {
    "dict": _dict,
    "list": _list,
    "tuple": _list,
    "set": _list,
    "iter": _first,
    "sorted": _reordered,
    "reversed": _reordered,
    "max": _one_of,
    "min": _one_of,
    "next": _next,
    "enumerate": _enumerate,
    "zip": _zip,
    "str": _str,
    "getattr": _getattr,
    "typing.cast": _second,
    "copy.copy": _copied,
    "copy.deepcopy": _copied,
    "os.getenv": _environment,
    "os.environ.get": _environment,
    "decouple.config": _environment,
    "textwrap.dedent": _first,
    "inspect.cleandoc": _first,
    "asyncio.to_thread": _run_first,
    "anyio.to_thread.run_sync": _run_first,
    "starlette.concurrency.run_in_threadpool": _run_first,
    "fastapi.concurrency.run_in_threadpool": _run_first,
    "asyncio.wait_for": _first,
    "asyncio.shield": _first,
    "asyncio.create_task": _first,
    "asyncio.ensure_future": _first,
    "asyncio.run": _first,
    "asyncio.gather": _all,
    "functools.partial": _partial,
    **dict.fromkeys(("sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text"), made_text),
    "sqlmodel.text": made_text,
    "fastapi.Depends": _depends,
    "fastapi.params.Depends": _depends,
}


def method(calls: Calls, function: Method, given: Given) -> Value:
    """A call of a method of a value that is not the project's own."""
    base, name = function.base, function.name
    match base:
        case Str():
            return _text_method(base, name, given)
        case Dict():
            return _dict_method(base, name, given)
        case List():
            return _list_method(base, name)
        case Rows():
            return _row_method(base, name, given)
        case Response() if name == "get":
            return item_of(base, given.arguments[0]) if given.arguments else UNKNOWN
        case Instance() if name in ("model_dump", "dict", "to_dict", "model_copy", "copy"):
            return base if name in ("model_copy", "copy") else dumped(base, given)
        case Opaque(type=Scalar(kind="py.uuid" | "py.datetime" | "py.date" | "py.decimal")) if name != "replace":
            return py("str") if name in ("isoformat", "strftime", "hex", "__str__") else UNKNOWN
    if name == "run_in_executor":
        return _run_second(calls, given)
    if name == "isoformat" or name == "strftime":
        return py("str")
    return UNKNOWN


def dumped(base: Instance, given: Given) -> Value:
    """``model.model_dump()``: its fields, which the reader of models knows; what includes only some is not followed."""
    said = dict(given.keywords)
    omitted = _listed_texts(said.get("exclude"))
    if given.arguments or given.spread or given.open or "include" in said or omitted is None:
        return Dict({}, whole=False)
    sparse = any(not _is_false(said.get(f"exclude_{what}")) for what in ("unset", "none", "defaults"))
    return Dict({}, False, Dump(base.of, omitted, sparse, not _is_false(said.get("by_alias"))))


def _is_false(value: Value | None) -> bool:
    return value is None or (isinstance(value, Lit) and not value.value)


def _listed_texts(value: Value | None) -> frozenset[str] | None:
    """The texts of a set, or of a dict's keys; None where they are not all known."""
    match value:
        case None | Lit(value=None):
            return frozenset()
        case List(items=items, exact=True):
            known = [item.text.value for item in items if isinstance(item, Str) and item.text.whole]
            return frozenset(known) if len(known) == len(items) else None
        case Dict(entries=entries, whole=True):
            return frozenset(entries)
    return None


def _text_method(base: Str, name: str, given: Given) -> Value:
    if name == "format":
        return texts.formatted(base)
    if name == "join" and given.arguments:
        return texts.separated(base, given.arguments[0])
    found = texts.method(base, name)
    if found is not None:
        return found
    return py("str") if name in ("replace", "removeprefix", "removesuffix", "encode") else UNKNOWN


def _dict_method(base: Dict, name: str, given: Given) -> Value:
    match name, given.arguments:
        case "get" | "pop" | "setdefault", [key, *rest]:
            return each(key, lambda one: _got(base, one, rest))
        case "copy", _:
            return base
        case "items", _:
            return pairs(base)
        case "keys", _:
            return List(tuple([Str(entry.key) for entry in base.entries.values()]), base.whole)
        case "values", _:
            found = [entry.value for entry in base.entries.values()]
            return List(tuple(found if base.whole else [*found, UNKNOWN]), base.whole)
    return UNKNOWN


def _got(base: Dict, key: Value, rest: list[Value]) -> Value:
    if not (isinstance(key, Str) and key.text.whole):
        found = item_of(base, key)
        return either((id(base), id(found), "any"), (found, rest[0])) if rest and isinstance(rest[0], Str) else found
    entry = base.entries.get(key.text.value)
    if entry is None:
        if isinstance(base.row, Rows):
            return item_of(base, key)
        return (rest[0] if rest else Lit(None)) if base.whole else UNKNOWN
    if entry.sure or not rest:
        return entry.value
    return either((id(entry), "get"), (entry.value, rest[0]))


def _list_method(base: List, name: str) -> Value:
    if name == "copy":
        return base
    return element(base, (id(base), "pop")) if name == "pop" else UNKNOWN


def _row_method(base: Rows, name: str, given: Given) -> Value:
    match name, given.arguments:
        case "get" | "pop", [key, *rest]:
            found = each(key, lambda one: item_of(base, one))
            default = rest[0] if rest else None
            if default is None or is_none(default) or isinstance(default, Opaque | Lit | Str):
                return found
            return found if _empty(default) else either((id(found), "get"), (found, default))
        case "copy" | "_asdict", _:
            return replace(base, copied=True)
        case "pop", []:
            return replace(base, one=True)
    return UNKNOWN


def _empty(value: Value) -> bool:
    match value:
        case Dict(entries=entries, whole=True):
            return not entries
        case List(items=items):
            return not items
        case Either():
            return False
    return False
