"""The tables that frames of pandas and Spark are put into: where there is none, or in place of one, they make it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Str
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_TABLE, _KEPT = "dbtable", "truncate"


def filled(evaluator: Evaluator, frame: Frame, op: flows.Call) -> Iterator[str]:
    """What a call makes of a frame, as SQL that says no columns."""
    table, anew = _pandas(frame, op) if op.name == "to_sql" else _spark(frame, op)
    for name in options(evaluator.value(frame, table)) if table >= 0 else ():
        if isinstance(name, Str) and name.text.whole:
            said = f'"{name.text.value}"' if op.name == "to_sql" else name.text.value
            yield f"CREATE TABLE {'' if anew else 'IF NOT EXISTS '}{said} ()"


def _pandas(frame: Frame, op: flows.Call) -> tuple[int, bool]:
    """The operation that is the table's name, and whether it is made even where there is one."""
    return _argument(op, 0, "name"), _says(frame, dict(op.keywords).get("if_exists", -1)) == "replace"


def _spark(frame: Frame, op: flows.Call) -> tuple[int, bool]:
    """The same of a call among those that begin with ``df.write``, in whatever order they are; -1: it names none."""
    root, table = _root(frame, op), _option(frame, op, _TABLE)
    if op.name == "jdbc":
        table = _argument(op, 1, "table")
    if root < 0 or table < 0:
        return -1, False
    chain = [one for one in frame.ops if type(one) is flows.Call and _root(frame, one) == root]
    modes = [_argument(one, 0, "saveMode") for one in chain if one.name == "mode"]
    modes += [_argument(one, 2, "mode") for one in chain if one.name in ("jdbc", "save")]
    anew = "overwrite" in {_says(frame, mode) for mode in modes}
    return table, anew and all(_option(frame, one, _KEPT) < 0 for one in chain)


def _option(frame: Frame, op: flows.Call, name: str) -> int:
    """What a call gives for an option, or -1."""
    if op.name == "option" and len(op.arguments) > 1 and _says(frame, op.arguments[0]) == name:
        return op.arguments[1]
    return dict(op.keywords).get(name, -1) if op.name == "options" else -1


def _argument(op: flows.Call, place: int, name: str) -> int:
    return op.arguments[place] if len(op.arguments) > place else dict(op.keywords).get(name, -1)


def _says(frame: Frame, number: int) -> object:
    op = frame.ops[number] if number >= 0 else None
    return op.value if isinstance(op, flows.Const) else None


def _root(frame: Frame, op: flows.Op) -> int:
    """The ``df.write`` that a chain of calls begins with, or -1."""
    number = -1
    while True:
        match op:
            case flows.Attr(name="write"):
                return number
            case flows.Attr(base=base) | flows.Call(function=base):
                number, op = base, frame.ops[base]
            case _:
                return -1
