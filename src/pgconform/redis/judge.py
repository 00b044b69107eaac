"""The closer look at an entry that the quick decoder did not take: what is wrong with it, in a few fixed words."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from pgconform.redis.plan import Plan, Wanted
from pgconform.redis.texts import reads_text
from pgconform.shape import TEXTS, WIDTHS, Array, Scalar, Struct, Type, Unknown
from pgconform.support.patterns import deferred

SENTINELS = frozenset({"None", "null", "NULL", "nil", "undefined", "NaN", ""})
MINOR = frozenset({"form", "ttl", "version", "row"})
"""What differs and can still be read: an entry with nothing else is not touched."""
_PICKLE = deferred(rb"\x80[\x02-\x05].*\.\Z", re.DOTALL)
_PACKED = {b"\x1f\x8b": "compressed (gzip)", b"x\x9c": "compressed (zlib)", b"\x28\xb5\x2f\xfd": "compressed (zstd)"}
_LONG_AGO, _FAR = -(10**11), 10**14


class Wrong(NamedTuple):
    """One thing that is wrong: `Observed`'s kind, the field, what was found, what is wanted."""

    kind: str
    field: str = ""
    said: str = ""
    expected: str = ""


def judge(plan: Plan, raw: Any) -> list[Wrong]:
    """What is wrong with an entry as the server gave it: bytes, or a hash's fields and values; none: it conforms."""
    encoding = plan.contract.encoding
    if encoding == "hash":
        pairs = dict(zip(raw[::2], raw[1::2], strict=True))
        return list(_fields(plan, {_text(key): _text(value) for key, value in pairs.items()}, as_text=True))
    return list(_of_bytes(plan, raw))


def conforms(found: list[Wrong]) -> bool:
    """Nothing is wrong that keeps a lenient reader from reading it."""
    return all(item.kind in MINOR for item in found)


