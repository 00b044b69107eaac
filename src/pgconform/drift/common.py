"""Two truths cut down to what both can say, so that silence of one is no difference from the other."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from pgconform.schema import Function, Relation, Schema
from pgconform.shape import Array, Field, Labels, Scalar, Struct, Type, Union, Unknown


def common(one: Schema, other: Schema) -> tuple[Schema, Schema]:
    """Both as they are, if both say everything; else without what either leaves unsaid."""
    unsaid = frozenset(one.unsaid + other.unsaid)
    if not unsaid:
        return one, other
    shared = frozenset(one.schemas) & frozenset(other.schemas)
    ranges = frozenset(named.qualified for named in one.types + other.types if named.kind in ("range", "multirange"))
    mine, theirs = (_schema(_without(each, ranges), unsaid, shared) for each in (one, other))
    return _agreed(mine, theirs), _agreed(theirs, mine)


def _schema(schema: Schema, unsaid: frozenset[str], schemas: frozenset[str]) -> Schema:
    relations = [item for item in schema.relations if item.schema in schemas and item.kind != "partition"]
    functions = [item for item in schema.functions if item.schema in schemas and item.kind == "function"]
    types = [item for item in schema.types if item.schema in schemas] if "kinds" not in unsaid else []
    return replace(
        schema,
        relations=tuple(_relation(item, unsaid) for item in relations),
        types=tuple(types),
        functions=tuple(_one_of_each([_function(item, unsaid) for item in functions if _is_callable(item)])),
    )


def _without(schema: Schema, ranges: frozenset[str]) -> Schema:
    """Without the functions that ranges make for themselves, which the API shows along with all others."""
    return replace(schema, functions=tuple(one for one in schema.functions if one.qualified not in ranges))


def _is_callable(function: Function) -> bool:
    """The API shows it: its arguments have names, and it is no trigger's."""
    named = all(argument.name for argument in function.arguments)
    return named and function.returns.raw not in ("trigger", "event_trigger")


def _one_of_each(functions: list[Function]) -> Iterable[Function]:
    """Functions of one name stand as one, which says no more than that: the API shows the last of them only."""
    found: dict[str, list[Function]] = {}
    for function in functions:
        found.setdefault(function.qualified, []).append(function)
    for alike in found.values():
        yield alike[0] if len(alike) == 1 else replace(alike[0], arguments=())


def _relation(item: Relation, unsaid: frozenset[str]) -> Relation:
    if "kinds" in unsaid:
        item = replace(item, kind="relation", definition="", options=(), writable=None)
    if "keys" in unsaid:
        item = replace(item, keys=tuple(replace(key, name="") for key in item.keys if key.kind == "primary"))
    if "links" in unsaid:
        item = replace(item, links=())
    if "checks" in unsaid:
        item = replace(item, fields=tuple(_unproven(field, item) for field in item.fields), checks=())
    if "triggers" in unsaid:
        item = replace(item, triggers=())
    if "policies" in unsaid:
        item = replace(item, policies=(), row_security=None)
    return replace(item, fields=tuple(_field(field, unsaid) for field in item.fields))


def _unproven(field: Field, relation: Relation) -> Field:
    """The column without what only a CHECK says of it."""
    checked = any(field.name in one.columns and "IS NOT NULL" in one.expression for one in relation.checks)
    return replace(field, bounds=None, nullable=None if checked else field.nullable)


def _field(field: Field, unsaid: frozenset[str]) -> Field:
    if "filled" in unsaid:
        field = replace(field, filled=None, default=None, identity="", generated="")
    if "triggers" in unsaid:
        field = replace(field, mended=False)
    if "kinds" in unsaid:
        field = replace(field, origin=None)
    return replace(field, type=plain(field.type)) if "modifiers" in unsaid else field


def plain(type_: Type) -> Type:
    """The type without its modifiers and the name of its domain."""
    match type_:
        case Scalar(kind=kind):
            return Scalar(kind)
        case Array(of=of):
            return Array(plain(of))
        case Labels(values=values):
            return Labels(values)
        case Struct() | Union() | Unknown():
            return Unknown()


def _function(item: Function, unsaid: frozenset[str]) -> Function:
    if "modifiers" in unsaid:
        ordered = sorted(item.inputs, key=lambda argument: argument.name)
        item = replace(item, arguments=tuple(replace(one, type=plain(one.type), mode="in") for one in ordered))
    if "returns" not in unsaid:
        return item
    bare = Function(item.name, item.schema, item.arguments, volatility="", comment=item.comment, at=item.at)
    return replace(bare, extension=item.extension)


def _agreed(mine: Schema, theirs: Schema) -> Schema:
    """Mine, where their silence on a part of a relation of the same name is taken over."""
    known = {relation.qualified: relation for relation in theirs.relations}
    pairs = ((relation, known.get(relation.qualified)) for relation in mine.relations)
    relations = tuple(_as_silent(relation, other) if other else relation for relation, other in pairs)
    called = {function.qualified: function for function in theirs.functions}
    functions = (_as_unnamed(function, called.get(function.qualified)) for function in mine.functions)
    return replace(mine, relations=relations, functions=tuple(functions))


def _as_silent(relation: Relation, other: Relation) -> Relation:
    theirs = {field.name: field for field in other.fields}
    return replace(relation, fields=tuple(_as_open(field, theirs.get(field.name)) for field in relation.fields))


def _as_open(field: Field, other: Field | None) -> Field:
    if other is None:
        return field
    if other.nullable is None:
        field = replace(field, nullable=None)
    return replace(field, type=Unknown()) if _is_open(other.type) or _is_open(field.type) else field


def _is_open(type_: Type) -> bool:
    return isinstance(type_, Unknown) or (isinstance(type_, Array) and _is_open(type_.of))


def _as_unnamed(function: Function, other: Function | None) -> Function:
    """Without its arguments where the other stands for several; with unknown types where either's are."""
    if other is None or not function.arguments:
        return function
    if not other.arguments:
        return replace(function, arguments=())
    if len(function.arguments) != len(other.arguments):
        return function
    pairs = zip(function.arguments, other.arguments, strict=True)
    arguments = (
        replace(one, type=Unknown()) if _is_open(one.type) or _is_open(its.type) else one for one, its in pairs
    )
    return replace(function, arguments=tuple(arguments))
