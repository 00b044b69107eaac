"""Calls: of the project's functions and classes, of chains, and of what Python and common libraries bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.shape import Location
from pgconform.sources.python import flows
from pgconform.sources.python.evaluate_chains import STARTERS, called, starts
from pgconform.sources.python.evaluate_frames import Frame
from pgconform.sources.python.evaluate_library import external, method
from pgconform.sources.python.evaluate_needs import parameters_of
from pgconform.sources.python.evaluate_values import (
    UNBOUND,
    UNKNOWN,
    Chain,
    Class,
    External,
    Function,
    Instance,
    List,
    Lit,
    Method,
    Module,
    Opaque,
    Rows,
    Site,
    Value,
    each,
    either,
    is_none,
    options,
)

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate import Evaluator

DEEPEST = 10
BUDGET = 200_000


class Given:
    """What a call passes: arguments in order, keywords, and where it stands. ``open``: more than is known."""

    __slots__ = ("arguments", "at", "frame", "keywords", "number", "open", "spread")

    def __init__(
        self,
        frame: Frame,
        number: int,
        arguments: list[Value],
        keywords: list[tuple[str, Value]],
        at: Location | None = None,
    ) -> None:
        self.frame = frame
        self.number = number
        self.arguments = arguments
        self.keywords = [(name, value) for name, value in keywords if name != "**"]
        self.spread = [value for name, value in keywords if name == "**"]
        self.at = at
        self.open = False

    def keyword(self, name: str) -> Value | None:
        return next((value for key, value in self.keywords if key == name), None)

    def first(self, name: str = "") -> Value | None:
        return self.arguments[0] if self.arguments else self.keyword(name)


class Calls:
    """Works out calls."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.frames = 0
        self.asking: dict[tuple[str, int], set[int]] = {}
        self.reading: dict[tuple[str, int], set[int]] = {}
        self.entered: list[Frame] = []
        self._returns: dict[tuple[str, int], frozenset[int]] = {}

    def call(self, frame: Frame, op: flows.Call, number: int) -> Value:
        function = self.evaluator.value(frame, op.function)
        given = self.given(frame, op, number)
        begun = self._begun(function, given)
        return begun if begun is not None else each(function, lambda value: self.one(value, given))

    def given(self, frame: Frame, op: flows.Call, number: int) -> Given:
        """What a call passes."""
        arguments: list[Value] = []
        is_open = False
        for argument in op.arguments:
            value = self.evaluator.value(frame, argument)
            if type(frame.scope.ops[argument]) is not flows.Star:
                arguments.append(value)
            elif isinstance(value, List) and value.exact:
                arguments += value.items
            else:
                is_open = True
        keywords = [(name, self.evaluator.value(frame, value)) for name, value in op.keywords]
        found = Given(frame, number, arguments, keywords, self.evaluator.place(frame, op.line, op.column))
        found.open = is_open
        return found

    def _begun(self, function: Value, given: Given) -> Value | None:
        """A chain begun on any of several clients is begun once: which client it is makes no difference."""
        found = [option for option in options(function) if not (isinstance(option, Method) and is_none(option.base))]
        methods = [option for option in found if isinstance(option, Method)]
        if not methods or len(methods) != len(found) or methods[0].name not in STARTERS:
            return None
        if any(isinstance(option.base, Chain) and (option.base.site or option.base.steps) for option in methods):
            return None
        return starts(methods[0], given)

    def one(self, function: Value, given: Given) -> Value:
        match function:
            case Function():
                return self.run(function, given)
            case Class():
                return self.instance(function, given)
            case External():
                return external(self, function, given)
            case Method(base=Chain()):
                return called(function, given)
            case Method(base=Class() as of, name=name) if name in _FROM_ROW:
                return self._filled(of, given)
            case Method():
                return method(self, function, given)
        return UNBOUND if function is UNBOUND or is_none(function) else UNKNOWN

    def run(self, function: Function, given: Given) -> Value:
        """What a function of the project returns; of one that does not look at its parameters, once for all calls."""
        scope = self.evaluator.ground.scope(function.uri, function.scope)
        if self._watched(function, given):
            return self._watch(function, given)
        if not (scope.returns or scope.yields):
            return self.evaluator.names.annotated(function.uri, scope.annotation) if scope.unfollowed else UNKNOWN
        if not scope.captured and not self._telling(function, scope, given):
            return self._result(self.evaluator.ground.alone(function.uri, function.scope))
        frame = self.enter(function, given)
        return UNKNOWN if frame is None else self._result(frame)

    def _watched(self, function: Function, given: Given) -> bool:
        """The call is to be looked into: it decides what is asked, or hands over rows."""
        place = (function.uri, function.scope)
        asked, read = self.asking.get(place), self.reading.get(place)
        if asked is None and read is None:
            return False
        scope = self.evaluator.ground.scope(*place)
        passed = bound_arguments(scope, function.bound, given)
        own = Class(function.uri, scope.owner)
        if asked and any(tells(passed[index], own) for index in asked if index in passed):
            return True
        rows = [passed[index] for index in read or () if index in passed]
        return any(isinstance(option, Rows) for value in rows for option in options(value))

    def _telling(self, function: Function, scope: flows.Scope, given: Given) -> bool:
        """What the call passes can change the result: the function by itself does not say all."""
        needs = self._needs(function.uri, function.scope)
        if not needs:
            return False
        passed = bound_arguments(scope, function.bound, given)
        own = Class(function.uri, scope.owner)
        return any(tells(passed[index], own) for index in needs if index in passed)

    def _watch(self, function: Function, given: Given) -> Value:
        """The result of a call that is to be looked into by itself."""
        frame = self.enter(function, given)
        if frame is None:
            return UNKNOWN
        self.entered.append(frame)
        return self._result(frame) if frame.scope.returns or frame.scope.yields else UNKNOWN

    def enter(self, function: Function, given: Given) -> Frame | None:
        """The frame of one call; None when calls nest too deep, or there have been too many."""
        self.frames += 1
        if given.frame.depth >= DEEPEST or self.frames > BUDGET or _inside(given.frame, function):
            return None
        scope = self.evaluator.ground.scope(function.uri, function.scope)
        outer = function.frame if isinstance(function.frame, Frame) else None
        return Frame(
            function.uri,
            function.scope,
            scope,
            given=bound_arguments(scope, function.bound, given),
            outer=outer,
            call=(given.frame, given.number),
        )

    def _needs(self, uri: str, number: int) -> frozenset[int]:
        """The parameters on which a function's result depends."""
        if (uri, number) not in self._returns:
            scope = self.evaluator.ground.scope(uri, number)
            self._returns[uri, number] = frozenset(parameters_of(scope, (*scope.returns, *scope.yields)))
        return self._returns[uri, number]

    def _result(self, frame: Frame) -> Value:
        scope = frame.scope
        if scope.yields and not scope.returns:
            return List(tuple([self.evaluator.value(frame, op) for op in scope.yields]), exact=False)
        values = [self.evaluator.value(frame, op) for op in scope.returns]
        found = either((frame.identity, "return"), tuple(values))
        if isinstance(found, Opaque):
            return self.evaluator.names.noted(frame, found, scope.annotation)
        return found

    def property_value(self, function: Function) -> Value:
        """What a property gives."""
        frame = self.evaluator.ground.alone(function.uri, function.scope)
        return self.run(function, Given(frame, -1, [], []))

    def instance(self, of: Class, given: Given) -> Value:
        """An object made by calling a class."""
        rows = [option for value in given.spread for option in options(value) if isinstance(option, Rows)]
        init = self._init(of)
        if init is None:
            return Instance(of, keywords=tuple(given.keywords), row=rows[0] if rows else None)
        made = self.enter(replace(init, bound=Instance(of)), given)
        if made is not None and (init.uri, init.scope) in self.asking:
            self.entered.append(made)
        return Instance(of, made=made, row=rows[0] if rows else None)

    def _filled(self, of: Class, given: Given) -> Value:
        """``Model.model_validate(row)``."""
        rows = [option for value in given.arguments[:1] for option in options(value) if isinstance(option, Rows)]
        return Instance(of, row=rows[0] if rows else None)

    def _init(self, of: Class) -> Function | None:
        for item in self.evaluator.names.classes.order(of):
            number = self.evaluator.ground.methods.get(item, {}).get("__init__")
            if number is not None:
                return Function(item.uri, number)
        return None

    def super_init(self, base: Instance, item: Class, number: int) -> Frame | None:
        """The frame of a base's ``__init__`` as ``super().__init__(…)`` of a derived class runs it."""
        for derived in self.evaluator.names.classes.order(base.of):
            own = self.evaluator.ground.methods.get(derived, {}).get("__init__")
            if own is None or derived == item:
                continue
            made = base.made
            fits = isinstance(made, Frame) and (made.uri, made.number) == (derived.uri, own)
            frame = made if fits and isinstance(made, Frame) else self.evaluator.ground.alone(derived.uri, own)
            for op, what in enumerate(frame.scope.ops):
                if type(what) is flows.Call and _is_super_init(frame.scope, what):
                    given = self.given(frame, what, op)
                    return self.enter(Function(item.uri, number, bound=base), given)
        return None

    def site(self, given: Given) -> Site:
        return Site(given.frame.uri, given.frame.number, given.number)


