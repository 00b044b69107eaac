"""Whether Postgres can read a text as a value of a type."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final

from pgconform.postgrest.comparing import RANGES
from pgconform.postgrest.moments import interval, moment, time_of_day
from pgconform.shape import WIDTHS, Array, Labels, Scalar, Type
from pgconform.support.patterns import deferred

_INTEGER = deferred(r"\s*[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*)\s*\Z")
_NUMBER = deferred(r"\s*[+-]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?\s*\Z")
_BASED = deferred(r"\s*[+-]?0[xXoObB]")
DECIMAL = deferred(r"\s*[+-]?[0-9]+\s*\Z")
_SPECIAL = deferred(r"\s*(?:nan|[+-]?inf(?:inity)?)\s*\Z", re.IGNORECASE)
_UUID = deferred(r"\s*\{?[0-9a-fA-F]{4}(?:-?[0-9a-fA-F]{4}){7}\}?\s*\Z")
_RANGE = deferred(r"\s*(?:empty|[\[(].*,.*[\])])\s*\Z", re.IGNORECASE | re.DOTALL)
_BOUNDS = deferred(r'\s*[\[(]([^\[\]()",\\]*),([^\[\]()",\\]*)[\])]\s*\Z')
_MULTIRANGE = deferred(r"\s*\{\s*(?:\}|(?:[\[(]|empty).*\})\s*\Z", re.IGNORECASE | re.DOTALL)
_ARRAY = deferred(r"\s*(?:\[[^{]*\]\s*=\s*)?\{.*\}\s*\Z", re.DOTALL)
_PLAIN_ARRAY = deferred(r'\s*\{([^{}"\\]*)\}\s*\Z')
_ADDRESS = deferred(r"(?=.*[.:/])[0-9a-fA-F.:/]+\Z")
_NETWORK = deferred(r"(?=.*[0-9:])[0-9a-fA-FxX.:/]+\Z")
_MAC = deferred(r"\s*(?:[0-9a-fA-FxX][\s:.-]*){6,}\s*\Z")
_BITS = deferred(r"[bB]?[01]*\Z|[xX][0-9a-fA-F]*\Z")
_LSN = deferred(r"[0-9a-fA-F]{1,8}/[0-9a-fA-F]{1,8}\Z")
_FIGURE = deferred(r"(?:[-+0-9.eE,()\[\]<>{}\s]|nan|inf(?:inity)?)*\Z", re.IGNORECASE)
_SEARCHED = deferred(r"[&|!()]|[^\s&|!()]+")
_BETWEEN: Final = frozenset("&|)")
_OPENING: Final = frozenset("&|!(")
_TRUTHS: Final = ("true", "false", "yes", "no", "on", "off", "1", "0")
_NUMBERS: Final = {"point": 2, "box": 4, "lseg": 4, "circle": 3, "line": 3, "path": 2, "polygon": 2}
_BOUND: Final = {"num": "numeric", "ts": "timestamp", "tstz": "timestamptz"}


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
    limit = 1 << WIDTHS[kind]

    def check(text: str) -> bool | None:
        if DECIMAL.match(text):
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


def _may(pattern: re.Pattern[str]) -> Callable[[str], bool | None]:
    """What does not look like this is none; what does may be one."""
    return lambda text: None if pattern.match(text) else False


def _range(kind: str) -> Callable[[str], bool | None]:
    """The bounds are read as the type that the range is of, and the lower may not be above the upper."""
    stem = kind.removesuffix("range")
    of = Scalar(_BOUND.get(stem, stem))

    def check(text: str) -> bool | None:
        if not _RANGE.match(text):
            return False
        bounds = [found for found in _BOUNDS.findall(text)[0] if found] if _BOUNDS.match(text) else []
        if any(readable(bound, of) is False for bound in bounds):
            return False
        plain = len(bounds) == 2 and all(map(DECIMAL.match, bounds))
        return False if plain and stem in ("int4", "int8", "num") and int(bounds[0]) > int(bounds[1]) else None

    return check


def _figure(numbers: int) -> Callable[[str], bool | None]:
    return lambda text: None if _FIGURE.match(text) and text.count(",") + 1 >= numbers else False


def _search(text: str) -> bool | None:
    """Words with operators between them; quotes, weights and distances are not looked into."""
    if not text.strip() or any(mark in text for mark in "'\\:<"):
        return None
    depth, wanted = 0, True
    for part in _SEARCHED.findall(text):
        if (part in _BETWEEN) is wanted:
            return False
        depth += {"(": 1, ")": -1}.get(part, 0)
        if depth < 0:
            return False
        wanted = part in _OPENING
    return False if wanted or depth else None


_CHECKS: Final[dict[str, Callable[[str], bool | None]]] = {
    **{kind: _integer(kind) for kind in WIDTHS},
    **dict.fromkeys(("float4", "float8", "numeric"), _number),
    **dict.fromkeys(("date", "timestamp", "timestamptz"), moment),
    **dict.fromkeys(("time", "timetz"), time_of_day),
    **dict.fromkeys(("json", "jsonb"), _json),
    **dict.fromkeys(("macaddr", "macaddr8"), _may(_MAC)),
    **dict.fromkeys(("bit", "varbit"), _may(_BITS)),
    **{kind: _may(_MULTIRANGE) if kind.endswith("multirange") else _range(kind) for kind in RANGES},
    **{kind: _figure(numbers) for kind, numbers in _NUMBERS.items()},
    "interval": interval,
    "bool": _truth,
    "oid": _may(_INTEGER),
    "uuid": _matches(_UUID),
    "inet": _may(_ADDRESS),
    "cidr": _may(_NETWORK),
    "pg_lsn": _may(_LSN),
    "tsquery": _search,
}
