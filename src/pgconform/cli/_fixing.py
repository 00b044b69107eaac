"""What ``pgconform check --fix`` and ``--diff`` do once their command line was understood."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from pgconform.cli._screen import note, put
from pgconform.config import Project
from pgconform.fix.run import Mended, mended
from pgconform.project.asking import Ask
from pgconform.report import Report
from pgconform.reports._look import Look
from pgconform.reports._paint import paint
from pgconform.reports._words import number
from pgconform.support.staging import recover, write_all
from pgconform.support.visible import visible


def fixed(project: Project, ask: Ask, tell: Callable[[str], None], *, unsafe: bool) -> Report:
    """Writes what was proven to mend findings; the report of what is left."""
    finish(project.root)
    found = mended(project, ask, tell, unsafe=unsafe)
    if found.files:
        write_all(project.root, found.files, {name: found.before[name] for name in found.files})
    return replace(found.report, fixed=found.fixed, refused=len(found.refused))


def finish(root: Path) -> None:
    """Finish what an interrupted run began to write, or take it back, and say so."""
    found = recover(root)
    if found is None:
        return
    for names, what in (
        (found.placed, "an interrupted run had begun to write: finished"),
        (found.dropped, "an interrupted run had not begun to write: nothing of it is left of"),
        (found.changed, "changed since an interrupted run, and left as it is:"),
    ):
        if names:
            note(f"{what} {', '.join(map(visible, names))}")


def put_difference(found: Mended, output: Path | None, how: Look) -> None:
    """The difference that fixing would make, and on standard error what it comes to."""
    put("".join(difference(found.before, found.files, how if output is None else replace(how, colour=False))), output)
    if not found.files:
        note("nothing would be fixed")
        return
    note(f"{number(len(found.fixed), 'finding')} would be fixed in {number(len(found.files), 'file')}")


_ROLES = {"+": "good", "-": "bad", "@": "dim"}


def difference(before: Mapping[str, bytes | None], after: Mapping[str, bytes | None], how: Look) -> Iterator[str]:
    """A unified diff of these files, by path; None is a file that is not there."""
    for name, data in sorted(after.items()):
        was, now = before.get(name), data
        ends = ("/dev/null" if was is None else f"a/{name}", "/dev/null" if now is None else f"b/{name}")
        for line in difflib.unified_diff(_lines(was), _lines(now), *ends):
            plain = visible(line.rstrip("\r\n"))
            head = line.startswith(("---", "+++"))
            yield paint(plain, "file" if head else _ROLES.get(line[:1], ""), how) + "\n"


def _lines(data: bytes | None) -> list[str]:
    text = (data or b"").decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    return [f"{line}\n" for line in (lines if lines[-1] else lines[:-1])]
