"""Slices whose bounds are written in the code."""

from __future__ import annotations

import ast
from types import EllipsisType

from pgconform.sources.python.flows.lower import LARGEST
from pgconform.sources.python.flows.operations import Slice


def sliced(base: int, bounds: ast.Slice) -> Slice:
    """``base[start:stop]``."""
    start, stop = _bound(bounds.lower), _bound(bounds.upper)
    if bounds.step is not None or start is ... or stop is ...:
        return Slice(base)
    return Slice(base, start, stop, True)


def _bound(node: ast.expr | None) -> int | EllipsisType | None:
    """A bound of a slice; ``...``: it is computed."""
    match node:
        case None:
            return None
        case ast.Constant(value=int(number)) if abs(number) < LARGEST:
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))) if number < LARGEST:
            return -number
    return ...
