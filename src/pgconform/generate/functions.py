"""Models of functions: what an rpc sends, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pgconform.generate.annotations import annotation
from pgconform.generate.columns import Columns, attribute_names
from pgconform.generate.layout import alias
from pgconform.generate.models import Models
from pgconform.schema import Argument, Function
from pgconform.shape import Field, Scalar, Struct, Type, Unknown

ENDINGS = ("Params", "Result")
_INTERNAL = frozenset({"trigger", "event_trigger", "internal", "language_handler", "fdw_handler", "cstring"})


def callable_by_name(item: Function) -> bool:
    """A program can call it by the names of its arguments, and get something back that is data."""
    internal = isinstance(item.returns, Scalar) and item.returns.kind in _INTERNAL
    named = all(argument.name for argument in item.inputs)
    return item.kind == "function" and named and not internal and not item.extension


def function_lines(
    item: Function, stem: str, rows: Mapping[tuple[str, str], str], models: Models
) -> Iterator[list[str]]:
    """The lines of a function's models; ``rows`` are the row classes of the relations of this module."""
    given = [_as_field(argument) for argument in item.inputs]
    columns = Columns(item.qualified, models.words, models.imports)
    if given:
        names = attribute_names(tuple(given))
        sent = [columns.insert(one, names[one.name]) for one in given]
        yield models.model(f"{stem}Params", "Write", "", sent, item.comment)
    known = rows.get(item.returns_relation) if item.returns_relation else None
    if isinstance(item.returns, Struct) and known is None:
        names = attribute_names(item.returns.fields)
        read = [columns.row(one, names[one.name]) for one in item.returns.fields]
        shown = f"{stem}Record" if item.returns_set else f"{stem}Result"
        yield models.model(shown, "Row", "", read)
        known = shown
    yield from _result(item, stem, known or "", models)


def _as_field(argument: Argument) -> Field:
    """An argument as a column that an insert may say, or must where the function has no default for it."""
    return Field(argument.name, argument.type, nullable=True, required=not argument.optional, filled=argument.optional)


def _result(item: Function, stem: str, known: str, models: Models) -> Iterator[list[str]]:
    if known == f"{stem}Result":
        return
    one = known or _scalar(item.returns, models)
    if one:
        listed = f"list[{one}]" if item.returns_set else one if not known else f"{one} | None"
        models.imports.use("TypeAlias")
        yield alias(f"{stem}Result: TypeAlias", listed, models.width)


def _scalar(kind: Type, models: Models) -> str:
    if isinstance(kind, Unknown) or (isinstance(kind, Scalar) and kind.kind == "void"):
        return ""
    shown = annotation(kind, models.words, models.imports)
    return shown if shown == "JsonValue" else f"{shown} | None"
