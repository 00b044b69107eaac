"""Making what migrations take for granted: extensions, schemas, roles, and tables that were made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgconform.sources.migrations.apply import LACKS_RELATION, Application, Pending, declare_wrapper, retry
from pgconform.sources.migrations.circular import redeem, untangle
from pgconform.sources.migrations.extensions import bring
from pgconform.sources.migrations.foreign import complete_targets
from pgconform.sources.migrations.places import Name
from pgconform.sources.migrations.touch import relation_name, touches
from pgconform.support.patterns import deferred

ROUNDS = 30
_TARGETED = frozenset(
    {"AlterTableStmt", "IndexStmt", "CreatePolicyStmt", "AlterPolicyStmt", "CreateTrigStmt", "CommentStmt", "GrantStmt"}
    | {"RenameStmt", "CreateStmt", "AlterPublicationStmt"}
)
_NOT_FOUND = deferred(r'^(?P<what>relation|schema|role) "(?P<name>[^"]+)" does not exist')
_CLOSED_SCHEMA = deferred(r"^permission denied for schema (\w+)")
_REFUSED_WRAPPER = deferred(r'^permission denied to create foreign-data wrapper "([^"]+)"')


def settle(application: Application) -> None:
    """Retry what failed until nothing gets further, making what is missing in between."""
    for _ in range(ROUNDS):
        if not (application.pending and _gets_further(application)):
            break
    redeem(application)


def _gets_further(application: Application) -> bool:
    return (
        retry(application, tuple(application.pending))
        or bring(application, [one.failure.message for one in application.pending])
        or _wrappers(application)
        or _owned(application)
        or _opened(application)
        or _tables(application)
    )


def _wrappers(application: Application) -> bool:
    """Declare the foreign data wrappers that a DO block may not, in the superuser's stead."""
    found = (_REFUSED_WRAPPER.search(one.failure.message) for one in application.pending)
    wanted = sorted({match[1] for match in found if match})
    made = [declare_wrapper(application, name) is None for name in wanted]
    return any(made)


def _owned(application: Application) -> bool:
    """Make the schemas that are missing, and on a server of our own the roles."""
    from psycopg import sql

    made = False
    for what, name in sorted({found for one in application.pending for found in _not_found(one)}):
        if what == "schema" or (what == "role" and application.session.database.data):
            kind = sql.SQL("SCHEMA" if what == "schema" else "ROLE")
            text = sql.SQL("CREATE {} {}").format(kind, sql.Identifier(name))
            made |= application.session.run(text.as_bytes(None)) is None
    return made


def _opened(application: Application) -> bool:
    """Let everybody create in the schemas where a role must be able to before it can own what is there."""
    from psycopg import sql

    found = (_CLOSED_SCHEMA.match(one.failure.message) for one in application.pending)
    made = False
    for name in sorted({match[1] for match in found if match} - application.opened):
        application.opened.add(name)
        grant = sql.SQL("GRANT ALL ON SCHEMA {} TO PUBLIC").format(sql.Identifier(name))
        made |= application.session.run(grant.as_bytes(None)) is None
    return made


def _not_found(one: Pending) -> Iterator[tuple[str, str]]:
    if found := _NOT_FOUND.match(one.failure.message):
        yield found["what"], found["name"]


def _tables(application: Application) -> bool:
    """Make the tables that statements are about and nothing creates, without columns but those that are referred to."""
    coming = {name for one in application.pending for name in _made(one)}
    wanted = {name for one in application.pending for name in _wanted_tables(one)} - coming
    sequences = {name for one in application.pending for name in _wanted_sequences(one)}
    made = [_make(application, name, b"SEQUENCE %s") for name in sorted(sequences)]
    for name in sorted(wanted):
        if _make(application, name, b"TABLE %s ()"):
            application.placeholders.add(name)
            made.append(True)
    return any(made) or complete_targets(application) or untangle(application, coming)


def _made(one: Pending) -> Iterator[Name]:
    """The relations that a statement will make once it can be applied."""
    for touch in touches(one.statement):
        if touch.verb == "create" and touch.what == "relation" and not touch.part:
            yield touch.schema or one.here, touch.name


def _make(application: Application, name: Name, what: bytes) -> bool:
    from psycopg import sql

    return application.session.run(b"CREATE " + what % sql.Identifier(*name).as_bytes(None)) is None


def _wanted_tables(one: Pending) -> Iterator[Name]:
    if one.failure.code != LACKS_RELATION or one.statement.kind not in _TARGETED:
        return
    for _, text in _not_found(one):
        schema, _, name = text.rpartition(".")
        if one.statement.kind == "CommentStmt" or (schema, name) in set(_targets(one.statement.tree)):
            yield schema or one.here, name


def _wanted_sequences(one: Pending) -> Iterator[Name]:
    if one.failure.code == LACKS_RELATION and b"nextval" in one.statement.sql:
        for _, text in _not_found(one):
            schema, _, name = text.rpartition(".")
            if (schema, name) not in set(_targets(one.statement.tree)):
                yield schema or one.here, name


def _targets(tree: Any) -> Iterator[Name]:
    """The relations that a statement is about, or that its foreign keys refer to; not those that it queries."""
    if isinstance(tree, list):
        for node in tree:
            yield from _targets(node)
    elif isinstance(tree, dict):
        if "relname" in tree:
            yield relation_name(tree)
        for key, node in tree.items():
            if key not in ("SelectStmt", "inhRelations"):
                yield from _targets(node)
