"""Calls of a Redis client, and of the project's own functions that make one of a key they are handed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pgconform.sources.python.evaluate.scopes.given import argument_of
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Dict, External, Function, List, Method, Rows, Str, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.heads import Scope
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_CLIENTS = frozenset({"redis", "valkey", "aioredis", "arq", "upstash_redis", "fakeredis", "redis_om", "coredis"})
WORD = deferred(r"redis|valkey|\brds\b", re.IGNORECASE)
KEYED = deferred(r"redis|valkey|cache|store|kv|^\.$", re.IGNORECASE)
_DEEPEST = 6


class Form(NamedTuple):
    """Where a client's method has its payload and time to live, by number, the payload by name too; -1: it has none."""

    verb: str
    payload: int = -1
    named: tuple[str, ...] = ()
    ttl: int = -1
    encoding: str = ""


FORMS = {
    "set": Form("write", 1, ("value",), 2),
    "setex": Form("write", 2, ("value",), 1),
    "psetex": Form("write", 2, ("value",)),
    "setnx": Form("write", 1, ("value",)),
    "hset": Form("write", 99, ("mapping",), encoding="hash"),
    "hmset": Form("write", 1, ("mapping",), encoding="hash"),
    "get": Form("read"),
    "getex": Form("read"),
    "hgetall": Form("read", encoding="hash"),
}
OWN = frozenset(FORMS)
_TTL = ("ex", "time", "ttl", "timeout", "expire", "expiry", "expiration", "ttl_seconds")


class Call(NamedTuple):
    """One call with a key: ``before`` and ``after`` are what wrappers put around it, ``ttl`` -1 for none given.

    ``given``: the seconds that a wrapper settles, None when it does not.
    """

    op: flows.Call
    verb: str
    key: int
    payload: int = -1
    encoding: str = ""
    ttl: int = -1
    given: int | None = 0
    before: str = ""
    after: str = ""


class Outer(NamedTuple):
    """A key that is a parameter, with the text that a function puts around it."""

    parameter: int
    before: str = ""
    after: str = ""


class Taker(NamedTuple):
    """A function that makes a call of a key it is handed; numbers are those of its parameters."""

    verb: str
    outer: Outer
    payload: int = -1
    encoding: str = ""
    ttl: int = -1
    given: int | None = 0

    def called(self, scope: Scope, op: flows.Call, *, bound: bool) -> Call | None:
        """The call that a call of the function comes to; None where it hands no key."""
        key = argument_of(scope, op, self.outer.parameter, bound=bound)
        if key < 0:
            return None
        payload = argument_of(scope, op, self.payload, bound=bound)
        ttl = argument_of(scope, op, self.ttl, bound=bound)
        encoding = self.encoding
        return Call(op, self.verb, key, payload, encoding, ttl, self.given, self.outer.before, self.outer.after)


def speaks(module: str) -> bool:
    """An import of a Redis client."""
    return module.partition(".")[0] in _CLIENTS


def as_call(evaluator: Evaluator, frame: Frame, op: flows.Call) -> Call | None:
    """A call of a client's method with a key; None of anything else's."""
    function = frame.ops[op.function]
    form = FORMS.get(op.name)
    if form is None or not isinstance(function, flows.Attr) or not op.arguments:
        return None
    base = frame.ops[function.base]
    of_json = type(base) is flows.Call and base.name == "json"
    receiver = frame.ops[base.function] if of_json and type(base) is flows.Call else function
    if not isinstance(receiver, flows.Attr) or not _is_client(evaluator, frame, receiver):
        return None
    if of_json:
        payload = op.arguments[2] if op.name == "set" and len(op.arguments) > 2 else -1
        return Call(op, form.verb, op.arguments[0], payload, "redisjson", given=None)
    said = dict(op.keywords)
    payload = op.arguments[form.payload] if 0 <= form.payload < len(op.arguments) else -1
    payload = next((said[name] for name in form.named if name in said), payload)
    ttl = op.arguments[form.ttl] if 0 <= form.ttl < len(op.arguments) else -1
    ttl = next((said[name] for name in _TTL if name in said), ttl)
    unsettled = op.name in ("hset", "hmset", "psetex") or {"px", "exat", "pxat", "keepttl", "**"} & set(said)
    given = None if form.verb == "read" or unsettled or "expire" in frame.scope.summary.uses else 0
    return Call(op, form.verb, op.arguments[0], payload, form.encoding, ttl, given)


def _is_client(evaluator: Evaluator, frame: Frame, function: flows.Attr) -> bool:
    """What the method is taken from is a client, as far as its making or its name tells."""
    told = [_tells(option) for option in options(evaluator.value(frame, function.base))]
    if any(told):
        return True
    if any(one is False for one in told):
        return False
    return _named(evaluator, frame, function.base, 0)


