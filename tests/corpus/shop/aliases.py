from typing import Annotated, Any, Optional

from pydantic import AliasChoices, AliasGenerator, AliasPath, BaseModel, ConfigDict, Field, computed_field
from pydantic.alias_generators import to_camel, to_pascal, to_snake

from .base import SHARED


class Plain(BaseModel):
    user_id: int = Field(alias="userId")
    name: str = Field(..., alias="fullName", description="the name")
    other: Annotated[str, Field(alias="Other")]
    both: Annotated[str, Field(alias="One")] = Field("x", alias="Two")


class ByName(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    user_id: int = Field(alias="userId")
    name: str


class ByNameNew(BaseModel):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)
    user_id: int = Field(alias="userId")


class NotByAlias(BaseModel):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=False)
    user_id: int = Field(alias="userId")


class Validation(BaseModel):
    a: int = Field(validation_alias="aIn")
    b: int = Field(serialization_alias="bOut")
    c: int = Field(alias="c0", validation_alias="c1")
    d: int = Field(alias="d0", serialization_alias="d2")
    e: int = Field(validation_alias="e1", serialization_alias="e2")


class Choices(BaseModel):
    a: int = Field(validation_alias=AliasChoices("a1", "a2"))
    b: str = Field(validation_alias=AliasChoices("b", AliasPath("data", "b")))
    c: str = Field(validation_alias=AliasPath("data", "c"))
    d: str = Field(validation_alias=AliasPath("first"))
    e: Any = Field(validation_alias=AliasPath("items", 0))


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)
    user_id: int
    created_at_utc: str
    already: str
    a_1b: int
    said: int = Field(alias="said_so")


class CamelBoth(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)
    user_id: int
    address_line_1: Optional[str] = None


class Pascal(BaseModel):
    model_config = ConfigDict(alias_generator=to_pascal)
    user_id: int
    x1_y2: int


class Snake(BaseModel):
    model_config = ConfigDict(alias_generator=to_snake)
    userId: int
    HTTPServer: str
    a1B2: int


class Upper(BaseModel):
    model_config = ConfigDict(alias_generator=str.upper)
    user_id: int


class Generated(BaseModel):
    model_config = ConfigDict(alias_generator=AliasGenerator(validation_alias=to_camel, serialization_alias=to_pascal))
    user_id: int
    only_in: int = Field(validation_alias="onlyHere")
    only_out: int = Field(serialization_alias="OUT")


class GeneratedOne(BaseModel):
    model_config = ConfigDict(alias_generator=AliasGenerator(alias=to_camel))
    user_id: int


class DumpsByAlias(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)
    user_id: int = Field(alias="userId")
    plain: int


class SharedConfig(BaseModel):
    model_config = SHARED
    user_id: int = Field(alias="userId")


class SpreadConfig(BaseModel):
    model_config = ConfigDict(**SHARED, str_max_length=9)
    user_id: int = Field(alias="userId")
    name: str


class KeywordConfig(BaseModel, extra="allow", alias_generator=to_camel):
    user_id: int


class InheritsConfig(KeywordConfig, populate_by_name=True):
    other_id: int


class OldConfig(BaseModel):
    class Config:
        populate_by_name = True
        extra = "ignore"

    user_id: int = Field(alias="userId")


class Priorities(Camel):
    more_fields: int
    said: int = Field(alias="overridden")


class WithComputed(BaseModel):
    first: str
    last: str

    @computed_field
    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"

    @computed_field(alias="lengthOf")
    def length(self) -> int:
        return len(self.first)

    @computed_field(return_type=Optional[int])
    @property
    def maybe(self):
        return None

    @property
    def plain(self) -> str:
        return ""


class Excluded(BaseModel):
    a: int = Field(exclude=True)
    b: Annotated[int, Field(exclude=True)] = 1
    c: int = Field(exclude=False)
