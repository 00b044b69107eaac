"""What a sync came to, for people and for programs: what changed, what was brought in line, what remains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from pgconform.drift.differences import Difference
from pgconform.finding import Finding, Severity
from pgconform.reports import _differences as changes
from pgconform.reports._look import Look
from pgconform.reports._words import number
from pgconform.reports.json import encoded, told
from pgconform.sync.plan import Planned

if TYPE_CHECKING:
    from pgconform.project.caches.sync import Synced

VERSION = 1
MARKDOWN = "schema_migration_report.md"
DOCUMENT = "schema_migration_report.json"


def files(plan: Planned, cached: tuple[Synced, ...] = ()) -> dict[str, bytes]:
    """Both reports by their names, where there is something to tell that was not before."""
    if not plan.after and not plan.changes and not cached:
        return {}
    return {MARKDOWN: markdown(plan, cached).encode(), DOCUMENT: document(plan, cached).encode()}


def document(plan: Planned, cached: tuple[Synced, ...] = ()) -> str:
    """The JSON document that docs/json.md describes."""
    touched = concerned(plan)
    said: dict[str, Any] = {
        "version": VERSION,
        "from": plan.then,
        "to": plan.origin,
        "changes": None if plan.changes is None else [dict(changes.told(item)) for item in plan.changes],
        "regenerated": [_file(plan, name) for name in plan.generated],
        "kept": msgspec.to_builtins(plan.kept),
        "fixed": [told(item) for item in plan.mended.fixed],
        "refused": len(plan.mended.refused),
        "caches": msgspec.to_builtins(cached),
        "remaining": [told(item) | {"of_this_change": item in touched} for item in remaining(plan)],
    }
    return encoded(said)


def _file(plan: Planned, name: str) -> dict[str, str]:
    before, after = plan.before[name], plan.after[name]
    return {"path": name, "what": "removed" if after is None else "written" if before is None else "written anew"}


def remaining(plan: Planned) -> tuple[Finding, ...]:
    """The errors and warnings that a person must look at; a statement that fails since the snapshot is one."""
    found = (_raised(item) if item.at in plan.failing else item for item in plan.mended.report.findings)
    return tuple(item for item in found if item.severity is not Severity.INFO)


def _raised(item: Finding) -> Finding:
    unapplied = item.code == "MIG001" and item.severity is Severity.INFO
    return msgspec.structs.replace(item, severity=Severity.WARNING) if unapplied else item


def concerned(plan: Planned) -> tuple[Finding, ...]:
    """Those that are about what has changed: a column, another part of a relation, or a thing of the name of one.

    So are statements that fail since then.
    """
    changes = plan.changes or ()
    columns = {(item.relation, item.subject.rpartition(".")[2]) for item in changes if item.kind == "column"}
    others = [item for item in changes if item.kind != "column"]
    names = {name for item in others for name in (item.relation, item.subject) if name}
    bare = {name.rpartition(".")[2] for name in names if name.count(".") == 1}

    def about(item: Finding) -> bool:
        last = item.subject.rpartition(".")[2]
        named = any(item.relation == home and (last == name or f'"{name}"' in item.message) for home, name in columns)
        return named or item.at in plan.failing or item.relation in names or item.subject.partition(".")[0] in bare

    return tuple(filter(about, remaining(plan)))


def markdown(plan: Planned, cached: tuple[Synced, ...] = ()) -> str:
    """The report to read: what to do by file and line, what is about this change first."""
    about = concerned(plan)
    others = tuple(item for item in remaining(plan) if item not in about)
    parts = [
        ["# Schema migration report", "", _between(plan)],
        ["## What changed in the schema", "", *_changes(plan.changes)],
        ["## What was regenerated", "", *_regenerated(plan)],
        ["## What was mended", "", *_fixed(plan)],
        *([["## What became of caches", "", *map(entries, cached)]] if cached else []),
        ["## What remains for a person", "", *_kept(plan), *_remaining(about, others)],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _between(plan: Planned) -> str:
    return f"The schema is that of {plan.origin}" + (f"; before, it was that of {plan.then}." if plan.then else ".")


def _changes(found: tuple[Difference, ...] | None) -> Iterator[str]:
    if found is None:
        yield "There was no snapshot before, so that nobody knows."
    elif not found:
        yield "Nothing."
    else:
        yield "```text"
        yield from changes.block(found, Look(width=140))
        yield "```"


def _regenerated(plan: Planned) -> list[str]:
    found = [_file(plan, name) for name in plan.generated]
    return [f"- `{item['path']}`: {item['what']}" for item in found] or ["Nothing; all of it was current."]


def _fixed(plan: Planned) -> list[str]:
    lines = [f"- {_place(item)} {item.code} {_plain(item.message)}" for item in plan.mended.fixed]
    refused = len(plan.mended.refused)
    left = [f"- {number(refused, 'fix')} left out, because more would be wrong afterwards"] if refused else []
    return [*lines, *left] or ["Nothing."]


def entries(found: Synced) -> str:
    """One pattern's entries in a line: how many were judged, were wrong, and what became of those."""
    if found.current:
        return f"- `{found.pattern}`: current since an earlier run"
    outcomes = ", ".join(f"{count:,} {_OUTCOMES.get(name, name)}" for name, count in sorted(found.outcomes.items()))
    large = f", {found.large:,} too large to be fetched" if found.large else ""
    said = f"{number(found.judged, 'entry')}, {found.wrong:,} wrong{large}"
    return f"- `{found.pattern}`: {said}" + (f": {outcomes}" if outcomes else "")


_OUTCOMES = {
    "changed": "written by another client meanwhile",
    "mended": "in line by now",
    "left": "left alone",
}


def _kept(plan: Planned) -> list[str]:
    found = [f"- {_plain(item.reason)}: {_plain(item.help)}" for item in plan.kept]
    return [*found, ""] if found else []


def _remaining(about: tuple[Finding, ...], others: tuple[Finding, ...]) -> list[str]:
    if not about and not others:
        return ["Nothing: all that was judged conforms."]
    first = ["### About this change", "", *_listed(about)] if about else []
    between = ["", "### Besides", ""] if about else []
    return [*first, *([*between, *_listed(others)] if others else [])]


def _listed(found: Iterable[Finding]) -> Iterator[str]:
    for uri, group in groupby(found, key=lambda item: item.at.uri if item.at else ""):
        yield f"- `{uri}`" if uri else "- (no file)"
        for item in group:
            said = "; ".join(filter(None, (_plain(item.message), _plain(item.consequence), _plain(item.help))))
            yield f"  - {_place(item)} {item.severity} {item.code} {said}"


def _place(item: Finding) -> str:
    """A place that a person can click or paste."""
    return f"`{item.at.uri}:{item.at.line}`" if item.at and item.at.line else f"`{item.at.uri}`" if item.at else ""


def _plain(text: str) -> str:
    """The text on one line, without what Markdown would take for its own."""
    line = " ".join(text.split())
    return "".join(f"\\{mark}" if mark in "\\`*<>[]" else mark for mark in line)
