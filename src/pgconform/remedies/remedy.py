"""What a finding's change is in the text of its file: the one place where changes meet languages."""

from __future__ import annotations

from pgconform.finding import (
    AddField,
    Change,
    DropField,
    Finding,
    Rebound,
    Relabel,
    Rename,
    Renull,
    Retype,
    Unignore,
)
from pgconform.generate.header import generated
from pgconform.remedies.additions import added
from pgconform.remedies.annotations import allowing_none, refusing_none, retyped
from pgconform.remedies.cells import renulled, retold
from pgconform.remedies.closed import label_at, relabelled
from pgconform.remedies.comments import unignored
from pgconform.remedies.edits import Remedy
from pgconform.remedies.entries import dropped
from pgconform.remedies.fields import FieldSite, field_at
from pgconform.remedies.limits import limited
from pgconform.remedies.names import renamed
from pgconform.remedies.reached import names, reaching
from pgconform.remedies.source import Source, Sources
from pgconform.remedies.spelling import spelled
from pgconform.shape import Location


def remedy(finding: Finding, sources: Sources) -> Remedy | None:
    """The edits that carry out a finding's change; None where it has none, or they cannot be told surely."""
    if finding.change is None or finding.at is None:
        return None
    source = sources.read(finding.at.uri)
    if source is None:
        return None
    if (source.uri.endswith(".py") and source.tree is None) or generated(source.text):
        return None
    if isinstance(finding.change, Unignore):
        return unignored(source, finding.at, finding.change.rules)
    site = field_at(source, finding.at) if source.tree is not None else None
    if site is not None:
        return _of_field(finding, finding.change, site, sources)
    return _of_text(finding.change, source, finding.at, sources)


def _of_field(finding: Finding, change: Change, site: FieldSite, sources: Sources) -> Remedy | None:
    match change:
        case Rename(old=old, new=new) if not names(site, old):
            return _label(site, old, new, sources)
        case Rename(old=old, new=new):
            elsewhere = sources.elsewhere(old, site.source.uri) or site.source.text.count(old) > 1
            return reaching(site, old, new, mentioned=elsewhere)
        case Renull(nullable=nullable):
            return allowing_none(site) if nullable else refusing_none(site)
        case Retype(type=kind):
            return retyped(site, *spelled(kind))
        case Rebound(limit=limit, value=value):
            return limited(site, limit, value)
        case Relabel(labels=labels):
            return relabelled(site, labels, sources)
        case DropField(name=name) if finding.at:
            return dropped(site.source, finding.at, name)
        case _:
            return None


def _label(site: FieldSite, old: str, new: str, sources: Sources) -> Remedy | None:
    found = label_at(site, old, sources)
    if found is None:
        return None
    source, node = found
    start, end = source.node(node)
    at = Location(source.uri, *_counted(source, start), *_counted(source, end))
    said = renamed(source, at, (old, new), sources)
    return Remedy(said.uri, said.edits, local=False) if said else None


def _counted(source: Source, offset: int) -> tuple[int, int]:
    """The line and column of an offset, from 1."""
    line = sum(start <= offset for start in source.starts)
    return line, offset - source.starts[line - 1] + 1


def _of_text(change: Change, source: Source, at: Location, sources: Sources) -> Remedy | None:
    match change:
        case Rename(old=old, new=new):
            return renamed(source, at, (old, new), sources)
        case AddField() if source.tree is not None:
            return added(source, at, change)
        case DropField(name=name) if source.tree is not None:
            return dropped(source, at, name)
        case Retype(type=kind) if source.tree is None:
            return retold(source, at, kind.raw)
        case Renull(nullable=nullable) if source.tree is None:
            return renulled(source, at, nullable=nullable)
        case _:
            return None
