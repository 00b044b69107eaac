"""Tables in memory: rows, and the constraints that refuse them, with Postgres' own codes and words."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from pgconform.pairs.world import World
from pgconform.schema import TABLES, Key, Link, Relation, Schema
from pgconform.shape import Field
from pgconform.testing.defaults import default, numbered
from pgconform.testing.errors import Refused, Unsupported
from pgconform.testing.values import from_json, to_text

Row: TypeAlias = dict[str, Any]
PARTS = frozenset({"checks", "keys", "triggers"})


class Tables:
    """The rows of one database. What cannot be kept to is refused loudly, unless it is among ``ignored``."""

    def __init__(
        self, truth: Schema, ignored: Iterable[str] = (), compute: Mapping[str, Callable[[Row], Any]] | None = None
    ) -> None:
        self.truth = truth
        self.world = World(truth, truth.schemas or ("public",))
        self.ignored = frozenset(ignored)
        self.compute = dict(compute or {})
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)
        self.sequences: defaultdict[tuple[str, str], int] = defaultdict(int)

    def copy(self) -> dict[str, list[Row]]:
        """All rows as they are, for going back to."""
        return {name: [dict(row) for row in rows] for name, rows in self.rows.items()}

    def restore(self, rows: dict[str, list[Row]]) -> None:
        self.rows.clear()
        self.rows.update(rows)

    def writable(self, relation: Relation) -> None:
        """Refuse what would be written otherwise than by the server."""
        if relation.kind not in TABLES:
            raise Unsupported(f"writing to the {relation.kind} {relation.name} is not supported by the double")
        for part, reason in _beyond(relation):
            if part not in self.ignored:
                raise Unsupported(f"{relation.name} has {reason}: give the double  ignore={{'{part}'}}  to do without")

    def read(self, relation: Relation, sent: Mapping[str, Any]) -> Row:
        """The values of a row that was sent, as their columns' types read them."""
        types = {field.name: field.type for field in relation.fields}
        return {name: from_json(value, types[name]) for name, value in sent.items()}

    def made(self, relation: Relation, sent: Mapping[str, Any], now: datetime.datetime) -> Row:
        """The row of an insert of these values, before its constraints are looked at."""
        row = dict(sent)
        for field in relation.fields:
            if field.name not in row:
                row[field.name] = self._default(relation, field, now)
        return self.computed(relation, row)

    def _default(self, relation: Relation, field: Field, now: datetime.datetime) -> Any:
        following = 0
        if numbered(field):
            self.sequences[relation.qualified, field.name] += 1
            following = self.sequences[relation.qualified, field.name]
        return None if field.generated else default(field, relation.name, now, following)

    def computed(self, relation: Relation, row: Row) -> Row:
        """The row with what the database computes: by a function of the test's, else reading it is refused."""
        for field in relation.fields:
            if field.generated:
                made = self.compute.get(f"{relation.name}.{field.name}")
                row[field.name] = made(row) if made else COMPUTED
        return row

    def check(self, relation: Relation, row: Row, own: Row | None = None) -> None:
        """Refuse a row that breaks a constraint; ``own`` is the row it takes the place of."""
        self.check_alone(relation, row)
        for key in relation.keys:
            if key.kind != "exclusion" and not key.partial and not key.expression:
                self._unique(relation, key, row, own)

    def check_alone(self, relation: Relation, row: Row) -> None:
        """Refuse a row for its own values, which the server looks at before it looks for a conflict."""
        for field in relation.fields:
            if field.nullable is False and row[field.name] is None:
                raise Refused(
                    "23502",
                    f'null value in column "{field.name}" of relation "{relation.name}" violates not-null constraint',
                )
        for field in relation.fields:
            _bounded(relation, field, row[field.name])

    def _unique(self, relation: Relation, key: Key, row: Row, own: Row | None) -> None:
        if (other := self.holder(relation, key.columns, row, nulls_distinct=key.nulls_distinct)) and other is not own:
            columns = ", ".join(key.columns)
            values = ", ".join(to_text(row[name]) for name in key.columns)
            raise Refused(
                "23505",
                f'duplicate key value violates unique constraint "{key.name}"',
                f"Key ({columns})=({values}) already exists.",
            )

    def holder(
        self, relation: Relation, columns: tuple[str, ...], row: Row, *, nulls_distinct: bool = True
    ) -> Row | None:
        """The row that has the same values in these columns."""
        wanted = [row[name] for name in columns]
        if nulls_distinct and None in wanted:
            return None
        same = (kept for kept in self.rows[relation.qualified] if [kept[name] for name in columns] == wanted)
        return next(same, None)

    def linked(self, relation: Relation, row: Row) -> None:
        """Refuse a row that refers to nothing."""
        for link in relation.links:
            values = [row[name] for name in link.columns]
            if None in values or not link.validated:
                continue
            target = self.world.relation(link.target, link.target_schema)
            if target is None:
                raise Unsupported(f"{link.target_schema}.{link.target} is not in the truth of the double")
            if not any([kept[name] for name in link.target_columns] == values for kept in self.rows[target.qualified]):
                raise Refused(
                    "23503",
                    f'insert or update on table "{relation.name}" violates foreign key constraint "{link.name}"',
                    f"Key ({', '.join(link.columns)})=({', '.join(map(to_text, values))})"
                    f' is not present in table "{link.target}".',
                )

    def release(self, relation: Relation, old: Row, new: Row | None) -> None:
        """Do with what refers to a row what its foreign keys say, when the row goes or its key changes."""
        for referring in self.truth.relations:
            for link in referring.links:
                if (link.target_schema, link.target) == (relation.schema, relation.name):
                    self._released(referring, link, old, new)

    def _released(self, referring: Relation, link: Link, old: Row, new: Row | None) -> None:
        values = [old[name] for name in link.target_columns]
        if new is not None and [new[name] for name in link.target_columns] == values:
            return
        rows = self.rows[referring.qualified]
        concerned = [row for row in rows if [row[name] for name in link.columns] == values and row is not old]
        action = link.on_delete if new is None else link.on_update
        for row in concerned:
            if action == "cascade" and new is None:
                rows[:] = [kept for kept in rows if kept is not row]
                self.release(referring, row, None)
            elif action == "cascade" and new is not None:
                row.update({mine: new[theirs] for mine, theirs in zip(link.columns, link.target_columns, strict=True)})
            elif action == "set null":
                row.update(dict.fromkeys(link.columns))
                self.check(referring, row, row)
            elif action == "set default":
                raise Unsupported("ON DELETE SET DEFAULT is not supported by the double")
            else:
                raise Refused(
                    "23503",
                    f'update or delete on table "{link.target}" violates foreign key constraint "{link.name}"'
                    f' on table "{referring.name}"',
                    f"Key ({', '.join(link.target_columns)})=({', '.join(map(to_text, values))})"
                    f' is still referenced from table "{referring.name}".',
                )


