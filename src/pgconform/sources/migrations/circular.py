"""Tables that refer to one another, of which each would have to be there before the others: their keys come last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pgconform.sources.migrations.apply import DUPLICATES, LACKS_COLUMN, LACKS_RELATION, Application, Pending, retry
from pgconform.sources.migrations.foreign import Reference, complete, references
from pgconform.sources.migrations.places import Name
from pgconform.support.patterns import deferred

_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND confrelid = to_regclass(%s)
"""
_COLUMNS = deferred(rb"( REFERENCES [^(]+)\([^)]*\)")


def untangle(application: Application, coming: set[Name]) -> bool:
    """Make the first table that waits for nothing but tables that are ``coming``, without its keys to these."""
    waiting = [one for one in application.pending if one.statement.kind == "CreateStmt"]
    return any(_made(application, one, coming) for one in waiting if one.failure.code == LACKS_RELATION)


def _made(application: Application, one: Pending, coming: set[Name]) -> bool:
    said = list(references(one))
    targets = {reference.target for reference in said if reference.target in coming - {reference.table}}
    stands = {name for name in targets if application.session.run(_about(b"CREATE TABLE %s ()", name)) is None}
    for reference in said:
        if reference.target in stands:
            complete(application, reference)
    done = bool(stands) and retry(application, (one,))
    for name in sorted(stands):
        if done:
            application.owed += _keys(application, said[0].table, name)
        application.session.run(_about(b"DROP TABLE %s CASCADE", name))
    _forget(application, said, stands)
    return done


def _keys(application: Application, table: Name, target: Name) -> Iterator[tuple[Name, bytes]]:
    from psycopg import sql

    name = sql.Identifier(*target).as_string(None)
    for own, key, definition in application.session.owner.execute(_KEYS, (name,)).fetchall():
        yield table, f"ALTER TABLE {own} ADD CONSTRAINT {key} {definition}".encode()


def _forget(application: Application, said: Iterable[Reference], stands: set[Name]) -> None:
    """The tables that stood in are gone, and what was made for the keys to them."""
    application.keyed -= {(reference.target, reference.columns) for reference in said if reference.target in stands}
    application.referred -= {item for item in application.referred if item[0] in stands}


def redeem(application: Application) -> None:
    """Make the keys that were left for the end; a table that goes without one is only partly known.

    One that names no column refers to the primary key, whatever that is called.
    """
    for table, key in application.owed:
        failure = application.session.run(key)
        if failure and failure.code in LACKS_COLUMN:
            failure = application.session.run(_COLUMNS.sub(rb"\1", key))
        if failure and failure.code not in DUPLICATES:
            application.placeholders.add(table)


def _about(text: bytes, name: Name) -> bytes:
    from psycopg import sql

    return text % sql.Identifier(*name).as_bytes(None)
