"""Everything that follows from a schema, as it should be: what is generated, the snapshot, and the fixes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from pgconform.config import Project
from pgconform.drift.differences import Difference, differences
from pgconform.fix.run import Mended, mended_from
from pgconform.project.api import searched
from pgconform.project.asking import Ask
from pgconform.project.owned import owned
from pgconform.project.run import Checked
from pgconform.project.targets import configured, target
from pgconform.project.truths import source
from pgconform.project.written import Asked, Written, content
from pgconform.schema import Schema
from pgconform.shape import Location
from pgconform.sources import snapshot


class Wanted(msgspec.Struct, frozen=True):
    """What a person asks of a sync: the truth as of `check`, and whether the code is mended too."""

    truth: str = ""
    live: bool = False
    fix: bool = True


class Kept(msgspec.Struct, frozen=True):
    """A generated file that is left as it is, why, and what to do about it."""

    path: str
    reason: str
    help: str


class Planned(msgspec.Struct, frozen=True):
    """``ref`` is the truth's reference, ``origin`` its name, ``then`` that of the snapshot.

    ``changes`` are those of the schema since the snapshot, None without one.
    ``before`` and ``after`` are the files that change, by path, None where there is none; ``generated`` are those of
    them that follow from the schema, ``kept`` those that should and were left to a person.
    ``failing`` are the places of statements that could not be applied, and did not stand so in the snapshot.
    """

    ref: str
    origin: str
    then: str
    changes: tuple[Difference, ...] | None
    before: dict[str, bytes | None]
    after: dict[str, bytes | None]
    generated: tuple[str, ...]
    kept: tuple[Kept, ...]
    mended: Mended
    failing: frozenset[Location] = frozenset()


def planned(project: Project, wanted: Wanted, tell: Callable[[str], None]) -> Planned:
    """What would be written, with the proof of every fix; nothing is written. Raises `Problem`."""
    ref = source(project, wanted.truth, live=wanted.live)
    with Checked(project, Ask(), tell, ref) as checked:
        return _planned(checked, wanted)


def _planned(checked: Checked, wanted: Wanted) -> Planned:
    project, ref = checked.project, checked.ask.truth
    lock = project.root / project.config.snapshot
    then = snapshot.read(lock, project.config.snapshot) if lock.is_file() else None
    checked.tell("generating")
    made = tuple(_made(project, checked.truth, Asked(ref)))
    kept = _snapshot(project, checked.truth, lock)
    after = {**_after(project, made), **kept}
    base = {name: data for name, data in after.items() if data is not None}
    mended = mended_from(checked, base) if wanted.fix else Mended(checked.judged(checked.inputs(base)), {}, {})
    if code := {name: data for name, data in {**base, **mended.files}.items() if name.endswith(".py")}:
        made = tuple(_made(project, checked.truth, Asked(ref, overlay=code)))
        after = {**_after(project, made), **kept}
    every: dict[str, bytes | None] = {**after, **mended.files}
    return Planned(
        ref=ref,
        origin=checked.truth.origin,
        then=then.origin if then else "",
        changes=_changes(project, checked.truth, then),
        before={name: content(project.root / name) for name in every},
        after=every,
        generated=tuple(sorted(after)),
        kept=tuple(
            Kept(_name(project, item.file), item.kept, item.help) for item in made if item.kept and not item.current
        ),
        mended=mended,
        failing=_failing(checked.truth, then),
    )


def _failing(now: Schema, then: Schema | None) -> frozenset[Location]:
    """Where the truth has something that could not be read, and the snapshot says nothing of it."""
    known = {(item.at.uri, item.reason) for item in then.unread if item.at} if then else set[tuple[str, str]]()
    fresh = (item.at for item in now.unread if item.at and (item.at.uri, item.reason) not in known)
    return frozenset(fresh) if then else frozenset()


def _after(project: Project, made: tuple[Written, ...]) -> dict[str, bytes | None]:
    """What is to be written of what was generated, by path."""
    return {_name(project, item.file): item.after for item in made if not item.kept and not item.current}


def _made(project: Project, truth: Schema, asked: Asked) -> Iterator[Written]:
    """The files of every target that the settings want; of the others those that keep company to one that is there.

    Pages that say who uses what depend on the code as it will be.
    """
    for name, wanted in configured(project):
        files = target(name)(project, truth, asked)
        folders = {item.file.parent for item in files if item.before is not None and item.after is not None}
        yield from (item for item in files if wanted or item.before is not None or item.file.parent in folders)


def _snapshot(project: Project, truth: Schema, lock: Path) -> dict[str, bytes | None]:
    text = snapshot.text(truth).encode()
    return {} if content(lock) == text else {project.config.snapshot: text}


def _changes(project: Project, now: Schema, then: Schema | None) -> tuple[Difference, ...] | None:
    """How the team's own schemas differ from those of the snapshot."""
    if then is None:
        return None
    schemas = searched(project)
    found = differences(owned(now, schemas), owned(then, schemas))
    return tuple(sorted(found, key=lambda item: (item.relation or item.subject, item.kind != "relation", item.subject)))


def _name(project: Project, file: Path) -> str:
    return file.relative_to(project.root).as_posix()
