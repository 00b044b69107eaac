"""What is said of the statements that could not be applied, and of which relations they leave half known."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.errors import masked
from pgconform.schema import Unread
from pgconform.sources.migrations.apply import DUPLICATES, LACKS_COLUMN, Application, Pending, only_drops
from pgconform.sources.migrations.beside import spoken_of
from pgconform.sources.migrations.detect import BOOTSTRAPPED
from pgconform.sources.migrations.granted import granted, labelled, left_out
from pgconform.sources.migrations.places import Name
from pgconform.sources.migrations.script import Statement
from pgconform.sources.migrations.touch import Touch, commands, relation_name, touches
from pgconform.sql.parser import Tree

_OF_NO_ACCOUNT = frozenset({"CreateSchemaStmt", "CreateRoleStmt", "CreatePublicationStmt", "AlterPublicationStmt"})
_DATA = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt", "CallStmt"})
_COLUMNS = ("CreateStmt", "CreateForeignTableStmt", "AlterTableStmt", "ViewStmt", "CreateTableAsStmt", "RenameStmt")
_BEFORE, _INSERT = 2, 4
_NO_NULL, _NO_VALUE = "23502", "22P02"
_SECOND_KEY = "multiple primary keys"


def failures(application: Application) -> Iterator[Unread]:
    """One `Unread` for each statement that failed and matters, at its place, with the server's message."""
    for one in application.pending:
        if not _is_of_no_account(one, application.supabase):
            yield replace(_unread(one, application), granted=_granted(one))


def half_known(application: Application) -> set[Name]:
    """The relations that a failed statement would have made or changed, and those that nothing creates."""
    failed = (one for one in application.pending if not _is_of_no_account(one, application.supabase))
    return application.placeholders.union(*(_relations(one) for one in failed if not _is_lossless(one)))


def untriggered(application: Application) -> set[Name]:
    """The relations of which a trigger could not be made that may fill in what is inserted."""
    failed = (one for one in application.pending if one.statement.kind == "CreateTrigStmt" and not _is_lossless(one))
    return set[Name]().union(*(_about(one) for one in failed if _fills(one.statement.tree)))


def _fills(tree: Tree) -> bool:
    """The trigger runs before an insert, for each row; the numbers are those of Postgres' ``pg_trigger.tgtype``."""
    return bool(tree.get("row")) and tree.get("timing") == _BEFORE and bool(tree.get("events", 0) & _INSERT)


def _unread(one: Pending, application: Application) -> Unread:
    at, reason = one.statement.at, masked(one.failure.message)
    subjects = sorted(_relations(one)) if not _is_lossless(one) else []
    subject = ".".join(subjects[0]) if subjects else ""
    if one.statement.kind == "CreateFunctionStmt" and not one.statement.fault and not _is_lossless(one):
        return Unread(reason, "function", ".".join(_function(one)), at)
    if one.failure.code[:2] in ("22", "23") and one.statement.kind in _DATA:
        return Unread(reason, "data", at=at)
    if one.statement.kind == "IndexStmt" and one.failure.message.startswith("access method"):
        return Unread(f"an index was left out: {reason}", at=at)
    if one.failure.code in LACKS_COLUMN and (about := _about(one) & application.placeholders):
        return Unread(reason, "partly known", ".".join(min(about)), at)
    return Unread(reason, "unparsed" if one.statement.fault else "statement", subject, at)


def _granted(one: Pending) -> tuple[str, ...]:
    """The columns or labels that a statement failed without, unless it would have taken them away."""
    sql = one.statement.sql.decode("utf-8", "replace")
    if one.failure.code == _NO_NULL:
        return left_out(sql, one.failure.message)
    if one.failure.code == _NO_VALUE:
        return labelled(sql, one.failure.message)
    if one.failure.code != "42703" or only_drops(one.statement.tree):
        return ()
    return granted(sql, one.failure.message)


def _is_of_no_account(one: Pending, supabase: bool) -> bool:
    """It says again what is there: a schema, a role, or what every Supabase project has."""
    if one.failure.code not in DUPLICATES:
        return False
    schemas = {touch.schema for touch in touches(one.statement)} or {_about_schema(one.statement.tree)}
    return one.statement.kind in _OF_NO_ACCOUNT or (supabase and schemas <= BOOTSTRAPPED and bool(schemas))


def _about_schema(tree: Tree) -> str:
    node = tree.get("table") or tree.get("relation") or {}
    return relation_name(node)[0] if isinstance(node, dict) else ""


def _is_lossless(one: Pending) -> bool:
    """What it would have made is there already, or what it would have taken away is gone."""
    if one.failure.code in DUPLICATES or one.failure.message.startswith(_SECOND_KEY):
        return one.statement.kind != "AlterTableStmt" or len(list(commands(one.statement.tree))) == 1
    return one.statement.kind == "DropStmt"


def _relations(one: Pending) -> set[Name]:
    if one.statement.fault:
        return {(schema or one.here, name) for schema, name in spoken_of(one.statement.sql)}
    return {(touch.schema or one.here, touch.name) for touch in touches(one.statement) if _shapes(one.statement, touch)}


def _function(one: Pending) -> Name:
    """The schema and name of the function that a statement would have made."""
    touch = next(touches(one.statement))
    return touch.schema or one.here, touch.name


def _shapes(statement: Statement, touch: Touch) -> bool:
    """Whether the touch bears on a relation's columns or keys."""
    return touch.what == "relation" and (
        statement.kind in _COLUMNS or statement.kind == "DoStmt" or touch.part_kind == "constraint"
    )


def _about(one: Pending) -> set[Name]:
    """The relation that a statement is about, whatever it does with it."""
    tree = one.statement.tree
    found = {(touch.schema, touch.name) for touch in touches(one.statement) if touch.what == "relation"}
    node = tree.get("table") or tree.get("relation")
    if isinstance(node, dict) and "relname" in node:
        found.add(relation_name(node))
    return {(schema or one.here, name) for schema, name in found}
