"""What SQL statements use, as claims: the relations and columns they name, and the columns an INSERT gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pgconform.pairs.world import World
from pgconform.request import Statement
from pgconform.schema import Access, Relation
from pgconform.shape import Field
from pgconform.sql.inserts import target
from pgconform.sql.mentions import mentions
from pgconform.sql.placeholders import normal


def stated(world: World, statement: Statement) -> Iterator[Relation]:
    """The claims of a statement; none of one that is only partly known, or that a server has refused."""
    if not statement.text.whole or (statement.proof is not None and statement.proof.code):
        return
    sql = normal(statement).sql
    used: defaultdict[tuple[str, str, Access], set[str]] = defaultdict(set)
    for found in mentions(world, sql):
        used[found.relation.schema, found.relation.name, found.access].add(found.column)
    alone = len({key[:2] for key in used}) == 1
    for (schema, name, access), columns in sorted(used.items()):
        sure = alone or access is not Access.READ
        plain = columns - {"", "*"}
        yield _claim(statement, (schema, name, access), set(), certain=True)
        yield _claim(statement, (schema, name, access), plain, certain=sure)
    yield from _given(world, statement, sql)


def _given(world: World, statement: Statement, sql: str) -> Iterator[Relation]:
    """The columns that an INSERT lists, and no others."""
    found = target(sql)
    if found is None or found[1] is None:
        return
    schema, _, name = found[0].rpartition(".")
    relation = world.relation(name, schema)
    if relation is not None:
        fields = tuple(Field(column, required=True) for column in sorted(found[1]))
        yield Relation(
            relation.name, relation.schema, "statement", fields, access=Access.INSERT, whole=True, at=statement.at
        )


def _claim(statement: Statement, what: tuple[str, str, Access], columns: set[str], *, certain: bool) -> Relation:
    schema, name, access = what
    fields = tuple(map(Field, sorted(columns)))
    return Relation(name, schema, "statement", fields, access=access, whole=False, certain=certain, at=statement.at)
