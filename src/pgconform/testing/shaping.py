"""Rows as a request wants them: filtered, sorted, cut, with their embeds, under the names it gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pgconform.postgrest.plan import Level, output_name
from pgconform.postgrest.relationships import Relationship
from pgconform.postgrest.syntax import Column, Condition, Embed, Junction, Star, Term
from pgconform.schema import TABLES
from pgconform.shape import Scalar, Type
from pgconform.testing.asked import Asked, Sort, conditions, embedded
from pgconform.testing.conditions import Ground, holds, junction, reach
from pgconform.testing.errors import Unsupported
from pgconform.testing.ordering import key
from pgconform.testing.tables import COMPUTED, Row, Tables
from pgconform.testing.values import TEXTS, to_json

_PRINTED = frozenset({"int2", "int4", "int8", "uuid", *TEXTS})


class Shaper:
    """Answers one request from the tables."""

    def __init__(self, tables: Tables, asked: Asked, collation: str) -> None:
        self.tables = tables
        self.asked = asked
        self.collation = collation
        for level in asked.top.levels():
            self._probed(level)

    def _probed(self, level: Level) -> None:
        """Say what is beyond the double, and what is no value of its column, even where there is no row."""
        ground = self.ground(level)
        for term in self.asked.of(level).terms:
            for condition in conditions(term):
                if embedded(level, condition) is None:
                    holds({}, condition.column, condition.operation, ground)

    def rows(self, level: Level, candidates: Iterable[Row], *, cut: bool = True) -> list[Row]:
        """The rows of a level that meet its conditions, in order; ``cut``: between its offset and its limit."""
        part = self.asked.of(level)
        ground = self.ground(level)
        kept = [row for row in candidates if self._wanted(level, row, ground)]
        for sort in reversed(part.sorts):
            kept = _sorted(kept, sort, ground)
        end = None if part.limit is None else part.offset + part.limit
        return kept[part.offset : end] if cut else kept

    def ground(self, level: Level) -> Ground:
        types: dict[str, Type] = {}
        if level.relation is not None:
            types = {name: field.type for name, field in self.tables.world.fields(level.relation).items()}
        return Ground(types, self.collation)

    def _wanted(self, level: Level, row: Row, ground: Ground) -> bool:
        if not all(self._holds(level, row, term, ground) is True for term in self.asked.of(level).terms):
            return False
        inner = (child for child in level.children if child.embed and child.embed.join == "inner")
        return all(self.related(child, row) for child in inner)

    def _holds(self, level: Level, row: Row, term: Term, ground: Ground) -> bool | None:
        match term:
            case Junction():
                found = junction(term.operator, [self._holds(level, row, inner, ground) for inner in term.terms])
                return not found if term.negated and found is not None else found
            case Condition():
                if (child := embedded(level, term)) is not None:
                    return bool(self.related(child, row)) is term.operation.negated
                if row.get(term.column.name.text) is COMPUTED:
                    _unknown(term.column.name.text)
                return holds(row, term.column, term.operation, ground)
        raise Unsupported("a part of a logic text is not known")

    def related(self, child: Level, row: Row) -> list[Row]:
        """The rows that an embed gives for a row."""
        relationship = child.relationship
        if relationship is None or relationship.function is not None or child.relation is None:
            raise Unsupported(f"the embed {child.name} is not supported by the double: it is a computed relationship")
        return self.rows(child, self._joined(relationship, row))

    def _joined(self, relationship: Relationship, row: Row) -> list[Row]:
        rows = self.table(relationship.foreign)
        if relationship.junction is not None:
            return self._through(relationship, row)
        pairs = relationship.columns
        return [other for other in rows if all(_equal(row[here], other[there]) for here, there in pairs)]

    def _through(self, relationship: Relationship, row: Row) -> list[Row]:
        """By the table between, of which each row joins one with one."""
        assert relationship.junction is not None
        table = self.tables.world.relation(relationship.junction.name, relationship.junction.schema)
        links = {link.name: link for link in table.links} if table else {}
        near, far = (links.get(name) for name in relationship.constraints)
        if table is None or near is None or far is None:
            raise Unsupported(f"the embed {relationship.foreign.name} goes through views, which the double does not")
        between = [
            one
            for one in self.table(relationship.junction)
            if all(_equal(one[mine], row[its]) for mine, its in zip(near.columns, near.target_columns, strict=True))
        ]
        return [
            other
            for other in self.table(relationship.foreign)
            for one in between
            if all(_equal(one[mine], other[its]) for mine, its in zip(far.columns, far.target_columns, strict=True))
        ]

    def table(self, name: tuple[str, str]) -> list[Row]:
        """All rows of a table."""
        relation = self.tables.world.relation(name[1], name[0])
        if relation is None or relation.kind not in TABLES:
            raise Unsupported(f"reading the view {name[1]} is not supported by the double")
        return self.tables.rows[relation.qualified]

    def shaped(self, level: Level, row: Row) -> dict[str, Any]:
        """One row as it goes out."""
        out: dict[str, Any] = {}
        for item in level.items or (Star(),):
            match item:
                case Star():
                    fields = level.relation.fields if level.relation else ()
                    out.update({field.name: _known(row[field.name], field.name) for field in fields})
                case Column():
                    out[output_name(item)] = self._column(level, item, row)
                case Embed():
                    self._embed(level, item, row, out)
        return out

    def _column(self, level: Level, item: Column, row: Mapping[str, Any]) -> Any:
        if item.aggregate or item.column is None:
            raise Unsupported("aggregates are not supported by the double")
        name = item.column.name.text
        type_ = self.ground(level).type_of(item.column)
        value = _known(reach(row, item.column), name)
        if item.cast is None:
            return value
        printed = isinstance(type_, Scalar) and type_.kind in _PRINTED
        if item.cast.text != "text" or not printed or item.column.steps:
            raise Unsupported(f"the cast {name}::{item.cast.text} is not supported by the double")
        return None if value is None else str(value)

    def _embed(self, level: Level, item: Embed, row: Row, out: dict[str, Any]) -> None:
        child = next(one for one in level.children if one.embed is item)
        if _silent(child):
            return
        found = [self.shaped(child, other) for other in self.related(child, row)]
        one = child.relationship is not None and child.relationship.to_one
        if item.spread:
            if not one:
                raise Unsupported("spreading many rows is not supported by the double")
            out.update(found[0] if found else dict.fromkeys(_names(child)))
        else:
            out[item.key.text] = (found[0] if found else None) if one else found


def _names(level: Level) -> list[str]:
    from pgconform.postgrest.plan import outputs

    names = outputs(level)
    if names is None:
        raise Unsupported("the columns of the embed are not all known to the double")
    return names


def _silent(level: Level) -> bool:
    from pgconform.postgrest.plan import empty

    return bool(level.embed and not level.embed.items) or (bool(level.items) and empty(level))


def _known(value: Any, name: str) -> Any:
    if value is COMPUTED:
        return _unknown(name)
    return to_json(value)


def _unknown(name: str) -> Any:
    raise Unsupported(f"the double does not compute {name}: give it a function,  functions={{'table.{name}': …}}")


def _equal(one: Any, other: Any) -> bool:
    return one is not None and bool(one == other)


def _sorted(rows: list[Row], sort: Sort, ground: Ground) -> list[Row]:
    by = key(ground.type_of(sort.column), ground.collation)
    given = [row for row in rows if reach(row, sort.column) is not None]
    nulls = [row for row in rows if reach(row, sort.column) is None]
    placed: Callable[[Row], Any] = lambda row: by(reach(row, sort.column))  # noqa: E731
    given = sorted(given, key=placed, reverse=sort.down)
    return nulls + given if sort.nulls_first else given + nulls
