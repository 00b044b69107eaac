"""Mending a project: checked, fixes chosen and proven, and the files that would change."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.finding import Finding, Unignore
from pgconform.fix.plan import Wish
from pgconform.fix.prove import Prover, State, Trying
from pgconform.project.asking import Ask
from pgconform.project.proving import UNASKED
from pgconform.project.run import Checked
from pgconform.report import Report
from pgconform.sources.python.files.files import find_files

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
    with Checked(project, ask, tell) as checked:
        return mended_from(checked, {}, unsafe=unsafe)


def mended_from(checked: Checked, base: Mapping[str, bytes], *, unsafe: bool = False) -> Mended:
    """The same, where the texts of ``base`` count instead of the disk's; they are not among the files that differ."""
    started = time.perf_counter()
    root = checked.project.root
    judged: dict[tuple[tuple[str, bytes], ...], Report] = {}

    def judge(files: Mapping[str, bytes]) -> Report:
        known = tuple(sorted(files.items()))
        if known not in judged:
            checked.tell("proving fixes" if judged else "judging")
            judged[known] = checked.judged(checked.inputs(files))
        return judged[known]

    start = State(dict(base), _sure(judge(base)))
    uris = tuple(file.uri for file in find_files(root, checked.project.config.exclude))
    proven = Prover(Trying(root, uris, judge), Wish(unsafe=unsafe)).prove(start)
    before = {uri: _before(root, uri, base) for uri in proven.state.files}
    files = {uri: data for uri, data in proven.state.files.items() if data != before[uri]}
    report = _without(proven.state.report, proven.refused)
    report = msgspec.structs.replace(report, seconds=time.perf_counter() - started)
    return Mended(report, before, files, proven.fixed, proven.refused)


def _before(root: Path, uri: str, base: Mapping[str, bytes]) -> bytes:
    return base[uri] if uri in base else (root / uri).read_bytes()


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
