"""What a server tells of a statement's results and parameters, and the names of what it tells by number."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pgconform.request import Proof, Result

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

    from pgconform.sql.lines import Line

SQL = Path(__file__).with_name("sql")
_COLUMN = struct.Struct(">IhI8x")
"""Of a column, as a server sends it: its relation, its number there, its type."""


class Column(NamedTuple):
    """A column of a result: its type's oid, and the relation's oid and the column's number there, 0 without one."""

    name: str
    type: int
    relation: int
    number: int


class Described(msgspec.Struct, frozen=True, eq=False):
    """The columns of a statement's rows, and the types of its parameters by oid."""

    columns: tuple[Column, ...]
    parameters: tuple[int, ...]


def described_by(result: PGresult) -> Described:
    """What the result of a describe says."""
    columns = [
        Column(
            (result.fname(number) or b"").decode("utf-8", "replace"),
            result.ftype(number),
            result.ftable(number),
            result.ftablecol(number),
        )
        for number in range(result.nfields)
    ]
    return Described(tuple(columns), tuple([result.param_type(number) for number in range(result.nparams)]))


def described_in(parameters: bytes, columns: bytes) -> Described:
    """The same, of what a server sends: of the parameters, and of the columns; b"" where it has none."""
    oids = struct.unpack_from(f">{int.from_bytes(parameters[:2], 'big')}I", parameters, 2)
    return Described(tuple(_columns(columns)), oids)


def _columns(sent: bytes) -> Iterator[Column]:
    at = 2
    for _ in range(int.from_bytes(sent[:2], "big")):
        end = sent.index(0, at)
        relation, number, type_ = _COLUMN.unpack_from(sent, end + 1)
        yield Column(sent[at:end].decode("utf-8", "replace"), type_, relation, number)
        at = end + 1 + _COLUMN.size


def untyped(said: Described) -> Described:
    """The description without the types that hang on those of parameters: of what is no column, and their own."""
    columns = tuple(column if column.relation else column._replace(type=0) for column in said.columns)
    return Described(columns, (0,) * len(said.parameters))


class Names:
    """The names of types and columns that were told by number."""

    def __init__(self, line: Line, described: Iterable[Described]) -> None:
        every = set(described)
        columns = {column for item in every for column in item.columns}
        types = {column.type for column in columns}.union(*(item.parameters for item in every))
        relations = {column.relation for column in columns} - {0}
        self._types = {int(oid): name for oid, name in _asked(line, "types", types)}
        self._origins = {
            (int(relation), int(number)): (schema, name, column)
            for relation, number, schema, name, column in _asked(line, "origins", relations)
        }
        self._results: dict[Column, Result] = {}
        self._proofs: dict[Described, Proof] = {}

    def proof(self, said: Described) -> Proof:
        """The proof that a description is."""
        found = self._proofs.get(said)
        if found is None:
            results = tuple([self._result(column) for column in said.columns])
            parameters = tuple([self._types.get(oid, "") for oid in said.parameters])
            found = self._proofs[said] = Proof(results=results, parameters=parameters)
        return found

    def _result(self, column: Column) -> Result:
        """One for all columns that are told alike."""
        found = self._results.get(column)
        if found is None:
            origin = self._origins.get((column.relation, column.number))
            found = self._results[column] = Result(column.name, self._types.get(column.type, ""), origin)
        return found


def _asked(line: Line, name: str, oids: set[int]) -> list[tuple[str, ...]]:
    if not oids:
        return []
    sql = (SQL / f"{name}.sql").read_text()
    return line.rows(sql % ",".join(map(str, sorted(oids))))
