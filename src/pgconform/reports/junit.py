"""JUnit XML for build servers: a failed case for each finding, a passed one for each relation that conforms."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from pgconform.finding import Finding, Severity
from pgconform.report import Report, Status
from pgconform.reports._look import Look
from pgconform.reports._words import UNREADABLE, filed, listed
from pgconform.support.visible import visible


def render(report: Report, look: Look) -> str:
    """One suite. What could not be read is an error, what is merely worth knowing is a skipped case."""
    found = listed(report, look)
    conforming = [name for name, status in report.relations if status is Status.CONFORMS]
    kinds = [_kind(item) for item in found]
    told = _attributes(
        name="pgconform",
        tests=str(len(found) + len(conforming)),
        failures=str(kinds.count("failure")),
        errors=str(kinds.count("error")),
        skipped=str(kinds.count("skipped")),
    )
    cases = [f"<testcase{_attributes(classname='relation', name=name)}/>" for name in conforming]
    cases += [_case(item, kind, look) for item, kind in zip(found, kinds, strict=True)]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", f"<testsuite{told}>", *cases]
    return "\n".join([*lines, "</testsuite>", "</testsuites>", ""])


def _kind(item: Finding) -> str:
    if item.name == UNREADABLE:
        return "error"
    return "skipped" if item.severity is Severity.INFO else "failure"


def _case(item: Finding, kind: str, look: Look) -> str:
    at = item.at
    spot = ":".join(str(part) for part in (at.line, at.column) if part) if at else ""
    path = filed(at, look)
    named = _attributes(classname=path, name=" ".join(filter(None, (item.code, spot, item.message))))
    said = [item.message, item.consequence, item.help, f"{path}:{spot}" if spot else path]
    text = "\n".join(escape(visible(line)) for part in said for line in part.split("\n") if line)
    kinds = {} if kind == "skipped" else {"type": item.code}
    inner = _attributes(**kinds, message=item.message)
    return f"<testcase{named}><{kind}{inner}>{text}</{kind}></testcase>"


def _attributes(**said: str) -> str:
    return "".join(f" {name}={quoteattr(visible(value))}" for name, value in said.items())
