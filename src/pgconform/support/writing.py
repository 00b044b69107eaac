"""Writing files whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from functools import cache
from pathlib import Path

from pgconform.errors import Problem, reason

_BESIDE = ".pgconform-tmp"
_HELP = {
    errno.ENOSPC: "free some space there and run this again; nothing was changed",
    errno.EDQUOT: "free some space there and run this again; nothing was changed",
    errno.EACCES: "check who may write there, or choose another path",
    errno.EPERM: "check who may write there, or choose another path",
    errno.EROFS: "that file system is read-only; choose another path",
    errno.ENOENT: "the directory does not exist; create it, or choose another path",
    errno.EISDIR: "that is a directory; name a file",
}


def write_whole(path: Path, content: str | bytes, *, folders: bool = False) -> None:
    """Put the content at ``path``: written beside it, flushed to the disk, then renamed; a link's target is replaced.

    ``folders``: those that lead to it are made. Raises `Problem` when that cannot be done; what stood at ``path`` is
    then untouched.
    """
    data = content.encode() if isinstance(content, str) else content
    target = Path(os.path.realpath(path))
    made = [folder for folder in target.parents if not folder.exists()] if folders else []
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            for folder in reversed(made):
                folder.mkdir(exist_ok=True)
            sweep(target.parent)
            _replace(target, data)
    except OSError as failure:
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise unwritable(str(path), failure) from failure


def unwritable(name: str, failure: OSError) -> Problem:
    """What to tell a person whose file could not be written."""
    return Problem(f"cannot write {name}: {reason(failure)}", _HELP.get(failure.errno or 0, ""))


@cache
def sweep(folder: Path) -> None:
    """Take away what processes that were killed left beside files of that folder; once for each folder."""
    for path in folder.glob(f".*{_BESIDE}"):
        process = path.name.removesuffix(_BESIDE).rpartition(".")[2]
        if process.isdigit() and not _runs(int(process)):
            with contextlib.suppress(OSError):
                path.unlink()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _replace(target: Path, data: bytes) -> None:
    beside = target.with_name(f".{target.name}.{os.getpid()}{_BESIDE}")
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
