"""The embedded server under other users than the tests': without a name, without user namespaces, root of nothing."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgconform.embedded import locate
from pgconform.embedded.reach import is_open, within_reach
from pgconform.embedded.rundir import run_directory
from pgconform.errors import Problem

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="changes users the Linux way")
NEEDS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
ROOT = Path(__file__).parent.parent
NAMELESS = 54321
USE = """
import os
from pgconform.embedded import shadow
import psycopg
with shadow() as server, psycopg.connect(server.dsn()) as connection:
    connection.execute("CREATE TABLE t (a int)")
    pid = (server.data / "postmaster.pid").read_text().split()[0]
    status, users = (open(f"/proc/{pid}/{name}").read() for name in ("status", "uid_map"))
    print(status.split("Uid:\\t")[1].split()[0], users.split())
"""
BLOCKED = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
outer, group = os.geteuid(), os.getegid()
assert libc.unshare(0x10000000) == 0
open("/proc/self/setgroups", "w").write("deny")
open("/proc/self/uid_map", "w").write(f"{INNER} {outer} 1")
open("/proc/self/gid_map", "w").write(f"{INNER} {group} 1")
open("/proc/sys/user/max_user_namespaces", "w").write("0")
"""


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache directory that anybody may write to and pass the way to."""
    place = Path(f"/tmp/pgconform-users-{os.getpid()}")
    place.mkdir()
    place.chmod(0o777)
    yield place
    shutil.rmtree(place)


def python() -> str:
    """An interpreter of our version that every user can run."""
    for candidate in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        path = Path(candidate)
        if path.exists() and is_open(path.resolve()) and _is_ours(candidate):
            return candidate
    pytest.skip("there is no Python here that another user could run")


def _is_ours(candidate: str) -> bool:
    said = subprocess.run(
        [candidate, "-c", "import sys, ctypes; print(sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip() == str(sys.version_info[:2])


def run(program: str, cache: Path, user: int | None = None, interpreter: str = "") -> subprocess.CompletedProcess[str]:
    paths = (str(ROOT / "src"), sysconfig.get_path("purelib"))
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(paths),
        "PGCONFORM_CACHE_DIR": str(cache / "cache"),
        "PGCONFORM_IGNORE_SYSTEM_POSTGRES": "1",
        "HOME": "/nonexistent",
    }
    return subprocess.run(
        [interpreter or sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        cwd=cache,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        check=False,
    )


def can_make_user_namespaces() -> bool:
    program = BLOCKED.replace("{INNER}", "0")
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


NEEDS_NAMESPACES = pytest.mark.skipif(
    sys.platform == "linux" and not can_make_user_namespaces(), reason="user namespaces are blocked here"
)


@NEEDS_ROOT
def test_root_runs_it_as_nobody_and_opens_nothing(cache: Path) -> None:
    closed = cache / "closed"
    closed.mkdir(mode=0o700)
    done = run(USE, closed)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == "65534"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert {path.stat().st_uid for path in (closed / "cache").rglob("*")} == {0}


@NEEDS_ROOT
@NEEDS_NAMESPACES
def test_a_user_without_a_name(cache: Path) -> None:
    interpreter = python()
    done = run(USE, cache, user=NAMELESS, interpreter=interpreter)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == str(NAMELESS)


@NEEDS_NAMESPACES
def test_root_of_its_own_namespace_only(cache: Path) -> None:
    program = BLOCKED.rsplit("\n", 2)[0].replace("{INNER}", "0") + USE
    done = run(program, cache)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1:3] == ["['65534',", "'0',"]


@NEEDS_NAMESPACES
def test_an_ordinary_user_where_user_namespaces_are_blocked(cache: Path) -> None:
    done = run(BLOCKED.replace("{INNER}", "65534") + USE, cache)
    assert done.returncode == 0, done.stderr


@NEEDS_NAMESPACES
def test_root_who_can_give_up_nothing_is_told(cache: Path) -> None:
    done = run(BLOCKED.replace("{INNER}", "0") + USE, cache)
    assert done.returncode != 0
    assert "root can become no other user" in done.stderr


@NEEDS_ROOT
def test_a_wheel_behind_a_closed_directory_is_copied(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
    monkeypatch.setattr("pgconform.embedded.reach.is_open", lambda path: False)
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(cache / "cache"))
    from pgconform.embedded import shadow

    found = locate()
    with run_directory() as place, within_reach(found, place) as programs:
        assert programs.bin != found.bin
        assert programs.key == found.key
        copied = programs.bin
        assert is_open(copied / "postgres")
    assert not copied.exists()
    with shadow() as server:
        assert server.version == found.version


@NEEDS_ROOT
def test_a_system_server_behind_a_closed_directory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconform.embedded.reach.is_open", lambda path: False)
    from dataclasses import replace

    found = replace(locate(), source="named")
    with run_directory() as place, pytest.raises(Problem, match="cannot reach"), within_reach(found, place):
        pass
