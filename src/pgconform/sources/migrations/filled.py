"""A database that the gathered SQL was applied to, and the schema it makes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import msgspec

from pgconform.embedded.database import Database, fresh_database
from pgconform.embedded.server import Keeping
from pgconform.schema import Relation, Schema
from pgconform.sources import postgres
from pgconform.sources.migrations.apply import Application, apply_all
from pgconform.sources.migrations.extensions import created
from pgconform.sources.migrations.failures import failures, half_known, untriggered
from pgconform.sources.migrations.gather import Gathered
from pgconform.sources.migrations.limits import Limits
from pgconform.sources.migrations.mend import settle
from pgconform.sources.migrations.places import Name, placed
from pgconform.sources.migrations.session import Session, session
from pgconform.sources.migrations.shadow import shadowed
from pgconform.sources.migrations.unsaid import without_stand_ins

ALWAYS_WORTH_KEEPING = 3.0
"""Seconds that it takes to apply what is kept where nobody has asked about statements yet."""


@contextlib.contextmanager
def filled(gathered: Gathered, supabase: bool, limits: Limits, digest: str) -> Iterator[Schema]:
    """The schema that everything gathered makes in a database of our own; of ``digest``, if that is to be kept."""
    keeping = Keeping(digest, ALWAYS_WORTH_KEEPING, anew=True) if digest else None
    with fresh_database(supabase, keeping) as database, session(database, limits) as opened:
        yield _schema(_apply(opened, gathered, supabase), gathered, opened)


def fill(database: Database, gathered: Gathered, supabase: bool, limits: Limits) -> None:
    """Applies all of it to an empty database."""
    with session(database, limits) as opened:
        _apply(opened, gathered, supabase)


def _apply(opened: Session, gathered: Gathered, supabase: bool) -> Application:
    application = Application(opened, supabase, created(document.sql for document in gathered.documents))
    apply_all(application, gathered.said())
    settle(application)
    return application


def _schema(application: Application, gathered: Gathered, opened: Session) -> Schema:
    names = ", ".join(document.uri for document in gathered.documents[:1])
    more = f" and {len(gathered.documents) - 1} more" if len(gathered.documents) > 1 else ""
    found = postgres.read(opened.owner, origin=f"migrations: {names}{more}")
    half, changing = half_known(application), untriggered(application)
    schema = without_stand_ins(placed(found, application.places, half))
    unread = [*schema.unread, *gathered.unread, *application.unread, *failures(application)]
    unread += shadowed(application.shadowed, schema, application.places)
    return msgspec.structs.replace(
        schema,
        relations=tuple(_filled(_known(relation, application, half), changing) for relation in schema.relations),
        unread=tuple(sorted(unread, key=lambda one: (one.at is not None, one.at, one.reason))),
    )


def _known(relation: Relation, application: Application, half: set[Name]) -> Relation:
    """The relation as far as it is known; of a column that was only referred to no more than its name and type is."""
    name = (relation.schema, relation.name)
    if name not in half:
        return relation
    fields = tuple(
        msgspec.structs.replace(column, nullable=None, filled=None)
        if (name, column.name) in application.referred
        else column
        for column in relation.fields
    )
    return msgspec.structs.replace(relation, fields=fields, whole=False)


def _filled(relation: Relation, changing: set[Name]) -> Relation:
    """The relation; what is sent of a column without a default may be filled in by a trigger that could not be made."""
    if not changing:
        return relation
    name = (relation.schema, relation.name)
    fields = tuple(
        msgspec.structs.replace(column, filled=None)
        if column.filled is False and (name in changing or (column.origin and column.origin[:2] in changing))
        else column
        for column in relation.fields
    )
    return msgspec.structs.replace(relation, fields=fields)
