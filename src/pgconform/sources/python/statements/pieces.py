"""Several statements in one text: which drivers take them, and where each of them stands."""

from __future__ import annotations

import re

from msgspec.structs import replace

from pgconform.request import Text
from pgconform.sources.python.evaluate.values.common import part
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.flows.operations import Attr, Call
from pgconform.sources.python.flows.summary import operands
from pgconform.sources.python.statements.outcome import Taker
from pgconform.sql.drivers import POSTGRES
from pgconform.sql.leading import LEADING
from pgconform.support.patterns import deferred

_SENDS_TEXT = POSTGRES - {"pg8000"}
"""Drivers that send a text as it is where there are no values."""
_OF_DATA = deferred(rf"{LEADING}\(*\s*(?:select|insert|update|delete|merge|values|with)\b", re.IGNORECASE)
_ASKS = deferred(
    rf"{LEADING}(?:call|copy|declare|explain|create\s[^(;]*?\s(?:table|view)\s[^(;]*?\sas)\b", re.IGNORECASE
)
_AROUND = deferred(rf"{LEADING}(?:begin|start\s+transaction|commit|end|rollback)\s*;?\s*$", re.IGNORECASE)


def takes_several(taker: Taker, call: Call) -> bool:
    """The driver sends what this call is handed as a text, in which there may be several statements."""
    alone = len(call.arguments) == 1 and not call.keywords
    return alone and call.name == "execute" and taker.engine in _SENDS_TEXT


def is_of_data(sql: str) -> bool:
    """It asks for rows or changes them, and is no command that makes or alters what they are in."""
    return _OF_DATA.match(sql) is not None


def asks(sql: str) -> bool:
    """It is about rows, or a command around what is: of a program of another time neither says anything."""
    return is_of_data(sql) or _ASKS.match(sql) is not None


def is_quoted(frame: Frame, number: int) -> bool:
    """A function makes this for nothing but its text, of which it makes others."""
    if "text" not in frame.scope.summary.uses or number in (*frame.scope.returns, *frame.scope.names.values()):
        return False
    uses = [op for op in frame.ops if number in operands(op)]
    return bool(uses) and all(type(op) is Attr and op.name == "text" for op in uses)


def pieces(text: Text) -> tuple[Text, ...]:
    """The statements of a text; all of it where there is one, or where one makes what others may be about."""
    raw = text.value.encode()
    if b";" not in raw:
        return (text,)
    from pgconform.sql.split import cut

    found = [(item.kind, _piece(text, raw, item.start, item.end)) for item in cut(raw)]
    data = [one for kind, one in found if kind == "statement" and is_of_data(one.value)]
    rest = [one for _, one in found if one not in data]
    if len(data) < 2 or not all(_AROUND.match(one.value) for one in rest):
        return (text,)
    return tuple(data)


def _piece(text: Text, raw: bytes, start: int, end: int) -> Text:
    """The bytes from ``start`` to ``end`` without the semicolon, from the first word on."""
    before, said = len(raw[:start].decode()), raw[start:end].decode().removesuffix(";")
    found = part(text, before + len(said) - len(said.lstrip()), before + len(said.rstrip()))
    return replace(found, at=found.place(0) if found.marks else found.at)
