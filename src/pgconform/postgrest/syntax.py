"""The parts of a request as PostgREST's grammar names them; each ``start`` and ``end`` is an offset in the text."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from pgconform.request import HOLE


class Name(msgspec.Struct, frozen=True):
    """An identifier as the server reads it, quotes and outer spaces taken away."""

    text: str
    start: int = 0
    end: int = 0

    @property
    def known(self) -> bool:
        return HOLE not in self.text


class JsonStep(msgspec.Struct, frozen=True):
    """One ``->`` or ``->>`` of a JSON path. ``kind`` of its operand is "key" or "index"."""

    arrow: str
    key: str
    kind: str = "key"
    start: int = 0
    end: int = 0


class ColumnRef(msgspec.Struct, frozen=True):
    """A column with an optional JSON path."""

    name: Name
    steps: tuple[JsonStep, ...] = ()


class Star(msgspec.Struct, frozen=True):
    """``*``: all columns, never a computed field."""

    start: int = 0


class Column(msgspec.Struct, frozen=True):
    """A selected column. ``column`` None is a bare ``count()``. ``unclear``: part of its text is not known."""

    column: ColumnRef | None
    alias: Name | None = None
    cast: Name | None = None
    aggregate: str = ""
    aggregate_cast: Name | None = None
    unclear: bool = False
    start: int = 0
    end: int = 0


class Embed(msgspec.Struct, frozen=True):
    """Related rows. ``join`` is "", "inner" or "left". ``unclear``: part of its own text is not known."""

    name: Name
    alias: Name | None = None
    hint: Name | None = None
    join: str = ""
    spread: bool = False
    items: tuple[Item, ...] = ()
    unclear: bool = False
    start: int = 0
    end: int = 0

    @property
    def key(self) -> Name:
        """The name under which the rows arrive."""
        return self.alias or self.name


Item: TypeAlias = Star | Column | Embed


class Operation(msgspec.Struct, frozen=True):
    """An operator with its operand; ``operands`` only of ``in``. ``start`` is where the operator stands."""

    operator: str
    value: str = ""
    operands: tuple[str, ...] | None = None
    negated: bool = False
    quantifier: str = ""
    language: str = ""
    start: int = 0


class Condition(msgspec.Struct, frozen=True):
    """A column compared with something; ``path`` are the embeds it is reached through."""

    column: ColumnRef
    operation: Operation
    path: tuple[Name, ...] = ()


class Unclear(msgspec.Struct, frozen=True):
    """A part of a logic text that a program computes."""

    start: int = 0
    end: int = 0


class Junction(msgspec.Struct, frozen=True):
    """``and(…)`` or ``or(…)``, perhaps negated."""

    operator: str
    terms: tuple[Term, ...]
    negated: bool = False


Term: TypeAlias = Condition | Junction | Unclear


class OrderTerm(msgspec.Struct, frozen=True):
    """A sort key; ``relation`` is the embed of ``rel(column)``."""

    column: ColumnRef
    relation: Name | None = None


class Refusal(msgspec.Struct, frozen=True):
    """The text does not parse: ``expected`` at offset ``at``. ``certain`` False: an unknown part may make it valid."""

    at: int
    expected: str
    certain: bool = True
