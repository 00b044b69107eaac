"""Requests over HTTP to PostgREST as chains of one call, which gives the response."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from msgspec.structs import replace

from pgconform.request import HOLE, Text
from pgconform.shape import Location
from pgconform.sources.python.evaluate.library.clients import apart_at
from pgconform.sources.python.evaluate.scopes.given import Given
from pgconform.sources.python.evaluate.scopes.undecided import is_open
from pgconform.sources.python.evaluate.values.choices import each, options
from pgconform.sources.python.evaluate.values.kinds import (
    NONE,
    UNKNOWN,
    Chain,
    Dict,
    External,
    List,
    Partial,
    Response,
    Step,
    Str,
    Value,
    is_none,
    py,
)
from pgconform.sources.python.evaluate.values.sent import asks, header, text_of
from pgconform.sources.python.evaluate.values.texts import joined, stripped
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.sending import OPENING, PROFILED, SENDING, SENT

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.calls import Calls

Sender = Callable[["Calls", "Given"], Value]
CLIENT = External("http")
"""Somebody's client of which nobody knows the library."""
REQUEST = External("urllib.request.Request")
_DUMPS = frozenset({"dumps", "encode"})
_THROUGH = frozenset({flows.Where, flows.Sure, flows.Noted})
_READS = frozenset({"GET", "HEAD", "DELETE"})
_PAIR = 2


def request(_: Calls, given: Given) -> Value:
    """``urllib.request.Request(url, …)``, which keeps what it was made of."""
    return Partial(REQUEST, given)


def client(name: str, _: Calls, given: Given) -> Value:
    """``httpx.Client(base_url=…)``, which keeps below which address it asks."""
    base = given.keyword("base_url")
    target = dict(given.op.keywords).get("base_url", -1)
    return External(name, True, apart=apart_at(given, target), base=base.text if isinstance(base, Str) else None)


def _by_function(function: str, library: External, _: Calls, given: Given) -> Value:
    return sent(function, library, given)


def sent(function: str, by: External, given: Given) -> Value:
    """What a call that sends a request gives; ``by`` is a library, or a client that one or somebody else made."""
    if SENT not in given.frame.scope.summary.uses:
        return UNKNOWN
    match given.first("url") if function == OPENING else None:
        case Partial(function=External(name=REQUEST.name), given=Given() as said):
            return _asked(function, by, said, given)
    return _asked(function, by, given, given)


def _asked(function: str, by: External, said: Given, given: Given) -> Value:
    """The response to a request that a call says, and another, or that same one, sends."""
    shift = int(function == "request")
    address = asks(each(_passed(said, "url", shift) or UNKNOWN, partial(_below, by)))
    if not any(True for _ in options(address)):
        return UNKNOWN
    body = _body(said, shift, opened=function == OPENING)
    method = _passed(said, "method", 0 if shift else -1) if function in ("request", OPENING) else _verb(function)
    if method is None:
        method = _verb("get" if is_none(body) else "post")
    headers = _passed(said, "headers", _PAIR if function == OPENING else -1)
    if headers is None:
        headers = UNKNOWN if by.made or by is CLIENT else NONE
    step = Step(
        SENT,
        (given.frame.identity, given.number),
        (address, method),
        (("params", _passed(said, "params", -1) or NONE), ("json", body), ("headers", headers)),
        _place(given),
    )
    open_ = not _reads(method) and is_open(given.evaluator, given.frame, given.number)
    apart = apart_at(said, _operation(said, "url", shift)) if by.base is None else by.apart
    unsaid = PROFILED in given.frame.scope.summary.uses and header(headers, "accept-profile") is None
    by = replace(by, apart=apart, schema=Text(HOLE) if unsaid else None)
    return Response(Chain(by, (step,), site=given.site, unsure=given.frame.unsure, open=open_))


def _below(by: External, address: Value) -> Value:
    """An address below that of the client which asks for it."""
    if by.base is None or (isinstance(address, Str) and "://" in address.text.value):
        return address
    path = stripped(address.text, "lstrip", "/") if isinstance(address, Str) else UNKNOWN
    return joined([stripped(by.base, "rstrip", "/"), Str(Text("/")), path])


def _verb(function: str) -> Str:
    return Str(Text(function.upper()))


def _reads(method: Value) -> bool:
    """The request carries no row."""
    return isinstance(method, Str) and method.text.value.upper() in _READS


def _place(given: Given) -> Location:
    at, name = given.at, given.op.name
    return Location(at.uri, at.line, at.column, at.line, at.column + len(name))


