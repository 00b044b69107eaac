from typing import Annotated, Literal

from pydantic import BaseModel, Field

type Tags = list[str]
type Maybe[T] = T | None
type Kind = Literal["a", "b"]
type Limited = Annotated[str, Field(max_length=7)]
type Tree = dict[str, Tree] | int


class NewPage[T](BaseModel):
    items: list[T]
    first: T | None = None


class NewBound[T: str, *Ts](BaseModel):
    value: T


class UsesNew(BaseModel):
    tags: Tags
    kind: Kind
    maybe: Maybe[int]
    limited: Limited
    page: NewPage[int]
    tree: Tree


class IntNewPage(NewPage[int]):
    more: Tags | None = None
