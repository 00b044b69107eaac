"""PostgREST's schema cache beside the database: a real server, not told to load it again. Skipped without npm."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from pgconform.config import find_project
from pgconform.monitor import caching
from pgconform.monitor.caching import stale
from pgconform.monitor.watched import watched
from pgconform.sources.postgres import read
from tests.commands import Run, run
from tests.monitoring import Scene, hooked, scene
from tests.postgrest_server import PostgREST, binary, postgrest

__all__ = ["run"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "PAUSES", (0.05,))


def with_api(made: Scene, server: PostgREST, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The scene's target with that PostgREST before it."""
    file = made.root / "pgconform.toml"
    target = '{ url = "$PRODUCTION", api = "$API", api_key = "$API_KEY" }'
    file.write_text(file.read_text(encoding="utf-8").replace('"$PRODUCTION"', target), encoding="utf-8")
    monkeypatch.setenv("API", server.url)
    monkeypatch.setenv("API_KEY", server.token("pgconform"))
    return made


def test_a_cache_that_was_not_loaded_again_is_told_and_so_is_its_end(
    tmp_path: Path, pg_dsn: str, monkeypatch: pytest.MonkeyPatch, run: Run, quick: None
) -> None:
    binary()
    with hooked() as hook:
        made = scene(tmp_path, pg_dsn, hook, monkeypatch)
        with postgrest(pg_dsn) as server:
            with_api(made, server, monkeypatch)
            assert run("watch", "--once").code == 0
            made.sql("alter table documents add column status text; alter table users drop column email")
            made.sql("create table fresh (id int primary key)")
            assert run("watch", "--once").code == 1
            messages = [item["message"] for item in hook.posts[0].section["opened"] if item["code"] == "DRF007"]
            assert messages == [
                "PostgREST does not know the column public.documents.status, which the database has",
                "PostgREST still knows public.users.email, which the database has no more",
            ]
        assert "cannot reach http://127.0.0.1" in run("watch", "--once").out
        assert len(hook.posts) == 1
        with postgrest(pg_dsn) as server:
            monkeypatch.setenv("API", server.url)
            monkeypatch.setenv("API_KEY", server.token("pgconform"))
            run("watch", "--once")
        assert {item["code"] for item in hook.posts[1].section["closed"]} == {"DRF007"}


def test_what_is_loaded_in_the_next_moment_was_never_stale(
    tmp_path: Path, pg_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    binary()
    with hooked() as hook:
        made = scene(tmp_path, pg_dsn, hook, monkeypatch)
        with postgrest(pg_dsn, db_channel_enabled="true") as server:
            with_api(made, server, monkeypatch)
            project = find_project(tmp_path)
            (target,) = watched(project)
            made.sql("alter table documents add column status text; notify pgrst, 'reload schema'")
            monkeypatch.setattr(caching, "PAUSES", (1.0, 2.0))
            assert stale(project, target, read(pg_dsn), Event()) == ()
