from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Optional
from uuid import UUID

import annotated_types
import pydantic
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen, MultipleOf
from pydantic import (
    UUID1,
    UUID3,
    UUID4,
    UUID5,
    AnyHttpUrl,
    AnyUrl,
    AwareDatetime,
    Base64Bytes,
    Base64Str,
    BaseModel,
    ConfigDict,
    DirectoryPath,
    EmailStr,
    Field,
    FilePath,
    FiniteFloat,
    FutureDate,
    FutureDatetime,
    HttpUrl,
    IPvAnyAddress,
    IPvAnyInterface,
    IPvAnyNetwork,
    Json,
    JsonValue,
    NaiveDatetime,
    NegativeFloat,
    NegativeInt,
    NewPath,
    NonNegativeFloat,
    NonNegativeInt,
    NonPositiveInt,
    PastDate,
    PastDatetime,
    PositiveFloat,
    PositiveInt,
    PostgresDsn,
    SecretBytes,
    SecretStr,
    Strict,
    StrictBool,
    StrictBytes,
    StrictFloat,
    StrictInt,
    StrictStr,
    StringConstraints,
    conbytes,
    condate,
    condecimal,
    confloat,
    conint,
    conlist,
    conset,
    constr,
)

from .base import LIMIT, PREFIX
from .types import Bounded, Chain, Checked, Code, Money, Name, NonEmpty, Percent, Positive, Short, Texted, Trimmed


class Ints(BaseModel):
    a: PositiveInt
    b: NonNegativeInt
    c: NegativeInt
    d: NonPositiveInt
    e: conint(gt=1, le=9)
    f: conint(multiple_of=5)
    g: StrictInt
    h: int = Field(ge=0)
    i: int = Field(gt=0, lt=10, default=3)
    j: Optional[PositiveInt] = None
    k: Annotated[int, Gt(0)]
    l: Annotated[int, Ge(1), Le(5)] = 2
    m: Annotated[int, Field(gt=0)] = 1
    n: Annotated[int, Field(gt=0), MultipleOf(3)]
    o: PositiveInt = Field(le=100)
    p: conint(strict=True)
    q: int = Field(default=5, ge=-1)


class Floats(BaseModel):
    a: PositiveFloat
    b: NonNegativeFloat
    c: NegativeFloat
    d: FiniteFloat
    e: confloat(ge=0.5)
    f: StrictFloat
    g: float = Field(allow_inf_nan=False)
    h: float = Field(gt=1e-05, le=1e3)
    i: Percent


class Decimals(BaseModel):
    a: condecimal(max_digits=10, decimal_places=2)
    b: Decimal = Field(max_digits=5, decimal_places=1)
    c: Annotated[Decimal, Field(ge=Decimal("0.01"))]
    d: Money
    e: Money | None = None
    f: Optional[Money]
    g: Decimal = Field(gt=Decimal(0), default=Decimal("1.5"))


class Strings(BaseModel):
    a: constr(min_length=1, max_length=5)
    b: constr(pattern=r"^\d+$")
    c: str = Field(max_length=10)
    d: str = Field(min_length=2, max_length=LIMIT)
    e: str = Field(pattern=PREFIX, default="A")
    f: Annotated[str, StringConstraints(max_length=3, pattern="x")]
    g: Annotated[str, MinLen(1)]
    h: Annotated[str, MinLen(1), MaxLen(2)] | None = None
    i: StrictStr
    j: constr(strict=True)
    k: Name
    l: Code
    m: Optional[Name] = None
    n: Short
    o: Optional[Annotated[str, Field(max_length=7)]]
    p: str | None = Field(default=None, max_length=9)
    q: Annotated[Optional[str], Field(max_length=8)] = None


class Collections(BaseModel):
    a: conlist(int, min_length=1)
    b: conset(str, max_length=3)
    c: list[int] = Field(min_length=2)
    d: Annotated[list[str], MinLen(1)]
    e: NonEmpty
    f: list[PositiveInt]
    g: list[Annotated[str, Field(max_length=3)]]
    h: conlist(str, min_length=1, max_length=2) | None = None


class Bytes(BaseModel):
    a: conbytes(max_length=4)
    b: StrictBytes
    c: Base64Bytes
    d: Base64Str
    e: SecretBytes


class Dates(BaseModel):
    a: AwareDatetime
    b: NaiveDatetime
    c: PastDatetime
    d: FutureDatetime
    e: PastDate
    f: FutureDate
    g: condate()
    h: AwareDatetime | None = None
    i: Texted


class Uuids(BaseModel):
    a: UUID1
    b: UUID3
    c: UUID4
    d: UUID5
    e: Optional[UUID4] = None
    f: list[UUID4]
    g: Annotated[UUID, Strict()]


class Network(BaseModel):
    model_config = ConfigDict(defer_build=True)
    a: AnyUrl
    b: HttpUrl
    c: AnyHttpUrl | None = None
    d: PostgresDsn
    e: IPvAnyAddress
    f: IPvAnyInterface
    g: IPvAnyNetwork
    h: EmailStr
    i: pydantic.EmailStr | None = None
    j: pydantic.NameEmail


class Secrets(BaseModel):
    a: SecretStr
    b: Optional[SecretStr] = None


class Files(BaseModel):
    a: FilePath
    b: DirectoryPath
    c: NewPath


class Jsons(BaseModel):
    a: Json
    b: Json[list[int]]
    c: JsonValue
    d: Json | None = None
    e: JsonValue | None = None


class Stricts(BaseModel):
    a: Annotated[int, Strict()]
    b: int = Field(strict=True)
    c: StrictBool
    d: Annotated[str, Strict(False)]
    e: Optional[StrictInt]
    f: list[StrictStr]
    g: Annotated[datetime, Strict()]
    h: Annotated[int, Field(strict=True)] | None = None


class WholeStrict(BaseModel):
    model_config = ConfigDict(strict=True)
    a: int
    b: list[int]
    c: Optional[str]
    d: int | str
    e: int = Field(strict=False)
    f: dict[str, int]
    g: Literal["x"]


class TextLimits(BaseModel):
    model_config = ConfigDict(str_max_length=20, str_min_length=1)
    a: str
    b: str = Field(max_length=5)
    c: str | None = None
    d: list[str]
    e: int


class Numbers(BaseModel):
    model_config = {"coerce_numbers_to_str": True}
    a: str
    b: int


class Qualified(BaseModel):
    a: pydantic.PositiveInt
    b: Annotated[int, annotated_types.Gt(2)]
    c: pydantic.types.UUID4
    d: Positive
    e: Bounded
    f: Chain
    g: Checked
    h: Trimmed
    i: Annotated[int, "just a note"]
    j: Annotated[int, Lt(True)] = 0
