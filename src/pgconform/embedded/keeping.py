"""Data directories of clusters, kept between runs and copied for each."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

_UNFINISHED = ".making-"
_GIVEN_UP = 3600.0
"""Seconds after which nobody can be copying any more."""
_PIECE = 1 << 20


def is_kept(kept: Path) -> bool:
    """The cluster is there, and may be read."""
    with contextlib.suppress(OSError):
        return (kept / "PG_VERSION").is_file()
    return False


def copy_kept(kept: Path, data: Path, user: int | None) -> bool:
    """Whether it is there and could be copied for ``user``; a full disk is an error that no other cluster mends."""
    if not is_kept(kept):
        return False
    try:
        copied(kept, data, user)
        kept.touch()
    except OSError:
        shutil.rmtree(data, ignore_errors=True)
        if shutil.disk_usage(data.parent).free < size(kept):
            raise
        return False
    return True


def copied(cluster: str | Path, to: str | Path, user: int | None = None) -> None:
    """A copy of a cluster, as Postgres wants one: nobody's but ``user``'s, None being whoever we are.

    There are a thousand small files in one, with which `shutil` takes three times as long.
    """
    os.mkdir(to, 0o700)  # noqa: PTH102  of each file and directory, and Path takes its time
    if user is not None:
        os.chown(to, user, user)
    with os.scandir(cluster) as found:
        for entry in found:
            place = f"{to}/{entry.name}"
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), place)  # noqa: PTH211,PTH115
            elif entry.is_dir():
                copied(entry.path, place, user)
            else:
                _copied(entry.path, place, user)


def _copied(file: str, to: str, user: int | None) -> None:
    read = os.open(file, os.O_RDONLY)
    try:
        written = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            while content := os.read(read, _PIECE):
                while content := content[os.write(written, content) :]:
                    pass
            if user is not None:
                os.fchown(written, user, user)
        finally:
            os.close(written)
    finally:
        os.close(read)


def size(directory: Path) -> int:
    """The bytes of all files in it."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def keep(data: Path, kept: Path, most: int) -> None:
    """Keep a copy of a cluster whose server was shut down, if that can be done, and the ``most`` used last."""
    beside = None
    with contextlib.suppress(OSError):
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(kept.parent)
        beside = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=kept.parent))
        copied(data, beside / "data")
        (beside / "data").rename(kept)
        made = sorted(kept.parent.glob("[0-9]*"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in made[most:]:
            shutil.rmtree(old, ignore_errors=True)
    if beside:
        shutil.rmtree(beside, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Take away what processes that were killed left half copied."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > _GIVEN_UP:
            shutil.rmtree(left, ignore_errors=True)


def forget(kept: Path) -> None:
    """Let the next run make it again."""
    shutil.rmtree(kept, ignore_errors=True)
