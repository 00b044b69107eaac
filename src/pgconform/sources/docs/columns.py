"""Described columns, of tables and of lists, as claims: where they are surely those of a relation of the truth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from pgconform.schema import Key, Link, Relation, Unread
from pgconform.shape import Array, Field, Scalar, Unknown
from pgconform.sources.docs import vocabulary as words
from pgconform.sources.docs.cells import Said, default_of, listed, of_constraints, of_null, of_type, of_values
from pgconform.sources.docs.facts import Grid, Item, Part
from pgconform.sources.docs.ground import Ground, Meant, document, of_database, of_others, spoken_past
from pgconform.sources.docs.plain import NAME, inner, is_word, past, plain, several
from pgconform.support.patterns import deferred

_MOST = 0.6
_LEAST = 2

_LINE = deferred(
    rf"^(?:\*\*|`|\*\*`)(?P<name>{NAME}(?:\.{NAME})?)(?:\s+table)?[`*]*(?:\s+table)?\s*[:：(–—-]\s*(?P<columns>[^.;()]*)[).]?\s*$",
    re.IGNORECASE,
)
_VALUE_ITEM = deferred(r"^(?:\*\*)?[`'\"](?P<value>[\w\-. ]{1,40})[`'\"](?:\*\*)?\s*(?:$|[:：(=→–—-])")
_PIECE = deferred(rf"(?:^|,)\s*(?P<code>`?)(?P<name>{NAME})(?![\w$])`?(?=\s*(?:,|$|[A-Z(\[]|(?P<after>\w+)\s*(?:,|$)))")
"""A column, and the word after it: its type, or the column itself where the first word only leads up to it."""


class Told(NamedTuple):
    """A described column: where its name stands, what is said of it, and each part of that where it stands."""

    name: Part
    said: Said
    parts: tuple[tuple[Part, Said], ...] = ()


def of_grid(ground: Ground, grid: Grid) -> Iterator[Relation]:
    """A table of columns under a heading that names a relation."""
    roles = _roles(grid.header)
    if "column" not in roles or spoken_past(grid.block):
        return
    meant = ground.meant(grid.block)
    if meant is None:
        return
    told = [one for row in grid.rows for one in _row(roles, row)]
    firm = (
        is_word(grid.header[roles.index("column")].text, words.OF_COLUMNS) or "null" in roles or "constraint" in roles
    )
    if of_others(grid.block) and not firm:
        return
    yield from _judged(ground, meant, told, firm=firm or of_database(grid.block))


def unread(ground: Ground, grid: Grid) -> Unread | None:
    """Why a table of columns that is about a database is not judged; None where it is, or is not of that kind."""
    roles = _roles(grid.header)
    if "column" not in roles or not of_database(grid.block) or spoken_past(grid.block) or of_others(grid.block):
        return None
    if next(of_grid(ground, grid), None) is not None:
        return None
    meant = ground.meant(grid.block)
    told = f"too few of its columns are those of {meant.name}" if meant else "which table it describes is not known"
    return Unread(told, "document", at=ground.place(grid.header[0]))


def _roles(header: Sequence[Part]) -> list[str]:
    """What each column of a table of columns holds; without "column" it is none."""
    roles = [_role(part.text) for part in header]
    if "column" not in roles and "name" in roles and {"type", "null"} & set(roles):
        roles[roles.index("name")] = "column"
    beside = {"type", "null", "not null", "default", "constraint"} & set(roles)
    return roles if "column" in roles and (beside or is_word(header[0].text, words.OF_COLUMNS)) else []


@lru_cache(maxsize=4096)
def _role(text: str) -> str:
    return next((role for role, listed in _ROLES if is_word(text, listed)), "")


_ROLES = (
    ("column", words.COLUMN), ("name", words.NAME), ("type", words.TYPE), ("null", words.NULLABLE),
    ("not null", words.NOT_NULL), ("default", words.DEFAULT), ("constraint", words.CONSTRAINT),
    ("values", words.VALUES), ("description", words.DESCRIPTION),
)  # fmt: skip


def _row(roles: Sequence[str], row: Sequence[Part]) -> Iterator[Told]:
    cells = dict(zip(roles, row, strict=False))
    if any(past(part.text) for part in row) or ("type" in cells and not cells["type"].text) or _is_of_table(cells):
        return
    names = several(cells["column"])
    parts = [(_spoken(role, part), _said(role, part.text)) for role, part in cells.items() if role != "column"]
    if _is_key(cells["column"].text):
        parts.append((cells["column"], Said(primary=True, nullable=False)))
    if len(names) > 1:
        parts = [(part, Said(said.type)) for part, said in parts]
    said = Said()
    for _, one in parts:
        said = said.join(one)
    for name in names:
        yield Told(name, said, _settled(parts))


def _is_of_table(cells: dict[str, Part]) -> bool:
    """The row is of a constraint of the table, not of a column: no type stands where the others have one."""
    if "type" not in cells or not is_word(plain(cells["column"].text), words.CONSTRAINT):
        return False
    return isinstance(of_type(cells["type"].text).type, Unknown)


def _settled(parts: Sequence[tuple[Part, Said]]) -> tuple[tuple[Part, Said], ...]:
    """Each part with what it is the first to say."""
    known = Said()
    found = []
    for part, said in parts:
        fresh = said.beside(known)
        known = known.join(said)
        found += [(part, fresh)] if fresh != Said() else []
    return tuple(found)


def _spoken(role: str, part: Part) -> Part:
    """What a cell says without the marks around it; of a type only the type's own words."""
    text = part.text
    bare = text[1:-1] if len(text) > 2 and text[0] == text[-1] == "`" and text.count("`") == 2 else text
    found = Part(bare, part.line, part.column + (bare != text))
    kind = of_type(text).type if role == "type" else Unknown()
    raw = "" if isinstance(kind, Unknown) else kind.raw
    at = bare.find(raw) if raw else -1
    return Part(raw, found.line, found.column + at) if at >= 0 else found


