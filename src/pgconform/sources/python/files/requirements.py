"""What a project's lists of requirements say: what database it speaks to, and which Pydantic reads its models."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

DEEPEST = 3
"""Folders below the root in which a list is looked for."""
_OLD_PYDANTIC = re.compile(
    r"""^[\s"']* pydantic (?:\[[^\]\n]*\])? [\s"']*
    (?: [^\n#]* < \s* 2 (?:\.0)* (?![\d.]) | [^\n#]* <= \s* 1 \b | (?:==|~=) \s* 1 \b
      | = [^\n#]* ["'][\^~=]* \s* 1 \b )""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_NAMES = ("requirements*.txt", "pyproject.toml", "Pipfile")


def requirements(root: Path, uris: Iterable[str]) -> Iterator[str]:
    """The texts of the lists in the folders of these files, and in those above them up to the root."""
    folders = {"/".join(uri.split("/")[:-1][:depth]) for uri in uris for depth in range(DEEPEST + 1)}
    for folder in sorted(folders):
        with contextlib.suppress(OSError):
            for file in sorted((root / folder).iterdir()):
                if any(fnmatchcase(file.name, pattern) for pattern in _NAMES):
                    yield file.read_text(encoding="utf-8", errors="replace")


def old_pydantic(texts: Iterable[str]) -> bool:
    """One of these lists asks for Pydantic before version 2."""
    return any(_OLD_PYDANTIC.search(text) for text in texts)
