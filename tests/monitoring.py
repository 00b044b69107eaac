"""What tests of the monitor share: a project beside a live database, and a webhook that keeps what it is sent."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import psycopg.conninfo
import pytest

from pgconform.config import Project, find_project
from pgconform.monitor.alerts.channels import channels
from pgconform.monitor.alerts.composing import Manners
from pgconform.monitor.store.opening import open_file
from pgconform.monitor.visiting import Visit, Visitor
from pgconform.monitor.watched import Watched, settings, watched
from pgconform.monitor.watching import Teller, Watch
from pgconform.sources import snapshot
from pgconform.sources.postgres import read
from tests.own_cache import own_cache

SQL = """
create table documents (id uuid primary key, title text not null, notes text);
create table users (id uuid primary key, email text not null);
"""
CODE = """from supabase import create_client

supabase = create_client('http://localhost', 'key')
supabase.table("documents").select("id, title, notes").execute()
"""
SETTINGS = """
[monitor]
webhook = "$HOOK"
webhook_secret = "$HOOK_SECRET"
gather = 0
cool_down = 0
interval = 3600
timeout = 5
unreachable_after = 2
{more}
[monitor.targets]
production = "$PRODUCTION"
"""
SECRET = "a secret of ours"


class Post(NamedTuple):
    """One request that the webhook was sent."""

    headers: dict[str, str]
    body: bytes

    @property
    def alert(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.body)
        return said

    @property
    def section(self) -> dict[str, Any]:
        (only,) = self.alert["sections"]
        said: dict[str, Any] = only
        return said


class Hook:
    """A webhook on this machine: ``posts`` is what arrived, ``status`` what it answers, unless it is ``silent``."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.status = 204
        self.silent = threading.Event()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    return
                hook.posts.append(Post(dict(self.headers), body))
                if hook.silent.is_set():
                    self.rfile.read(1)
                    return
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def wait(self, count: int, patience: float = 20.0) -> Post:
        """The last of that many posts."""
        until(lambda: len(self.posts) >= count, patience)
        return self.posts[count - 1]


def until(true: Callable[[], object], patience: float = 20.0) -> None:
    """Waits for something to become true."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@contextlib.contextmanager
def hooked() -> Iterator[Hook]:
    hook = Hook()
    thread = threading.Thread(target=hook.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        hook.server.shutdown()
        hook.server.server_close()


class Scene(NamedTuple):
    """A project, its database, and the webhook that is told."""

    root: Path
    dsn: str
    hook: Hook

    @property
    def project(self) -> Project:
        return find_project(self.root)

    def sql(self, statement: str) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(statement.encode())


def scene(root: Path, dsn: str, hook: Hook, monkeypatch: pytest.MonkeyPatch, more: str = "") -> Scene:
    """A project whose snapshot is what the database is."""
    made = Scene(root, dsn, hook)
    made.sql(SQL)
    for name, value in {"PRODUCTION": dsn, "HOOK": hook.url, "HOOK_SECRET": SECRET}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(root / ".cache"))
    snapshot.write(read(dsn), root / "pgconform.lock.json")
    (root / "app.py").write_text(CODE, encoding="utf-8")
    (root / "pgconform.toml").write_text(SETTINGS.format(more=more), encoding="utf-8")
    return made


class Running(NamedTuple):
    """A monitor at work: ``said`` is what it told the terminal of visits, by target."""

    loop: Watch
    said: list[tuple[str, Visit]]
    history: Any


@contextlib.contextmanager
def watching(project: Project, targets: tuple[Watched, ...] | None = None) -> Iterator[Running]:
    """The monitor in threads of this process, for as long as the block lasts."""
    config = settings(project)
    engine = open_file(project.root / ".pgconform" / "history.db")
    telling = channels(project, config)
    said: list[tuple[str, Visit]] = []
    visitor = Visitor(engine, project, lambda _, __: None)
    loop = Watch(visitor, targets or watched(project), lambda target, visit: said.append((target.name, visit)))
    teller = Teller(
        engine,
        Manners(tuple(telling), config.gather, config.cool_down),
        telling,
        config.keep,
        lambda _, text: said.append((text, Visit())),
    )
    thread = threading.Thread(target=loop.run)
    teller.start()
    thread.start()
    try:
        yield Running(loop, said, engine)
    finally:
        loop.stop()
        thread.join(20)
        teller.stop()
        engine.dispose()
        assert not thread.is_alive()


def url_of(made: Scene, role: str) -> str:
    """The URL of the scene's database for another role."""
    head, _, rest = made.dsn.partition("://")
    return f"{head}://{role}@{rest.partition('@')[2]}"


class Line:
    """A way to a server, over TCP, that can be made to swallow what it is given, or be cut."""

    def __init__(self, path: str) -> None:
        self.stalled = threading.Event()
        self._path = path
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = ""
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._path)
                self._ends += (near, far)
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if not self.stalled.is_set():
                    other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Ends what is open, without a word of the server's."""
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()


@contextlib.contextmanager
def stalling(made: Scene) -> Iterator[Line]:
    """A line to the scene's server."""
    known = psycopg.conninfo.conninfo_to_dict(made.dsn)
    line = Line(f"{known['host']}/.s.PGSQL.{known.get('port', 5432)}")
    line.url = f"postgresql://{known['user']}@127.0.0.1:{line.port}/{known['dbname']}"
    try:
        yield line
    finally:
        line.close()
