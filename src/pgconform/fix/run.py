"""Mending a project: checked, fixes chosen and proven, and the files that would change."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import msgspec

from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.finding import Finding, Unignore
from pgconform.fix.plan import Wish
from pgconform.fix.prove import Prover, Trying
from pgconform.project.asking import Ask
from pgconform.project.proving import UNASKED
from pgconform.project.run import Checked
from pgconform.report import Report
from pgconform.sources.python.files import find_files

Tell = Callable[[str], None]


class Mended(msgspec.Struct, frozen=True):
    """``files`` are those that differ from the disk's, as they should be; ``before`` as they are.

    ``report`` is that of the mended project; ``fixed`` are the findings that are gone, ``refused`` those whose remedy
    did not hold when it was tried.
    """

    report: Report
    before: dict[str, bytes]
    files: dict[str, bytes]
    fixed: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()


def mended(project: Project, ask: Ask, tell: Tell, *, unsafe: bool = False) -> Mended:
    """What mending would come to; nothing is written. Raises `Problem`."""
    if ask.imports:
        raise Problem("fixes are proven by reading the edited text, which cannot be imported", "leave out --import")
    started = time.perf_counter()
    checked = Checked(project, ask, tell)
    judged: dict[tuple[tuple[str, bytes], ...], Report] = {}

    def judge(files: Mapping[str, bytes]) -> Report:
        known = tuple(sorted(files.items()))
        if known not in judged:
            tell("proving fixes")
            judged[known] = checked.judged(checked.inputs(files))
        return judged[known]

    start = judge({})
    uris = tuple(file.uri for file in find_files(project.root, project.config.exclude))
    proven = Prover(Trying(project.root, uris, judge), Wish(unsafe=unsafe)).prove(_sure(start))
    before = {uri: (project.root / uri).read_bytes() for uri in proven.state.files}
    files = {uri: data for uri, data in proven.state.files.items() if data != before[uri]}
    report = _without(proven.state.report, proven.refused)
    report = msgspec.structs.replace(report, seconds=time.perf_counter() - started)
    return Mended(report, before, files, proven.fixed, proven.refused)


def _without(report: Report, refused: tuple[Finding, ...]) -> Report:
    """The report, in which what did not hold is no longer promised."""
    marks = {finding.fingerprint for finding in refused}
    return report.of(
        msgspec.structs.replace(one, fixable=False) if one.fingerprint in marks else one for one in report.findings
    )


def _sure(report: Report) -> Report:
    """The report; when a server could not be asked, a comment that ignores what it says may be needed after all."""
    if not any(item.reason.startswith(UNASKED) for item in report.unjudged):
        return report
    return report.of(
        msgspec.structs.replace(one, fixable=False) if isinstance(one.change, Unignore) else one
        for one in report.findings
    )
