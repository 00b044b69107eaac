"""Functions and procedures: what they take and what they give."""

from __future__ import annotations

from pgconform.schema import Argument, Function
from pgconform.shape import Field, Struct, Type
from pgconform.sources.postgres.catalogue import Row
from pgconform.sources.postgres.index import FUNCTION, Index

_KINDS = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window"}
_MODES = {"i": "in", "o": "out", "b": "inout", "v": "variadic", "t": "table"}
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_GIVEN = frozenset({"out", "inout", "table"})


def functions(rows: list[Row], index: Index) -> tuple[Function, ...]:
    found = [_function(row, index) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.schema, one.name, [a.type.raw for a in one.arguments])))


def _function(row: Row, index: Index) -> Function:
    oid, schema, name, kind, _, _, _, _, _, result, returns_set, volatility, rows, language, definition = row
    arguments = _arguments(row, index)
    relation, _ = index.row_relations.get(result, (0, False))
    extension = index.extensions.get((FUNCTION, oid), "")
    return Function(
        name=name,
        schema=schema,
        arguments=arguments,
        returns=_returns(result, arguments, index),
        returns_set=returns_set,
        returns_relation=index.names.get(relation),
        rows=rows,
        kind=_KINDS[kind],
        volatility=_VOLATILITY[volatility],
        language=language,
        definition="" if extension else (definition or "").strip(),
        extension=extension,
        comment=index.comment(FUNCTION, oid),
    )


def _arguments(row: Row, index: Index) -> tuple[Argument, ...]:
    names, types, modes, inputs, defaults = row[4:9]
    kinds = [_MODES[mode] for mode in modes] if modes else ["in"] * len(types)
    first_optional = inputs - defaults
    found, position = [], 0
    for number, (type_, mode) in enumerate(zip(types, kinds, strict=True)):
        given = mode not in ("out", "table")
        name = names[number] if names else ""
        found.append(Argument(name, index.types.resolve(type_), mode, given and position >= first_optional))
        position += given
    return tuple(found)


def _returns(result: int, arguments: tuple[Argument, ...], index: Index) -> Type:
    given = [argument for argument in arguments if argument.mode in _GIVEN]
    tabled = any(argument.mode == "table" for argument in given)
    if tabled or len(given) > 1:
        return Struct(tuple(Field(argument.name, argument.type) for argument in given), raw="record")
    return index.types.resolve(result)
