"""What hangs together in a scope: the parts of one element of a loop, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from pgconform.sources.python.flows.operations import (
    EARLIER,
    PICKED,
    Append,
    Attr,
    Call,
    Comp,
    Const,
    Drop,
    Either,
    Elem,
    Free,
    Grow,
    Item,
    Map,
    Noted,
    Op,
    Param,
    Plus,
    Put,
    Seq,
    Slice,
    Sure,
    Typed,
    Update,
    Where,
)
from pgconform.sources.python.flows.summary import operands
from pgconform.sources.python.flows.tests import Told, Ways

_BOTH = 2
_SAME: frozenset[type[Any]] = frozenset({Either, Sure, Where})
_FEW = 16
"""Ways on which a value may have come to a name, as many as are looked at."""
_THROUGH = frozenset({"items", "keys", "list", "sorted", "tuple"})
_LISTS = frozenset({"dict", "enumerate", "items", "keys", "list", "sorted", "tuple", "values", "zip"})


def every_element(ops: Sequence[Op], number: int, *, left: bool = True) -> bool:
    """An operation takes the element of a written list, or a part of it, in a loop that does the same with each.

    Without ``left``: and never leaves a round before.
    """
    op = ops[_taken_of(ops, number)]
    return isinstance(op, Elem) and op.every and (left or not op.left)


def is_element(ops: Sequence[Op], number: int) -> bool:
    """An operation takes the element of what a loop goes through, or a part of it."""
    return isinstance(ops[_taken_of(ops, number)], Elem)


def _taken_of(ops: Sequence[Op], number: int) -> int:
    while isinstance(ops[number], Item):
        number = operands(ops[number])[0]
    return number


def listed(ops: Sequence[Op], number: int) -> int:
    """What the loop goes through of whose element an operation is, or is a part."""
    while not isinstance(ops[number], Elem):
        number = operands(ops[number])[0]
    return operands(ops[number])[0]


def listed_element(ops: Sequence[Op], number: int) -> int:
    """The element of a list, written or handed over, that an operation takes a part of, or -1."""
    while isinstance(ops[number], Item | Where | Sure):
        number = operands(ops[number])[0]
    op = ops[number]
    return number if isinstance(op, Elem) and _is_list(ops, op.base) else -1


def outer_element(ops: Sequence[Op], number: int) -> int:
    """The element of a list of which, or of a list within which, an operation takes a part, or -1."""
    outer = -1
    while (found := listed_element(ops, number)) >= 0:
        outer, number = found, operands(ops[found])[0]
        op = ops[number]
        if isinstance(op, Call) and (base := getattr(ops[op.function], "base", -1)) >= 0:
            number = base
    return outer


def part_of(ops: Sequence[Op], held: int, part: str | int) -> int:
    """The operation that took that attribute, key or item of a value last, or -1."""
    for number in range(len(ops) - 1, held, -1):
        match ops[number]:
            case Attr(base=base, name=name) if base == held and name == part:
                return number
            case Item(base=base, key=key) if base == held and _is_const(ops[key], part):
                return number
            case Call(function=function, name="get", arguments=(key, *_)) if _is_const(ops[key], part):
                taken = ops[function]
                if isinstance(taken, Attr) and taken.base == held:
                    return number
    return -1


def _is_const(op: Op, value: str | int) -> bool:
    return isinstance(op, Const) and op.value == value and type(op.value) is type(value)


def _is_list(ops: Sequence[Op], number: int) -> bool:
    op = ops[number]
    if isinstance(op, Either):
        return any(option < number and _is_list(ops, option) for option in op.options)
    return isinstance(op, Seq | Map | Free | Param) or (isinstance(op, Call) and op.name in _LISTS)


def origin(ops: Sequence[Op], number: int, known: dict[int, int]) -> int:
    """The operation whose value another one is, whichever way tests of it came out.

    ``known`` are those of the scope that were found before.
    """
    if type(ops[number]) not in _SAME:
        return number
    waiting = [number]
    while waiting:
        op: Any = ops[waiting[-1]]
        kind = type(op)
        before = op.options if kind is Either else (op.base,) if kind in _SAME else ()
        if unknown := [item for item in before if item not in known]:
            waiting += unknown
            continue
        found = {known[item] for item in before}
        current = waiting.pop()
        known[current] = found.pop() if len(found) == 1 else current
    return known[number]


def either_way(ops: Sequence[Op], held: Sequence[int]) -> int:
    """The value that two branches know more of, each what the other denies, which is all that is left of it; or -1."""
    if len(held) != _BOTH:
        return -1
    one, other = ops[held[0]], ops[held[1]]
    if type(one) is Where and type(other) is Where:
        return one.base if one == replace(other, holds=not other.holds, of=one.of) and one.kind != PICKED else -1
    if type(one) is Either and type(other) is Either and one.options == other.options and len(one.options) == 1:
        needs = [op.needs[0] if op.needs else () for op in (one, other)]
        told = len(needs[0]) == len(needs[1]) == 1 and either_way(ops, (*needs[0], *needs[1])) >= 0
        return one.options[0] if told else -1
    return -1


def taken(ops: Sequence[Op], number: int) -> tuple[int, str]:
    """The dict from which ``get`` or ``pop`` took a value, and the key; -1 where they did not."""
    while type(op := ops[number]) is Sure or type(op) is Where:
        number = op.base
    if type(op) is Call and op.name in ("get", "pop") and op.arguments:
        function, key = ops[op.function], ops[op.arguments[0]]
        if isinstance(function, Attr) and isinstance(key, Const) and isinstance(key.value, str):
            return function.base, key.value
    return -1, ""


def is_got(ops: Sequence[Op], number: int) -> bool:
    """What ``get`` or ``pop`` gives; but of the environment, of which only what stands in for it is known."""
    return got_of(ops, number) >= 0


def got_of(ops: Sequence[Op], number: int) -> int:
    """What ``get`` or ``pop`` takes it out of; -1: another operation, or the environment."""
    op = ops[number]
    if not isinstance(op, Call) or op.name not in ("get", "pop") or not isinstance(function := ops[op.function], Attr):
        return -1
    base = ops[function.base]
    return -1 if isinstance(base, Attr | Free) and base.name == "environ" else function.base


def parameter_of(ops: Sequence[Op], number: int) -> int:
    """The number of the parameter that an operation is, whatever tests of it have shown; -1: it is none."""
    while type(op := ops[number]) is Sure or type(op) is Where:
        number = op.base
    return op.index if type(op) is Param else -1


def of_parameters(
    ops: Sequence[Op], env: Mapping[str, int], tests: Iterable[Told | Ways]
) -> Iterator[tuple[int, Told]]:
    """The tests of parameters, by the numbers of these."""
    for test in tests:
        if isinstance(test, Ways) or test.part != "" or test.kind in ("held", "same") or test.name not in env:
            continue
        if (index := parameter_of(ops, env[test.name])) >= 0:
            yield index, test


def of_keys(
    ops: Sequence[Op], env: Mapping[str, int], tests: Iterable[Told | Ways]
) -> Iterator[tuple[int, str, str, bool]]:
    """The tests of what a value has under a key, or of what was taken from there: the value, the rest as in `Where`."""
    for test in tests:
        if isinstance(test, Ways) or test.part != "" or test.name not in env:
            continue
        held = env[test.name]
        if test.kind in _OF_KEYS:
            yield held, test.kind, test.texts[0], test.holds
        elif test.kind in _OF_VALUES:
            base, key = _item(ops, held)
            if base >= 0:
                yield base, _OF_VALUES[test.kind], key, test.holds == (test.kind == "true")


_OF_KEYS = frozenset({"gives", "got", "has"})
_OF_VALUES = {"true": "gives", "none": "got"}
"""What a test of a value tells of that which it was taken from."""


def _item(ops: Sequence[Op], number: int) -> tuple[int, str]:
    """What a value was taken from under a key, by a subscript or ``get``, and that key; -1 where it was not."""
    while type(op := ops[number]) is Sure or type(op) is Where:
        number = op.base
    key = ops[op.key] if type(op) is Item else None
    if isinstance(key, Const) and isinstance(key.value, str):
        return op.base, key.value  # type: ignore[union-attr]
    return taken(ops, number)


def may_be_empty(ops: Sequence[Op], number: int, name: str, spliced: Callable[[str], bool]) -> bool:
    """A name that is known to hold an empty text on one of a few ways, or what a call gives that texts are made of."""
    waiting = [number]
    for number in waiting:
        op = ops[number]
        if type(ops[_taken_of(ops, number)]) is Call and spliced(name):
            return True
        if type(op) is Const and op.value == "":
            return len(waiting) > 1
        if type(op) is Param and op.blank:
            return True
        if type(op) is Sure or type(op) is Where:
            waiting.append(op.base)
        elif type(op) is Either and len(waiting) < _FEW:
            waiting += op.options
    return False


def is_written(ops: Sequence[Op], number: int) -> bool:
    """A list that the program itself puts together, whichever way it went."""
    return _leads(ops, number, Append | Noted | Either, lambda op: isinstance(op, Seq | Comp))


def built(ops: Sequence[Op], number: int) -> int:
    """The dict that a loop goes through, by its keys or items, where the program itself puts it together; else -1."""
    while isinstance(op := ops[number], Call) and op.name in _THROUGH:
        function = ops[op.function]
        if isinstance(function, Attr) and not op.arguments:
            number = function.base
        elif isinstance(function, Free) and len(op.arguments) == 1:
            (number,) = op.arguments
        else:
            return -1
    return number if _leads(ops, number, _OF_DICT, partial(_is_dict, ops, set())) else -1


_OF_DICT = Put | Update | Grow | Drop | Noted | Either | Plus | Where
"""What leaves a dict one that the program puts together."""
_NOT_YET = frozenset({EARLIER, "unbound"})
"""What a name holds before a loop, or after an earlier round: nothing of another kind."""


def _is_dict(ops: Sequence[Op], lists: set[int], op: Op) -> bool:
    """It makes a dict, or takes one of a list of such. All have to be, so that each of the ``lists`` is asked once."""
    if isinstance(op, Comp):
        return op.key >= 0
    if isinstance(op, Elem):
        return _is_of_dicts(ops, lists, op.base)
    return isinstance(op, Map) or (isinstance(op, Call) and op.name in ("copy", "dict"))


def _is_of_dicts(ops: Sequence[Op], lists: set[int], number: int) -> bool:
    """A list of dicts that the program itself puts together, and of nothing else."""
    if number in lists:
        return True
    lists.add(number)
    seen, waiting, dicts = set[int](), [number], list[int]()
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        match ops[number] if number >= 0 else None:
            case Append(base=base, value=value, many=False):
                waiting.append(base)
                dicts.append(value)
            case Noted(base=base) | Where(base=base) | Slice(base=base):
                waiting.append(base)
            case Either(options=options):
                waiting += options
            case Seq(kind="[", items=items):
                dicts += items
            case Comp(kind="[", value=value):
                dicts.append(value)
            case Typed(kind=kind) if kind in _NOT_YET:
                pass
            case _:
                return False
    return bool(dicts) and all(_leads(ops, one, _OF_DICT, partial(_is_dict, ops, lists)) for one in dicts)


def is_changed_element(ops: Sequence[Op], number: int, items: int) -> bool:
    """An element of those items, keys of which were set or dropped."""
    changes = Put | Update | Drop | Where | Either
    return isinstance(ops[number], changes) and _leads(
        ops, number, changes, lambda op: isinstance(op, Elem) and op.base == items
    )


def _leads(ops: Sequence[Op], number: int, through: Any, ends: Callable[[Op], bool]) -> bool:
    """Every way back from an operation through those kinds leads to an end of that sort."""
    seen: set[int] = set()
    waiting = [number]
    while waiting:
        number = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        op = ops[number] if number >= 0 else None
        if isinstance(op, through):
            waiting += op.options if isinstance(op, Either) else operands(op)[:1]
        elif op is None or not ends(op):
            return False
    return True


def hanging(ops: Sequence[Op], env: Mapping[str, int], root: int, known: dict[int, tuple[set[int], int]]) -> list[str]:
    """The names whose values are made of that of ``root``, by name; ``known`` is what of each root was found before."""
    found, start = known.get(root) or ({root}, root + 1)
    end = max(env.values(), default=root) + 1
    for number in range(start, end):
        if not found.isdisjoint(operands(ops[number])):
            found.add(number)
    known[root] = found, max(start, end)
    return sorted(name for name, held in env.items() if held in found)
