"""What of a file an edit has changed, by the parts that others may have looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import zip_longest

import msgspec

from pgconform.sources.python.flows.heads import FlowFacts, Scope, Scopes, Summary, sets_attributes, sets_globals
from pgconform.sources.python.flows.operations import Op
from pgconform.sources.python.flows.summary import operands
from pgconform.sources.python.modules.log import STARS, STORES, FilePart, methods_of


class Edit:
    """A file ``before`` and ``now``: a part of it is touched unless it is the same, and all that it hangs on in it.

    Scopes and operations are told by their numbers, so that what an edit moves, it touches.
    """

    def __init__(self, before: FlowFacts, now: FlowFacts) -> None:
        self._before, self._now = before.scopes(), now.scopes()
        self._whole = not (self._before.heads and self._now.heads)
        self._scopes = frozenset(
            number for number, (had, has) in enumerate(zip_longest(_each(self._before), _each(self._now))) if had != has
        )

    def touches(self, parts: Iterable[FilePart]) -> bool:
        """Any of these parts is not what it was."""
        return self._whole or any(map(self._touches, parts))

    def _touches(self, part: FilePart) -> bool:
        if isinstance(part, int):
            return part in self._scopes if part >= 0 else bool(self._scopes & {0}) and ~part >= self._same
        if part in self._others:
            return self._others[part]
        return bool(self._scopes & {0}) and self._rebound(part)

    def _rebound(self, name: str) -> bool:
        """A name of the module is not what it was."""
        had, has = (scopes.heads[0].names.get(name, -1) for scopes in (self._before, self._now))
        return had != has or had >= self._same

    @cached_property
    def _same(self) -> int:
        """How many of the module's operations are what they were, and hang on no other."""
        had, has = self._before.heads[0], self._now.heads[0]
        if msgspec.structs.replace(had, **_ITS_END) != msgspec.structs.replace(has, **_ITS_END):
            return 0
        count = 0
        for one, other in zip(self._before.ops(0), self._now.ops(0), strict=False):
            if one != other or any(operand >= count for operand in _needs(one)):
                break
            count += 1
        return count

    @cached_property
    def _others(self) -> dict[FilePart, bool]:
        """The parts that many scopes make together."""
        found: dict[FilePart, bool] = {
            STORES: list(_storing(self._before)) != list(_storing(self._now)),
            STARS: _starred(self._before) != _starred(self._now),
        }
        classes = {
            number
            for scopes in (self._before, self._now)
            for number, head in enumerate(scopes.heads)
            if _is_class(head)
        }
        for number in classes:
            found[methods_of(number)] = _methods(self._before, number) != _methods(self._now, number)
        return found


_ITS_END = {"names": {}, "summary": Summary(), "acts": False}
"""What of the module's scope tells only what it comes to in the end."""


def _each(scopes: Scopes) -> Iterator[tuple[Scope, msgspec.Raw]]:
    return zip(scopes.heads, scopes.bodies, strict=True)


def _is_class(head: Scope) -> bool:
    return head.kind == "class"


def _needs(op: Op) -> Iterable[int]:
    return (*operands(op), getattr(op, "earlier", -1))


def _storing(scopes: Scopes) -> Iterator[tuple[int, Scope, msgspec.Raw]]:
    """The scopes that assign to names of the module."""
    for number, (head, body) in enumerate(_each(scopes)):
        if head.globals or sets_globals(head.source):
            yield number, head, body


def _methods(scopes: Scopes, owner: int) -> list[tuple[object, ...]]:
    own = [(number, head) for number, head in enumerate(scopes.heads) if head.owner == owner]
    return [(number, head.name, head.kind, head.summary.stores, sets_attributes(head.source)) for number, head in own]


def _starred(scopes: Scopes) -> list[tuple[str, Op]]:
    ops = scopes.ops(0)
    return [(name, ops[held]) for name, held in scopes.heads[0].names.items() if name.startswith(STARS)]
