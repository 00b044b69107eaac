"""Files that a person names: none of them may pass for judged that was not even read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.project.asking import Ask
from pgconform.project.scoped import document_files
from pgconform.report import Report
from pgconform.schema import Unread
from pgconform.shape import Location


def attested(report: Report, project: Project, ask: Ask) -> Report:
    """The report of files that were named to be judged. Raises `Problem` when nothing of them is read at all."""
    read = any(claim.files or claim.counts for claim in report.claims)
    if ask.paths and not (read or report.findings or report.unjudged or any(map(ask.means, document_files(project)))):
        raise Problem(
            f"nothing is read of {', '.join(ask.paths)}",
            "name Python files and documents, or directories of them; what the settings exclude is not read",
        )
    return parsed(report, project, ask)


def parsed(report: Report, project: Project, ask: Ask) -> Report:
    """The report, which also says which of the named Python files do not parse, whatever they speak of."""
    told = {item.at.uri for item in report.unjudged if item.at}
    return replace(report, unjudged=(*report.unjudged, *_unparsable(project.root, set(ask.paths) - told)))


def _unparsable(root: Path, uris: set[str]) -> Iterator[Unread]:
    from pgconform.sources.python.syntax.tree import Unparsable, parse

    for uri in sorted(uris):
        if not uri.endswith(".py") or not (root / uri).is_file():
            continue
        try:
            parse((root / uri).read_bytes())
        except Unparsable as error:
            yield Unread(error.reason, error.kind, at=Location(uri, error.line))
