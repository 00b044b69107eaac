"""Calls: of the project's functions and classes, of chains, and of what Python and common libraries bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.shape import Location
from pgconform.sources.python.evaluate.chains import begun_outside, called, starts
from pgconform.sources.python.evaluate.changes import as_of
from pgconform.sources.python.evaluate.library.clients import is_client, mixed
from pgconform.sources.python.evaluate.library.files import READS, RESOURCES, read_file
from pgconform.sources.python.evaluate.library.functions import external
from pgconform.sources.python.evaluate.library.methods import method
from pgconform.sources.python.evaluate.library.records import Taken, taken_by
from pgconform.sources.python.evaluate.objects.classes import of_any_class
from pgconform.sources.python.evaluate.objects.decorators import called as decorated_call
from pgconform.sources.python.evaluate.objects.fluent import left, may_carry
from pgconform.sources.python.evaluate.objects.instances import FROM_ROW, Instances
from pgconform.sources.python.evaluate.objects.lookalikes import imitated
from pgconform.sources.python.evaluate.scopes.given import NO_CALL, Given, bound_arguments, tells
from pgconform.sources.python.evaluate.scopes.keys import by_tests, handed
from pgconform.sources.python.evaluate.scopes.standing import standing
from pgconform.sources.python.evaluate.values.choices import each, either, holds_rows, one_of, options
from pgconform.sources.python.evaluate.values.containers import of_some_call
from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.frames import Frame, Place, inside
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Chain,
    Class,
    Earlier,
    Either,
    External,
    Function,
    Getter,
    Instance,
    Method,
    Opaque,
    Partial,
    Record,
    Value,
    is_none,
)
from pgconform.sources.python.evaluate.values.statements import answered
from pgconform.sources.python.evaluate.values.tests import choosing, decides, is_shut, is_tested, left_open, shut
from pgconform.sources.python.evaluate.yields import yielded
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.chained import STARTERS, STARTS
from pgconform.sources.python.flows.heads import Scope
from pgconform.sources.python.flows.summary import bits

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator
    from pgconform.sources.python.files.sqlfiles import SqlFiles

DEEPEST = 8
"""How deep calls are nested that are looked into."""
BUDGET = 1_500
"""Calls that are looked into for one scope because of what they decide; further ones are told of as not followed."""
VALUES, DETAILED, SHALLOW = 300, 60, 2
"""Those for what they return, and how many of these however deep they are nested; others are followed only so deep."""


class Calls:
    """Works out calls."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.ground = evaluator.ground
        self.decided, self.valued = 0, 0
        self.asking: dict[Place, int] = {}
        self.reads: Callable[[Place], int] = lambda _: 0
        self.alters: Callable[[Place, int], bool] = lambda _, __: False
        self.rows: Callable[[Frame], bytearray] = lambda _: bytearray()
        self.entered: list[Frame] = []
        self.again: set[Place] = set()
        self.sent = False
        self.named = False
        self.taken: list[Taken] = []
        self.beyond: set[tuple[Location, str]] = set()
        self.files: SqlFiles | None = None
        self.instances = Instances(self)
        self._by_passed: dict[tuple[str, int, frozenset[int]], Frame] = {}

    def forget(self) -> None:
        """Drop the frames that were entered."""
        self.begin()
        self.entered = []
        self.again = set()
        self.sent = False
        self.named = False
        self.taken = []
        self.beyond = set()
        self.instances.forget()
        self._by_passed = {}

    def begin(self) -> None:
        """Something of another scope is asked: what was looked into for others counts no longer."""
        self.decided, self.valued = 0, 0

    def call(self, frame: Frame, op: flows.Call, number: int) -> Value:
        function = self.evaluator.value(frame, op.function)
        given = Given(self.evaluator, frame, op, number)
        if type(function) is Method:
            begun = self._begun((function,), given) if function.name in STARTERS else None
            return self.one(function, given) if begun is None else begun
        if type(function) is not Either:
            return self.one(function, given)
        given.unsure = self._parts(function)
        functions = options(function)
        begun = self._begun(functions, given)
        if begun is not None and all(isinstance(option, Method) for option in functions):
            return begun
        return each(function, lambda value: begun if begun and isinstance(value, Method) else self.one(value, given))

    def _begun(self, functions: Sequence[Value], given: Given) -> Value | None:
        """A chain begun on any of several clients is begun once: which client it is makes no difference.

        Beside functions of others, such as a fake's, it is begun on what is known to be a client.
        """
        found = [option for option in functions if not (isinstance(option, Method) and is_none(option.base))]
        methods = [option for option in found if isinstance(option, Method)]
        if not methods or methods[0].name not in STARTERS:
            return None
        if len(methods) != len(found) and not all(is_client(option.base) for option in methods):
            return None
        if any(isinstance(option.base, Chain) and (option.base.site or option.base.steps) for option in methods):
            return None
        return starts(mixed(methods), given)

    def _parts(self, function: Either) -> bool:
        """Methods of several classes, of which one may be meant, and callers decide only of some what they ask."""
        if not of_any_class(function):
            return False
        found = {(option.uri, option.scope) for option in options(function) if isinstance(option, Function)}
        return not found.isdisjoint(self.asking) and not found <= self.asking.keys()

    def one(self, function: Value, given: Given) -> Value:
        match function:
            case Function():
                made = self.run(function, given)
                own = imitated(self.evaluator.names.classes, made, given) if given.op.name in STARTS else None
                return handed(made, function, given) if own is None else starts(own, given)
            case Partial(given=Given() as first):
                return each(function.function, lambda value: self.one(value, first.before(given)))
            case Class():
                return self.instances.called(function, given)
            case External(name=name):
                text = read_file(self.files, given) if name in RESOURCES else None
                return text or begun_outside(function, given) or external(self, function, given)
            case Method(base=Chain()):
                return called(function, given)
            case Method(base=Class() as of, name=name) if name in FROM_ROW:
                return self.instances.filled(of, given)
            case Method(name=name) if name in READS:
                return read_file(self.files, given) or method(self, function, given)
            case Method():
                answer = answered(self, function, given)
                return method(self, function, given) if answer is None else answer
        return self._other(function, given)

    def _other(self, function: Value, given: Given) -> Value:
        """What comes of a call of something that is no function of anybody's."""
        if isinstance(function, Getter | Record):
            return taken_by(self, function, given)
        if isinstance(function, Instance) and isinstance(
            method := self.evaluator.names.classes.of_instance(function, "__call__"), Function
        ):
            return self.run(method, given)
        if isinstance(function, Earlier):
            return function
        return UNBOUND if function is UNBOUND or is_none(function) else UNKNOWN

    def run(self, function: Function, given: Given) -> Value:
        """What a function of the project returns; of one that looks at nothing of the call's, once for all calls."""
        if function.around is not None and not self.evaluator.hasty:
            return decorated_call(self, function, function.around, given)
        scope = self.ground.scope(function.uri, function.scope)
        if scope.unfollowed:
            self.beyond.add((Location(function.uri, scope.line), "syntax"))
        if scope.unfollowed or self.evaluator.hasty:
            return self.evaluator.names.annotated(function.uri, scope.annotation)
        passed: dict[int, Value | Later] | None = None
        if scope.parameters:
            passed = bound_arguments(scope, function.bound, given)
            if self._watched(function, scope, passed, given):
                return self._watch(function, passed, given)
        if not (scope.returns or scope.yields):
            return UNKNOWN
        around = function.frame if scope.captured and isinstance(function.frame, Frame) else None
        if (around is None or around.alone) and not self._telling(function, scope, passed):
            return self._result(self.ground.alone(function.uri, function.scope))
        if passed and (index := choosing(scope, passed)) >= 0:
            value = passed[index]
            full = value.full() if isinstance(value, Later) else value
            return each(full, lambda one: self._returned(function, {**passed, index: one}, given))
        return self._returned(function, passed or {}, given)

    def _returned(self, function: Function, passed: dict[int, Value | Later], given: Given) -> Value:
        """What a call returns that was looked into; where that cannot be, what the function does for all calls."""
        frame = self.enter(function, passed, given)
        return self._result(self._unseen(function, passed) if frame is None else frame)

    def _unseen(self, function: Function, passed: Iterable[int]) -> Frame:
        """The function as calls run it that are not looked into: by itself, but for the defaults of what they pass."""
        alone = self.ground.alone(function.uri, function.scope)
        told = frozenset(index for index in passed if alone.scope.parameters[index].default >= 0)
        place = (function.uri, function.scope, told)
        if told and place not in self._by_passed:
            unsaid = {index: self.evaluator.names.unsaid(alone, index) for index in told}
            self._by_passed[place] = alone.without(unsaid)
            left_open(self._by_passed[place])
        return self._by_passed[place] if told else alone

    def looks_into(self, frame: Frame, op: flows.Call, number: int) -> bool:
        """A call has to be worked out for what it decides or hands over, whatever it returns."""
        functions = options(self.evaluator.value(frame, op.function))
        given = Given(self.evaluator, frame, op, number)
        return any(self._looks_into(option, given) for option in functions)

    def _looks_into(self, function: Value, given: Given) -> bool:
        if not isinstance(function, Function) or function.around is not None:
            return True
        scope = self.ground.scope(function.uri, function.scope)
        if scope.unfollowed or not scope.parameters:
            return False
        return self._watched(function, scope, bound_arguments(scope, function.bound, given), given)

    def _watched(self, function: Function, scope: Scope, passed: dict[int, Value | Later], given: Given) -> bool:
        """The call is to be looked into: it decides what is asked, or hands over rows."""
        place = (function.uri, function.scope)
        own = Class(function.uri, scope.owner)
        if "execute" in scope.summary.uses and may_carry(self.evaluator.names.classes, function.bound):
            return True
        if (asked := self.asking.get(place, 0)) and any(
            tells(passed[index], own) or (not index and self._is_of_one(function.bound, own))
            for index in bits(asked)
            if index in passed
        ):
            return True
        rows = self.rows(given.frame)
        if not rows or not any(rows[op] for op in given.passed):
            return False
        return any(self.uses_rows(place, index) and holds_rows(value) for index, value in passed.items())

    def uses_rows(self, place: Place, index: int) -> bool:
        """A function reads or changes keys of what it is given as a parameter, which may be rows."""
        return bool(self.reads(place) >> index & 1) or self.alters(place, index)

    def _telling(self, function: Function, scope: Scope, passed: dict[int, Value | Later] | None) -> bool:
        """What the call passes, or leaves out, can change the result: the function by itself does not say all."""
        own = Class(function.uri, scope.owner)
        needs = bits(scope.summary.needs) if passed is not None else ()
        return any(
            tells(passed[index], own)
            or (not index and self._is_of_one(function.bound, own))
            or decides(scope, index, passed[index])
            if passed and index in passed
            else scope.parameters[index].blank or self._decides_by_default(function, scope, index)
            for index in needs
        )

    def _decides_by_default(self, function: Function, scope: Scope, index: int) -> bool:
        """A call that leaves the parameter out comes by its default to less than the function does by itself."""
        if scope.parameters[index].default < 0 or not is_tested(scope, index):
            return False
        alone = self.ground.alone(function.uri, function.scope)
        return decides(scope, index, self.evaluator.names.default(alone, index))

    def _is_of_one(self, bound: Value | None, own: Class) -> bool:
        """The object whose method is called is of one class where any object of the method's own may be of others."""
        if not isinstance(bound, Instance):
            return False
        return (
            bound.of != own
            or bool(bound.within)
            or (not bound.open and bool(self.evaluator.names.classes.derived(own)))
        )

    def _watch(self, function: Function, passed: dict[int, Value | Later], given: Given) -> Value:
        """The result of a call that is to be looked into by itself."""
        frame = self.enter(function, passed, given, deciding=True)
        if frame is None:
            return UNKNOWN
        self.entered.append(frame)
        return self._result(frame) if frame.scope.returns or frame.scope.yields else UNKNOWN

    def known(self, function: Function, bound: Value | None, given: Given, values: dict[int, Value]) -> Value:
        """What a function returns in a call of which the values of some operations are known."""
        passed = bound_arguments(self.ground.scope(function.uri, function.scope), bound, given)
        frame = self.enter(function, passed, given)
        if frame is None:
            return UNKNOWN
        frame.memo |= values
        return self._result(frame)

    def enter(
        self, function: Function, passed: dict[int, Value | Later], given: Given, *, deciding: bool = False
    ) -> Frame | None:
        """The frame of one call; None when calls nest too deep, or there have been too many."""
        if inside(given.frame, function):
            self.again.add((function.uri, function.scope))
            return None
        if given.frame.depth >= DEEPEST or not self._has_room(given.frame.depth, deciding=deciding):
            if deciding and (function.uri, function.scope) in self.asking:
                self.beyond.add((given.at, "dynamic"))
            return None
        outer = function.frame if isinstance(function.frame, Frame) else None
        frame = self.ground.alone(function.uri, function.scope).called(passed, outer, given.frame, given.number)
        frame.unsure |= given.unsure
        frame.passing = (given.op, function.bound is not None) if given.plain else None
        shut(self.evaluator, frame)
        return frame

    def _has_room(self, depth: int, *, deciding: bool) -> bool:
        """One call more can be looked into, for what it decides or for what it returns."""
        if deciding:
            self.decided += 1
            return self.decided <= BUDGET
        self.valued += 1
        return self.valued <= (VALUES if depth < SHALLOW else DETAILED)

    def _result(self, frame: Frame) -> Value:
        scope = frame.scope
        if scope.yields:
            return yielded(self.evaluator, frame)
        values = [self._end(frame, op) for op in scope.returns]
        choice = standing((frame.identity, "return"), scope.attempts, scope.returns)
        found = either(choice, tuple(by_tests(self.evaluator, frame, values)))
        if (frame.uri, frame.number) in self.again:
            found = each(found, of_some_call)
        if scope.owner >= 0 and scope.summary.stores and frame.given is not None:
            found = self._given_back(frame, found, frame.given.get(0))
        if isinstance(found, Opaque):
            return self.evaluator.names.noted(frame, found, scope.annotation)
        return found

    def _end(self, frame: Frame, op: int) -> Value:
        """What a function returns in one place, which may be one that it does not come to."""
        if frame.scope.needed and len(frame.scope.returns) > 1 and is_shut(self.evaluator, frame, op):
            return UNBOUND
        return one_of(as_of(self.evaluator, frame, op, op), frame.identity)

    def _given_back(self, frame: Frame, found: Value, own: Value | Later | None) -> Value:
        """What a method gives, with what it did to its object where that is it."""
        if not isinstance(own, Instance) or own.open:
            return found
        return each(found, lambda one: left(self.evaluator, frame, own) if one is own else one)

    def property_value(self, function: Function) -> Value:
        """What a property gives."""
        frame = self.ground.alone(function.uri, function.scope)
        return self.run(function, Given(self.evaluator, frame, NO_CALL, -1))

    def run_by(self, function: Value) -> Iterator[Function]:
        """The functions of the project that a call may run; of a class, its constructor."""
        for option in options(function):
            if isinstance(option, Function):
                yield option
            elif isinstance(option, Class) and (made := self.instances.constructor(option)) is not None:
                yield replace(made, bound=Instance(option))
