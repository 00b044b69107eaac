"""Data directories of clusters, kept between runs and copied for each."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from pathlib import Path

_UNFINISHED = ".making-"
_GIVEN_UP = 3600.0
"""Seconds after which nobody can be copying any more."""


def is_kept(kept: Path) -> bool:
    """The cluster is there, and may be read."""
    with contextlib.suppress(OSError):
        return (kept / "PG_VERSION").is_file()
    return False


def copy_kept(kept: Path, data: Path) -> bool:
    """Whether it is there and could be copied; a full disk is an error that no other cluster mends."""
    if not is_kept(kept):
        return False
    try:
        shutil.copytree(kept, data, symlinks=True)
        data.chmod(0o700)
        kept.touch()
    except OSError:
        shutil.rmtree(data, ignore_errors=True)
        if shutil.disk_usage(data.parent).free < size(kept):
            raise
        return False
    return True


def size(directory: Path) -> int:
    """The bytes of all files in it."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def keep(data: Path, kept: Path, most: int) -> None:
    """Keep a copy of a cluster whose server was shut down, if that can be done, and the ``most`` used last."""
    beside = None
    with contextlib.suppress(OSError, shutil.Error):
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(kept.parent)
        beside = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=kept.parent))
        shutil.copytree(data, beside / "data", symlinks=True)
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
