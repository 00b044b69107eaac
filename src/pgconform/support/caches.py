"""Where things that can always be made again are kept between runs, and how they get there whole."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from zlib import crc32

_SUM = 4


def cache_home() -> Path:
    """The user's cache directory: ``PGCONFORM_CACHE_DIR``, else the platform's place for it. It may not exist."""
    if named := os.environ.get("PGCONFORM_CACHE_DIR"):
        return Path(named)
    if sys.platform == "darwin":
        return _home() / "Library" / "Caches" / "pgconform"
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else _home() / ".cache") / "pgconform"


def _home() -> Path:
    """The home directory; of a user without one, a directory of ours that nobody else could have made."""
    try:
        return Path.home()
    except RuntimeError:
        import tempfile

        place = Path(tempfile.gettempdir()) / f"pgconform-home-{os.getuid()}"
        with contextlib.suppress(OSError):
            place.mkdir(mode=0o700)
        ours = place.is_dir() and not place.is_symlink() and place.stat().st_uid == os.getuid()
        return place if ours else Path(tempfile.mkdtemp(prefix="pgconform-home-"))


def read_cached(path: Path, header: bytes = b"") -> memoryview | None:
    """What a cache file holds after its header, not copied: it may be large.

    None when there is none to be read, it has another header, or it is not as it was written.
    """
    try:
        held = path.read_bytes()
    except OSError:
        return None
    content = memoryview(held)[:-_SUM]
    whole = held.startswith(header) and held[-_SUM:] == _sum(content)
    return content[len(header) :] if whole else None


def write_cached(path: Path, content: bytes, header: bytes = b"") -> bool:
    """Write it after a header beside, then rename, so that nobody sees half a file; False when that cannot be done.

    A checksum stands at its end: a disk that returned other bytes must not change what is said of a project.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines((header, content, _sum(content, crc32(header))))
        temporary.replace(path)
    except BaseException as failure:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        if not isinstance(failure, OSError):
            raise  # an interruption leaves nothing behind either
        return False
    return True


def _sum(content: bytes | memoryview, before: int = 0) -> bytes:
    return crc32(content, before).to_bytes(_SUM, "big")
