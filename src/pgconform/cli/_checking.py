"""What ``pgconform check`` does once its command line was understood."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import msgspec

from pgconform.cli._naming import attested, parsed
from pgconform.cli._progress import progress
from pgconform.cli._project import below, project_of, words
from pgconform.cli._screen import look, put
from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.finding import Severity
from pgconform.project.asking import Ask
from pgconform.project.run import run
from pgconform.project.several import run_all
from pgconform.report import Report
from pgconform.reports import formats, renderer
from pgconform.reports._look import Look
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
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    rows: bool = False
    named: bool = False


def checked(paths: tuple[Path, ...], config: Path | None, said: Checking) -> int:
    """Checks, reports, and gives the exit code."""
    if said.form not in formats():
        raise Problem(f"there is no format {said.form}", f"the formats are {', '.join(formats())}")
    if said.unsafe_fixes and not (said.fix or said.diff):
        raise Problem("--unsafe-fixes says which fixes, not that there are to be any", "add --fix, or --diff")
    if said.fix or said.diff:
        gc.enable()  # for it is judged again and again
    else:
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
        rows=said.rows,
    )
    if said.diff:
        return _difference(project, ask, said)
    with progress() as tell:
        report = run_all(project, ask, lambda one, of: _fixed(one, of, tell, said) if said.fix else run(one, of, tell))
    report = attested(report, project, ask) if said.named else parsed(report, project, ask)
    show(report, project.root, said)
    found = 0 if said.exit_zero else code(report)
    if found == UNREADABLE:
        raise _not_read(report)
    return found


def _not_read(report: Report) -> Problem:
    """What the report says of files, in one sentence."""
    unread = {item.at.uri for item in report.unjudged if item.at and item.kind in UNREAD}
    told = {item.at.uri for item in report.findings if item.at and item.severity is not Severity.INFO}
    first, *more = sorted(unread | told) or ["a file"]
    others = f" and {len(more)} more" if more else ""
    them = "them" if more else "it"
    return Problem(
        f"{first}{others} could not be read, and nothing else was found", f"mend {them}, or leave {them} out"
    )


def _fixed(project: Project, ask: Ask, tell: Callable[[str], None], said: Checking) -> Report:
    from pgconform.cli._fixing import fixed

    return fixed(project, ask, tell, unsafe=said.unsafe_fixes)


def _difference(project: Project, ask: Ask, said: Checking) -> int:
    """Shows what --fix would write; 1 when that is something."""
    if project.config.projects:
        raise Problem("--diff shows one project", f"name one:  pgconform check --diff {project.config.projects[0]}")
    from pgconform.cli._fixing import put_difference
    from pgconform.fix.run import mended

    with progress() as tell:
        found = mended(project, ask, tell, unsafe=said.unsafe_fixes)
    put_difference(found, said.output, look(project.root, file=said.output is not None))
    return 0 if said.exit_zero else int(bool(found.files))


def show(report: Report, root: Path, said: Checking) -> None:
    """The report in the wished format, on standard output or in a file."""
    how = msgspec.structs.replace(
        look(root, file=said.output is not None),
        notes=said.verbose,
        tables=said.verbose,
        unjudged=said.show_unjudged,
        statistics=said.statistics,
        version=version() if said.form in ("json", "sarif") else "",
    )
    if said.form == "html":
        how = _with_texts(how, report, root)
    put(renderer(said.form)(report, how), said.output)


def _with_texts(how: Look, report: Report, root: Path) -> Look:
    """The look with the texts of files that something is found in, and the pages of the rules that found it."""
    from pgconform.project.pages import pages_of
    from pgconform.remedies.source import Sources

    sources = Sources(root)
    uris = {item.at.uri for item in report.findings if item.at}
    texts = {uri: source.text for uri in sorted(uris) if (source := sources.read(uri)) is not None}
    return msgspec.structs.replace(how, texts=texts, pages=pages_of({item.code for item in report.findings}))


def code(report: Report) -> int:
    """1 when something does not conform; else 2 when a file could not be read, for who knows what it says."""
    failing = {item.code for item in report.findings if item.severity is not Severity.INFO}
    if failing - _of_unread(failing):
        return FAILED
    return UNREADABLE if failing or any(item.kind in UNREAD for item in report.unjudged) else 0


def _of_unread(failing: set[str]) -> set[str]:
    """The rules among these that only say that something was not read."""
    if not failing:
        return set()
    from pgconform.pairs.pair import UnreadPair
    from pgconform.rules import all_rules

    return {rule.code for rule in all_rules() if rule.on is UnreadPair}
