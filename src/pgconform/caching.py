"""What a project says of its cache: contracts of key patterns, the code's reads and writes, and what a server holds."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias, get_args

import msgspec

from pgconform.request import Payload
from pgconform.shape import Field, Location, Value
from pgconform.support.patterns import deferred

Encoding: TypeAlias = Literal["json", "hash", "redisjson", "msgpack", "string"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
_PARAMETER = deferred(r"\{([^{}]*)\}")


class Part(Value, frozen=True, eq=False, omit_defaults=True):
    """A field of a payload: ``name`` its key, ``column`` where its value comes from, "" when it is computed.

    ``form`` "" is the JSON form of the column's type; else "text", "number", "epoch", "json" or "any". ``optional``:
    the field may stay away. ``claimed`` is what a model says of it.
    """

    name: str
    column: str = ""
    form: str = ""
    optional: bool = False
    claimed: Field | None = None
    at: Location | None = None


class Contract(Value, frozen=True, eq=False, omit_defaults=True):
    """What the keys of one pattern (``credit_balance:{account_id}``) hold.

    ``relation`` is a name as in SQL, "" for none. ``parts`` empty: the whole row, each column under its own name.
    ``parameters`` are (parameter, column). ``min_ttl`` and ``max_ttl`` are seconds, None unsaid. ``evictable``: an
    entry can be made again, so that it may be dropped. ``version`` is the field or parameter that holds a version.
    """

    pattern: str
    relation: str = ""
    encoding: str = "json"
    parts: tuple[Part, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    min_ttl: int | None = None
    max_ttl: int | None = None
    evictable: bool = False
    version: str = ""
    model: str = ""
    at: Location | None = None

    @property
    def shape(self) -> str:
        return shape(self.pattern)


class CacheUse(Value, frozen=True, eq=False, omit_defaults=True):
    """One call that reads or writes keys of a pattern. ``encoding`` "" is not known.

    ``ttl`` None: not known; 0: it sets none. ``relation`` is where a payload's rows come from, ``columns`` (key,
    column) which of its columns the payload's keys are filled from; ``row``: the payload is the row itself,
    ``scalar``: it is a "text" or another such value, and no object.
    """

    pattern: str
    verb: str
    encoding: str = ""
    payload: Payload | None = None
    ttl: int | None = None
    relation: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    row: bool = False
    scalar: str = ""
    holder: str = ""
    at: Location | None = None


class Observed(Value, frozen=True, eq=False, omit_defaults=True):
    """One way in which entries on a server differ from their contract, or from a use of it.

    ``kind``: "type", "field", "missing", "encoding", "form", "value", "label", "null", "sentinel", "ttl", "version",
    "pickle" or "row". ``said`` is what was found, ``expected`` what the contract wants. ``count`` of ``total`` entries,
    such as ``examples``.
    """

    pattern: str
    kind: str
    field: str = ""
    said: str = ""
    expected: str = ""
    count: int = 0
    total: int = 0
    examples: tuple[str, ...] = ()
    at: Location | None = None


class Caches(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything said of a cache; ``observed`` only where a server was looked at."""

    contracts: tuple[Contract, ...] = ()
    uses: tuple[CacheUse, ...] = ()
    observed: tuple[Observed, ...] = ()

    def contract(self, pattern: str) -> Contract | None:
        """The contract of a pattern, whatever its parameters are called; a literal outweighs a parameter."""
        wanted = shape(pattern)
        exact = next((item for item in self.contracts if item.shape == wanted), None)
        return exact or next((item for item in self.contracts if covers(item.pattern, pattern)), None)


def shape(pattern: str) -> str:
    """The pattern without the names of its parameters: ``credit_balance:{}``."""
    return _PARAMETER.sub("{}", pattern)


def parameters(pattern: str) -> tuple[str, ...]:
    """The names of a pattern's parameters, in order; alternatives (``{a|b}``) are none."""
    return tuple(name for name in _PARAMETER.findall(pattern) if "|" not in name)


def is_pattern(pattern: str) -> bool:
    """It can be that of keys: it has some text, its parameters are names, each of them once, and all braces close."""
    named = parameters(pattern)
    whole = bool(pattern.strip("{}")) and pattern.count("{") == pattern.count("}")
    return whole and len(set(named)) == len(named) and all(name.isidentifier() for name in named)


def covers(pattern: str, other: str) -> bool:
    """Every key of ``other`` is one of ``pattern``: ``agent:{id}:{version}`` covers ``agent:{id}:current``."""
    return regex(pattern).fullmatch(_PARAMETER.sub("\x00", other)) is not None


def regex(pattern: str) -> re.Pattern[str]:
    """What the keys of a pattern match; each parameter is a group of its name, and holds no colon."""
    parts = re.split(r"(\{[^{}]*\})", pattern)
    return re.compile("".join(map(_spelled, parts)), re.DOTALL)


def _spelled(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    name = part[1:-1]
    if "|" in name:
        return f"(?:{'|'.join(map(re.escape, name.split('|')))})"
    return f"(?P<{name}>[^:]+)" if name.isidentifier() else "([^:]+)"
