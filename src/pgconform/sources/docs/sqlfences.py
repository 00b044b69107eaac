"""SQL in documents: tables as CREATE TABLE describes them, and statements about data that a server can be asked of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from msgspec.structs import replace

from pgconform.request import Statement, Text
from pgconform.schema import Link, Relation
from pgconform.shape import Field, Location
from pgconform.sources.docs.cells import of_type
from pgconform.sources.docs.facts import Fence, Part
from pgconform.sources.docs.ground import Ground, document, spoken_past
from pgconform.sources.docs.plain import NAME, past
from pgconform.sql.foreign import is_foreign
from pgconform.sql.parser import OF_DATA, Parsed, SqlSyntaxError, parse
from pgconform.sql.split import cut
from pgconform.sql.tokens import COMMENTS
from pgconform.support.patterns import deferred

LANGUAGES = frozenset({"sql", "postgres", "postgresql", "pgsql", "psql", "plpgsql"})
_SOURCE = deferred(
    rf"\b(?:from|join|into|update)\s+(?:only\s+)?\"?({NAME}(?:\"?\.\"?{NAME})?)\"?(?!\s*\()", re.IGNORECASE
)
_CTE = deferred(
    rf"(?:\bwith\s+(?:recursive\s+)?|,\s*)({NAME})\s*(?:\([^)]*\)\s*)?as\s+(?:not\s+)?(?:materialized\s+)?\(",
    re.IGNORECASE,
)
_MAKES = deferred(
    rf"\b(?:create|alter|drop)\s+(?:\w+\s+)*?(?:table|view)\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?\"?(?:{NAME}\"?\.\"?)?({NAME})",
    re.IGNORECASE,
)
_STAND_IN = deferred(
    r"'[^']*'|\"[^\"]*\"|(?P<name>\b(?:(?i:your)_\w+|(?!(?:CURRENT|SESSION|LOCAL)_)[A-Z]+(?:_[A-Z0-9]+)+)\b(?!\s*\())"
)
"""A name in capitals, or that says itself whose it is, in the place of a value."""
_MOST = 0.6
_LEAST = 2


class Made(NamedTuple):
    """A statement of a fence: ``start`` is the byte of ``text`` at which it begins."""

    fence: Fence
    start: int
    text: bytes


def made(fences: tuple[Fence, ...]) -> frozenset[str]:
    """The relations that a document's SQL makes, changes or drops: what else it says of them is of another time."""
    return frozenset(
        found.lower() for fence in fences if fence.language in LANGUAGES for found in _MAKES.findall(fence.text)
    )


def tables(ground: Ground, fence: Fence) -> Iterator[Relation]:
    """The relations of the truth that a fence's CREATE TABLE describes."""
    if spoken_past(fence.block) or altered(fence) or is_foreign(fence.text.encode()):
        return
    text = fence.text.encode()
    for start, statement in parsed(text):
        if statement.kind == "CreateStmt":
            yield from _table(ground, Made(fence, start, text), statement.tree)


def altered(fence: Fence) -> bool:
    """The fence is a migration: it speaks of a change and not of a state."""
    return (
        re.search(
            r"\b(?:alter\s+table\s+\S+\s+(?:add|drop|rename|alter)\s+(?!constraint)|drop\s+(?:table|column)|begin\s*;)",
            fence.text,
            re.IGNORECASE,
        )
        is not None
    )


def parsed(text: bytes) -> Iterator[tuple[int, Parsed]]:
    """Each statement that parses, with the byte at which its text begins."""
    for part in cut(text):
        if part.kind == "statement":
            try:
                found = parse(text[part.start : part.end])
            except SqlSyntaxError:
                continue
            yield from ((part.start, one) for one in found)


def _table(ground: Ground, made: Made, tree: dict[str, Any]) -> Iterator[Relation]:
    named = tree.get("relation", {})
    schema, name = named.get("schemaname", ""), named.get("relname", "")
    relation = ground.world.relation(name, schema)
    at = ground.place(part(made, named.get("location", 0) + (len(schema) + 1 if schema else 0), name))
    definitions = [item["ColumnDef"] for item in tree.get("tableElts", ()) if "ColumnDef" in item]
    if relation is None:
        return
    columns = ground.world.fields(relation)
    known = [one for one in definitions if one.get("colname") in columns]
    if len(known) < max(_LEAST, _MOST * len(definitions)):
        return
    fields = [_column(ground, made, one) for one in definitions]
    links = [link for one in definitions for link in _links(ground, made, one)]
    yield replace(document(relation.name, relation.schema, fields, at), links=tuple(links))


def part(made: Made, offset: int, name: str) -> Part:
    """Where a name stands that begins at a byte of the statement."""
    before = made.text[: made.start + offset].decode("utf-8", "replace")
    line = before.count("\n")
    column = len(before) - (before.rfind("\n") + 1)
    quoted = made.text[made.start + offset : made.start + offset + 1] == b'"'
    indent = made.fence.column - 1 if line == 0 else 0
    return Part(name, made.fence.line + line, column + 1 + quoted + indent)


