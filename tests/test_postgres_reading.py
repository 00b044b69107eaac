"""How a live database is read: with few rights, without a trace, and with a clear word when it cannot be."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

import psycopg
import pytest

from pgconform.embedded import Server
from pgconform.errors import Problem
from pgconform.sources.postgres import read
from pgconform.sources.postgres.catalogue import begin
from pgconform.sources.postgres.connect import normal_url
from pgconform.sources.postgres.read import known_version
from tests.truths import apply, everything, relation, truth_of

pytestmark = pytest.mark.every_version
TABLE = "create table t (id int primary key); create view v as select * from t"


@pytest.fixture
def role(postgres: Server) -> Iterator[str]:
    """A role that may log in, and nothing else."""
    name = f"nobody_{uuid.uuid4().hex[:8]}"
    apply(postgres.dsn(), f"create role {name} login")
    yield name
    apply(postgres.dsn(), f"drop role {name}")


def as_role(postgres: Server, dsn: str, role: str) -> str:
    with psycopg.connect(dsn) as connection:
        return postgres.dsn(connection.info.dbname, role)


def test_an_ordinary_role_sees_all(postgres: Server, pg_dsn: str, role: str) -> None:
    truth = truth_of(pg_dsn, everything(postgres))
    apply(pg_dsn, "revoke all on schema app, public from public")
    seen = read(as_role(postgres, pg_dsn, role))
    assert seen.normal() == truth.normal()
    assert seen.unread == ()


def test_what_a_role_may_not_see_is_said(postgres: Server, pg_dsn: str, role: str) -> None:
    apply(pg_dsn, f"{TABLE}; revoke select on pg_policy, pg_description from public")
    seen = read(as_role(postgres, pg_dsn, role))
    assert [(one.kind, one.reason) for one in seen.unread] == [
        ("permission", "policies: permission denied for table pg_policy"),
        ("permission", "comments: permission denied for table pg_description"),
    ]
    assert relation(seen, "public.t").keys


def test_without_its_tables_a_catalogue_is_of_no_use(postgres: Server, pg_dsn: str, role: str) -> None:
    apply(pg_dsn, "revoke select on pg_attribute from public")
    with pytest.raises(Problem, match="permission denied for table pg_attribute"):
        read(as_role(postgres, pg_dsn, role))


def test_the_transaction_is_read_only(pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        begin(connection, 5)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("create table public.t ()")


@pytest.mark.parametrize("automatic", [True, False])
def test_a_connection_is_left_as_it_was(pg_dsn: str, automatic: bool) -> None:
    with psycopg.connect(pg_dsn, autocommit=automatic) as connection:
        connection.execute("set search_path = 'app'")
        connection.commit()
        read(connection)
        assert connection.autocommit is automatic
        assert connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
        assert connection.execute("show search_path").fetchone() == ("app",)


def test_how_a_connection_makes_its_rows_does_not_matter(pg_dsn: str) -> None:
    apply(pg_dsn, TABLE)
    with psycopg.connect(pg_dsn, row_factory=psycopg.rows.dict_row) as connection:
        assert read(connection, origin="x") == read(pg_dsn, origin="x")


def test_names_are_qualified_whatever_the_search_path(pg_dsn: str) -> None:
    apply(pg_dsn, "create type mood as enum ('sad'); create table t (m mood default 'sad')")
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute("set search_path = public")
        (field,) = relation(read(connection), "public.t").fields
    assert (field.type.raw, field.default) == ("public.mood", "'sad'::public.mood")


def test_a_locked_table_is_not_waited_for(pg_dsn: str) -> None:
    apply(pg_dsn, TABLE)
    with psycopg.connect(pg_dsn) as other:
        other.execute("lock table t in access exclusive mode")
        started = time.monotonic()
        with pytest.raises(Problem, match="locked") as caught:
            read(pg_dsn, timeout=0.3)
    assert "migration" in caught.value.help
    assert time.monotonic() - started < 5


def test_a_slow_catalogue_is_not_waited_for(pg_dsn: str) -> None:
    with pytest.raises(Problem, match=r"took longer than 0\.001 s"):
        read(pg_dsn, timeout=0.001)


def test_temporary_and_system_objects_are_left_out(pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute("create temp table scratch (id int)")
        assert read(connection).relations == ()


def test_an_old_server_is_refused() -> None:
    with pytest.raises(Problem, match="Postgres 13"):
        known_version(130022)


@pytest.mark.parametrize(
    ("dsn", "message"),
    [
        ("postgresql://app:s3cret@127.0.0.1:9/prod", r"cannot reach postgresql://app:\*\*\*@127\.0\.0\.1:9/prod"),
        ("postgresql+asyncpg://app:s3cret@127.0.0.1:9/prod", r"\*\*\*@127\.0\.0\.1:9/prod \(connection refused\)"),
        ("host=127.0.0.1 port=9 password=s3cret", r"host=127\.0\.0\.1 port=9 password=\*\*\* \(connection refused\)"),
        ("postgresql://app:s3cret@nowhere.invalid/prod", r"\(the host's name is not known\)"),
        ("postgresql://app:s3c/ret@db.internal/prod", r"the password in postgresql://app:\*\*\*@db\.internal/prod"),
        ("postgresql://app:s3c@ret@db.internal/prod", r"has characters a URL cannot hold"),
        ("postgresql://app:s3cret@127.0.0.1:port/prod", r"no connection string Postgres understands|cannot reach"),
        ("host=127.0.0.1 nonsense=1 password=s3cret", r"no connection string Postgres understands"),
        ("host=/nowhere/at/all password=s3cret", r"\(no server listens on this socket\)"),
    ],
)
def test_what_cannot_be_reached_is_said_without_the_password(dsn: str, message: str) -> None:
    with pytest.raises(Problem, match=message) as caught:
        read(dsn)
    said = f"{caught.value} {caught.value.message} {caught.value.help}"
    assert not any(part in said for part in ("s3cret", "s3c", "ret@"))
    assert caught.value.help


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("postgres://h/d?pgbouncer=true&connection_limit=1", "postgresql://h/d"),
        ("postgres://h/d?sslmode=require&supa=base-pooler.x", "postgresql://h/d?sslmode=require"),
        ("postgresql+asyncpg://h/d?ssl=require&prepared_statement_cache_size=0", "postgresql://h/d?sslmode=require"),
        ("postgresql://h/d?ssl=false", "postgresql://h/d?sslmode=disable"),
        (
            "postgresql://h/d?application_name=a&options=-c%20x%3Dy",
            "postgresql://h/d?application_name=a&options=-c%20x%3Dy",
        ),
    ],
)
def test_what_only_other_clients_understand_is_left_out_of_a_url(url: str, taken: str) -> None:
    assert normal_url(url) == taken


def test_a_parameter_that_is_none_is_named() -> None:
    with pytest.raises(Problem, match="no connection string") as caught:
        read("postgresql://app:s3cret@127.0.0.1:9/prod?sslmod=require")
    assert caught.value.help == "it knows no parameter sslmod"


def test_who_is_not_let_in_is_told_so(postgres: Server, pg_dsn: str, role: str) -> None:
    rules = postgres.data / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"local all {role} scram-sha-256\n{before}")
    apply(postgres.dsn(), f"alter role {role} password 'right'; select pg_reload_conf()")
    try:
        dsn = as_role(postgres, pg_dsn, role)
        with pytest.raises(Problem, match="password authentication failed"):
            read(dsn.replace(f"{role}@", f"{role}:s3cret@"))
        with pytest.raises(Problem, match="a password is required"):
            read(dsn)
    finally:
        rules.write_text(before)
        apply(postgres.dsn(), "select pg_reload_conf()")


def test_a_role_or_database_that_is_not_there_is_named(postgres: Server) -> None:
    with pytest.raises(Problem, match='database "nowhere" does not exist'):
        read(postgres.dsn("nowhere"))
    with pytest.raises(Problem, match='role "nobody" does not exist'):
        read(postgres.dsn("template1", "nobody"))
