"""What a call passes, worked out argument by argument and only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pgconform.shape import Location
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.containers import entry_of
from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    UNKNOWN,
    Chain,
    Class,
    Dict,
    External,
    Instance,
    List,
    Lit,
    Method,
    Module,
    Opaque,
    Site,
    Value,
)
from pgconform.sources.python.evaluate.values.pairs import keyword_dict
from pgconform.sources.python.evaluate.values.spreads import spread
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.heads import Scope
from pgconform.sources.python.flows.summary import operands

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

NO_CALL = flows.Call(-1, (), (), 0, 0)
"""Stands for a call that Python makes itself: no operation is called."""


class Given:
    """What a call passes. ``plain``: nothing in it has a star; ``open``: there are more arguments than are known.

    ``unsure``: what it calls is one of several methods, of which some ask nothing.
    """

    unsure = False

    def __init__(self, evaluator: Evaluator, frame: Frame, op: flows.Call, number: int) -> None:
        self.evaluator = evaluator
        self.frame = frame
        self.op = op
        self.number = number
        self.plain = _has_no_star(frame.ops, op)

    @cached_property
    def _expanded(self) -> tuple[list[Value], bool]:
        found: list[Value] = []
        is_open = False
        for item in self.op.arguments:
            value = self.evaluator.at(self.frame, item, self.number)
            if type(self.frame.ops[item]) is not flows.Star:
                found.append(value)
            elif isinstance(value, List) and value.exact:
                found += value.items
            else:
                is_open = True
        return found, is_open

    @property
    def starred(self) -> list[tuple[Value, bool]]:
        """The arguments as they are written; with each whether it has a star."""
        ops = self.frame.ops
        return [(self.evaluator.value(self.frame, op), type(ops[op]) is flows.Star) for op in self.op.arguments]

    @property
    def arguments(self) -> list[Value]:
        return self._expanded[0]

    @property
    def open(self) -> bool:
        return not self.plain and self._expanded[1]

    @cached_property
    def keywords(self) -> list[tuple[str, Value]]:
        """The named arguments."""
        return [(name, self.evaluator.value(self.frame, op)) for name, op in self.op.keywords if name != "**"]

    @cached_property
    def spread(self) -> list[Value]:
        """What is passed with two stars."""
        return [self.evaluator.value(self.frame, op) for name, op in self.op.keywords if name == "**"]

    @property
    def passed(self) -> Sequence[int]:
        """The operations whose values the call hands over."""
        return operands(self.op)[1:]

    @property
    def at(self) -> Location:
        return Location(self.frame.uri, self.op.line, self.op.column)

    @property
    def site(self) -> Site:
        """The call, as that which begins a chain."""
        return Site(self.frame.uri, self.frame.number, self.number)

    def keyword(self, name: str) -> Value | None:
        return next((self.evaluator.value(self.frame, op) for key, op in self.op.keywords if key == name), None)

    def first(self, name: str = "") -> Value | None:
        """The first argument, by place or by name."""
        if self.op.arguments and self.plain:
            return self.evaluator.value(self.frame, self.op.arguments[0])
        return self.arguments[0] if self.arguments else self.keyword(name)

    def without(self, count: int) -> Given:
        """The same call with its first arguments taken off."""
        op = flows.Call(-1, self.op.arguments[count:], self.op.keywords, self.op.line, self.op.column, self.op.name)
        return Given(self.evaluator, self.frame, op, self.number)

    def handing(self, *values: Value) -> Given:
        """A call from the same place that passes just these values."""
        return _Handed(self, values)

    def before(self, later: Given) -> Given:
        """A call that passes what this one does, then what a later one does."""
        return _Joined(self, later) if later.passed or not later.plain else self

    def named(self) -> Iterator[tuple[str, Value | Later]]:
        """The named arguments, worked out when they are asked for."""
        for name, op in self.op.keywords:
            if name != "**":
                yield name, self.evaluator.handed(self.frame, op, self.number)

    def beside(self, op: flows.Call, number: int) -> Given:
        """What another call of the same frame passes."""
        return Given(self.evaluator, self.frame, op, number)

    def nothing(self) -> Given:
        """A call from the same place that passes nothing."""
        return Given(self.evaluator, self.frame, NO_CALL, self.number)


class _Handed(Given):
    """A call that Python makes itself."""

    def __init__(self, given: Given, values: Iterable[Value]) -> None:
        super().__init__(given.evaluator, given.frame, NO_CALL, given.number)
        self.plain = False
        self._expanded = (list(values), False)
        self._call = given.op

    @property
    def passed(self) -> Sequence[int]:
        if self._call is NO_CALL:
            return ()
        function = self.frame.ops[self._call.function]
        return (*operands(self._call), *((function.base,) if type(function) is flows.Attr else ()))


class _Joined(Given):
    """A call of a function that was given some of its arguments before."""

    def __init__(self, first: Given, later: Given) -> None:
        super().__init__(later.evaluator, later.frame, NO_CALL, later.number)
        self.plain = False
        self._expanded = ([*first.arguments, *later.arguments], first.open or later.open)
        self.keywords = [*first.keywords, *later.keywords]
        self.spread = [*first.spread, *later.spread]
        self._calls = (first, later)

    @property
    def passed(self) -> Sequence[int]:
        return self._calls[1].passed

    def named(self) -> Iterator[tuple[str, Value | Later]]:
        for call in self._calls:
            yield from call.named()


def _has_no_star(ops: Sequence[flows.Op], call: flows.Call) -> bool:
    for item in call.arguments:
        if type(ops[item]) is flows.Star:
            return False
    return not call.keywords or "**" not in dict(call.keywords)


def bound_arguments(scope: Scope, bound: Value | None, given: Given) -> dict[int, Value | Later]:
    """The values of a function's parameters in one call; those a call does not give are absent."""
    shift = 0 if bound is None else 1
    positional = [number for number, item in enumerate(scope.parameters) if item.kind == ""]
    found: dict[int, Value | Later] = {} if bound is None or not positional else {positional[0]: bound}
    rest = [bound] if bound is not None and not positional else []
    passed: list[Value | Later] = (
        [given.evaluator.handed(given.frame, op, given.number) for op in given.op.arguments]
        if given.plain
        else [*given.arguments]
    )
    found.update(zip(positional[shift:], passed, strict=False))
    names = {item.name: number for number, item in enumerate(scope.parameters) if item.kind in ("", "k")}
    more: list[tuple[str, Value]] = []
    for name, value in given.named():
        if (number := names.get(name, -1)) >= 0:
            found[number] = value
        else:
            more.append((name, value.full() if isinstance(value, Later) else value))
    if len(positional) < len(scope.parameters) or not given.plain:
        _rest(scope, found, [*rest, *given.arguments[max(len(positional) - shift, 0) :]], more, given)
    return found


