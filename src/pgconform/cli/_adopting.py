"""What ``pgconform adopt`` does once its command line was understood."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from pgconform.cli._fixing import difference, finish
from pgconform.cli._progress import progress
from pgconform.cli._project import below, project_of
from pgconform.cli._screen import look, note, put
from pgconform.fix.adopt import Adopted, adopted, by_file
from pgconform.fix.twins import Twin
from pgconform.project.asking import Ask
from pgconform.reports._look import Look
from pgconform.reports._paint import padded, paint, wrapped
from pgconform.reports._words import number
from pgconform.support.staging import write_all
from pgconform.support.visible import cells


class Adopting(msgspec.Struct, frozen=True):
    """The options of the command, by their names."""

    truth: str
    live: bool
    dry_run: bool
    show_diff: bool


def adopting(paths: tuple[Path, ...], config: Path | None, said: Adopting) -> int:
    """Moves the imports, or shows it; with --diff and --dry-run 1 when something would be moved."""
    project = project_of(config, paths)
    shown = said.dry_run or said.show_diff
    if not shown:
        finish(project.root)
    ask = Ask(paths=below(project, paths), truth=said.truth, live=said.live)
    with progress() as tell:
        found = adopted(project, ask, tell)
    how = look(project.root, file=False)
    if said.show_diff:
        put("".join(difference(found.before, found.files, how)))
        for line in _lines(found, how, done=False):
            note(line)
    else:
        if found.files and not shown:
            write_all(project.root, found.files, found.before)
        put("\n".join(_lines(found, how, done=not shown)) + "\n")
    return int(shown and bool(found.files))


def _lines(found: Adopted, how: Look, *, done: bool) -> Iterator[str]:
    wide = max((cells(twin.name) for twin in found.twins), default=0)
    for uri, pairs in by_file(found).items():
        yield paint(uri, "file", how)
        for twin in pairs:
            yield from _line(twin, found, (how, wide), done=done)
        yield ""
    yield from _to_say([twin for twin in found.twins if twin.guessed and not twin.idle], how)
    if not found.twins:
        yield "no model that a hand wrote has a generated one of the same table and direction"
        return
    moved = number(len(found.places), "model")
    kept = sum(bool(twin.why) and not twin.idle for twin in found.twins)
    idle = sum(twin.idle for twin in found.twins)
    verb = "moved" if done else "would be moved"
    said = [
        f"{moved} {verb} in {number(len(found.files), 'file')}" if found.places else f"nothing {verb}",
        f"{kept} stay",
    ]
    yield " · ".join([*said, *([f"{idle} that nobody imports"] if idle else [])])


def _to_say(guessed: list[Twin], how: Look) -> Iterator[str]:
    """What the settings have to say before models can be moved of which the table is only guessed."""
    if guessed:
        yield paint(
            "where the guess is right, say so in [tool.pgconform.models], or in [models] of pgconform.toml:", "", how
        )
        yield from (f'"{twin.full_name}" = "{twin.own.name}"' for twin in guessed)
        yield ""


def _line(twin: Twin, found: Adopted, shown: tuple[Look, int], *, done: bool) -> Iterator[str]:
    how, wide = shown
    places = found.places.get(f"{twin.uri}:{twin.name}", ())
    moved = f"{'now' if done else 'would be'} {twin.stands_for} in {', '.join(places)}"
    text, role = (moved, "good") if places else (f"stays: {twin.why}", "")
    if twin.idle:
        text, role = ("nobody imports it here", "dim")
    head = f"  {padded(twin.name, wide)}  "
    first, *rest = wrapped(text, how.width - cells(head))
    yield f"{head}{paint(first, role, how)}"
    yield from (f"{' ' * cells(head)}{paint(line, role, how)}" for line in rest)
