"""The Python files of a project: neither ignored by git nor somebody else's, and none that leads out of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from pgconform.schema import Unread
from pgconform.shape import Location
from pgconform.sources.python.files.ignored import Patterns, ignored, read_patterns, repository
from pgconform.support.tree import Tree
from pgconform.support.visible import sayable

_UNSAID = "its name, or that of a folder it is in, is not UTF-8"
_CLOSED = "this folder may not be looked into"
SKIPPED = frozenset({"__pycache__", "__pypackages__", "dist-packages", "node_modules", "site-packages", "venv"})


class PythonFile(msgspec.Struct, frozen=True, gc=False):
    """A file by its path relative to the root, with slashes; ``mtime`` in nanoseconds."""

    uri: str
    size: int
    mtime: int


def is_python(uri: str) -> bool:
    return uri.endswith(".py")


def find_files(
    root: Path,
    exclude: Iterable[str] = (),
    wanted: Callable[[str], bool] = is_python,
    entered: frozenset[str] = frozenset(),
    tree: Tree | None = None,
    unread: list[Unread] | None = None,
) -> list[PythonFile]:
    """Every Python file below ``root``, or every ``wanted`` one, by path. To ``unread`` come files whose paths no text
    can say, as far as it can, and folders that may not be looked into.

    ``exclude`` are further patterns in the manner of .gitignore. Of folders with a dot in front only those of these
    names are ``entered``. ``tree`` knows folders that were looked into already.
    """
    root = root.resolve()
    top = repository(root) or root
    inside = root.relative_to(top)
    prefix = "" if inside == Path() else f"{inside.as_posix()}/"
    rules = _above(top, prefix)
    walk = _Walk(root, prefix, wanted, entered, tree or Tree())
    walk.folder("", [*rules, *_own(prefix, exclude)])
    if unread is not None:
        unread += sorted(walk.unread, key=lambda item: (item.at, item.reason))
    return sorted(walk.found, key=lambda file: file.uri)


def _above(top: Path, prefix: str) -> list[Patterns]:
    """The patterns of the folders above the root, unless they ignore the root itself: it was meant."""
    steps = prefix.split("/")[:-1]
    bases = ["/".join(steps[:count]) + "/" if count else "" for count in range(len(steps))]
    rules = [rule for base in bases for rule in read_patterns(top / base, base)]
    return [] if any(ignored(f"{base}{name}/", rules) for base, name in zip(bases, steps, strict=True)) else rules


def _own(prefix: str, exclude: Iterable[str]) -> list[Patterns]:
    lines = list(exclude)
    return [Patterns(prefix, lines)] if lines else []


class _Walk:
    """One way through the folders; ``prefix`` leads from the repository's top to the root."""

    def __init__(
        self, root: Path, prefix: str, wanted: Callable[[str], bool], entered: frozenset[str], tree: Tree
    ) -> None:
        self.tree = tree
        self.wanted = wanted
        self.entered = entered
        self.root = root
        self.start = f"{root}/"
        self.prefix = prefix
        self.found: list[PythonFile] = []
        self.unread: list[Unread] = []

    def folder(self, uri: str, rules: list[Patterns]) -> None:
        entries = self.tree.entries((self.start + uri).rstrip("/"))
        if entries is None:
            self.closed(uri)
            return
        if "pyvenv.cfg" in entries:
            return
        if ".gitignore" in entries:
            rules = [*rules, *read_patterns(self.root / uri, self.prefix + uri)]
        for name, entry in entries.items():
            if entry.is_dir(follow_symlinks=False):
                if self.enters(uri + name, name, rules):
                    self.folder(f"{uri}{name}/", rules)
            elif self.wanted(uri + name):
                self.file(uri + name, entry, rules)

    def closed(self, uri: str) -> None:
        """A folder that is there all the same may hold code; one that has just gone holds none."""
        if (self.root / uri).is_dir():
            self.unread.append(Unread(_CLOSED, at=Location(sayable(uri.rstrip("/")))))

    def enters(self, uri: str, name: str, rules: list[Patterns]) -> bool:
        if (name.startswith(".") and name not in self.entered) or name in SKIPPED:
            return False
        return not ignored(f"{self.prefix}{uri}/", rules)

    def file(self, uri: str, entry: os.DirEntry[str], rules: list[Patterns]) -> None:
        if not ignored(self.prefix + uri, rules) and self.regular(entry):
            if (said := sayable(uri)) != uri:
                self.unread.append(Unread(_UNSAID, "decode", at=Location(said)))
                return
            status = entry.stat()
            self.found.append(PythonFile(uri, status.st_size, status.st_mtime_ns))

    def regular(self, entry: os.DirEntry[str]) -> bool:
        """A file, and if by a link, one that does not lead out of the root."""
        try:
            return entry.is_file() and (not entry.is_symlink() or self.leads_in(entry))
        except OSError:
            return False

    def leads_in(self, entry: os.DirEntry[str]) -> bool:
        return Path(entry.path).resolve().is_relative_to(self.root)
