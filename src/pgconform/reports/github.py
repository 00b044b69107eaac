"""GitHub Actions workflow commands: an annotation at each finding's line.

GitHub shows ten errors and ten warnings of a step and drops the rest without a word, so the last line counts them all.
"""

from __future__ import annotations

from pgconform.finding import Finding, Severity
from pgconform.report import Report
from pgconform.reports._look import Look
from pgconform.reports._words import filed, listed, severities
from pgconform.shape import Location
from pgconform.support.visible import visible

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, look: Look) -> str:
    """One workflow command a finding, the gravest first so that GitHub's limit drops the least, then their number."""
    found = sorted(listed(report, look), key=lambda finding: finding.severity.rank)
    lines = [_command(finding, look) for finding in found]
    return "\n".join([*lines, f"pgconform: {severities(found) or 'no findings'}", ""])


def _command(finding: Finding, look: Look) -> str:
    properties = {"title": f"{finding.code} {finding.name}"}
    if finding.at and finding.at.uri:
        properties |= {key: str(value) for key, value in _places(finding.at, look).items() if value}
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    text = "\n".join(filter(None, (finding.message, finding.consequence, finding.help)))
    return f"::{_COMMAND[finding.severity]} {said}::{_data(text)}"


def _places(at: Location, look: Look) -> dict[str, str | int]:
    """GitHub takes paths from the top of the repository, and columns only of a finding on one line."""
    same = at.end_line == at.line
    return {"file": filed(at, look), "line": at.line, "col": at.column, "endColumn": at.end_column if same else 0}


def _data(text: str) -> str:
    lines = (visible(line).replace("%", "%25") for line in text.split("\n"))
    return "%0A".join(lines)


def _property(text: str) -> str:
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
