"""Handlers that have a function of another file ask an error whether something is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate.values.frames import Place
from pgconform.sources.python.flows.attempts import SAID
from pgconform.sources.python.flows.heads import Attempt, Scope
from pgconform.sources.python.flows.operations import Const

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.scopes.ground import Ground


def heeding(ground: Ground, scope: Scope) -> tuple[Attempt, ...]:
    """What a scope attempts; a handler is for what is not there where a function that it asks has a server's words."""
    if not any(one.asked for one in scope.attempts):
        return scope.attempts
    return tuple(
        [
            replace(one, absence=True) if any(_asks(ground, name) for name in one.asked) else one
            for one in scope.attempts
        ]
    )


def _asks(ground: Ground, name: str) -> bool:
    return any(_speaks(ground, place) for place in ground.functions(name))


def _speaks(ground: Ground, place: Place) -> bool:
    """A server's words for what is not there stand in the function."""
    if source := ground.head(*place).source:
        return bool(SAID.search(source))
    texts = (op.value for op in ground.alone(*place).ops if type(op) is Const and isinstance(op.value, str))
    return any(SAID.search(text.encode()) for text in texts)
