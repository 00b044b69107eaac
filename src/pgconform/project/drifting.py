"""Where a database is not what the project's own truth says it is."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.check import said_of
from pgconform.config import Project
from pgconform.drift.differences import differences
from pgconform.errors import masked
from pgconform.finding import Finding
from pgconform.pairs.pair import DriftPair
from pgconform.project.api import searched
from pgconform.project.owned import owned
from pgconform.project.run import named
from pgconform.project.truths import choose
from pgconform.rules import all_rules
from pgconform.schema import Schema
from pgconform.select import chosen, regraded
from pgconform.sources.migrations import detect
from pgconform.sources.opening import open_truth
from pgconform.suppress import ignored_by_path


def drifted(project: Project, live: Schema) -> tuple[Finding, ...]:
    """What differs from the migrations or the snapshot; nothing where there are none, or a database is the truth."""
    ref = choose(project) if _is_committed(project) else ""
    if not ref or "://" in ref or ref.startswith("supabase:"):
        return ()
    committed = named(open_truth(ref, project.root), ref)
    found = [finding for finding in _judged(project, live, committed) if not _ignored(project, finding)]
    return tuple(sorted((regraded(item, project.config.severity) for item in found), key=Finding.order))


def _is_committed(project: Project) -> bool:
    """The settings name a truth, or one is found in the project."""
    config = project.config
    return bool(config.truth or config.sql or (project.root / config.snapshot).is_file() or detect(project.root))


def _judged(project: Project, live: Schema, committed: Schema) -> Iterator[Finding]:
    config, schemas = project.config, searched(project)
    rules = chosen(all_rules(), config.select, config.ignore)
    for difference in differences(owned(live, schemas), owned(committed, schemas)):
        pair = DriftPair(difference)
        pair.holder = masked(committed.origin)
        help_ = f"the other side is {pair.holder}: write a migration that says the same, or undo it here"
        yield from (replace(said, help=help_) for said in said_of((pair,), rules))


def _ignored(project: Project, finding: Finding) -> bool:
    return ignored_by_path(finding, project.config.per_path_ignores)
