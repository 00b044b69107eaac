"""Starting a server's process so that it ends with us, whatever happens, and ending it."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

from pgconform.embedded.locate import Binaries
from pgconform.embedded.rundir import RunDirectory
from pgconform.errors import Problem
from pgconform.support.forks import may_fork

CHILD = Path(__file__).with_name("child.py")
START_SECONDS = 60.0
STOP_SECONDS = 5.0
SHUT_DOWN_SECONDS = 30.0
POLL_SECONDS = 0.001
REFUSED = "see whether this machine lets ordinary users start Postgres, or name a server in PGCONFORM_SHADOW_URL"


def environment() -> dict[str, str]:
    """What the server may know of ours: where libraries are, and nothing else."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C", "TZ": "UTC"}


def server_url(socket: Path, user: str, database: str) -> str:
    """The URL of a database on a server that listens in the directory ``socket``."""
    return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={quote(str(socket), safe='/')}"


def confined(run: RunDirectory, command: Sequence[str | Path], ends: bool) -> list[str]:
    """The command line that runs ``command`` without our rights and no longer than we live.

    ``ends``: it soon ends by itself, which is waited for where the kernel ends no orphans.
    """
    python = sys.executable or shutil.which("python3") or "python3"
    ending = "kernel" if _kernel_ends() else "itself" if ends else "watch"
    said = (_how(run), str(os.getpid()), str(run.user or 0), ending)
    return [python, "-I", "-S", str(CHILD), *said, *map(str, command)]


def _how(run: RunDirectory) -> str:
    """How a process is to give up our rights."""
    if run.user is not None:
        return "setuid"
    if sys.platform == "linux":
        return "map" if os.geteuid() == 0 else "try-map"
    return "as-is"


def _kernel_ends() -> bool:
    """The kernel ends whom we started when we die."""
    return sys.platform == "linux" and not os.environ.get("PGCONFORM_WATCH")


def run_once(run: RunDirectory, command: Sequence[str | Path]) -> None:
    """Run a program of the installation to its end; `Problem` with its last words when it fails."""
    line = confined(run, command, ends=True)
    done = subprocess.run(line, check=False, capture_output=True, text=True, cwd=run.path, env=environment())
    if done.returncode != 0:
        said = _telling(done.stderr) or f"exit status {done.returncode}"
        raise Problem(f"{Path(command[0]).name} did not work: {said}", REFUSED)


@contextlib.contextmanager
def running(
    binaries: Binaries, run: RunDirectory, settings: Sequence[str], *, driver: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    """A server on ``run.data`` that answers; ended with the block, or by the kernel when we die before.

    ``driver``: it is spoken to by one, which takes as long to import as the server to start.
    """
    directory = str(run.socket).replace('"', '""')
    options = (f'unix_socket_directories="{directory}"', *settings)
    given = [part for option in options for part in ("-c", option)]
    command = [str(binaries.bin / "postgres"), "-D", str(run.data), *given]
    alone = may_fork() and _kernel_ends() and _how(run) != "map"
    process, thread = (_forked(command, run), None) if alone else _spawn(confined(run, command, ends=False), run)
    try:
        if driver:
            import_module("psycopg")
        _await_ready(process, run)
        yield process
    finally:
        _stop(process, thread)


def shut_down(process: subprocess.Popen[bytes]) -> None:
    """End a server so that its data directory is whole; `Problem` when it does not."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(SHUT_DOWN_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Problem(f"Postgres did not end within {SHUT_DOWN_SECONDS:.0f} seconds", REFUSED) from error


def _forked(command: list[str], run: RunDirectory) -> subprocess.Popen[bytes]:
    """Start from a fork of this process, which has one thread: sooner than by another Python."""
    from pgconform.embedded import child

    how, user, parent = _how(run), run.user or 0, os.getpid()

    def become() -> None:
        child.confine(how, user)
        child.end_with(parent)

    return _begun(command, run, become)


def _begun(command: list[str], run: RunDirectory, become: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
    try:
        with run.log.open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=run.path,
                env=environment(),
                start_new_session=True,
                preexec_fn=become,  # noqa: PLW1509  who is to become another has no other thread
            )
    except (OSError, subprocess.SubprocessError) as error:
        raise Problem(f"Postgres could not be started: {getattr(error, 'strerror', '') or error}", REFUSED) from error


def _spawn(command: list[str], run: RunDirectory) -> tuple[subprocess.Popen[bytes], threading.Thread]:
    """Start from a thread that lives as long as the server: the kernel takes a forking thread's end for a parent's."""
    started: queue.SimpleQueue[subprocess.Popen[bytes] | Problem] = queue.SimpleQueue()

    def keep() -> None:
        try:
            process = _begun(command, run)
        except Problem as problem:
            started.put(problem)
            return
        started.put(process)
        process.wait()

    thread = threading.Thread(target=keep, name="pgconform-postgres", daemon=True)
    thread.start()
    process = started.get()
    if isinstance(process, Problem):
        raise process
    return process, thread


def _await_ready(process: subprocess.Popen[bytes], run: RunDirectory) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if _is_ready(run.data / "postmaster.pid"):
            return
        if process.poll() is not None:
            raise Problem(f"Postgres did not start: {_last_words(run.log)}", REFUSED)
        time.sleep(POLL_SECONDS)
    raise Problem(f"Postgres was not ready after {START_SECONDS:.0f} seconds", REFUSED)


def _is_ready(status: Path) -> bool:
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].startswith("ready")


def _last_words(log: Path) -> str:
    return (_telling(log.read_text(errors="replace")) if log.exists() else "") or "it said nothing"


def _telling(text: str) -> str:
    """The line of a program's complaints that says most: the last that names an error, else the last."""
    lines = text.strip().splitlines()
    errors = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "rror:", "could not"))]
    return (errors or lines or [""])[-1]


def _stop(process: subprocess.Popen[bytes], thread: threading.Thread | None) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGQUIT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if thread:
        thread.join()
    if process.stdin:
        process.stdin.close()
