"""What generators give, and in which order as far as that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.changes import as_of
from pgconform.sources.python.evaluate.scopes.rounds import goes_through_all
from pgconform.sources.python.evaluate.values.choices import each, options, settle
from pgconform.sources.python.evaluate.values.displays import display
from pgconform.sources.python.evaluate.values.entries import Choice
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import UNBOUND, Dict, Either, List, Value
from pgconform.sources.python.evaluate.values.lists import in_all
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator


def yielded(evaluator: Evaluator, frame: Frame) -> List:
    """All that a generator gives."""
    scope = frame.scope
    given = [_given(evaluator, frame, op) for op in scope.yields]
    parts = list(scope.parts)
    for number, (_, known) in enumerate(given):
        if known and parts[number] > 0 and parts.count(parts[number]) == 1:
            parts[number] = 0
    sure = next((number for number, part in enumerate(parts) if part), len(parts))
    first = display([item for items, _ in given[:sure] for item in items])
    every = display([item for items, _ in given for item in items])
    if first.exact and sure == len(parts):
        return List(every.items)
    counts = [len(items) if not any(starred for _, starred in items) else _SEVERAL for items, _ in given]
    ends = _ending(parts, counts), _ending(parts[::-1], counts[::-1])
    led = len(first.items) if first.exact else first.led
    return List(every.items, False, led=led, fed=0 in parts, ends=ends)


_SEVERAL = 2


def _ending(parts: list[int], counts: list[int]) -> int:
    """Of how many items, of those that parts give from one end, one is at that end; 0: that is not known."""
    found = 0
    for part, count in zip(parts, counts, strict=True):
        if part == 0:
            return found + 1 if count else 0
        if count != 1 or parts.count(part) + parts.count(-part) > 1:
            return 0
        found += 1
    return found


def _given(evaluator: Evaluator, frame: Frame, op: int) -> tuple[list[tuple[Value, bool]], bool]:
    """What it gives in one place, as it is then and stays; of a loop over a known list that of each of its rounds."""
    value = as_of(evaluator, frame, op, op)
    if value is UNBOUND:
        return [], False
    if type(frame.ops[op]) is flows.Star:
        return [(value, True)], False
    end = len(frame.ops)
    if any(change.number > op for change in evaluator.ground.aliases(frame.uri, frame.number).history(op, end).changes):
        states = [*options(value), *options(as_of(evaluator, frame, op, end))]
        dicts = [state for state in states if isinstance(state, Dict)]
        value = each(value, lambda one: in_all(dicts, one))
    choice, rounds = _rounds(value, frame)
    if not choice:
        return [(value, False)], False
    number = choice[2] if isinstance(choice[2], int) else 0
    element = frame.ops[number]
    every = isinstance(element, flows.Elem) and element.every and not element.left
    known = every and goes_through_all(evaluator, frame, number)
    return [(settle(value, choice, index), False) for index in rounds], known


def _rounds(value: Value, frame: Frame) -> tuple[Choice, list[int]]:
    """The choice of a loop's element that a value hangs on, with the numbers of the elements."""
    if isinstance(value, Either) and _is_element(value.choice, frame):
        return value.choice, list(range(len(value.options)))
    if isinstance(value, Dict):
        turns = [entry.turn for entry in value.entries.values() if entry.turn is not None]
        for turn in turns:
            if _is_element(turn.choice, frame):
                return turn.choice, sorted({other.index for other in turns if other.choice == turn.choice})
    return (), []


def _is_element(choice: Choice, frame: Frame) -> bool:
    return len(choice) == len(("frame", "element", 0)) and choice[:2] == (frame.identity, "element")
