"""The keys of dicts, and values that are worked out when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from pgconform.request import Text

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.values.kinds import Value

Choice: TypeAlias = tuple[object, ...]
"""What decides between several, told by nothing but equality."""


class Later:
    """A value that is worked out when it is asked for: in ``full``, or ``quick``, without looking into calls."""

    __slots__ = ("full", "quick")

    def __init__(self, full: Callable[[], Value], quick: Callable[[], Value]) -> None:
        self.full = full
        self.quick = quick


class Turn(msgspec.Struct, frozen=True, eq=False):
    """Of a choice by which one of several keys was put into a dict, or each in its turn: what chose this one.

    ``before`` is what stood under the key until then.
    """

    choice: Choice
    index: int
    before: Entry | None


class Entry:
    """A key of a dict. ``sure``: it is always there; None: nobody knows. ``turn``: one is chosen of it and others.

    ``held`` is its value, which may still have to be worked out; `value` does. ``doubted``: it may always be taken out.
    """

    __slots__ = ("doubted", "held", "key", "sure", "turn")

    def __init__(
        self,
        key: Text,
        held: Value | Later,
        sure: bool | None = True,
        turn: Turn | None = None,
        doubted: bool = False,
    ) -> None:
        self.key = key
        self.held = held
        self.sure = sure
        self.turn = turn
        self.doubted = doubted

    @property
    def value(self) -> Value:
        if isinstance(self.held, Later):
            self.held = self.held.full()
        return self.held

    def quick(self) -> Value:
        """The value without looking into calls."""
        return self.held.quick() if isinstance(self.held, Later) else self.held

    def made(self, sure: bool | None) -> Entry:
        """The same key and value, there always or only sometimes."""
        return self if sure == self.sure else Entry(self.key, self.held, sure, self.turn, self.doubted)

    def valued(self, held: Value | Later) -> Entry:
        """The same key with another value."""
        return Entry(self.key, held, self.sure, doubted=self.doubted)

    def doubting(self, doubted: bool = True) -> Entry:
        """The same key where a test that nobody understands may always take it out."""
        return Entry(self.key, self.held, None, self.turn, True) if doubted else self

    def beside(self, sure: bool | None) -> Entry:
        """The key where another branch has it so; what nobody knows of one, nobody knows of both."""
        return self.made(None if None in (self.sure, sure) else self.sure and sure)

    def over(self, sure: bool | None) -> Entry:
        """The key after it was put where it was ``sure`` before."""
        return self.made(True if True in (self.sure, sure) else None if None in (self.sure, sure) else False)

    def same(self, other: Entry) -> bool:
        """Both hold one value."""
        return self is other or self.held is other.held
