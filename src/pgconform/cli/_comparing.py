"""What ``pgconform diff`` does once its command line was understood."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pgconform.cli._progress import progress
from pgconform.cli._project import project_of
from pgconform.cli._screen import look, put
from pgconform.drift.differences import differences
from pgconform.project.api import searched
from pgconform.project.owned import owned
from pgconform.project.run import named
from pgconform.project.truths import choose
from pgconform.reports._differences import document, lines
from pgconform.sources.opening import open_truth

_KNOWN = "whole"
"""How much is known of a relation: a statement that could not be applied here says nothing of the other truth."""


class Comparing(msgspec.Struct, frozen=True):
    """The options of the command, by their names."""

    schemas: tuple[str, ...]
    form: str
    output: Path | None


def compared(references: tuple[str, str], config: Path | None, said: Comparing) -> bool:
    """Says how the second truth differs from the first; True when it does."""
    project = project_of(config)
    schemas = said.schemas or searched(project)
    truths = []
    with progress() as tell:
        for reference in references:
            chosen = choose(project, reference)
            tell(f"reading {reference}")
            truths.append(owned(named(open_truth(chosen, project.root), chosen), schemas))
    then, now = truths
    differing = (item for item in differences(now, then) if item.attribute != _KNOWN)
    found = tuple(sorted(differing, key=lambda item: (item.relation or item.subject, item.subject)))
    names = (then.origin, now.origin)
    how = look(project.root, file=said.output is not None)
    put(document(names, found) if said.form == "json" else lines(names, found, how), said.output)
    return bool(found)
