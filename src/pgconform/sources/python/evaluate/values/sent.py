"""Requests over HTTP as calls say them: whether their address is that of PostgREST at Supabase, and their headers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgconform.request import HOLE, Text
from pgconform.sources.python.evaluate.values.choices import each, options
from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.kinds import UNBOUND, UNKNOWN, Chain, Dict, Lit, Step, Str, Value, is_none
from pgconform.sources.python.flows.sending import SENT
from pgconform.support.patterns import deferred

_API = deferred(r"(?:^|/)rest/v1(?=/+[^/?#]|\0)(?!/+rpc/*(?:[?#]|$))")
_HOST = deferred(r"(?:[\w\0]*://)?([^/]*?)(?::[\d\0]+)?/?")
_PATH = deferred(r"/+([^/\0?#]+(?:/[^/\0?#]+)*)/*(?:[?#]|$)")
_LOCAL = frozenset({"", HOLE, "localhost", "127.0.0.1", "0.0.0.0", "::1", "[::1]", "host.docker.internal", "kong"})  # noqa: S104
_NAME = "supabase"
FAILED = frozenset({"message", "code", "details", "hint"})
"""What an answer has in place of a row when the request was refused."""
SINGLE = "pgrst.object"
"""The part of a media type by which one row is asked for."""


def is_sent(chain: Chain) -> bool:
    """The chain is a request over HTTP."""
    return bool(chain.steps) and chain.steps[0].name == SENT


def asks(value: Value) -> Value:
    """The addresses among what a value can be that are PostgREST's; nothing in place of others.

    One of which some others are just the same with a query is what a function makes of it where there is none to add.
    One that has a value where another of the same path has anything is one of the values that this may be.
    """
    texts = {option.text.value for option in options(value) if isinstance(option, Str)}
    left = {text.partition("?")[0] for text in texts if "?" in text}
    left |= _special(texts) if len(texts) > 1 else set()

    def one(option: Value) -> Value:
        asked = isinstance(option, Str) and option.text.value not in left and below(option.text) >= 0
        return option if asked else UNBOUND

    return each(value, one)


def _special(texts: set[str]) -> set[str]:
    """The addresses that another one comes to where what is not known in its query is known."""
    found: set[str] = set()
    for path, _, query in (text.partition("?") for text in texts if HOLE in text.partition("?")[2]):
        open_ = re.compile(".*".join(map(re.escape, query.split(HOLE))))
        alike = (text for text in texts if text.startswith(f"{path}?") and text != f"{path}?{query}")
        found.update(text for text in alike if open_.fullmatch(text.partition("?")[2]))
    return found


def below(address: Text) -> int:
    """Where in an address that follows which is below the root of PostgREST at Supabase; -1: it is of something else.

    What stands before that is not known, is on this machine, or has Supabase's name in it.
    """
    found = _API.search(address.value)
    if found is None or _is_foreign(address.value[: found.start()]):
        return -1
    return found.end()


def _is_foreign(base: str) -> bool:
    host = _HOST.fullmatch(base)
    return (host is None or host[1] not in _LOCAL) and _NAME not in base.lower()


def header(headers: Value, name: str) -> str | None:
    """What a header says; "" where it is not sent, None where that is not known.

    One that names a schema and is sent only sometimes is sent to where there is that schema.
    """
    found = [_header(option, name) for option in options(headers)]
    return found[0] if found and len(set(found)) == 1 else None


def _header(headers: Value, name: str) -> str | None:
    if is_none(headers):
        return ""
    if not isinstance(headers, Dict):
        return None
    for key, entry in headers.entries.items():
        if key.lower() == name:
            value = entry.quick() if entry.sure or name.endswith("-profile") else UNKNOWN
            return value.text.value if isinstance(value, Str) and value.text.whole else None
    return "" if headers.whole else None


def named(chain: Chain, name: str) -> Value:
    """What the call that sends a request passes under a name."""
    found = next((value for key, value in chain.steps[0].keywords if key == name), UNKNOWN)
    return found.quick() if isinstance(found, Later) else found


def tells_schema(chain: Chain) -> bool:
    """All headers of a request are known, so that the schema is the one they name, or the server's first."""
    return is_sent(chain) and header(named(chain, "headers"), "accept-profile") is not None


def naming(step: Step) -> Iterator[Value]:
    """What decides which columns the rows of a request have."""
    for value in step.arguments[:1]:
        yield value.quick() if isinstance(value, Later) else value
    for key, value in step.keywords:
        for option in options(value.quick() if isinstance(value, Later) else value) if key == "params" else ():
            if isinstance(option, Dict) and (entry := option.entries.get("select")) is not None:
                yield entry.quick()


def asked(step: Step) -> str:
    """The relation or function that a request surely asks, as its address has it below PostgREST's root; else ""."""
    address = step.arguments[0]
    value = address.quick() if isinstance(address, Later) else address
    start = below(value.text) if isinstance(value, Str) else -1
    if not isinstance(value, Str) or start < 0:
        return ""
    path = _PATH.match(value.text.value, start)
    return path[1] if path else ""


def gives_one(chain: Chain) -> bool | None:
    """The answer is one row; None: a row or several."""
    if SINGLE in (header(named(chain, "headers"), "accept") or ""):
        return True
    address = chain.steps[0].arguments[0]
    texts = [
        option.text
        for option in options(address.quick() if isinstance(address, Later) else address)
        if isinstance(option, Str)
    ]
    return None if any(text.value[below(text) :].startswith("/rpc/") for text in texts) else False


def text_of(value: Value) -> Text | None:
    """A value as it stands in an address; None where that is not known."""
    match value:
        case Str(text=text):
            return text
        case Lit(value=bool() as constant, at=at):
            return Text(str(constant).lower(), at)
        case Lit(value=constant, at=at) if constant is not None:
            return Text(str(constant), at)
    return None
