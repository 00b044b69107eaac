from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Dict, List, Literal, NewType, Optional, TypeAlias, Union

from annotated_types import Ge, Gt, Interval, Le, Len, MinLen
from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints, constr

UserId = NewType("UserId", int)
Slug = NewType("Slug", str)
NestedNew = NewType("NestedNew", UserId)
Json: TypeAlias = Dict[str, Any]
Money = Annotated[Decimal, Field(max_digits=12, decimal_places=2, ge=0)]
Percent = Annotated[float, Ge(0), Le(100)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
Code = constr(pattern=r"^[A-Z]{3}$")
MaybeInt = Optional[int]
IdList = List[UserId]
Number = Union[int, float]
Side = Literal["left", "right"]
Sides = Literal[Side, "both"]
Trimmed = Annotated[str, BeforeValidator(str.strip)]
Checked = Annotated[str, AfterValidator(str.upper)]
Texted = Annotated[datetime, PlainSerializer(lambda value: value.isoformat())]
Short = Annotated[str, Len(0, 5)]
Bounded = Annotated[int, Interval(ge=1, lt=10)]
Day = date
Quoted: TypeAlias = "list[date]"
Chain = Quoted
Positive = Annotated[Annotated[int, Gt(0)], Le(9)]
NonEmpty = Annotated[list[str], MinLen(1)]
