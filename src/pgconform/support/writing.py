"""Writing files whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from pgconform.errors import Problem

_HELP = {
    errno.ENOSPC: "free some space there and run this again; nothing was changed",
    errno.EDQUOT: "free some space there and run this again; nothing was changed",
    errno.EACCES: "check who may write there, or choose another path",
    errno.EPERM: "check who may write there, or choose another path",
    errno.EROFS: "that file system is read-only; choose another path",
    errno.ENOENT: "the directory does not exist; create it, or choose another path",
    errno.EISDIR: "that is a directory; name a file",
}


def write_whole(path: Path, content: str | bytes) -> None:
    """Put the content at ``path``: written beside it, flushed to the disk, then renamed; a link's target is replaced.

    Raises `Problem` when that cannot be done; what stood at ``path`` is then untouched.
    """
    data = content.encode() if isinstance(content, str) else content
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as failure:
        raise unwritable(str(path), failure) from failure


def unwritable(name: str, failure: OSError) -> Problem:
    """What to tell a person whose file could not be written."""
    reason = failure.strerror or str(failure)
    return Problem(f"cannot write {name}: {reason[:1].lower()}{reason[1:]}", _HELP.get(failure.errno or 0, ""))


def _replace(target: Path, data: bytes) -> None:
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
