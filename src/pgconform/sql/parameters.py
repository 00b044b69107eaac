"""The values that a program sends with a statement, beside the parameters that the statement has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pgconform.postgrest.values import unreadable
from pgconform.request import Operand
from pgconform.schema import Transport
from pgconform.shape import Labels, Scalar, Type
from pgconform.sql.parts import OfStatement
from pgconform.sql.results import transport, type_of

if TYPE_CHECKING:
    from pgconform.sql.pairs import StatementPair

_READ = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric", "bool", "uuid", "date", "timestamp"})
_NUMBERS = frozenset({"int2", "int4", "int8"})
_TEXTS = frozenset({"text", "varchar", "bpchar", "name"})
_STRICT = _NUMBERS | {"float4", "float8", "bool", "date", "time", "timestamp", "timestamptz"}


class ParametersPair(OfStatement):
    """All the values of one execution; ``missing`` and ``unused`` are those of the one that the other lacks."""

    def __init__(self, statement: StatementPair, sent: tuple[tuple[str, Operand], ...]) -> None:
        super().__init__(statement)
        self.sent = dict(sent)
        self.wanted = statement.normal.names

    @cached_property
    def missing(self) -> list[str]:
        return sorted({name for name in self.wanted if name and name not in self.sent})

    @cached_property
    def unused(self) -> list[str]:
        return sorted(name for name in self.sent if name.isdigit() and name not in self.wanted)


class ParameterPair(OfStatement):
    """A constant that is sent for a parameter of a known type and that it refuses; ``by_driver``: the driver does."""

    def __init__(self, statement: StatementPair, operand: Operand, type_: Type, text: str, *, by_driver: bool) -> None:
        super().__init__(statement, operand.at)
        self.type = type_
        self.text = text
        self.by_driver = by_driver


def parameter_pairs(pair: StatementPair) -> Iterator[ParametersPair | ParameterPair]:
    """The values together, then each constant that its parameter refuses."""
    sent, types = pair.claim.parameters, pair.proof.parameters
    if sent is None or pair.unjudged or pair.kind or pair.normal.open or not all(pair.normal.names):
        return
    yield ParametersPair(pair, sent)
    values = dict(sent)
    for name, type_name in zip(pair.normal.names, types or (), strict=False):
        operand = values.get(name)
        if operand is not None and operand.json is not None:
            type_ = type_of(pair.world, type_name)
            yield from _refused(pair, operand, json.loads(operand.json), type_)


def _refused(pair: StatementPair, operand: Operand, value: Any, type_: Type) -> Iterator[ParameterPair]:
    wire = transport(pair.claim)
    kind = type_.kind if isinstance(type_, Scalar) else ""
    if wire is Transport.ASYNCPG and isinstance(value, str) and kind in _STRICT:
        yield ParameterPair(pair, operand, type_, value, by_driver=True)
    elif wire is Transport.ASYNCPG and isinstance(value, int | float) and kind in _TEXTS:
        yield ParameterPair(pair, operand, type_, json.dumps(value), by_driver=True)
    elif isinstance(value, str) and (isinstance(type_, Labels) or kind in _READ):
        text = unreadable(value, type_)
        if text is not None:
            yield ParameterPair(pair, operand, type_, text, by_driver=False)
