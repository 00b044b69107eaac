"""What of a file an edit has changed, by the parts that others may have looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import zip_longest
from typing import TypeAlias, TypeVar

import msgspec

from pgconform.sources.python.flows.heads import FlowFacts, Scope, Scopes, Summary, sets_attributes, sets_globals
from pgconform.sources.python.flows.operations import Import, Op, decode_ops
from pgconform.sources.python.flows.summary import operands
from pgconform.sources.python.modules.log import IMPORTS, STARS, STORES, FilePart, methods_of

_Body: TypeAlias = tuple[Scope, bytes]
_Said = TypeVar("_Said", bound=msgspec.Struct)


class Edit:
    """A file ``before`` and ``now``: a part of it is touched unless it is the same, and all that it hangs on in it.

    Scopes and operations are told by their numbers. ``placed``: the lines and columns in which they stand matter too.
    """

    def __init__(self, before: FlowFacts, now: FlowFacts, *, placed: bool) -> None:
        self._before, self._now = before.scopes(), now.scopes()
        self._plain = _as_it_is if placed else _anywhere
        self._whole = not (self._before.heads and self._now.heads)
        each = zip_longest(_each(self._before), _each(self._now))
        differing = {number: bodies for number, bodies in enumerate(each) if self._differ(*bodies)}
        self._scopes = frozenset(differing)
        self._imports = before.imports != now.imports or any(
            _importing(had) != _importing(has) for had, has in differing.values()
        )

    def _differ(self, had: _Body | None, has: _Body | None) -> bool:
        return had != has and (had is None or has is None or self._read(had) != self._read(has))

    def _read(self, body: _Body) -> tuple[Scope, tuple[Op, ...]]:
        return self._plain(body[0]), tuple(map(self._plain, decode_ops(body[1])))

    @property
    def redefines(self) -> bool:
        """A function or class that was there is another now."""
        return self._whole or any(0 < number < len(self._before.heads) for number in self._scopes)

    def touches(self, parts: Iterable[FilePart]) -> bool:
        """Any of these parts is not what it was."""
        return self._whole or any(map(self._touches, parts))

    def _touches(self, part: FilePart) -> bool:
        if isinstance(part, int):
            return part in self._scopes if part >= 0 else 0 in self._scopes and ~part >= self._same
        if part in self._others:
            return self._others[part]
        return 0 in self._scopes and self._rebound(part)

    def _rebound(self, name: str) -> bool:
        """A name of the module is not what it was."""
        had, has = (scopes.heads[0].names.get(name, -1) for scopes in (self._before, self._now))
        return had != has or had >= self._same

    @cached_property
    def _same(self) -> int:
        """How many of the module's operations are what they were, and hang on no other."""
        (had, before), (has, now) = (
            self._read((scopes.heads[0], scopes.bodies[0])) for scopes in (self._before, self._now)
        )
        if msgspec.structs.replace(had, **_ITS_END) != msgspec.structs.replace(has, **_ITS_END):
            return 0
        count = 0
        for one, other in zip(before, now, strict=False):
            if one != other or any(operand >= count for operand in _needs(one)):
                break
            count += 1
        return count

    @cached_property
    def _others(self) -> dict[FilePart, bool]:
        """The parts that many scopes make together."""
        found: dict[FilePart, bool] = {
            STORES: _storing(self._before) != _storing(self._now),
            STARS: _starred(self._before) != _starred(self._now),
            IMPORTS: self._imports,
        }
        for scopes in (self._before, self._now):
            for number, head in enumerate(scopes.heads):
                if head.kind == "class":
                    found[methods_of(number)] = _methods(self._before, number) != _methods(self._now, number)
        return found


_ITS_END = {"names": {}, "summary": Summary(), "acts": False}
"""What of the module's scope tells only what it comes to in the end."""


def _each(scopes: Scopes) -> Iterator[_Body]:
    return zip(scopes.heads, scopes.bodies, strict=True)


def _as_it_is(said: _Said) -> _Said:
    return said


def _anywhere(said: _Said) -> _Said:
    """An operation, or a scope, without the place where it stands."""
    places = _places(type(said))
    return msgspec.structs.replace(said, **places) if places else said


@cache
def _places(kind: type[msgspec.Struct]) -> dict[str, object]:
    return {name: () if name == "marks" else 0 for name in kind.__struct_fields__ if name in _PLACES}


_PLACES = frozenset({"line", "column", "end_line", "end_column", "marks"})


def _needs(op: Op) -> Iterable[int]:
    return (*operands(op), getattr(op, "earlier", -1))


def _importing(body: _Body | None) -> object:
    """What a scope imports; of one of which its file has only the text, that, if it imports anything."""
    if body is None:
        return []
    head, ops = body
    if head.source:
        return head.source if b"import" in head.source else []
    return [op for op in decode_ops(ops) if type(op) is Import]


def _storing(scopes: Scopes) -> list[tuple[object, ...]]:
    """The scopes that assign to names of the module; what they assign is looked at by itself."""
    own = [(number, head) for number, head in enumerate(scopes.heads) if head.globals or sets_globals(head.source)]
    return [(number, head.globals, head.source) for number, head in own]


def _methods(scopes: Scopes, owner: int) -> list[tuple[object, ...]]:
    own = [(number, head) for number, head in enumerate(scopes.heads) if head.owner == owner]
    return [
        (number, head.name, head.kind, head.decorators, head.summary.stores, sets_attributes(head.source))
        for number, head in own
    ]


def _starred(scopes: Scopes) -> list[tuple[str, Op]]:
    ops = scopes.ops(0)
    return [(name, ops[held]) for name, held in scopes.heads[0].names.items() if name.startswith(STARS)]
