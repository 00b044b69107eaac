"""What code says to this tool in its comments: ``# pgconform: ignore[COL001]  reason``."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from pgconform.finding import Finding
from pgconform.shape import Location
from pgconform.support.patterns import deferred

NEEDLE = b"pgconform:"
_COMMENT = deferred(
    r"(?:#|--|<!--|//|%%)[ \t]*pgconform:[ \t]*ignore\b"
    r"(?:\[(?P<rules>[^\]\n]*)\])?(?P<reason>[^\n]*?)(?:-->)?[ \t]*$"
)


class Suppression(msgspec.Struct, frozen=True):
    """A comment that asks to ignore findings on these ``lines``: those of ``rules``, or all when empty."""

    at: Location
    rules: tuple[str, ...] = ()
    reason: str = ""
    lines: tuple[int, ...] = ()

    def covers(self, finding: Finding) -> bool:
        """The finding is at its lines and of its rules."""
        at = finding.at
        if at is None or at.uri != self.at.uri:
            return False
        last = max(at.line, at.end_line)
        named = not self.rules or finding.code in self.rules or finding.name in self.rules
        return named and any(at.line <= line <= last for line in self.lines)


DOCUMENT = deferred(r"\.(md|mdx|mdc|markdown|txt)$|(^|/)\.(cursor|windsurf|cline)rules$", re.IGNORECASE)
"""Files in which nothing is run."""
FENCE = deferred(r"[ \t>]*(```+|~~~+)")


def suppressions(text: str, uri: str) -> Iterator[Suppression]:
    """The suppressions of one file. A comment on a line of its own speaks of the next line that is no such comment.

    In a document it stands in ``<!-- -->`` and speaks of the whole block that follows: a table, a list, a fence.
    """
    lines = text.split("\n")
    if DOCUMENT.search(uri):
        yield from _of_document(lines, uri)
        return
    for number, line in enumerate(lines, 1):
        if "pgconform:" not in line or not (match := _COMMENT.search(line.rstrip("\r"))):
            continue
        rules = tuple(rule.strip() for rule in (match["rules"] or "").split(",") if rule.strip())
        spoken = (number,) if line[: match.start()].strip() else (_next(lines, number),)
        at = Location(uri, number, match.start() + 1, number, match.end() + 1)
        yield Suppression(at, rules, match["reason"].strip(" \t:-–—"), spoken)


def _next(lines: list[str], number: int) -> int:
    while number < len(lines) and (not lines[number].strip() or _alone(lines[number])):
        number += 1
    return number + 1


def _alone(line: str) -> bool:
    match = _COMMENT.search(line)
    return bool(match) and not line[: match.start()].strip() if match else False


def _of_document(lines: list[str], uri: str) -> Iterator[Suppression]:
    fence = ""
    for number, line in enumerate(lines, 1):
        mark = FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        found = None if fence or "<!--" not in line else _COMMENT.search(line.rstrip("\r"))
        if found and line[found.start() :].startswith("<!--"):
            rules = tuple(rule.strip() for rule in (found["rules"] or "").split(",") if rule.strip())
            alone = not line[: found.start()].strip()
            at = Location(uri, number, found.start() + 1, number, found.end() + 1)
            yield Suppression(
                at, rules, found["reason"].strip(" \t:-–—"), _block(lines, number) if alone else (number,)
            )


def _block(lines: list[str], number: int) -> tuple[int, ...]:
    """The lines of the block after this line: up to an empty one, or to the end of a fence."""
    first = _next(lines, number)
    mark = FENCE.match(lines[first - 1]) if first <= len(lines) else None
    last = first
    while last < len(lines) and (mark or lines[last].strip()):
        last += 1
        if mark and lines[last - 1].strip().startswith(mark[1]):
            break
    return tuple(range(first, last + 1))
