"""Databases watched: what a person is told when a schema changes, when it changes back, and when nobody answers."""

from __future__ import annotations

import hmac
import signal
import time
import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import psycopg.conninfo
import pytest
from bench import crowd
from sqlalchemy import select, update

from pgconform.cli._watching import _told
from pgconform.embedded import Server
from pgconform.monitor import judge
from pgconform.monitor.hooks import run as hook_run
from pgconform.monitor.store.opening import open_file
from pgconform.monitor.store.reading import open_counts, reading
from pgconform.monitor.store.tables import hooks, snapshots, targets
from pgconform.project.usage import decoded
from pgconform.sources import snapshot
from pgconform.sources.postgres import read
from pgconform.sources.postgres.changes import trigger
from pgconform.sources.python import claims
from tests.commands import Run, run, started
from tests.monitoring import SECRET, Hook, Scene, hooked, scene, stalling, until, url_of, watching
from tests.test_dashboard import client

__all__ = ["run"]
RAN = "ran.txt"


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hooked() as one:
        yield one


@pytest.fixture
def shop(tmp_path: Path, pg_dsn: str, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> Scene:
    (tmp_path / "note.py").write_text(f"import sys; open('{RAN}', 'a').write(sys.argv[1] + ' ')", encoding="utf-8")
    return scene(tmp_path, pg_dsn, hook, monkeypatch, 'on_change = ["python note.py {target}"]')


def test_a_migration_is_told_once_and_its_revert_once(shop: Scene) -> None:
    shop.sql(trigger())
    snapshot.write(read(shop.dsn), shop.root / "pgconform.lock.json")
    with watching(shop.project) as monitor:
        until(lambda: monitor.said)
        assert open_counts(monitor.history) == {}
        shop.sql("alter table documents drop column notes")
        told = shop.hook.wait(1)
        assert told.section["opened_errors"] == 1
        codes = {item["code"] for item in told.section["opened"]}
        assert codes == {"COL001", "DRF002"}
        assert "the other side is snapshot:pgconform.lock.json" in told.section["opened"][1]["help"]
        assert told.section["changes"] == ["- column public.documents.notes"]
        assert "ALTER TABLE public.documents" in told.section["command"]
        assert told.section["role"]
        until((shop.root / RAN).is_file)
        assert open_counts(monitor.history) == {"error": 1, "warning": 1}
        shown = client(monitor.history)
        assert "documents has no column &#34;notes&#34;" in shown.get("/findings").text
        assert "- column public.documents.notes" in shown.get("/timeline").text
        assert "python note.py" in shown.get("/targets/production").text
        shop.sql("alter table documents add column notes text")
        again = shop.hook.wait(2)
        assert (again.section["closed_total"], again.section.get("opened_total", 0)) == (2, 0)
        until(lambda: (shop.root / RAN).read_text() == "production production ")
        assert open_counts(monitor.history) == {}
        assert "No finding is like that" in shown.get("/findings").text
        assert "documents has no column &#34;notes&#34;" in shown.get("/findings?state=closed").text
    assert len(shop.hook.posts) == 2
    with reading(monitor.history) as connection:
        assert [row.changes for row in connection.execute(select(snapshots).order_by(snapshots.c.id))] == [0, 1, 1]
        assert {row.state for row in connection.execute(select(hooks))} == {"done"}


def test_the_webhook_is_signed_and_named(shop: Scene, run: Run) -> None:
    shop.sql("alter table documents drop column notes")
    assert run("watch", "--once").code == 1
    (post,) = shop.hook.posts
    moment, _, said = post.headers["Pgconform-Signature"].partition(",v1=")
    wanted = hmac.new(SECRET.encode(), moment.removeprefix("t=").encode() + b"." + post.body, sha256).hexdigest()
    assert hmac.compare_digest(said, wanted)
    assert post.headers["Pgconform-Id"] == post.alert["id"]
    assert SECRET.encode() not in post.body


def test_one_look_is_enough_for_cron(shop: Scene, run: Run) -> None:
    first = run("watch", "--once")
    assert (first.code, first.err) == (0, "")
    assert "production  first look; 0 findings opened" in first.out
    engine = open_file(shop.root / ".pgconform" / "history.db")
    with engine.begin() as connection:
        connection.execute(update(snapshots).values(at=0))
    shop.sql("create table later (id int)")
    run("watch", "--once")
    with reading(engine) as connection:
        assert len(connection.execute(select(snapshots)).all()) == 1
    engine.dispose()
    shop.sql("drop table later")
    assert run("watch", "--once").code == 0
    again = run("watch", "--once")
    assert (again.code, again.out) == (0, "")
    assert [post.section["changes"] for post in shop.hook.posts] == [["+ public.later"], ["- public.later"]]


def test_a_stopped_program_leaves_in_peace(shop: Scene) -> None:
    process = started(shop.root, "watch")
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "watching 1 database; alerts go to webhook\n"
        assert "first look" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (0, "stopped; nothing was left half done\n", "")


def test_a_database_that_is_down_is_told_after_so_many_failures_and_when_it_is_back(
    shop: Scene, postgres: Server, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRODUCTION", "postgresql://me:hunter2@127.0.0.1:1/shop")
    first = run("watch", "--once")
    assert (first.code, first.err) == (2, "")
    assert "cannot reach postgresql://me:***@127.0.0.1:1/shop (connection refused)" in first.out
    assert shop.hook.posts == []
    assert "(failure 2 in a row)" in run("watch", "--once").out
    run("watch", "--once")
    (told,) = shop.hook.posts
    assert told.section["state"] == "down"
    assert "connection refused" in told.section["problem"]
    assert b"hunter2" not in told.body
    monkeypatch.setenv("PRODUCTION", shop.dsn)
    assert run("watch", "--once").code == 0
    assert [post.alert["title"] for post in shop.hook.posts[1:]] == ["production: can be read again"]


def standing(scene: Scene) -> tuple[str, str]:
    """What the history says of the target: its problem and what to do."""
    engine = open_file(scene.root / ".pgconform" / "history.db")
    with reading(engine) as connection:
        row = connection.execute(select(targets)).one()
    engine.dispose()
    return row.problem, row.help


def test_a_slow_server_is_said_to_be_slow(shop: Scene, run: Run) -> None:
    settings = (shop.root / "pgconform.toml").read_text(encoding="utf-8")
    (shop.root / "pgconform.toml").write_text(settings.replace("timeout = 5", "timeout = 0.001"), encoding="utf-8")
    ran = run("watch", "--once")
    assert (ran.code, ran.err) == (2, "")
    assert "production  the server took longer than 0.001 s" in ran.out
    assert standing(shop) == ("the server took longer than 0.001 s", "is it overloaded?")
    engine = open_file(shop.root / ".pgconform" / "history.db")
    assert "the server took longer than 0.001 s" in client(engine).get("/targets/production").text
    engine.dispose()


def test_a_locked_catalogue_is_not_waited_for(shop: Scene, run: Run) -> None:
    settings = (shop.root / "pgconform.toml").read_text(encoding="utf-8")
    (shop.root / "pgconform.toml").write_text(settings.replace("timeout = 5", "timeout = 0.4"), encoding="utf-8")
    with psycopg.connect(shop.dsn) as migrating:
        migrating.execute("lock table pg_catalog.pg_constraint in access exclusive mode")
        ran = run("watch", "--once")
    assert ran.code == 2
    assert "production  the catalogue is locked" in ran.out
    assert standing(shop)[1] == "is a migration running?"


def test_a_server_without_free_connections_is_said_to_be_full(
    shop: Scene, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = f"crowd_{uuid.uuid4().hex[:8]}"
    shop.sql(f"create role {role} login connection limit 1")
    with psycopg.connect(psycopg.conninfo.make_conninfo(shop.dsn, user=role)):
        monkeypatch.setenv("PRODUCTION", url_of(shop, role))
        ran = run("watch", "--once")
    assert ran.code == 2
    assert "(the server has no free connection)" in ran.out
    assert run("watch", "--once").code == 0
    shop.sql(f"drop role {role}")


def test_a_revoked_role_is_said_to_be_revoked(shop: Scene, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    role = f"reader_{uuid.uuid4().hex[:8]}"
    shop.sql(f"create role {role} login")
    monkeypatch.setenv("PRODUCTION", url_of(shop, role))
    assert run("watch", "--once").code == 0
    shop.sql(f"alter role {role} nologin")
    ran = run("watch", "--once")
    assert (ran.code, "(the role may not log in)" in ran.out) == (2, True)
    shop.sql(f"alter role {role} login")
    shop.sql("revoke select on pg_catalog.pg_attribute from public")
    try:
        lost = run("watch", "--once")
    finally:
        shop.sql("grant select on pg_catalog.pg_attribute to public")
        shop.sql(f"drop role {role}")
    assert lost.code == 2
    assert "permission denied" in lost.out
    assert shop.hook.wait(1).section["state"] == "down"


def test_a_server_that_stops_answering_in_the_middle_is_given_up(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconform.monitor.watching._STUCK", 0.1)
    settings = (shop.root / "pgconform.toml").read_text(encoding="utf-8")
    (shop.root / "pgconform.toml").write_text(settings.replace("interval = 3600", "interval = 1"), encoding="utf-8")
    with stalling(shop) as line:
        monkeypatch.setenv("PRODUCTION", line.url)
        with watching(shop.project) as monitor:
            until(lambda: monitor.said)
            line.stalled.set()
            until(lambda: monitor.said[-1][1].problem)
            assert "the connection failed" in monitor.said[-1][1].problem
            line.stalled.clear()
            until(lambda: monitor.said[-1][1].recorded, 30)
            assert _told(monitor.said[-1][1]) == "can be read again"


def test_a_server_that_dies_between_looks_is_looked_at_again(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with stalling(shop) as line:
        monkeypatch.setenv("PRODUCTION", line.url)
        with watching(shop.project) as monitor:
            until(lambda: monitor.said)
            line.cut()
            until(lambda: len(monitor.said) > 1 and not monitor.said[-1][1].problem)


def test_postgres_is_asked_gently(shop: Scene) -> None:
    shop.sql(trigger())
    with watching(shop.project) as monitor:
        until(lambda: monitor.said)
        with psycopg.connect(shop.dsn, autocommit=True) as connection:
            mine = "select state, backend_xmin from pg_stat_activity where application_name = 'pgconform watch'"
            assert connection.execute(mine).fetchall() == [("idle", None)]


def test_two_hundred_targets_take_one_process_little_memory_and_a_connection_each(tmp_path: Path) -> None:
    with crowd.roomy(230) as server:
        urls = crowd.filled(server, 10)
        with crowd.watching(tmp_path, crowd.project(tmp_path, urls, 200)) as monitor:
            until(lambda: sum("first look" in line for line in monitor.said) == 200, 90)
            with psycopg.connect(urls[0], autocommit=True) as connection:
                mine = "select count(*) from pg_stat_activity where application_name = 'pgconform watch'"
                assert connection.execute(mine).fetchone() == (200,)
            assert monitor.kilobytes("VmHWM") < 256 * 1024
        assert monitor.process.returncode == 0


def test_a_project_that_cannot_be_judged_is_told_once_and_again_when_it_can(shop: Scene, run: Run) -> None:
    settings = (shop.root / "pgconform.toml").read_text(encoding="utf-8")
    (shop.root / "pgconform.toml").write_text('truth = "snapshot:gone.json"\n' + settings, encoding="utf-8")
    for _ in range(2):
        ran = run("watch", "--once")
        assert ran.code == 2
        assert "claims could not be judged: there is no snapshot gone.json" in ran.out
    assert [post.alert["title"] for post in shop.hook.posts] == ["production: cannot be judged"]
    (shop.root / "pgconform.toml").write_text(settings, encoding="utf-8")
    assert run("watch", "--once").code == 0
    assert [post.alert["title"] for post in shop.hook.posts[1:]] == ["production: can be judged again"]


def test_news_that_are_none_are_looked_into_once(shop: Scene) -> None:
    with watching(shop.project) as monitor:
        until(lambda: monitor.said)
        shop.sql("notify pgrst, 'reload schema'")
        until(lambda: len(monitor.said) > 1)
        time.sleep(1.0)
        assert [visit.recorded for _, visit in monitor.said[1:]] == [None]


@pytest.mark.parametrize("setting", ["interval = 0", "timeout = 0", "unreachable_after = 0", "cool_down = -1"])
def test_settings_that_would_do_harm_are_refused(tmp_path: Path, run: Run, setting: str) -> None:
    (tmp_path / "pgconform.toml").write_text(f"[monitor]\n{setting}\n", encoding="utf-8")
    ran = run("watch", "--once")
    assert (ran.code, "pgconform.toml:2: the setting monitor" in ran.err) == (2, True)


def test_what_the_project_claims_is_read_once_after_a_change(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[int] = []
    plainly = claims.claims

    def counted(*given: Any) -> Any:
        times.append(1)
        return plainly(*given)

    monkeypatch.setattr(claims, "claims", counted)
    question = judge.Question(str(shop.root), "", str(judge.keep(read(shop.dsn))))
    first = judge.answer(question)
    assert len(times) == 1
    used = {(one.relation, one.column, one.place.partition(":")[0]) for one in decoded(first.uses)}
    assert used == {("public.documents", column, "app.py") for column in ("", "id", "notes", "title")}
    again = judge.answer(question)
    assert (len(times), again.uses) == (1, first.uses)


def test_a_command_that_is_not_there_is_named(tmp_path: Path) -> None:
    ran = hook_run("no-such-program {target}", tmp_path, {"target": "production"}, 5)
    assert (ran.code, ran.output) == (None, "could not be started: no-such-program: no such file or directory")
