"""Rows that are handed to functions nobody knows, which may put keys into them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from pgconform.sources.python.evaluate.changes import changes
from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.values.choices import options, rows_within
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    External,
    Function,
    Instance,
    Method,
    Opaque,
    Partial,
    Rows,
    Value,
)
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.summary import operands

_HOLDING = "append appendleft extend add insert put put_nowait push set setex hset setdefault"
_TELLING = (
    "debug info warning warn error exception critical log print pprint echo write writerow writerows dump dumps"
    " send send_json send_text publish emit render display dataframe table json"
)
_ASKING = "execute executemany fetch fetchrow fetchval fetchone fetchall eq in_"
_HARMLESS = frozenset(f"{_HOLDING} {_TELLING} {_ASKING}".split())
"""What methods of that name do with what they are given: keep, tell or send it."""
_RUNNING = frozenset(
    {"Thread", "Process", "Timer", "map", "starmap", "imap", "imap_unordered", "submit", "apply_async"}
)
"""What runs a function of the program with what else it is given."""
_KNOWN = (sys.stdlib_module_names | {"builtins"}) - {"operator", "unittest"}
_SHOWING = frozenset({"altair", "matplotlib", "numpy", "pandas", "plotly", "polars", "seaborn", "streamlit"})
"""Libraries that look at rows and frames, and make others of them."""


def handed(evaluator: Evaluator, frame: Frame, rows: bytearray) -> Iterator[Rows]:
    """The rows that a call is given for what it does to them, where it is not known what it does."""
    used: set[int] = set()
    for number, op in enumerate(frame.ops):
        if type(op) is not flows.Call or op.name in _HARMLESS:
            continue
        given = [item for item in (*op.arguments, *[item for _, item in op.keywords]) if rows[item]]
        if not given:
            continue
        if op.name in _RUNNING:
            doubted = _runs(evaluator, frame, op)
        elif doubted := _is_strange(evaluator, frame, op):
            used = used or _used(frame)
            doubted = number not in used
        for item in given if doubted else ():
            yield from rows_within(evaluator.value(frame, item))


def _used(frame: Frame) -> set[int]:
    """The operations whose results are used."""
    scope = frame.scope
    found = {item for op in frame.ops for item in operands(op)}
    return found.union(scope.returns, scope.yields, scope.names.values())


def _is_strange(evaluator: Evaluator, frame: Frame, op: flows.Call) -> bool:
    """Nobody knows the function, or only that a derived class is to have it."""
    return any(_is_unknown(evaluator, frame, op, value) for value in options(evaluator.value(frame, op.function)))


def _is_unknown(evaluator: Evaluator, frame: Frame, op: flows.Call, called: Value) -> bool:
    match called:
        case Opaque():
            return called is not UNBOUND
        case External(name=name, made=False):
            library = name.partition(".")[0]
            return library not in _KNOWN and library not in _SHOWING and op.name.islower()
        case Function():
            return evaluator.names.classes.is_abstract(called)
        case Method() if type(function := frame.ops[op.function]) is flows.Attr:
            return any(isinstance(of, Opaque | Instance) for of in options(evaluator.value(frame, function.base)))
        case _:
            return False


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
