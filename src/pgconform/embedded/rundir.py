"""Private directories for single runs: where they stand, who owns them, and what becomes of the dead ones."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pgconform.errors import Problem

MEMORY = Path("/dev/shm")  # noqa: S108  what is made in it is fresh and ours
COMMON = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108
ROOMY = 512 << 20
LONGEST = 62
SETTLING = 60.0
NO_PLACE = "name a short, writable directory in TMPDIR (a socket's path may have 103 characters), or free some space"


@dataclass(frozen=True)
class RunDirectory:
    """One run's own directory: the server's ``data``, its ``socket``'s directory, its ``log``.

    ``user`` is whom the server runs as; None is whoever we are.
    """

    path: Path
    user: int | None

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def socket(self) -> Path:
        return self.path / "s"

    @property
    def log(self) -> Path:
        return self.path / "log"

    def give(self, path: Path) -> None:
        """Let the server's user own a directory and all that is in it."""
        if self.user is None:
            return
        for directory, _, files in os.walk(path):
            os.chown(directory, self.user, self.user)
            for name in files:
                os.chown(Path(directory, name), self.user, self.user, follow_symlinks=False)


@contextlib.contextmanager
def run_directory(for_programs: bool = False) -> Iterator[RunDirectory]:
    """A fresh directory that no other run shares, removed at the end; a later run sweeps it if we are killed.

    ``for_programs``: programs can be run from it.
    """
    base = _base(for_programs)
    sweep(base)
    path = Path(tempfile.mkdtemp(prefix=f"pgc-{os.geteuid()}-", dir=base))
    free = path / "free"
    lock = os.open(free, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        free.rename(path / "lock")  # no sweep finds a lock that is not held yet
        run = RunDirectory(path, _server_user(path))
        run.socket.mkdir(mode=0o700)
        run.give(run.socket)
        yield run
    finally:
        remove(path)
        os.close(lock)


def remove(path: Path) -> None:
    """Remove a directory, however its files fare."""
    shutil.rmtree(path, ignore_errors=True)


def _base(for_programs: bool) -> Path:
    """Memory where it is roomy, else the temporary directory; never so deep that a socket's path would be too long."""
    places = [place for place in (MEMORY, Path(tempfile.gettempdir()), *COMMON) if _writable(place)]
    for place in places:
        roomy = place != MEMORY or _free(place) >= ROOMY
        if roomy and _can_hold_sockets(place) and not (for_programs and _forbids_programs(place)):
            return place
    raise Problem("there is no place for a temporary Postgres", NO_PLACE)


def _can_hold_sockets(place: Path) -> bool:
    """A socket's path has its limit, and a comma in it separates hosts."""
    return len(os.fsencode(place)) <= LONGEST and "," not in str(place)


def _forbids_programs(place: Path) -> bool:
    return bool(os.statvfs(place).f_flag & getattr(os, "ST_NOEXEC", 0))


def _writable(place: Path) -> bool:
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def _free(place: Path) -> int:
    space = os.statvfs(place)
    return space.f_bavail * space.f_frsize


def _server_user(path: Path) -> int | None:
    """Root's server runs as nobody, if this root may hand files over; then nobody must be able to pass ``path``."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody").pw_uid
        probe = path / "probe"
        probe.touch()
        os.chown(probe, nobody, nobody)
        probe.unlink()
    except (KeyError, OSError):
        return None
    path.chmod(0o711)
    return nobody


def sweep(base: Path) -> None:
    """Remove what runs of ours left behind that were killed: their lock is free."""
    for path in base.glob(f"pgc-{os.geteuid()}-*"):
        with contextlib.suppress(OSError):
            _sweep_one(path)


def _sweep_one(path: Path) -> None:
    seen = path.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid():
        return
    try:
        lock = os.open(path / "lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        if time.time() - seen.st_mtime > SETTLING:
            remove(path)
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        remove(path)
    finally:
        os.close(lock)
