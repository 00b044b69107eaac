"""Clients that a program writes itself, with the methods of PostgREST's: what one makes of a request is its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.project.doubts.texts import Texts
from pgconform.support.patterns import deferred
from pgconform.support.testfiles import in_tests

_BEGINS = deferred(rb"\bdef (?:table|from_)\(self")
_SENDS = deferred(rb"\bdef execute\(self")
_FILTERS = deferred(rb"\bdef eq\(self")
_CLASS = deferred(rb"(?m)^class (\w+)")
_IN_ITS_PLACE = deferred(r"(?i)mock|fake|stub|dummy|test")
"""Names of what stands for a client where there is none."""
_OF_ROWS = frozenset({"QRY027"})
"""What is said of rows, whoever asks for them."""


def imitated(findings: Iterable[Finding], texts: Texts, uris: Iterable[str]) -> Iterator[Finding]:
    """The findings; where the program has a client of its own, what PostgREST makes of a request is a warning."""
    clients = _Clients(texts, tuple(uri for uri in uris if uri.endswith(".py") and not in_tests(uri)))
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

    def __init__(self, texts: Texts, uris: tuple[str, ...]) -> None:
        self.texts = texts
        self.uris = uris

    @cached_property
    def name(self) -> str:
        """The class of the requests of one; "" where there is none."""
        return next(filter(None, (_client(self.texts.of(uri)) for uri in self.uris)), "")


def _client(text: bytes) -> str:
    found = _FILTERS.search(text)
    if found is None or not (_BEGINS.search(text) and _SENDS.search(text)):
        return ""
    names = [item[1].decode() for item in _CLASS.finditer(text, 0, found.start())]
    return names[-1] if names and not _IN_ITS_PLACE.search(names[-1]) else ""
