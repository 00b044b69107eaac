"""The report for people: what was held against what, the findings by file, then the lines a busy person reads."""

from __future__ import annotations

from itertools import groupby

from pgconform.finding import Finding
from pgconform.report import Report
from pgconform.reports import _ending, _heading
from pgconform.reports._look import Look
from pgconform.reports._paint import linked, padded, paint, place, wrapped
from pgconform.reports._words import shown, suggestion
from pgconform.shape import Location
from pgconform.support.visible import cells, visible

_CODE = 6
_NARROWEST = 48


def render(report: Report, look: Look) -> str:
    """Lines of at most the look's width, save where one path or name alone is longer."""
    found = shown(report, look)
    parts = [_heading.lines(report, look), *_files(found, look), _ending.lines(report, found, look)]
    between = "\n" if _ending.quiet(report, found) else "\n\n"
    return between.join("\n".join(part) for part in parts) + "\n"


def _files(found: tuple[Finding, ...], look: Look) -> list[list[str]]:
    """One block a file, in the order of the findings."""
    columns = _Columns(found, look)
    return [
        [_title(uri, look), *(line for finding in group for line in columns.lines(finding))]
        for uri, group in groupby(found, key=lambda finding: finding.at.uri if finding.at else "")
    ]


def _title(uri: str, look: Look) -> str:
    at = Location(uri)
    return linked(paint(place(at, look) if uri else "(no file)", "file", look), at, look)


class _Columns:
    """The columns of all findings together, so that they stand under one another across files."""

    def __init__(self, found: tuple[Finding, ...], look: Look) -> None:
        self.look = look
        self.place = max((cells(_spot(finding)) for finding in found), default=0)
        self.severity = max((cells(finding.severity) for finding in found), default=0)
        before = 2 + self.place + 2 + self.severity + 2 + _CODE + 2
        self.wide = look.width - before >= _NARROWEST
        self.indent = before if self.wide else 2 + self.place + 2

    def lines(self, finding: Finding) -> list[str]:
        """Place, severity and code, then what is said beside them, or under them where there is little room."""
        look = self.look
        spot = linked(paint(_spot(finding), "", look), finding.at, look) + " " * (self.place - cells(_spot(finding)))
        severity = paint(padded(finding.severity, self.severity), finding.severity, look)
        head = f"  {spot}  {severity}  {paint(padded(finding.code, _CODE), 'code', look)}"
        indented = [f"{' ' * self.indent}{line}" for line in self._body(finding)]
        if self.wide:
            return [f"{head}{indented[0][self.indent - 2 :]}", *indented[1:]]
        return [f"{head} {paint(finding.name, 'dim', look)}", *indented]

    def _body(self, finding: Finding) -> list[str]:
        """The message, what stands behind it, what helps; the rule's name where it takes no line of its own."""
        width = self.look.width - self.indent
        said = list(wrapped(finding.message, width))
        name = f"[{finding.name}]" if self.wide else ""
        beside = bool(name) and cells(visible(said[-1])) + 1 + cells(visible(name)) <= width
        lines = [paint(line, "", self.look) for line in said]
        if beside:
            lines[-1] += f" {paint(name, 'dim', self.look)}"
        rest = _said(finding, self.look, width, "" if beside else name)
        return [*lines, *(paint(line, role, self.look) for text, role in rest for line in wrapped(text, width))]


def _said(finding: Finding, look: Look, width: int, name: str) -> list[tuple[str, str]]:
    """What is said of a finding beside its message, each thing on lines of its own, with its role."""
    elsewhere = finding.truth_at if finding.truth_at != finding.at else None
    there = place(elsewhere, look) if elsewhere else ""
    see = f"see {there}" if there and cells(there) + len("see ") <= width else there
    named = " ".join(filter(None, (finding.consequence, name)))
    together = "; ".join(filter(None, (named, see)))
    behind = [together] if cells(together) <= width else [named, see]
    helped = finding.help or suggestion(finding.change)
    mark = "[fixable]" if finding.fixable and finding.safe else ""
    said = [*((text, "dim") for text in behind), ("  ".join(filter(None, (helped, mark))), "help")]
    return [(text, role) for text, role in said if text]


def _spot(finding: Finding) -> str:
    at = finding.at
    return ":".join(str(part) for part in (at.line, at.column) if part) if at else ""
