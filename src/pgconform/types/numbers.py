"""Numeric: a Decimal that may be NaN or infinite."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import Field

Numeric: TypeAlias = Annotated[Decimal, Field(allow_inf_nan=True)]