def argument_of(scope: Scope, call: flows.Call, index: int, *, bound: bool) -> int:
    """The argument of a call that becomes a parameter, by position or name, or -1; ``bound``: the first is given."""
    if index < 0:
        return -1
    by_name = dict(call.keywords).get(scope.parameters[index].name, -1)
    place = index - bound
    return by_name if by_name >= 0 else call.arguments[place] if 0 <= place < len(call.arguments) else -1


def parameter_of(scope: Scope, bound: Value | None, place: int | str) -> int:
    """The parameter that takes the argument of a call, by position or name, or -1."""
    if isinstance(place, str):
        names = (
            number for number, item in enumerate(scope.parameters) if item.name == place and item.kind in ("", "k")
        )
        return next(names, -1)
    positional = [number for number, item in enumerate(scope.parameters) if item.kind == ""]
    position = place + (bound is not None)
    return positional[position] if position < len(positional) else -1


def _rest(
    scope: Scope,
    found: dict[int, Value | Later],
    arguments: list[Value],
    more: list[tuple[str, Value]],
    given: Given,
) -> None:
    """What ``*args`` and ``**kwargs`` take, and what a spread or a star may give."""
    for number, item in enumerate(scope.parameters):
        if item.kind == "*":
            found[number] = List(tuple(arguments), exact=not given.open)
        elif item.kind == "**":
            rest: Value = keyword_dict(more)
            for value in given.spread:
                rest = spread(rest, value)
            found[number] = rest
        elif number not in found and (given.open or not all(_lacks(value, item.name) for value in given.spread)):
            found[number] = _from_spread(item.name, given)


def _lacks(value: Value, name: str) -> bool:
    return isinstance(value, Dict) and value.whole and value.row is None and name not in value.entries


def _from_spread(name: str, given: Given) -> Value:
    for value in given.spread:
        if isinstance(value, Dict) and name in value.entries:
            return entry_of(value, name)
    return UNKNOWN


def tells(value: Value | Later, own: Class) -> bool:
    """The value is more than an object of the class at hand, or something of which at most the type is known."""
    for option in options(value.full() if isinstance(value, Later) else value):
        match option:
            case Method(base=Chain()):
                return True
            case Opaque() | External() | Method() | Module() | Lit():
                continue
            case Instance(of=of, within="", made=None, keywords=()) if of == own:
                continue
            case Instance(open=True) if option.of != own:
                continue
        return True
    return False
