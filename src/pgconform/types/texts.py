"""Types that stay texts, and lists of numbers that Postgres carries as text."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, JsonValue, PlainSerializer

from pgconform.support.patterns import deferred
from pgconform.types.geometric import as_text

_SPARSE = deferred(r"\{([^{}]*)\}/\d+")


def _numbers(value: Any) -> Any:
    if isinstance(value, str):
        if not (value.startswith("[") and value.endswith("]")):
            raise ValueError("a vector is wanted")
        return [float(part) for part in value[1:-1].split(",") if part]
    if hasattr(value, "tolist"):
        return value.tolist()
    if not isinstance(value, list):
        raise ValueError("a vector is wanted")
    return value


def _vector(value: list[float]) -> str:
    return "[" + ",".join(map(repr, value)) + "]"


def _sparse(value: Any) -> str:
    if not isinstance(value, str) or not _SPARSE.fullmatch(value):
        raise ValueError("a sparsevec is wanted")
    return value


def _unpadded(value: Any) -> Any:
    return value.rstrip(" ") if isinstance(value, str) else value


Text: TypeAlias = Annotated[str, BeforeValidator(as_text)]
Geometric: TypeAlias = Annotated[str, BeforeValidator(as_text)]
Geometry: TypeAlias = Annotated[JsonValue, AfterValidator(lambda value: value)]
Vector: TypeAlias = Annotated[list[float], BeforeValidator(_numbers), PlainSerializer(_vector, when_used="unless-none")]
Sparsevec: TypeAlias = Annotated[str, BeforeValidator(_sparse)]
Padded = BeforeValidator(_unpadded)
