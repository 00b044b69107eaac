"""One line a finding, for a pipe, an editor or a log: ``path:line:column: severity CODE message``."""

from __future__ import annotations

from pgconform.finding import Finding
from pgconform.report import Report
from pgconform.reports._look import Look
from pgconform.reports._paint import place
from pgconform.reports._words import listed
from pgconform.support.visible import visible


def render(report: Report, look: Look) -> str:
    """The findings in their order; nothing at all when there are none."""
    return "".join(f"{_line(finding, look)}\n" for finding in listed(report, look))


def _line(finding: Finding, look: Look) -> str:
    at = f"{place(finding.at, look)}: " if finding.at else ""
    return visible(f"{at}{finding.severity} {finding.code} {finding.message}")
