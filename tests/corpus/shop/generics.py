from datetime import date
from typing import Any, Generic, List, Literal, Optional, TypeVar, Union

from pydantic import BaseModel, Field, RootModel

from .base import AppModel
from .enums import Color, Size, Status
from .plain import Later
from .types import Chain, IdList, Json, MaybeInt, NestedNew, Number, Side, Sides, Slug, UserId

T = TypeVar("T")
K = TypeVar("K", bound=str)
C = TypeVar("C", int, str)
M = TypeVar("M", bound=BaseModel)


class Page(BaseModel, Generic[T]):
    items: list[T]
    total: int
    first: Optional[T] = None


class IntPage(Page[int]):
    pass


class LaterPage(Page[Later]):
    extra_field: str


class NestedPage(Page[list[str]]):
    pass


class Two(BaseModel, Generic[K, T]):
    key: K
    value: T


class TwoBound(Two[str, int]):
    pass


class Half(Two[str, T], Generic[T]):
    more: T


class HalfBound(Half[bool]):
    pass


class Unbound(BaseModel, Generic[T]):
    value: T
    values: List[T] = []


class BoundDefault(BaseModel, Generic[K]):
    value: K


class UsesGenerics(BaseModel):
    page: Page[int]
    maybe: Optional[Page[Later]] = None
    pages: list[Page[str]] = []
    raw: Page


class GenericBase(AppModel, Generic[T]):
    data: T


class Concrete(GenericBase[Later]):
    pass


class ReGeneric(GenericBase[T], Generic[T]):
    other: T


class ReConcrete(ReGeneric[float]):
    pass


class Aliased(BaseModel):
    a: UserId
    b: Slug
    c: NestedNew
    d: Json
    e: MaybeInt
    f: IdList
    g: Number
    h: Side
    i: Sides
    j: Chain
    k: Optional[UserId] = None
    l: MaybeInt = None


class Literals(BaseModel):
    a: Literal["x", "y"]
    b: Literal["x", None]
    c: Literal[1, 2]
    d: Literal["x", 1]
    e: Literal[True]
    f: Literal[Status.OPEN, Status.CLOSED]
    g: Literal["a"] | Literal["b"]
    h: Optional[Literal["a", "b"]] = None
    i: list[Literal["a", "b"]]
    j: Literal[Color.RED, "other"]
    k: Literal["only"] = "only"
    l: Union[Literal["a"], int]


class IntRoot(RootModel[int]):
    pass


class ListRoot(RootModel[list[Later]]):
    pass


class DictRoot(RootModel):
    root: dict[str, int]


class OptionalRoot(RootModel[Optional[str]]):
    root: Optional[str] = None


class UsesRoots(BaseModel):
    a: IntRoot
    b: ListRoot
    c: DictRoot
    d: OptionalRoot
    e: IntRoot | None = None
    f: RootModel[str]


class Nested(BaseModel):
    one: Later
    many: list[Later]
    maybe: Later | None = None
    mapped: dict[str, Later]
    either: Later | Concrete
    deep: list[list[Later]]


class Tree(BaseModel):
    value: int
    children: list["Tree"] = []
    parent: Optional["Tree"] = None


class A1(BaseModel):
    b: "Optional[B1]" = None


class B1(BaseModel):
    a: A1
    size: Size


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


class Pets(BaseModel):
    pet: Union[Cat, Dog] = Field(discriminator="kind")
    pets: list[Cat | Dog] = Field(default_factory=list)


class AnyBag(BaseModel):
    bag: Any = None
    bags: list[Any] = []
    boxed: Optional[Any] = None
