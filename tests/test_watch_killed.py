"""Kill -9 the monitor in the middle of a look, a hundred times: the history is whole, and nobody is told twice."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
import urllib.request  # noqa: F401  what is imported here, each child need not import again
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import psycopg
import pytest
import sqlalchemy.dialects.sqlite  # noqa: F401
from sqlalchemy import select, update

from pgconform.config import Project
from pgconform.finding import Finding, Severity
from pgconform.monitor import judge
from pgconform.monitor.alerts import delivering
from pgconform.monitor.alerts.channels import REPEATED, channels
from pgconform.monitor.alerts.composing import Manners
from pgconform.monitor.session import own
from pgconform.monitor.store import contents
from pgconform.monitor.store.opening import open_file
from pgconform.monitor.store.reading import reading
from pgconform.monitor.store.tables import changes, deliveries, findings, snapshots
from pgconform.monitor.values import Verdict
from pgconform.monitor.visiting import Visitor
from pgconform.monitor.watched import settings, watched
from pgconform.monitor.watching import look_once, tell
from pgconform.schema import Schema
from tests.commands import started
from tests.monitoring import Scene, hooked, scene

KILLS = 100


def one_error_a_column(_project: Project, truth: Schema, _stopping: Event) -> Verdict:
    """Stands in for the check, which is not what is put to the test: a finding for each column that was added."""
    (table,) = (relation for relation in truth.relations if relation.name == "documents")
    said = [
        Finding(Severity.ERROR, f"{field.name} is new", code="DRF002", subject=field.name) for field in table.fields
    ]
    return Verdict(tuple(finding for finding in said if finding.subject.startswith("c_")))


def look(shop: Scene) -> None:
    project = shop.project
    engine = open_file(shop.root / ".pgconform" / "history.db")
    look_once(Visitor(engine, project, lambda *_: None), watched(project), lambda *_: None)
    telling = channels(project, settings(project))
    tell(engine, Manners(tuple(telling)), telling, lambda *_: None)
    engine.dispose()


def forked(run: Callable[[], None]) -> int:
    """The process that runs it."""
    if child := os.fork():
        return child
    try:
        run()
    finally:
        os._exit(0)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A directory in memory where there is one: a process that is killed leaves the same behind, only sooner."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as name:
        yield Path(name)


def test_a_hundred_kills_leave_the_history_whole_and_nobody_told_twice(
    place: Path, pg_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "judged", one_error_a_column)
    monkeypatch.setattr(delivering, "LEASE", 0.0)
    chance = random.Random(6)
    with hooked() as hook:
        shop = scene(place, pg_dsn, hook, monkeypatch)
        began = time.monotonic()
        os.waitpid(forked(lambda: look(shop)), 0)
        usual = time.monotonic() - began
        killed, columns = 0, 0
        with psycopg.connect(pg_dsn, autocommit=True) as connection:
            while killed < KILLS:
                connection.execute(f"alter table documents add column c_{columns} text".encode())
                columns += 1
                child = forked(lambda: look(shop))
                time.sleep(chance.uniform(0.1, 1.0) * usual)
                os.kill(child, signal.SIGKILL)
                too_early = os.WIFSIGNALED(os.waitpid(child, 0)[1])
                killed += too_early
                usual *= 1.05 if too_early else 0.8
        os.waitpid(forked(lambda: look(shop)), 0)
        whole(shop, columns)
        told_once(shop, columns)


def test_killed_between_sending_and_marking_a_chat_is_told_that_it_may_be_the_second_time(
    tmp_path: Path, pg_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hooked() as chat, hooked() as pager:
        shop = scene(tmp_path, pg_dsn, chat, monkeypatch)
        monkeypatch.setenv("CHAT", chat.url.replace("http://", "json://"))
        monkeypatch.setenv("PAGER", pager.url.replace("http://", "json://"))
        settings = (tmp_path / "pgconform.toml").read_text(encoding="utf-8")
        telling = 'alerts = ["$CHAT", "$PAGER"]\nat_most_once = ["$PAGER"]\n# webhook'
        (tmp_path / "pgconform.toml").write_text(settings.replace("webhook =", f"{telling} =", 1), encoding="utf-8")
        shop.sql("alter table documents drop column notes")
        for told in (chat, pager):
            told.silent.set()
            with started(tmp_path, "watch", "--once") as monitor:
                told.wait(1)
                monitor.kill()
            told.silent.clear()
            _lease_is_over(shop)
        with started(tmp_path, "watch", "--once") as monitor:
            monitor.communicate()
        first, second = (post.alert["message"].strip() for post in chat.posts)
        assert (REPEATED in first, second.removesuffix(REPEATED).strip()) == (False, first)
        assert len(pager.posts) == 1
    engine = open_file(shop.root / ".pgconform" / "history.db")
    with reading(engine) as connection:
        rows = connection.execute(select(deliveries.c.channel, deliveries.c.state, deliveries.c.problem)).all()
    engine.dispose()
    assert sorted(map(tuple, rows)) == [("CHAT", "sent", ""), ("PAGER", "dropped", delivering.INTERRUPTED)]


def _lease_is_over(shop: Scene) -> None:
    engine = open_file(shop.root / ".pgconform" / "history.db")
    with engine.begin() as connection:
        connection.execute(update(deliveries).values(due_at=0))
    engine.dispose()


def whole(shop: Scene, added: int) -> None:
    """The file is sound, every snapshot reads back as what it was, and each one differs from the one before as told."""
    engine = open_file(shop.root / ".pgconform" / "history.db")
    with reading(engine) as connection:
        assert connection.exec_driver_sql("pragma integrity_check").scalars().all() == ["ok"]
        assert connection.exec_driver_sql("pragma foreign_key_check").all() == []
        rows = connection.execute(select(snapshots).order_by(snapshots.c.id)).all()
        columns = 3
        for row in rows:
            schema = contents.get_schema(connection, row.content)
            assert own(schema, ("public",)) == row.fingerprint
            told = connection.execute(select(changes.c.subject).where(changes.c.snapshot == row.id)).all()
            assert len(told) == row.changes
            (documents,) = (relation for relation in schema.relations if relation.name == "documents")
            columns += row.changes
            assert len(documents.fields) == columns
        assert columns == 3 + added
        opened = connection.execute(select(findings.c.subject).where(findings.c.closed_at.is_(None))).all()
        assert Counter(row.subject for row in opened) == Counter(f"c_{number}" for number in range(added))
    engine.dispose()


def told_once(shop: Scene, added: int) -> None:
    """Every error was told in exactly one alert; an alert that came again came under the same id, word for word."""
    by_id = {post.headers["Pgconform-Id"]: post.body for post in shop.hook.posts}
    assert {(post.headers["Pgconform-Id"], post.body) for post in shop.hook.posts} == set(by_id.items())
    alerts = {post.headers["Pgconform-Id"]: post.section for post in shop.hook.posts}.values()
    assert sum(section["opened_total"] for section in alerts) == added
    told = Counter(item["subject"] for section in alerts for item in section["opened"])
    assert max(told.values()) == 1
