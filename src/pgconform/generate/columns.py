"""The fields of a relation's models: a row as it is read, what an insert needs, what an update may say."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from typing import NamedTuple

from pgconform.generate.annotations import Vocabulary, annotation
from pgconform.generate.imports import HOMES, Imports
from pgconform.generate.layout import string
from pgconform.generate.limits import limits
from pgconform.generate.naming import BUILTINS, MODEL_ATTRIBUTES, identifier
from pgconform.shape import Array, Bounds, Field, Scalar, Type
from pgconform.support.patterns import deferred

RESERVED = MODEL_ATTRIBUTES | BUILTINS | frozenset(HOMES)
_TYPE = deferred(r"@type\(([A-Za-z_][\w.]*):([A-Za-z_]\w*)\)")
_TEXTS = frozenset({"text", "varchar", "citext"})
_WHOLE = frozenset({"int2", "int4", "int8"})
_LONG = 60


class Attribute(NamedTuple):
    """A field as it is written down. ``note`` is a comment above it; ``arguments`` are those of a ``Field``."""

    name: str
    annotation: str
    value: str = ""
    arguments: tuple[str, ...] = ()
    note: str = ""


def told_type(comment: str | None) -> str:
    """The annotation that a comment asks for with ``@type(module:Name)``; "" without one."""
    found = _TYPE.search(comment or "")
    return f"{found[1]}:{found[2]}" if found else ""


def attribute_names(fields: tuple[Field, ...], reserved: Set[str] = RESERVED) -> dict[str, str]:
    """The attribute of each column, by the column's name."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    plain = {field.name for field in fields}
    for field in fields:
        others = taken | (plain - {field.name})
        found[field.name] = identifier(field.name, others, reserved)
        taken.add(found[field.name])
    return found


class Columns:
    """Writes the columns of one relation down, in the words of one module.

    ``name`` gives a name for a column's closed set of values that is too long for its line; those that it gave stand in
    ``sets``, by column.
    """

    def __init__(
        self, relation: str, words: Vocabulary, imports: Imports, name: Callable[[str], str] | None = None
    ) -> None:
        self.relation = relation
        self.words = words
        self.imports = imports
        self.name = name
        self.sets: dict[str, tuple[str, tuple[str, ...]]] = {}

    def row(self, field: Field, name: str) -> Attribute:
        """The column as it is read."""
        shown = self._type(field, written=False)
        nullable = field.nullable is not False and shown != "JsonValue"
        spelled = f"{shown} | None" if nullable else shown
        return Attribute(name, spelled, arguments=self._said(field, name))

    def insert(self, field: Field, name: str) -> Attribute:
        """The column as an insert may say it, and must where the database gives it no value."""
        if field.required or (field.nullable is False and field.filled is False):
            return self._written(field, name, "")
        value = "UNSET" if field.filled is not False else "None"
        note = f"default: {' '.join(field.default.split())}" if field.default else ""
        return self._written(field, name, value, note)

    def update(self, field: Field, name: str) -> Attribute:
        """The column as an update may say it."""
        return self._written(field, name, "UNSET")

    def _written(self, field: Field, name: str, value: str, note: str = "") -> Attribute:
        shown = self._type(field, written=True)
        if shown == "JsonValue" and field.nullable is False and self.words.exact:
            shown = self.imports.use("Json")
        listed = () if field.bounds and field.bounds.labels else tuple(limits(field.type, field.bounds))
        if any(argument.startswith("max_digits") for argument in listed) and shown == "Numeric":
            shown = self.imports.use("Decimal")
        if any("Decimal(" in argument for argument in listed):
            self.imports.use("Decimal")
        nullable = field.nullable is not False and shown != "JsonValue"
        said = (*self._said(field, name), *listed)
        if value == "UNSET":
            self.imports.use("UNSET")
        if said and value:
            said = (f"default={value}", *said)
        if said:
            self.imports.use("Field")
        return Attribute(name, f"{shown} | None" if nullable else shown, "" if said else value, said, note)

    def _said(self, field: Field, name: str) -> tuple[str, ...]:
        alias = () if name == field.name else (f"alias={string(field.name)}",)
        comment = _TYPE.sub("", field.comment or "").strip() if told_type(field.comment) else field.comment
        told = (f"description={string(comment)}",) if comment else ()
        if alias or told:
            self.imports.use("Field")
        return (*alias, *told)

    def _type(self, field: Field, *, written: bool) -> str:
        if own := self.words.own.get(f"{self.relation}.{field.name}") or told_type(field.comment):
            return self.imports.own(own)
        if values := closed(field.type, field.bounds):
            return self._labels(field, values)
        if key := self.words.keys.get(f"{self.relation}.{field.name}"):
            return key
        return annotation(field.type, self.words, self.imports, written)

    def _labels(self, field: Field, values: tuple[str, ...]) -> str:
        kind = field.type.kind if isinstance(field.type, Scalar) else ""
        spelled = self._set(field.name, [value if kind in _WHOLE else string(value) for value in values])
        if kind == "bpchar":
            return f"{self.imports.use('Annotated')}[{spelled}, {self.imports.use('Padded')}]"
        return spelled

    def _set(self, column: str, values: Sequence[str]) -> str:
        """The values as a Literal, by a name of their own where they would fill the line."""
        shown = f"{self.imports.use('Literal')}[{', '.join(values)}]"
        if self.name is None or len(column) + len(shown) <= _LONG:
            return shown
        if column not in self.sets:
            self.imports.use("TypeAlias")
            self.sets[column] = (self.name(column), tuple(values))
        return self.sets[column][0]


def closed(kind: Type, bounds: Bounds | None) -> tuple[str, ...]:
    """The values a CHECK leaves a column, where they can be a Literal."""
    if bounds is None or not bounds.labels or isinstance(kind, Array) or not isinstance(kind, Scalar):
        return ()
    if kind.kind in _WHOLE:
        return bounds.labels if all(value.lstrip("-").isdigit() for value in bounds.labels) else ()
    return bounds.labels if kind.kind in _TEXTS or kind.kind == "bpchar" else ()
