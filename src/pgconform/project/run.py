"""One check of one project from beginning to end: which truth, which claims, judged, suppressed, kept for next time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import msgspec
from msgspec.structs import replace

from pgconform.config import Project
from pgconform.project import results
from pgconform.project.api import api
from pgconform.project.asking import Ask
from pgconform.project.inputs import Inputs, read_inputs, sql_files
from pgconform.project.proving import UNASKED
from pgconform.project.scoped import document_files
from pgconform.project.truths import choose, left_out, sql_sources
from pgconform.report import Report
from pgconform.schema import Schema
from pgconform.sources.opening import open_truth
from pgconform.sources.python.files import find_files
from pgconform.sources.python.requirements import requirements
from pgconform.support.pause import collector_paused

Tell = Callable[[str], None]


def run(project: Project, ask: Ask, tell: Tell = lambda _: None) -> Report:
    """The report of a check; the last one's when nothing that goes into it has changed since.

    Who imports models runs code that may do anything, so that such a report is never kept.
    """
    with collector_paused():
        return _run(project, ask, tell)


def _run(project: Project, ask: Ask, tell: Tell) -> Report:
    started = time.perf_counter()
    ref = choose(project, ask.truth, live=ask.live)
    tell(f"reading the truth: {ref}")
    truth = named(open_truth(ref, project.root), ref)
    tell("looking at the files")
    beside = left_out(project, ask, ref, truth)
    inputs = _inputs(project, truth, beside)
    files = len(sql_sources(ref, project.root))
    needs = requirements(project.root, (uri for uri, _ in inputs.digests if uri.endswith(".py")))
    wanted = _key(project, ask, truth, (str(files).encode(), *map(str.encode, needs), *inputs.parts()))
    keeping = ask.cached and not ask.imports
    kept = results.load(project.root, wanted) if keeping else None
    if kept is not None:
        return replace(kept, cached=True, seconds=time.perf_counter() - started)
    report = _judged(project, replace(ask, truth=ref), truth, inputs, tell)
    report = replace(report, truth=replace(report.truth, files=files))
    if keeping and not _unasked(report) and _inputs(project, truth, beside) == inputs:
        results.save(project.root, wanted, report)
    return replace(report, seconds=time.perf_counter() - started)


def _unasked(report: Report) -> bool:
    """A server that may answer the next time could not be asked."""
    return any(unread.reason.startswith(UNASKED) for unread in report.unjudged)


def named(truth: Schema, ref: str) -> Schema:
    """The truth by the name a person gave its SQL; a server or a snapshot names itself."""
    scheme, _, rest = ref.partition(":")
    return replace(truth, origin=rest.replace(",", ", ")) if scheme in ("migrations", "sql") else truth


def _inputs(project: Project, truth: Schema, beside: tuple[str, ...] | None) -> Inputs:
    """The files that are judged, or that a finding can be in, or that speak against one."""
    python = (file.uri for file in find_files(project.root, project.config.exclude))
    claims = {*python, *document_files(project)}
    found = read_inputs(project.root, sorted({*claims, project.config.snapshot, *sql_files(truth), *(beside or ())}))
    return replace(found, beside=beside)


def _key(project: Project, ask: Ask, truth: Schema, read: Iterable[bytes]) -> str:
    said = (project.config, api(project), replace(ask, cached=True), truth)
    return results.key((*map(msgspec.msgpack.encode, said), *read))


def _judged(project: Project, ask: Ask, truth: Schema, inputs: Inputs, tell: Tell) -> Report:
    from pgconform.project.judging import judged

    return judged(project, ask, truth, inputs, tell)
