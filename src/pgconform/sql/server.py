"""Asking a server to PREPARE statements, many in one round trip; none is ever executed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pgconform.errors import Problem
from pgconform.request import Proof

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGconn, PGresult

BATCH = 200
"""Statements that are on their way at once."""
TIMEOUT = 5_000
"""Milliseconds that one statement may take to prepare."""


def prove(connection: psycopg.Connection[Any], statements: Sequence[str], schemas: Sequence[str]) -> list[Proof]:
    """What the server says of each statement; names without a schema are looked for in ``schemas``.

    The connection is in no transaction, and afterwards can only read. `Problem` when the server goes away.
    """
    _set(connection, schemas)
    found: list[Proof] = []
    with _pipeline(connection.pgconn) as server:
        for start in range(0, len(statements), BATCH):
            found += _batch(server, statements[start : start + BATCH])
    return found


def _set(connection: psycopg.Connection[Any], schemas: Sequence[str]) -> None:
    settings = (
        ("client_encoding", "UTF8"),
        ("default_transaction_read_only", "on"),
        ("statement_timeout", str(TIMEOUT)),
        ("search_path", ", ".join('"' + name.replace('"', '""') + '"' for name in schemas)),
    )
    for name, value in settings:
        connection.execute("SELECT set_config(%s, %s, false)", (name, value), prepare=False)


@contextmanager
def _pipeline(server: PGconn) -> Iterator[PGconn]:
    server.enter_pipeline_mode()
    try:
        yield server
    finally:
        server.exit_pipeline_mode()


def _batch(server: PGconn, statements: Sequence[str]) -> list[Proof]:
    for sql in statements:
        server.send_prepare(b"", sql.encode("utf-8", "replace"))
        server.pipeline_sync()
    return [_answer(server) for _ in statements]


def _answer(server: PGconn) -> Proof:
    """The answer to one statement: its result, an end of results, and that of the sync after it."""
    from psycopg.pq import ConnStatus, ExecStatus

    proof: Proof | None = None
    while True:
        result = server.get_result()
        if result is None:
            if server.status != ConnStatus.OK:
                raise Problem("the server went away while it was asked about statements", "try again")
            continue
        if result.status == ExecStatus.PIPELINE_SYNC:
            return proof or Proof(unjudged="the server did not answer")
        proof = _proof(result)


def _proof(result: PGresult) -> Proof:
    from psycopg.pq import DiagnosticField, ExecStatus

    if result.status != ExecStatus.FATAL_ERROR:
        return Proof()

    def said(field: DiagnosticField) -> str:
        return (result.error_field(field) or b"").decode("utf-8", "replace")

    position = said(DiagnosticField.STATEMENT_POSITION)
    return Proof(
        said(DiagnosticField.SQLSTATE),
        said(DiagnosticField.MESSAGE_PRIMARY),
        said(DiagnosticField.MESSAGE_HINT),
        int(position) - 1 if position else -1,
    )
