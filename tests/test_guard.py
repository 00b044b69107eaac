"""Guards at start-up, on a real server: what passes, what does not, and that one question sees what `check` does."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from pgconform import Guard, Policy, SchemaMismatch, SchemaWarning, Verification
from pgconform.embedded import Server
from pgconform.errors import Problem
from pgconform.finding import Severity
from pgconform.guard import uses as files
from pgconform.guard.collect import collect
from pgconform.guard.drivers import asking
from pgconform.guard.policy import Mode
from pgconform.guard.question import answer, statement
from pgconform.guard.uses import Uses
from pgconform.guard.verification import run, steps
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.received import Request
from pgconform.schema import Access, Dropped, Relation, Schema
from pgconform.shape import Field
from pgconform.sources import snapshot
from pgconform.sources.postgres import read
from tests.guarding import MODELS, SQL, uses_of
from tests.truths import SQL as FILES
from tests.truths import apply, everything

BEARABLE = (
    "alter table sales drop column note",
    "alter table sales add column more text default 'x'",
    "alter table documents add column more text",
    "alter table documents add column more int not null default 1",
    "create table another (id int)",
    "drop table unrelated",
    "alter table authors alter column name set default 'x'",
    "alter table documents alter column author_id set not null",
    "alter table documents add check (words < 1000000)",
    "create index on documents (status)",
    "alter table documents drop column meta",
    "alter table documents drop column price",
    "create or replace view titles as select id, title, status, words from documents",
    "alter table documents enable row level security",
    "comment on table documents is 'x'",
    "create function word_count_more() returns int language sql as 'select 1'",
    "alter table documents alter column words type bigint",
)
FATAL = {
    "alter table documents rename column title to name": {"COL001", "COL002"},
    "alter table documents rename column words to number": {"COL001"},
    "drop table documents cascade": {"REL001"},
    "alter table authors rename to people": {"REL001", "LNK001"},
    "alter table documents add column must int not null": {"COL002"},
    "alter table authors alter column id drop default": {"COL002"},
    "drop view titles": {"REL001"},
    "drop function word_count": {"RPC001"},
    "alter table authors drop constraint authors_email_key": {"KEY001"},
    "alter table documents drop constraint documents_author_id_fkey": {"LNK001"},
    "alter table documents add column editor_id uuid references authors": {"LNK002"},
    "alter table documents drop column words, add column words int generated always as (1) stored": {"COL004"},
}
FATAL |= {
    "alter table sales rename column amount to total": {"COL001"},
    "alter table sales drop column region": {"COL001"},
    "alter table sales add column must int not null": {"COL002"},
    "drop table sales": {"REL001"},
}
WARNED = {
    "alter type status add value 'archived'": "ENM001",
    "alter table documents alter column title drop not null": "NUL001",
}


@pytest.fixture(scope="module")
def truth(postgres: Server) -> Iterator[tuple[Schema, str]]:
    dsn = postgres.create_database("guard_module")
    apply(dsn, SQL)
    yield read(dsn), dsn
    postgres.drop_database("guard_module")


@pytest.fixture(scope="module")
def uses(truth: tuple[Schema, str], tmp_path_factory: pytest.TempPathFactory) -> Uses:
    return uses_of(tmp_path_factory.mktemp("program"), truth[0])


@pytest.fixture
def live(pg_dsn: str) -> str:
    apply(pg_dsn, SQL)
    return pg_dsn


def test_the_database_it_was_made_for_passes_in_one_question(uses: Uses, live: str) -> None:
    found = Guard(uses).verify(live)
    assert (found.differences, found.findings, found.ahead, found.by) == ((), (), (), "sql")
    assert uses.known == ()


@pytest.fixture
def changed(truth: tuple[Schema, str]) -> Iterator[psycopg.Connection[Any]]:
    """A transaction that is rolled back, for DDL that nobody else sees."""
    with psycopg.connect(truth[1]) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize("ddl", BEARABLE)
def test_a_database_that_is_ahead_passes(uses: Uses, changed: psycopg.Connection[Any], ddl: str) -> None:
    changed.execute(ddl.encode())
    found = Guard(uses).verify(changed)
    assert found.ok, found.findings
    assert_as_whole(uses, changed, found)


@pytest.mark.parametrize("ddl", FATAL, ids=lambda ddl: ddl[:60])
def test_a_database_that_lacks_something_does_not(uses: Uses, changed: psycopg.Connection[Any], ddl: str) -> None:
    changed.execute(ddl.encode())
    with pytest.raises(SchemaMismatch) as raised:
        Guard(uses).verify(changed)
    found = raised.value.findings
    assert {finding.code for finding in found} == FATAL[ddl]
    assert all(finding.at is not None and finding.at.uri == "app.py" for finding in found)
    assert all(finding.code in str(raised.value) for finding in found)
    assert_as_whole(uses, changed, Guard(uses, Policy(Mode.REPORT, Mode.REPORT)).verify(changed))


@pytest.mark.parametrize("ddl", WARNED)
def test_what_can_fail_for_some_value_warns(uses: Uses, changed: psycopg.Connection[Any], ddl: str) -> None:
    changed.execute(ddl.encode())
    with pytest.warns(SchemaWarning, match=WARNED[ddl]):
        found = Guard(uses).verify(changed)
    assert found.ok
    assert_as_whole(uses, changed, found)
    with pytest.raises(SchemaMismatch, match=WARNED[ddl]):
        Guard(uses, Policy(warning=Mode.RAISE)).verify(changed)


def assert_as_whole(uses: Uses, connection: psycopg.Connection[Any], found: Verification) -> None:
    """The one question found what a check of the whole schema does."""
    with asking(connection) as ask:
        assert run(steps(uses, blind=True), ask).findings == found.findings


def test_the_question_is_one_statement_that_any_driver_sends_and_leaves_the_path(uses: Uses, live: str) -> None:
    with psycopg.connect(live) as connection:
        connection.execute("set search_path to pg_catalog, public")
        connection.commit()
        row = connection.execute(statement(uses).encode()).fetchone()
        assert row is not None
        assert answer(row[0]) == ()
        assert connection.execute("show search_path").fetchone() == ("pg_catalog, public",)
    assert "%" not in statement(uses)


def test_what_was_accepted_when_the_uses_were_written_is_no_news(live: str, tmp_path: Path) -> None:
    """Not even when its proposal changes with the schema, or a migration once told more of it."""
    lines = (
        'db.table("documents").select("titl, words").execute()',
        'db.table("authors").upsert({"name": "A", "email": "a"}, on_conflict="name").execute()',
    )
    program = "\n".join(['from supabase import create_client\ndb = create_client("", "")', *lines])
    truth = replace(read(live), dropped=(Dropped("documents", "public", "titl", "title"),))
    uses = uses_of(tmp_path, truth, program)
    assert len(uses.known) == 2
    assert Guard(uses).verify(live).differences == ()
    apply(live, "alter table documents rename column title to heading")
    apply(live, "alter table documents alter column words type bigint")
    found = Guard(uses).verify(live)
    assert (len(found.differences), found.findings) == (1, ())


def test_the_file_is_small_sorted_and_reads_back(uses: Uses, tmp_path: Path) -> None:
    text = files.text(uses)
    (tmp_path / files.FILE).write_text(text)
    again = files.read(tmp_path / files.FILE)
    assert files.text(again) == text
    assert sorted(again.claims, key=repr) == sorted(uses.claims, key=repr)
    assert "unrelated" not in text
    assert len(text) < 12_000


@pytest.mark.parametrize(
    ("content", "said"), [("", "damaged"), ('{"format": 9}', "newer"), ('{"format": 1, "claims": 3}', "damaged")]
)
def test_a_file_that_cannot_be_used_says_so(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(Problem, match=said):
        Guard.from_uses(tmp_path / "x.json")
    with pytest.raises(Problem, match="cannot be read"):
        Guard.from_uses(tmp_path / "none.json")


def targets(dsn: str) -> Iterator[Any]:
    from psycopg import Connection
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    url = dsn.replace("postgresql://", "postgresql+psycopg://", 1)
    yield dsn
    with Connection.connect(dsn) as plain:
        yield plain
        assert plain.info.transaction_status.name == "IDLE"
    with Connection.connect(dsn, autocommit=True) as automatic:
        yield automatic
    engine = create_engine(url)
    yield engine
    with engine.connect() as connection:
        yield connection
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.mark.parametrize("ddl", ["select 1", "alter table documents drop column words"])
def test_any_connection_can_be_asked(uses: Uses, live: str, ddl: str) -> None:
    apply(live, ddl)
    fits = ddl == "select 1"
    for target in targets(live):
        assert Guard(uses, Policy(error=Mode.REPORT)).verify(target).ok is fits, target


@pytest.mark.parametrize("ddl", ["select 1", "alter table documents drop column words"])
def test_any_asynchronous_connection_can_be_asked(uses: Uses, live: str, ddl: str) -> None:
    import asyncpg
    from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

    apply(live, ddl)
    fits = ddl == "select 1"
    guard = Guard(uses, Policy(error=Mode.REPORT))

    async def ask() -> list[bool]:
        found = [(await guard.averify(live)).ok]
        async with await psycopg.AsyncConnection.connect(live) as connection:
            found.append((await guard.averify(connection)).ok)
        direct = await asyncpg.connect(live)
        found.append((await guard.averify(direct)).ok)
        await direct.close()
        async with asyncpg.create_pool(live, min_size=1, max_size=1) as pool:
            found.append((await guard.averify(pool)).ok)
        for driver in ("psycopg", "asyncpg"):
            engine = create_async_engine(live.replace("postgresql://", f"postgresql+{driver}://", 1))
            found.append((await guard.averify(engine)).ok)
            async with engine.connect() as over, AsyncSession(engine) as session:
                found.append((await guard.averify(over)).ok)
                found.append((await guard.averify(session)).ok)
            await engine.dispose()
        return found

    assert asyncio.run(ask()) == [fits] * 10


def test_what_cannot_be_asked_says_what_can(uses: Uses) -> None:
    with pytest.raises(Problem, match="a guard cannot ask"):
        Guard(uses).verify(3)


def test_a_database_that_is_down_is_as_the_policy_says(uses: Uses) -> None:
    import sqlalchemy

    engine = sqlalchemy.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.warns(SchemaWarning, match="could not be verified"):
        assert Guard(uses).verify(engine).by == "unreachable"
    with pytest.raises(SchemaMismatch, match="could not be verified"):
        Guard(uses, Policy(unreachable=Mode.RAISE)).verify(engine)


def test_a_url_that_leads_nowhere_is_as_the_policy_says_and_one_that_is_none_is_refused(uses: Uses) -> None:
    url = "postgresql://nobody:s3cret-word@127.0.0.1:1/none"
    with pytest.warns(SchemaWarning, match=r"verified: cannot reach postgresql://nobody:\*\*\*@") as caught:
        assert Guard(uses).verify(url).by == "unreachable"
    assert "s3cret-word" not in str(caught[0].message)
    with pytest.warns(SchemaWarning, match="could not be verified"):
        assert asyncio.run(Guard(uses).averify(url)).by == "unreachable"
    with pytest.raises(SchemaMismatch, match="could not be verified"):
        Guard(uses, Policy(unreachable=Mode.RAISE)).verify(url)
    with pytest.raises(Problem, match="no connection string"):
        Guard(uses).verify("postgresql://post gres@host/db")


@pytest.mark.parametrize(
    ("said", "raises", "findings"), [("raise", True, 1), ("warn", False, 1), ("report", False, 1), ("off", False, 0)]
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_environment_decides_how_much_is_done(
    uses: Uses, live: str, said: str, raises: bool, findings: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCONFORM_GUARD", said)
    apply(live, "alter table documents rename column words to number")
    guard = Guard(uses)
    if raises:
        with pytest.raises(SchemaMismatch):
            guard.verify(live)
    else:
        assert len(guard.verify(live).findings) == findings
    assert guard.stale is bool(findings)


def test_an_unknown_mode_is_refused(uses: Uses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_GUARD", "loud")
    with pytest.raises(Problem, match="PGCONFORM_GUARD is loud"):
        Guard(uses)


def test_a_snapshot_and_names_make_a_guard(truth: tuple[Schema, str], live: str, tmp_path: Path) -> None:
    snapshot.write(truth[0], tmp_path / "lock.json")
    guard = Guard.from_snapshot(tmp_path / "lock.json", ["documents.status"])
    assert guard.verify(live).ok
    apply(live, "alter table documents drop column words")
    assert guard.verify(live).differences == ()
    apply(live, "drop view titles; alter table documents alter column status drop default")
    apply(live, "alter table documents alter column status type text using status::text")
    assert [(one.subject, one.what) for one in guard.verify(live).differences] == [
        ("public.documents.status", "column")
    ]
    with pytest.raises(Problem, match="nope is neither"):
        Guard.from_snapshot(tmp_path / "lock.json", ["documents.nope"])


def test_models_make_a_guard_with_a_snapshot_and_without(truth: tuple[Schema, str], live: str, tmp_path: Path) -> None:
    (tmp_path / "rows.py").write_text(MODELS)
    spec = importlib.util.spec_from_file_location("rows", tmp_path / "rows.py")
    assert spec is not None and spec.loader is not None
    rows = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(rows)
    models = (rows.DocumentRow, rows.DocumentInsert)
    snapshot.write(truth[0], tmp_path / "lock.json")
    both = (
        Guard.from_snapshot(tmp_path / "lock.json", models),
        Guard.from_models(*models),
    )
    assert [guard.verify(live).ok for guard in both] == [True, True]
    assert [guard.verify(live).by for guard in both] == ["sql", "sql"]
    apply(live, "alter table documents rename column title to name")
    for guard in both:
        with pytest.raises(SchemaMismatch) as raised:
            guard.verify(live)
        assert {finding.code for finding in raised.value.findings} == {"COL001"}
        assert {finding.holder for finding in raised.value.findings} <= {"DocumentRow", "DocumentInsert"}


def test_a_function_says_what_it_requires(truth: tuple[Schema, str], live: str, tmp_path: Path) -> None:
    snapshot.write(truth[0], tmp_path / "lock.json")
    guard = Guard.from_snapshot(tmp_path / "lock.json", [], Policy(error=Mode.RAISE))

    @guard.requires("documents.words")
    def counted() -> int:
        return 1

    @guard.requires("documents.title")
    async def titled() -> int:
        return 2

    assert (counted(), asyncio.run(titled())) == (1, 2)
    apply(live, "alter table documents rename column words to number")
    with pytest.raises(SchemaMismatch):
        guard.verify(live)
    with pytest.raises(SchemaMismatch, match="counted needs what the database does not have"):
        counted()
    assert asyncio.run(titled()) == 2
    assert [finding.severity for finding in guard.standing.findings] == [Severity.ERROR]


OF_A_DOMAIN_OF_A_DOMAIN = {"app.owners", "app.owners.handle"}


@pytest.mark.every_version
@pytest.mark.parametrize(("name", "but"), [("everything", OF_A_DOMAIN_OF_A_DOMAIN), ("requests", set())])
def test_the_facts_are_spelled_as_the_catalogue_spells_them(
    postgres: Server, pg_dsn: str, name: str, but: set[str]
) -> None:
    """Whatever a schema has, nothing of it differs from itself: a guard that fits never reads it whole.

    NOT NULL of a domain's own domain is the one thing that it does not see, and then the rules decide.
    """
    apply(pg_dsn, everything(postgres) if name == "everything" else (FILES / f"{name}.sql").read_text())
    truth = read(pg_dsn)
    relations = [item for item in truth.relations if item.partition_of is None]
    claims = [
        Relation(
            item.name, item.schema, "row", tuple(Field(one.name) for one in item.fields), access=access, whole=False
        )
        for item in relations
        for access in (Access.READ, Access.INSERT)
    ]
    schemas = tuple(sorted({item.schema for item in relations}))
    uses = collect(truth, [Schema(relations=tuple(claims))], schemas, PostgrestConfig(schemas=schemas))
    own = tuple(item for item in truth.functions if not item.extension)
    with psycopg.connect(pg_dsn) as connection:
        row = connection.execute(statement(replace(uses, functions=own)).encode()).fetchone()
    assert row is not None
    assert {item.subject for item in answer(row[0])} == but


def test_functions_of_a_row_are_known_like_columns(live: str, tmp_path: Path) -> None:
    apply(live, "create function shout(d documents) returns text language sql stable as 'select upper(d.title)'")
    uses = uses_of(tmp_path, read(live))
    guard = Guard(uses)
    fine = Request("GET", "/documents", (("select", "id,shout"), ("shout", "eq.X"), ("order", "shout.asc")))
    assert guard.requests.refusals(fine) == ()
    assert [one.code for one in guard.requests.refusals(Request("GET", "/documents", (("select", "id,whisper"),)))] == [
        "COL001"
    ]
    assert guard.verify(live).differences == ()
