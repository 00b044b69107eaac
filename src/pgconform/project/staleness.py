"""Generated files that are not what they would be now, as the settings have them generated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pgconform.check import said_of
from pgconform.config import Project
from pgconform.finding import Finding
from pgconform.generate import header
from pgconform.pairs.staleness import GeneratedPair
from pgconform.project.inputs import Inputs
from pgconform.project.written import Asked, Written
from pgconform.rules import Rule
from pgconform.schema import Schema

COMMAND = "pgconform generate"


def generated(project: Project, truth: Schema, inputs: Inputs, rules: Iterable[Rule]) -> Iterator[Finding]:
    """What the rules say of the generated files that are there; a project that generates none has none."""
    wanted = [rule for rule in rules if rule.on is GeneratedPair]
    if project.config.generate is None or not wanted:
        return
    from pgconform.project.targets.pydantic import written

    read = {uri for uri, _ in inputs.digests}
    for item in written(project, truth, Asked()):
        if pair := _pair(item, inputs, whole=not truth.unsaid) if item.name in read else None:
            yield from said_of((pair,), wanted)


def _pair(item: Written, inputs: Inputs, *, whole: bool) -> GeneratedPair | None:
    """The file beside what it would be; None where it is none of ours."""
    unsaved = inputs.overlay.get(item.name)
    before = (item.before if unsaved is None else unsaved) or b""
    text = before.decode("utf-8", "replace")
    if not header.generated(text):
        return None
    outdated = header.outdated(text, (item.after or b"").decode())
    return GeneratedPair(item.name, edited=header.edited(text), outdated=outdated if whole else None, command=COMMAND)
