"""The catalogue's rows by the object they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pgconform.sources.postgres.catalogue import Catalogue, Row
from pgconform.sources.postgres.domains import Domains
from pgconform.sources.postgres.types import TypeRow, Types

CLASS, TYPE, FUNCTION = 1259, 1247, 1255


class Index:
    """Rows grouped by relation oid, types ready to resolve, comments and extensions by (catalogue, oid)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.columns = _columns(catalogue["columns"])
        self.keys = grouped(catalogue["keys"])
        self.constraints = grouped(catalogue["constraints"])
        self.policies = grouped(catalogue["policies"])
        self.triggers = grouped(catalogue["triggers"])
        self.extensions: dict[tuple[int, int], str] = {(row[0], row[1]): row[2] for row in catalogue["members"]}
        self.comments = _comments(catalogue["comments"])
        self.names: dict[int, tuple[str, str]] = {row[0]: (row[1], row[2]) for row in catalogue["relations"]}
        self.row_relations = _row_relations(catalogue["relations"])
        self.types = Types(
            {row[0]: TypeRow(*row) for row in catalogue["types"]},
            {row[0]: tuple(row[1]) for row in catalogue["labels"]},
            {oid: (-key if many else key, self._spelled(key)) for oid, (key, many) in self.row_relations.items()},
            lambda relation: self.columns.get(relation, []),
        )
        checks = grouped((row[1], *row[1:]) for row in catalogue["constraints"] if row[1])
        self.domains = Domains(self.types, checks)

    def _spelled(self, relation: int) -> str:
        return ".".join(map(quoted, self.names[relation]))

    def comment(self, catalogue: int, oid: int, part: int = 0) -> str | None:
        return self.comments.get((catalogue, oid), {}).get(part)

    def column_names(self, relation: int) -> dict[int, str]:
        return {row[1]: row[2] for row in self.columns.get(relation, ())}


def grouped(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Rows by their first column."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return dict(found)


def _columns(rows: list[Row]) -> dict[int, list[Row]]:
    rows.sort(key=lambda row: (row[0], row[1]))
    return grouped(rows)


def _comments(rows: list[Row]) -> dict[tuple[int, int], dict[int, str]]:
    found: defaultdict[tuple[int, int], dict[int, str]] = defaultdict(dict)
    for catalogue, oid, part, text in rows:
        found[catalogue, oid][part] = text
    return dict(found)


def _row_relations(rows: list[Row]) -> dict[int, tuple[int, bool]]:
    """Row types and arrays of row types: their relation, and whether it is the array."""
    plain = {row[4]: (row[0], False) for row in rows if row[4]}
    return plain | {row[5]: (row[0], True) for row in rows if row[5]}


def quoted(name: str) -> str:
    """The identifier as SQL spells it, in quotes where it is not plain."""
    plain = name.isascii() and name.replace("_", "a").isalnum() and name == name.lower() and not name[0].isdigit()
    return name if plain else '"' + name.replace('"', '""') + '"'
