"""What a server tells of a statement's results and parameters, and the names of what it tells by number."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from pgconform.request import Proof, Result

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGresult


class Column(NamedTuple):
    """A column of a result: its type's oid, and the relation's oid and the column's number there, 0 without one."""

    name: str
    type: int
    relation: int
    number: int


class Described(NamedTuple):
    """The columns of a statement's rows, and the types of its parameters by oid."""

    columns: tuple[Column, ...]
    parameters: tuple[int, ...]


def described_by(result: PGresult) -> Described:
    """What the result of a describe says."""
    columns = tuple(
        Column(
            (result.fname(number) or b"").decode("utf-8", "replace"),
            result.ftype(number),
            result.ftable(number),
            result.ftablecol(number),
        )
        for number in range(result.nfields)
    )
    return Described(columns, tuple(result.param_type(number) for number in range(result.nparams)))


def untyped(said: Described) -> Described:
    """The description without the types that hang on those of parameters: of what is no column, and their own."""
    columns = tuple(column if column.relation else column._replace(type=0) for column in said.columns)
    return Described(columns, (0,) * len(said.parameters))


class Names:
    """The names of types and columns that were told by number."""

    def __init__(self, connection: psycopg.Connection[Any], described: Iterable[Described]) -> None:
        described = list(described)
        types = {column.type for item in described for column in item.columns}
        types.update(oid for item in described for oid in item.parameters)
        relations = {column.relation for item in described for column in item.columns} - {0}
        asked = _asked(connection, "types", types)
        self._types: dict[int, str] = dict(asked)
        self._columns = {
            (relation, number): names for relation, number, *names in _asked(connection, "origins", relations)
        }

    def proof(self, said: Described) -> Proof:
        """The proof that a description is."""
        results = tuple(
            Result(column.name, self._types.get(column.type, ""), self._origin(column)) for column in said.columns
        )
        return Proof(results=results, parameters=tuple(self._types.get(oid, "") for oid in said.parameters))

    def _origin(self, column: Column) -> tuple[str, str, str] | None:
        found = self._columns.get((column.relation, column.number))
        return (found[0], found[1], found[2]) if found else None


def _asked(connection: psycopg.Connection[Any], name: str, oids: set[int]) -> list[tuple[Any, ...]]:
    if not oids:
        return []
    sql = files("pgconform.sql").joinpath("sql", f"{name}.sql").read_bytes()
    return connection.execute(sql, (sorted(oids),), prepare=False).fetchall()