def _is_key(text: str) -> bool:
    return "🔑" in text or plain(text).upper().endswith((" PK", "(PK)"))


def _said(role: str, text: str) -> Said:
    match role:
        case "type":
            return of_type(text)
        case "constraint":
            return of_constraints(text)
        case "null":
            return Said(nullable=of_null(text))
        case "not null":
            return Said(nullable=of_null(text, negated=True))
        case "default":
            return Said(default=default_of(text))
        case "values":
            return Said(labels=of_values(text))
        case "description":
            return Said(hinted=listed(text))
    return Said()


def of_items(ground: Ground, items: Sequence[Item]) -> Iterator[Relation]:
    """Lists of columns, each a name and its type: under a heading that names a relation, or under an item that does."""
    block = items[0].block
    if spoken_past(block) or of_others(block):
        return
    if meant := ground.meant(block):
        outer = [
            (item, values_below(items, number)) for number, item in enumerate(items) if item.depth == items[0].depth
        ]
        yield from _typed(ground, meant, outer)
    for number, item in enumerate(items):
        name = inner(item.text).text if item.text.text[:1] in "`*" and not past(item.text.text) else ""
        relation = ground.find(name) if name else None
        if relation is not None:
            inside = [(items[place], values_below(items, place)) for place in below(items, number)]
            yield from _typed(ground, Meant(relation.name, relation.schema, relation, True), inside)


def below(items: Sequence[Item], number: int) -> Iterator[int]:
    """The places of the items that hang on one directly."""
    depth = items[number].depth
    for place, item in enumerate(items[number + 1 :], number + 1):
        if item.depth <= depth:
            return
        if item.depth == depth + 1:
            yield place


def values_below(items: Sequence[Item], number: int) -> tuple[str, ...] | None:
    """The values that hang on an item, if nothing else does."""
    return values_of([items[place] for place in below(items, number)])


def values_of(items: Sequence[Item]) -> tuple[str, ...] | None:
    """What items list that are all values: ``- `draft`: not yet shown``."""
    found = [_VALUE_ITEM.match(item.text.text) for item in items]
    values = tuple(match["value"] for match in found if match)
    return values if len(found) == len(set(values)) > 1 else None


def _typed(ground: Ground, meant: Meant, items: Sequence[tuple[Item, tuple[str, ...] | None]]) -> Iterator[Relation]:
    """The items as columns, if most have a type; one without is a column only where there is one of that name."""
    columns = ground.world.fields(meant.truth) if meant.truth else {}
    told = [one for item, hints in items if not past(item.text.text) for one in _item(item, hints)]
    typed = [one for one in told if isinstance(one.said.type, Scalar | Array) or one.said.primary]
    if len(typed) >= _LEAST and len(typed) * 2 >= len(items):
        yield from _judged(ground, meant, [one for one in told if one in typed or one.name.text in columns], firm=True)


