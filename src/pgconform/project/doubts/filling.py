"""Fields of models that no row fills, and that the program fills itself: a note of where it does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pgconform.finding import Finding, Severity
from pgconform.project.doubts.texts import Texts
from pgconform.rules.unknown_column import UNFILLED
from pgconform.support.testfiles import in_tests


def filled_by_hand(findings: Iterable[Finding], texts: Texts, uris: Iterable[str]) -> Iterator[Finding]:
    """The findings; of a field that a file which names its class sets, only that it is none of the table's."""
    sources = _Sources(texts, tuple(uri for uri in uris if uri.endswith(".py") and not in_tests(uri)))
    for item in findings:
        place = sources.sets(item) if item.severity is Severity.WARNING and _is_unfilled(item) else ""
        yield item.noted(f"{place} sets it") if place else item


def _is_unfilled(item: Finding) -> bool:
    return item.code == "COL001" and item.consequence.startswith(UNFILLED)


class _Sources:
    """The Python files of a project, read when something is asked of them."""

    def __init__(self, texts: Texts, uris: tuple[str, ...]) -> None:
        self.texts = texts
        self.uris = uris

    def sets(self, item: Finding) -> str:
        """Where the field is set: as an attribute, a keyword or a key; "" where it is not."""
        holder = item.holder.rpartition(".")[2].encode()
        name = re.escape(item.subject.rpartition(".")[2].encode())
        attribute = rb"\." + name + rb"\s*=(?!=)"
        given = re.compile(attribute + rb"|[(,{\s]" + name + rb"=(?!=)|[\"']" + name + rb"[\"']\]?\s*(?::|=(?!=))")
        home = item.at.uri if item.at else ""
        for uri in self.uris:
            text = self.texts.of(uri)
            if holder in text and (found := (re.compile(attribute) if uri == home else given).search(text)):
                line = text.count(b"\n", 0, found.start(0) + 1) + 1
                return f"{uri}:{line}"
        return ""
