"""Choices made in values that hold others, however often they hold the same."""

from __future__ import annotations

from pgconform.request import Text
from pgconform.sources.python.evaluate.values.choices import options, settle
from pgconform.sources.python.evaluate.values.entries import Entry, Later
from pgconform.sources.python.evaluate.values.kinds import UNKNOWN, Dict, Either, List, Lit, Value

ONE = ("one",)
OTHER = ("other",)
FIRST, SECOND = Lit(1), Lit(2)


def deep(value: Value, levels: int) -> Value:
    """A list of two of the same list, and so on."""
    for _ in range(levels):
        value = List((value, value))
    return value


def bottom(value: Value) -> Value:
    while isinstance(value, List):
        value = value.items[-1]
    return value


def test_what_is_held_twice_is_settled_once() -> None:
    either = Either(ONE, (FIRST, SECOND))
    for index, expected in enumerate((FIRST, SECOND)):
        assert bottom(settle(deep(either, 60), ONE, index)) is expected


def test_what_does_not_hang_on_the_choice_stays_what_it_is() -> None:
    value = deep(Either(OTHER, (FIRST, SECOND)), 60)
    assert settle(value, ONE, 1) is value


def test_what_holds_itself_is_settled_once() -> None:
    itself = Entry(Text("parts"), FIRST)
    either = Either(ONE, (Dict({"parts": itself}), FIRST))
    itself.held = List((either,))
    settled = settle(either, ONE, 0)
    assert isinstance(settled, Dict)
    held = settled.entries["parts"].value
    assert isinstance(held, List) and bottom(held) is UNKNOWN


def test_a_value_that_is_still_to_be_worked_out_is_settled_then() -> None:
    asked: list[str] = []

    def full() -> Value:
        asked.append("full")
        return Either(ONE, (FIRST, SECOND))

    held = Dict({"a": Entry(Text("a"), Later(full, full))})
    settled = settle(List((held,)), ONE, 1)
    assert not asked
    assert isinstance(settled, List)
    (found,) = settled.items
    assert isinstance(found, Dict)
    assert options(found.entries["a"].value) == (SECOND,)
    assert asked == ["full"]