def _column(ground: Ground, made: Made, tree: dict[str, Any]) -> Field:
    constraints = [item["Constraint"] for item in tree.get("constraints", ())]
    kinds = {item.get("contype") for item in constraints}
    firm = kinds & {"CONSTR_NOTNULL", "CONSTR_PRIMARY"}
    said = of_type(_spelled(tree.get("typeName", {})))
    default = next((_constant(item) for item in constraints if item.get("contype") == "CONSTR_DEFAULT"), None)
    found = replace(said, nullable=False if firm else None, default=default)
    return replace(found.field(tree["colname"]), at=ground.place(part(made, tree.get("location", 0), tree["colname"])))


def _spelled(tree: dict[str, Any]) -> str:
    """The type's text, in the spelling that cells have."""
    names = [item["String"].get("sval", "") for item in tree.get("names", ()) if "String" in item]
    sizes = [item["A_Const"].get("ival", {}).get("ival", 0) for item in tree.get("typmods", ()) if "A_Const" in item]
    size = f"({','.join(map(str, sizes))})" if sizes else ""
    return f"{names[-1] if names else ''}{size}{'[]' * len(tree.get('arrayBounds', ()))}"


def _constant(tree: dict[str, Any]) -> str | None:
    """A default that is a plain value."""
    match tree.get("raw_expr"):
        case {"A_Const": {"sval": value}}:
            return "'" + str(value.get("sval", "")).replace("'", "''") + "'"
        case {"A_Const": {"ival": value}}:
            return str(value.get("ival", 0))
        case {"A_Const": {"boolval": value}}:
            return str(bool(value.get("boolval", False))).lower()
    return None


def _links(ground: Ground, made: Made, tree: dict[str, Any]) -> Iterator[Link]:
    for item in (one["Constraint"] for one in tree.get("constraints", ())):
        if item.get("contype") == "CONSTR_FOREIGN":
            table = item.get("pktable", {})
            target = ground.world.relation(table.get("relname", ""), table.get("schemaname", ""))
            if target is not None:
                at = ground.place(part(made, tree.get("location", 0), tree["colname"]))
                yield Link((tree["colname"],), target.schema, target.name, (), at=at)


def statements(ground: Ground, fence: Fence, made_here: frozenset[str]) -> Iterator[Statement]:
    """The statements about data that name only relations which are, or once were, of this truth."""
    if spoken_past(fence.block):
        return
    text = fence.text.encode()
    for part in cut(text):
        sql = text[part.start : part.end].decode("utf-8", "replace")
        if part.kind != "statement" or not _of_data(sql) or not _ours(ground, sql, made_here):
            continue
        lead = len(sql) - len(sql.lstrip())
        said = COMMENTS.sub(lambda note: " " * len(note[0]), sql.strip().rstrip(";"))
        yield _statement(ground, fence, text[: part.start].decode("utf-8", "replace") + sql[:lead], said)


def _of_data(sql: str) -> bool:
    if any(past(note) for note in COMMENTS.findall(sql)):
        return False
    try:
        found = parse(sql.encode())
    except SqlSyntaxError:
        return False
    return len(found) == 1 and found[0].kind in OF_DATA


def _ours(ground: Ground, sql: str, made_here: frozenset[str]) -> bool:
    bare = COMMENTS.sub(" ", sql)
    shared = {name.lower() for name in _CTE.findall(bare)}
    named = {name.replace('"', "") for name in _SOURCE.findall(bare)} - shared
    known = [
        name
        for name in named
        if (ground.find(name) or ground.once(name)) and name.rpartition(".")[2].lower() not in made_here
    ]
    return bool(named) and len(known) == len(named) and not _stands_in(ground, bare, known)


def _stands_in(ground: Ground, sql: str, names: Iterable[str]) -> bool:
    """A name in the statement is no column of these relations, and its spelling asks the reader to replace it."""
    said = {found["name"].lower() for found in _STAND_IN.finditer(sql) if found["name"]}
    relations = [relation for name in names if (relation := ground.find(name))]
    return bool(said - {column for relation in relations for column in ground.world.fields(relation)})


def _statement(ground: Ground, fence: Fence, before: str, sql: str) -> Statement:
    line = fence.line + before.count("\n")
    column = len(before) - (before.rfind("\n") + 1) + 1
    marks, offset = [(0, line, column)], 0
    for number, row in enumerate(sql.split("\n")):
        if number:
            marks.append((offset, line + number, 1))
        offset += len(row) + 1
    at = Location(ground.uri, line, column, line + sql.count("\n"), 0)
    style = "numeric" if re.search(r"\$\d", sql) else "named" if re.search(r"(?<![:\w]):[a-z_]\w*", sql) else ""
    return Statement(Text(sql, at, tuple(marks)), "document", style, at=at)
