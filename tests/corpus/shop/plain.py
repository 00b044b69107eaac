import datetime as dt
import decimal
import enum
import ipaddress
import pathlib
import re
import typing as t
import uuid
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Optional, Set, Text, Tuple, Union
from uuid import UUID

from pydantic import BaseModel


class Empty(BaseModel):
    pass


class Scalars(BaseModel):
    a: int
    b: str
    c: float
    d: bool
    e: bytes
    f: Decimal
    g: complex
    h: object
    i: Any
    j: None


class Times(BaseModel):
    a: datetime
    b: date
    c: time
    d: timedelta
    e: dt.datetime
    f: dt.date


class Ids(BaseModel):
    a: UUID
    b: uuid.UUID
    c: decimal.Decimal
    d: Fraction
    e: pathlib.Path
    f: Path


class Addresses(BaseModel):
    a: ipaddress.IPv4Address
    b: ipaddress.IPv6Network
    c: ipaddress.IPv4Interface


class Optionals(BaseModel):
    a: Optional[int]
    b: Optional[int] = None
    c: int | None
    d: int | None = None
    e: None | int = 3
    f: Union[int, None]
    g: Union[None, int, str]
    h: Optional[Union[int, str]]
    i: "int | None"
    j: "Optional[str]" = None
    k: t.Optional[t.List[t.Optional[int]]] = None


class Unions(BaseModel):
    a: int | str
    b: Union[int, str, float]
    c: Union[int, Union[str, bytes]]
    d: int | Any
    e: Union[int, int, str]
    f: list[int] | int | None
    g: dict[str, int] | list[str]


class Lists(BaseModel):
    a: list
    b: list[int]
    c: List
    d: List[str]
    e: Set[int]
    f: FrozenSet[str]
    g: Tuple[int, ...]
    h: Tuple[int, str]
    i: tuple
    j: Sequence[int]
    k: Iterable[int]
    l: deque[int]
    m: list[Any]
    n: list[list[int]]
    o: list[int | None]
    p: set[str]
    q: frozenset[int]
    r: t.Sequence[str]
    s: tuple[str, ...] | None = None


class Dicts(BaseModel):
    a: dict
    b: dict[str, Any]
    c: Dict
    d: Dict[str, int]
    e: Mapping[str, Any]
    f: OrderedDict[str, int]
    g: defaultdict[str, int]
    h: dict[int, dict[str, str]]
    i: list[dict[str, Any]]


class Defaults(BaseModel):
    a: int = 1
    b: str = "x"
    c: str = ""
    d: bool = False
    e: float = -1.5
    f: list[int] = []
    g: dict[str, int] = {"a": 1}
    h: int = None
    i: Optional[str] = "y"
    j: datetime = datetime(2020, 1, 1)
    k: tuple[int, ...] = (1, 2)


class Patterns(BaseModel):
    a: re.Pattern
    b: re.Pattern[str]
    c: Text


class Late(BaseModel):
    before: "Later"
    many: "list[Later]"
    maybe: Optional["Later"] = None


class Later(BaseModel):
    x: int


class Docs(BaseModel):
    """A model with a docstring."""

    a: int
    """What a is."""
    b: str = "s"
    "What b is."


class Outer(BaseModel):
    class Inner(BaseModel):
        x: int

    class Kind(str, enum.Enum):
        A = "a"

    inner: Inner
    kind: Kind
    inners: list[Inner] = []


if t.TYPE_CHECKING:
    from decimal import Decimal as Hidden


class Conditional(BaseModel):
    if True:
        a: int


try:
    from nowhere import Missing  # type: ignore
except ImportError:
    Missing = int


class WithFallback(BaseModel):
    a: int
    b: str = "x"


class Spread(BaseModel):
    a: int; b: str
    c: \
        int = 1
