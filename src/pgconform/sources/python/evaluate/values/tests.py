"""Which way a test of a value goes, and what of a function one call does not come to because of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from pgconform.request import HOLE, Text
from pgconform.sources.python.evaluate.values.choices import each, options
from pgconform.sources.python.evaluate.values.containers import is_empty, is_nothing, texts_of
from pgconform.sources.python.evaluate.values.entries import Entry, Later
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Chain,
    Class,
    Composed,
    Dict,
    Earlier,
    Either,
    Function,
    Instance,
    List,
    Lit,
    Method,
    Opaque,
    Response,
    Str,
    Value,
    is_none,
)
from pgconform.sources.python.evaluate.values.lists import has_one
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.chained import STARTERS
from pgconform.sources.python.flows.heads import Guarded, Scope, Sided
from pgconform.sources.python.flows.ties import parameter_of
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

Test: TypeAlias = flows.Where | Guarded | Sided
_SHARED = frozenset({flows.Free, flows.Typed})
"""Operations that stand for all others of their kind, wherever in the function."""


def is_false(value: Value) -> bool:
    """A constant that no test takes for true."""
    if type(value) is Str:
        return value.text.whole and not value.text.value
    return type(value) is Lit and not value.value


def _is_empty(value: Value, test: Test) -> bool:
    if not test.holds:
        return not (is_nothing(value) or is_empty(value))
    if isinstance(value, Dict):
        return not any(entry.sure for entry in value.entries.values())
    return not (isinstance(value, List) and has_one(value))


def _is_of(value: Value, test: Test) -> bool:
    """The value can be of one of these classes, or of none of them; which of them a list is of, nobody looks at."""
    classes = frozenset(test.texts)
    match value:
        case Composed():
            return True
        case Str():
            can = _STR
        case Dict():
            can = _DICT
        case List():
            return _LIST.isdisjoint(classes) != test.holds
        case Lit(value=bool()):
            can, classes = _BOOL, classes - {"int"} | ({"bool"} if "int" in classes else frozenset())
        case Lit():
            can = frozenset({type(value.value).__name__})
        case _:
            return True
    return not can.isdisjoint(classes) if test.holds else not can <= classes


_STR, _DICT, _BOOL = frozenset({"str"}), frozenset({"dict"}), frozenset({"bool"})
_LIST = frozenset({"frozenset", "list", "set", "tuple"})


def _may_have(value: Dict, key: str, holds: bool) -> bool:
    """The dict can be one that has the key, or has it not."""
    if (entry := value.entries.get(key)) is not None:
        return holds or not entry.sure
    return not holds or not value.whole or value.row is not None


def _may_give(value: Dict, key: str, holds: bool, lacks: Callable[[Value], bool] = is_false) -> bool:
    """The dict can give something true under a key, or something that is not; or something but None, or None."""
    entry = value.entries.get(key)
    if entry is None:
        return not holds or not value.whole or value.row is not None
    found = options(entry.quick())
    nothing = [lacks(option) for option in found]
    if holds:
        return not (nothing and all(nothing))
    return not entry.sure or any(nothing) or not all(isinstance(option, Lit | Str) for option in found)


def _has(value: Value, test: Test) -> bool:
    if isinstance(value, Str):
        known = any(test.texts[0] in part for part in _parts(value.text))
        return known == test.holds or (test.holds and not value.text.whole)
    if isinstance(value, List):
        return (texts := texts_of(value)) is None or (test.texts[0] in texts) == test.holds
    return not isinstance(value, Dict) or _may_have(value, test.texts[0], test.holds)


def _is_one_of(value: Value, test: Test) -> bool:
    if isinstance(value, Lit | Dict | List):
        return not test.holds
    if not isinstance(value, Str):
        return True
    if value.text.whole:
        return (value.text.value in test.texts) == test.holds
    first, *_, last = _parts(value.text)
    return not test.holds or any(text.startswith(first) and text.endswith(last) for text in test.texts)


def _is_true(value: Value, test: Test) -> bool:
    if isinstance(value, Lit):
        return bool(value.value) == test.holds
    if not isinstance(value, Str):
        return True
    return any(_parts(value.text)) == test.holds or (test.holds and not value.text.whole)


def _is_none(value: Value, test: Test) -> bool:
    return is_none(value) == test.holds if isinstance(value, Lit | Str | Dict | List | Instance) else True


def _reads(says: Callable[[str, str | tuple[str, ...]], bool], end: int, value: Value, test: Test) -> bool:
    """A text can begin, or end, so; of one that is known in part, its own beginning or ``end`` tells."""
    if not isinstance(value, Str):
        return True
    known = _parts(value.text)[end]
    if value.text.whole or not test.holds:
        return says(known, test.texts) == test.holds
    return any(says(known, text) or says(text, known) for text in test.texts)


def _parts(text: Text) -> list[str]:
    """The parts of a text that are known, without the spaces beside what is not: there may be none."""
    return [text.value] if text.whole else _UNTOLD.split(text.value)


_UNTOLD = deferred(rf"\s*{HOLE}\s*")


def _can_be_called(value: Value, test: Test) -> bool:
    """Methods of chains and functions can be called, chains and what they gave cannot; of others nobody knows."""
    if isinstance(value, Chain | Response):
        return not test.holds
    known = isinstance(value, Function | Class) or (isinstance(value, Method) and isinstance(value.base, Chain))
    return test.holds or not known


def _is_named(value: Value, test: Test) -> bool:
    """A client's chain can be executed, and what that gave has data."""
    chain = value.chain if isinstance(value, Response) else value
    if not isinstance(chain, Chain) or not chain.steps or chain.steps[0].name not in STARTERS:
        return True
    return (isinstance(value, Response) == (test.texts[0] == "data")) == test.holds


