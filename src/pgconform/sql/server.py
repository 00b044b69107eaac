"""Asking a server to PREPARE statements, many in one round trip; none is ever executed."""

from __future__ import annotations

import re
import selectors
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from pgconform.errors import Problem
from pgconform.request import Proof
from pgconform.sql.described import Described, Names, described_by, untyped
from pgconform.sql.verdict import OF_VALUES
from pgconform.support.pooled import pooled

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGconn, PGresult

BATCH = 200
"""Statements that are sent at once; twice as many may be on their way."""
TOGETHER = 20
"""Statements that are prepared in one transaction."""
_LOCALLY = b"SELECT pg_catalog.set_config($1, $2, true)"
TIMEOUT = 5_000
"""Milliseconds that one statement may take to prepare."""
MOST = 30
"""Parameters of a statement that is asked about again with types for them."""
_TYPES = (1184, 1114, 1082, 1186, 20, 23, 1700, 701, 25, 16, 2950, 3802, 1009, 1016)
"""What drivers say that values are: timestamptz, timestamp, date, interval, int8, int4, numeric, float8, text, bool,
uuid, jsonb, text[], int8[]."""


def prove(
    connection: psycopg.Connection[Any],
    statements: Sequence[str],
    schemas: Sequence[str],
    described: Collection[str] = (),
) -> list[Proof]:
    """What the server says of each statement; names without a schema are looked for in ``schemas``.

    Of those that are among ``described`` it is asked for their results and parameters too. The connection is in no
    transaction, and afterwards can only read; behind a pooler nothing is set that would outlive a statement, for the
    process that answers serves others, too. `Problem` when the server goes away.
    """
    shared = pooled(connection)
    settings = _settings(schemas)
    if not shared:
        _set(connection, settings)
    each = settings[1:] if shared else ()
    with _pipeline(connection.pgconn) as server:
        found = _asked(server, [(sql, ()) for sql in statements], described, each, TOGETHER)
        both = zip(statements, found, strict=True)
        refused = {sql for sql, item in both if isinstance(item, Proof) and item.code in OF_VALUES}
        typed = {sql: taken for sql in refused if (taken := _typed(server, sql, each))}
    names = Names(connection, [item for item in (*found, *typed.values()) if isinstance(item, Described)])
    proofs = {sql: names.proof(item) for sql, item in typed.items()}
    said = (names.proof(item) if isinstance(item, Described) else item for item in found)
    return [
        replace(item, typed=proofs[sql]) if sql in proofs else item for sql, item in zip(statements, said, strict=True)
    ]


def _typed(server: PGconn, sql: str, each: Sequence[tuple[str, str]]) -> Described | None:
    """What the server says where one parameter comes with a type, as drivers send some values; None: it refuses all."""
    count = max(map(int, re.findall(r"\$(\d+)", sql)), default=0)
    asked = [(sql, (0,) * number + (type_,)) for number in range(count) for type_ in _TYPES if count <= MOST]
    for start in range(0, len(asked), BATCH):
        for answer in _asked(server, asked[start : start + BATCH], (sql,), each):
            if isinstance(answer, Described):
                return untyped(answer)
    return None


def _settings(schemas: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return (
        ("client_encoding", "UTF8"),
        ("default_transaction_read_only", "on"),
        ("statement_timeout", str(TIMEOUT)),
        ("search_path", ", ".join('"' + name.replace('"', '""') + '"' for name in schemas)),
    )


def _set(connection: psycopg.Connection[Any], settings: Sequence[tuple[str, str]]) -> None:
    for name, value in settings:
        connection.execute("SELECT set_config(%s, %s, false)", (name, value), prepare=False)


@contextmanager
def _pipeline(server: PGconn) -> Iterator[PGconn]:
    server.enter_pipeline_mode()
    try:
        yield server
    finally:
        server.exit_pipeline_mode()


def _asked(
    server: PGconn,
    asked: Sequence[tuple[str, Sequence[int]]],
    described: Collection[str],
    each: Sequence[tuple[str, str]],
    together: int = 1,
) -> list[Proof | Described]:
    """Statements with the types that their first parameters come with; 0: of that the server decides.

    ``each`` are settings for every transaction. So many statements are ``together`` in one, which saves most of the
    time that transactions take; where one of them is refused, all are asked about again, each by itself. While answers
    are read, the server has the next statements.
    """
    groups = [asked[start : start + together] for start in range(0, len(asked), together)]
    answers: list[list[Proof | Described] | None] = []
    for start in range(0, len(groups), BATCH // together):
        for group in groups[start : start + BATCH // together]:
            _put(server, group, described, each)
        _send(server)
        answers += (_answers(server, len(each), group, described) for group in groups[len(answers) : start])
    answers += (_answers(server, len(each), group, described) for group in groups[len(answers) :])
    refused = [one for group, answer in zip(groups, answers, strict=True) if answer is None for one in group]
    again = iter(_asked(server, refused, described, each) if refused else ())
    return [
        one
        for group, answer in zip(groups, answers, strict=True)
        for one in (islice(again, len(group)) if answer is None else answer)
    ]


def _put(
    server: PGconn,
    group: Sequence[tuple[str, Sequence[int]]],
    described: Collection[str],
    each: Sequence[tuple[str, str]],
) -> None:
    """Statements of one transaction among what is to be sent."""
    for name, value in each:
        server.send_query_params(_LOCALLY, [name.encode(), value.encode()])
    for sql, types in group:
        server.send_prepare(b"", sql.encode("utf-8", "replace"), types)
        if sql in described:
            server.send_describe_prepared(b"")
    server.pipeline_sync()


def _send(server: PGconn) -> None:
    """All is on its way. Answers are taken in meanwhile: else the server would wait for us to read, and we for it."""
    with selectors.DefaultSelector() as selector:
        selector.register(server.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while server.flush():
            if any(events & selectors.EVENT_READ for _, events in selector.select()):
                server.consume_input()


def _answers(
    server: PGconn, settings: int, group: Sequence[tuple[str, Sequence[int]]], described: Collection[str]
) -> list[Proof | Described] | None:
    """The answers to the statements of one transaction; before their results are those of ``settings``.

    None: one of several was refused, or not answered.
    """
    results, refused = _until_sync(server)
    asked = [sql in described for sql, _ in group]
    if len(asked) == 1:
        if refused is not None:
            return [_refusal(refused)]
        if not results:
            return [Proof(unjudged="the server did not answer")]
        return [described_by(results[-1]) if asked[0] else Proof()]
    if refused is not None or len(results) != settings + len(asked) + sum(asked):
        return None
    found: list[Proof | Described] = []
    place = settings - 1
    for wanted in asked:
        place += 1 + wanted
        found.append(described_by(results[place]) if wanted else Proof())
    return found


def _until_sync(server: PGconn) -> tuple[list[PGresult], PGresult | None]:
    """All results that come until the next sync, and that of them which is a refusal."""
    from psycopg.pq import ConnStatus, ExecStatus

    results: list[PGresult] = []
    refused: PGresult | None = None
    while True:
        result = server.get_result()
        if result is None:
            if server.status != ConnStatus.OK:
                raise Problem("the server went away while it was asked about statements", "try again")
            continue
        status = result.status
        if status == ExecStatus.PIPELINE_SYNC:
            return results, refused
        if status == ExecStatus.FATAL_ERROR:
            refused = result
        results.append(result)


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
