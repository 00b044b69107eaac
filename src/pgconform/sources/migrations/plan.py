"""What is done with each statement: run as it is, run a little altered, handed to the superuser, or set aside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pgconform.sources.migrations.document import Document
from pgconform.sources.migrations.script import Command, Include, Statement
from pgconform.sources.migrations.touch import strings
from pgconform.sql.parser import SqlSyntaxError, Tree, parse
from pgconform.support.patterns import deferred

_CONCURRENTLY = deferred(rb"\bCONCURRENTLY\b", re.IGNORECASE)
_LOCAL = deferred(rb"\bLOCAL\b", re.IGNORECASE)
_ON_COMMIT_DROP = deferred(rb"\bON\s+COMMIT\s+DROP\b", re.IGNORECASE)
_OMITTED_TYPE = deferred(rb"(?<=[\s\"])(ARRAY|USER-DEFINED)(?=[\s,)])")
_CAST_DEFAULT = deferred(rb"(DEFAULT\s+'(?:[^']|'')*')::(?:\"?[\w.]+\"?)(?:\[\])?", re.IGNORECASE)
UNSAID = {b"ARRAY": b'pgconform_unsaid."ARRAY"', b"USER-DEFINED": b'pgconform_unsaid."USER-DEFINED"'}
NO_EFFECT = frozenset(
    {
        "AlterExtensionStmt",
        "AlterExtensionContentsStmt",
        "TransactionStmt",
        "LockStmt",
        "VacuumStmt",
        "ReindexStmt",
        "RefreshMatViewStmt",
        "CheckPointStmt",
        "DiscardStmt",
    }
    | {"NotifyStmt", "ListenStmt", "UnlistenStmt", "ExplainStmt", "ClusterStmt", "RepackStmt", "ConstraintsSetStmt"}
)
ASIDE = {
    "CreateEventTrigStmt": "event triggers act on later statements and are left out",
    "AlterEventTrigStmt": "event triggers act on later statements and are left out",
    "CreatedbStmt": "the schema is made in one database",
    "DropdbStmt": "the schema is made in one database",
    "CreateTableSpaceStmt": "tablespaces name directories of a server",
    "AlterSystemStmt": "settings of a server are no part of the schema",
}


@dataclass(frozen=True)
class Run:
    """Send this to the server as the owner."""

    sql: bytes


@dataclass(frozen=True)
class Install:
    """Make an extension, in this schema where one is named."""

    name: str
    schema: str = ""


@dataclass(frozen=True)
class Uninstall:
    """Drop these extensions."""

    names: tuple[str, ...]
    cascade: bool


@dataclass(frozen=True)
class Wrapper:
    """Declare a foreign data wrapper that reaches nothing."""

    name: str


@dataclass(frozen=True)
class Aside:
    """Leave it out and say why; without a reason there is nothing to say."""

    reason: str = ""


Step: TypeAlias = Run | Install | Uninstall | Wrapper | Aside


def step(statement: Statement) -> Step:
    """What to do with a statement that parsed, or that may be a listing of the Supabase dashboard."""
    tree, kind = statement.tree, statement.kind
    if _is_without_effect(statement):
        return Aside()
    if kind in ASIDE:
        return Aside(ASIDE[kind])
    match kind:
        case "CreateExtensionStmt":
            return Install(tree["extname"], _option(tree, "schema"))
        case "DropStmt" if tree.get("removeType") == "OBJECT_EXTENSION":
            return Uninstall(tuple(strings(tree["objects"])), tree.get("behavior") == "DROP_CASCADE")
        case "CreateFdwStmt":
            return Wrapper(tree["fdwname"])
        case _:
            return Run(_altered(statement))


def _is_without_effect(statement: Statement) -> bool:
    """Whether it can change nothing of the schema, so that there is nothing to say of it either."""
    tree = statement.tree
    match statement.kind:
        case "CopyStmt":
            return not tree.get("filename")
        case "AlterDatabaseSetStmt" | "AlterRoleSetStmt":
            return b"search_path" not in statement.sql
        case "AlterObjectSchemaStmt" | "CommentStmt":
            return "OBJECT_EXTENSION" in (tree.get("objectType"), tree.get("objtype"))
        case "DropStmt":
            return bool(tree.get("removeType") == "OBJECT_EVENT_TRIGGER")
        case kind:
            return kind in NO_EFFECT


def _option(tree: Tree, name: str) -> str:
    for node in tree.get("options", ()):
        if node["DefElem"]["defname"] == name:
            return str(node["DefElem"].get("arg", {}).get("String", {}).get("sval", ""))
    return ""


def _altered(statement: Statement) -> bytes:
    """The statement's text, fit to be run outside a transaction."""
    tree, sql = statement.tree, statement.sql
    if tree.get("concurrent"):
        return _CONCURRENTLY.sub(b"", sql, count=1)
    if statement.kind == "VariableSetStmt" and tree.get("is_local"):
        return _LOCAL.sub(b"", sql, count=1)
    if tree.get("oncommit") == "ONCOMMIT_DROP" or tree.get("into", {}).get("onCommit") == "ONCOMMIT_DROP":
        return _ON_COMMIT_DROP.sub(b"", sql, count=1)
    return sql


def listed(statement: Statement) -> Statement | None:
    """A CREATE TABLE as the Supabase dashboard lists it, with types that say "not said"; None when it is no such."""
    if not _OMITTED_TYPE.search(statement.sql):
        return None
    sql = _OMITTED_TYPE.sub(lambda match: UNSAID[match[1]], statement.sql)
    sql = _CAST_DEFAULT.sub(rb"\1", sql)
    try:
        (found,) = parse(sql)
    except (SqlSyntaxError, ValueError):
        return None
    if found.kind != "CreateStmt":
        return None
    start = statement.start
    document = Document(statement.document.uri, statement.document.sql[:start] + sql)
    return Statement(document, start, len(document.sql), found.kind, found.tree, start)


def kept(said: Iterable[Statement | Include | Command]) -> list[Statement | Include | Command]:
    """All but what a file itself rolls back."""
    result: list[Statement | Include | Command] = []
    begun: int | None = None
    for item in said:
        if isinstance(item, Statement) and item.kind == "TransactionStmt":
            match item.tree.get("kind"):
                case "TRANS_STMT_BEGIN" | "TRANS_STMT_START":
                    begun = len(result)
                case "TRANS_STMT_ROLLBACK" if begun is not None:
                    del result[begun:]
                    begun = None
                case "TRANS_STMT_COMMIT":
                    begun = None
        result.append(item)
    return result