FITS: Mapping[str, Callable[[Value, Test], bool]] = {
    "calls": _can_be_called,
    "empty": _is_empty,
    "endswith": partial(_reads, str.endswith, -1),
    "gives": lambda value, test: not isinstance(value, Dict) or _may_give(value, test.texts[0], test.holds),
    "got": lambda value, test: not isinstance(value, Dict) or _may_give(value, test.texts[0], test.holds, is_none),
    "has": _has,
    "in": _is_one_of,
    "isa": _is_of,
    "named": _is_named,
    "none": _is_none,
    "tells": _is_true,
    "startswith": partial(_reads, str.startswith, 0),
    "true": _is_true,
    "same": lambda *_: True,
    flows.PICKED: lambda *_: True,
}
"""Whether a value can be where a test of that kind came out so; of one that is not known nobody can tell."""
_KEYED = frozenset({"has", "gives", "got"})
"""Those of what a dict has under a key."""


def held(value: Value, of: Value, holds: bool) -> Value:
    """The value where it is a key or an item of another, or is none; what earlier rounds put there is there anyway."""
    others = [other for other in options(of) if not isinstance(other, Earlier)]
    return each(value, lambda one: one if any(_may_hold(other, one, holds) for other in others) else UNBOUND)


def _may_hold(of: Value, key: Value, holds: bool) -> bool:
    if not isinstance(key, Str) or not key.text.whole:
        return True
    if isinstance(of, Dict):
        return _may_have(of, key.text.value, holds)
    if not isinstance(of, List) or not of.exact:
        return True
    items = [item for one in of.items for item in options(one)]
    texts = texts_of(List(tuple(items)))
    return texts is None or (key.text.value in texts) == holds


def narrowed(value: Value, test: flows.Where) -> Value:
    """The value where the test came out so: a dict that may have a key has it, or has it not, or has none at all.

    A list that is not true is empty.
    """
    if test.kind == "true" and not test.holds and isinstance(value, List):
        return List(())
    if test.kind == "empty" and test.holds and isinstance(value, Dict) and value.whole:
        return Dict({}, True, value.row, value.at)
    if test.kind not in _KEYED or not isinstance(value, Dict) or (entry := value.entries.get(test.texts[0])) is None:
        return value
    others = {key: one for key, one in value.entries.items() if key != test.texts[0]}
    if test.kind == "has":
        kept = entry if entry.sure else entry.made(True) if test.holds else None
    else:
        kept = _narrowed(entry, is_false if test.kind == "gives" else is_none, test.holds)
    entries = others if kept is None else {**value.entries, test.texts[0]: kept}
    return Dict(entries, value.whole, value.row, value.at, value.rest)


def _narrowed(entry: Entry, lacks: Callable[[Value], bool], holds: bool) -> Entry | None:
    """What stands under a key where a test of it came out so: what is nothing to the test, or all but that."""

    def kept(value: Value) -> Value:
        return each(value, lambda one: UNBOUND if isinstance(one, Lit | Str) and lacks(one) == holds else one)

    if not entry.sure and not holds and not options(kept(entry.quick())):
        return None
    return entry.valued(Later(lambda: kept(entry.value), lambda: kept(entry.quick()))).made(holds or entry.sure)


