"""Statements that a server is asked about by another process: the same is said, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import project
from tests.own_cache import own_cache
from tests.processes import all_gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there a fork is safe")

CHECK = """
import os, signal, sys, time
from pathlib import Path
from pgconform.project import proving
from pgconform.sql import server
from pgconform.support import forked
forked.cores = lambda: CORES
own, asked = os.getpid(), proving._asked

def noted(*given, **named):
    print("here" if os.getpid() == own else "there", file=sys.stderr, flush=True)
    if os.getpid() != own:
        HOW
    return asked(*given, **named)

def hangs(line, *given):
    place = Path(line._wire._socket.getpeername()).parent.parent
    found = (place / "data" / "postmaster.pid").read_text().split()[0]
    Path("held.new").write_text(f"{os.getpid()} {found} {place}")
    os.rename("held.new", "held")
    time.sleep(60)

proving._asked = noted
from pgconform.__main__ import main
main()
"""
HANGS = "server.prove = hangs"
STATEMENT = "import psycopg\n\npsycopg.connect().execute('select {} from documents')\n"


def command(how: str = "pass", cores: int = 2, *more: str) -> list[str]:
    program = CHECK.replace("HOW", how).replace("CORES", str(cores))
    return [sys.executable, "-c", program, "check", "--format", "concise", *more]


def environment(root: Path) -> dict[str, str]:
    return {**os.environ, "PGCONFORM_CACHE_DIR": own_cache(root / ".cache")}


def checked(root: Path, *how: str | int) -> tuple[str, str]:
    """(findings, who asked a server)."""
    line = command(*how)  # type: ignore[arg-type]
    done = subprocess.run(
        line, cwd=root, env=environment(root), capture_output=True, text=True, check=False, timeout=120
    )
    return done.stdout, done.stderr


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path, app=STATEMENT.format("title"))


@pytest.mark.parametrize(
    ("how", "cores", "who"),
    [
        ("pass", 2, "there\n"),
        ("raise ValueError", 2, "there\nhere\n"),
        ("os.kill(os.getpid(), signal.SIGKILL)", 2, "there\nhere\n"),
        ("pass", 1, "here\n"),
    ],
)
def test_the_same_is_said_whoever_asks(root: Path, how: str, cores: int, who: str) -> None:
    assert checked(root, how, cores) == ("", who)
    assert checked(root, how, cores) == ("", "")
    (root / "app.py").write_text(STATEMENT.format("titel"))
    found, asked = checked(root, how, cores)
    assert ("app.py:3" in found, "COL001" in found, asked) == (True, True, who)
    assert checked(root, "pass", 1, "--no-cache") == (found, "here\n")
    (root / "app.py").write_text(STATEMENT.format("title") + "x = 1\n")
    assert checked(root, how, cores) == ("", "")


def test_what_is_read_of_rows_is_held_to_what_the_other_process_was_told(root: Path) -> None:
    (root / "app.py").write_text(
        "import psycopg\nfrom psycopg.rows import dict_row\n\nconnection = psycopg.connect(row_factory=dict_row)\n"
        "row = connection.execute('select title from documents').fetchone()\nprint(row['titel'])\n"
    )
    found, asked = checked(root)
    assert ("app.py:6" in found, asked) == (True, "there\n")
    assert checked(root, "pass", 1, "--no-cache")[0] == found


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_check_that_is_ended_leaves_no_server_behind(root: Path, ending: signal.Signals) -> None:
    with subprocess.Popen(command(HANGS), cwd=root, env=environment(root), stderr=subprocess.PIPE, text=True) as asking:
        until = time.monotonic() + 60
        while not (root / "held").exists():
            assert time.monotonic() < until
            time.sleep(0.02)
        process, server, place = (root / "held").read_text().split(" ", 2)
        assert Path(place).is_dir()
        asking.send_signal(ending)
        assert all_gone([int(process), int(server)])
        assert not Path(place).exists()
        asking.communicate(timeout=20)
