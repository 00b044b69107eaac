"""The catalogue's rows by the object they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from pgconform.constraints.infer import Reading, read_check
from pgconform.errors import keyless
from pgconform.shape import Field
from pgconform.sources.postgres.catalogue import Catalogue, Row
from pgconform.sources.postgres.domains import Domains
from pgconform.sources.postgres.names import quoted
from pgconform.sources.postgres.rows import (
    ColumnRow,
    ConstraintRow,
    DomainCheckRow,
    KeyRow,
    PolicyRow,
    RelationRow,
    TriggerRow,
    TypeRow,
)
from pgconform.sources.postgres.types import Types

CLASS, TYPE, FUNCTION = 1259, 1247, 1255
_IDENTITY = {"a": "always", "d": "by default"}
_GENERATED = {"s": "stored", "v": "virtual"}

Numbered: TypeAlias = Sequence[str]
"""The names of columns at the places of their numbers."""
R = TypeVar("R", bound=tuple[Any, ...])


class Index:
    """Rows grouped by relation oid, types ready to resolve, comments and extensions by (catalogue, oid)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.version: int = catalogue["server"][0][1]
        self.relations = [RelationRow(*row) for row in catalogue["relations"]]
        self.names = {row.oid: (row.schema, row.name) for row in self.relations}
        self.rules = {row.oid: row.rule or "" for row in self.relations if row.kind in "vm"}
        self.extensions: dict[tuple[int, int], str] = {(row[0], row[1]): row[2] for row in catalogue["members"]}
        self.comments = _comments(catalogue["comments"])
        self.constraints = _grouped(map(ConstraintRow._make, catalogue["constraints"]))
        self.policies = _grouped(map(PolicyRow._make, catalogue["policies"]))
        self.triggers = _grouped(map(TriggerRow._make, catalogue["triggers"]))
        self.keys = _grouped(map(KeyRow._make, catalogue["keys"]))
        self.columns: dict[int, list[ColumnRow]] = {}
        self.numbered: dict[int, Numbered] = {}
        self.row_relations = _row_relations(self.relations)
        labels = {row[0]: tuple(row[1]) for row in catalogue["labels"]}
        types = {row[0]: TypeRow._make(row) for row in catalogue["types"]}
        self.types = Types(types, labels, self.columns, self._row_type)
        self.domains = Domains(self.types, _grouped(map(DomainCheckRow._make, catalogue["domain_checks"])))
        self._fields: dict[tuple[Any, ...], Field] = {}
        self._readings: dict[tuple[str, tuple[Any, ...]], Reading] = {}

    def arriving(self, rows: Iterable[Any]) -> Iterator[int]:
        """The relations and composites whose columns these are, each as soon as its columns are known."""
        for oid, group in groupby(rows, itemgetter(0)):
            self.columns[oid] = columns = list(group)
            self.numbered[oid] = _numbered(columns)
            yield oid

    def is_complete(self, oid: int) -> bool:
        """All that the relation is made of is known: the columns of composites, and of relations it refers to."""
        types = {row[3] for row in self.columns[oid]}
        targets = (row.target for row in self.constraints.get(oid, ()) if row.kind == "f")
        return all(map(self.types.is_plain, types)) and all(target in self.numbered for target in targets)

    def fields(self, oid: int) -> tuple[Field, ...]:
        """The columns by themselves, without what constraints say; columns that say the same are one value."""
        known, make = self._fields.get, self._field
        return tuple([known(row[2:]) or make(row) for row in self.columns.get(oid, ())])

    def _row_type(self, oid: int) -> tuple[int, bool, str]:
        """The relation whose row type that is, whether it is the array of it, and the type's text."""
        relation, many = self.row_relations.get(oid, (0, False))
        return relation, many, ".".join(map(quoted, self.names.get(relation, ())))

    def comment(self, catalogue: int, oid: int) -> str | None:
        """What is said of a thing itself, and not of a part of it."""
        return self.comments.get((catalogue, oid), {}).get(0)

    def _field(self, row: ColumnRow) -> Field:
        _, _, name, type_, modifier, text, not_null, identity, generated, default = row
        domain = self.domains.get(type_)
        default = domain.default if default is None else default
        made = Field(
            name,
            self.types.resolve(type_, modifier, text),
            nullable=not not_null and domain.nullable,
            default=keyless(default) if default else default,
            filled=bool(identity) if default is None else not _is_null(default),
            generated=_GENERATED[generated] if generated else "",
            identity=_IDENTITY[identity] if identity else "",
            bounds=domain.bounds,
        )
        self._fields[row[2:]] = made
        return made

    def column(self, relation: int, number: int) -> ColumnRow:
        """The column of that number; columns are sorted by number, with gaps where some were dropped."""
        columns = self.columns[relation]
        row = columns[number - 1] if number <= len(columns) else columns[-1]
        return row if row[1] == number else next(row for row in columns if row[1] == number)

    def reading(self, check: ConstraintRow) -> Reading:
        """What a table's CHECK says; the same text over the same columns is read once."""
        expression = check.expression or ""
        concerned = [self.column(check.relation, number) for number in check.numbers or () if number > 0]
        said = (expression, tuple([row[2:5] for row in concerned]))
        known = self._readings.get(said)
        if known is None:
            types = {row[2]: self.types.resolve(row[3], row[4], row[5]) for row in concerned}
            known = self._readings[said] = read_check(expression, types)
        return known


def _is_null(default: str) -> bool:
    """A default that gives NULL: none at all."""
    return default == "NULL" or default.startswith("NULL::")


def _grouped(rows: Iterable[R]) -> dict[int, list[R]]:
    """Rows by the oid that they begin with."""
    found: defaultdict[int, list[R]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _comments(rows: list[Row]) -> dict[tuple[int, int], dict[int, str]]:
    found: defaultdict[tuple[int, int], dict[int, str]] = defaultdict(dict)
    for catalogue, oid, part, text in rows:
        found[catalogue, oid][part] = keyless(text)
    return dict(found)


def _row_relations(rows: list[RelationRow]) -> dict[int, tuple[int, bool]]:
    """Row types and arrays of row types: their relation, and whether it is the array."""
    plain = {row.row_type: (row.oid, False) for row in rows if row.row_type}
    return plain | {row.array_type: (row.oid, True) for row in rows if row.array_type}


def _numbered(columns: Sequence[ColumnRow]) -> Numbered:
    """The names of columns, in order of their numbers, at the places of their numbers; "" where there is none."""
    if columns[-1][1] == len(columns):
        return ["", *[row[2] for row in columns]]
    found = [""] * (columns[-1][1] + 1)
    for row in columns:
        found[row[1]] = row[2]
    return found
