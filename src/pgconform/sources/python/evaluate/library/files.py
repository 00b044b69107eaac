"""Texts that code reads from SQL files of its project: ``(HERE / "q.sql").read_text()``, ``open("q.sql").read()``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Str
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.summary import operands

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.scopes.given import Given
    from pgconform.sources.python.files.sqlfiles import SqlFiles

READS = frozenset({"read_text", "read", "read_binary"})
RESOURCES = frozenset({"importlib.resources.read_text", "importlib_resources.read_text"})
_MOST = 60


def read_file(files: SqlFiles | None, given: Given) -> Str | None:
    """The text of the one SQL file that a path leads to; None where it is another file, or not known which."""
    if files is None or given.op.function < 0:
        return None
    said = paths(given, (given.op.function, *given.op.arguments))
    found = [text for one in said if (text := files.read(one, given.frame.uri)) is not None]
    return Str(found[0]) if len(found) == 1 else None


def paths(given: Given, ends: tuple[int, ...], suffix: str = ".sql") -> list[str]:
    """The texts that a value was made of and that name such a file, as long as they are known."""
    found: dict[str, None] = {}
    seen: set[tuple[str, int, int]] = set()
    queue: list[tuple[Frame, int]] = [(given.frame, end) for end in ends]
    while queue and len(seen) < _MOST:
        frame, number = queue.pop(0)
        if (frame.uri, frame.number, number) in seen:
            continue
        seen.add((frame.uri, frame.number, number))
        op = frame.ops[number]
        if type(op) in _TEXTS:
            texts = [option for option in options(given.evaluator.value(frame, number)) if isinstance(option, Str)]
            named = [option.text.value for option in texts if option.text.value.endswith(suffix)]
            if named or type(op) is not flows.Free:
                found.update(dict.fromkeys(named))
                continue
        queue += _further(given, frame, number)
    return list(found)


def _further(given: Given, frame: Frame, number: int) -> list[tuple[Frame, int]]:
    op = frame.ops[number]
    if type(op) is not flows.Free:
        return [(frame, item) for item in operands(op)]
    ground = given.evaluator.ground
    held = ground.bound(frame.uri, op.name)
    return [(ground.holding(frame.uri, 0, held), held)] if held >= 0 and frame.number else []


_TEXTS = frozenset({flows.Const, flows.Join, flows.Param, flows.Plus, flows.Grow, flows.Free, flows.Percent})
