"""One check of one project from beginning to end: which truth, which claims, judged, suppressed, kept for next time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.project.ahead import last_seen
from pgconform.project.api import api
from pgconform.project.asking import Ask
from pgconform.project.beginning import begin, begun
from pgconform.project.inputs import Inputs, read_inputs, sql_files, with_texts
from pgconform.project.layout import Layout
from pgconform.project.scoped import dictionary_files
from pgconform.project.truths import choose, left_out, sql_sources
from pgconform.report import Report
from pgconform.schema import Schema
from pgconform.sources.opening import open_truth
from pgconform.sources.python.files.requirements import requirements
from pgconform.sources.python.files.sqlfiles import LARGEST
from pgconform.support.digests import digest, digest_of
from pgconform.support.kept import Kept, aside
from pgconform.support.pause import collector_paused

if TYPE_CHECKING:
    from pgconform.project.claiming import Claimed

Tell = Callable[[str], None]
ROWS_OF = "name the database:  --live  with DATABASE_URL set, or  --truth postgresql://…"


class Checked:
    """A project and the truth it is held to, to be judged as it is or with other texts of its files.

    Its Python files are looked at by another process for as long as this one is entered.
    """

    def __init__(self, project: Project, ask: Ask, tell: Tell, ref: str = "") -> None:
        """``ref`` is the truth that something else than the person's wish has chosen."""
        self.project = project
        self.tell = tell
        found = begun(project, cached=ask.cached)
        self.layout = found.layout if found else Layout(project.root, cached=ask.cached)
        if found is None:
            if last_seen(project).load() is None:
                ref = ref or self._chosen(ask)  # all of a strange directory is walked only then
            tell("looking at the files")
            found = begin(project, cached=ask.cached, layout=self.layout)
        self.listing, self.ahead = found.listing, found.ahead
        try:
            self._find(ask, ref)
        except BaseException:
            self.ahead.stop()
            raise

    def _chosen(self, ask: Ask) -> str:
        return choose(self.project, ask.truth, live=ask.live, layout=self.layout)

    def _find(self, ask: Ask, ref: str) -> None:
        ref = ref or self._chosen(ask)
        if ask.rows:
            _must_have_rows(ref)
        self.tell(f"reading the truth: {ref}")
        self.truth = named(open_truth(ref, self.project.root, anew=not ask.cached), ref)
        sources = sql_sources(ref, self.project.root)
        self.beside = left_out(self.project, ask, self.truth, sources, self.layout)
        self.ask = replace(ask, truth=ref)
        self.files = len(sources)
        self.digest = digest([msgspec.msgpack.encode(self.truth)])

    def __enter__(self) -> Checked:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: object, trace: object) -> None:
        if kind is None:
            self.ahead.wait()
        else:
            self.ahead.stop()

    def inputs(self, overlay: Mapping[str, bytes] | None = None) -> Inputs:
        """The files that are judged, or that a finding can be in, or that speak against one; read once."""
        if not overlay:
            return self._saved
        self.ahead.wait()
        return replace(with_texts(self._saved, overlay), ahead=None)

    def unsaved(self, texts: Mapping[str, bytes]) -> dict[str, bytes]:
        """Those of the texts that are others than their files', of files that are judged before anybody saves them.

        SQL is not: what a server is to apply, or a program reads, is what is on the disk.
        """
        read = {file.uri for file in self.listing.code if file.uri.endswith(".py")}.union(self.listing.documents)
        known = dict(self._saved.digests)
        return {uri: text for uri, text in texts.items() if uri in read and digest_of(text) != known.get(uri)}

    @cached_property
    def _saved(self) -> Inputs:
        claims = {*(file.uri for file in self.listing.code if file.size <= LARGEST), *self.listing.documents}
        claims |= set(dictionary_files(self.project))
        uris = {*claims, self.project.config.snapshot, *sql_files(self.truth), *(self.beside or ())}
        seen = {file.uri: (file.size, file.mtime) for file in self.listing.every}
        read = read_inputs(self.project.root, sorted(uris), seen, cached=self.ask.cached)
        return replace(read, beside=self.beside, listing=self.listing, truth=self.digest, ahead=self.ahead)

    def judged(self, inputs: Inputs) -> Report:
        """The report of these files."""
        return self.told(inputs).report

    def told(self, inputs: Inputs) -> Told:
        """The same, and what was read for it."""
        from pgconform.project.claiming import claimed
        from pgconform.project.judging import judged, standard

        started = time.perf_counter()
        by = cache(partial(standard, self.project, self.ask, self.truth, inputs))
        with aside(when=bool(inputs.overlay)):
            claims = claimed(self.project, self.ask, self.truth, inputs, self.tell, lambda: by().known.recall())  # noqa: PLW0108  made when it is called
            self.tell("judging")
            report = judged(self.project, self.ask, self.truth, inputs, claims, by())
        took = time.perf_counter() - started
        return Told(replace(report, truth=replace(report.truth, files=self.files), seconds=took), claims)


