"""Chains over a schema for property tests: mostly right, often nearly so."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from pgconform.postgrest.cache import SchemaCache
from pgconform.postgrest.relationships import Id, Relationship
from pgconform.schema import Function, Relation

CASTS = ("", "", "", "::text", "::jsonb", "::nothing")
AGGREGATED = ("",) * 12 + (".sum()", ".count()", ".max()::text")
PATHS = ("", "", "", "", "->a", "->>b", "->0->>c")
VALUES = ("1", "a", "{1,2}", "null", "true", '{"a":1}', "00000000-0000-0000-0000-000000000000", "sold", "3.5")
COMPARED = ("eq", "neq", "gt", "lte", "like", "ilike", "fts")
DEEPEST = 2


@dataclass(frozen=True)
class Ground:
    """What chains can be about: the exposed relations and callable functions of one cache."""

    cache: SchemaCache
    schema: str
    relations: dict[str, Relation]
    functions: tuple[Function, ...] = ()

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
            end = draw(st.sampled_from(CASTS)) + draw(st.sampled_from(AGGREGATED))
            parts.append(alias + name + draw(st.sampled_from(PATHS)) + end)
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
    inner = draw(selects(ground, ground.relations[item.foreign.name], depth + 1)) if draw(st.integers(0, 5)) else ""
    start = "..." if inner and draw(st.integers(0, 5)) == 0 else alias
    return f"{start}{draw(st.sampled_from(names))}{hint}{join}({inner})"


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
    end = draw(st.sampled_from(["", "", ", desc=True", ", nullsfirst=True"]))
    if related and draw(st.integers(0, 2)) == 0:
        item = draw(st.sampled_from(related))
        column = draw(ground.columns(ground.relations[item.foreign.name]))
        if draw(st.booleans()):
            return f".order({column!r}, foreign_table={item.foreign.name!r}{end})"
        return f".order({f'{item.foreign.name}({column})'!r}{end})"
    return f".order({draw(ground.columns(relation)) + draw(st.sampled_from(PATHS))!r}{end})"


@st.composite
def terms(draw: DrawFn, ground: Ground, relation: Relation, depth: int = 0) -> str:
    """A term of a logic text."""
    if depth < DEEPEST and draw(st.integers(0, 3)) == 0:
        inner = draw(st.lists(terms(ground, relation, depth + 1), min_size=1, max_size=2))
        return f"{draw(st.sampled_from(['and', 'or', 'not.and']))}({','.join(inner)})"
    column = draw(ground.columns(relation)) + draw(st.sampled_from(PATHS))
    operator = draw(st.sampled_from([*COMPARED, "is", "in", "not.eq", "cs"]))
    value = {"is": "null", "in": "(1,2)"}.get(operator) or draw(st.sampled_from(VALUES))
    return f"{column}.{operator}.{value}"


@st.composite
def logics(draw: DrawFn, ground: Ground, relation: Relation) -> str:
    related = ground.related(relation)
    table = ""
    if related and draw(st.integers(0, 3)) == 0:
        item = draw(st.sampled_from(related))
        relation, table = ground.relations[item.foreign.name], f", reference_table={item.foreign.name!r}"
    return f".or_({','.join(draw(st.lists(terms(ground, relation), min_size=1, max_size=2)))!r}{table})"


@st.composite
def conditions(draw: DrawFn, ground: Ground, relation: Relation) -> str:
    """A filter, order, limit or logic call, of the rows or of an embed's."""
    related = ground.related(relation)
    if related and draw(st.integers(0, 3)) == 0:
        item = draw(st.sampled_from(related))
        if draw(st.integers(0, 3)) == 0:
            return f".limit(1, foreign_table={item.foreign.name!r})"
        if draw(st.integers(0, 2)) == 0:
            return f"{draw(st.sampled_from(['', '.not_']))}.is_({item.foreign.name!r}, None)"
        return draw(filters(ground, ground.relations[item.foreign.name], f"{item.foreign.name}."))
    return draw(st.one_of(filters(ground, relation), orders(ground, relation), logics(ground, relation)))


