"""The process that judges for the server: its work holds up no editor, and its faults are not the server's.

``python -m pgconform.lsp.judge LIFE`` answers each `Question` from standard input on standard output, both with their
length in front, until the input ends. ``LIFE`` is a pipe: where its other end closes, this process ends at once.
"""

from __future__ import annotations

import gc
import os
import select
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from pgconform.config import Project, find_project
from pgconform.errors import NoTruth, Problem, masked
from pgconform.finding import Finding
from pgconform.fix.plan import Wish, chosen, edits_of
from pgconform.lsp.defining import Definitions
from pgconform.lsp.spans import NOWHERE, changes, span_of
from pgconform.lsp.values import HEAD, Answer, Changed, Fault, Judged, Place, Question, Shown, Span
from pgconform.project.asking import Ask
from pgconform.project.proving import release
from pgconform.project.run import Checked, kept_or_told
from pgconform.project.several import parts
from pgconform.remedies.remedy import remedy
from pgconform.remedies.source import Source, Sources, written
from pgconform.rules import all_rules
from pgconform.shape import Location
from pgconform.support.forked import alone
from pgconform.support.kept import hold

if TYPE_CHECKING:
    from pgconform.report import Report

_IDLE = 60.0
"""Seconds without a question after which no server waits for a statement."""
_FULLY = 50
"""After so many answers even the oldest values are looked through for garbage."""


class Part:
    """One project, its files and its truth as they were found."""

    def __init__(self, project: Project) -> None:
        self.root = project.root
        self.checked = Checked(project, Ask(), _tell)
        self.definitions = Definitions(self.checked.truth)
        self.saved = Sources(self.root)

    def judged(self, texts: Mapping[str, str]) -> tuple[Report, Iterator[tuple[str, Shown]], tuple[Changed, ...]]:
        """The report, its findings by the paths of their files, and what mends the open ones."""
        inside = {uri: text for path, text in texts.items() if (uri := self._uri(path))}
        unsaved = self.checked.unsaved({uri: written(uri, text) for uri, text in inside.items()})
        report = kept_or_told(self.checked, Ask(), unsaved).report
        self.checked.ahead.wait()
        uris = [file.uri for file in self.checked.listing.code]
        seen = _Seen(self, frozenset(inside), Sources(self.root, unsaved, uris))
        return report, seen.shown(report.findings), tuple(seen.mended(report.findings))

    def path(self, uri: str) -> str:
        return str(self.root / uri)

    def _uri(self, path: str) -> str:
        file = Path(path)
        return file.relative_to(self.root).as_posix() if file.is_relative_to(self.root) else ""


class _Seen:
    """One part with the texts of one question: ``opened`` are the files that a person has before them."""

    def __init__(self, part: Part, opened: frozenset[str], sources: Sources) -> None:
        self._part = part
        self._opened = opened
        self._sources = sources

    def shown(self, findings: Iterable[Finding]) -> Iterator[tuple[str, Shown]]:
        for finding in findings:
            if finding.at is None:
                continue
            uri = finding.at.uri
            told = Shown(finding, self._span(finding.at), self._truth(finding))
            if uri in self._opened:
                definition = self._part.definitions.of(finding)
                told = msgspec.structs.replace(told, mended=self._mending(finding), definition=definition)
            yield self._part.path(uri), told

    def mended(self, findings: Iterable[Finding]) -> Iterator[Changed]:
        """What ``--fix`` would try in each open file."""
        by_file: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            if finding.at and finding.at.uri in self._opened and finding.fixable and finding.safe:
                by_file[finding.at.uri].append(finding)
        for uri, found in by_file.items():
            fixes = [fix.remedy for fix in chosen(found, self._sources, Wish()) if fix.remedy.uri == uri]
            source = self._source(uri)
            edits = edits_of(source, fixes) if source and fixes else None
            if source and edits:
                yield Changed(self._part.path(uri), changes(source, edits))

    def _mending(self, finding: Finding) -> Changed | None:
        one = remedy(finding, self._sources) if finding.fixable else None
        source = self._source(one.uri) if one else None
        edits = edits_of(source, [one]) if one and source else None
        return Changed(self._part.path(source.uri), changes(source, edits)) if source and edits else None

    def _truth(self, finding: Finding) -> Place | None:
        at = finding.truth_at
        if at is None or at == finding.at or not (self._part.root / at.uri).is_file():
            return None
        return Place(self._part.path(at.uri), self._span(at))

    def _span(self, at: Location) -> Span:
        source = self._source(at.uri)
        return span_of(source, at) if source else NOWHERE

    def _source(self, uri: str) -> Source | None:
        return (self._sources if uri in self._sources.overlay else self._part.saved).read(uri)


