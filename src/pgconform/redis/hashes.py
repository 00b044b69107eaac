"""The quick look at hashes: each value by one test of its bytes, chosen by the order in which the fields come."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from pgconform.shape import TEXTS, Array, Labels, Scalar, Type, Unknown
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.redis.plan import Wanted

Test: TypeAlias = Callable[[bytes], Any]
"""Gives something true for bytes that are a value of the column; whatever else it does, only a closer look can tell."""
_ORDERS = 256
_DIGITS = {"int2": 4, "int4": 9, "int8": 18}
"""So many digits are always within the type's range."""
_NUMBER = deferred(rb"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?").fullmatch
_UUID = deferred(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}").fullmatch
_CLOCK = deferred(rb"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?").fullmatch
_TRUTH = frozenset({b"true", b"false", b"t", b"f", b"1", b"0", b"True", b"False"}).__contains__
_WELL_FORMED = msgspec.json.Decoder(msgspec.Raw).decode
_REFUSED = msgspec.ValidationError("only a closer look can tell")


def acceptor(fields: Iterable[Wanted], *, whole: bool) -> Callable[[list[bytes]], None]:
    """Takes a hash as the server gives it: fields and values in turn. Raises `msgspec.ValidationError` for whatever may
    not conform. ``whole``: there are no fields but these.
    """
    tests = {field.name.encode(): _test(field) for field in fields}
    needed = {field.name.encode() for field in fields if not field.optional and not field.nullable}
    orders: dict[tuple[bytes, ...], list[tuple[int, Test]] | None] = {}

    def ordered(names: tuple[bytes, ...]) -> list[tuple[int, Test]] | None:
        """The tests of values by their places; None where some field is missing, or there is one too many."""
        given = set(names)
        if len(given) < len(names) or not needed <= given or (whole and not given <= tests.keys()):
            return None
        found = ((2 * place + 1, tests.get(name)) for place, name in enumerate(names))
        return [(place, test) for place, test in found if test is not None]

    def accept(raw: list[bytes]) -> None:
        names = tuple(raw[::2])
        try:
            chosen = orders[names]
        except KeyError:
            if len(orders) >= _ORDERS:
                orders.clear()
            chosen = orders[names] = ordered(names)
        if chosen is None or not names:
            raise _REFUSED
        try:
            for place, test in chosen:
                if not test(raw[place]):
                    raise _REFUSED
        except ValueError:
            raise _REFUSED from None

    return accept


def _test(field: Wanted) -> Test | None:
    """None where every text will do."""
    if field.form == "any" or (isinstance(field.type, Unknown) and not field.form):
        return None
    if field.labels:
        return frozenset(label.encode() for label in field.labels).__contains__
    if field.form == "json":
        return _json
    if field.form in ("number", "epoch"):
        return _NUMBER
    return _of_type(field.type)


def _of_type(of: Type) -> Test | None:
    match of:
        case Labels(values=values):
            return frozenset(label.encode() for label in values).__contains__
        case Scalar(kind=kind, size=size) if kind in TEXTS:
            return (lambda value: len(value) <= size[0]) if size else None
        case Scalar(kind=kind):
            return _TESTS.get(kind)
        case Array():
            return lambda value: value[:1] == b"{" or _json(value)
    return lambda _: False


def _moment(value: bytes) -> object:
    return datetime.datetime.fromisoformat(value.decode())


def _day(value: bytes) -> object:
    return len(value) <= 10 and _moment(value)


def _json(value: bytes) -> bool:
    """What is not ASCII is decoded in full: a passing look does not see whether it is UTF-8."""
    try:
        if value.isascii():
            _WELL_FORMED(value)
        else:
            msgspec.json.decode(value)
    except msgspec.MsgspecError:
        return False
    return True


_TESTS: dict[str, Test] = {
    **{kind: deferred(rb"[+-]?[0-9]{1,%d}" % digits).fullmatch for kind, digits in _DIGITS.items()},
    "bool": _TRUTH,
    **dict.fromkeys(("float4", "float8", "numeric"), _NUMBER),
    "uuid": _UUID,
    **dict.fromkeys(("timestamptz", "timestamp"), _moment),
    "date": _day,
    **dict.fromkeys(("time", "timetz"), _CLOCK),
    **dict.fromkeys(("json", "jsonb"), _json),
}
