"""What ``pgconform generate`` does once its command line was understood."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pgconform.cli._progress import progress
from pgconform.cli._screen import look, note, put
from pgconform.config import Project
from pgconform.project.api import searched
from pgconform.project.owned import owned
from pgconform.project.targets import target
from pgconform.project.truths import choose
from pgconform.project.written import Asked, Written
from pgconform.reports._paint import paint
from pgconform.schema import Schema
from pgconform.sources.opening import open_truth
from pgconform.support.visible import visible

_FEW = 12
_NAMED = 5


class Generating(msgspec.Struct, frozen=True):
    """The options of the command, by their names."""

    target: str
    truth: str
    live: bool
    output: Path | None
    only_check: bool
    show_diff: bool
    force: bool


def generated(project: Project, said: Generating) -> int:
    """Writes the target's files, or only says what is out of date; gives the exit code."""
    make = target(said.target)
    ref = choose(project, said.truth, live=said.live)
    with progress() as tell:
        tell(f"reading the truth: {ref}")
        truth = open_truth(ref, project.root)
        tell(f"generating {said.target}")
        files = make(project, truth, Asked(ref, said.output))
    _tell_parts(project, truth)
    _tell_absent(project, truth)
    for line in (line for item in files for line in item.lacks):
        note(f"left     {line}")
    if said.only_check or said.show_diff:
        put("".join(line for item in files for line in _shown(item, said)))
        return int(not all(item.current for item in files))
    if not said.force:
        for item in files:
            item.refuse()
    _write(project, files)
    if not files:
        put(f"{said.target}  nothing to write\n")
    return 0


def _tell_parts(project: Project, truth: Schema) -> None:
    """Names the relations of which more may be there than is written."""
    parts = [item.name for item in owned(truth, searched(project)).relations if not item.whole]
    if parts:
        more = f" and {len(parts) - _NAMED} more" if parts[_NAMED:] else ""
        note(f"partly   {', '.join(parts[:_NAMED])}{more}: more may be there than is known, and than is written")


def _tell_absent(project: Project, truth: Schema) -> None:
    """Names what the settings speak of and the truth does not have."""
    options = project.config.generate
    if options is None:
        return
    known = {item.qualified for item in truth.relations}
    typed = {f"{item.qualified}.{field.name}" for item in truth.relations for field in item.fields}
    typed |= {field.type.raw for item in truth.relations for field in item.fields}
    absent = {
        "schemas": set(options.schemas).difference(truth.schemas),
        "names": options.names.keys() - known,
        "types": options.types.keys() - typed - {item.qualified for item in truth.types},
    }
    for key, names in absent.items():
        if names:
            note(f"unused   {key} of [tool.pgconform.generate]: the truth has no {', '.join(sorted(names))}")


def _write(project: Project, files: tuple[Written, ...]) -> None:
    """Each file that is not current; of many files only those are named."""
    how = look(project.root, file=False)
    changed = [item for item in files if not item.current]
    for item in changed:
        item.write()
    for item in files if len(files) <= _FEW else changed:
        put(f"{paint(item.name, 'file', how)}  {_state(item)}\n")
    if len(files) > _FEW and len(changed) < len(files):
        put(f"{len(files) - len(changed)} files  nothing changed\n")


def _state(item: Written) -> str:
    if item.current:
        return "nothing changed"
    if item.after is None:
        return "removed"
    return "written" if item.before is None else "written anew"


def _shown(item: Written, said: Generating) -> Iterator[str]:
    if item.current:
        return
    if not said.show_diff:
        yield f"{visible(item.name)} {'is not there' if item.before is None else 'is out of date'}\n"
        return
    before, after = (_lines(item.before), _lines(item.after))
    for line in difflib.unified_diff(before, after, item.name, item.name):
        yield visible(line.rstrip("\r\n")) + "\n"


def _lines(text: bytes | None) -> list[str]:
    return (text or b"").decode("utf-8", "replace").splitlines(keepends=True)
