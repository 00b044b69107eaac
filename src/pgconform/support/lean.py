"""Imports that take less time in a process of our own."""

from __future__ import annotations

import sys


def import_msgspec() -> None:
    """Imports msgspec without `typing_extensions`, which it asks for what `typing` has since Python 3.11.

    With it come `inspect`, `ast`, `dis` and `tokenize`, for as long as a fifth of all that a check imports before it
    begins. Not for a program of others, whose own types may be of `typing_extensions`.
    """
    if "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]
