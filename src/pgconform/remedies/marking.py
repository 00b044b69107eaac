"""Which findings have a remedy that can be written."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from pgconform.finding import Finding, Severity, Unignore
from pgconform.remedies.remedy import remedy
from pgconform.remedies.source import Sources


def marked(findings: Iterable[Finding], sources: Sources, asked: Callable[[Finding], bool]) -> tuple[Finding, ...]:
    """The findings with what is true of their changes: that they can be written, and that nobody else notices.

    What is merely worth knowing nobody mends unless its rule is ``asked`` for by name, save comments.
    """
    return tuple(
        _marked(finding, sources, asked(finding)) if finding.change is not None else finding for finding in findings
    )


def _marked(finding: Finding, sources: Sources, asked: bool) -> Finding:
    if finding.severity is Severity.INFO and not asked and not isinstance(finding.change, Unignore):
        return finding
    found = remedy(finding, sources)
    return replace(finding, fixable=found is not None, safe=bool(finding.safe and found and found.local))
