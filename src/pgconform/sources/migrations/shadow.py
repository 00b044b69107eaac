"""CREATE TABLE IF NOT EXISTS over a table that is another: what it would have made, beside what there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module

from pgconform.schema import NamedType, Relation, Schema, Unread
from pgconform.shape import Labels, Location
from pgconform.sources.migrations.places import Name, Places
from pgconform.sources.migrations.script import Statement
from pgconform.sources.migrations.session import Session
from pgconform.support.patterns import deferred

_NAME = deferred(rb'(?:"(?:[^"]|"")+"|[\w$\x80-\xff]+)(?:\s*\.\s*(?:"(?:[^"]|"")+"|[\w$\x80-\xff]+))*')
_COLUMNS = """
    SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = 'pgconform_probe.probe'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


@dataclass(frozen=True)
class Shadowed:
    """A CREATE TABLE IF NOT EXISTS that found a table, made at ``since``, with the columns and types it declares.

    Of a CREATE TYPE in a DO block, which swallows the error, ``labels`` are those of the enum it declares.
    """

    statement: Statement
    name: Name
    since: Location
    declared: dict[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()


def declared(session: Session, statement: Statement) -> dict[str, str]:
    """The columns that a CREATE TABLE declares, with their types as the server says them; none when it cannot be.

    Where what it refers to is not as it would have it, the columns are tried without their constraints.
    """
    at = statement.tree["relation"].get("location", 0) + statement.base - statement.start
    name = _NAME.match(statement.sql, at)
    if not name:
        return {}
    probe = statement.sql[:at] + b"pgconform_probe.probe" + statement.sql[name.end() :]
    return _columns(session, statement, probe) or _columns(session, statement, _unconstrained(probe))


def _columns(session: Session, statement: Statement, probe: bytes) -> dict[str, str]:
    session.run(b"BEGIN")
    try:
        if session.run(b"CREATE SCHEMA pgconform_probe") or session.run(probe, statement.at):
            return {}
        return dict(session.owner.execute(_COLUMNS).fetchall())
    finally:
        session.run(b"ROLLBACK")


def _unconstrained(create: bytes) -> bytes:
    """A CREATE TABLE with nothing but its columns and their types."""
    postgast = import_module("postgast")
    parsed = postgast.parse(create.decode("utf-8", "replace"))
    made = parsed.stmts[0].stmt.create_stmt
    columns = [element for element in made.table_elts if element.HasField("column_def")]
    for column in columns:
        del column.column_def.constraints[:]
    del made.table_elts[:]
    made.table_elts.extend(columns)
    made.ClearField("partspec")
    deparsed: str = postgast.deparse(parsed)
    return deparsed.encode()


def shadowed(found: Iterable[Shadowed], schema: Schema, places: Places) -> Iterator[Unread]:
    """What is still not as a CREATE TABLE IF NOT EXISTS after it would have it, when all has been applied.

    A table that was made again since is as its maker wants it.
    """
    relations = {(relation.schema, relation.name): relation for relation in schema.relations}
    types = {(named.schema, named.name): named for named in schema.types}
    for one in found:
        relation, named = relations.get(one.name), types.get(one.name)
        if one.labels:
            differences = list(_labels(named, one.labels)) if named else []
        else:
            stays = places.relations.get(one.name) == one.since
            differences = list(_differences(relation, one.declared)) if relation and stays else []
        if differences:
            name = ".".join(one.name)
            reason = f"{name} exists already (since {one.since}), {' and '.join(differences)}"
            yield Unread(reason, "shadowed", name, one.statement.at)


def _labels(named: NamedType, labels: tuple[str, ...]) -> Iterator[str]:
    known = named.type.values if isinstance(named.type, Labels) else ()
    if absent := [label for label in labels if label not in known]:
        yield f"without {', '.join(map(repr, absent))}"


def _differences(relation: Relation, columns: dict[str, str]) -> Iterator[str]:
    absent = [name for name in columns if relation.field(name) is None]
    if absent:
        yield f"without {', '.join(absent)}"
    for name, type_ in columns.items():
        column = relation.field(name)
        if column and column.type.raw and _bare(column.type.raw) != _bare(type_):
            yield f"with {name} as {column.type.raw}, not {type_}"


def _bare(type_: str) -> str:
    return type_.replace('"', "").rpartition(".")[2]
