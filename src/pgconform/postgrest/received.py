"""A request as it arrives at the server, read back into what a program asks: the counterpart of a chain of calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from pgconform.postgrest.conditions import RESERVED_LAST
from pgconform.request import Filter, Logic, Operand, Order, Payload, Query, Text, Verb
from pgconform.shape import Field, Labels, Scalar, Type, Unknown
from pgconform.support.patterns import deferred

VERBS: Final[dict[str, Verb]] = {
    "GET": "select",
    "HEAD": "select",
    "POST": "insert",
    "PATCH": "update",
    "PUT": "upsert",
    "DELETE": "delete",
}
"""What a request to a relation asks, by its method."""
_DIRECTION = deferred(r"(\.(asc|desc))?(\.(nullsfirst|nullslast))?$")
_PYTHON: Final[dict[type, str]] = {bool: "py.bool", int: "py.int", float: "py.float", list: "py.list", dict: "py.dict"}

Pairs = Sequence[tuple[str, str]]


class Request(msgspec.Struct, frozen=True):
    """One HTTP request: its method, the path below the API's root, the query's pairs, lower-case headers, the body."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""

    @property
    def prefer(self) -> dict[str, str]:
        """``Prefer: return=minimal, resolution=merge-duplicates`` as a table."""
        parts = (part.strip().partition("=") for part in self.headers.get("prefer", "").split(","))
        return {name: value for name, _, value in parts if name}

    @property
    def schema(self) -> str:
        """The schema it asks for, "" for the default one."""
        reads = self.method in ("GET", "HEAD")
        return self.headers.get("accept-profile" if reads else "content-profile", "")

    @property
    def relation(self) -> str:
        """The table's or function's name."""
        return self.path.strip("/").removeprefix("rpc/")

    @property
    def calls(self) -> bool:
        return self.path.strip("/").startswith("rpc/")

    @property
    def verb(self) -> Verb:
        if self.calls:
            return "rpc"
        verb = VERBS.get(self.method, "select")
        return "upsert" if verb == "insert" and self.prefer.get("resolution", "").endswith("duplicates") else verb

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.params if key == name]

    def first(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)


def query(request: Request, body: Any = None) -> Query:
    """What the request asks; ``body`` is its decoded JSON, where it has one."""
    verb = request.verb
    target = request.first("on_conflict")
    select = request.first("select")
    filters, arguments = _filters(request)
    by_get = request.calls and request.method in ("GET", "HEAD")
    options = {"get": "true"} if by_get else {}
    if request.prefer.get("missing") == "default":
        options["default_to_null"] = "false"
    return Query(
        verb,
        Text(request.relation),
        schema=Text(request.schema) if request.schema else None,
        select=(Text(select),) if select is not None else None,
        filters=tuple(filters),
        logics=tuple(_logics(request.params)),
        orders=tuple(_orders(request.params)),
        payload=payload(arguments if by_get else body) if body is not None or request.calls else None,
        on_conflict=Text(target) if target else None,
        calls=("single",) if "pgrst.object" in request.headers.get("accept", "") else (),
        options=options,
    )


def _filters(request: Request) -> tuple[list[Filter], dict[str, str]]:
    """The filters; of a call by GET, what has no operator is an argument."""
    found, arguments = [], {}
    for key, value in request.params:
        last = key.rsplit(".", 1)[-1]
        if key in ("select", "columns", "on_conflict") or last in RESERVED_LAST:
            continue
        if request.calls and not re.match(r"(not\.)?[a-z]+(\(\w*\))?\.", value):
            arguments[key] = value
            continue
        operator, _, operand = value.partition(".")
        if operator == "not":
            second, _, operand = operand.partition(".")
            operator = f"not.{second}"
        sent = Operand(json=msgspec.json.encode(operand).decode())
        found.append(Filter("filter", Text(key), Text(operator), sent))
    return found, arguments


def _logics(params: Pairs) -> Iterable[Logic]:
    for key, value in params:
        path, _, word = key.rpartition(".")
        negated = path == "not" or path.endswith(".not")
        path = path.removesuffix("not").removesuffix(".") if negated else path
        if word == "or":
            inner = value.removeprefix("(").removesuffix(")")
            yield Logic(Text(inner), Text(path) if path else None, negated)
        elif word == "and":
            yield Logic(Text(f"and{value}"), Text(path) if path else None, negated)


def _orders(params: Pairs) -> Iterable[Order]:
    for key, value in params:
        path, _, word = key.rpartition(".")
        table = Text(path) if path else None
        if word == "order":
            for term in value.split(","):
                yield Order("order", Text(_DIRECTION.sub("", term, count=1)), table)
        elif word in ("limit", "offset"):
            number = int(value) if value.isdigit() else None
            yield Order(word, None, table, number) if word == "limit" else Order(word, None, table, start=number)


def payload(body: Any) -> Payload:
    """The rows a body holds; a key of only some of them is sent only sometimes."""
    rows = [row for row in (body if isinstance(body, list) else [body]) if isinstance(row, dict)]
    names = dict.fromkeys(name for row in rows for name in row)
    return Payload(
        fields=tuple(_field(name, rows) for name in names),
        values=tuple(
            (name, Operand(_type(row[name]), row[name] is None, msgspec.json.encode(row[name]).decode()))
            for row in rows
            for name in row
        ),
        whole=True,
        many=isinstance(body, list),
        uneven=tuple(name for name in names if any(name not in row for row in rows)),
    )


def _field(name: str, rows: list[dict[str, Any]]) -> Field:
    values = [row[name] for row in rows if name in row]
    kinds = [_type(value) for value in values if value is not None]
    texts = tuple(dict.fromkeys(value for value in values if isinstance(value, str)))
    type_: Type = Labels(texts) if texts and len(texts) == len(set(map(repr, values))) else Unknown()
    if not texts and kinds and all(kind == kinds[0] for kind in kinds):
        type_ = kinds[0]
    return Field(name, type_, nullable=None in values, required=len(values) == len(rows))


def _type(value: Any) -> Type:
    if isinstance(value, str):
        return Labels((value,))
    return Scalar(_PYTHON[type(value)]) if type(value) in _PYTHON else Unknown()