_FROM_ROW = frozenset({"model_validate", "parse_obj", "from_orm", "model_construct"})


def tells(value: Value, own: Class) -> bool:
    """The value is more than an object of the class at hand, or something of which at most the type is known."""
    for option in options(value):
        match option:
            case Opaque() | External() | Method() | Module() | Lit():
                continue
            case Instance(of=of, made=None, keywords=()) if of == own:
                continue
            case Instance(open=True) if option.of != own:
                continue
        return True
    return False


def _is_super_init(scope: flows.Scope, call: flows.Call) -> bool:
    function = scope.ops[call.function]
    if not isinstance(function, flows.Attr) or function.name != "__init__":
        return False
    base = scope.ops[function.base]
    if not isinstance(base, flows.Call):
        return False
    name = scope.ops[base.function]
    return isinstance(name, flows.Free) and name.name == "super"


def _inside(frame: Frame, function: Function) -> bool:
    """The function is being called by itself, directly or not."""
    identity: object = frame.identity
    while isinstance(identity, tuple) and len(identity) >= 2:
        if identity[0] == function.uri and identity[1] == function.scope:
            return len(identity) > 2 or frame.given is not None
        identity = identity[2] if len(identity) > 2 else None
    return False


def bound_arguments(scope: flows.Scope, bound: Value | None, given: Given) -> dict[int, Value]:
    """The values of a function's parameters in one call; those a call does not give are absent."""
    arguments = given.arguments if bound is None else [bound, *given.arguments]
    positional = [number for number, item in enumerate(scope.parameters) if item.kind == ""]
    found: dict[int, Value] = dict(zip(positional, arguments, strict=False))
    names = {item.name: number for number, item in enumerate(scope.parameters)}
    more: list[tuple[str, Value]] = []
    for name, value in given.keywords:
        number = names.get(name, -1)
        if number >= 0:
            found[number] = value
        else:
            more.append((name, value))
    _rest(scope, found, arguments[len(positional) :], more, given)
    return found


def _rest(
    scope: flows.Scope, found: dict[int, Value], arguments: list[Value], more: list[tuple[str, Value]], given: Given
) -> None:
    """What ``*args`` and ``**kwargs`` take, and what a spread or a star may give."""
    from pgconform.sources.python.evaluate_containers import keyword_dict, updated

    for number, item in enumerate(scope.parameters):
        if item.kind == "*":
            found[number] = List(tuple(arguments), exact=not given.open)
        elif item.kind == "**":
            rest: Value = keyword_dict(more)
            for value in given.spread:
                rest = updated(rest, value)
            found[number] = rest
        elif number not in found and (given.spread or given.open):
            found[number] = _from_spread(item.name, given)


def _from_spread(name: str, given: Given) -> Value:
    from pgconform.sources.python.evaluate_containers import entry_of
    from pgconform.sources.python.evaluate_values import Dict

    for value in given.spread:
        if isinstance(value, Dict) and name in value.entries:
            return entry_of(value, name)
    return UNKNOWN
