"""Calls of functions nobody knows: what they do to what they are given is not known."""

from __future__ import annotations

import sys

from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    External,
    Function,
    Instance,
    Method,
    Opaque,
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
HARMLESS = frozenset(f"{_HOLDING} {_TELLING} {_ASKING}".split())
"""What methods of that name do with what they are given: keep, tell or send it."""
_KNOWN = (sys.stdlib_module_names | {"builtins"}) - {"operator", "unittest"}
_SHOWING = frozenset({"altair", "matplotlib", "numpy", "pandas", "plotly", "polars", "seaborn", "streamlit"})
"""Libraries that look at rows and frames, and make others of them."""


def used(frame: Frame) -> set[int]:
    """The operations whose results are used."""
    scope = frame.scope
    found = {item for op in frame.ops for item in operands(op)}
    return found.union(scope.returns, scope.yields, scope.names.values())


def is_strange(evaluator: Evaluator, frame: Frame, op: flows.Call) -> bool:
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
