"""Numbers: integers of Postgres' widths, floats and decimals that may be NaN or infinite."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite, isnan
from typing import Annotated, TypeAlias

from pydantic import Field, PlainSerializer


def _float(value: float) -> float | str:
    if isfinite(value):
        return value
    return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"


Int2: TypeAlias = Annotated[int, Field(ge=-(2**15), le=2**15 - 1)]
Int4: TypeAlias = Annotated[int, Field(ge=-(2**31), le=2**31 - 1)]
Int8: TypeAlias = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
Oid: TypeAlias = Annotated[int, Field(ge=0, le=2**32 - 1)]
Float: TypeAlias = Annotated[float, PlainSerializer(_float, when_used="json")]
Numeric: TypeAlias = Annotated[Decimal, Field(allow_inf_nan=True)]
