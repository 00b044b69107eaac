"""What ``pgconform generate`` does once its command line was understood."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pgconform.cli._progress import progress
from pgconform.cli._screen import look, put
from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.generate import header
from pgconform.generate.options import Options
from pgconform.generate.pydantic import render
from pgconform.project.api import searched
from pgconform.project.truths import choose
from pgconform.reports._paint import paint
from pgconform.sources.opening import open_truth
from pgconform.support.visible import visible
from pgconform.support.writing import write_whole


class Generating(msgspec.Struct, frozen=True):
    """The options of the command, by their names."""

    truth: str
    live: bool
    output: Path | None
    only_check: bool
    show_diff: bool
    force: bool


class Written(msgspec.Struct, frozen=True):
    """A file as it is (None: there is none) and as it should be."""

    file: Path
    name: str
    before: str | None
    after: str

    @property
    def current(self) -> bool:
        return self.before is not None and not header.edited(self.before) and header.same(self.before, self.after)


def generated(project: Project, said: Generating) -> int:
    """Writes the models, or only says what is out of date; gives the exit code."""
    options = _options(project, said)
    ref = choose(project, said.truth, live=said.live)
    with progress() as tell:
        tell(f"reading the truth: {ref}")
        truth = open_truth(ref, project.root)
        tell("writing models")
        files = [_written(project, Path(path), text) for path, text in sorted(render(truth, options).items())]
    if said.only_check or said.show_diff:
        put("".join(line for item in files for line in _shown(item, said)))
        return int(not all(item.current for item in files))
    for item in files:
        if not said.force:
            _refuse_foreign(item)
    how = look(project.root, file=False)
    for item in files:
        if not item.current:
            write_whole(item.file, item.after)
        put(f"{paint(item.name, 'file', how)}  {_state(item)}\n")
    return 0


def _options(project: Project, said: Generating) -> Options:
    """The settings', with the schemas that the project uses; a path of the settings stays inside the project."""
    options = project.config.generate or Options()
    schemas = options.schemas or searched(project)
    if said.output is not None:
        return msgspec.structs.replace(options, schemas=schemas, out=str(said.output.absolute()))
    if not (project.root / options.out).resolve().is_relative_to(project.root.resolve()):
        raise project.problem("generate.out", f"{options.out} leads out of the project", "name a path inside of it")
    return msgspec.structs.replace(options, schemas=schemas)


def _written(project: Project, path: Path, text: str) -> Written:
    file = project.root / path
    before = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else None
    return Written(file, str(path), before, text)


def _refuse_foreign(item: Written) -> None:
    if item.before is None or not item.before.strip():
        return
    if not header.generated(item.before):
        raise Problem(f"{item.name} was not written by pgconform", "name another file with --output, or use --force")
    if header.edited(item.before):
        raise Problem(
            f"{item.name} was edited by hand since it was generated",
            "move what you added into a subclass in a file of its own, then use --force",
        )


def _state(item: Written) -> str:
    if item.current:
        return "nothing changed"
    return "written" if item.before is None else "written anew"


def _shown(item: Written, said: Generating) -> Iterator[str]:
    if item.current:
        return
    if not said.show_diff:
        yield f"{visible(item.name)} is out of date\n"
        return
    before = (item.before or "").splitlines(keepends=True)
    lines = difflib.unified_diff(before, item.after.splitlines(keepends=True), item.name, item.name)
    for line in lines:
        yield visible(line.rstrip("\n")) + "\n"
