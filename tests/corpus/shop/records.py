import dataclasses
from collections import namedtuple
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

import pydantic
from pydantic import BaseModel, ConfigDict
from pydantic.dataclasses import dataclass as checked
from typing_extensions import NotRequired, Required, TypedDict

from .enums import Status


@dataclass
class Point:
    x: int
    y: int = 0


@dataclasses.dataclass(kw_only=True)
class Named(Point):
    name: str = ""
    tags: list[str] = field(default_factory=list)
    hidden: int = field(default=1, init=False)


class Address(TypedDict):
    street: str
    city: NotRequired[str]
    zip: Optional[str]


class Loose(TypedDict, total=False):
    a: Required[int]
    b: str


class LooseMore(Loose):
    c: float


class Pair(NamedTuple):
    a: int
    b: str = ""


Old = namedtuple("Old", "a b")


@checked
class CheckedPoint:
    x: int
    y: Optional[int] = None


class UsesRecords(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    point: Point
    named: Named | None = None
    address: Address
    loose: LooseMore
    pair: Pair
    points: list[Point]
    checked: CheckedPoint


class UsesPydanticModule(pydantic.BaseModel):
    a: pydantic.conint(gt=0)
    b: int = pydantic.Field(alias="B")
    c: Any = None
    d: Status = pydantic.Field(default=Status.OPEN, description="how it " "stands")
    e: pydantic.Json[dict[str, int]] | None = None
