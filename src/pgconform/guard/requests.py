"""Requests before they leave: known shapes at once, payloads by a decoder, everything else by the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import msgspec

from pgconform.finding import Finding
from pgconform.guard.judging import Judge, placed
from pgconform.guard.payloads import arguments, decoder, rows
from pgconform.guard.sites import call_site
from pgconform.postgrest.received import Request, query
from pgconform.schema import VIEWS, Access
from pgconform.shape import Location

_MOST: Final = 4096
_ROWS: Final = 50
_WHOLE = (b"select=", b"columns=", b"on_conflict=", b"order=")
_DECIDING: Final = frozenset({b"accept-profile", b"content-profile", b"prefer"})

Headers: TypeAlias = list[tuple[bytes, bytes]]
Form: TypeAlias = tuple[object, ...]
"""All of a request but its values."""


class Requests:
    """Judges requests for one truth. Safe to use from several threads: what two of them find out is the same.

    ``unjudged`` counts requests about relations that are not in view.
    """

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.unjudged = 0
        self.forms = Forms()
        self._passed: dict[Form, Any] = {}

    def passes(self, request: Any) -> bool:
        """An httpx request of that form was fine before, and its payload is one that the database surely takes."""
        decoder = self._passed.get(self.forms.of(request), _NONE)
        if decoder is None:
            return True
        try:
            decoder.decode(request.content)
        except Exception:
            return False
        return True

    def refusals(self, request: Request, form: Form = ()) -> tuple[Finding, ...]:
        """What the server will refuse of the request, at the line it comes from; empty: it is fine, or not known.

        ``form`` is all of the request but its values; another of the same form `passes`.
        """
        writes = request.method in ("POST", "PATCH", "PUT") and bool(request.body)
        found = self._judged(request, _json(request.body) if writes else None)
        if form and not found and len(self._passed) < _MOST:
            self._passed[form] = self._decoder(request) if writes else None
        return found

    def _decoder(self, request: Request) -> Any:
        relation = self.judge.world.relation(request.relation, request.schema or self.judge.postgrest.schemas[0])
        if request.calls:
            return arguments(request.body)
        if relation is None or relation.kind in VIEWS:
            return _NONE
        access = Access.UPDATE if request.method == "PATCH" else Access.INSERT
        columns = request.first("columns")
        return decoder(self.judge.world, relation, access, _names(columns) if columns else None)

    def _judged(self, request: Request, body: Any) -> tuple[Finding, ...]:
        asked = query(request, body)
        if not self.judge.knows(asked):
            self.unjudged += 1
            return ()
        at = call_site()
        found = list(self.judge.refusals(asked, at))
        if isinstance(body, list) and not found:
            padded = _padded(request, body)
            found += [one for row in padded for one in self.judge.refusals(query(request, row), at)][:_ROWS]
        return tuple({(one.code, one.message): one for one in found}.values())

    def subject(self, request: Request) -> str:
        return request.relation

    def explained(self, request: Request, at: Location | None) -> tuple[Finding, ...]:
        """What the rules say of a request that the server has refused."""
        return placed(self._judged(request, _json(request.body) if request.body else None), at)


_NONE: Final = msgspec.json.Decoder(type=None)
"""Takes no row, so that the rules look at each."""


def _names(columns: str) -> list[str]:
    return [name.strip('"') for name in columns.split(",")]


def _padded(request: Request, body: list[Any]) -> list[dict[str, Any]]:
    """Each row as the server makes it: what it leaves out and others give is NULL, unless it asked for defaults."""
    listed = list(rows(body))[:_ROWS]
    if request.prefer.get("missing") == "default" or not request.first("columns"):
        return listed
    names = dict.fromkeys(_names(request.first("columns") or ""))
    return [{**names, **row} for row in listed]


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


class Forms:
    """What of requests is the same the next time: method, path, query without values, headers that say what is meant.

    Headers are taken as bytes, for httpx decodes all of them to give one; they seldom differ from those of the request
    before, which is all that is looked at then.
    """

    def __init__(self) -> None:
        self._last: dict[str, tuple[Headers, Headers]] = {}

    def of(self, request: Any) -> Form:
        """The form of an httpx request."""
        method, raw, headers = request.method, request.url.raw_path, request.headers.raw
        if headers and headers[-1][0] == b"Content-Length":
            del headers[-1]
        last = self._last.get(method)
        if last is None or last[0] != headers:
            last = self._last[method] = (headers, [one for one in headers if one[0].lower() in _DECIDING])
        path, _, params = raw.partition(b"?")
        if not params:
            return (method, path, *last[1])
        return (method, path, *map(_kept, params.split(b"&")), *last[1])


def _kept(part: bytes) -> bytes:
    """A parameter without its value, where it is a filter's."""
    if part.startswith(_WHOLE):
        return part
    key, _, value = part.partition(b"=")
    operator, _, rest = value.partition(b".")
    if operator == b"not":
        operator = rest.partition(b".")[0] + b"!"
    return key + b"=" + operator


def of_httpx(request: Any) -> Request:
    """An httpx request as one of ours; the path below ``/rest/v1`` is the API's."""
    url = request.url
    _, api, below = url.path.partition("/rest/v1")
    headers: Mapping[str, str] = request.headers
    return Request(
        request.method,
        below if api else url.path,
        tuple(url.params.multi_items()),
        headers,
        body_of(request),
    )


def body_of(request: Any) -> bytes:
    """The bytes that are sent; of a stream, which is read once only, none are looked at."""
    try:
        content: bytes = request.content
    except Exception:
        return b""
    return content
