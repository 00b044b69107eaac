"""Which files are tests, by their paths."""

from __future__ import annotations

import re

_TEST = re.compile(r"(?i)(?:^|[/_])(?:tests?|conftest)(?:[/_.]|$)")


def may_be_test(uri: str) -> bool:
    """A word of the path says so, wherever it stands: ``load_test/run.py``."""
    return bool(_TEST.search(uri))