class _Computed:
    """The value of a generated column, which the double does not compute."""


COMPUTED = _Computed()


def _beyond(relation: Relation) -> Iterable[tuple[str, str]]:
    """What decides about writes to it and is beyond the double."""
    for check in relation.checks:
        if not check.understood:
            yield "checks", f"the CHECK {check.name} ({check.expression})"
    for trigger in relation.triggers:
        if trigger.enabled:
            yield "triggers", f"the trigger {trigger.name}"
    for key in relation.keys:
        if key.kind == "exclusion" or key.partial or key.expression:
            yield "keys", f"the partial, expression or exclusion key {key.name}"


def _bounded(relation: Relation, field: Field, value: Any) -> None:
    bounds = field.bounds
    if bounds is None or value is None:
        return
    tests: list[tuple[Any, Callable[[Any], bool]]] = [
        (bounds.labels, lambda limit: value in limit),
        (bounds.ge, lambda limit: value >= Decimal(limit)),
        (bounds.gt, lambda limit: value > Decimal(limit)),
        (bounds.le, lambda limit: value <= Decimal(limit)),
        (bounds.lt, lambda limit: value < Decimal(limit)),
        (bounds.min_length, lambda limit: len(value) >= limit),
        (bounds.max_length, lambda limit: len(value) <= limit),
    ]
    if any(limit is not None and not test(limit) for limit, test in tests):
        named = [check.name for check in relation.checks if check.columns == (field.name,)]
        name = named[0] if len(named) == 1 else f"{relation.name}_{field.name}_check"
        raise Refused("23514", f'new row for relation "{relation.name}" violates check constraint "{name}"')
    if bounds.pattern or bounds.multiple_of:
        raise Unsupported(f"the pattern or step that {relation.name}.{field.name} must keep to is beyond the double")
