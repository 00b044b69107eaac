"""The texts of a project's files, each read when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class Texts:
    """Texts by path below ``root``; those of ``overlay`` count instead of the disk's."""

    def __init__(self, root: Path, overlay: Mapping[str, bytes]) -> None:
        self.root = root
        self.overlay = overlay
        self._known: dict[str, bytes] = {}

    def of(self, uri: str) -> bytes:
        """The text of a file; nothing of one that cannot be read."""
        if uri not in self._known:
            self._known[uri] = self.overlay[uri] if uri in self.overlay else self._read(uri)
        return self._known[uri]

    def _read(self, uri: str) -> bytes:
        try:
            return (self.root / uri).read_bytes()
        except OSError:
            return b""