def shut(evaluator: Evaluator, frame: Frame) -> None:
    """Leaves no value to the operations that the arguments of this call keep it from."""
    for guarded in frame.scope.guarded:
        given = options(evaluator.names.parameter(frame, guarded.parameter))
        if given and not any(FITS[guarded.kind](value, guarded) for value in given):
            numbers = range(guarded.start, guarded.end)
            frame.memo.update((number, UNBOUND) for number in numbers if type(frame.ops[number]) not in _SHARED)
    for sided in frame.scope.sided:
        given = options(evaluator.names.parameter(frame, sided.parameter))
        if given and not any(FITS[sided.kind](value, sided) for value in given):
            _close(frame, sided, UNBOUND)


def left_open(frame: Frame) -> None:
    """Makes nothing known of the options that are for calls which leave out a parameter that this one passes."""
    given = frame.given or {}
    for sided in frame.scope.sided:
        if _is_of_absent(sided) and sided.parameter in given:
            _close(frame, sided, UNKNOWN)
    absent = {
        number
        for number, op in enumerate(frame.ops)
        if type(op) is flows.Where and _is_of_absent(op) and parameter_of(frame.ops, op.base) in given
    }
    for number, op in enumerate(frame.ops):
        for option, needs in enumerate(op.needs if type(op) is flows.Either else ()):
            if not absent.isdisjoint(needs):
                frame.closed[number, option] = UNKNOWN


def _close(frame: Frame, sided: Sided, value: Value) -> None:
    frame.closed.update(((number, sided.option), value) for number in range(sided.start, sided.end))


def _is_of_absent(test: Test) -> bool:
    """The test comes out so where a call leaves the parameter out."""
    return test.kind in ("none", "true") and test.holds == (test.kind == "none")


def choosing(scope: Scope, passed: Mapping[int, Value | Later]) -> int:
    """The parameter that is one of several values in a call, of which tests tell some from others; or -1."""
    tests: Sequence[Guarded | Sided] = (*scope.guarded, *scope.sided)
    for test in tests:
        value = passed.get(test.parameter, UNBOUND)
        full = value.full() if isinstance(value, Later) else value
        if isinstance(full, Either) and len({FITS[test.kind](option, test) for option in options(full)}) > 1:
            return test.parameter
    return -1


def is_tested(scope: Scope, index: int) -> bool:
    """What the function does hangs on tests of a parameter."""
    return any(test.parameter == index for test in scope.guarded) or any(
        test.parameter == index for test in scope.sided
    )


def decides(scope: Scope, index: int, value: Value | Later) -> bool:
    """A constant for a parameter of which tests keep a call from something."""
    if not is_tested(scope, index):
        return False
    given = options(value.full() if isinstance(value, Later) else value)
    tests: Sequence[Guarded | Sided] = (*scope.guarded, *scope.sided)
    return all(isinstance(one, Lit) for one in given) and any(
        test.parameter == index and not any(FITS[test.kind](one, test) for one in given) for test in tests
    )


def is_shut(evaluator: Evaluator, frame: Frame, number: int) -> bool:
    """Values that are known keep an operation from being done."""
    return any(
        start <= number < end and evaluator.value(frame, need) is UNBOUND for start, end, need in frame.scope.needed
    )


def may_be_shut(evaluator: Evaluator, frame: Frame) -> frozenset[int]:
    """The operations that are for calls that leave a parameter out, where this one gives it a value nobody knows."""
    found: set[int] = set()
    for guarded in frame.scope.guarded:
        if _is_of_absent(guarded) and frame.given is not None and guarded.parameter in frame.given:
            given = options(evaluator.names.parameter(frame, guarded.parameter))
            if any(not isinstance(value, Lit | Str) for value in given):
                found.update(range(guarded.start, guarded.end))
    return frozenset(found)


def decided(evaluator: Evaluator, frame: Frame, number: int) -> bool:
    """An argument of this call decides, beside others perhaps, whether an operation is done."""
    if any(start <= number < end for start, end, _ in frame.scope.needed):
        return True
    return any(
        guarded.start <= number < guarded.end
        and not any(isinstance(value, Opaque) for value in options(evaluator.names.parameter(frame, guarded.parameter)))
        for guarded in frame.scope.guarded
    )
