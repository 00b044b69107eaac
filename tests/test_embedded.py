"""The embedded server: private, unprivileged, and gone when we are."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from pgconform.embedded import Server, shadow


def test_a_fresh_database_answers(pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_the_role_migrations_run_as_is_no_superuser(postgres: Server, pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn, user=postgres.owner) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False, True, True, True)


def test_no_tcp_port_is_open(pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_nothing_is_left_after_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
    with shadow() as server:
        pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
        assert Path(f"/proc/{pid}").exists() or not Path("/proc").exists()
    assert not Path(f"/proc/{pid}").exists()
    assert not server.data.parent.exists()
