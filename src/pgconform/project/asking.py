"""What a person asks of a check."""

from __future__ import annotations

import msgspec


class Ask(msgspec.Struct, frozen=True):
    """``paths`` are relative to the root, none for everything; ``truth`` is a reference, "" for the project's own.

    ``live``: the database itself is the truth, and the snapshot is held to it. ``imports``: models are also imported.
    ``rows``: the rows of the database are looked at too.
    """

    paths: tuple[str, ...] = ()
    truth: str = ""
    live: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    cached: bool = True
    imports: bool = False
    rows: bool = False

    def means(self, uri: str) -> bool:
        """Whether a file is among the asked paths."""
        return not self.paths or any(uri == path or uri.startswith(f"{path}/") for path in self.paths)
