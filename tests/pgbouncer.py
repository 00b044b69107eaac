"""A real PgBouncer before a test server: Debian's, or whatever the machine has; started for a block."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgconform.embedded import Server

_PATIENCE = 10.0
_ACCOUNT = "nobody"
_SETTINGS = """
[databases]
* = host={host} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = {mode}
max_client_conn = 50
default_pool_size = {size}
query_wait_timeout = 8
logfile = {log}
"""


def program() -> str:
    """Where it is; without it the test is skipped."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip("PgBouncer is not here: install the package  pgbouncer")
    return found


@contextlib.contextmanager
def pgbouncer(server: Server, mode: str, size: int = 3) -> Iterator[str]:
    """The URL, without a database, of a pooler in that mode with so many connections to the server."""
    command = [program()]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o777)
        port = _free_port()
        users, file = place / "users.txt", place / "pgbouncer.ini"
        users.write_text(f'"{server.superuser}" ""\\n', encoding="utf-8")
        said = {"host": server.socket, "user": server.superuser, "port": port, "users": users, "mode": mode}
        file.write_text(_SETTINGS.format(**said, size=size, log=place / "log"), encoding="utf-8")
        if os.geteuid() == 0:
            pwd.getpwnam(_ACCOUNT)
            command += ["-u", _ACCOUNT]
        process = subprocess.Popen([*command, str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _answers(port, place / "log")
            yield f"postgresql://{server.superuser}@127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _answers(port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise AssertionError(f"PgBouncer does not answer: {log.read_text() if log.is_file() else ''}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
