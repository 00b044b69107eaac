"""Ranges and multiranges: parsed from Postgres' text or taken from any driver's object."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeAlias, TypeVar, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from pgconform.support.patterns import deferred

T = TypeVar("T")
_BOUND = r'(?:"(?:[^"\\]|\\.|"")*"|(?:[^",()\[\]\\]|\\.)*)'
_RANGE = deferred(rf"(?P<open>[\[(])(?P<lower>{_BOUND}),(?P<upper>{_BOUND})(?P<close>[\])])")
_SPECIAL = deferred(r'[\s,()\[\]"\\]')


class Range(Generic[T]):
    """A range of Postgres: ``lower`` and ``upper`` are None where it is unbounded.

    ``bounds`` says whether each end belongs to it: "[)", "(]", "[]" or "()". The empty range has no ends.
    """

    __slots__ = ("bounds", "empty", "lower", "upper")

    def __init__(self, lower: T | None = None, upper: T | None = None, bounds: str = "[)", empty: bool = False) -> None:
        self.lower = None if empty else lower
        self.upper = None if empty else upper
        self.bounds = bounds
        self.empty = empty

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Range) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash(self._said())

    def __repr__(self) -> str:
        return f"Range({str(self)!r})"

    def __str__(self) -> str:
        """The text Postgres reads back as this range."""
        if self.empty:
            return "empty"
        return f"{self.bounds[0]}{_bound(self.lower)},{_bound(self.upper)}{self.bounds[1]}"

    def _said(self) -> tuple[object, ...]:
        return (True,) if self.empty else (self.lower, self.upper, self.bounds)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        of = (get_args(source) or (Any,))[0]
        return core_schema.chain_schema(
            [
                core_schema.no_info_plain_validator_function(_range),
                core_schema.no_info_wrap_validator_function(
                    _with_ends, core_schema.nullable_schema(handler.generate_schema(of))
                ),
            ],
            serialization=core_schema.to_string_ser_schema(when_used="unless-none"),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"type": "string", "title": "Range"}


def _bound(value: object) -> str:
    written = "" if value is None else str(value)
    if value is None or (written and not _SPECIAL.search(written)):
        return written
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _range(value: Any) -> Range[Any]:
    if isinstance(value, Range):
        return value
    if isinstance(value, str):
        return _parsed(value)
    empty = getattr(value, "isempty", None)
    if not isinstance(empty, bool):
        empty = getattr(value, "empty", getattr(value, "is_empty", None))
    if not isinstance(empty, bool) or not hasattr(value, "lower"):
        raise ValueError("a range is wanted")
    bounds = ("[" if value.lower_inc else "(") + ("]" if value.upper_inc else ")")
    return Range(value.lower, value.upper, bounds, empty)


def _parsed(value: str) -> Range[str]:
    if value == "empty":
        return Range(empty=True)
    found = _RANGE.fullmatch(value)
    if found is None:
        raise ValueError("this is no range of Postgres")
    return Range(_unquoted(found["lower"]), _unquoted(found["upper"]), found["open"] + found["close"])


def _unquoted(value: str) -> str | None:
    if not value:
        return None
    bare = value[1:-1].replace('""', '"') if value.startswith('"') else value
    return re.sub(r"\\(.)", r"\1", bare)


def _with_ends(value: Range[Any], convert: Callable[[Any], Any]) -> Range[Any]:
    return Range(convert(value.lower), convert(value.upper), value.bounds, value.empty)


class _Multirange:
    """Metadata that takes a multirange's text, or a driver's object, for a list of ranges."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            _ranges,
            handler(source),
            serialization=core_schema.plain_serializer_function_ser_schema(_text_of_ranges, when_used="unless-none"),
        )


def _ranges(value: Any) -> list[Any]:
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return list(value)
    if not isinstance(value, str):
        raise ValueError("a multirange is wanted")
    body = value.strip()[1:-1]
    found = [match.group() for match in re.finditer(rf"{_RANGE.pattern}|empty", body)]
    if not (value.startswith("{") and value.endswith("}")) or ",".join(found) != body:
        raise ValueError("this is no multirange of Postgres")
    return found


def _text_of_ranges(value: list[Range[Any]]) -> str:
    return "{" + ",".join(map(str, value)) + "}"


Multirange: TypeAlias = Annotated[list[Range[T]], _Multirange()]
