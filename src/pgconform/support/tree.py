"""The folders of a project as they are found in one run, each looked into once, whoever asks."""

from __future__ import annotations

import os


class Tree:
    """What lies in folders, by their paths."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, os.DirEntry[str]] | None] = {}

    def entries(self, folder: str) -> dict[str, os.DirEntry[str]] | None:
        """What lies in a folder, by name; None where that cannot be told."""
        if folder not in self._known:
            self._known[folder] = _entries(folder)
        return self._known[folder]


def _entries(folder: str) -> dict[str, os.DirEntry[str]] | None:
    try:
        with os.scandir(folder) as found:
            return {entry.name: entry for entry in found}
    except OSError:
        return None
