"""Where a project calls what has certain names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.flows import operations as flows
from pgconform.support.patterns import deferred

HANDED = frozenset({"execute", "executemany", "fetch", "fetchrow", "fetchval"})
"""Methods of drivers that are handed on, to be called in a thread, or again where they fail."""
_HANDED = deferred(rf"\.(?:{'|'.join(sorted(HANDED))})\s*,".encode())


def calls(ground: Ground, places: Iterable[Place], names: frozenset[str]) -> Iterator[tuple[Frame, flows.Call, str]]:
    """The calls in these places of what has one of these names, with that."""
    for place in places:
        if not ground.calls(place, names):
            continue
        frame = ground.alone(*place)
        for op in frame.ops:
            if type(op) is flows.Call and (name := name_of(ground, frame, op)) in names:
                yield frame, op, name


def handed(ground: Ground, places: Iterable[Place]) -> Iterator[tuple[Frame, flows.Call, str]]:
    """The calls in these places of what is handed one of `HANDED`, with what it is to be called with behind it."""
    for place in places:
        head = ground.head(*place)
        if not _HANDED.search(head.source) if head.source else HANDED.isdisjoint(head.summary.uses):
            continue
        frame = ground.alone(*place)
        for op in frame.ops:
            if type(op) is flows.Call and op.arguments[1:]:
                yield from _handed(frame, op)


def _handed(frame: Frame, op: flows.Call) -> Iterator[tuple[Frame, flows.Call, str]]:
    """The call that what a call hands on is for; it has no name of its own, for others may call it otherwise."""
    for index, item in enumerate(op.arguments[:-1]):
        what = frame.ops[item]
        if type(what) is flows.Attr and what.name in HANDED:
            yield frame, flows.Call(item, op.arguments[index + 1 :], op.keywords, op.line, op.column), what.name


def name_of(ground: Ground, frame: Frame, op: flows.Call) -> str:
    """The name of what is called where it is defined, as far as its file tells."""
    return named(ground, frame, op.function)


def named(ground: Ground, frame: Frame, number: int) -> str:
    """The same of an operation that may be a function."""
    match frame.ops[number]:
        case flows.Attr(name=name) | flows.Free(name=name) | flows.Import(attribute=name):
            return name
        case flows.Func(scope=scope):
            return ground.head(frame.uri, scope).name
    return ""


def holders(ground: Ground, places: Iterable[Place]) -> list[Place]:
    """The scopes around these functions."""
    around = [(uri, ground.head(uri, scope).outer) for uri, scope in places]
    return [home for home in around if home[1] >= 0]