class Judge:
    """Answers one question after another about one directory; what it has read it keeps for the next."""

    def __init__(self) -> None:
        self._parts: list[Part] = []

    def answer(self, asked: Question) -> Answer:
        """The findings, or why there are none."""
        try:
            if asked.anew or not self._parts:
                self._begin(asked.start)
            return self._judged(asked.texts)
        except Problem as problem:
            self._end()
            return Fault(problem.message, problem.help, quiet=isinstance(problem, NoTruth))
        except (Exception, RecursionError) as failure:
            self._end()
            said = masked(str(failure)).split("\n")[0][:200]
            return Fault(f"a fault in pgconform: {type(failure).__name__}: {said}", "does  pgconform check  work?")

    def _begin(self, start: str) -> None:
        self._end()
        project = find_project(Path(start))
        wanted = [one for _, one in parts(project)] if project.config.projects else [project]
        for one in wanted:
            self._parts.append(Part(one))

    def _end(self) -> None:
        for part in self._parts:
            part.checked.ahead.stop()
        self._parts.clear()

    def _judged(self, texts: Mapping[str, str]) -> Judged:
        files: defaultdict[str, list[Shown]] = defaultdict(list)
        placeless: list[str] = []
        mended: list[Changed] = []
        reports: list[Report] = []
        for part in self._parts:
            report, shown, changed = part.judged(texts)
            for path, one in shown:
                files[path].append(one)
            placeless += [f"{one.code} {one.message}" for one in report.findings if one.at is None]
            mended += changed
            reports.append(report)
        hold()
        found = {one.code for report in reports for one in report.findings}
        return Judged(
            ", ".join(report.truth.origin for report in reports),
            {path: tuple(shown) for path, shown in files.items()},
            tuple(placeless),
            tuple(mended),
            {rule.code: rule.summary for rule in all_rules() if rule.code in found},
            sum(report.judged for report in reports),
            sum(len(report.unjudged) for report in reports),
        )


def _tell(_: str) -> None:
    pass


def serve(asking: BinaryIO, answering: BinaryIO) -> None:
    """Answers until nobody asks any more."""
    judge = Judge()
    decode = msgspec.msgpack.Decoder(Question).decode
    count = 0
    gc.disable()
    while head := _head(asking):
        said = msgspec.msgpack.encode(judge.answer(decode(asking.read(int.from_bytes(head, "big")))))
        answering.write(len(said).to_bytes(HEAD, "big") + said)
        answering.flush()
        count += 1
        gc.collect(0 if count % _FULLY else 2)


def _head(asking: BinaryIO) -> bytes:
    """The head of the next question; nobody asks for long: no server of ours is kept for it."""
    if not select.select([asking], [], [], _IDLE)[0]:
        release()
    return asking.read(HEAD)


def main(life: str) -> None:
    """Whatever writes to standard output writes to the log instead: that is where answers go."""
    if sys.platform == "linux":
        alone(int(life))
    answering = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve(sys.stdin.buffer, answering)
    finally:
        release()


if __name__ == "__main__":
    main(sys.argv[1])
