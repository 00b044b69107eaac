"""What a server says of statements, what that proves, and where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Thread
from unittest import mock

import msgspec
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from pgconform.check import check, judge
from pgconform.embedded.wire import Wire
from pgconform.errors import Problem
from pgconform.finding import Finding, Severity
from pgconform.project import proving
from pgconform.project.proving import Ground, proven
from pgconform.request import HOLE, Proof, Statement, Text
from pgconform.schema import Schema, Unread
from pgconform.shape import Location
from pgconform.sources import migrations, snapshot
from pgconform.sources.postgres import read
from pgconform.sql import rebuilt
from pgconform.sql.ddl import makings
from pgconform.sql.lines import Driver, Line, Own
from pgconform.sql.server import BATCH, TOGETHER, prove
from tests.own_cache import own_cache

SCHEMA = """
create type status as enum ('draft', 'done');
create domain short as varchar(10);
create type spot as (x int, y int);
create table documents (
  id uuid primary key, title text not null, pages int, status status, label short, place spot,
  twice int generated always as (pages * 2) stored, number int generated always as identity
);
create table users (id uuid primary key, email text);
create view recent as select id, title from documents;
create function pages_of(document uuid) returns int language sql as 'select pages from documents where id = $1';
create schema inner_ones;
create table inner_ones.hidden (id int);
"""

TAKEN = (
    "select id, title from documents where pages = $1 and status = 'done' limit $2",
    "with r as (select id from recent) select * from r join users using (id)",
    "insert into documents (id, title, status) values ($1, $2, $3) returning number",
    "update documents set title = $1, label = 'x' where id = $2",
    "select pages_of($1), (place).x from documents",
    "select id from inner_ones.hidden",
)
REFUSED = {
    "select id, from documents": ("SQL001", "42601"),
    "select id from documnets": ("REL001", ""),
    "select titel from documents": ("COL001", ""),
    "select extract(year from made), trim(both from titel) from documents": ("COL001", ""),
    "select d.titel from documents d join users u on u.id = d.id": ("COL001", ""),
    "insert into documents (id, titel) values ($1, $2)": ("COL001", ""),
    "select titel from documents join users using (id)": ("SQL002", "42703"),
    "select id from documents, users": ("SQL002", "42702"),
    "select x.id from documents": ("SQL002", "42P01"),
    "select page_count(id) from documents": ("SQL002", "42883"),
    "select id from documents where id = 1": ("SQL002", "42883"),
    "select extract(day from current_date - date '2020-01-01') from documents": ("SQL002", "42883"),
    "select trim(pages) from documents": ("SQL002", "42883"),
    "select title, count(*) from documents": ("SQL002", "42803"),
    "select id::citation from documents": ("SQL002", "42704"),
    "update documents set status = 'dran'": ("SQL003", "22P02"),
    "update documents set twice = 1": ("SQL003", "428C9"),
    "update documents set pages = true": ("SQL003", "42804"),
}


def statement(sql: str, style: str = "numeric") -> Statement:
    text = Text(sql, Location("app.py", 3, 10, 3, 10 + len(sql)), ((0, 3, 10),))
    return Statement(text, "asyncpg.fetch", style, at=text.at)


def statements(texts: Iterable[str]) -> tuple[Statement, ...]:
    return tuple(map(statement, texts))


@pytest.fixture
def truth(pg_dsn: str) -> Schema:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(SCHEMA.encode())
    return read(pg_dsn)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's directory, with a cache of its own beside it."""
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / "cache"))
    (tmp_path / "app").mkdir()
    return tmp_path / "app"


@pytest.fixture(params=["live", "migrations", "snapshot"])
def ground(request: pytest.FixtureRequest, home: Path, pg_dsn: str, truth: Schema) -> Ground:
    """The same schema as a live database, as migrations and as a snapshot: the verdict must be the same."""
    match request.param:
        case "live":
            return Ground(truth, pg_dsn, home)
        case "migrations":
            (home / "schema.sql").write_text(SCHEMA)
            return Ground(migrations.read([home / "schema.sql"], home, cached=False), "sql:schema.sql", home)
    snapshot.write(truth, home / "lock.json")
    return Ground(snapshot.read(home / "lock.json"), "snapshot:lock.json", home)


def judged(said: Sequence[Statement], ground: Ground) -> list[Finding]:
    claim = Schema(statements=proven(said, ground), origin="python")
    return [one for one in check(ground.truth, claim) if one.source == "statement"]


def test_what_the_server_takes_gives_no_finding(ground: Ground) -> None:
    assert judged(statements(TAKEN), ground) == []


def test_what_the_server_refuses_is_an_error_of_its_kind(ground: Ground) -> None:
    for sql, (code, state) in REFUSED.items():
        found = judged([statement(sql)], ground)
        assert [(one.code, one.severity) for one in found] == [(code, Severity.ERROR)], sql
        assert state in found[0].consequence


