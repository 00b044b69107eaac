"""Patterns that are compiled when something is first asked of them: there are hundreds, and one run needs few."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any, overload


@overload
def deferred(pattern: str, flags: int = 0) -> re.Pattern[str]: ...
@overload
def deferred(pattern: bytes, flags: int = 0) -> re.Pattern[bytes]: ...
def deferred(pattern: str | bytes, flags: int = 0) -> Any:
    """What `re.compile` gives, made later; for the methods of patterns, not for the functions of `re`."""
    return _Deferred(pattern, flags)


def compile_of(*modules: ModuleType) -> None:
    """Compiles the patterns of these modules."""
    for module in modules:
        for found in vars(module).values():
            if isinstance(found, _Deferred):
                found.compile()


class _Deferred:
    """Holds each method once it was asked for, so that it is found at once the next time."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._said = (pattern, flags)

    def compile(self) -> None:
        re.compile(*self._said)

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._said), name)  # which `re` keeps
        setattr(self, name, found)
        return found
