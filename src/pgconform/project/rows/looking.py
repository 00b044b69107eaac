"""Looking at rows: in one read-only transaction, each question bounded in time and in what it brings."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from psycopg import sql

from pgconform.pairs.rows import Counted
from pgconform.project.rows.refused import Refused
from pgconform.schema import Relation, Unread
from pgconform.sources.postgres.catalogue import begin
from pgconform.sources.postgres.connect import connected

SECONDS = 5.0
ALTOGETHER = 60.0
PART = 10_000
LABELS = 200
SAMPLE = 500
LARGEST = 100_000


class Looking:
    """One transaction on a database. ``unread`` is what could not be looked at, and why, without any of its data."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._until = time.monotonic() + ALTOGETHER
        self.unread: list[Unread] = []
        self.utf8 = connection.info.parameter_status("server_encoding") == "UTF8"

    def counted(self, relation: Relation, asked: Sequence[Refused]) -> list[Counted]:
        """How many rows each condition holds for, of all; of the first ones where counting all takes too long."""
        where = [sql.SQL("count(*) filter (where {})").format(one.condition) for one in asked]
        counts = sql.SQL("select {} from {}").format(sql.SQL(", ").join([sql.SQL("count(*)"), *where]), _name(relation))
        part = sql.SQL("select {} from (select * from {} limit {}) r").format(
            sql.SQL(", ").join([sql.SQL("count(*)"), *where]), _name(relation), sql.Literal(PART)
        )
        for statement, every in ((counts, True), (part, False)):
            rows = self._asked(relation, statement, last=not every)
            if rows is not None:
                total, *found = rows[0]
                return [Counted(count, total, one.sure, every) for one, count in zip(asked, found, strict=True)]
        return []

    def labels(self, relation: Relation, column: str) -> tuple[str, ...]:
        """The values of a lookup table's key, in order; none of a table that is empty or too long to be one."""
        key = sql.Identifier(column)
        statement = sql.SQL('select {}::text collate "C" from {} where {} is not null order by 1 limit {}').format(
            key, _name(relation), key, sql.Literal(LABELS + 1)
        )
        found = [row[0] for row in self._asked(relation, statement) or ()]
        if len(found) > LABELS:
            self._left(relation, f"it has more than {LABELS} rows")
        return tuple(found) if len(found) <= LABELS else ()

    def values(self, relation: Relation, column: str) -> tuple[list[Any], bool]:
        """JSON of some rows, of no more than a hundred kilobytes each, and whether every row has it and this is all."""
        value = sql.Identifier(column)
        statement = sql.SQL(
            "select case when octet_length({value}::text) <= {largest} then {value}::text end,"
            " (select exists (select from {rows} where {value} is null))"
            " from {rows} where {value} is not null limit {most}"
        ).format(value=value, largest=sql.Literal(LARGEST), rows=_name(relation), most=sql.Literal(SAMPLE + 1))
        rows = self._asked(relation, statement) or []
        decoded = list(_decoded([text for text, _ in rows[:SAMPLE] if text is not None]))
        return decoded, len(decoded) == len(rows) and not any(some_null for _, some_null in rows)

    def written(self, relation: Relation, condition: sql.Composable) -> str:
        """The statement that finds the rows of a condition."""
        statement = sql.SQL("select * from {} where {}").format(_name(relation), condition)
        return statement.as_string(self._connection)

    def _asked(self, relation: Relation, statement: sql.Composed, *, last: bool = True) -> list[Any] | None:
        """The answer; None where there is none, which is told unless there is something else to ask."""
        if time.monotonic() > self._until:
            self._left(relation, f"the rows looked at before took {ALTOGETHER:.0f} s")
            return None
        try:
            with self._connection.transaction():
                return self._connection.execute(statement).fetchall()
        except psycopg.errors.QueryCanceled:
            if last:
                self._left(relation, f"looking at it takes longer than {SECONDS:.0f} s")
        except psycopg.errors.InsufficientPrivilege:
            self._left(relation, "the role may not read all of it")
        except psycopg.Error as error:
            self._left(relation, f"the server answers {error.sqlstate or 'nothing'}")
        return None

    def _left(self, relation: Relation, why: str) -> None:
        said = Unread(f"the rows of {relation.qualified} are not looked at: {why}", "rows", relation.qualified)
        if said not in self.unread:
            self.unread.append(said)


@contextlib.contextmanager
def looking(dsn: str) -> Iterator[Looking]:
    """A look at the rows of a database; row security that hides some of them is refused, not obeyed."""
    with connected(dsn) as connection:
        begin(connection, SECONDS)
        connection.execute("select set_config('row_security', 'off', true)")
        try:
            yield Looking(connection)
        finally:
            connection.rollback()


def _name(relation: Relation) -> sql.Identifier:
    return sql.Identifier(relation.schema, relation.name)


def _decoded(texts: Sequence[str]) -> Iterator[Any]:
    for text in texts:
        with contextlib.suppress(ValueError, RecursionError):
            yield json.loads(text)