def test_what_a_snapshot_makes_is_made_once_and_what_it_lacks_is_remembered(
    truth: Schema, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken = msgspec.structs.replace(truth.functions[0], definition="create function pages_of(uuid) language elvish")
    odd = msgspec.structs.replace(truth, functions=(spoken,))
    ground = Ground(odd, "snapshot:lock.json", home)
    monkeypatch.setattr(rebuilt, "WORTH_KEEPING", 0.0)
    made = mock.Mock(wraps=makings)
    monkeypatch.setattr(rebuilt, "makings", made)

    def unjudged(sql: str) -> str:
        (said,) = proven([statement(sql)], ground)
        return said.proof.unjudged if said.proof else ""

    assert "pages_of could not be made again" in unjudged("select pages_of(id) from documents")
    assert "pages_of could not be made again" in unjudged("select pages_of(id), title from documents")
    assert not unjudged("select title from documents")
    assert made.call_count == 1


@pytest.mark.every_version
def test_every_server_says_the_same(truth: Schema, home: Path, pg_dsn: str) -> None:
    ground = Ground(truth, pg_dsn, home)
    assert judged(statements(TAKEN), ground) == []
    for sql, (code, _) in REFUSED.items():
        assert [one.code for one in judged([statement(sql)], ground)] == [code], sql


def test_a_finding_stands_at_the_word_the_server_points_at(truth: Schema, home: Path, pg_dsn: str) -> None:
    sql = "select id, 'é' from documents where pages = %(a_long_name)s and titel = 'x'"
    found = judged([statement(sql, "pyformat")], Ground(truth, pg_dsn, home))
    assert [one.at for one in found] == [Location("app.py", 3, 10 + sql.index("titel"), 3, 15 + sql.index("titel"))]


@pytest.mark.parametrize(
    ("sql", "style", "why"),
    [
        (f"select id from {HOLE}", "", "not known"),
        ("create table other (id int)", "", "command"),
        ("select 1; select 2", "", "several statements"),
        ("select id from documents where place = interval %s", "pyformat", "parameter"),
        ("select id from documents where pages = coalesce(%s, 'x'::text)", "pyformat", "driver"),
        ("select id from other_schema.things", "", "another database"),
        ("select id from hidden", "", "another schema"),
        ("select no_such from pg_stat_activity", "", "differs between servers"),
        ("select jsonb_build_object($1)", "numeric", "42P18"),
    ],
)
def test_what_a_refusal_does_not_prove_is_not_judged(
    truth: Schema, home: Path, pg_dsn: str, sql: str, style: str, why: str
) -> None:
    claim = Schema(statements=proven([statement(sql, style)], Ground(truth, pg_dsn, home)), origin="python")
    report = judge(truth, claim)
    assert [one for one in report.findings if one.source == "statement"] == []
    assert why in " ".join(unread.reason for unread in report.unjudged)


def test_a_type_that_the_driver_sends_with_a_value_counts(ground: Ground) -> None:
    """psycopg says that a value is a time or a number; asyncpg leaves it to the server what a parameter is."""
    late = "select id from documents where now() > {} - interval '1 day' and title = {}"
    assert judged([statement(late.format("%s", "%s"), "pyformat")], ground) == []
    assert [one.code for one in judged([statement(late.format("$1", "$2"))], ground)] == ["SQL002"]
    wrong = statement("select id from documents where pages > %s - interval '1 day'", "pyformat")
    assert [(one.code, one.severity) for one in judged([wrong], ground)] == [("SQL002", Severity.WARNING)]


def test_the_types_of_several_values_count_together(ground: Ground) -> None:
    between = "select id from documents where now() > {} - interval '1 day' and now() < {} + interval '1 day'"
    assert judged([statement(between.format("%s", "%s"), "pyformat")], ground) == []
    assert judged([statement(between.format("%(at)s", "%(at)s"), "pyformat")], ground) == []
    wrong = f"{between.format('%s', '%s')} and pages > %s - interval '1 day'"
    assert [one.code for one in judged([statement(wrong, "pyformat")], ground)] == ["SQL002"]


def test_of_results_whose_types_hang_on_parameters_only_the_names_are_known(
    truth: Schema, home: Path, pg_dsn: str
) -> None:
    sql = "select %s - interval '1 day' as since, id from documents where now() > %s - interval '1 day'"
    told = proven([statement(sql, "pyformat")], Ground(truth, pg_dsn, home))[0].proof
    assert told is not None
    assert [(one.name, one.type) for one in told.results or ()] == [("since", ""), ("id", "uuid")]
    assert told.parameters == ("", "")


def test_a_table_of_which_only_a_part_is_known_proves_nothing(truth: Schema, home: Path, pg_dsn: str) -> None:
    half = Unread("it could not be applied", "failed", "public.documents", Location("schema.sql", 1))
    partly = Schema(relations=truth.relations, unread=(half,), schemas=truth.schemas)
    assert judged(statements(["select titel from documents"]), Ground(partly, pg_dsn, home)) == []


def test_of_a_name_that_two_searched_schemas_have_the_search_path_decides(home: Path, pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute("create table documents (id int, title text); create schema api")
        connection.execute("create view api.documents as select id from documents")
    ground = Ground(read(pg_dsn), pg_dsn, home, ("api", "public"))
    claim = Schema(statements=proven([statement("select title from documents")], ground), origin="python")
    report = judge(ground.truth, claim, schemas=("api", "public"))
    assert [one for one in report.findings if one.source == "statement"] == []
    assert [unread.reason for unread in report.unjudged] == ["several schemas have documents"]


def test_a_table_that_the_program_makes_is_not_missing(truth: Schema, home: Path, pg_dsn: str) -> None:
    said = statements(["create temp table passing (id int)", "select id from passing"])
    assert judged(said, Ground(truth, pg_dsn, home)) == []


def test_a_table_of_another_database_is_not_missing(truth: Schema, home: Path, pg_dsn: str) -> None:
    ground = Ground(truth, pg_dsn, home)
    elsewhere = [statement("select name from editor"), statement("select id from artist")]
    assert judged(elsewhere, ground) == []
    beside = [*elsewhere, statement("select id from documents")]
    assert [one.code for one in judged(beside, ground)] == ["REL001", "REL001"]
    odd = statement("select name from editor prewhere id = 1")
    assert judged([odd], ground) == []
    assert [one.code for one in judged([odd, statement("select id from documents")], ground)] == ["SQL001"]
    assert [one.code for one in judged([statement("select now(")], ground)] == ["SQL001"]
    assert [one.code for one in judged([statement("select id from editor join users using (id)")], ground)] == [
        "REL001"
    ]


def test_of_a_database_that_a_program_never_speaks_to_a_table_may_be_another(
    truth: Schema, home: Path, pg_dsn: str
) -> None:
    """Several tables that are not there, and nothing that the server takes: what is called alike proves nothing."""
    ground = Ground(truth, pg_dsn, home)
    wrong = statement("select titel from documents")
    elsewhere = statements(["select 1 from editor", "select 1 from artist"])
    assert judged([wrong, *elsewhere], ground) == []
    assert "documents may be of another database" in str(proven([wrong, *elsewhere], ground)[0].proof)
    assert [one.code for one in judged([wrong, elsewhere[0]], ground)] == ["COL001"]
    right = statement("select title from documents")
    beside = msgspec.structs.replace(right, at=Location("other.py", 1))
    assert [one.code for one in judged([wrong, *elsewhere, beside], ground)] == ["COL001"]
    assert [one.code for one in judged([wrong, *elsewhere, right], ground)] == ["COL001", "REL001", "REL001"]


def test_a_slip_of_the_pen_is_one_where_all_that_is_missing_in_the_file_are(
    truth: Schema, home: Path, pg_dsn: str
) -> None:
    ground = Ground(truth, pg_dsn, home)
    slips = [statement("select id from documnets"), statement('select id from "Document"')]
    assert [one.code for one in judged(slips, ground)] == ["REL001", "REL001"]
    assert judged([*slips, statement("select id from artist")], ground) == []
    assert judged([statement("select id from shared_documents")], ground) == []


def test_tables_of_names_that_are_not_known_may_be_any(truth: Schema, home: Path, pg_dsn: str) -> None:
    said = statements([f"create table {HOLE} (id int)", "select id from editor join users using (id)"])
    assert judged(said, Ground(truth, pg_dsn, home)) == []


def test_nothing_is_executed_and_nothing_can_be_written(truth: Schema, home: Path, pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        found = prove(Driver(connection), ["insert into users (id) values (gen_random_uuid())"] * 3, ("public",))
        assert found == [Proof()] * 3
        assert connection.execute("select count(*) from users").fetchone() == (0,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("insert into users (id) values (gen_random_uuid())")


@pytest.fixture(params=["driver", "own"])
def line(request: pytest.FixtureRequest, pg_dsn: str) -> Iterator[Line]:
    """Both ways to a server of ours: what is told must be the same."""
    if request.param == "driver":
        with psycopg.connect(pg_dsn, autocommit=True) as connection:
            yield Driver(connection)
        return
    said = conninfo_to_dict(pg_dsn)
    with Wire(Path(str(said["host"])), str(said["user"]), str(said["dbname"])) as wire:
        yield Own(wire)


def test_answers_keep_their_order_over_many_batches(line: Line) -> None:
    asked = [f"select {number}" if number % 3 else f"select nothing_{number}" for number in range(BATCH * 2 + 7)]
    found = prove(line, asked, ("public",))
    for number, proof in enumerate(found):
        assert proof.code == ("" if number % 3 else "42703")
        assert number % 3 or f"nothing_{number}" in proof.message


def test_statements_of_one_transaction_are_answered_as_each_by_itself(truth: Schema, line: Line) -> None:
    shapes = ("select {} as a", "select id, $1::int + {} from users where id = $2", "update users set id = $1 -- {}")
    asked = [shapes[number % 3].format(number) for number in range(BATCH * 2 + TOGETHER + 3)]
    asked[5], asked[BATCH + 1], asked[-1] = "select absent from users", "select 1 from nowhere", "selec 1"
    described = frozenset(sql for number, sql in enumerate(asked) if number % 2)
    found = prove(line, asked, ("public",), described)
    alone = [proof for sql in asked for proof in prove(line, [sql], ("public",), described)]
    assert found == alone
    assert [number for number, proof in enumerate(found) if proof.code] == [5, BATCH + 1, len(asked) - 1]
    assert any(proof.results for proof in found) and any(proof.parameters for proof in found)


def test_a_second_run_asks_no_server(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    said = statements([*TAKEN, *REFUSED])
    first = proven(said, ground)

    def refuse(_: Ground) -> Callable[[], None]:
        raise AssertionError("a server was asked")

    monkeypatch.setattr(proving, "_server", refuse)
    assert proven(said, ground) == first


def test_without_a_server_nothing_is_judged_and_nothing_kept(truth: Schema, home: Path, pg_dsn: str) -> None:
    absent = Ground(truth, f"postgresql://nobody@/none?host={home}", home)
    found = proven(statements(TAKEN), absent)
    assert all(one.proof and "no server could be asked" in one.proof.unjudged for one in found)
    assert [one.proof for one in proven(statements(TAKEN), Ground(truth, pg_dsn, home))] == [Proof()] * len(TAKEN)


def test_both_ways_to_a_server_tell_the_same(truth: Schema, pg_dsn: str) -> None:
    odd = (
        "select 'ä' as \"grün\", $1::text[] as \"a''b\"",
        "create table t (id int)",
        "select '\udcff'",
        "selec 'ä' x",
    )
    doubt = "select title from documents where id = date_trunc('day', $1)"
    asked = [*TAKEN, *REFUSED, *odd, doubt, "select -- " + "long " * 100_000 + "\n 1 as one"]
    said = conninfo_to_dict(pg_dsn)
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        driven = prove(Driver(connection), asked, ("public", 'o"dd', "it's"), asked[1:])
    with Wire(Path(str(said["host"])), str(said["user"]), str(said["dbname"])) as wire:
        assert prove(Own(wire), asked, ("public", 'o"dd', "it's"), asked[1:]) == driven
        assert wire.rows("show search_path") == [('"public", "o""dd", "it\'s"',)]
        with pytest.raises(Problem, match="read-only transaction"):
            wire.rows("insert into users (id) values (gen_random_uuid())")
    assert any(one.hint for one in driven) and any(one.position > 0 for one in driven)


def test_a_server_that_goes_away_is_said_in_a_sentence(pg_dsn: str) -> None:
    said = conninfo_to_dict(pg_dsn)
    with Wire(Path(str(said["host"])), str(said["user"]), str(said["dbname"])) as wire:
        assert wire.rows("select 1, null, ''") == [("1", "", "")]
        with psycopg.connect(pg_dsn, autocommit=True) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid != pg_backend_pid()")
        with pytest.raises(Problem, match="terminating connection"):
            wire.rows("select 1")
        with pytest.raises(Problem, match="the server went away"):
            prove(Own(wire), ["select 1"] * 1000, ("public",))


def test_long_statements_with_long_answers_do_not_make_both_wait_for_each_other(line: Line) -> None:
    asked = [f"select {', '.join(f'{number} as column_{number}' for number in range(1200))}"] * 200
    found: list[Proof] = []

    def ask() -> None:
        found.extend(prove(line, asked, ("public",), frozenset(asked)))

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(30)
    assert not asking.is_alive()
    assert [len(proof.results or ()) for proof in found] == [1200] * 200


@pytest.mark.parametrize("kind", ["int", "text[]", "varchar(20)[]"])
def test_a_cast_right_behind_a_parameter_is_explained(kind: str) -> None:
    refused = Proof("42601", 'syntax error at or near ":"')
    claim = msgspec.structs.replace(statement(f"update t set a = :a::{kind}", "named"), proof=refused)
    [found] = check(Schema(), Schema(statements=(claim,)))
    assert (found.code, found.help) == ("SQL001", f"no parameter stands before ::; write CAST(:a AS {kind})")
