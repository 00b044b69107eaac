"""Reading a live database: our read beside the time its catalogue queries take alone, and beside SQLAlchemy's.

``python -m bench introspection [TABLES …]``: default 1000 and 10000 tables.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg

from bench.measure import beside, best, kept
from bench.synthetic import statements
from pgconform.embedded import Server, shadow
from pgconform.sources import snapshot
from pgconform.sources.postgres import read
from pgconform.sources.postgres.catalogue import fetch

SIZES = (1000, 10000)
SLOWER_THAN_QUERIES = 1.5
FASTER_THAN_REFLECTION = 10
_BATCH = 200
_RUNS = 10


def main(arguments: list[str]) -> None:
    with shadow() as server:
        for tables in [int(argument) for argument in arguments] or SIZES:
            _measure(server, tables)


def _measure(server: Server, tables: int) -> None:
    dsn = server.create_database(f"synthetic_{tables}")
    _fill(dsn, tables)
    with psycopg.connect(dsn, autocommit=True) as connection:
        queries, ours = beside(_RUNS, lambda: _queries(connection), lambda: read(connection))
        truth = read(connection)
    columns = sum(len(relation.fields) for relation in truth.relations)
    reflection = _reflection(dsn)
    print(f"{tables} tables, {len(truth.relations)} relations, {columns} columns, Postgres {truth.server}")
    print(f"  catalogue queries alone  {queries.wall:8.3f} s")
    print(f"  pgconform read           {ours.wall:8.3f} s   {kept(ours.wall / queries.wall, SLOWER_THAN_QUERIES)}")
    faster = kept(reflection / ours.wall, FASTER_THAN_REFLECTION, below=False)
    print(f"  SQLAlchemy reflect       {reflection:8.3f} s   {faster}")
    _snapshot(truth)


def _fill(dsn: str, tables: int) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for batch in _batches(statements(tables)):
            connection.execute("; ".join(batch).encode())
        connection.execute("vacuum analyze")


def _batches(items: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(items, _BATCH)):
        yield batch


def _queries(connection: psycopg.Connection[Any]) -> object:
    """Our own catalogue queries, their rows fetched and nothing made of them."""
    catalogue = fetch(connection, 120)
    columns = list(catalogue.columns)
    connection.rollback()
    return catalogue, columns


def _reflection(dsn: str) -> float:
    """Seconds of SQLAlchemy's full reflection, one run: it takes as long as many of ours."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(dsn.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        started = time.perf_counter()
        sqlalchemy.MetaData().reflect(connection, views=True)
        return time.perf_counter() - started


def _snapshot(truth: Any) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "pgconform.lock.json"
        writing = best(lambda: snapshot.write(truth, path), _RUNS)
        reading = best(lambda: snapshot.read(path), _RUNS * 3)
        size = path.stat().st_size / 1e6
    print(f"  snapshot of {size:.1f} MB       written {writing.wall * 1000:.0f} ms, read {reading.wall * 1000:.1f} ms")
