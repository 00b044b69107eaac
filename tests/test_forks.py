"""Work shared out among forks: all of it is done, whoever fails, and nobody is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pgconform.support import forks
from tests.processes import all_gone

SHARED = """
import os, signal, sys, time
from pgconform.support import forks
forks.cores = lambda: 3
here = os.getpid()

def send(found):
    return ",".join(map(str, found)).encode()

def run(pieces, work):
    own, others = forks.shared(pieces, work, send)
    return own, [[int(item) for item in other.decode().split(",") if item] for other in others]

def nobody_left():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return True
    return False
"""


def ran(code: str) -> subprocess.CompletedProcess[str]:
    """A process of its own: pytest's may have threads, with which nothing is forked."""
    line = [sys.executable, "-c", SHARED + code]
    return subprocess.run(line, check=False, capture_output=True, text=True, timeout=60)


def printed(code: str) -> list[str]:
    done = ran(code)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.splitlines()


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked but on Linux")


def test_every_piece_is_taken_once_and_by_several() -> None:
    code = """
def work(numbers):
    return [number for number in numbers if time.sleep(0.001) is None]
own, others = run(300, work)
print(sorted(own + [item for other in others for item in other]) == list(range(300)))
print(len(others), all(len(part) > 20 for part in (own, *others)), nobody_left())
"""
    assert printed(code) == ["True", "2 True True"]


@pytest.mark.parametrize("fault", ["raise ValueError", "os.kill(os.getpid(), signal.SIGKILL)", "os._exit(0)"])
def test_a_fork_that_fails_gives_nothing(fault: str) -> None:
    code = f"""
def work(numbers):
    found = []
    for number in numbers:
        time.sleep(0.001)
        if os.getpid() != here:
            {fault}
        found.append(number)
    return found
own, others = run(50, work)
print(others, 40 < len(own) < 50, nobody_left())
"""
    assert printed(code) == ["[] True True"]


def test_an_answer_that_was_cut_off_is_none() -> None:
    code = """
written = os.fdopen
class Cut:
    def __init__(self, fd): self.fd, self.count = fd, 0
    def __enter__(self): return self
    def __exit__(self, *_): os.close(self.fd)
    def write(self, found):
        self.count += 1
        os.write(self.fd, found if self.count == 1 else found[:3])
forks.os.fdopen = lambda fd, mode, **how: Cut(fd) if os.getpid() != here else written(fd, mode, **how)
own, others = run(50, lambda numbers: [number for number in numbers if time.sleep(0.001) is None])
print(others, nobody_left())
"""
    assert printed(code) == ["[] True"]


@pytest.mark.parametrize("fault", ["raise KeyboardInterrupt", "raise ValueError"])
def test_nobody_is_left_when_this_process_stops(fault: str) -> None:
    code = f"""
def work(numbers):
    for number in numbers:
        if os.getpid() == here:
            time.sleep(0.2)
            {fault}
        time.sleep(60)
    return []
try:
    run(50, work)
except BaseException as error:
    print(type(error).__name__, nobody_left())
"""
    assert printed(code) == [f"{fault.rsplit(maxsplit=1)[-1]} True"]


def test_a_fork_ends_with_a_process_that_was_killed(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    code = f"""
def work(numbers):
    for number in numbers:
        if os.getpid() == here:
            time.sleep(0.3)
            os.kill(here, signal.SIGKILL)
        open({str(marks)!r}, "a").write(f"{{os.getpid()}}\\n")
        time.sleep(0.1)
    return [1] * 100_000
run(6, work)
"""
    assert ran(code).returncode == -signal.SIGKILL
    forks = set(map(int, marks.read_text().split()))
    assert forks
    assert all_gone(forks)


@pytest.mark.parametrize(
    ("files", "granted"),
    [
        ({}, 0),
        ({"cpu.max": "max 100000\n"}, 0),
        ({"cpu.max": "200000 100000\n"}, 2),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "250000 100000\n"}, 2),
        ({"cpu.max": "nonsense\n"}, 0),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 0),
        ({"cpu/cpu.cfs_quota_us": "400000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 4),
    ],
)
def test_no_more_cores_are_used_than_a_container_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], granted: int
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(forks, "CGROUP", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)))
    assert forks.cores() == (granted or 16)


def test_one_process_does_all_where_there_may_be_no_fork() -> None:
    code = """
import threading
threading.Thread(target=time.sleep, args=(2,), daemon=True).start()
print(run(5, list))
forks.cores = lambda: 1
print(run(0, list))
"""
    assert printed(code) == ["([0, 1, 2, 3, 4], [])", "([], [])"]
