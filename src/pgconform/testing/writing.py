"""Inserts, upserts, updates and deletes."""

from __future__ import annotations

import datetime
from typing import Any

from pgconform.postgrest.received import Request
from pgconform.schema import Relation
from pgconform.testing.errors import Refused, Unsupported
from pgconform.testing.shaping import Shaper
from pgconform.testing.tables import Row, Tables


class Writer:
    """Writes to one table; what goes wrong is raised, and the caller puts everything back."""

    def __init__(self, tables: Tables, shaper: Shaper, relation: Relation, now: datetime.datetime) -> None:
        self.tables = tables
        self.shaper = shaper
        self.relation = relation
        self.now = now

    def write(self, request: Request, body: Any) -> list[Row]:
        """The rows that were written, or are gone."""
        self.tables.writable(self.relation)
        part = self.shaper.asked.of(self.shaper.asked.top)
        if part.limit is not None or part.offset:
            raise Unsupported("a limit on a write is not supported by the double")
        match request.method:
            case "DELETE":
                return self._delete()
            case "PATCH":
                return self._update(body)
            case "POST":
                return self._insert(request, body)
        raise Unsupported(f"{request.method} is not supported by the double")

    @property
    def rows(self) -> list[Row]:
        return self.tables.rows[self.relation.qualified]

    def _met(self) -> list[Row]:
        return self.shaper.rows(self.shaper.asked.top, self.rows, cut=False)

    def _delete(self) -> list[Row]:
        gone = self._met()
        marks = {id(row) for row in gone}
        self.rows[:] = [row for row in self.rows if id(row) not in marks]
        for row in gone:
            self.tables.release(self.relation, row, None)
        return gone

    def _update(self, body: Any) -> list[Row]:
        if not isinstance(body, dict):
            raise Unsupported("an update with a list is not supported by the double")
        values = self.tables.read(self.relation, body)
        met = self._met() if body else []
        for row in met:
            self._replace(row, values)
        return met

    def _replace(self, row: Row, values: Row) -> None:
        new = self.tables.computed(self.relation, {**row, **values})
        self.tables.check(self.relation, new, row)
        self.tables.release(self.relation, row, new)
        row.update(new)
        self.tables.linked(self.relation, row)

    def _insert(self, request: Request, body: Any) -> list[Row]:
        listed = body if isinstance(body, list) else [body]
        if not all(isinstance(row, dict) for row in listed):
            raise Unsupported("a payload that is no object is not supported by the double")
        names = _columns(request, listed)
        defaults = request.prefer.get("missing") == "default"
        rows = [{name: sent.get(name) for name in names if name in sent or not defaults} for sent in listed]
        written: list[Row] = []
        for row in [self.tables.read(self.relation, row) for row in rows]:
            found = self._one(request, row, written)
            if found is not None:
                written.append(found)
        for row in written:
            self.tables.linked(self.relation, row)
        return written

    def _one(self, request: Request, sent: Row, written: list[Row]) -> Row | None:
        new = self.tables.made(self.relation, sent, self.now)
        target = self._target(request)
        self.tables.check_alone(self.relation, new)
        if target is not None and (held := self.tables.holder(self.relation, target, new)):
            if request.prefer.get("resolution") == "ignore-duplicates":
                return None
            if any(held is row for row in written):
                raise Refused("21000", "ON CONFLICT DO UPDATE command cannot affect row a second time")
            self._replace(held, {name: new[name] for name in sent})
            return held
        self.tables.check(self.relation, new)
        self.rows.append(new)
        return new

    def _target(self, request: Request) -> tuple[str, ...] | None:
        """The columns of ON CONFLICT: those that are named, else the primary key; None for a plain insert."""
        if not request.prefer.get("resolution"):
            return None
        named = request.first("on_conflict")
        if named:
            return tuple(name.strip().strip('"') for name in named.split(","))
        return next((key.columns for key in self.relation.keys if key.kind == "primary"), None)


def _columns(request: Request, rows: list[Row]) -> list[str]:
    """The columns an insert writes: those that are named, else those of the rows."""
    named = request.first("columns")
    if named:
        return [name.strip().strip('"') for name in named.split(",")]
    keys = list(dict.fromkeys(name for row in rows for name in row))
    if any(row.keys() != set(keys) for row in rows):
        raise Refused("PGRST102", "All object keys must match")
    return keys
