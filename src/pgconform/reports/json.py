"""The whole report as one JSON document; its shape is docs/json.md and docs/report.schema.json."""

from __future__ import annotations

from typing import Any

import msgspec

from pgconform.finding import Finding, Severity
from pgconform.report import Report, Summary
from pgconform.reports._look import Look
from pgconform.schema import Unread
from pgconform.shape import Location
from pgconform.support.patterns import deferred

VERSION = 1
_RAW = deferred("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def render(report: Report, look: Look) -> str:
    """Every finding, whatever its severity; places are relative to the project's root. Holds nothing volatile."""
    document = {
        "version": VERSION,
        "tool": {"name": "pgconform", "version": look.version},
        "truth": _summary(report.truth),
        "claims": [_summary(claim) for claim in report.claims],
        "summary": _totals(report),
        "findings": [told(finding) for finding in report.findings],
        "fixed": [told(finding) for finding in report.fixed],
        "relations": [{"name": name, "status": status} for name, status in report.relations],
        "coverage": _coverage(report),
    }
    return encoded(document)


def encoded(document: object) -> str:
    """A document as JSON in which no control or direction character stands raw."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    return _RAW.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        "origin": summary.origin,
        "server": summary.server,
        "files": summary.files,
        "counts": dict(summary.counts),
    }


def _totals(report: Report) -> dict[str, int]:
    return {f"{severity}s": report.count(severity) for severity in Severity} | {
        "suppressed": report.suppressed,
        "fixable": report.fixable(safe=True),
        "fixable_unsafely": report.fixable(safe=False),
        "fixed": len(report.fixed),
        "refused": report.refused,
    }


def told(finding: Finding) -> dict[str, Any]:
    """A finding as docs/json.md says."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "subject": finding.subject,
        "relation": finding.relation,
        "message": finding.message,
        "consequence": finding.consequence,
        "help": finding.help,
        "witness": finding.witness,
        "change": msgspec.to_builtins(finding.change),
        "safe": finding.safe,
        "fixable": finding.fixable,
        "source": finding.source,
        "holder": finding.holder,
        "at": placed(finding.at),
        "truth_at": placed(finding.truth_at),
        "fingerprint": finding.fingerprint,
    }


def placed(at: Location | None) -> dict[str, Any] | None:
    """A place as docs/json.md says."""
    if at is None:
        return None
    return {
        "path": at.uri,
        "line": at.line,
        "column": at.column,
        "end_line": at.end_line,
        "end_column": at.end_column,
    }


def _coverage(report: Report) -> dict[str, Any]:
    sites = report.judged + len(report.unjudged)
    return {
        "sites": sites,
        "judged": report.judged,
        "unjudged": [_unread(unread) for unread in report.unjudged],
        "alone": report.alone,
        "suggested": [_unread(unread) for unread in report.suggested],
    }


def _unread(unread: Unread) -> dict[str, Any]:
    return {"kind": unread.kind, "reason": unread.reason, "subject": unread.subject, "at": placed(unread.at)}
