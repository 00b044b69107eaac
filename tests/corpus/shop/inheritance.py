from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Final, Optional
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from . import base
from .base import AppModel, Identified, Timed, _Hidden
from .enums import Color, Computed, Derived, Forgiving, Functional, Level, Listed, Mixed, Pairs, Size, Status
from .plain import Scalars as ImportedScalars


class Account(Identified):
    name: str
    status: Status = Status.OPEN


class AccountCreate(Account):
    id: int


class AccountUpdate(AppModel):
    name: Optional[str] = None
    status: Optional[Status] = None


class Mixin(Timed, AppModel):
    x: int


class MixinSecond(AppModel, Timed):
    updated_at: datetime
    y: int = 1


class Left(AppModel):
    a: int = Field(1, ge=0)
    shared: int = 1


class Right(AppModel):
    b: int
    shared: str = "r"


class Diamond(Left, Right):
    c: int


class DiamondOther(Right, Left):
    pass


class Third(Diamond):
    shared: float
    b: str = "now optional"


class FromModule(base.Identified):
    name: str


class Overridden(ImportedScalars):
    a: str
    b: int = 3


class Privates(BaseModel):
    model_config = ConfigDict(ignored_types=(int,))
    _x: int = 1
    _y: str = PrivateAttr(default="y")
    z: int
    constant: ClassVar[int] = 3
    bare: ClassVar = 4
    final: Final[int] = 5
    final_open: Final[int]


class UsesHidden(_Hidden):
    more: int


class Enums(BaseModel):
    status: Status
    color: Color = Color.RED
    level: Level
    size: Size | None = None
    mixed: Mixed
    forgiving: Forgiving
    derived: Derived
    functional: Functional
    pairs: Pairs
    listed: Listed
    several: list[Status]
    maybe: Optional[Color] = None


class UsesEnumValues(BaseModel):
    model_config = ConfigDict(use_enum_values=True)
    status: Status


class Grand(Third):
    when: date
    id: UUID


class Level1(BaseModel):
    a: int
    model_config = ConfigDict(extra="forbid")


class Level2(Level1):
    b: int


class Level3(Level2):
    model_config = ConfigDict(extra="allow", populate_by_name=True)
    c: int = Field(alias="C")


class Level4(Level3):
    d: int = Field(alias="D")


class Redeclared(BaseModel):
    a: int = Field(ge=1, alias="A")


class RedeclaredSub(Redeclared):
    a: int


class RedeclaredSame(Redeclared):
    pass


class ClassVarOver(Level1):
    e: ClassVar[int] = 1
