"""Where a connection comes from: through functions, attributes and parameters, to the drivers that made it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Class, External, Function, Instance, Module, Value, is_none
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.modules.roads import parts
from pgconform.sources.python.statements.engines import Engines, under
from pgconform.sources.python.statements.injected import providers
from pgconform.sources.python.statements.outcome import Handed
from pgconform.sql.drivers import FORMAT, POSTGRES, engine

Found: TypeAlias = frozenset[str | Handed]
"""Drivers, as `Engines` names them, and parameters whose callers decide; "" where one is not known."""

UNKNOWN: Found = frozenset({""})
_DEEPEST = 12
_THROUGH = (flows.Sure, flows.Item, flows.Elem, flows.Star)
_AROUND = frozenset({"builtins.next", "builtins.anext", "contextlib.closing", "contextlib.aclosing", "typing.cast"})
"""What gives what it is handed, or an item of it."""
_PLAIN = frozenset({"staticmethod", "classmethod", "property", "cached_property", "contextmanager"})
_PLAIN_TOO = _PLAIN | {"asynccontextmanager", "abstractmethod", "override", "lru_cache", "cache", "fixture"}
"""Decorators that leave a function the parameters it says."""


class Origins:
    """Follows the values of operations back to where connections are opened."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self.evaluator = engines.evaluator
        self.ground = engines.ground
        self._busy: set[tuple[str, int, int]] = set()
        self._known: dict[tuple[str, int, int], Found] = {}
        self._cut = False

    def of(self, frame: Frame, number: int) -> Found:
        """All that the value of an operation may come from; nothing where it is always None."""
        key = (frame.uri, frame.number, number)
        if not frame.alone:
            return self._of(frame, number, key)
        if (found := self._known.get(key)) is None:
            before, self._cut = self._cut, False
            found = self._of(frame, number, key)
            if not self._busy or not self._cut:
                self._known[key] = found
            self._cut = self._cut or before
        return found

    def _of(self, frame: Frame, number: int, key: tuple[str, int, int]) -> Found:
        value = self.evaluator.value(frame, number)
        told = [self.engines.of_value(option) for option in options(value) if not is_none(option)]
        if all(told):
            return frozenset(told)
        if key in self._busy or len(self._busy) > _DEEPEST:
            self._cut = True
            return frozenset() if key in self._busy else UNKNOWN
        self._busy.add(key)
        try:
            return self._made(frame, frame.ops[number])
        finally:
            self._busy.discard(key)

    def _made(self, frame: Frame, op: flows.Op) -> Found:
        match op:
            case flows.Attr(base=base, name=name):
                return self._attribute(frame, base, name)
            case flows.Call():
                return self._called(frame, op)
            case flows.Either(options=several) | flows.Seq(items=several):
                return self._all((frame, one) for one in several)
            case flows.Param(index=index):
                return self._parameter(frame, index)
            case flows.Free(name=name):
                return self._free(frame, name)
            case flows.Import(attribute=attribute) if attribute:
                home = self.ground.roads.find(frame.uri, op.level, parts(op.module))
                return self._global(home, attribute) if home else UNKNOWN
            case flows.Enter(base=base):
                return self._entered(frame, base)
            case flows.Noted(base=base, annotation=annotation):
                return self._noted(frame, base, annotation)
        return self.of(frame, op.base) if isinstance(op, _THROUGH) else UNKNOWN

    def _free(self, frame: Frame, name: str) -> Found:
        held = frame.scope.captured.get(name)
        if held is None:
            return self._global(frame.uri, name)
        return self.of(frame.outer or self.ground.alone(frame.uri, frame.scope.outer), held)

    def _noted(self, frame: Frame, base: int, annotation: str) -> Found:
        found = self.of(frame, base)
        said = self.engines.noted(frame, annotation) if "" in found or not found else ""
        return frozenset({said}) if said else found

    def _all(self, places: Iterable[tuple[Frame, int]]) -> Found:
        return frozenset[str | Handed]().union(*(self.of(frame, number) for frame, number in places))

    def _attribute(self, frame: Frame, base: int, name: str) -> Found:
        held = [option for option in options(self.evaluator.value(frame, base)) if not is_none(option)]
        if held and all(isinstance(option, Instance | Module) for option in held):
            return frozenset[str | Handed]().union(*(self._member(option, name) for option in held))
        return frozenset(one if isinstance(one, Handed) else under(one, name) for one in self.of(frame, base))

    def _member(self, of: Value, name: str) -> Found:
        if isinstance(of, Module):
            return self._global(of.uri, name)
        return self._own(of.of, name) if isinstance(of, Instance) else UNKNOWN

    def _own(self, of: Class, name: str) -> Found:
        """What an object of a class holds under a name: all that it, or a base of it, puts there."""
        found: set[str | Handed] = set()
        classes = self.evaluator.names.classes
        for item in classes.order(of):
            stores = [(self.ground.alone(item.uri, number), op) for number, op in classes.stores(item, name)]
            places = [(frame, store.value) for frame, op in stores if type(store := frame.ops[op]) is flows.Store]
            scope = classes.scope(item)
            if (held := scope.names.get(name, -1)) >= 0:
                found |= self._in_class(self.ground.alone(item.uri, item.scope), held)
            found |= self._all(places)
            said = self.engines.noted(self.ground.alone(item.uri, item.scope), scope.annotations.get(name, ""))
            if said and not found - {""}:
                return frozenset({said})
        return frozenset(found) or UNKNOWN

    def _in_class(self, frame: Frame, held: int) -> Found:
        """An attribute of the class itself, or what a property of it gives."""
        op = frame.ops[held]
        return self._given(Function(frame.uri, op.scope)) if type(op) is flows.Func else self.of(frame, held)

    def _global(self, uri: str, name: str) -> Found:
        """What a name of a module holds, whoever puts it there."""
        held = self.ground.bound(uri, name)
        places = [(self.ground.alone(uri, scope), op) for scope, op in self.ground.global_stores(uri, name)]
        if held >= 0:
            places.append((self.ground.holding(uri, 0, held), held))
        return self._all(places) if places else UNKNOWN

    def _entered(self, frame: Frame, base: int) -> Found:
        """What ``with base as name`` binds."""
        held = list(options(self.evaluator.value(frame, base)))
        classes = self.evaluator.names.classes
        entering = [
            classes.method(option.of, "__enter__", "__aenter__") for option in held if isinstance(option, Instance)
        ]
        functions = [one for one in entering if one is not None]
        if functions and len(functions) == len(held):
            return frozenset[str | Handed]().union(*map(self._given, functions))
        return self.of(frame, base)

    def _called(self, frame: Frame, op: flows.Call) -> Found:
        """What a call gives: of the project's functions what they return or yield, of other things what they are of."""
        found: set[str | Handed] = set()
        for option in options(self.evaluator.value(frame, op.function)):
            match option:
                case Function():
                    found |= self._answer(frame, op, option)
                case Class():
                    bases = self.evaluator.names.classes.foreign(option)
                    found.add(next(filter(None, map(engine, bases)), ""))
                case External(name=name) if name in _AROUND and op.arguments:
                    found |= self.of(frame, op.arguments[-1 if name == "typing.cast" else 0])
                case _:
                    found |= self.of(frame, op.function)
        return frozenset(found)

    def _answer(self, frame: Frame, op: flows.Call, function: Function) -> Found:
        """What a function gives to this call, which decides what its own parameters are."""
        found: set[str | Handed] = set()
        for one in self._given(function):
            if isinstance(one, Handed) and (one.uri, one.scope) == (function.uri, function.scope):
                found |= self.given(frame, op, one, bound=function.bound is not None)
            else:
                found.add(one)
        return frozenset(found)

    def _given(self, function: Function) -> Found:
        """What a function returns, or yields, by itself."""
        frame = self.ground.alone(function.uri, function.scope)
        if said := self.engines.noted(frame, frame.scope.annotation):
            return frozenset({said})
        given = (*frame.scope.returns, *frame.scope.yields)
        return self._all((frame, op) for op in given) if given else UNKNOWN

    def given(self, frame: Frame, op: flows.Call, to: Handed, *, bound: bool) -> Found:
        """What a call hands over to a parameter; where it hands nothing, what stands there by itself."""
        parameter = self.ground.head(to.uri, to.scope).parameters[to.index]
        named, index = dict(op.keywords), to.index - bound
        if parameter.name in named:
            return self.of(frame, named[parameter.name])
        if "**" in named or any(type(frame.ops[item]) is flows.Star for item in op.arguments[: index + 1]):
            return UNKNOWN
        if 0 <= index < len(op.arguments):
            return self.of(frame, op.arguments[index])
        if parameter.default < 0:
            return UNKNOWN
        outer = self.ground.head(to.uri, to.scope).outer
        return self.of(self.ground.holding(to.uri, outer, parameter.default), parameter.default)

    def _parameter(self, frame: Frame, index: int) -> Found:
        if not frame.alone or index >= len(frame.scope.parameters):
            return UNKNOWN
        parameter = frame.scope.parameters[index]
        if said := self.engines.noted(frame, parameter.annotation):
            return frozenset({said})
        injected = providers(self.evaluator, frame, parameter)
        if injected:
            return frozenset[str | Handed]().union(*map(self._given, injected))
        own = index == 0 and frame.scope.owner >= 0 and "staticmethod" not in frame.scope.decorators
        named = {name.rpartition(".")[2] for name in frame.scope.decorators}
        if own or parameter.kind in ("*", "**") or frame.scope.kind != "function" or not named <= _PLAIN_TOO:
            return UNKNOWN
        return frozenset({Handed(frame.uri, frame.number, index)})


def one_driver(found: Iterable[str | Handed]) -> str:
    """The one driver of all that was found, or one of those that take the same statements; "" where it is not known."""
    told = frozenset(found)
    if len(told) == 1:
        (only,) = told
        return only if isinstance(only, str) else ""
    if told <= FORMAT:
        return min((one for one in told if isinstance(one, str)), default="")
    return ""


def waiting(found: Iterable[str | Handed]) -> tuple[Handed, ...]:
    """The parameters whose callers decide, where all else that was found is Postgres'."""
    told = frozenset(found)
    waits = [one for one in told if isinstance(one, Handed)]
    return in_order(waits) if all(one in POSTGRES for one in told.difference(waits)) else ()


def in_order(handed: Iterable[Handed]) -> tuple[Handed, ...]:
    """Parameters by their places."""
    return tuple(sorted(handed, key=lambda one: (one.uri, one.scope, one.index)))