class Told(NamedTuple):
    """A report, and the claims that were read for it; None where nothing was read, for it is the last one's."""

    report: Report
    claims: Claimed | None


def run(project: Project, ask: Ask, tell: Tell = lambda _: None) -> Report:
    """The report of a check; the last one's when nothing that goes into it has changed since."""
    return told(project, ask, tell).report


def told(project: Project, ask: Ask, tell: Tell = lambda _: None) -> Told:
    """The report of a check, and what was read for it.

    Who imports models runs code that may do anything, and rows change without a word: such a report is never kept.
    """
    with collector_paused():
        return _told(project, ask, tell)


def _told(project: Project, ask: Ask, tell: Tell) -> Told:
    started = time.perf_counter()
    with Checked(project, ask, tell) as checked:
        found = kept_or_told(checked, ask)
        return found._replace(report=replace(found.report, seconds=time.perf_counter() - started))


def kept_or_told(checked: Checked, ask: Ask, unsaved: Mapping[str, bytes] | None = None) -> Told:
    """What was told when all files were as they are, else what is told of them now.

    ``unsaved`` are texts that count instead of the disk's.
    """
    project = checked.project
    inputs = checked.inputs(unsaved)
    lists = requirements(project.root, (uri for uri, _ in inputs.digests if uri.endswith(".py")))
    said = (part.encode() for listed in lists for part in (listed.folder, listed.text))
    read = (str(checked.files).encode(), *said, *inputs.parts())
    asked = map(msgspec.msgpack.encode, (project.config, api(project), replace(ask, cached=True)))
    kept: Kept[Report] = Kept("reports", project.root, (*asked, inputs.truth, *read), Report)
    keeping = ask.cached and not (ask.imports or ask.rows or unsaved)
    known = kept.load() if keeping else None
    if known is not None:
        return Told(replace(known, cached=True), None)
    report, claims = checked.told(inputs)
    if keeping and not _unasked(report) and inputs.unchanged(project.root):
        kept.save(report)
    return Told(report, claims)


def _unasked(report: Report) -> bool:
    """A server that may answer the next time could not be asked."""
    from pgconform.project.proving import UNASKED

    return any(unread.reason.startswith(UNASKED) for unread in report.unjudged)


def _must_have_rows(ref: str) -> None:
    from pgconform.sources.postgres.connect import is_url

    if not is_url(ref):
        raise Problem(f"--rows looks at the rows of a database, and the truth is {ref}", ROWS_OF)


def named(truth: Schema, ref: str) -> Schema:
    """The truth by the name a person gave its SQL; a server or a snapshot names itself."""
    scheme, _, rest = ref.partition(":")
    return replace(truth, origin=rest.replace(",", ", ")) if scheme in ("migrations", "sql") else truth
