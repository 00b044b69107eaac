"""Enums and composites of a truth as Python types."""

from __future__ import annotations

from collections.abc import Iterable

from pgconform.generate.annotations import Vocabulary, part_annotation
from pgconform.generate.columns import attribute_names
from pgconform.generate.imports import Imports
from pgconform.generate.layout import INDENT, assigned, class_line, docstring, field, indented, string, subscript
from pgconform.generate.options import Options
from pgconform.schema import NamedType
from pgconform.shape import Labels, Struct
from pgconform.support.patterns import deferred

_JOINT = deferred(r"\W+")


def enum_lines(item: NamedType, name: str, options: Options, imports: Imports) -> list[str]:
    """An enum as a ``Literal`` or a ``StrEnum``, its labels in the database's order."""
    values = item.type.values if isinstance(item.type, Labels) else ()
    if options.enums == "literal":
        imports.use("Literal")
        imports.use("TypeAlias")
        return subscript(f"{name}: TypeAlias = Literal", [string(value) for value in values], options.line_length)
    told = docstring(item.comment or "")
    width = options.line_length - len(INDENT)
    pairs = zip(members(values), values, strict=True)
    lines = [line for member, value in pairs for line in assigned(member, string(value), width)] or ["pass"]
    body = [*told, "", *lines] if told else lines
    return [*class_line(name, imports.use("StrEnum"), options.line_length), *indented(body)]


def members(values: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """The names of an enum's members for these labels, none of them ``taken``."""
    found: list[str] = []
    others = frozenset(taken)
    for value in values:
        plain = _JOINT.sub("_", value).strip("_").upper() or "EMPTY"
        member = plain if plain.isidentifier() else f"VALUE_{plain}"
        while member in found or member in others:
            member += "_"
        found.append(member)
    return found


def composite_lines(item: Struct, name: str, words: Vocabulary, imports: Imports, width: int) -> list[str]:
    """A composite type as a model; Postgres lets every part of one be NULL."""
    names = attribute_names(item.fields)
    lines = class_line(name, imports.use("Composite"), width)
    for part in item.fields:
        shown = part_annotation(part.type, words, imports)
        nullable = shown if shown == "JsonValue" else f"{shown} | None"
        attribute = names[part.name]
        alias = () if attribute == part.name else (f"alias={string(part.name)}",)
        if alias:
            imports.use("Field")
        lines += indented(field(attribute, nullable, "", alias, width - len(INDENT)))
    return lines if item.fields else [*lines, f"{INDENT}pass"]
