"""Which files are tests, by their paths."""

from __future__ import annotations

from pgconform.support.patterns import deferred

_TEST = deferred(r"(?i)(?:^|/)(?:test/|(?:[^/]*[_-])?tests/|(?:conftest|tests|test_[^/]*|[^/]*_test)\.py$)")


def in_tests(uri: str) -> bool:
    """It stands in a folder of tests, or pytest or Django take it for one: wrong values are sent there on purpose."""
    return _TEST.search(uri) is not None
