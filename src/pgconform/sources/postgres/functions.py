"""Functions and procedures: what they take and what they give."""

from __future__ import annotations

from collections.abc import Iterable

from pgconform.errors import keyless
from pgconform.schema import OUTPUTS, Argument, Function
from pgconform.shape import Field, Struct, Type
from pgconform.sources.postgres.index import FUNCTION, Index
from pgconform.sources.postgres.rows import FunctionRow

_KINDS = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window"}
_MODES = {"i": "in", "o": "out", "b": "inout", "v": "variadic", "t": "table"}
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}


def functions(rows: Iterable[FunctionRow], index: Index) -> tuple[Function, ...]:
    found = [_function(row, index) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.schema, one.name, [a.type.raw for a in one.arguments])))


def _function(row: FunctionRow, index: Index) -> Function:
    arguments = _arguments(row, index)
    relation, _ = index.row_relations.get(row.result, (0, False))
    extension = index.extensions.get((FUNCTION, row.oid), "")
    return Function(
        name=row.name,
        schema=row.schema,
        arguments=arguments,
        returns=_returns(row.result, arguments, index),
        returns_set=row.returns_set,
        returns_relation=index.names.get(relation),
        rows=row.rows,
        kind=_KINDS[row.kind],
        volatility=_VOLATILITY[row.volatility],
        language=row.language,
        definition="" if extension else keyless((row.definition or "").strip()),
        extension=extension,
        comment=index.comment(FUNCTION, row.oid),
    )


def _arguments(row: FunctionRow, index: Index) -> tuple[Argument, ...]:
    kinds = [_MODES[mode] for mode in row.modes] if row.modes else ["in"] * len(row.types)
    first_optional = row.inputs - row.defaults
    found, position = [], 0
    for number, (type_, mode) in enumerate(zip(row.types, kinds, strict=True)):
        given = mode not in ("out", "table")
        name = row.names[number] if row.names else ""
        found.append(Argument(name, index.types.resolve(type_), mode, given and position >= first_optional))
        position += given
    return tuple(found)


def _returns(result: int, arguments: tuple[Argument, ...], index: Index) -> Type:
    columns = [argument for argument in arguments if argument.mode in OUTPUTS]
    tabled = any(argument.mode == "table" for argument in columns)
    if tabled or len(columns) > 1:
        return Struct(tuple(Field(column.name, column.type) for column in columns), raw="record")
    return index.types.resolve(result)
