"""Bytea: bytes, which PostgREST and JSON carry as hexadecimal text."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, TypeAlias

from pydantic_core import core_schema

from pgconform.types.core import Form, text


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if text(value, "bytes").startswith("\\x"):
        return bytes.fromhex(value[2:])
    raise ValueError(r"bytea arrives as \x and hexadecimal digits")


def _hexadecimal(value: bytes) -> str:
    return "\\x" + value.hex()


Bytea: TypeAlias = Annotated[
    bytes,
    Form(
        "bytea",
        partial(core_schema.bytes_schema, strict=True),
        _bytes,
        _hexadecimal,
        {"type": "string", "format": "binary"},
    ),
]
