"""The models of one relation: its row, and if it can be written to, an insert and an update."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from pgconform.generate.annotations import Vocabulary
from pgconform.generate.columns import Attribute, Columns, attribute_names
from pgconform.generate.imports import HOMES, Imports
from pgconform.generate.layout import INDENT, assigned, class_line, docstring, field, indented, string, subscript
from pgconform.generate.naming import Names
from pgconform.schema import Relation, Writable
from pgconform.shape import Field

ENDINGS = ("Row", "Insert", "Update")
Tables = Mapping[tuple[str, str], Relation]


class Models:
    """Writes models in the words of one module; ``tables`` are those that views are made of."""

    def __init__(self, words: Vocabulary, imports: Imports, tables: Tables, names: Names, width: int) -> None:
        self.words = words
        self.imports = imports
        self.tables = tables
        self.names = names
        self.width = width

    def of(self, item: Relation, stem: str) -> Iterator[list[str]]:
        """The lines of each model of the relation."""
        columns = self._columns(item, stem)
        names = attribute_names(item.fields)
        read = [columns.row(one, names[one.name]) for one in item.fields]
        takes = item.writable or Writable()
        inserted = [columns.insert(one, names[one.name]) for one in written(item, self.tables) if takes.insert]
        updated = [columns.update(one, names[one.name]) for one in changed(item, self.tables) if takes.update]
        yield from self._sets(columns)
        yield self.model(f"{stem}Row", "Row", item.qualified, read, item.comment)
        if takes.insert:
            yield self.model(f"{stem}Insert", "Insert", item.qualified, inserted)
        if updated:
            yield self.model(f"{stem}Update", "Update", item.qualified, updated)

    def read(self, item: Relation, stem: str) -> Iterator[list[str]]:
        """The lines of a model of its rows alone, by the stem itself."""
        columns = self._columns(item, stem)
        names = attribute_names(item.fields)
        fields = [columns.row(one, names[one.name]) for one in item.fields]
        yield from self._sets(columns)
        yield self.model(stem, "Row", item.qualified, fields, item.comment)

    def _columns(self, item: Relation, stem: str) -> Columns:
        """What writes the relation's columns, and names their closed sets after them."""
        return Columns(item.qualified, self.words, self.imports, lambda column: self.names.take("", f"{stem}_{column}"))

    def _sets(self, columns: Columns) -> Iterator[list[str]]:
        for name, values in columns.sets.values():
            yield subscript(f"{name}: TypeAlias = Literal", values, self.width)

    def model(
        self, name: str, base: str, relation: str, fields: Iterable[Attribute], comment: str | None = None
    ) -> list[str]:
        """The lines of one model; ``relation`` "": it is of none."""
        width = self.width - len(INDENT)
        parts = [
            docstring(comment or ""),
            assigned("__pgconform__", string(relation), width) if relation else [],
            [line for one in fields for line in _lines(one, width)],
        ]
        body = [line for part in parts if part for line in ("", *part)][1:]
        return [
            *class_line(name, self.imports.use(base) if base in HOMES else base, self.width),
            *indented(body or ["pass"]),
        ]


def written(item: Relation, tables: Tables) -> Iterator[Field]:
    """The columns a program may write: none that the database computes, of a view only those of a table."""
    for one in item.fields:
        based = _based(one, tables)
        if not based.generated and based.identity != "always" and (item.kind != "view" or one.origin is not None):
            yield based


def changed(item: Relation, tables: Tables) -> Iterator[Field]:
    """The columns a program may change: those it may write but the primary key's."""
    key = {name for key in item.keys if key.kind == "primary" for name in key.columns}
    return (one for one in written(item, tables) if one.name not in key)


def _based(one: Field, tables: Tables) -> Field:
    """The column itself, or the table's column behind a view's, which says whether an insert must give it."""
    table = tables.get(one.origin[:2]) if one.origin else None
    found = table.field(one.origin[2]) if table and one.origin else None
    if found is None:
        return one
    return msgspec.structs.replace(found, name=one.name, comment=one.comment, origin=one.origin)


def _lines(one: Attribute, width: int) -> list[str]:
    note = [f"# {one.note}"] if one.note else []
    return [*note, *field(one.name, one.annotation, one.value, one.arguments, width)]
