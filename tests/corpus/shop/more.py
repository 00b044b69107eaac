from __future__ import annotations

import typing
from collections.abc import MutableMapping, MutableSequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timezone
from decimal import Decimal as D
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Callable, Generic, Literal, Optional, Type, TypeVar, Union
from uuid import UUID as Key
from uuid import uuid4

import pydantic as p
from pydantic import BaseModel as Model
from pydantic import ConfigDict as Settings
from pydantic import Field as F
from pydantic import field_validator as fv
from typing_extensions import NotRequired, Self, TypedDict

from . import base as shop_base
from . import deep, enums
from .deep import Leaf, Percentage
from .deep.leaf import Branch as DeepBranch
from .types import Money as Cash

if TYPE_CHECKING:
    from collections.abc import Iterator

now = partial(datetime.now, timezone.utc)
SEPARATOR = "-"
T = TypeVar("T")


class Renamed(Model):
    key: Key = F(default_factory=uuid4)
    amount: D = D("0")
    price: Cash
    share: Percentage = 0.5
    made: datetime = F(default_factory=now)


class ThroughPackages(shop_base.AppModel):
    leaf: Leaf
    branch: DeepBranch | None = None
    other: deep.Leaf | None = None
    status: enums.Status = enums.Status.OPEN
    color: enums.Color


class Containers(Model):
    a: MutableMapping[str, int]
    b: MutableSequence[int]
    c: AbstractSet[str]
    d: typing.Mapping[str, Any]
    e: typing.MutableMapping[str, Any]
    f: typing.Dict[str, typing.List[int]]
    g: typing.Iterable[str]
    h: typing.Tuple[str, ...]
    i: typing.Deque[int]
    j: typing.DefaultDict[str, int]


class Functions(Model):
    model_config = Settings(arbitrary_types_allowed=True)
    call: Callable[[int], str]
    maybe: Optional[Callable[..., Any]] = None
    type_: Type[int]
    any_type: type


class Me(Model):
    parent: Optional[Self] = None
    children: list[Self] = []


class Local(Enum):
    A = "a" + SEPARATOR
    B = "b"


class UsesLocal(Model):
    kind: Local


class Named(TypedDict):
    name: str
    age: NotRequired[int]


class WithTyped(Model):
    named: Named
    many: list[Named] = []
    maybe: Optional[Named] = None


class Limits(Model):
    a: int = F(default=0, ge=-10, le=+10)
    b: float = F(0.0, gt=-1.5)
    c: str = F("", max_length=1_000)
    d: int = p.Field(..., multiple_of=2)
    e: Annotated[int, p.Field(ge=0)] = p.Field(default=3, description="three")
    f: Annotated[Optional[int], p.Field(ge=0)] = None
    g: Annotated[int | None, p.Field(ge=0, le=5)]
    h: Optional[int] = F(None, ge=0, title="H", examples=[1], json_schema_extra={"x": 1})
    i: list[int] = F(default_factory=list, max_length=10)
    j: dict[str, int] = F(default_factory=dict)


class Frozen(Model, frozen=True):
    a: int


class Forbids(Model, extra="forbid"):
    a: int


class Allows(Model):
    model_config = p.ConfigDict(extra="allow")
    a: int


class Ignores(Allows):
    model_config = p.ConfigDict(extra="ignore")


class AliasOnOptional(Model):
    a: Optional[int] = F(None, alias="A")
    b: int | None = F(default=None, validation_alias="B", description="b")
    c: Annotated[int | None, F(alias="C")] = None


class Split(Model):
    @fv("items", mode="before")
    @classmethod
    def split(cls, value: Any) -> Any:
        return value

    items: list[str]


class SplitChild(Split):
    items: list[int]


class Base1(Model, Generic[T]):
    value: T

    class Inside(Model):
        x: int


class Child1(Base1[int]):
    inside: Base1.Inside


class Child2(Base1[Optional[str]]):
    pass


class Child3(Base1[Union[int, str]]):
    pass


class Child4(Base1[Literal["a", "b"]]):
    pass


class Child5(Base1["Frozen"]):
    pass


class Annotations(Model):
    a: typing.Annotated[typing.Optional[str], p.StringConstraints(max_length=4)] = None
    b: typing.Annotated[list[str], F(min_length=1, description="some")]
    c: typing.Annotated[str, "first", F(max_length=4), "second"]
    d: typing.Annotated[p.PositiveInt, F(le=9)]
    e: p.conlist(p.PositiveInt, max_length=3) = []
    f: Annotated[Annotated[str, F(min_length=1)], F(max_length=3)]


class MixinPlain:
    note: Optional[str] = None
    count: int = 0


class MixedIn(MixinPlain, Model):
    name: str


class MixedAfter(Model, MixinPlain):
    count: int


class Grandparent(Model):
    a: int
    b: str = "b"


class Parent(Grandparent):
    b: str
    c: float = 1.0


class Child(Parent):
    a: Optional[int] = None


class Numbers(Model):
    a: int | float
    b: float | int | None
    c: bool | int
    d: D | float
    e: str | D | None = None


class Everything(Model):
    a: object = None
    b: Any
    c: Optional[Any]
    d: Union[Any, None] = None


class Trimmer:
    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return handler(source)


class Note:
    pass


Lowered = p.BeforeValidator(str.lower)


class Noted(Model):
    a: Annotated[str, Trimmer()]
    b: Annotated[str, Note()]
    c: Annotated[str, Lowered]
    d: Annotated[int, 3, F(gt=0)]
