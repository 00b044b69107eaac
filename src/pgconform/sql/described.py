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
        self._types: dict[int, str] = dict(_asked(connection, "types", types))
        self._origins: dict[tuple[int, int], tuple[str, str, str]] = {
            (relation, number): (schema, name, column)
            for relation, number, schema, name, column in _asked(connection, "origins", relations)
        }
        self._results: dict[Column, Result] = {}

    def proof(self, said: Described) -> Proof:
        """The proof that a description is."""
        results = tuple([self._result(column) for column in said.columns])
        return Proof(results=results, parameters=tuple([self._types.get(oid, "") for oid in said.parameters]))

    def _result(self, column: Column) -> Result:
        """One for all columns that are told alike."""
        found = self._results.get(column)
        if found is None:
            origin = self._origins.get((column.relation, column.number))
            found = self._results[column] = Result(column.name, self._types.get(column.type, ""), origin)
        return found


def _asked(connection: psycopg.Connection[Any], name: str, oids: set[int]) -> list[tuple[Any, ...]]:
    if not oids:
        return []
    sql = files("pgconform.sql").joinpath("sql", f"{name}.sql").read_bytes()
    return connection.execute(sql, (sorted(oids),), prepare=False).fetchall()
