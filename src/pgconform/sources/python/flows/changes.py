"""What methods that change a dict or a list in place make of it."""

from __future__ import annotations

from pgconform.sources.python.flows.lower import Lower
from pgconform.sources.python.flows.operations import EVERY, LATEST, Append, Attr, Call, Const, Drop, Put, Update

CHANGES = frozenset(
    {
        "update",
        "append",
        "appendleft",
        "extend",
        "pop",
        "setdefault",
        "__setitem__",
        "add",
        "insert",
        "clear",
        "popitem",
        "remove",
        "discard",
    }
)

OF_OTHERS = frozenset({"remove", "discard"})
"""Those that other objects have as well, which calls give: what a call gives is left as it is."""
_TAKEN = {"clear": EVERY, "popitem": LATEST}


def after(scope: Lower, method: Attr, called: int) -> int:
    """What a dict or a list is after the call of a method that changes it; -1 for another method."""
    held, call = method.base, scope.ops[called]
    if not isinstance(call, Call):
        return -1
    match method.name, call.arguments:
        case "update", () | (_,):
            for other in call.arguments:
                held = scope.add(Update(held, other))
            for name, value in call.keywords:
                held = scope.add(Update(held, value) if name == "**" else _put(scope, held, name, value))
            return held
        case "pop", (key, *_):
            return scope.add(Drop(held, key))
        case (("remove" | "discard"), (item,)):
            return scope.add(Drop(held, item, equal=True))
        case "setdefault", (key, *_):
            return scope.add(Put(held, key, called))
        case "__setitem__", (key, value):
            return scope.add(Put(held, key, value))
        case ("clear" | "popitem") as name, ():
            return scope.add(Drop(held, scope.typed(_TAKEN[name])))
    return _joined(scope, held, method.name, call.arguments)


def _joined(scope: Lower, held: int, method: str, given: tuple[int, ...]) -> int:
    match method, given:
        case ("append" | "appendleft" | "add", (item,)) | ("insert", (_, item)):
            return scope.add(Append(held, item))
        case "extend", (items,):
            return scope.add(Append(held, items, many=True))
    return -1


def _put(scope: Lower, held: int, name: str, value: int) -> Put:
    return Put(held, scope.add(Const(name, 0, 0, 0, 0)), value)
