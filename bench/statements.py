"""How fast raw SQL is found in Python and proven by a server: statements a second, and the share of each step."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import psycopg
from psycopg.pq import ExecStatus

from bench.measure import Time, beside, best
from pgconform.embedded.database import fresh_database
from pgconform.request import Statement
from pgconform.schema import Schema
from pgconform.sources.python.modules.reading import Modules, read_modules
from pgconform.sources.python.queries.reader import Reader
from pgconform.sources.python.statements.reader import Statements
from pgconform.sql.lines import line_to
from pgconform.sql.placeholders import made, normal
from pgconform.sql.server import BATCH, prove

ROUNDS = 3
FILES, EACH = 150, 200
WANTED = 30_000
"""Statements a second, finding included."""
TABLE = "create table documents (id uuid primary key, owner uuid, title text, pages int, created_at timestamptz)"
SHAPES = (
    "select id, title, pages from documents where owner = %s and pages > {0} order by created_at limit 20",
    "insert into documents (id, owner, title, pages) values (%s, %s, %s, {0})",
    "update documents set title = %s where id = %s and pages = {0}",
    "with few as (select id from documents where pages = {0}) select d.* from documents d join few using (id)",
)


def main(_: list[str]) -> None:
    """Writes a project of many statements, no two alike, and reads and proves it."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["PGCONFORM_CACHE_DIR"] = place
        root = Path(place) / "project"
        root.mkdir()
        for number in range(FILES):
            (root / f"module_{number}.py").write_text(module(number), encoding="utf-8")
        report(root)


def module(number: int) -> str:
    """A file with one function a statement."""
    lines = ["import psycopg", "", ""]
    for place in range(EACH):
        sql = SHAPES[place % len(SHAPES)].format(number * EACH + place)
        lines += [f"def run_{place}(cursor: psycopg.Cursor, *values):", f'    cursor.execute("{sql}", values)', ""]
    return "\n".join(lines)


def report(root: Path) -> None:
    reading = best(lambda: read_modules(root, cached=False), ROUNDS)
    modules = read_modules(root, cached=False)
    claims = found(modules).statements
    chains, both = beside(ROUNDS, lambda: reader(modules).read(), lambda: found(modules))
    finding = Time(both.wall - chains.wall, both.cpu - chains.cpu)
    sending = best(lambda: [made(one.text.value, one.style) for one in claims], ROUNDS)
    proving, bare, refused = proven(claims)
    print(f"{len(claims):,} statements in {FILES} files, {refused} refused")
    show("facts of the files, all cores", reading, len(claims))
    show("finding the statements", finding, len(claims))
    show("placeholders", sending, len(claims))
    show("PREPARE and describe on the server", proving, len(claims))
    show("the same by libpq alone", bare, len(claims))
    steps = (finding, sending, proving)
    passed, used = (len(claims) / sum(figures) for figures in zip(*steps, strict=True))
    wanted = "as" if used >= WANTED else "not as"
    print(f"  all but the facts: {passed:,.0f} statements/s, {used:,.0f} by cpu ({wanted} wanted: {WANTED:,})")
    print(f"  {sum(step.wall for step in steps) / bare.wall:.1f} times what libpq alone takes")


def reader(modules: Modules) -> Reader:
    return Reader({uri: facts.flows for uri, facts in modules.items()})


def found(modules: Modules) -> Schema:
    """The statements, found in one go with the chains that every check looks for."""
    chains = reader(modules)
    statements = Statements(chains, modules)
    chains.read()
    return statements.read()


def proven(claims: tuple[Statement, ...]) -> tuple[Time, Time, int]:
    """The time that a server takes for them, that of libpq alone, and how many it refused."""
    sent = [normal(one).sql for one in claims]
    with fresh_database(supabase=False) as database, psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute(TABLE)
        described = frozenset(sent)
        bare = best(lambda: asked(connection, sent), 1)
        with line_to(database) as line:
            time = best(lambda: prove(line, sent, ("public",), described), 1)
            return time, bare, sum(bool(proof.code) for proof in prove(line, sent, ("public",)))


def asked(connection: psycopg.Connection[Any], sent: list[str]) -> None:
    """The statements prepared and described in a pipeline, the answers thrown away."""
    server = connection.pgconn
    server.enter_pipeline_mode()
    for start in range(0, len(sent), BATCH):
        batch = sent[start : start + BATCH]
        for sql in batch:
            server.send_prepare(b"", sql.encode())
            server.send_describe_prepared(b"")
            server.pipeline_sync()
        left = len(batch)
        while left:
            result = server.get_result()
            left -= result is not None and result.status == ExecStatus.PIPELINE_SYNC
    server.exit_pipeline_mode()


def show(label: str, time: Time, count: int) -> None:
    print(f"  {label:32} {time.cpu * 1000:8.0f} ms cpu {time.wall * 1000:8.0f} ms wall  {count / time.wall:10,.0f}/s")
