"""The version of this package, as it was installed."""

from __future__ import annotations


def version() -> str:
    """The installed version (``0.1.0``)."""
    from importlib.metadata import version as installed

    return installed("pgconform")
