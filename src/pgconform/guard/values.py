"""Rows on their way to a driver, as Python values: a quick look at each, and the rules only where it is not enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from pgconform.finding import Finding
from pgconform.guard.judging import Judge
from pgconform.guard.sites import call_site
from pgconform.postgrest.received import payload
from pgconform.request import Query, Text, Verb
from pgconform.schema import Relation
from pgconform.shape import WIDTHS, Field, Labels, Scalar, Type

_PLAIN: Final = frozenset({str, int, bool, type(None)})


class Column:
    """What one column surely takes, as far as a quick look can tell."""

    __slots__ = ("computed", "enum", "labels", "length", "needs", "width")

    def __init__(self, field: Field) -> None:
        type_ = field.type
        bounds = field.bounds
        self.needs = field.nullable is False
        self.computed = bool(field.generated) or field.identity == "always"
        labels = type_.values if isinstance(type_, Labels) else bounds.labels if bounds else None
        self.labels = frozenset(labels) if labels else None
        self.enum = isinstance(type_, Labels)
        self.length = _length(type_)
        self.width = WIDTHS.get(type_.kind, 0) if isinstance(type_, Scalar) else 0

    def doubts(self, value: Any) -> bool:
        """The value may be one that the column does not take. What a driver makes of other types is not known here."""
        if self.computed or (value is None and self.needs):
            return True
        if type(value) is str:
            unknown = self.labels is not None and value not in self.labels
            return unknown or (self.length > 0 and len(value) > self.length)
        return self.width > 0 and type(value) is int and not -(1 << self.width) <= value < (1 << self.width)


def _read_early(column: Column, value: Any) -> bool:
    return column.enum and type(value) is str


def _length(type_: Type) -> int:
    sized = isinstance(type_, Scalar) and type_.kind in ("varchar", "bpchar") and type_.size
    return type_.size[0] if sized and isinstance(type_, Scalar) else 0


class Rows:
    """Looks at the rows that are written to one truth's relations."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self._columns: dict[str, dict[str, Column]] = {}

    def relation(self, name: str, schema: str | None) -> Relation | None:
        """The relation of a statement, where it is in view as it is now."""
        found = self.judge.world.relation(name, schema or "")
        return None if found is None or found.qualified in self.judge.ahead else found

    def refusals(
        self, relation: Relation, verb: Verb, row: Mapping[str, Any], *, sure: bool = True
    ) -> tuple[Finding, ...]:
        """What the server will refuse of one row, keyed by column.

        One that is not ``sure`` to be written is refused only for what fails before any row is looked at: a column that
        is not there, a label that is read when the parameter arrives.
        """
        columns = self._columns.get(relation.qualified)
        if columns is None:
            fields = self.judge.world.fields(relation)
            columns = {name: Column(self.judge.world.stored(field)) for name, field in fields.items()}
            self._columns[relation.qualified] = columns
        if not sure:
            row = {
                name: value for name, value in row.items() if name not in columns or _read_early(columns[name], value)
            }
        for name, value in row.items():
            column = columns.get(name)
            if column is None or column.doubts(value):
                return self._judged(relation, verb, row)
        return ()

    def _judged(self, relation: Relation, verb: Verb, row: Mapping[str, Any]) -> tuple[Finding, ...]:
        """By the rules of requests, without what that server would answer, for a driver's says something else."""
        known = self.judge.world.fields(relation)
        body = {
            name: value if type(value) in _PLAIN else None
            for name, value in row.items()
            if type(value) in _PLAIN or name not in known
        }
        asked = Query(verb, Text(relation.name), schema=Text(relation.schema), payload=payload(body))
        found = self.judge.of_row(asked, call_site())
        return tuple(msgspec.structs.replace(one, consequence="", source="statement") for one in found)
