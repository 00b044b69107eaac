"""Variables of the environment, and of the ``.env`` file in the project's root."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from pgconform.errors import Problem
from pgconform.support.patterns import deferred

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_LINE = deferred(r"^\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<value>.*?)\s*$")
_BRACED = deferred(r"\$\{(\w+)\}")
_NESTED = 8
_LONGEST = 10_000
_REFERENCE = deferred(r"^\$(?:\{(?P<braced>\w+)\}|(?P<plain>\w+))$")


def variable(name: str, root: Path) -> str | None:
    """Its value, the environment's before that of ``.env``; None when it is not set or empty."""
    return os.environ.get(name) or dotenv(root).get(name) or None


def expanded(reference: str, root: Path) -> str:
    """A reference that is ``$NAME`` or ``${NAME}`` as the variable's value; any other as it is."""
    match = _REFERENCE.match(reference)
    if match is None:
        return reference
    name = match["braced"] or match["plain"]
    if value := variable(name, root):
        return value
    raise Problem(f"the variable {name} is not set", f"set it in the environment, or in {root / '.env'}")


def dotenv(root: Path) -> dict[str, str]:
    """The variables of ``.env`` in that directory; none when there is no such file.

    ``${NAME}`` in a value, unless it is in single quotes, is the file's own variable: never the environment's, which
    may be a secret, while the file may be a stranger's that sends it elsewhere.
    """
    try:
        raw = (root / ".env").read_bytes()
    except OSError:
        return {}
    text = raw.decode("utf-16" if raw.startswith(_UTF_16) else "utf-8-sig", errors="replace")
    matches = (_LINE.match(line) for line in text.splitlines())
    said = {match["name"]: match["value"] for match in matches if match}
    return {name: _filled(text, said) for name, text in said.items()}


def _filled(text: str, said: Mapping[str, str]) -> str:
    """A value with the variables in it; one that the file does not have, or that needs itself, stands as it is."""
    value = _value(text)
    for _ in range(_NESTED if not text.startswith("'") else 0):
        filled = _BRACED.sub(lambda found: _value(said[found[1]]) if found[1] in said else found[0], value)
        if filled == value or len(filled) > _LONGEST:
            break
        value = filled
    return value


def _value(text: str) -> str:
    if len(text) > 1 and text[0] in "\"'":
        end = text.find(text[0], 1)
        return text[1:end] if end > 0 else text
    return re.sub(r"\s+#.*$", "", text)
