"""What ``pgconform sync`` does once its command line was understood."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from pgconform.cli._fixing import difference, finish
from pgconform.cli._progress import progress
from pgconform.cli._screen import look, note, put
from pgconform.config import Project
from pgconform.redis.options import Action
from pgconform.reports._heading import labelled
from pgconform.reports._look import Look
from pgconform.reports._words import number, severities
from pgconform.support.staging import write_all
from pgconform.sync import caches, report
from pgconform.sync.git import refuse_dirty
from pgconform.sync.plan import Planned, Wanted, planned

if TYPE_CHECKING:
    from pgconform.project.caches.sync import Synced

_SHOWN = 8


class Syncing(msgspec.Struct, frozen=True):
    """The options of the command, by their names."""

    truth: str
    live: bool
    dry_run: bool
    no_fix: bool
    cache: Action | None
    force: bool


def synced(project: Project, said: Syncing) -> int:
    """Writes everything, or shows it; 1 when something remains for a person, or would be written."""
    if not said.dry_run:
        finish(project.root)
        if not said.force:
            refuse_dirty(project.root)
    if said.cache:
        caches.reach(project)
    with progress() as tell:
        plan = planned(project, Wanted(said.truth, said.live, fix=not said.no_fix), tell)
    how = look(project.root, file=False)
    if said.dry_run:
        put("".join(difference(plan.before, _read(project, plan), how)))
        for line in (*_lines(plan, how, done=False), *_entries(_cached(project, said, plan), how)):
            note(line)
        return int(bool(plan.after) or _left(plan))
    told = report.files(plan)
    if told:
        write_all(project.root, {**plan.after, **told}, plan.before)
    cached = _cached(project, said, plan)
    if cached:
        write_all(project.root, dict(report.files(plan, cached)))
    put("\n".join([*_lines(plan, how, done=True), *_entries(cached, how)]) + "\n")
    return int(_left(plan) or any(item.remaining for item in cached))


def _read(project: Project, plan: Planned) -> dict[str, bytes | None]:
    """What somebody reads of what would be written: not the snapshot, of which the differences are told."""
    return {name: data for name, data in plan.after.items() if name != project.config.snapshot}


def _cached(project: Project, said: Syncing, plan: Planned) -> tuple[Synced, ...]:
    """What became of the cache's entries, or would; nothing when nobody asked for them."""
    if not said.cache:
        return ()
    with progress() as tell:
        return caches.brought(project, plan.ref, said.cache, tell, write=not said.dry_run)


def _entries(found: tuple[Synced, ...], how: Look) -> Iterator[str]:
    for item in found:
        yield from labelled("cache", report.entries(item).removeprefix("- ").replace("`", ""), how)


def _left(plan: Planned) -> bool:
    return bool(report.remaining(plan) or plan.kept)


def _lines(plan: Planned, how: Look, *, done: bool) -> Iterator[str]:
    would = "" if done else "would be "
    yield from labelled("truth", plan.origin, how)
    yield from labelled("changed", _changed(plan), how)
    for name in plan.generated:
        what = "removed" if plan.after[name] is None else "written" if plan.before[name] is None else "written anew"
        yield from labelled("made", f"{name}  {would}{what}", how, "file")
    for item in plan.kept:
        yield from labelled("kept", f"{item.reason}; {item.help}", how, "warning")
    if plan.mended.fixed:
        files = number(len(plan.mended.files), "file")
        yield from labelled(
            "fixed", f"{number(len(plan.mended.fixed), 'finding')} {would}mended in {files}", how, "good"
        )
    yield from _remaining(plan, how, done=done)


def _changed(plan: Planned) -> str:
    if plan.changes is None:
        return "there was no snapshot to compare with"
    return (
        f"{number(len(plan.changes), 'difference')} since the snapshot"
        if plan.changes
        else "nothing since the snapshot"
    )


def _remaining(plan: Planned, how: Look, *, done: bool) -> Iterator[str]:
    """What is about the change one by one, all else in numbers."""
    left, about = report.remaining(plan), report.concerned(plan)
    if not left:
        yield from labelled("left", "nothing: all that was judged conforms", how, "good")
        return
    where = (f"; see {report.MARKDOWN}" if report.files(plan) else "; pgconform check lists all") if done else ""
    of_it = f", {len(about):,} of them about this change" if plan.changes else ""
    yield from labelled("left", f"{severities(left)}{of_it}{where}", how, "bad")
    for item in about[:_SHOWN]:
        yield from labelled("", f"{item.at}  {item.code} {item.message}", how)
    if len(about) > _SHOWN:
        yield from labelled("", f"and {len(about) - _SHOWN:,} more", how)
