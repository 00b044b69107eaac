"""Values kept as texts, in a hash or by contract: whether the text is one that the column's type reads."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import msgspec

from pgconform.redis.plan import Wanted
from pgconform.shape import TEXTS, WIDTHS, Array, Labels, Scalar, Struct
from pgconform.support.patterns import deferred

_WHOLE = deferred(r"[+-]?\d{1,19}\Z", re.ASCII)
_CLOCK = deferred(r"([01]\d|2[0-4]):[0-5]\d(:[0-5]\d(\.\d+)?)?([+-]\d\d(:?\d\d)?|Z)?\Z", re.ASCII)
_ENDLESS = deferred(r"infinity\Z| BC\Z|\A\d{5,}-", re.ASCII)
_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})
_TRUTH = frozenset({"true", "false", "t", "f", "1", "0", "True", "False"})


def reads_text(field: Wanted, value: object) -> bool:
    """A text that is a value of the field's type; whatever is no text is none."""
    if not isinstance(value, str):
        return False
    if field.form == "json":
        return _is_json(value)
    if field.form in ("number", "epoch"):
        return _number(value)
    match field.type:
        case Labels(values=values):
            return value in values
        case Scalar(kind=kind) if kind in WIDTHS:
            return bool(_WHOLE.match(value)) and -(2 ** WIDTHS[kind]) <= int(value) < 2 ** WIDTHS[kind]
        case Scalar(kind=kind, size=size) if kind in TEXTS:
            return not size or len(value) <= size[0]
        case Scalar(kind=kind):
            reader = _READERS.get(kind)
            return reader is None or reader(value)
        case Array() | Struct():
            return _is_json(value) or value[:1] == "{"
    return True


def _is_json(value: str) -> bool:
    try:
        msgspec.json.decode(value)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return False
    return True


def _number(value: str) -> bool:
    try:
        return Decimal(value).is_finite() or value in _NUMBERS
    except InvalidOperation:
        return False


def _moment(value: str) -> bool:
    if _ENDLESS.search(value):
        return True
    try:
        datetime.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _day(value: str) -> bool:
    return bool(_ENDLESS.search(value)) or (len(value) <= 10 and _moment(value))


def _uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


_READERS: dict[str, Callable[[str], bool]] = {
    "bool": _TRUTH.__contains__,
    "float4": _number,
    "float8": _number,
    "numeric": _number,
    "uuid": _uuid,
    "timestamptz": _moment,
    "timestamp": _moment,
    "date": _day,
    "time": lambda value: bool(_CLOCK.match(value)),
    "timetz": lambda value: bool(_CLOCK.match(value)),
    "json": _is_json,
    "jsonb": _is_json,
}
