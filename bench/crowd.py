"""A server with room for many connections, and a project that watches as many targets on it."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg

from bench.synthetic import statements
from pgconform.embedded import Server, locate
from pgconform.embedded.process import running
from pgconform.embedded.reach import within_reach
from pgconform.embedded.rundir import run_directory
from pgconform.embedded.template import copy_template, stand_in_settings

DATABASES = 4


@contextlib.contextmanager
def roomy(connections: int) -> Iterator[Server]:
    """The embedded server, with that many connections."""
    with contextlib.ExitStack() as stack:
        run = stack.enter_context(run_directory())
        programs = stack.enter_context(within_reach(locate(), run))
        copy_template(programs, "plain", run)
        settings = (*stand_in_settings(programs, run), f"max_connections={connections}")
        stack.enter_context(running(programs, run, settings))
        yield Server(run.socket, run.data, programs.version)


def filled(server: Server, tables: int) -> list[str]:
    """The URLs of a few databases with so many tables each."""
    urls = [server.create_database(f"crowd_{number}") for number in range(DATABASES)]
    for url in urls:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("; ".join(statements(tables)).encode())
    return urls


def project(root: Path, urls: list[str], targets: int) -> dict[str, str]:
    """Settings that watch so many targets; the variables that they need."""
    names = [f"target_{number:03}" for number in range(targets)]
    lines = ["[monitor]", "interval = 3600", "[monitor.targets]", *(f'{name} = "${name.upper()}"' for name in names)]
    (root / "pgconform.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (root / "app.py").write_text("from supabase import create_client\n", encoding="utf-8")
    of = {name.upper(): urls[place % len(urls)] for place, name in enumerate(names)}
    return {**os.environ, **of, "PGCONFORM_CACHE_DIR": str(root / ".cache")}


class Watching(NamedTuple):
    """A monitor in a process of its own, and the lines it has said."""

    process: subprocess.Popen[str]
    said: list[str]

    def kilobytes(self, what: str) -> int:
        """Its memory as Linux counts it: ``VmRSS`` now, ``VmHWM`` at most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(rf"{what}:\s+(\d+) kB", status)
        return int(found[1]) if found else 0

    def seconds(self) -> float:
        """The processor time it took so far, without its children."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def watching(root: Path, environment: dict[str, str]) -> Iterator[Watching]:
    """``pgconform watch`` for as long as the block lasts."""
    command = [sys.executable, "-m", "pgconform", "watch"]
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True)
    said: list[str] = []
    assert process.stdout is not None
    lines = process.stdout
    threading.Thread(target=lambda: said.extend(iter(lines.readline, "")), daemon=True).start()
    try:
        yield Watching(process, said)
    finally:
        process.terminate()
        process.wait(30)
