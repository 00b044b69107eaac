import re
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints, constr


class Stripped(BaseModel):
    one: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5)]
    two: constr(to_lower=True, min_length=1)
    three: Annotated[str, StringConstraints(strip_whitespace=False, max_length=5)]
    five: Annotated[str, StringConstraints(strip_whitespace=True, pattern="^a$")]
    four: Annotated[str, StringConstraints(to_upper=True)] | None = None


class AllStripped(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)

    text: str
    limited: str = Field(max_length=3)
    number: int


class Searched(BaseModel):
    model_config = ConfigDict(regex_engine="python-re")

    text: str = Field(pattern=r"^(?=a)\w+$")


class Compiled(BaseModel):
    plain: str = Field(pattern=re.compile("^a$"))
    flagged: str = Field(pattern=re.compile("^a$", re.IGNORECASE))


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")

    size: int = Field(validation_alias=AliasChoices("size", "length", "width"))
    name: str = Field(alias="title")


class Holds(BaseModel):
    one: Strict
    many: list[Strict] = []
