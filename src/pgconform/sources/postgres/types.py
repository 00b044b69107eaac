"""Types by their oid, as shapes: domains down to their base, arrays, enums in label order, composites."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pgconform.shape import Array, Field, Labels, Scalar, Struct, Type, Unknown
from pgconform.sources.postgres.rows import ColumnRow, TypeRow
from pgconform.sources.postgres.typmod import size, spelled
from pgconform.support.patterns import deferred

_STAND_IN = deferred(r"\bge(?:ometry|ography)\(\d+\)")


class Types:
    """Resolves (oid, modifier, text) to a `Type`; the same question has the same, shared answer."""

    def __init__(
        self,
        rows: Mapping[int, TypeRow],
        labels: Mapping[int, tuple[str, ...]],
        columns: Mapping[int, Sequence[ColumnRow]],
        row_type: Callable[[int], tuple[int, bool, str]],
    ) -> None:
        self.rows = rows
        self._labels = labels
        self._relation = row_type
        self._columns = columns
        self.known: dict[tuple[int, int], Type] = {}
        self._open: set[int] = set()
        self._plain: dict[int, bool] = {}

    def is_plain(self, oid: int) -> bool:
        """No columns of a composite or relation are part of the type."""
        if oid not in self._plain:
            row = self.rows.get(oid)
            inner = row.element or (row.base if row.kind == "d" else 0) if row else 0
            self._plain[oid] = row is not None and row.kind != "c" and (not inner or self.is_plain(inner))
        return self._plain[oid]

    def resolve(self, oid: int, modifier: int = -1, text: str | None = None) -> Type:
        known = self.known.get((oid, modifier))
        if known is None:
            known = self.known[oid, modifier] = self._resolve(oid, modifier, text)
        return known

    def _resolve(self, oid: int, modifier: int, text: str | None) -> Type:
        row = self.rows.get(oid)
        if row is None:
            return self._row_type(oid)
        raw = text or row.text
        if row.element:
            element = raw.removesuffix("[]") if modifier >= 0 else None
            return Array(self.resolve(row.element, modifier, element), self._spelled(raw))
        match row.kind:
            case "d":
                return _named(self.resolve(row.base, row.base_modifier, row.base_text), raw)
            case "e":
                return Labels(self._labels.get(oid, ()), raw)
            case "c":
                return self._struct(row.relation, raw, True)
        raw = self._spelled(raw)
        return Scalar(row.name, size(row.name, modifier, raw), raw)

    def _spelled(self, raw: str) -> str:
        return spelled(raw) if _STAND_IN.search(raw) else raw

    def _row_type(self, oid: int) -> Type:
        """The row type of a relation, or the array of it."""
        relation, many, raw = self._relation(oid)
        if not relation:
            return Unknown(f"type {oid}")
        row = self._struct(relation, raw, None)
        return Array(row, f"{raw}[]") if many else row

    def _struct(self, relation: int, raw: str, nullable: bool | None) -> Type:
        columns = self._columns.get(relation, ())
        if relation in self._open or not columns:
            return Unknown(raw)
        self._open.add(relation)
        fields = tuple(Field(row[2], self.resolve(row[3], row[4], row[5]), nullable=nullable) for row in columns)
        self._open.discard(relation)
        return Struct(fields, raw)


def _named(base: Type, raw: str) -> Type:
    """The base of a domain under the domain's name."""
    match base:
        case Scalar():
            return Scalar(base.kind, base.size, raw)
        case Labels():
            return Labels(base.values, raw)
        case Array():
            return Array(base.of, raw)
        case Struct():
            return Struct(base.fields, raw)
        case _:
            return Unknown(raw)