def _passed(given: Given, name: str, index: int) -> Value | None:
    """An argument by name or, from 0 on, by place, as it is when the call is made."""
    for key, op in given.op.keywords:
        if key == name:
            return given.evaluator.at(given.frame, op, given.number)
    if 0 <= index < len(given.arguments):
        return given.arguments[index]
    found = dict(given.keywords).get(name)
    if found is not None:
        return found
    for value in given.spread:
        if isinstance(value, Dict) and (entry := value.entries.get(name)) is not None and entry.sure:
            return entry.value
    return None if all(isinstance(value, Dict) and value.whole for value in given.spread) else UNKNOWN


def _operation(given: Given, name: str, index: int) -> int:
    """The operation that is passed by name or by place, or -1."""
    return dict(given.op.keywords).get(name, given.op.arguments[index] if index < len(given.op.arguments) else -1)


def _body(given: Given, shift: int, *, opened: bool) -> Value:
    """What a request carries, before it was made JSON; None where that is nothing."""
    found = _passed(given, "json", -1)
    if found is not None and not is_none(found):
        return found
    named = dict(given.op.keywords)
    op = next((named[name] for name in ("data", "content") if name in named), -1)
    if op < 0 and given.plain and len(given.op.arguments) > shift + 1 and (opened or given.op.name != "get"):
        op = given.op.arguments[shift + 1]
    if op < 0:
        return NONE if found is None else found
    inner = _unpacked(given.frame.ops, op)
    return given.evaluator.at(given.frame, inner, given.number)


def _unpacked(ops: tuple[flows.Op, ...], number: int) -> int:
    """What JSON was made of: ``json.dumps(row).encode()``, also where there may be nothing to send."""
    while True:
        op = ops[number]
        if type(op) in _THROUGH:
            number = op.base  # type: ignore[union-attr]
        elif type(op) is flows.Either:
            some = [item for item in op.options if not (type(ops[item]) is flows.Const and ops[item].value is None)]  # type: ignore[union-attr]
            if len(some) != 1:
                return number
            number = some[0]
        elif type(op) is flows.Call and op.name in _DUMPS:
            function = ops[op.function]
            if op.name == "dumps" and op.arguments:
                number = op.arguments[0]
            elif op.name == "encode" and type(function) is flows.Attr:
                number = function.base
            else:
                return number
        else:
            return number


def quoted(_: Calls, given: Given) -> Value:
    """``quote(text)``: what an address shows of it is the text again."""
    if not given.arguments:
        return UNKNOWN
    return each(given.arguments[0], _quoted)


def _quoted(value: Value) -> Value:
    if not isinstance(value, Str):
        return py("str")
    parts = value.text.value.split(HOLE)
    plain = all(quote(part) == part for part in parts)
    return value if plain else Str(Text(HOLE.join(map(quote, parts)), value.text.at))


def encoded(_: Calls, given: Given) -> Value:
    """``urlencode(params)``: the pairs of a query as text."""
    return each(given.arguments[0], _encoded) if given.arguments else UNKNOWN


def _encoded(value: Value) -> Value:
    if isinstance(value, Dict):
        return _query([(Str(entry.key), entry.value) for entry in value.entries.values()], value.whole)
    if isinstance(value, List):
        items = [item.items for item in value.items if isinstance(item, List) and len(item.items) == _PAIR]
        return _query(items, value.exact and len(items) == len(value.items))
    return py("str")


def _query(pairs: Sequence[tuple[Value, ...]], whole: bool) -> Value:
    parts: list[Value] = []
    for key, held in pairs:
        parts += [Str(Text("&")), _plus(key), Str(Text("=")), _plus(held)]
    if not whole:
        parts += [Str(Text("&")), UNKNOWN]
    return joined(parts[1:]) if parts else py("str")


def _plus(value: Value) -> Value:
    text = text_of(value)
    if text is None:
        return UNKNOWN
    said = HOLE.join(map(quote_plus, text.value.split(HOLE)))
    return Str(text if said == text.value else Text(said, text.at))


FUNCTIONS: dict[str, Sender] = {
    f"{library}.{name}": partial(_by_function, name, External(library))
    for library in ("requests", "httpx")
    for name in SENDING
}
FUNCTIONS |= {
    **{name: partial(client, name) for name in ("httpx.Client", "httpx.AsyncClient")},
    f"urllib.request.{OPENING}": partial(_by_function, OPENING, External("urllib")),
    REQUEST.name: request,
    **dict.fromkeys(("urllib.parse.quote", "urllib.parse.quote_plus"), quoted),
    "urllib.parse.urlencode": encoded,
}
