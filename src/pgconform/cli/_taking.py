"""What ``pgconform snapshot`` does once its command line was understood."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pgconform.cli._progress import progress
from pgconform.cli._screen import look, put
from pgconform.config import Project
from pgconform.drift.differences import Difference, differences
from pgconform.errors import Problem
from pgconform.project.judging import held_to
from pgconform.project.run import named
from pgconform.project.truths import source
from pgconform.reports._heading import holds
from pgconform.reports._look import Look
from pgconform.reports._paint import paint
from pgconform.reports._words import number
from pgconform.schema import Schema
from pgconform.sources import snapshot
from pgconform.sources.opening import open_truth


class Taking(msgspec.Struct, frozen=True):
    """The options of the command."""

    truth: str
    live: bool
    only_check: bool
    output: Path | None


def taken(project: Project, said: Taking) -> int:
    """Writes the snapshot, or only says whether it is out of date; gives the exit code."""
    ref = source(project, said.truth, live=said.live)
    with progress() as tell:
        tell(f"reading the truth: {ref}")
        truth = named(open_truth(ref, project.root), ref)
    file = said.output or project.root / project.config.snapshot
    before = _before(file, needed=said.only_check)
    found = tuple(differences(truth, before)) if before else None
    if not said.only_check and snapshot.text(truth) != _text(file):
        snapshot.write(truth, file)
    held = f"{holds(held_to(project, truth))} of {truth.origin}"
    put(_told(file.name, held, found, look(project.root, file=False), written=not said.only_check))
    return int(said.only_check and found != ())


def _before(file: Path, *, needed: bool) -> Schema | None:
    """What the file holds now; one that nobody can read is written anew, unless what it says is ``needed``."""
    try:
        return snapshot.read(file, file.name) if file.is_file() else None
    except Problem:
        if needed:
            raise
        return None


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else None


def _told(name: str, held: str, found: tuple[Difference, ...] | None, how: Look, *, written: bool) -> str:
    """One line: which file, of what, and how it differs from the one before."""
    if found is None:
        change = "written" if written else "there is no such file yet"
    else:
        change = f"{number(len(found), 'difference')} from before" if found else "nothing changed"
    return f"{paint(name, 'file', how)}  {held}  {paint(change, 'good' if found == () else 'warning', how)}\n"
