"""Functions that find out whether something is there before others ask for it."""

from __future__ import annotations

from pgconform.sources.python.evaluate.frames import Ground, Place
from pgconform.sources.python.flows.operations import Call

_LOOKING = frozenset({"select", "limit", "execute"})
_WRITING = frozenset({"insert", "update", "upsert", "delete"})


def asks_first(ground: Ground, place: Place) -> bool:
    """The function calls another, with nothing to hand it, that finds out whether something is there."""
    calls = [op for op in ground.alone(*place).ops if type(op) is Call and not op.arguments and not op.keywords]
    names = {op.name for op in calls if op.name}
    return any(finds_out(ground, callee) for name in sorted(names) for callee in ground.functions(name))


def finds_out(ground: Ground, place: Place) -> bool:
    """The function reads some row of a table in a ``try`` that goes on after an error."""
    scope = ground.scope(*place)
    ops = ground.alone(*place).ops
    tried = (ops[attempt.start : attempt.end] for attempt in scope.attempts if not attempt.rescue)
    calls = ({op.name for op in part if type(op) is Call} for part in tried)
    return any(names >= _LOOKING and names.isdisjoint(_WRITING) for names in calls)
