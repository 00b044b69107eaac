"""Where a project calls what has certain names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.flows import operations as flows


def calls(ground: Ground, places: Iterable[Place], names: frozenset[str]) -> Iterator[tuple[Frame, flows.Call, str]]:
    """The calls in these places of what has one of these names, with that."""
    for place in places:
        if not ground.calls(place, names):
            continue
        frame = ground.alone(*place)
        for op in frame.ops:
            if type(op) is flows.Call and (name := name_of(ground, frame, op)) in names:
                yield frame, op, name


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
