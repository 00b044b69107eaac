"""The line of the program that a request, a statement or an error comes from."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from functools import cache

from pgconform.shape import Location

_OWN = os.path.dirname(os.path.dirname(__file__)) + os.sep  # noqa: PTH120  a prefix of file names, asked on every call


@cache
def _libraries() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    found = {paths["stdlib"], paths["platstdlib"], paths["purelib"], paths["platlib"], *site.getsitepackages()}
    return (_OWN, "<", *sorted(f"{path}{os.sep}" for path in found))


def call_site() -> Location | None:
    """The nearest line on the stack that is of no library, nor of pgconform, relative to the working directory."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith(_libraries()):
            here = os.getcwd() + os.sep  # noqa: PTH109
            return Location(name.removeprefix(here), frame.f_lineno)
        frame = frame.f_back  # type: ignore[assignment]
    return None
