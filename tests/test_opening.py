"""A reference opens the truth it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.errors import Problem
from pgconform.sources import snapshot
from pgconform.sources.opening import open_truth
from tests.schemas import schema, table
from tests.truths import apply, relation

DDL = "create table t (id int primary key);\n"


def test_a_database(pg_dsn: str, tmp_path: Path) -> None:
    apply(pg_dsn, DDL)
    for ref in (pg_dsn, pg_dsn.replace("postgresql://", "postgres://"), pg_dsn.replace("://", "+psycopg://")):
        assert relation(open_truth(ref, tmp_path), "public.t")


def test_migrations_and_files_below_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "001_t.sql").write_text(DDL)
    (tmp_path / "more.sql").write_text("create table more ();")
    found = relation(open_truth("migrations:db", tmp_path), "public.t")
    assert found.at
    assert found.at.uri == "db/001_t.sql"
    assert relation(open_truth("sql:db/001_t.sql", tmp_path), "public.t")
    assert [one.name for one in open_truth("sql:db/001_t.sql,more.sql", tmp_path).relations] == ["more", "t"]


def test_a_snapshot_below_the_root(tmp_path: Path) -> None:
    snapshot.write(schema(table("t", "id int4!")), tmp_path / "pgconform.lock.json")
    truth = open_truth("snapshot:pgconform.lock.json", tmp_path)
    assert truth.origin == "snapshot:pgconform.lock.json"
    assert relation(truth, "public.t")


def test_supabase_by_its_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUPABASE_URL", raising=False)
    monkeypatch.delenv("NEXT_PUBLIC_SUPABASE_URL", raising=False)
    with pytest.raises(Problem, match="SUPABASE_URL is not set"):
        open_truth("supabase:", tmp_path)


@pytest.mark.parametrize("ref", ["", "t", "mysql://x/y", "migrations:", "sql:", "snapshot:", "postgresql:db"])
def test_what_is_no_reference_is_told_what_is(tmp_path: Path, ref: str) -> None:
    with pytest.raises(Problem, match="names no truth") as caught:
        open_truth(ref, tmp_path)
    assert "migrations:DIR" in caught.value.help


def test_a_password_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        open_truth("mysql://app:hunter2@db/prod", tmp_path)
    assert "hunter2" not in str(caught.value)
