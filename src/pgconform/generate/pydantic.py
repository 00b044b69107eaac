"""Pydantic models of a truth: for each relation its row, and if it can be written to, an insert and an update."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pgconform.generate.annotations import Vocabulary
from pgconform.generate.columns import Attribute, Columns, attribute_names
from pgconform.generate.header import headed
from pgconform.generate.imports import HOMES, Imports
from pgconform.generate.layout import INDENT, assigned, class_line, docstring, field, indented, string
from pgconform.generate.named import composite_lines, enum_lines
from pgconform.generate.naming import BUILTINS, Names
from pgconform.generate.options import Options
from pgconform.generate.selection import by_name, chosen, named_by, range_subtypes, used_types
from pgconform.schema import NamedType, Relation, Schema
from pgconform.shape import Field, Struct

ENDINGS = ("Row", "Insert", "Update")


def render(truth: Schema, options: Options) -> dict[str, str]:
    """The files to write, by path relative to the project, each whole and as ruff would format it."""
    relations = chosen(truth, options)
    module = Module(truth, relations, options)
    body = module.text()
    return {options.out: headed(body, Schema(relations=relations, types=tuple(module.types.values())).fingerprint())}


class Module:
    """One generated module: its names are given out first, then its parts are written with them."""

    def __init__(self, truth: Schema, relations: tuple[Relation, ...], options: Options) -> None:
        self.truth = truth
        self.relations = relations
        self.options = options
        self.imports = Imports()
        self.names = Names(BUILTINS | frozenset(HOMES))
        self.types = _types_of(truth, relations)
        self.stems = {item.qualified: self._stem(item) for item in relations}
        called = {text: self.names.take(item.schema, item.name) for text, item in self.types.items()}
        self.words = Vocabulary(options.exact, called, range_subtypes(truth), options.types)

    def _stem(self, item: Relation) -> str:
        return self.names.take(item.schema, self.options.names.get(item.qualified, item.name), ENDINGS)

    def text(self) -> str:
        """The module's text without its header."""
        parts = [*self._named(), *(part for item in self.relations for part in self._models(item))]
        imports = self.imports.lines(self.options.line_length)
        return "\n".join([*imports, *_spaced(parts)]) + "\n"

    def _named(self) -> Iterable[list[str]]:
        width = self.options.line_length
        for text, item in self.types.items():
            name = self.words.named[text]
            if isinstance(item.type, Struct):
                yield composite_lines(item.type, name, self.words, self.imports, width)
            else:
                yield enum_lines(item, name, self.options, self.imports)

    def _models(self, item: Relation) -> Iterable[list[str]]:
        columns = Columns(item.qualified, self.words, self.imports)
        names = attribute_names(item.fields)
        told = docstring(item.comment or "")
        stem = self.stems[item.qualified]
        yield self._model(
            f"{stem}Row", "Row", item, [*told], [columns.row(one, names[one.name]) for one in item.fields]
        )
        if item.writable is None or item.writable.insert:
            based = ((_based(self.truth, one), one.name) for one in item.fields)
            inserted = [columns.insert(one, names[name]) for one, name in based if _may_be_written(one, item)]
            yield self._model(f"{stem}Insert", "Insert", item, [], inserted)
        if item.writable is None or item.writable.update:
            updated = [columns.update(one, names[one.name]) for one in self._updatable(item)]
            if updated:
                yield self._model(f"{stem}Update", "Update", item, [], updated)

    def _updatable(self, item: Relation) -> Iterable[Field]:
        """The columns an update may set: a row does not change into another, so none of its primary key."""
        identity = {name for key in item.keys if key.kind == "primary" for name in key.columns}
        based = (_based(self.truth, one) for one in item.fields if one.name not in identity)
        return (one for one in based if _may_be_written(one, item))

    def _model(self, name: str, base: str, item: Relation, told: list[str], fields: list[Attribute]) -> list[str]:
        width = self.options.line_length - len(INDENT)
        lines = [*told, ""] if told else []
        lines += assigned("__pgconform__", string(item.qualified), width)
        if fields:
            lines += ["", *(line for one in fields for line in _lines(one, width))]
        return [*class_line(name, self.imports.use(base), self.options.line_length), *indented(lines)]


def _lines(one: Attribute, width: int) -> list[str]:
    note = [f"# {one.note}"] if one.note else []
    return [*note, *field(one.name, one.annotation, one.value, one.arguments, width)]


def _types_of(truth: Schema, relations: tuple[Relation, ...]) -> dict[str, NamedType]:
    """The enums and composites that the columns are made of, by their text, inner ones first."""
    known = by_name(truth)
    used = {kind.raw: named_by(kind.raw) for kind in used_types(one.type for item in relations for one in item.fields)}
    return {text: known[name] for text, name in used.items() if name in known}


def _may_be_written(one: Field, item: Relation) -> bool:
    """No column that the database computes; of a view only those of a table."""
    return not one.generated and one.identity != "always" and (item.kind != "view" or one.origin is not None)


def _based(truth: Schema, one: Field) -> Field:
    """The column itself, or the table's column behind a view's, which says whether an insert must give it."""
    if one.origin is None:
        return one
    schema, name, column = one.origin
    table = next((item for item in truth.relations if (item.schema, item.name) == (schema, name)), None)
    found = table.field(column) if table else None
    if found is None:
        return one
    return msgspec.structs.replace(found, name=one.name, comment=one.comment, origin=one.origin)


def _spaced(parts: Iterable[list[str]]) -> list[str]:
    """Two empty lines around classes, none between the aliases of types that stand on one line."""
    lines: list[str] = []
    aliases = False
    for part in parts:
        alias = not part[0].startswith("class ")
        lines += ([""] if alias and (aliases or not lines) else ["", ""]) if not (alias and aliases) else []
        lines += part
        aliases = alias
    return lines
