"""The rows that entries are made from, read from the database in the very form of their payloads."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from typing import Any

import msgspec
import psycopg
from msgspec import Raw
from psycopg import sql

from pgconform.caching import Observed, regex
from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.project.truths import choose
from pgconform.redis.judge import conforms, judge
from pgconform.redis.observe import EXAMPLES, valueless
from pgconform.redis.plan import Plan, Wanted
from pgconform.redis.scan import Batch
from pgconform.sources.postgres.connect import connected

_ROW = msgspec.json.Decoder(dict[str, Raw])
_FORMS = {
    "text": "{}::text",
    "epoch": "extract(epoch from {})",
    "json": "to_jsonb({})::text",
}


class Rows:
    """Looks rows up by the parameters of keys."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._queries: dict[str, sql.Composed] = {}

    def find(self, plan: Plan, key: bytes) -> dict[str, Raw] | None:
        """The row of a key as its payload's fields, computed ones left out; None: no row, or several."""
        match = regex(plan.contract.pattern).fullmatch(key.decode("utf-8", "surrogateescape"))
        if match is None or not able(plan):
            return None
        values = [match[name] for name, _ in plan.contract.parameters]
        try:
            found = self._connection.execute(self._query(plan), values).fetchall()
        except (psycopg.DataError, psycopg.errors.UndefinedFunction):
            return None
        return _ROW.decode(found[0][0]) if len(found) == 1 else None

    def _query(self, plan: Plan) -> sql.Composed:
        pattern = plan.contract.pattern
        if pattern not in self._queries:
            self._queries[pattern] = _query(plan)
        return self._queries[pattern]


@contextlib.contextmanager
def rows_of(project: Project, ref: str) -> Iterator[Rows]:
    """The rows of the truth, where that is a database, else of the project's own live one."""
    if not ref.startswith("postgres"):
        ref = choose(project, live=True)
    if not ref.startswith("postgres"):
        raise Problem("rows are read from a database itself", "name it:  --truth postgresql://…  (or DATABASE_URL)")
    with connected(ref) as connection:
        yield Rows(connection)


def able(plan: Plan) -> bool:
    """A key of the contract says which row it is of."""
    return plan.relation is not None and bool(plan.contract.parameters) and bool(plan.fields)


def _query(plan: Plan) -> sql.Composed:
    relation = plan.relation
    assert relation is not None
    fields = [_selected(field, plan) for field in plan.fields if field.column]
    where = [sql.SQL("{} = %s").format(sql.Identifier(column)) for _, column in plan.contract.parameters]
    return sql.SQL("select row_to_json(r)::text from (select {} from {} where {} limit 2) r").format(
        sql.SQL(", ").join(fields),
        sql.Identifier(relation.schema, relation.name),
        sql.SQL(" and ").join(where),
    )


def _selected(field: Wanted, plan: Plan) -> sql.Composed:
    texts = plan.contract.encoding in ("hash", "string")
    form = _FORMS.get(field.form, "{}::text" if texts else "{}")
    return sql.SQL(form + " as {}").format(sql.Identifier(field.column), sql.Identifier(field.name))


class Sampler:
    """Compares entries with their rows, a few of each plan."""

    def __init__(self, rows: Rows, plans: tuple[Plan, ...], most: int) -> None:
        self.rows = rows
        self.plans = plans
        self.most = most
        self.compared = [0] * len(plans)
        self._open = [able(plan) for plan in plans]
        self._found: dict[tuple[int, str], tuple[int, list[str]]] = {}

    def take(self, batch: Batch) -> None:
        """Compares what conforms otherwise, as long as there are too few of a plan."""
        if not any(self._open):
            return
        for number, key, value in zip(batch.plans, batch.keys, batch.values, strict=True):
            if self._open[number]:
                self._compare(number, key, value)

    def _compare(self, number: int, key: bytes, value: Any) -> None:
        plan = self.plans[number]
        held = None if valueless(value) or not conforms(judge(plan, value)) else payload(plan, value)
        if held is None:
            return
        self.compared[number] += 1
        self._open[number] = self.compared[number] < self.most
        row = self.rows.find(plan, key)
        for name in differing(held, row) if row is not None else [""]:
            count, examples = self._found.get((number, name), (0, []))
            shown = [*examples, key.decode("utf-8", "replace")][:EXAMPLES]
            self._found[number, name] = (count + 1, shown)

    def observed(self) -> Iterator[Observed]:
        for (number, name), (count, examples) in sorted(self._found.items()):
            pattern = self.plans[number].contract.pattern
            yield Observed(pattern, "row", name, count=count, total=self.compared[number], examples=tuple(examples))


def payload(plan: Plan, value: Any) -> dict[str, Any] | None:
    """An entry's fields; None where it has none that can be read."""
    encoding = plan.contract.encoding
    try:
        if encoding == "hash" and isinstance(value, list):
            pairs = zip(value[::2], value[1::2], strict=True)
            return {key.decode(): item.decode() for key, item in pairs}
        if encoding == "string" and isinstance(value, bytes):
            return {plan.fields[0].name: value.decode()}
        decode = msgspec.msgpack.decode if encoding == "msgpack" else msgspec.json.decode
        found = decode(value) if isinstance(value, bytes) else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return found if isinstance(found, dict) else None


def differing(held: dict[str, Any], row: dict[str, Raw]) -> list[str]:
    """The fields that are not what the row says; an absent field is a NULL."""
    return [name for name, raw in row.items() if not _same(held.get(name), msgspec.json.decode(raw))]


def _same(one: Any, other: Any) -> bool:
    if one == other and isinstance(one, bool) == isinstance(other, bool):
        return True
    return isinstance(one, str) and isinstance(other, str) and _moment(one) == _moment(other) is not None


def _moment(text: str) -> Any:
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