def _tells(value: Value) -> bool | None:
    """The value is a client, or certainly none; None: it does not tell."""
    match value:
        case External(name=name):
            return True if speaks(name) else None
        case Method(base=base):
            return _tells(base)
        case Dict() | List() | Str() | Rows() | Function():
            return False
    return None


def _named(evaluator: Evaluator, frame: Frame, number: int, depth: int) -> bool:
    """Its name, its type's, or that of what made it speaks of Redis."""
    op = frame.ops[number]
    if depth > _DEEPEST:
        return False
    if depth and any(map(_tells, options(evaluator.value(frame, number)))):
        return True
    match op:
        case flows.Free(name=name):
            return WORD.search(name) is not None or _made_there(evaluator.value(frame, number))
        case flows.Import(module=module, attribute=attribute):
            return WORD.search(f"{module} {attribute}") is not None
        case flows.Attr(base=base, name=name):
            return WORD.search(name) is not None or _named(evaluator, frame, base, depth + 1)
        case flows.Param(index=index):
            parameter = frame.scope.parameters[index]
            return WORD.search(f"{parameter.name} {parameter.annotation}") is not None
        case flows.Call(function=function, arguments=arguments, name=name):
            inner = arguments[0] if name in ("wait_for", "shield", "run") and arguments else function
            return _named(evaluator, frame, inner, depth + 1)
        case flows.Either(options=several):
            return any(_named(evaluator, frame, one, depth + 1) for one in several)
        case flows.Sure(base=base) | flows.Noted(base=base) | flows.Enter(base=base):
            return _named(evaluator, frame, base, depth + 1)
    return False


def _made_there(value: Value) -> bool:
    """A function of a file that is about Redis by its name."""
    return any(isinstance(option, Function) and WORD.search(option.uri) is not None for option in options(value))


def through(frame: Frame, op: flows.Call) -> str:
    """The word of what a method is called on; a function's own name speaks for itself."""
    function = frame.ops[op.function]
    if not isinstance(function, flows.Attr):
        return "."
    base = frame.ops[function.base]
    match base:
        case flows.Attr(name=name) | flows.Free(name=name) | flows.Call(name=name):
            return name
        case flows.Import(module=module, attribute=attribute):
            return attribute or module
        case flows.Param(index=index):
            return "." if index == 0 and frame.scope.owner >= 0 else frame.scope.parameters[index].name
    return ""


def handed(frame: Frame, call: Call, outer: Outer) -> Taker:
    """What a function does with a key it is handed."""
    payload, encoding = encoded(frame, call.payload)
    index = _parameter(frame, payload)
    ttl = _parameter(frame, call.ttl)
    given = call.given if ttl < 0 and call.ttl < 0 else None
    around = Outer(outer.parameter, call.before + outer.before, outer.after + call.after)
    return Taker(call.verb, around, index, encoding or call.encoding, ttl, given)


_ENCODERS = {
    "json.dumps": "json", "orjson.dumps": "json", "ujson.dumps": "json", "simplejson.dumps": "json",
    "pickle.dumps": "pickle", "cloudpickle.dumps": "pickle", "dill.dumps": "pickle", "msgpack.packb": "msgpack",
    "msgpack.dumps": "msgpack", "ormsgpack.packb": "msgpack",
}  # fmt: skip
_BY_NAME = {"packb": "msgpack", "model_dump_json": "json", "dumps": "json", "json_dumps": "json"}


def encoded(frame: Frame, number: int) -> tuple[int, str]:
    """What is encoded, and how; the operation itself and "" where nothing says that it is."""
    if number < 0:
        return number, ""
    op = frame.ops[number]
    if type(op) is not flows.Call:
        return number, ""
    function = frame.ops[op.function]
    if isinstance(function, flows.Attr) and op.name in ("encode", "decode") and not op.arguments[1:]:
        return encoded(frame, function.base)
    if isinstance(function, flows.Attr) and op.name == "model_dump_json":
        return function.base, "json"
    encoding = _encoder(frame, op, function)
    return (op.arguments[0], encoding) if encoding and op.arguments else (number, "")


def _encoder(frame: Frame, op: flows.Call, function: flows.Op) -> str:
    home = ""
    if isinstance(function, flows.Attr):
        base = frame.ops[function.base]
        home = base.name if isinstance(base, flows.Free) else base.module if isinstance(base, flows.Import) else ""
    elif isinstance(function, flows.Import):
        home = function.module
    return _ENCODERS.get(f"{home}.{op.name}", _BY_NAME.get(op.name, ""))


def _parameter(frame: Frame, number: int) -> int:
    """The parameter that an operation is, or is where one was given; -1 where it is none."""
    op = frame.ops[number] if number >= 0 else None
    match op:
        case flows.Param(index=index):
            return index
        case flows.Sure(base=base) | flows.Noted(base=base):
            return _parameter(frame, base)
        case flows.Either(options=several):
            return next((found for one in several if (found := _parameter(frame, one)) >= 0), -1)
    return -1
