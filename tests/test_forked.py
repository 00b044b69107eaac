"""A look by a process of its own: what it tells is what is found without, and it never outlives who asked."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from pgconform.sources.python.look import Look
from pgconform.sources.python.looked import Looked, Reading
from tests.commands import CLEAN, WRONG, project
from tests.processes import alive, all_gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there a fork is safe")

FORKED = """
import os, signal, subprocess, sys, threading, time
from pgconform.support import forked
forked.cores = lambda: 2

def work(asked, tell):
    HOW

process = forked.forked(work)
"""


SLEEP = "time.sleep(60)"
THREAD = "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"


def ran(how: str, then: str) -> str:
    """What a program prints that forks to do something, and then does something else."""
    program = FORKED.replace("HOW", how) + then
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.strip()


def test_a_value_comes_before_the_work_is_over(tmp_path: Path) -> None:
    go = str(tmp_path / "go")
    large = f"tell(bytes(3_000_000)); [time.sleep(0.01) for _ in iter(lambda: os.path.exists({go!r}), True)]"
    assert ran(large, f"print(len(process.value())); open({go!r}, 'x').close(); process.wait()") == "3000000"


@pytest.mark.parametrize("how", ["raise ValueError", "os.kill(os.getpid(), signal.SIGKILL)", "os._exit(0)", "pass"])
def test_without_a_value_there_is_none(how: str) -> None:
    assert ran(how, "print(process.value()); process.wait(); process.wait(); print(process.value())") == "None\nNone"


def test_whether_it_has_told_something_is_known_without_waiting() -> None:
    then = "print(process.told()); process.ask(b'x'); print(process.value(), process.told()); process.wait()"
    assert ran("asked(); tell(b'first'); asked()", f"{then}; print(process.told())") == "False\nb'first' False\nTrue"
    wait = "while not process.told(): time.sleep(0.01)"
    assert ran("tell(b'first')", f"\n{wait}\nprint(process.value())") == "b'first'"
    assert ran("os._exit(0)", f"\n{wait}\nprint(process.value())") == "None"


def test_it_answers_what_it_is_asked() -> None:
    then = "time.sleep(0.2); process.ask(bytes(2_000_000)); print(process.value()); process.wait()"
    assert ran("tell(str(len(asked())).encode())", then) == "b'2000000'"
    assert ran("os._exit(0)", f"time.sleep(0.2); {then}") == "None"


def test_it_is_asked_one_thing_after_another() -> None:
    then = "process.ask(bytes(2_000_000)); process.ask(b''); process.ask(b'third'); print(process.value())"
    assert ran("tell(b'%d%s, %s' % (len(asked()), asked(), asked()))", f"{then}; process.wait()") == "b'2000000, third'"


def test_it_ends_when_it_is_not_asked() -> None:
    assert ran("asked(); tell(b'asked')", "process.stop(); print(process.value())") == "None"
    assert ran("asked(); tell(b'asked')", "process._question.close(); print(process.value())") == "None"


def test_nothing_is_forked_beside_a_thread_or_on_one_core() -> None:
    then = f"process.wait(); {THREAD}; print(forked.forked(work))"
    assert ran("pass", then) == "None"
    assert ran("pass", "process.wait(); forked.cores = lambda: 1; print(forked.forked(work))") == "None"


BUSY = """
    child = os.fork()
    if child:
        print(os.getpid(), child, flush=True)
    while True:
        sum(range(1000))
"""


def test_it_ends_with_all_it_started_when_nobody_will_ask() -> None:
    processes = ran(BUSY.strip(), "time.sleep(0.5); process.stop(); process.stop(); print(process.value())").split()
    assert processes.pop() == "None"
    assert len(processes) == 2
    assert all_gone(list(map(int, processes)))


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_who_asked(ending: signal.Signals) -> None:
    program = FORKED.replace("HOW", BUSY.strip()) + "time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout is not None
        processes = list(map(int, asking.stdout.readline().split()))
        assert len(processes) == 2
        assert all(map(alive, processes))
        asking.send_signal(ending)
        assert all_gone(processes)


TIDY = """
    forked.tidily()
    try:
        print(os.getpid(), os.getpid(), flush=True)
        tell(b'begun')
        time.sleep(60)
    finally:
        time.sleep(0.2)
        open(LEFT, 'x').close()
"""


def test_it_tidies_up_before_it_ends(tmp_path: Path) -> None:
    left = tmp_path / "left"
    then = "process.value(); process.leave(); process.leave(); print(os.path.exists(LEFT))"
    how = TIDY.strip().replace("LEFT", repr(str(left)))
    assert ran(how, then.replace("LEFT", repr(str(left)))).split()[-1] == "True"
    assert ran(f"tell(b'begun'); {SLEEP}", "process.value(); process.leave(); print('left')") == "left"


DEAF = """
    def unheard(number, _):
        forked.tidily()
    signal.signal(signal.SIGTERM, unheard)
    try:
        tell(b'begun')
        while True:
            time.sleep(60)
    finally:
        open(LEFT, 'x').close()
