"""The dashboard's pages with 10,000 open findings and 1,000 relations of 17 columns: seconds a page, and its size."""

from __future__ import annotations

import tempfile
import warnings
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy import Engine

from bench.measure import best
from bench.synthetic import statements
from pgconform.dashboard.access import Access
from pgconform.dashboard.app import build
from pgconform.embedded import Server, shadow
from pgconform.finding import Finding, Severity
from pgconform.monitor.session import own
from pgconform.monitor.store.opening import open_file
from pgconform.monitor.store.recording import Looked, record
from pgconform.monitor.values import Observation, Verdict, now
from pgconform.project.usage import Usage, encoded
from pgconform.schema import Schema
from pgconform.shape import Location
from pgconform.sources.postgres import read
from pgconform.targets import MonitorConfig

TABLES, FINDINGS, USES = 1000, 10_000, 20_000
LIMIT = 0.2
PAGES = (
    "/",
    "/findings",
    "/findings?page=100",
    "/findings?text=x_9&severity=error",
    "/matrix",
    "/matrix?show=problems&page=5",
    "/timeline",
    "/relations/large/public.t_7",
    "/diagram?around=public.t_7&steps=2",
)


def main(_arguments: list[str]) -> None:
    with shadow() as server, tempfile.TemporaryDirectory() as place:
        truth = _truth(server)
        engine = open_file(Path(place) / "history.db")
        taken = best(lambda: _fill(engine, truth), 1)
        size = (Path(place) / "history.db").stat().st_size / 1e6
        print(
            f"a look with {FINDINGS:,} new findings written down in {taken.wall:.2f} s; the history takes {size:.1f} MB"
        )
        _measure(engine)
        engine.dispose()


def _truth(server: Server) -> Schema:
    dsn = server.create_database("large")
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements(TABLES):
            connection.execute(statement.encode())
    return read(dsn)


def _fill(engine: Engine, truth: Schema) -> None:
    findings = tuple(
        Finding(
            Severity.ERROR if number % 3 else Severity.WARNING,
            f'public.t_{number % TABLES} has no column "x_{number}"',
            code="COL001",
            relation=f"public.t_{number % TABLES}",
            source=("model", "query", "payload")[number % 3],
            at=Location(f"app/module_{number % 97}.py", number),
        )
        for number in range(FINDINGS)
    )
    uses = tuple(
        Usage(
            f"public.t_{n % TABLES}", ("title", "code", "status")[n % 3], f"app.py:{n}:1", "read", "select", "query", ""
        )
        for n in range(USES)
    )
    seen = Observation(truth, own(truth, ("public",)), now())
    record(engine, Looked("large", "", (), seen, Verdict(findings, USES, 0, encoded(uses))), MonitorConfig())


def _measure(engine: Engine) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    client = TestClient(build(engine, Access(), ("public",)), base_url="http://localhost")
    for path in PAGES:
        first, again = (best(partial(client.get, path), times) for times in (1, 5))
        size = len(client.get(path).content) / 1024
        told = "within" if again.wall <= LIMIT else "OUTSIDE"
        print(
            f"  {path:<40} first {first.wall * 1000:5.0f} ms, then {again.wall * 1000:5.0f} ms, {size:5.0f} KB   {told}"
        )
