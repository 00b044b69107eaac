"""Calls that repeat an earlier one with less: what a handler asks because the same failed, not what it has to say."""

from __future__ import annotations

from pgconform.sources.python.flows.operations import (
    Attr,
    Call,
    Const,
    Drop,
    Either,
    Free,
    Import,
    Item,
    Join,
    Map,
    Noted,
    Op,
    Put,
    Sure,
    Typed,
    Where,
)
from pgconform.sources.python.flows.summary import operands

_DEEPEST = 4
"""Steps in which two values are compared, or an error is looked for in one."""


def asks_again(
    ops: tuple[Op, ...], *, names: tuple[str, ...], first: Call, last: Call, varied: bool, reads: bool
) -> bool:
    """The last call passes what the first one does, but for less of it; ``names`` are the function's parameters.

    ``varied``: something else decides that less is asked now. With anything that the first call did not say, it is
    another request; unless the function only ``reads``, which says nothing of a failure to anybody.
    """
    if not _is_same(ops, first.function, last.function):
        return False
    before, after = _by_name(first, names), _by_name(last, names)
    said = [_is_less(ops, before[place], item) for place, item in after.items() if place in before]
    said += [_is_nothing(ops[item]) for place, item in after.items() if place not in before]
    return (reads or False not in said) and (varied or True in said or not before.keys() <= after.keys())


def passed(call: Call) -> list[int]:
    """What a call passes."""
    return [*call.arguments, *[item for _, item in call.keywords]]


def _by_name(call: Call, names: tuple[str, ...]) -> dict[str, int]:
    """What a call passes, by the parameters that take it, as far as these have names."""
    places = dict(enumerate(names))
    return {**{places.get(n, str(n)): item for n, item in enumerate(call.arguments)}, **dict(call.keywords)}


def _is_less(ops: tuple[Op, ...], one: int, other: int) -> bool | None:
    """Whether the last value is less than the first; None: it is the same, or nobody knows. False: it says more."""
    one, other = _bare(ops, one), _bare(ops, other)
    if _is_same(ops, one, other):
        return None
    first, last = ops[one], ops[other]
    if type(last) is Drop or _is_nothing(last):
        return True
    if type(last) is Const and isinstance(last.value, str):
        more = first.value if type(first) is Const else None
        return isinstance(more, str) and _columns(last.value) < _columns(more)
    if _is_nothing(first) or type(last) is Join or _is_member(ops, last) or _tells(ops, other):
        return False
    before, after = _entries(ops, one), _entries(ops, other)
    if not after and type(last) is not Map:
        return None
    if not after.keys() <= before.keys() or any(_is_less(ops, before[key], after[key]) is False for key in after):
        return False
    return len(after) < len(before) or None


def _is_nothing(op: Op) -> bool:
    return type(op) is Const and not op.value


def _is_member(ops: tuple[Op, ...], op: Op) -> bool:
    """A member of an enum, as far as its name shows that."""
    base = ops[op.base] if type(op) is Attr and op.name.isupper() else None
    name = base.name if type(base) is Free else base.attribute if type(base) is Import else ""
    return name[:1].isupper()


def _tells(ops: tuple[Op, ...], number: int, deep: int = _DEEPEST) -> bool:
    """It is made of something nobody knows, which in a handler is the error."""
    op = ops[number]
    if type(op) is Typed:
        return not op.kind
    return deep > 0 and type(op) in (Call, Attr, Item) and any(_tells(ops, item, deep - 1) for item in operands(op))


def _is_same(ops: tuple[Op, ...], one: int, other: int, deep: int = _DEEPEST) -> bool:
    """Both are worked out alike, or the last is what the first was unless something failed before."""
    first, last = ops[one], ops[other]
    if one == other or (type(last) is Either and one in last.options):
        return True
    if type(first) is not type(last) or not deep or _words(first) != _words(last):
        return False
    pairs = list(zip(operands(first), operands(last), strict=False))
    return len(pairs) == len(operands(last)) and all(_is_same(ops, *pair, deep - 1) for pair in pairs)


def _words(op: Op) -> object:
    """What an operation says besides its operands; of one that is like no other, itself."""
    match op:
        case Const(value=value):
            return type(value), value
        case Attr(name=name) | Free(name=name):
            return name
        case Call(name=name, arguments=arguments, keywords=keywords):
            return name, len(arguments), tuple([key for key, _ in keywords])
        case Import(module=module, attribute=attribute):
            return module, attribute
        case Item() | Map() | Join():
            return len(operands(op))
    return id(op)


def _bare(ops: tuple[Op, ...], number: int) -> int:
    """The value itself, where a test or an annotation has told something of it."""
    while isinstance(op := ops[number], (Sure, Where, Noted)):
        number = op.base
    return number


def _columns(text: str) -> set[str]:
    return {column.strip() for column in text.split(",")}


def _entries(ops: tuple[Op, ...], number: int) -> dict[object, int]:
    """The keys that are written down of a dict, on any way to it, and their values."""
    found, seen, waiting = dict[object, int](), set[int](), [number]
    while waiting:
        if (number := waiting.pop()) in seen:
            continue
        seen.add(number)
        match ops[number]:
            case Map(keys=keys, values=values):
                found = {**{_text(ops, key): value for key, value in zip(keys, values, strict=True)}, **found}
            case Put(base=base, key=key, value=value):
                found.setdefault(_text(ops, key), value)
                waiting.append(base)
            case Either(options=options):
                waiting += options
            case Noted(base=base):
                waiting.append(base)
    return found


def _text(ops: tuple[Op, ...], key: int) -> object:
    op = ops[key] if key >= 0 else None
    return op.value if type(op) is Const else None