@st.composite
def reads(draw: DrawFn, ground: Ground, relation: Relation) -> str:
    text = f"client.table({relation.name!r}).select({draw(selects(ground, relation))!r})"
    text += "".join(draw(st.lists(conditions(ground, relation), max_size=2)))
    return f"{text}.execute()"


@st.composite
def rows(draw: DrawFn, relation: Relation) -> dict[str, object]:
    """A row to write: mostly of columns that are there, mostly all that are needed."""
    names = [field.name for field in relation.fields]
    needed = [field.name for field in relation.fields if field.nullable is False and not field.filled]
    chosen = {*draw(st.sets(st.sampled_from([*names, "nothing"]), max_size=2))}
    chosen |= set(needed) if draw(st.integers(0, 3)) else set()
    return {name: draw(st.sampled_from(_sent(relation, name))) for name in sorted(chosen)}


def _sent(relation: Relation, name: str) -> list[object]:
    field = relation.field(name)
    match field.type.raw if field else "":
        case "integer" | "bigint" | "shop.percent":
            return [1, 7, "8", None]
        case "numeric" | "numeric(8,2)":
            return [1.5, "2"]
        case "boolean":
            return [True, None]
        case "text[]":
            return [["a"], "{b}"]
        case "jsonb" | "json":
            return [{"a": 1}, [1], None]
        case "date":
            return ["2024-03-01"]
        case "shop.status":
            return ["sold", "lost"]
    return ["a", 3, None]


@st.composite
def writes(draw: DrawFn, ground: Ground, relation: Relation) -> str:
    verb = draw(st.sampled_from(["insert", "insert", "upsert", "update", "delete"]))
    sent = "" if verb == "delete" else repr(draw(rows(relation)))
    if verb in ("insert", "upsert") and draw(st.integers(0, 3)) == 0:
        sent = repr(draw(st.lists(rows(relation).filter(bool), min_size=1, max_size=2)))
    names = [field.name for field in relation.fields]
    if verb == "upsert" and draw(st.booleans()):
        keys = [",".join(key.columns) for key in relation.keys if all(key.columns)]
        sent += f", on_conflict={draw(st.sampled_from([*keys, *keys, *names, 'nothing']))!r}"
    if draw(st.integers(0, 4)) == 0:
        sent += ", returning='minimal'" if sent else "returning='minimal'"
    text = f"client.table({relation.name!r}).{verb}({sent})"
    if verb in ("update", "delete"):
        text += draw(st.one_of(st.just(".neq('id', 0)"), filters(ground, relation), logics(ground, relation)))
    if draw(st.integers(0, 3)) == 0:
        text += f".select({draw(selects(ground, relation))!r})"
    return f"{text}.execute()"


@st.composite
def calls(draw: DrawFn, ground: Ground) -> str:
    """A call of a function, by all arguments or some, and what is made of its rows."""
    function = draw(st.sampled_from(ground.functions))
    names = [item.name for item in function.arguments if item.mode == "in" and item.name]
    given = draw(st.sets(st.sampled_from([*names, "other"]), max_size=2)) if draw(st.integers(0, 3)) == 0 else names
    sent = {name: draw(st.sampled_from(["a", 1, "1"])) for name in sorted(given)}
    text = f"client.rpc({function.name!r}, {sent!r}{draw(st.sampled_from(['', ', get=True']))})"
    target = function.returns_relation
    relation = ground.relations.get(target[1]) if target else None
    if relation is not None and draw(st.booleans()):
        text += f".select({draw(selects(ground, relation))!r})"
    if relation is not None and draw(st.booleans()):
        text += draw(st.one_of(filters(ground, relation), orders(ground, relation)))
    return f"{text}.execute()"


def chains(ground: Ground) -> SearchStrategy[str]:
    """Whole chains: half of them read."""
    named = st.sampled_from(sorted(ground.relations))
    reading = named.flatmap(lambda name: reads(ground, ground.relations[name]))
    writing = named.flatmap(lambda name: writes(ground, ground.relations[name]))
    return st.one_of(reading, reading, writing, calls(ground)) if ground.functions else reading
