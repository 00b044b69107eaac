"""Values as the double keeps them: read from JSON or text as Postgres reads them, and written as PostgREST writes them.

Kept are Python's own: int, Decimal, float, bool, str, date, datetime, lists of those, and JSON as it is.
"""

from __future__ import annotations

import datetime
import json
import re
import uuid
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from pgconform.shape import JSONS, Array, Labels, Scalar, Type
from pgconform.support.patterns import deferred
from pgconform.testing.errors import Refused, Unsupported

_INTEGERS: Final = {"int2": ("smallint", 15), "int4": ("integer", 31), "int8": ("bigint", 63)}
_PLAIN_ARRAY = deferred(r"\s*\{([^{}\"\\]*)\}\s*\Z")
_ISO = deferred(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?\s*(Z|[+-]\d\d(:?\d\d)?)?)?\Z", re.IGNORECASE)
TEXTS: Final = frozenset({"text", "varchar", "bpchar", "citext"})


def from_json(value: Any, type_: Type) -> Any:
    """A JSON value as a value of the type, the way ``json_populate_recordset`` takes it."""
    if value is None or (isinstance(type_, Scalar) and type_.kind in JSONS):
        return value
    if isinstance(value, list) and isinstance(type_, Array):
        return [from_json(item, type_.of) for item in value]
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return from_text(text, type_)


def from_text(text: str, type_: Type) -> Any:
    """A text as a value of the type. Raises `Refused` for one that Postgres cannot read."""
    match type_:
        case Labels(values=values, raw=raw):
            if text not in values:
                raise Refused("22P02", f'invalid input value for enum {raw.rpartition(".")[2]}: "{text}"')
            return text
        case Array(of=of):
            return _array(text, of)
        case Scalar(kind=kind) if kind in _READERS:
            return _READERS[kind](text, type_)
    raise Unsupported(f"values of type {type_.raw or 'unknown'} are not supported by the double")


def _array(text: str, of: Type) -> list[Any]:
    found = _PLAIN_ARRAY.match(text)
    if found is None:
        if not text.strip().startswith("{"):
            raise Refused("22P02", f'malformed array literal: "{text}"')
        raise Unsupported(f"the array literal {text} is not supported by the double: send a list")
    items = [item.strip() for item in found[1].split(",")] if found[1].strip() else []
    return [None if item.upper() == "NULL" else from_text(item, of) for item in items]


def _integer(text: str, type_: Scalar) -> int:
    name, width = _INTEGERS[type_.kind]
    if not re.fullmatch(r"\s*[+-]?\d+\s*", text):
        raise Refused("22P02", f'invalid input syntax for type {name}: "{text}"')
    value = int(text)
    if not -(1 << width) <= value < (1 << width):
        raise Refused("22003", f'value "{text}" is out of range for type {name}')
    return value


def _numeric(text: str, type_: Scalar) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise Refused("22P02", f'invalid input syntax for type numeric: "{text}"') from None
    if not value.is_finite():
        raise Unsupported("NaN and infinity are not supported by the double")
    if type_.size:
        precision, scale = type_.size[0], type_.size[1] if len(type_.size) > 1 else 0
        value = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
        if abs(value) >= Decimal(10) ** (precision - scale):
            raise Refused("22003", "numeric field overflow")
    return value


def _float(text: str, type_: Scalar) -> float:
    try:
        value = float(text)
    except ValueError:
        raise Refused("22P02", f'invalid input syntax for type {_called(type_)}: "{text}"') from None
    if type_.kind == "float4":
        raise Unsupported("values of type real are not supported by the double")
    return value


def _boolean(text: str, _: Scalar) -> bool:
    word = text.strip().lower()
    for value, names in ((True, ("true", "yes", "on", "1")), (False, ("false", "no", "off", "0"))):
        if word and word != "o" and any(name.startswith(word) for name in names):
            return value
    raise Refused("22P02", f'invalid input syntax for type boolean: "{text}"')


def _text(text: str, type_: Scalar) -> str:
    if not type_.size or type_.kind == "text":
        return text
    if type_.kind == "bpchar":
        raise Unsupported("values of type character are not supported by the double")
    most = type_.size[0]
    if len(text) > most:
        if text[most:].strip(" "):
            raise Refused("22001", f"value too long for type character varying({most})")
        return text[:most]
    return text


def _uuid(text: str, _: Scalar) -> str:
    try:
        return str(uuid.UUID(text.strip().strip("{}")))
    except ValueError:
        raise Refused("22P02", f'invalid input syntax for type uuid: "{text}"') from None


def _moment(text: str, type_: Scalar) -> Any:
    plain = text.strip()
    if not _ISO.match(plain):
        return _strange(text, type_)
    try:
        value = datetime.datetime.fromisoformat(plain)
    except ValueError:
        return _strange(text, type_)
    if type_.kind == "timestamp":
        return value.replace(tzinfo=None)
    zone = value.tzinfo or datetime.UTC
    return value.replace(tzinfo=zone).astimezone(datetime.UTC)


def _date(text: str, type_: Scalar) -> datetime.date:
    value: datetime.date = _moment(text, Scalar("timestamp", raw=type_.raw)).date()
    return value


def _strange(text: str, type_: Scalar) -> Any:
    if not any(map(str.isdigit, text)) and text.strip().lower() not in ("now", "today", "infinity", "-infinity"):
        raise Refused("22007", f'invalid input syntax for type {_called(type_)}: "{text}"')
    raise Unsupported(f"the double reads dates and times as ISO 8601 has them, not {text!r}")


def _json(text: str, type_: Scalar) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Refused("22P02", f"invalid input syntax for type {type_.kind}") from None


def _called(type_: Scalar) -> str:
    return type_.raw or type_.kind


_READERS: Final[dict[str, Callable[[str, Scalar], Any]]] = {
    **dict.fromkeys(_INTEGERS, _integer),
    **dict.fromkeys(JSONS, _json),
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(("timestamp", "timestamptz"), _moment),
    "bool": _boolean,
    "date": _date,
    "float4": _float,
    "float8": _float,
    "numeric": _numeric,
    "uuid": _uuid,
}


def to_json(value: Any) -> Any:
    """The value as PostgREST's JSON has it."""
    match value:
        case datetime.datetime():
            return _iso(value)
        case datetime.date():
            return value.isoformat()
        case list():
            return [to_json(item) for item in value]
    return value


def to_text(value: Any) -> str:
    """The value as Postgres prints it, for the details of errors."""
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value) if isinstance(value, str | int | Decimal) else str(to_json(value)).replace("T", " ")


def _iso(value: datetime.datetime) -> str:
    """``2024-01-02T03:04:05.6+00:00``: a fraction without zeros at its end."""
    plain = value.replace(tzinfo=None)
    text = plain.isoformat(timespec="microseconds").rstrip("0").rstrip(".")
    return f"{text}+00:00" if value.tzinfo else text


def encoded(body: Any) -> bytes:
    """JSON as it goes out; a numeric keeps its digits."""
    return _ENCODER.encode(body)


_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
