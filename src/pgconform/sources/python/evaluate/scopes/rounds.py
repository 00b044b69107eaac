"""What loops do with each of the elements that they go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.choices import either, options, settle
from pgconform.sources.python.evaluate.values.common import part
from pgconform.sources.python.evaluate.values.comprehensions import known_names
from pgconform.sources.python.evaluate.values.containers import known_texts
from pgconform.sources.python.evaluate.values.entries import Choice
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import UNKNOWN, Dict, Earlier, Either, List, Opaque, Str, Value
from pgconform.sources.python.evaluate.values.texts import joined
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.ties import every_element, is_element, listed

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

BOTH = 2
_OF_TEXTS = frozenset({"in", "startswith", "endswith"})


def done_by_element(evaluator: Evaluator, frame: Frame, op: flows.Either) -> int:
    """What is done in a loop to just those keys that a test is of, in their rounds: the operation; else -1."""
    if not len(op.options) == len(op.needs) == BOTH:
        return -1
    for done, before in (op.options, op.options[::-1]):
        number = done
        while isinstance(what := frame.ops[number], flows.Put | flows.Drop):
            if not told(evaluator, frame, what.key) and not (isinstance(what, flows.Drop) and _is_there(frame, what)):
                break
            number = what.base
        if number == before != done:
            return done
    return -1


def done_in_its_round(evaluator: Evaluator, frame: Frame, number: int) -> bool:
    """One branch alone decides whether that is done, and what it tests is the key, of which it is known how it ends."""
    spans = {(start, end) for start, end, _ in frame.scope.apart if start <= number < end}
    if len(spans) != 1:
        return False
    met = (item for item in frame.scope.met if not spans.isdisjoint(zip(item[2::2], item[3::2], strict=True)))
    choices = (op for first, last, *_ in met for op in frame.ops[first:last] if isinstance(op, flows.Either))
    return any(number in _done(frame, done_by_element(evaluator, frame, op)) for op in choices)


def _done(frame: Frame, number: int) -> list[int]:
    """The changes of an object by which an operation came about, last first."""
    found: list[int] = []
    while number >= 0 and isinstance(op := frame.ops[number], flows.Put | flows.Drop):
        found.append(number)
        number = op.base
    return found


def text_of_rounds(evaluator: Evaluator, frame: Frame, earlier: int, before: Value, after: Value) -> Value:
    """What a text is ``after`` a round for each of the items of a list; where that is not known, what it starts with.

    ``earlier`` stands for what it was after an earlier round.
    """
    element = next(number for number in range(earlier, len(frame.ops)) if type(frame.ops[number]) not in _AT_START)
    what = frame.ops[element]
    items = evaluator.value(frame, what.base) if isinstance(what, flows.Elem) and what.every and not what.left else None
    if not isinstance(items, List) or not items.exact or len(items.items) < BOTH:
        return after
    return _in_turn(before, after, (frame.identity, "element", element), len(items.items))


def _in_turn(before: Value, after: Value, choice: Choice, rounds: int) -> Value:
    """What a text is after so many rounds, each of which makes another choice."""
    if isinstance(before, Either):
        found = [
            _in_turn(option, settle(after, before.choice, number), choice, rounds)
            for number, option in enumerate(before.options)
        ]
        return either(before.choice, tuple(found))
    if not isinstance(before, Str) or _more(before, after) is None:
        return after
    more = [_more(before, settle(after, choice, number)) for number in range(rounds)]
    return joined([before, *[UNKNOWN if part is None else part for part in more]])


_AT_START = frozenset({flows.Typed, flows.Either, flows.Where})


def _more(before: Str, after: Value) -> Value | None:
    """What one round puts behind a text, as far as that is known; None: it does something else."""
    start = before.text.value
    grown = [option for option in options(after) if isinstance(option, Str) and option.text.value.startswith(start)]
    if not grown:
        return None
    return Str(part(grown[0].text, len(start), len(grown[0].text.value))) if len(grown) == 1 else UNKNOWN


def goes_through_all(evaluator: Evaluator, frame: Frame, op: int) -> bool:
    """The list that a loop takes the element from is known, item by item."""
    source = evaluator.value(frame, listed(frame.ops, op))
    return all(isinstance(items, List) and items.exact for items in options(source))


def dropped_each(evaluator: Evaluator, frame: Frame, op: flows.Drop) -> bool:
    """A loop takes every key out that its element is, or a test of that."""
    return every_element(frame.ops, op.key) or told(evaluator, frame, op.key) or _is_there(frame, op)


def _is_there(frame: Frame, op: flows.Drop) -> bool:
    """The key is an element of a loop that a test found in the dict that it is taken out of."""
    test = frame.ops[op.key]
    return type(test) is flows.Where and test.of == op.base and test.holds and is_element(frame.ops, test.base)


def put_each_round(evaluator: Evaluator, frame: Frame, key: int) -> bool:
    """A loop puts every key in that its element is, or a test of that."""
    every = every_element(frame.ops, key) or told(evaluator, frame, key)
    return every and goes_through_all(evaluator, frame, key)


def _is_known(evaluator: Evaluator, frame: Frame, need: int) -> bool:
    """Of each element it is known how a test of a part of it comes out."""
    test = frame.ops[need]
    if not isinstance(test, flows.Where) or not is_element(frame.ops, test.base):
        return False
    if test.of >= 0:
        return _is_all_known(evaluator, frame, test.of)
    return not any(isinstance(option, Opaque) for option in options(evaluator.value(frame, test.base)))


def told(evaluator: Evaluator, frame: Frame, op: int) -> bool:
    """It is those elements of a loop that a test found among keys or items that are all known, or not among them."""
    what = frame.ops[op]
    if type(what) is flows.Either and len(what.options) == len(what.needs) == 1:
        known = is_element(frame.ops, what.options[0])
        return known and all(_is_known(evaluator, frame, need) for need in what.needs[0])
    if type(what) is not flows.Where or not is_element(frame.ops, what.base):
        return False
    if what.of < 0:
        return what.kind in _OF_TEXTS and bool(known_texts(evaluator.value(frame, op)))
    return _is_all_known(evaluator, frame, what.of)


def is_picked(evaluator: Evaluator, frame: Frame, key: int, *, dropping: bool = False) -> bool:
    """Of the keys that an operation is about, a test that nobody understands may always leave out some.

    So may what is unknown in which a test finds keys of a dict; and, where they are dropped, the list they are from.
    """
    tests: list[flows.Where] = []
    while isinstance(op := frame.ops[key], flows.Where | flows.Item | flows.Elem | flows.Either):
        if isinstance(op, flows.Either):
            if len(op.options) > 1:
                return False
            key = op.options[0]
            continue
        if isinstance(op, flows.Where):
            tests.append(op)
        elif isinstance(op, flows.Elem):
            source = evaluator.value(frame, op.base)
            if dropping and any(not isinstance(one, Dict) and not _is_exact(one) for one in options(source)):
                return True
            unknown = [one for one in tests if one.of >= 0 and not _is_all_known(evaluator, frame, one.of)]
            picked = any(one.kind == flows.PICKED for one in tests)
            return picked or (bool(unknown) and (dropping or _is_of_dict(source)))
        key = op.base
    return False


def _is_exact(source: Value) -> bool:
    return isinstance(source, List) and source.exact


def _is_all_known(evaluator: Evaluator, frame: Frame, number: int) -> bool:
    found = [other for other in options(evaluator.value(frame, number)) if not isinstance(other, Earlier)]
    return bool(found) and all(known_names(other) is not None for other in found)


def _is_of_dict(source: Value) -> bool:
    """A loop goes through the keys, or the items, of a dict."""
    return any(
        isinstance(one, Dict) or (isinstance(one, List) and any(isinstance(item, List) for item in one.items))
        for one in options(source)
    )