def _of_bytes(plan: Plan, raw: bytes) -> Iterator[Wrong]:
    encoding = plan.contract.encoding
    if encoding == "string":
        yield from _of_string(plan, raw)
        return
    try:
        value = msgspec.msgpack.decode(raw) if encoding == "msgpack" else _json(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        said = sniffed(raw)
        yield Wrong("pickle" if said == "pickle" else "encoding", said=said, expected=encoding)
        return
    if plan.open and not plan.contract.relation:
        return
    if isinstance(value, dict):
        yield from _fields(plan, {str(key): item for key, item in value.items()}, as_text=False)
    else:
        yield Wrong("encoding", said=spoken(value), expected="an object")


def _json(raw: bytes) -> Any:
    """JSON as other programs read it: Python's own writes NaN and Infinity, which no standard has."""
    try:
        return msgspec.json.decode(raw)
    except msgspec.MsgspecError:
        return json.loads(raw)


def sniffed(raw: bytes) -> str:
    """What bytes that do not decode look like; nothing is unpickled or unpacked."""
    if _PICKLE.match(raw):
        return "pickle"
    packed = next((name for head, name in _PACKED.items() if raw.startswith(head)), "")
    if packed or not raw:
        return packed or "nothing"
    try:
        raw.decode()
    except UnicodeDecodeError:
        return "other bytes"
    return "plain text"


def _of_string(plan: Plan, raw: bytes) -> Iterator[Wrong]:
    if _PICKLE.match(raw):
        yield Wrong("pickle", said="pickle", expected="string")
    elif len(plan.fields) == 1:
        yield from _value(plan.fields[0], _text(raw), as_text=True)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _fields(plan: Plan, value: dict[str, Any], *, as_text: bool) -> Iterator[Wrong]:
    wanted = plan.by_name
    for name, item in value.items():
        field = wanted.get(name)
        if field is not None:
            yield from _value(field, item, as_text=as_text)
        elif not plan.open:
            yield Wrong("field" if plan.contract.parts else "column", name)
    for field in plan.fields:
        if field.name not in value and not field.optional and not (as_text and field.nullable):
            version = field.name == plan.contract.version
            yield Wrong("version" if version else "missing", field.name)


def _value(field: Wanted, value: Any, *, as_text: bool) -> Iterator[Wrong]:
    """What is wrong with one value; ``as_text``: the store keeps texts only."""
    if field.form == "any" or (isinstance(field.type, Unknown) and not field.form):
        return
    expected = _expected(field)
    if value is None:
        if not field.nullable and field.annotation is not msgspec.Raw:
            yield Wrong("null", field.name, "null", "NOT NULL")
        return
    if field.labels and isinstance(value, str):
        if value not in field.labels:
            sentinel, wanted = value in SENTINELS, "NULL" if field.nullable else "one of its labels"
            yield Wrong("sentinel" if sentinel else "label", field.name, f'"{value}"' if sentinel else value, wanted)
        return
    as_it_is = reads_text(field, value) if as_text or field.form in ("text", "json") else _as_json(field, value)
    if as_it_is:
        return
    if isinstance(value, str) and value in SENTINELS:
        yield Wrong("sentinel", field.name, f'"{value}"', "NULL" if field.nullable else expected)
        return
    yield Wrong("form" if _lenient(field, value) else "value", field.name, _beyond(field, value), expected)


def _as_json(field: Wanted, value: Any) -> bool:
    """The value has the form that its column has in JSON."""
    if field.form in ("number", "epoch"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, str) and _endless(field.type, value):
        return True
    if field.annotation is None or field.annotation is msgspec.Raw:
        return True
    try:
        msgspec.convert(value, field.annotation)
    except (msgspec.ValidationError, OverflowError):
        return False
    return True


def _endless(type_: Type, value: str) -> bool:
    """What Postgres writes of values that JSON, or Python, has no word for."""
    match type_:
        case Scalar(kind="timestamptz" | "timestamp" | "date"):
            return value.endswith(("infinity", " BC")) or bool(re.match(r"\d{5,}-", value))
        case Scalar(kind="float4" | "float8" | "numeric"):
            return value in ("NaN", "Infinity", "-Infinity")
        case Scalar(kind="time" | "timetz"):
            return value.startswith("24:00:00")
    return False


def _lenient(field: Wanted, value: Any) -> bool:
    """A reader that converts, as Pydantic does unless it is strict, takes the value."""
    kind = field.type.kind if isinstance(field.type, Scalar) else ""
    match value:
        case str():
            return reads_text(field, value) or (field.form == "" and kind in TEXTS and not field.labels)
        case bool():
            return kind in (*WIDTHS, "float4", "float8", "numeric")
        case int() | float() if math.isfinite(value):
            if kind in ("timestamptz", "timestamp"):
                return _LONG_AGO < value < _FAR
            return (kind == "bool" and value in (0, 1)) or (kind in WIDTHS and _fits(kind, value))
    return False


def _beyond(field: Wanted, value: Any) -> str:
    """What the value is; of one that is of the right sort, what it is too much of."""
    kind, size = (field.type.kind, field.type.size) if isinstance(field.type, Scalar) else ("", ())
    if kind in WIDTHS and not field.form and _whole(value) is not None and not _fits(kind, _whole(value) or 0):
        return "a whole number out of its range"
    if kind in TEXTS and not field.form and isinstance(value, str) and size and len(value) > size[0]:
        return "a text that is too long"
    return spoken(value)


def _whole(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and len(value) < 30 and _DIGITS.match(value) else None


def _fits(kind: str, value: float) -> bool:
    return value == int(value) and -(2 ** WIDTHS[kind]) <= value < 2 ** WIDTHS[kind]


def _expected(field: Wanted) -> str:
    if field.form:
        return _FORMS[field.form]
    match field.type:
        case Array():
            return "an array"
        case Struct():
            return "an object"
    return field.type.raw or (field.type.kind if isinstance(field.type, Scalar) else "one of its labels")


_FORMS = {"text": "a text", "number": "a number", "epoch": "a number of seconds", "json": "a JSON text"}
_DIGITS = deferred(r"[+-]?\d+\Z")
_NUMBER = deferred(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_STAMP = deferred(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d.*)?\Z")


def spoken(value: Any) -> str:
    """What a value is, never what it says: entries hold what is nobody's business."""
    match value:
        case None:
            return "null"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return _spoken_text(value)
        case list():
            return "an array"
        case datetime.date() | datetime.time():
            return "a moment"
    return "an object" if isinstance(value, dict) else "bytes"


def _spoken_text(value: str) -> str:
    if not value:
        return "an empty text"
    if _NUMBER.match(value):
        return "a number as text" if not _DIGITS.match(value) else "a whole number as text"
    if value.lower() in ("true", "false"):
        return "a truth value as text"
    return "a moment as text" if _STAMP.match(value) else "a text"
