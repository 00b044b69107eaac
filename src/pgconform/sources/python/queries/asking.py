"""Functions that find out whether something is there before others ask for it."""

from __future__ import annotations

from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.evaluate.values.frames import Place
from pgconform.sources.python.flows.operations import Call

_LOOKING = frozenset({"select", "limit", "execute"})
_WRITING = frozenset({"insert", "update", "upsert", "delete"})


def asks_first(ground: Ground, place: Place) -> bool:
    """The function calls another, with nothing to hand it, that finds out whether something is there.

    One of the two does so in a ``try`` that goes on after an error.
    """
    calls = {
        op.name: number
        for number, op in enumerate(ground.alone(*place).ops)
        if type(op) is Call and op.name and not op.arguments and not op.keywords
    }
    attempts = ground.scope(*place).attempts if calls else ()
    tried = {name for name, number in calls.items() if any(one.holds(number) for one in attempts if not one.rescue)}
    return any(
        finds_out(ground, callee, tried=name in tried) for name in sorted(calls) for callee in ground.functions(name)
    )


def finds_out(ground: Ground, place: Place, *, tried: bool = False) -> bool:
    """The function reads some row of a table in a ``try`` that goes on after an error, or is called in one."""
    if ground.head(*place).source:
        return False
    scope = ground.scope(*place)
    ops = ground.alone(*place).ops
    parts = [ops] if tried else [ops[attempt.start : attempt.end] for attempt in scope.attempts if not attempt.rescue]
    calls = ({op.name for op in part if type(op) is Call} for part in parts)
    return any(names >= _LOOKING and names.isdisjoint(_WRITING) for names in calls)
