"""SQL files to a `Schema`: applied to a fresh database, and read back as a live one is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from pgconform.embedded.database import fresh_database
from pgconform.schema import Relation, Schema
from pgconform.sources.migrations import cache
from pgconform.sources.migrations.apply import Application, apply_all
from pgconform.sources.migrations.failures import failures, half_known
from pgconform.sources.migrations.gather import Gathered, gather
from pgconform.sources.migrations.mend import settle
from pgconform.sources.migrations.places import Name, placed
from pgconform.sources.migrations.session import LIMITS, Limits, Session, session
from pgconform.sources.migrations.shadow import shadowed
from pgconform.sources.migrations.unsaid import without_stand_ins

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True)
class Shadow:
    """A database that the migrations made, held open: ``connection`` is the owner's, in no transaction."""

    connection: psycopg.Connection[Any]
    schema: Schema


def read(
    sources: Sequence[Path],
    root: Path,
    supabase: bool | None = None,
    limits: Limits = LIMITS,
    cached: bool = True,
) -> Schema:
    """The schema that these directories and files of SQL make, in their order.

    Paths are under ``root``, which places are relative to. ``supabase``: whether what Supabase projects start with is
    there; None finds out. What could not be applied is in ``unread``. `Problem` when a source is missing, there is no
    Postgres to apply it to, or it breaks the limits. The result is kept by the content of the SQL.
    """
    gathered = gather(sources, root)
    platform = gathered.is_supabase if supabase is None else supabase
    key = cache.key(gathered, platform)
    if cached and (found := cache.load(key)):
        return found
    with _applied(gathered, platform, limits) as shadow:
        cache.store(key, shadow.schema)
        return shadow.schema


@contextlib.contextmanager
def open_shadow(
    sources: Sequence[Path], root: Path, supabase: bool | None = None, limits: Limits = LIMITS
) -> Iterator[Shadow]:
    """The database that the migrations make, for the block: to PREPARE statements against it."""
    gathered = gather(sources, root)
    platform = gathered.is_supabase if supabase is None else supabase
    with _applied(gathered, platform, limits) as shadow:
        yield shadow


@contextlib.contextmanager
def _applied(gathered: Gathered, supabase: bool, limits: Limits) -> Iterator[Shadow]:
    with fresh_database(supabase) as database, session(database, limits) as opened:
        application = Application(opened, supabase)
        apply_all(application, gathered.said())
        settle(application)
        yield Shadow(opened.owner, _schema(application, gathered, opened))


def _schema(application: Application, gathered: Gathered, opened: Session) -> Schema:
    from pgconform.sources import postgres

    names = ", ".join(document.uri for document in gathered.documents[:1])
    more = f" and {len(gathered.documents) - 1} more" if len(gathered.documents) > 1 else ""
    found = postgres.read(opened.owner, origin=f"migrations: {names}{more}")
    schema = without_stand_ins(placed(found, application.places))
    unread = [*schema.unread, *gathered.unread, *application.unread, *failures(application)]
    unread += shadowed(application.shadowed, schema, application.places)
    return msgspec.structs.replace(
        schema,
        relations=tuple(_whole(relation, half_known(application)) for relation in schema.relations),
        unread=tuple(sorted(unread, key=lambda one: (one.at is not None, one.at, one.reason))),
    )


def _whole(relation: Relation, half: set[Name]) -> Relation:
    if (relation.schema, relation.name) not in half:
        return relation
    return msgspec.structs.replace(relation, whole=False)
