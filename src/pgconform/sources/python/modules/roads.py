"""From a module's dotted name to its file, without running an import: by the shape of the folders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


def parts(dotted: str) -> tuple[str, ...]:
    """The parts of a dotted name; of none there are none."""
    return tuple(dotted.split(".")) if dotted else ()


class Roads:
    """The files of a project as the modules they are. Several folders may be roots, as in a monorepo."""

    def __init__(self, uris: Iterable[str]) -> None:
        self._uris = frozenset(uris)
        self._packages = frozenset(uri.removesuffix("__init__.py") for uri in self._uris if uri.endswith("__init__.py"))
        by_last: defaultdict[str, list[str]] = defaultdict(list)
        for uri in sorted(self._uris):
            by_last[_stem(uri).rpartition("/")[2]].append(uri)
        self._by_last = dict(by_last)
        self._known: dict[tuple[str, ...], str | None] = {}

    def find(self, near: str, level: int, parts: tuple[str, ...]) -> str | None:
        """The file that ``from ..parts import`` with ``level`` dots means in the file ``near``."""
        return self.relative(near, level, parts) if level else self.absolute(parts, near)

    def relative(self, near: str, level: int, parts: tuple[str, ...]) -> str | None:
        folders = near.split("/")[:-1]
        if level - 1 > len(folders):
            return None
        path = "/".join([*folders[: len(folders) - level + 1], *parts])
        return next((uri for uri in (f"{path}.py", f"{path}/__init__.py".lstrip("/")) if uri in self._uris), None)

    def absolute(self, parts: tuple[str, ...], near: str) -> str | None:
        """The file of a module as ``near`` would import it: from a folder above it, else from the one that has it."""
        folder = near.rpartition("/")[0]
        if not parts:
            return None
        if (folder, *parts) not in self._known:
            self._known[folder, *parts] = self._absolute(parts, f"{folder}/" if folder else "")
        return self._known[folder, *parts]

    def _absolute(self, parts: tuple[str, ...], folder: str) -> str | None:
        path = "/".join(parts)
        homes = {
            stem.removesuffix(path): uri
            for uri in self._by_last.get(parts[-1], ())
            if (stem := _stem(uri)) == path or stem.endswith(f"/{path}")
        }
        above = [home for home in homes if folder.startswith(home)]
        if above:
            return homes[min(above, key=lambda home: (home in self._packages, -len(home)))]
        roots = [home for home in homes if home not in self._packages]
        nearest = max((_shared(home, folder) for home in roots), default=0)
        best = [home for home in roots if _shared(home, folder) == nearest]
        return homes[best[0]] if len(best) == 1 else None


def _stem(uri: str) -> str:
    """The path of a module without its suffix; a package is its folder."""
    return uri.removesuffix(".py").removesuffix("__init__").rstrip("/")


def _shared(one: str, other: str) -> int:
    """How many leading folders two paths have in common."""
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    return next((count for count, (a, b) in enumerate(pairs) if a != b), min(one.count("/"), other.count("/")))