def _item(item: Item, hints: tuple[str, ...] | None) -> Iterator[Told]:
    """``- `id` (uuid, PK): …``, ``- **id**: uuid``, ``- id uuid NOT NULL``."""
    name = inner(item.text)
    if not name.text or "." in name.text:
        return
    rest = item.text.text[name.column - item.text.column + len(name.text) :].lstrip("`*_\"' ")
    if not rest or rest[0] not in "(:-–—[":
        return
    text = rest[1:].split(")" if rest[0] == "(" and "(" not in rest[1:].split(")")[0] else "\n")[0]
    said = of_type(text.strip().strip("*:`_ "))
    described = rest[len(text) + 2 :] if rest[0] == "(" else rest[1:]
    yield Told(name, said.join(Said(hinted=listed(described) or hints)))


def of_lines(ground: Ground, items: Sequence[Item]) -> Iterator[Relation]:
    """Items that each name a relation and then its columns: ``- **users table**: id, name, email``."""
    lines = [(item, found) for item in items if (found := _LINE.match(item.text.text))]
    if not lines or spoken_past(items[0].block) or of_others(items[0].block):
        return
    for item, found in lines:
        if past(item.text.text):
            continue
        relation = ground.find(found["name"])
        if relation is None:
            continue
        pieces = list(_PIECE.finditer(found["columns"]))
        start = item.text.column + found.start("columns")
        columns = ground.world.fields(relation)
        named = [(one, "after" if one["after"] in columns and one["name"] not in columns else "name") for one in pieces]
        if not all(one[which] in columns or one["code"] or ground.lost(relation, one[which]) for one, which in named):
            continue
        told = [Told(Part(one[which], item.text.line, start + one.start(which)), Said()) for one, which in named]
        if len(told) > _LEAST and len(told) == found["columns"].count(",") + 1:
            yield from _judged(ground, Meant(relation.name, relation.schema, relation, True), told, firm=True)


def _judged(ground: Ground, meant: Meant, told: Sequence[Told], *, firm: bool) -> Iterator[Relation]:
    """The claim, if most of its columns are the relation's: else it is about something else of that name."""
    if not told:
        return
    at = ground.place(told[0].name)
    if meant.truth is None:
        if firm and meant.exact:
            yield document(meant.name, meant.schema, (), at)
        return
    columns = ground.world.fields(meant.truth)
    known = [one for one in told if one.name.text in columns]
    sure = firm or any(_of_postgres(one.said) for one in told)
    if not sure or len(known) < min(_LEAST, len(columns)) or len(known) < _MOST * len(told):
        return
    fields = [field for one in told for field in _fields(ground, one, columns.get(one.name.text))]
    claim = document(meant.truth.name, meant.truth.schema, fields, at)
    yield replace(claim, keys=tuple(_keys(known, ground)), links=tuple(_links(ground, known)))


def _fields(ground: Ground, told: Told, column: Field | None) -> Iterator[Field]:
    """The column as a name, and each thing that is said of it where that stands."""
    parts = told.parts or ((told.name, told.said),)
    yield Field(told.name.text, at=ground.place(told.name))
    for part, said in parts if column is not None else ():
        hinted = said.hinted if column is not None and said.hinted and ground.agrees(column, said.hinted) else None
        field = replace(said, labels=said.labels or hinted).field(told.name.text)
        if field != Field(told.name.text):
            yield replace(field, at=ground.place(part))


def _of_postgres(said: Said) -> bool:
    """The type is one that only a database has a word for, or the column is said to be a key."""
    kinds = ("uuid", "timestamptz", "jsonb", "int8", "int2", "varchar", "numeric", "bytea", "citext", "vector", "inet")
    return said.primary or (isinstance(said.type, Scalar) and said.type.kind in kinds)


def _keys(told: Sequence[Told], ground: Ground) -> Iterator[Key]:
    primary = [one for one in told if one.said.primary]
    if primary:
        yield Key(tuple(one.name.text for one in primary), "primary", at=ground.place(primary[0].name))


def _links(ground: Ground, told: Sequence[Told]) -> Iterator[Link]:
    for one in told:
        target = ground.find(one.said.target) if one.said.target else None
        if target is None and "." in one.said.target:
            target = ground.find(one.said.target.rpartition(".")[0])
        if target is not None:
            yield Link((one.name.text,), target.schema, target.name, (), at=ground.place(one.name))
