"""Chains over a schema for property tests: mostly right, often nearly so."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from pgconform.postgrest.cache import SchemaCache
from pgconform.postgrest.relationships import Id, Relationship
from pgconform.schema import Relation

CASTS = ("", "", "", "::text", "::jsonb", "::nothing")
PATHS = ("", "", "", "", "->a", "->>b", "->0->>c")
VALUES = ("1", "a", "{1,2}", "null", "true", '{"a":1}', "00000000-0000-0000-0000-000000000000", "sold", "3.5")
COMPARED = ("eq", "neq", "gt", "lte", "like", "ilike", "fts")
DEEPEST = 2


@dataclass(frozen=True)
class Ground:
    """What chains can be about: the exposed relations of one cache."""

    cache: SchemaCache
    schema: str
    relations: dict[str, Relation]

    def columns(self, relation: Relation) -> SearchStrategy[str]:
        """A column, a function of the row, or now and then a name that is none."""
        known = [*(field.name for field in relation.fields), *self.cache.computed(relation, self.schema)]
        return st.one_of(st.sampled_from(known), st.sampled_from(known), st.sampled_from(["id", "nothing", "title"]))

    def related(self, relation: Relation) -> list[Relationship]:
        known = self.cache.relationships(Id(self.schema, relation.name))
        return [item for item in known if item.foreign.name in self.relations]


@st.composite
def selects(draw: DrawFn, ground: Ground, relation: Relation, depth: int = 0) -> str:
    """The text of a select, with embeds by every kind of name and hint."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        related = ground.related(relation)
        if related and depth < DEEPEST and draw(st.integers(0, 2)) == 0:
            parts.append(draw(embeds(ground, draw(st.sampled_from(related)), depth)))
        elif draw(st.integers(0, 3)) == 0:
            parts.append("*")
        else:
            alias = draw(st.sampled_from(["", "", "other:"]))
            name = draw(ground.columns(relation))
            parts.append(alias + name + draw(st.sampled_from(PATHS)) + draw(st.sampled_from(CASTS)))
    return ",".join(parts)


@st.composite
def embeds(draw: DrawFn, ground: Ground, item: Relationship, depth: int) -> str:
    names = [item.function.name] if item.function else [item.foreign.name, item.foreign.name]
    names += [item.constraint] if item.constraint else []
    names += [item.columns[0][0]] if len(item.columns) == 1 and item.kind != "m2m" else []
    hints = [*([item.constraint] if item.constraint else []), *([item.junction.name] if item.junction else [])]
    hints += [column for pair in item.columns for column in pair]
    hint = f"!{draw(st.sampled_from(hints))}" if hints and draw(st.integers(0, 3)) == 0 else ""
    alias = draw(st.sampled_from(["", "", "", "a:", "b:"]))
    join = draw(st.sampled_from(["", "", "!inner", "!left"]))
    inner = draw(selects(ground, ground.relations[item.foreign.name], depth + 1))
    return f"{alias}{draw(st.sampled_from(names))}{hint}{join}({inner})"


@st.composite
def filters(draw: DrawFn, ground: Ground, relation: Relation, path: str = "") -> str:
    column = path + draw(ground.columns(relation)) + draw(st.sampled_from(PATHS))
    method = draw(st.sampled_from([*COMPARED, "is_", "in_", "contains", "overlaps"]))
    value = draw(st.sampled_from(VALUES))
    match method:
        case "is_":
            return f".is_({column!r}, {draw(st.sampled_from([None, True]))!r})"
        case "in_":
            return f".in_({column!r}, {[value]!r})"
        case "contains" | "overlaps":
            return f".{method}({column!r}, {draw(st.sampled_from([value, [value]]))!r})"
        case _:
            return f".{method}({column!r}, {value!r})"


@st.composite
def orders(draw: DrawFn, ground: Ground, relation: Relation) -> str:
    related = ground.related(relation)
    if related and draw(st.integers(0, 2)) == 0:
        item = draw(st.sampled_from(related))
        column = draw(ground.columns(ground.relations[item.foreign.name]))
        return f".order({f'{item.foreign.name}({column})'!r})"
    return f".order({draw(ground.columns(relation))!r})"


@st.composite
def reads(draw: DrawFn, ground: Ground, relation: Relation) -> str:
    text = f"client.table({relation.name!r}).select({draw(selects(ground, relation))!r})"
    for _ in range(draw(st.integers(0, 2))):
        related = ground.related(relation)
        if related and draw(st.integers(0, 3)) == 0:
            item = draw(st.sampled_from(related))
            text += draw(filters(ground, ground.relations[item.foreign.name], f"{item.foreign.name}."))
        else:
            text += draw(st.one_of(filters(ground, relation), orders(ground, relation)))
    return f"{text}.execute()"


def chains(ground: Ground) -> SearchStrategy[str]:
    """Whole chains that read."""
    return st.sampled_from(sorted(ground.relations)).flatmap(lambda name: reads(ground, ground.relations[name]))