"""


def test_one_that_did_not_hear_that_it_is_to_end_is_told_again(tmp_path: Path) -> None:
    how = DEAF.strip().replace("LEFT", repr(str(tmp_path / "left")))
    assert ran(how, "process.value(); process.leave(); print('left')") == "left"
    assert (tmp_path / "left").exists()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_it_tidies_up_where_who_asked_is_gone(tmp_path: Path, ending: signal.Signals) -> None:
    how = TIDY.strip().replace("LEFT", repr(str(tmp_path / "left")))
    with subprocess.Popen(
        [sys.executable, "-c", FORKED.replace("HOW", how) + SLEEP], stdout=subprocess.PIPE, text=True
    ) as asking:
        assert asking.stdout is not None
        processes = list(map(int, asking.stdout.readline().split()))
        asking.send_signal(ending)
        assert all_gone(processes)
    assert (tmp_path / "left").exists()


CHECK = """
import os, signal, sys, threading, time
from pathlib import Path
from pgconform.sources.python.look import Look
from pgconform.support import forked
forked.cores = lambda: 2
own, whole = os.getpid(), Look.__init__

def noted(self, *given):
    if os.getpid() == own:
        print("looked", file=sys.stderr)
    else:
        HOW
    whole(self, *given)

Look.__init__ = noted
BEFORE
from pgconform.__main__ import main
main()
"""


def command(how: str = "pass", before: str = "pass") -> list[str]:
    program = CHECK.replace("HOW", how).replace("BEFORE", before)
    return [sys.executable, "-c", program, "check", "--format", "concise"]


def checked(root: Path, how: str = "pass", before: str = "pass", *more: str) -> tuple[int, str, str]:
    """(exit code, findings, what was said), where another process is to do something before it looks."""
    environment = {**os.environ, "PGCONFORM_CACHE_DIR": str(root / ".cache")}
    line = [*command(how, before), *more]
    done = subprocess.run(line, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("how", "before", "said"),
    [
        ("pass", "pass", ""),
        ("raise ValueError", "pass", "looked\n"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "pass", "looked\n"),
        ("pass", "forked.cores = lambda: 1", "looked\n"),
        ("pass", THREAD, "looked\n"),
        ("pass", "del os.memfd_create", ""),
        ("pass", "import fcntl; del fcntl.F_SETOWN", "looked\n"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--no-cache"]])
def test_a_check_says_the_same_whoever_looks(tmp_path: Path, how: str, before: str, said: str, more: list[str]) -> None:
    project(tmp_path, app=CLEAN, other=WRONG)
    before_edit = checked(tmp_path, how, before, *more)
    assert (before_edit[0], before_edit[1].count("\n"), before_edit[2]) == (1, 1, said)
    (tmp_path / "app.py").write_text(WRONG)
    after_edit = checked(tmp_path, how, before, *more)
    assert (after_edit[0], after_edit[1].count("\n"), after_edit[2]) == (1, 2, said)
    assert after_edit[1] == checked(tmp_path, "pass", "forked.cores = lambda: 1", "--no-cache")[1]


def test_nobody_looks_where_nothing_changed(tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    told = "os.write(2, b'a look\\n')"
    assert checked(tmp_path, told)[2] == "a look\n"
    assert checked(tmp_path, told)[2] == ""
    os.utime(tmp_path / "app.py", ns=(1, 1))
    assert checked(tmp_path, told)[2] == "a look\n"
    assert checked(tmp_path, told)[2] == ""


def test_what_is_found_comes_through_whole() -> None:
    found = Look(Path(__file__).parent, Reading(cached=False)).found
    assert found.models
    assert found.queries.queries
    assert found.uses
    told = msgspec.msgpack.encode(found)
    assert msgspec.msgpack.encode(msgspec.msgpack.decode(told, type=Looked)) == told


SLOW = "(Path.cwd() / 'pid').write_text(str(os.getpid())); time.sleep(60)"


def started(root: Path) -> int:
    """The process that looks, once it does."""
    until = time.monotonic() + 20
    while not ((root / "pid").exists() and (root / "pid").read_text()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return int((root / "pid").read_text())


def test_a_check_that_cannot_be_done_leaves_nobody_behind(tmp_path: Path) -> None:
    project(tmp_path, app=CLEAN)
    checked(tmp_path)
    (tmp_path / "app.py").write_text(WRONG)
    waits = "ask = forked.Forked.ask; forked.Forked.ask = lambda *asked: (ask(*asked), time.sleep(1))[0]"
    code, _, said = checked(tmp_path, SLOW, waits, "--truth", "sql:missing.sql")
    assert code == 2
    assert said.startswith("error: there is no ")
    assert all_gone([started(tmp_path)])


def _ended(asking: subprocess.Popen[str], ending: signal.Signals) -> str:
    """What a process says to that; Python passes over a signal that comes in the middle of an import."""
    for _ in range(4):
        asking.send_signal(ending)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return asking.communicate(timeout=5)[1]
    return asking.communicate(timeout=5)[1]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_check_that_is_ended_leaves_nobody_behind(tmp_path: Path, ending: signal.Signals) -> None:
    project(tmp_path, app=CLEAN)
    environment = {**os.environ, "PGCONFORM_CACHE_DIR": str(tmp_path / ".cache")}
    with subprocess.Popen(command(SLOW), cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as asking:
        looking = started(tmp_path)
        assert alive(looking)
        said = _ended(asking, ending)
        assert all_gone([looking])
    assert ("interrupted" in said) == (ending is signal.SIGINT)
    assert not list((tmp_path / ".cache").rglob(".*"))
