"""What a project's lists of requirements say, which tells what database it speaks to."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

DEEPEST = 3
"""Folders below the root in which a list is looked for."""
_NAMES = ("requirements*.txt", "pyproject.toml", "Pipfile")


def requirements(root: Path, uris: Iterable[str]) -> Iterator[str]:
    """The texts of the lists in the folders of these files, and in those above them up to the root."""
    folders = {"/".join(uri.split("/")[:-1][:depth]) for uri in uris for depth in range(DEEPEST + 1)}
    for folder in sorted(folders):
        with contextlib.suppress(OSError):
            for file in sorted((root / folder).iterdir()):
                if any(fnmatchcase(file.name, pattern) for pattern in _NAMES):
                    yield file.read_text(encoding="utf-8", errors="replace")
