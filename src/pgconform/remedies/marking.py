"""Which findings have a remedy that can be written."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
from msgspec.structs import replace

from pgconform.finding import Finding, Severity, Unignore
from pgconform.remedies.remedy import remedy
from pgconform.remedies.source import Heard, Sources
from pgconform.support.digests import digest_of


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """What is true of a change as long as what was heard holds: it can be written, and nobody else notices."""

    fixable: bool
    safe: bool
    heard: Heard


Marks = dict[bytes, Mark]
"""By a digest of the finding."""


def marked(
    findings: Iterable[Finding], sources: Sources, asked: Callable[[Finding], bool], known: Marks
) -> tuple[tuple[Finding, ...], Marks]:
    """The findings with what is true of their changes, and that as marks; those ``known`` are made anew if need be.

    What is merely worth knowing nobody mends unless its rule is ``asked`` for by name, save comments.
    """
    found: list[Finding] = []
    marks: Marks = {}
    for finding in findings:
        if finding.change is None or not (_weighs(finding) or asked(finding)):
            found.append(finding)
            continue
        key = digest_of(msgspec.msgpack.encode(finding))
        mark = known.get(key)
        marks[key] = mark = mark if mark is not None and sources.holds(mark.heard) else _mark(finding, sources)
        found.append(replace(finding, fixable=mark.fixable, safe=mark.safe))
    return tuple(found), marks


def _weighs(finding: Finding) -> bool:
    return finding.severity is not Severity.INFO or isinstance(finding.change, Unignore)


def _mark(finding: Finding, sources: Sources) -> Mark:
    heard = sources.hearing()
    found = remedy(finding, sources)
    return Mark(found is not None, bool(finding.safe and found and found.local), heard)
