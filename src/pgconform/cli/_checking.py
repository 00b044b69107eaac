"""What ``pgconform check`` does once its command line was understood."""

from __future__ import annotations

import gc
from pathlib import Path

import msgspec

from pgconform.cli._progress import progress
from pgconform.cli._project import below, project_of, words
from pgconform.cli._screen import look, put
from pgconform.errors import Problem
from pgconform.project.asking import Ask
from pgconform.project.run import run
from pgconform.report import Report
from pgconform.reports import formats, renderer
from pgconform.support.version import version

FAILED = 1
UNREADABLE = 2
UNREAD = frozenset({"syntax", "decode", "permission"})


class Checking(msgspec.Struct, frozen=True):
    """The options of the command, by their names."""

    truth: str
    live: bool
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    form: str
    output: Path | None
    statistics: bool
    show_unjudged: bool
    exit_zero: bool
    no_cache: bool
    imports: bool
    verbose: bool


def checked(paths: tuple[Path, ...], config: Path | None, said: Checking) -> int:
    """Checks, reports, and gives the exit code."""
    if said.form not in formats():
        raise Problem(f"there is no format {said.form}", f"the formats are {', '.join(formats())}")
    gc.disable()  # the process ends with its report
    project = project_of(config, paths)
    ask = Ask(
        paths=below(project, paths),
        truth=said.truth,
        live=said.live,
        select=words(said.select),
        ignore=words(said.ignore),
        cached=not said.no_cache,
        imports=said.imports,
    )
    with progress() as tell:
        report = run(project, ask, tell)
    show(report, project.root, said)
    return 0 if said.exit_zero else code(report)


def show(report: Report, root: Path, said: Checking) -> None:
    """The report in the wished format, on standard output or in a file."""
    how = msgspec.structs.replace(
        look(root, file=said.output is not None),
        notes=said.verbose,
        tables=said.verbose,
        unjudged=said.show_unjudged,
        statistics=said.statistics,
        version=version() if said.form == "json" else "",
    )
    put(renderer(said.form)(report, how), said.output)


def code(report: Report) -> int:
    """1 when something does not conform; else 2 when a file could not be read, for who knows what it claims."""
    if report.failed:
        return FAILED
    return UNREADABLE if any(item.kind in UNREAD for item in report.unjudged) else 0
