"""A repository of several projects, each with a database of its own: judged one by one, reported as one."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import TypeVar

from msgspec.structs import replace

from pgconform.config import Project, read_settings
from pgconform.errors import Problem
from pgconform.finding import Finding
from pgconform.project.asking import Ask
from pgconform.report import Report, Summary
from pgconform.schema import Unread
from pgconform.shape import Location

T = TypeVar("T")
One = Callable[[Project, Ask], Report]


def run_all(project: Project, ask: Ask, one: One) -> Report:
    """The report of the project and of those that its settings name; ``one`` judges a single one."""
    if not project.config.projects:
        return one(project, ask)
    if ask.truth:
        raise Problem(
            "--truth names one truth, and this repository has several projects",
            f"run it in one of them:  pgconform check --truth {ask.truth} {project.config.projects[0]}",
        )
    asked = [(name, part, _inside(ask, name)) for name, part in parts(project)]
    return _together([(name, one(part, within)) for name, part, within in asked if within is not None])


def parts(project: Project) -> Iterator[tuple[str, Project]]:
    """The projects by their directories; "" is what of the project is in none of them, where it has a truth."""
    config, names = project.config, project.config.projects
    for name in names:
        below = PurePath(os.path.normpath(name))
        if below.is_absolute() or below.parts[:1] in ((), ("..",)):
            raise project.problem("projects", f"{name} is not below the root", "name directories below the root")
        if not (project.root / name).is_dir():
            raise project.problem("projects", f"there is no directory {name}", "name directories below the root")
    if config.truth or config.sql or (project.root / config.snapshot).is_file():
        rest = (*config.exclude, *(f"/{name}/" for name in names))
        yield "", replace(project, config=replace(config, exclude=rest, projects=()))
    for name in names:
        yield name.strip("/"), read_settings(project.root / name)


def _inside(ask: Ask, name: str) -> Ask | None:
    """What is asked of a project in this directory; None when it is nothing."""
    if not ask.paths or not name:
        return ask
    below = [path.removeprefix(f"{name}/") for path in ask.paths if path.startswith(f"{name}/")]
    whole = any(name == path or name.startswith(f"{path}/") for path in ask.paths)
    return replace(ask, paths=() if whole else tuple(below)) if whole or below else None


def _together(found: list[tuple[str, Report]]) -> Report:
    placed = [_placed(name, report) for name, report in found]
    return Report(
        truth=_summed(report.truth for report in placed),
        claims=(_summed(claim for report in placed for claim in report.claims),),
        findings=tuple(sorted(_all(report.findings for report in placed), key=Finding.order)),
        judged=sum(report.judged for report in placed),
        unjudged=_all(report.unjudged for report in placed),
        relations=tuple(sorted(_all(report.relations for report in placed))),
        seconds=sum(report.seconds for report in placed),
        suppressed=sum(report.suppressed for report in placed),
        alone=sum(report.alone for report in placed),
        suggested=_all(report.suggested for report in placed),
        cached=all(report.cached for report in placed),
        fixed=_all(report.fixed for report in placed),
        refused=sum(report.refused for report in placed),
    )


def _all(groups: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(item for group in groups for item in group)


def _summed(summaries: Iterable[Summary]) -> Summary:
    known = list(summaries)
    counts: Counter[str] = Counter()
    for one in known:
        counts.update(dict(one.counts))
    ordered = tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    origin, server = (", ".join(dict.fromkeys(filter(None, said))) for said in zip(*map(_names, known), strict=True))
    return Summary(origin, server, ordered, sum(one.files for one in known))


def _names(summary: Summary) -> tuple[str, str]:
    return summary.origin, summary.server


def _placed(name: str, report: Report) -> Report:
    """The report with its places and relations named from the repository's root."""
    if not name:
        return report
    return replace(
        report,
        truth=replace(report.truth, origin=f"{name}: {report.truth.origin}"),
        findings=tuple(_finding(name, item) for item in report.findings),
        fixed=tuple(_finding(name, item) for item in report.fixed),
        unjudged=tuple(_unread(name, item) for item in report.unjudged),
        suggested=tuple(_unread(name, item) for item in report.suggested),
        relations=tuple((f"{name}: {relation}", status) for relation, status in report.relations),
    )


def _finding(name: str, item: Finding) -> Finding:
    relation = f"{name}: {item.relation}" if item.relation else ""
    return replace(item, at=_at(name, item.at), truth_at=_at(name, item.truth_at), relation=relation)


def _unread(name: str, item: Unread) -> Unread:
    return replace(item, at=_at(name, item.at))


def _at(name: str, at: Location | None) -> Location | None:
    return replace(at, uri=f"{name}/{at.uri}") if at else None
