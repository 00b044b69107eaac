"""Whether a Python value is the value that a text of Postgres stands for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_interface
from math import isnan
from typing import Any
from uuid import UUID

from pydantic import SecretBytes, SecretStr

from tests.wire.measure import Sent

_TEXTS = ("text", "varchar", "bpchar", "char", '"char"', "name", "citext", "mood", "email")
_NUMBERS = ("int", "float", "numeric", "oid", "xid", "cid", "lo")


def held(sent: Sent, value: Any) -> bool:
    """The value is what was sent."""
    if isinstance(value, SecretStr | SecretBytes):
        value = value.get_secret_value()
    if sent.name in ("json", "jsonb"):
        return _json(sent, value)
    for kinds, judge in _JUDGES:
        if isinstance(value, kinds):
            return judge(sent, value)
    return value is sent.arrived or value == sent.arrived


def _number(sent: Sent, value: Any) -> bool:
    if sent.name == "bool" or (isinstance(value, bool) and sent.name in ("bit(1)", "varbit")):
        return bool(value == (sent.text in ("true", "1")))
    if not _numeric(sent):
        return False
    if sent.name.startswith("float") and isinstance(value, float):
        return isnan(value) or value == float(sent.text)
    number = Decimal(sent.text)
    if number.is_nan() or isnan(value):
        return number.is_nan() and isnan(value)
    if isinstance(value, float) and number.is_finite():
        return number == Decimal(repr(value)) if "." in sent.text else number == Decimal(value)
    return bool(value == number)


def _numeric(sent: Sent) -> bool:
    if sent.name.endswith(("range", "[]")):
        return False
    plain = sent.name.startswith((*_NUMBERS, *_TEXTS))
    try:
        return plain and Decimal(sent.text) is not None
    except ArithmeticError:
        return False


def _text(sent: Sent, value: str) -> bool:
    return value == (sent.arrived if isinstance(sent.arrived, str) else sent.text)


def _bytes(sent: Sent, value: bytes) -> bool:
    if sent.name == "bytea":
        return value == bytes.fromhex(sent.text[2:])
    return sent.name.split("(")[0] in _TEXTS and value == sent.text.encode()


def _datetime(sent: Sent, value: datetime) -> bool:
    if isinstance(sent.arrived, int | float | Decimal) or sent.text.endswith("infinity"):
        return False
    try:
        meant = datetime.fromisoformat(sent.text)
    except ValueError:
        return False
    return (meant.tzinfo is None) == (value.tzinfo is None) and meant == value


def _date(sent: Sent, value: date) -> bool:
    return sent.text.removesuffix("+00").removesuffix(" 00:00:00") == value.isoformat()


def _time(sent: Sent, value: time) -> bool:
    try:
        return time.fromisoformat(sent.text) == value and sent.name in ("time", "timetz")
    except ValueError:
        return False


def _interval(sent: Sent, value: timedelta) -> bool:
    if sent.name != "interval" or "mon" in sent.text or "year" in sent.text:
        return False
    days, _, clock = sent.text.rpartition(" ") if ":" in sent.text else (sent.text, "", "")
    hours, minutes, seconds = (abs(float(part)) for part in (clock or "0:0:0").lstrip("-").split(":"))
    sign = -1 if clock.startswith("-") else 1
    meant = timedelta(hours=hours, minutes=minutes, seconds=seconds) * sign
    return value == meant + timedelta(days=int(days.split()[0]) if days else 0)


def _address(sent: Sent, value: Any) -> bool:
    if sent.name not in ("inet", "cidr"):
        return False
    return ip_interface(str(value)) == ip_interface(sent.text)


def _json(sent: Sent, value: Any) -> bool:
    """The value is the decoded document, or where it is a text of a document, that text."""
    document = json.loads(sent.text)
    if isinstance(value, str):
        return value in (sent.arrived, document)
    numbers = isinstance(document, int | float) and isinstance(value, int | float | Decimal)
    return bool(document == value) and (numbers or type(value) is type(document))


def _structured(sent: Sent, value: Any) -> bool:
    if sent.name.startswith(("vector", "halfvec")):
        return bool(value == json.loads(sent.text))
    if sent.name.endswith("multirange"):
        return bool(value == list(sent.arrived))
    return bool(value == sent.arrived)


_JUDGES: tuple[tuple[Any, Callable[[Sent, Any], bool]], ...] = (
    ((bool, int, float, Decimal), _number),
    (str, _text),
    (bytes, _bytes),
    (datetime, _datetime),
    (date, _date),
    (time, _time),
    (timedelta, _interval),
    (UUID, lambda sent, value: str(value) == sent.text),
    ((IPv4Address, IPv6Address, IPv4Network, IPv6Network), _address),
    ((dict, list), _structured),
)
