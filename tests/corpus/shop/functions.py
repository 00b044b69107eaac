import json
from datetime import datetime
from typing import Annotated, Any, Optional

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    PlainSerializer,
    PlainValidator,
    SerializeAsAny,
    SkipValidation,
    WrapValidator,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
    validator,
)


def parse(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def twice(value: Any, handler: Any) -> Any:
    return handler(handler(value))


def make(value: Any) -> Any:
    return value


class Before(BaseModel):
    tags: list[str]
    other: int

    @field_validator("tags", mode="before")
    @classmethod
    def split(cls, value: Any) -> Any:
        return value.split(",") if isinstance(value, str) else value


class After(BaseModel):
    tags: list[str]

    @field_validator("tags")
    @classmethod
    def check(cls, value: list[str]) -> list[str]:
        return value


class Every(BaseModel):
    a: int
    b: str

    @field_validator("*", mode="before")
    @classmethod
    def blank(cls, value: Any) -> Any:
        return value or None


class Several(BaseModel):
    a: int
    b: str
    c: float

    @field_validator("a", "b", mode="wrap")
    @classmethod
    def wrap(cls, value: Any, handler: Any) -> Any:
        return handler(value)

    @field_validator("c", mode="plain")
    @classmethod
    def plainly(cls, value: Any) -> Any:
        return value


class OldStyle(BaseModel):
    a: int
    b: int

    @validator("a", pre=True)
    def before(cls, value: Any) -> Any:
        return value

    @validator("b")
    def after(cls, value: Any) -> Any:
        return value


class Inherits(Before):
    more: int


class Reused(BaseModel):
    a: dict[str, Any]
    _parse = field_validator("a", mode="before")(parse)


class WholeBefore(BaseModel):
    a: int

    @model_validator(mode="before")
    @classmethod
    def rename(cls, data: Any) -> Any:
        return data


class WholeAfter(BaseModel):
    a: int

    @model_validator(mode="after")
    def check(self) -> "WholeAfter":
        return self


class WholeWrap(BaseModel):
    a: int

    @model_validator(mode="wrap")
    @classmethod
    def wrap(cls, data: Any, handler: Any) -> Any:
        return handler(data)


class InAnnotated(BaseModel):
    a: Annotated[int, BeforeValidator(parse)]
    b: Annotated[int, AfterValidator(make)]
    c: Annotated[int, WrapValidator(twice)]
    d: Annotated[int, PlainValidator(make)]
    e: Optional[Annotated[int, BeforeValidator(parse)]] = None
    f: Annotated[datetime, PlainSerializer(str)]
    g: SkipValidation[int]
    h: SerializeAsAny[int]
    i: list[Annotated[int, BeforeValidator(parse)]]
    j: Annotated[Optional[str], BeforeValidator(parse), Field(max_length=3)] = None
    k: InstanceOf[int]


class Serializes(BaseModel):
    a: datetime
    b: int

    @field_serializer("a")
    def as_text(self, value: datetime) -> str:
        return value.isoformat()


class SerializesWhole(BaseModel):
    a: int

    @model_serializer
    def whole(self) -> dict[str, Any]:
        return {"x": self.a}


class OwnInit(BaseModel):
    a: int

    def __init__(self, **data: Any) -> None:
        super().__init__(**data)


class InitFromBase(OwnInit):
    b: int


class Arbitrary:
    pass


class Taking(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    a: Arbitrary
    b: Optional[Arbitrary] = None
    c: list[Arbitrary]
    d: Arbitrary | int


class Custom:
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        return handler(int)


class UsesCustom(BaseModel):
    a: Custom
    b: Custom | None = None


class NestedFunctions(BaseModel):
    before: Before
    whole: WholeBefore
    wholes: list[WholeBefore]
    after: After
