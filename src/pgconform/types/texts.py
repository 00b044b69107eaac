"""Types that stay texts, and lists of numbers that Postgres carries as text."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, JsonValue, PlainSerializer

from pgconform.types.geometric import as_text


def _numbers(value: Any) -> Any:
    if isinstance(value, str):
        return [float(part) for part in value.strip("[]").split(",") if part]
    return value.tolist() if hasattr(value, "tolist") else list(value) if hasattr(value, "__iter__") else value


def _vector(value: list[float]) -> str:
    return "[" + ",".join(map(repr, value)) + "]"


def _sparse(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    body, _, size = value.partition("/")
    if not (body.startswith("{") and body.endswith("}") and size.isdigit()):
        raise ValueError("this is no sparsevec")
    return value


def _unpadded(value: Any) -> Any:
    return value.rstrip(" ") if isinstance(value, str) else value


Text: TypeAlias = Annotated[str, BeforeValidator(as_text)]
Geometric: TypeAlias = Annotated[str, BeforeValidator(as_text)]
Geometry: TypeAlias = Annotated[JsonValue, AfterValidator(lambda value: value)]
Vector: TypeAlias = Annotated[list[float], BeforeValidator(_numbers), PlainSerializer(_vector, when_used="json")]
Sparsevec: TypeAlias = Annotated[str, BeforeValidator(_sparse)]
Padded = BeforeValidator(_unpadded)
