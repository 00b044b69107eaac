"""Whether Postgres can read a text as a value of a type."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final

from pgconform.postgrest.comparing import RANGES
from pgconform.shape import Array, Labels, Scalar, Type

_INTEGER = re.compile(r"\s*[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*)\s*\Z")
_NUMBER = re.compile(r"\s*[+-]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?\s*\Z")
_BASED = re.compile(r"\s*[+-]?0[xXoObB]")
_DECIMAL = re.compile(r"\s*[+-]?[0-9]+\s*\Z")
_SPECIAL = re.compile(r"\s*(?:nan|[+-]?inf(?:inity)?)\s*\Z", re.IGNORECASE)
_UUID = re.compile(r"\s*\{?[0-9a-fA-F]{4}(?:-?[0-9a-fA-F]{4}){7}\}?\s*\Z")
_RANGE = re.compile(r"\s*(?:empty|[\[(].*,.*[\])])\s*\Z", re.IGNORECASE | re.DOTALL)
_ARRAY = re.compile(r"\s*(?:\[[^{]*\]\s*=\s*)?\{.*\}\s*\Z", re.DOTALL)
_PLAIN_ARRAY = re.compile(r'\s*\{([^{}"\\]*)\}\s*\Z')
_TIME_WORD = re.compile(r"now|today|tomorrow|yesterday|epoch|infinity|allballs|noon|midnight", re.IGNORECASE)
_TRUTHS: Final = ("true", "false", "yes", "no", "on", "off", "1", "0")
_LIMITS: Final = {"int2": 1 << 15, "int4": 1 << 31, "int8": 1 << 63}
_TEMPORAL = ("date", "time", "timetz", "timestamp", "timestamptz")


def readable(text: str, type_: Type) -> bool | None:
    """True or False where it is certain, None where it is not known."""
    match type_:
        case Labels(values=values):
            return text in values if values else None
        case Array(of=of):
            return _array(text, of)
        case Scalar(kind=kind):
            if check := _CHECKS.get(kind):
                return check(text)
            return True if kind in ("text", "varchar", "bpchar", "citext", "name") else None
        case _:
            return None


def _integer(kind: str) -> Callable[[str], bool | None]:
    """Digits of another base and underscores are read since version 16, and not in every place."""
    limit = _LIMITS[kind]

    def check(text: str) -> bool | None:
        if _DECIMAL.match(text):
            return -limit <= int(text) < limit
        return None if _INTEGER.match(text) else False

    return check


def _number(text: str) -> bool | None:
    """A number of any size may be too large for its type."""
    return None if _NUMBER.match(text) or _SPECIAL.match(text) or _BASED.match(text) else False


def _truth(text: str) -> bool:
    word = text.strip().lower()
    return bool(word) and any(full.startswith(word) for full in _TRUTHS if word != "o")


def _json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(word: str) -> object:
    raise ValueError(word)


def _temporal(text: str) -> bool | None:
    """Only letters without a digit, or a word that stands for a time, are surely none."""
    digits, letters = (any(map(test, text)) for test in (str.isdigit, str.isalpha))
    return False if letters and not digits and not _TIME_WORD.search(text) else None


def _array(text: str, of: Type) -> bool | None:
    if not _ARRAY.match(text):
        return False
    plain = _PLAIN_ARRAY.match(text)
    if plain is None or not plain[1].strip():
        return True if plain else None
    verdicts = [None if item.strip().upper() == "NULL" else readable(item.strip(), of) for item in plain[1].split(",")]
    return False if False in verdicts else None


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: bool(pattern.match(text))


def _range(text: str) -> bool | None:
    return None if _RANGE.match(text) else False


_CHECKS: Final[dict[str, Callable[[str], bool | None]]] = {
    **{kind: _integer(kind) for kind in _LIMITS},
    **dict.fromkeys(("float4", "float8", "numeric"), _number),
    **dict.fromkeys(_TEMPORAL, _temporal),
    **dict.fromkeys(("json", "jsonb"), _json),
    **{kind: _range for kind in RANGES if not kind.endswith("multirange")},
    "bool": _truth,
    "oid": lambda text: None if _INTEGER.match(text) else False,
    "uuid": _matches(_UUID),
}
