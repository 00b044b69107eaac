"""Rows that are handed to functions nobody knows, which may put keys into them."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.sources.python.evaluate.changes import changes
from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.values.choices import options, rows_within
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    External,
    Function,
    Partial,
    Rows,
)
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.passes.strange import HARMLESS, is_strange, used

_RUNNING = frozenset(
    {"Thread", "Process", "Timer", "map", "starmap", "imap", "imap_unordered", "submit", "apply_async"}
)
"""What runs a function of the program with what else it is given."""


def handed(evaluator: Evaluator, frame: Frame, rows: bytearray) -> Iterator[Rows]:
    """The rows that a call is given for what it does to them, where it is not known what it does."""
    looked: set[int] = set()
    for number, op in enumerate(frame.ops):
        if type(op) is not flows.Call or op.name in HARMLESS:
            continue
        given = [item for item in (*op.arguments, *[item for _, item in op.keywords]) if rows[item]]
        if not given:
            continue
        if op.name in _RUNNING:
            doubted = _runs(evaluator, frame, op)
        elif doubted := is_strange(evaluator, frame, op):
            looked = looked or used(frame)
            doubted = number not in looked
        for item in given if doubted else ():
            yield from rows_within(evaluator.value(frame, item))


def _runs(evaluator: Evaluator, frame: Frame, op: flows.Call) -> bool:
    """The call is of no function of the program, nor of Python's own ``map``, and is given one that changes things."""
    given = (*op.arguments, *[item for _, item in op.keywords])
    called = evaluator.value(frame, op.function)
    if any(isinstance(value, Function) or value == External("builtins.map") for value in options(called)):
        return False
    run = [value for item in given for value in options(evaluator.value(frame, item))]
    functions = [option for value in run for option in options(value.function if isinstance(value, Partial) else value)]
    return any(_alters(evaluator, one) for one in functions if isinstance(one, Function))


def _alters(evaluator: Evaluator, function: Function) -> bool:
    """It changes something that it is given, or hands it to one that does."""
    parameters = evaluator.ground.scope(function.uri, function.scope).parameters
    return any(changes(evaluator, function, number) for number in range(len(parameters)))
