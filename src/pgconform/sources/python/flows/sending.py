"""Calls that send a request over HTTP, in files that speak of PostgREST's own address at Supabase.

Which of them do, only their addresses tell, which are known later. A file without such words has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.operations import Call, Op
from pgconform.support.patterns import deferred

SENT = "http()"
"""The mark of a scope that sends requests, among the names that it reads; and what such a call is called in a chain."""
PROFILED = "http(profile)"
"""The mark of one in a file that speaks of the headers by which a schema is named."""
SENDING = frozenset({"get", "head", "post", "put", "patch", "delete", "request"})
"""Functions and methods of requests, httpx and aiohttp."""
OPENING = "urlopen"
ADDRESSED = frozenset({"url", "method", "params", "headers"})
"""Named arguments of which every part counts."""
BODIES = frozenset({"json", "data", "content"})
"""Named arguments of which keys count."""
_WORD = b"upabase"
_LOUD = b"UPABASE"
_ADDRESS = deferred(rb"rest(?:/v1|_\w*url)")
_PROFILE = deferred(rb"-[pP]rofile")
_SENDS = deferred(rb"\.(?:get|head|post|put|patch|delete|request|urlopen|to_thread|run_\w+)\s*\(|urlopen\(")
_ADDRESSES: frozenset[type[object]] = frozenset(
    {flows.Join, flows.Plus, flows.Percent, flows.Call, flows.Free, flows.Attr, flows.Either}
)


def marks(source: bytes) -> tuple[str, ...]:
    """The marks of the scopes that send requests in a file; none where it does not speak of PostgREST at Supabase."""
    if not ((_WORD in source or _LOUD in source) and _ADDRESS.search(source.lower())):
        return ()
    return (SENT, PROFILED) if _PROFILE.search(source) else (SENT,)


def may_send(source: bytes) -> bool:
    """A function may send a request, as far as a glance tells."""
    return bool(_SENDS.search(source))


def sends(ops: Sequence[Op], call: Call) -> bool:
    """The call may send a request; one that only takes something out of a dict, hardly."""
    if call.name == OPENING:
        return bool(call.arguments)
    if call.name not in SENDING:
        return False
    if call.keywords:
        return bool(call.arguments) or any(key in ("url", "**") for key, _ in call.keywords)
    return bool(call.arguments) and type(ops[call.function]) is flows.Attr and _may_be_address(ops[call.arguments[0]])


def _may_be_address(op: Op) -> bool:
    if type(op) is flows.Const:
        return isinstance(op.value, str) and "/" in op.value
    return type(op) in _ADDRESSES


def addressed(call: Call) -> Iterator[int]:
    """What says where a request goes, and what it asks there."""
    yield from call.arguments
    yield from (value for key, value in call.keywords if key in ADDRESSED or key == "**")


def bodies(call: Call) -> Iterator[int]:
    """What a request carries."""
    yield from (value for key, value in call.keywords if key in BODIES)
