"""SQL that makes or alters something of which callers decide the names: what each of their calls makes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

from msgspec.structs import replace

from pgconform.request import HOLE, Statement, Text
from pgconform.schema import Unread
from pgconform.shape import Location
from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.scopes.renamed import own_names
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import Str
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.summary import operands
from pgconform.sources.python.modules.log import said
from pgconform.sources.python.passes.looking import Looker, Pass
from pgconform.sources.python.statements.outcome import Maker
from pgconform.sources.python.statements.picking import functions, own, reached
from pgconform.sources.python.statements.sites import holders, named
from pgconform.support.patterns import deferred
from pgconform.support.testfiles import in_tests

Key: TypeAlias = tuple[Place, Maker]
"""A function, and what it makes."""
_Made: TypeAlias = tuple[Key, int, Maker]
"""What a call, in the scope of that number, makes of it; its path is empty where no caller says more."""
_MAKES = deferred(r"(?i)\b(?:create|alter)\s")


def makers(frame: Frame, given: int, text: Text) -> Iterator[Maker]:
    """The text of an operation where callers of its function decide what that makes or alters."""
    if HOLE in text.value and frame.alone and _MAKES.search(text.value) and _hangs(frame, given):
        yield Maker((given,), text.at or Location(frame.uri), text.value, text.value)


def _made(evaluator: Evaluator, of: Mapping[Place, list[Maker]], places: list[Place]) -> tuple[_Made, ...]:
    """What calls in these places make of the SQL in functions that they call, or hand to others to be called."""
    ground, names, found = evaluator.ground, own_names(evaluator.ground, of), list[_Made]()
    for place in places:
        frame = ground.alone(*place)
        for number, op in enumerate(frame.ops):
            items = (op.function, *op.arguments, *[one for _, one in op.keywords]) if type(op) is flows.Call else ()
            for item in items:
                if named(ground, frame, item) in names:
                    called = number if type(op) is flows.Call and item == op.function else -1
                    found += _of_call(evaluator, frame, called, item, of)
    return tuple(found)


def _of_call(
    evaluator: Evaluator, frame: Frame, number: int, item: int, of: Mapping[Place, list[Maker]]
) -> Iterator[_Made]:
    for place in {(one.uri, one.scope): None for one in functions(evaluator, frame, item)}:
        for maker in of.get(place, ()):
            yield from (((place, maker), frame.number, said) for said in _said(evaluator, frame, number, maker))


def _said(evaluator: Evaluator, frame: Frame, number: int, maker: Maker) -> Iterator[Maker]:
    """It, with the texts that a call of that number gives; -1: one that nobody sees. Tests are no part of a program."""
    if in_tests(frame.uri):
        return
    if number < 0:
        yield replace(maker, path=())
        return
    for sql in sorted(set(_texts(evaluator, frame, number, maker.path)) or {maker.said}):
        goes_on = HOLE in sql and _hangs(frame, number)
        yield replace(maker, path=(number, *maker.path) if goes_on else (), said=sql)


def _texts(evaluator: Evaluator, frame: Frame, number: int, path: tuple[int, ...]) -> Iterator[str]:
    """What the operation at the end of a path of calls says, as the call of that number runs them."""
    found = (one for value in reached(evaluator, frame, number, path) for one in options(value))
    return (one.text.value for one in found if isinstance(one, Str))


def _hangs(frame: Frame, number: int) -> bool:
    """Something that callers hand over is among what the operation looks at."""
    given, seen, waiting = own(frame), set[int](), [number]
    while waiting:
        if (number := waiting.pop()) in seen:
            continue
        seen.add(number)
        op = frame.ops[number]
        if isinstance(op, flows.Param) and op.index >= given:
            return True
        waiting += operands(op)
    return False


class Makings:
    """What calls of a program make of the statements in its functions."""

    def __init__(self, looker: Looker) -> None:
        self.looker = looker
        self._waiting: dict[Key, Maker] = {}
        self._answered: set[Key] = set()
        self._texts: dict[tuple[Location, str], set[str]] = {}

    def add(self, uri: str, makers: Iterable[tuple[int, Maker]]) -> None:
        """The functions of a file that make something."""
        for scope, maker in makers:
            self._waiting[(uri, scope), maker] = maker

    def read(self) -> None:
        """Follows them to their callers; what nobody calls is as its function says it."""
        self.looker.through(self._waiting, self._calling, self._add)
        for key, maker in self._waiting.items():
            if key not in self._answered:
                self._say(maker)

    def _calling(self, makers: Mapping[Key, Maker], number: int) -> Pass[tuple[_Made, ...]]:
        of: dict[Place, list[Maker]] = {}
        for place, maker in makers:
            of.setdefault(place, []).append(maker)
        ground = self.looker.ground
        look, key = partial(_made, self.looker.evaluator, of), said(tuple(of.items()))
        return Pass(f"makes {number}", tuple[_Made, ...], own_names(ground, of), look, holders(ground, of), key)

    def _add(self, outcomes: Iterable[tuple[str, tuple[_Made, ...]]]) -> None:
        for uri, found in outcomes:
            for key, scope, maker in found:
                self._answered.add(key)
                if maker.path:
                    self._waiting.setdefault(((uri, scope), maker), maker)
                else:
                    self._say(maker)

    def _say(self, maker: Maker) -> None:
        self._texts.setdefault((maker.at, maker.sql), set()).add(maker.said)

    def of(self, statement: Statement) -> Statement:
        """The statement, with the texts that calls make of it."""
        found = self._texts.get((statement.at or Location(""), statement.text.value))
        return replace(statement, filled=tuple(sorted(found))) if found else statement

    def of_unread(self, unread: Unread) -> Unread:
        """The same of one that is not judged."""
        found = self._texts.get((unread.at or Location(""), unread.makes)) if unread.makes else None
        return replace(unread, makes=";\n".join(sorted(found))) if found else unread
