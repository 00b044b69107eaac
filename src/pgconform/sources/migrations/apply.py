"""Applying statements one by one, so that a bad one loses nothing else, and again as long as that gets further."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pgconform.schema import Unread
from pgconform.sources.migrations.extensions import brings
from pgconform.sources.migrations.places import Name, Places
from pgconform.sources.migrations.plan import Aside, Install, Run, Step, Uninstall, Wrapper, listed, step
from pgconform.sources.migrations.script import Command, Statement
from pgconform.sources.migrations.session import Failure, Session
from pgconform.sources.migrations.shadow import Shadowed, declared
from pgconform.sources.migrations.touch import Touch, commands, qualified, relation_name, strings, touches, within
from pgconform.sql.parser import Tree
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from psycopg.sql import Composed

RESET = b"RESET ROLE; RESET ALL"
DUPLICATES = frozenset({"42P07", "42710", "42701", "42723", "42P06"})
LACKS_PART = frozenset({"42703", "42704"})
LACKS_COLUMN = LACKS_PART | {"42830", "42P10"}
LACKS_RELATION = "42P01"
BRANCHING = frozenset({"DoStmt", "SelectStmt", "CallStmt"})
"""Statements that run code, which may do something else the next time."""
LACKS = LACKS_COLUMN | {LACKS_RELATION, "42883", "3F000", "42501", "42804"}
_MISSING = deferred(r'"([^"]+)"(?: of relation "([^"]+)")? (?:referenced in foreign key constraint )?does not exist')
_NO_MEMBER = deferred(r'^(?:must be member of|permission denied to set) role "([^"]+)"')
_FUNCTION = deferred(r"(?:function|procedure) ([^()\s]+)\(")


@dataclass(frozen=True)
class Pending:
    """A statement that failed, with the settings that stood before it and where unqualified names went."""

    statement: Statement
    failure: Failure
    settings: tuple[bytes, ...] = ()
    here: str = "public"

    @cached_property
    def missing(self) -> frozenset[str]:
        """The names that the server did not find, without schemas."""
        found = _MISSING.search(self.failure.message) or _FUNCTION.search(self.failure.message)
        names = [name for name in found.groups() if name] if found else []
        return frozenset(name.rpartition(".")[2] for name in names)

    @property
    def may_come_right(self) -> bool:
        """It lacks something that may yet be made, and would do later what it would have done in its place."""
        if self.statement.fault or self.failure.code not in LACKS or self.statement.kind == "DropStmt":
            return False
        lacks_part = self.failure.code in LACKS_PART
        return not (lacks_part and (self.statement.kind == "RenameStmt" or only_drops(self.statement.tree)))

    def waits(self, there: Container[str]) -> bool:
        """It lacks a relation that is not ``there`` yet, and goes no other way without it."""
        lacks = self.failure.code == LACKS_RELATION and self.statement.kind not in BRANCHING
        return lacks and bool(self.missing) and not any(name in there for name in self.missing)


@dataclass
class Application:
    """The state of applying: what failed so far, what was set aside, and what is known of every object's place.

    ``created`` are the extensions that some statement makes, ``owed`` the foreign keys, each with its table, that are
    made at the end.
    """

    session: Session
    supabase: bool
    created: frozenset[str] = frozenset()
    places: Places = field(default_factory=Places)
    pending: list[Pending] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    shadowed: list[Shadowed] = field(default_factory=list)
    placeholders: set[Name] = field(default_factory=set)
    referred: set[tuple[Name, str]] = field(default_factory=set)
    settings: tuple[bytes, ...] = ()
    here: str = "public"
    made: set[str] = field(default_factory=set)
    granted: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    keyed: set[tuple[Name, tuple[str, ...]]] = field(default_factory=set)
    owed: list[tuple[Name, bytes]] = field(default_factory=list)

    @property
    def extension_schema(self) -> str:
        return "extensions" if self.supabase else "public"


def apply_all(application: Application, documents: Iterable[Sequence[Statement | Command]]) -> None:
    """Apply every document, what failed in earlier ones again as soon as a later one makes what they lacked."""
    for said in documents:
        application.made.clear()
        for item in said:
            if isinstance(item, Command):
                application.unread.append(Unread(f"psql's \\{item.name} is not obeyed", at=item.at))
            else:
                _first(application, item)
        _leave(application)
        ready = [one for one in application.pending if one.missing & application.made]
        while ready and retry(application, ready):
            ready = [one for one in application.pending if one.missing & application.made]


def _leave(application: Application) -> None:
    application.session.run(RESET)
    application.settings, application.here = (), "public"


def _first(application: Application, statement: Statement) -> None:
    if statement.fault:
        statement = listed(statement) or statement
        if statement.fault:
            application.pending.append(Pending(statement, Failure("42601", statement.fault)))
            return
        _allow_unsaid(application)
    failure = perform(application, statement)
    if failure and brings(application, failure):
        failure = perform(application, statement)
    if failure:
        application.pending.append(Pending(statement, failure, application.settings, application.here))
    elif _is_setting(statement):
        application.settings = (*application.settings, statement.sql)
        application.here = _here(statement.tree, application.here)


def retry(application: Application, chosen: Sequence[Pending]) -> bool:
    """Try some that failed again, in order; whether any of them went well, or had been overtaken.

    What lacks a relation that nothing has made is not: of rows for a table that never comes there may be thousands.
    """
    made, tried = application.made, dict[int, Pending | None]()
    there = _relations(application) if any(one.waits(made) for one in chosen) else made
    for one in chosen:
        if not one.may_come_right or (one.waits(there) and one.waits(made)):
            continue
        for setting in one.settings:
            application.session.run(setting)
        application.here = one.here
        failure = perform(application, one.statement)
        failed = failure if failure and failure.code not in DUPLICATES else None
        tried[id(one)] = replace(one, failure=failed) if failed else None
        if one.settings:
            application.session.run(RESET)
    application.here = "public"
    left = (tried.get(id(one), one) for one in application.pending)
    application.pending[:] = [one for one in left if one is not None]
    return None in tried.values()


def _relations(application: Application) -> set[str]:
    """The names of all relations that there are, in whatever schema."""
    return {name for (name,) in application.session.superuser.execute("SELECT relname::text FROM pg_class")}


def perform(application: Application, statement: Statement) -> Failure | None:
    """Do with one statement what is to be done, and remember what it touched when that went well."""
    planned = step(statement)
    touched = list(touches(statement))
    existing = _existing(application, statement)
    failure = _perform(application, planned, statement)
    if failure is None and not isinstance(planned, Aside):
        _remember(application, statement, touched, existing)
    return failure


def _remember(application: Application, statement: Statement, touched: list[Touch], existing: Name | None) -> None:
    if existing:
        since, columns = application.places.relations[existing], declared(application.session, statement)
        application.shadowed.append(Shadowed(statement, existing, since, columns))
        return
    if statement.kind == "DoStmt":
        application.shadowed.extend(_swallowed(application, statement))
    for touch in touched:
        application.places.record(touch, application.here)
        application.made.update((touch.name, touch.part, touch.to))


def _swallowed(application: Application, statement: Statement) -> Iterator[Shadowed]:
    """The enums that a DO block would have made over those of the same name."""
    for nested in within(statement):
        if nested.kind == "CreateEnumStmt":
            schema, name = qualified(nested.tree["typeName"])
            found = (schema or application.here, name)
            if since := application.places.types.get(found):
                yield Shadowed(nested, found, since, labels=tuple(strings(nested.tree.get("vals", []))))


def _existing(application: Application, statement: Statement) -> Name | None:
    """The name of the table that a CREATE TABLE IF NOT EXISTS is going to find."""
    if statement.kind != "CreateStmt" or not statement.tree.get("if_not_exists"):
        return None
    schema, name = relation_name(statement.tree["relation"])
    found = (schema or application.here, name)
    return found if found in application.places.relations else None


def _perform(application: Application, planned: Step, statement: Statement) -> Failure | None:
    match planned:
        case Run(sql):
            failure = application.session.run(sql, statement.at)
            return application.session.run(sql, statement.at) if failure and _joined(application, failure) else failure
        case Aside(reason):
            if reason:
                application.unread.append(Unread(reason, at=statement.at))
            return None
        case Install(name, schema):
            return _install(application, name, schema or application.here, statement)
        case Uninstall(names, cascade):
            return _uninstall(application, names, cascade)
        case Wrapper(name):
            return declare_wrapper(application, name)


def _joined(application: Application, failure: Failure) -> bool:
    """Whether the owner could join the role that it lacks: whoever makes a role may act as it only since version 16."""
    from psycopg import sql

    found = _NO_MEMBER.match(failure.message)
    if not found:
        return False
    grant = sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(found[1]))
    return application.session.run(grant.as_bytes(None)) is None


def _install(application: Application, name: str, schema: str, statement: Statement) -> Failure | None:
    import psycopg

    try:
        if not application.session.install(name, schema):
            reason = f"the extension {name} is not available here; what needs it cannot be applied"
            application.unread.append(Unread(reason, at=statement.at))
    except psycopg.Error as error:
        if error.sqlstate not in ("42710", "42723", "42P07"):
            return Failure(error.sqlstate or "", error.diag.message_primary or str(error))
    return None


def _uninstall(application: Application, names: tuple[str, ...], cascade: bool) -> Failure | None:
    from psycopg import sql

    how = sql.SQL(" CASCADE" if cascade else "")
    text = sql.SQL("DROP EXTENSION IF EXISTS {}{}").format(sql.SQL(", ").join(map(sql.Identifier, names)), how)
    return _as_superuser(application, text)


def declare_wrapper(application: Application, name: str) -> Failure | None:
    """Make a foreign data wrapper without a handler, which reaches nothing, for the owner to use."""
    from psycopg import sql

    wrapper, owner = sql.Identifier(name), sql.Identifier(application.session.owner.info.user)
    made = _as_superuser(application, sql.SQL("CREATE FOREIGN DATA WRAPPER {}").format(wrapper))
    granted = sql.SQL("GRANT USAGE ON FOREIGN DATA WRAPPER {} TO {}").format(wrapper, owner)
    return made or _as_superuser(application, granted)


def _as_superuser(application: Application, text: Composed) -> Failure | None:
    import psycopg

    try:
        application.session.superuser.execute(text)
    except psycopg.Error as error:
        return Failure(error.sqlstate or "", error.diag.message_primary or str(error))
    return None


def _allow_unsaid(application: Application) -> None:
    from pgconform.sources.migrations.unsaid import SETUP

    application.session.run(SETUP)


def only_drops(tree: Tree) -> bool:
    """Whether all that an ALTER TABLE does is to take away."""
    subtypes = [command.get("subtype", "") for command in commands(tree)]
    return bool(subtypes) and all(subtype.startswith("AT_Drop") for subtype in subtypes)


def _is_setting(statement: Statement) -> bool:
    return statement.kind == "VariableSetStmt" or (statement.kind == "SelectStmt" and b"set_config" in statement.sql)


def _here(tree: Tree, before: str) -> str:
    """Where unqualified names go after a SET."""
    if tree.get("name") != "search_path":
        return before
    values = [node.get("A_Const", {}).get("sval", {}).get("sval", "") for node in tree.get("args", ())]
    return next((value for value in values if value not in ("", "$user")), "public")
