"""The schema in as few tokens as are given: for agents, in the manner of llms.txt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pgconform.generate.documents.marks import default_of, labels_of, type_of
from pgconform.pairs.pair import display_name
from pgconform.pairs.world import World
from pgconform.schema import TABLES, Relation
from pgconform.shape import Field

_SHORT = {
    "timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp", "integer": "int",
    "character varying": "varchar", "double precision": "float8", "boolean": "bool", "bigint": "int8",
    "smallint": "int2", "time without time zone": "time", "time with time zone": "timetz",
}  # fmt: skip
_MANY = 12
_PER_TOKEN = 3.4
"""Characters of identifiers that make a token, on the safe side of what tokenizers for models of language do."""


def context(world: World, relations: Sequence[Relation], budget: int) -> str:
    """The richest telling of these relations that is no longer than ``budget`` tokens; what it leaves out, it says."""
    for columns, legend in _LEVELS:
        text = _told(world, relations, columns, legend)
        if tokens(text) <= budget:
            return text
    names, _ = _LEVELS[-1]
    return _cut(world, relations, names, budget)


def tokens(text: str) -> int:
    """About how many tokens a text is; rather more than fewer."""
    return -(-len(text.encode()) * 10 // int(_PER_TOKEN * 10))


def _told(world: World, relations: Sequence[Relation], columns: Callable[[World, Relation], str], legend: str) -> str:
    lines = [f"- {_head(world, item)}{columns(world, item)}" for item in relations]
    return _heading(len(relations), legend) + "\n".join(lines) + "\n"


def _heading(count: int, legend: str) -> str:
    said = f"> {count} {'table' if count == 1 else 'tables and views'} of Postgres, as they are.{legend}"
    return f"# Database schema\n\n{said}\n\n## Tables\n\n"


def _cut(world: World, relations: Sequence[Relation], columns: Callable[[World, Relation], str], budget: int) -> str:
    """Only names, and of those the tables that most others refer to."""
    weight = {item.qualified: 0 for item in relations}
    for item in relations:
        for link in item.links:
            if (name := f"{link.target_schema}.{link.target}") in weight:
                weight[name] += 1
    ranked = sorted(relations, key=lambda item: (-weight[item.qualified], item.qualified))
    for count in range(len(ranked), 0, -max(1, len(ranked) // 50)):
        kept = sorted(ranked[:count], key=lambda item: item.qualified)
        more = len(ranked) - count
        text = _told(world, kept, columns, " Columns are left out.") + (f"- and {more} more\n" if more else "")
        if tokens(text) <= budget:
            return text
    return _heading(len(relations), " There is no room for their names here.").rstrip() + "\n"


def _head(world: World, relation: Relation) -> str:
    kind = "" if relation.kind in TABLES else f" ({relation.kind})"
    return f"{display_name(world, relation)}{kind}"


def _full(world: World, relation: Relation) -> str:
    comment = f" -- {' '.join(relation.comment.split())}" if relation.comment else ""
    return f": {', '.join(_column(world, relation, field) for field in world.fields(relation).values())}{comment}"


def _typed(world: World, relation: Relation) -> str:
    columns = world.fields(relation).values()
    return f": {', '.join(f'{field.name} {_type(field)}{_marks(relation, field)}' for field in columns)}"


def _named(world: World, relation: Relation) -> str:
    return f": {', '.join(world.fields(relation))}"


def _linked(_: World, relation: Relation) -> str:
    primary = next((key.columns for key in relation.keys if key.kind == "primary"), ())
    links = [f"{', '.join(link.columns)}→{link.target}" for link in relation.links]
    return f": {', '.join(dict.fromkeys((*primary, *links)))}" if primary or links else ""


def _alone(_world: World, _relation: Relation) -> str:
    return ""


_SIGNS = " `!` is NOT NULL, `pk` the primary key, `→` a foreign key"
_LEVELS: tuple[tuple[Callable[[World, Relation], str], str], ...] = (
    (_full, f"{_SIGNS}, `=` a default, `in` the values a column takes."),
    (_typed, f"{_SIGNS}. Defaults and values are left out."),
    (_named, " Types are left out."),
    (_linked, " Only keys (first) and foreign keys (`→`) are told."),
    (_alone, " Columns are left out."),
)


def _column(world: World, relation: Relation, field: Field) -> str:
    stored = world.stored(field) if field.origin else field
    labels = labels_of(field.type, stored.bounds)
    values = f" in ({'|'.join(labels)})" if labels and len(labels) <= _MANY else ""
    default = f" = {' '.join(default_of(field).split())}" if default_of(field) else ""
    return f"{field.name} {_type(field)}{_marks(relation, field)}{values}{default}"


def _marks(relation: Relation, field: Field) -> str:
    primary = any(key.kind == "primary" and field.name in key.columns for key in relation.keys)
    link = next((link for link in relation.links if link.columns == (field.name,)), None)
    target = f" → {link.target}.{', '.join(link.target_columns)}" if link else ""
    return f"{' pk' if primary else '!' if field.nullable is False else ''}{target}"


def _type(field: Field) -> str:
    raw = type_of(field)
    base, bracket, rest = raw.partition("[")
    if base in _SHORT:
        return f"{_SHORT[base]}{bracket}{rest}"
    name, paren, size = base.partition("(")
    return f"{_SHORT.get(name, name)}{paren}{size}{bracket}{rest}"
