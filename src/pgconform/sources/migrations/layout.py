"""Which files of a directory are its migrations, and in what order they are applied."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pgconform.support.patterns import deferred

_VERSION = deferred(r"^(?:[vV])?(\d+(?:[._]\d+)*)(?=[-_. ]|$|[a-zA-Z])")
_REPEATABLE = deferred(r"^R__")
_BACKWARD = deferred(
    r"(?:\.|(?P<worded>[_-]))(?:down|undo|rollback|revert)\.sql$|^(?:U\d|down\.sql$|undo\.sql$|rollback)",
    re.IGNORECASE,
)
_DROPS = deferred(rb"\bdrop\b", re.IGNORECASE)
_PLAN_LINE = deferred(r"^(?P<tag>@)?(?P<name>[^\s\[%#@]+)")
_DAY, _MOMENT = len("20240131"), len("20240131235959")
LONGEST_PLAN = LONGEST_STEP = 1 << 20
PER_DIRECTORY = ("migration.sql", "up.sql")


def is_backward(path: Path, name: str, siblings: Iterable[Path]) -> bool:
    """Whether a file takes a migration back, as its name says.

    A last word of the name may be of what the migration is for, ``3_import_rollback.sql``, ``9_add_drill_down.sql``:
    where no other has its number, and it drops nothing, it is.
    """
    said, number = _BACKWARD.search(name), version(name)
    if not (said and said["worded"]):
        return said is not None
    shared = (other for other in siblings if other.name != path.name and version(other.name) == number)
    return number is None or next(shared, None) is not None or _drops(path)


def _drops(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _DROPS.search(file.read(LONGEST_STEP)) is not None
    except OSError:
        return True


def version(name: str) -> tuple[int, ...] | None:
    """The number that a migration's name starts with, or None; a day comes before all moments of it but midnight."""
    found = _VERSION.match(name)
    return tuple(_number(part) for part in re.split(r"[._]", found[1])) if found else None


def _number(digits: str) -> int:
    """A count as it is; a date as the moment it begins, so that 20240322 comes after 20240320000000."""
    return int(digits.ljust(_MOMENT, "0") if _DAY <= len(digits) < _MOMENT else digits)


def order(path: Path) -> tuple[bool, tuple[int, ...], str]:
    """Numbered files by number, repeatable ones after them."""
    return (bool(_REPEATABLE.match(path.name)), version(path.name) or (), path.name)


def forward_files(directory: Path) -> list[Path]:
    """A directory's SQL files that go forward, by name."""
    files = sorted(directory.glob("*.sql"))
    return [path for path in files if not is_backward(path, path.name, files)]


def migrations(directory: Path) -> list[Path]:
    """The migrations of a directory in the order they are applied.

    A sqitch project goes by its plan; Prisma's and Hasura's have a directory each, among which may be files of an older
    Hasura; else numbered files by number, and where no file is numbered, all of them by name.
    """
    if (plan := directory / "sqitch.plan").is_file():
        return sqitch(plan)
    files = forward_files(directory)
    if each := per_directory(directory):
        hasuras = any(path.name == "up.sql" for path in each)
        flat = [path for path in files if hasuras and version(path.name) and path.name.endswith(".up.sql")]
        return sorted([*each, *flat], key=lambda path: order(path if path.parent == directory else path.parent))
    numbered = [path for path in files if version(path.name) or _REPEATABLE.match(path.name)]
    return sorted(numbered, key=order) if numbered else files


def per_directory(directory: Path) -> list[Path]:
    """The one file of each numbered sub-directory, as Prisma and Hasura write them."""
    with os.scandir(directory) as found:
        numbered = [Path(entry.path) for entry in found if entry.is_dir() and version(entry.name)]
    children = sorted(numbered, key=order)
    return [child / name for child in children for name in PER_DIRECTORY if (child / name).is_file()]


def sqitch(plan: Path) -> list[Path]:
    """The deploy scripts in the plan's order; a reworked change's earlier script carries the tag that followed it."""
    top = plan.parent / "deploy"
    with plan.open(encoding="utf-8", errors="replace") as file:
        lines = list(_plan(file.read(LONGEST_PLAN)))
    found = []
    for place, (is_tag, name) in enumerate(lines):
        if is_tag:
            continue
        reworked = (False, name) in lines[place + 1 :]
        tag = next((word for tagged, word in lines[place:] if tagged), "")
        found.append(top / (f"{name}@{tag}.sql" if reworked and tag else f"{name}.sql"))
    return [path for path in found if path.is_file()]


def _plan(text: str) -> Iterator[tuple[bool, str]]:
    for line in text.splitlines():
        if (match := _PLAN_LINE.match(line)) and not line.startswith("%"):
            yield bool(match["tag"]), match["name"]
