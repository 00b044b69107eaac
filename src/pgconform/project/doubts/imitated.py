"""Clients that a program writes itself, with the methods of PostgREST's: what one makes of a request is its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.project.doubts.texts import Texts
from pgconform.support.kept import Kept
from pgconform.support.patterns import deferred
from pgconform.support.testfiles import in_tests

_BEGINS = deferred(rb"\bdef (?:table|from_)\(self")
_SENDS = deferred(rb"\bdef execute\(self")
_FILTERS = deferred(rb"\bdef eq\(self")
_SAID = b"def eq(self"
_CLASS = deferred(rb"(?m)^class (\w+)")
_IN_ITS_PLACE = deferred(r"(?i)mock|fake|stub|dummy|test")
"""Names of what stands for a client where there is none."""
_OF_ROWS = frozenset({"QRY027"})
"""What is said of rows, whoever asks for them."""


def imitated(
    findings: Iterable[Finding], texts: Texts, files: Iterable[tuple[str, bytes]], *, cached: bool
) -> Iterator[Finding]:
    """The findings; where the program has a client of its own, what PostgREST makes of a request is a warning.

    ``files`` are those of the project with their digests, by which it is kept what each has.
    """
    clients = _Clients(texts, tuple(one for one in files if one[0].endswith(".py") and not in_tests(one[0])), cached)
    for item in findings:
        if item.severity is Severity.ERROR and _is_of_server(item) and clients.name:
            said = f"{item.consequence}, unless {clients.name} takes it otherwise: the program has a client of its own"
            yield replace(item, severity=Severity.WARNING, consequence=said)
        else:
            yield item


def _is_of_server(item: Finding) -> bool:
    return item.code.startswith("QRY") and item.code not in _OF_ROWS


class _Clients:
    """The clients that Python files of a project make, looked for when one is asked about."""

    def __init__(self, texts: Texts, files: tuple[tuple[str, bytes], ...], cached: bool) -> None:
        self.texts = texts
        self.files = files
        self.cached = cached

    @cached_property
    def name(self) -> str:
        """The class of the requests of one; "" where there is none."""
        kept: Kept[dict[bytes, str]] = Kept("imitated", self.texts.root, (), dict[bytes, str])
        known = (kept.load() if self.cached else None) or {}
        found = {
            digest: known[digest] if digest in known else _client(self.texts.of(uri)) for uri, digest in self.files
        }
        if self.cached and found != known:
            kept.save(found)
        return next(filter(None, found.values()), "")


def _client(text: bytes) -> str:
    found = _FILTERS.search(text) if _SAID in text else None
    if found is None or not (_BEGINS.search(text) and _SENDS.search(text)):
        return ""
    names = [item[1].decode() for item in _CLASS.finditer(text, 0, found.start())]
    return names[-1] if names and not _IN_ITS_PLACE.search(names[-1]) else ""
