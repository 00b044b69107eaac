"""Ways to a server that is asked to PREPARE statements: by a driver to anybody's, by its own socket to one of ours."""

from __future__ import annotations

import contextlib
import selectors
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from pgconform.embedded.wire import Asked, Told, Wire
from pgconform.errors import Problem
from pgconform.request import Proof
from pgconform.sql.described import Described, described_by, described_in
from pgconform.support.pooled import pooled

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGconn, PGresult

    from pgconform.embedded.database import Database

Settings: TypeAlias = Sequence[tuple[str, str]]
Answer: TypeAlias = tuple[list[Described | None], Proof | None]
"""What was prepared of a transaction, in order, described if that was asked for; and the refusal that ended it."""

_LOCALLY = b"SELECT pg_catalog.set_config($1, $2, true)"
_GONE = Problem("the server went away while it was asked about statements", "try again")


class Line(Protocol):
    """A way to a server that is in no transaction. What is put into it is on its way with `send`."""

    def set(self, settings: Settings) -> None:
        """Holds for all that is asked from now on."""

    def asking(self) -> contextlib.AbstractContextManager[None]:
        """Inside, statements are put and answered, and there are no rows."""

    def put(self, group: Sequence[Asked]) -> None:
        """Statements of one transaction."""

    def send(self) -> None:
        """All that was put."""

    def answer(self, group: Sequence[Asked]) -> Answer:
        """The answer to the next transaction, which was of these."""

    def rows(self, sql: str) -> list[tuple[str, ...]]:
        """The rows of a query, as texts."""


class Own:
    """The way to a server of our own."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._known: dict[Told, Described | None] = {(b"", b""): None}
        self.put, self.send, self.rows = wire.put, wire.send, wire.rows

    def set(self, settings: Settings) -> None:
        for name, value in settings:
            quoted = value.replace("'", "''")
            self._wire.rows(f"SELECT pg_catalog.set_config('{name}', '{quoted}', false)")

    def asking(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def answer(self, group: Sequence[Asked]) -> Answer:  # noqa: ARG002  the server says itself what it answers
        told, refused = self._wire.prepared()
        try:
            found = [self._known[one] for one in told]
        except KeyError:
            self._known.update({one: described_in(*one) for one in told if one not in self._known})
            found = [self._known[one] for one in told]
        if refused is None:
            return found, None
        position = int(refused.position) - 1 if refused.position else -1
        return found, Proof(refused.code, refused.message, refused.hint, position)


class Driver:
    """The way that psycopg has to a server, in autocommit; behind a pooler nothing is set that would outlive a
    statement, for the process that answers serves others, too.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._server: PGconn = connection.pgconn
        self._shared = pooled(connection)
        self._each: Settings = ()

    def set(self, settings: Settings) -> None:
        if self._shared:
            self._each = [(name, value) for name, value in settings if name != "client_encoding"]
            return
        for name, value in settings:
            self._connection.execute("SELECT set_config(%s, %s, false)", (name, value), prepare=False)

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        self._server.enter_pipeline_mode()
        try:
            yield
        finally:
            self._server.exit_pipeline_mode()

    def rows(self, sql: str) -> list[tuple[str, ...]]:
        found = self._connection.execute(sql.encode(), prepare=False).fetchall()
        return [tuple(map(str, row)) for row in found]

    def put(self, group: Sequence[Asked]) -> None:
        for name, value in self._each:
            self._server.send_query_params(_LOCALLY, [name.encode(), value.encode()])
        for sql, types, wanted in group:
            self._server.send_prepare(b"", sql.encode("utf-8", "replace"), types)
            if wanted:
                self._server.send_describe_prepared(b"")
        self._server.pipeline_sync()

    def send(self) -> None:
        """Answers are taken in meanwhile: else the server would wait for us to read, and we for it."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._server.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
            while self._server.flush():
                if any(events & selectors.EVENT_READ for _, events in selector.select()):
                    self._server.consume_input()

    def answer(self, group: Sequence[Asked]) -> Answer:
        results, refused = self._until_sync()
        del results[: len(self._each)]
        found: list[Described | None] = []
        for _, _, wanted in group:
            own = results[: 1 + wanted]
            del results[: 1 + wanted]
            if len(own) == 1 + wanted:
                found.append(described_by(own[-1]) if wanted else None)
        return found, _refusal(refused) if refused is not None else None

    def _until_sync(self) -> tuple[list[PGresult], PGresult | None]:
        """All results that come until the next sync, and that which is a refusal."""
        from psycopg.pq import ConnStatus, ExecStatus

        results: list[PGresult] = []
        refused: PGresult | None = None
        while True:
            result = self._server.get_result()
            if result is None:
                if self._server.status != ConnStatus.OK:
                    raise _GONE
                continue
            status = result.status
            if status == ExecStatus.PIPELINE_SYNC:
                return results, refused
            if status == ExecStatus.FATAL_ERROR:
                refused = result
            elif status != ExecStatus.PIPELINE_ABORTED:
                results.append(result)


@contextlib.contextmanager
def line_to(database: Database) -> Iterator[Line]:
    """The way of its owner into a database of ours, for the block."""
    if database.socket:
        with database.wire() as wire:
            yield Own(wire)
        return
    import psycopg

    with psycopg.connect(database.owner, autocommit=True) as connection:
        yield Driver(connection)


def _refusal(result: PGresult) -> Proof:
    from psycopg.pq import DiagnosticField

    def said(field: DiagnosticField) -> str:
        return (result.error_field(field) or b"").decode("utf-8", "replace")

    position = said(DiagnosticField.STATEMENT_POSITION)
    return Proof(
        said(DiagnosticField.SQLSTATE),
        said(DiagnosticField.MESSAGE_PRIMARY),
        said(DiagnosticField.MESSAGE_HINT),
        int(position) - 1 if position else -1,
    )
