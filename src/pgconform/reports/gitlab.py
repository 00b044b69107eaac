"""GitLab's code quality report: what a merge request adds and mends is shown beside its lines."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pgconform.finding import Finding, Severity
from pgconform.report import Report
from pgconform.reports._look import Look
from pgconform.reports._words import filed, listed
from pgconform.reports.json import encoded
from pgconform.support.digests import hexadecimal
from pgconform.support.visible import visible

_SEVERITY = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, look: Look) -> str:
    """A list; a fingerprint that occurs again is told apart by its number."""
    seen = Counter[str]()
    found: list[dict[str, Any]] = []
    for item in listed(report, look):
        found.append(_issue(item, seen[item.fingerprint], look))
        seen[item.fingerprint] += 1
    return encoded(found)


def _issue(item: Finding, again: int, look: Look) -> dict[str, Any]:
    at, known = item.at, item.fingerprint
    return {
        "description": visible("; ".join(filter(None, (item.message, item.consequence)))),
        "check_name": f"{item.code} {item.name}",
        "fingerprint": hexadecimal(f"{known} {again}".encode()) if again else known,
        "severity": _SEVERITY[item.severity],
        "location": {
            "path": visible(filed(at, look)),
            "lines": {"begin": (at.line if at else 0) or 1},
        },
    }
