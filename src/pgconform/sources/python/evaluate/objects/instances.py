"""Objects that are made by calling classes: of what, and in which frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate.objects.proxies import answering, stands_for
from pgconform.sources.python.evaluate.scopes.given import Given, bound_arguments, tells
from pgconform.sources.python.evaluate.values.choices import holds_chain, options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import Chain, Class, Dict, Function, Instance, Rows, Value
from pgconform.sources.python.evaluate.values.pairs import keyword_dict
from pgconform.sources.python.flows import operations as flows
from pgconform.support.testfiles import in_tests

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.calls import Calls

FROM_ROW = frozenset({"model_validate", "parse_obj", "from_orm", "model_construct"})
"""Functions that make an object of a class of what they are given."""


class Instances:
    """Makes objects of the project's classes."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.evaluator = calls.evaluator
        self.ground = calls.ground
        self.classes = calls.evaluator.names.classes
        self._made: dict[Class, list[Frame]] = {}
        self._standing: dict[tuple[Class, int], bool] = {}

    def forget(self) -> None:
        """Drop what was found so far."""
        self._made = {}
        self._standing = {}

    def called(self, of: Class, given: Given) -> Value:
        """An object made by calling a class."""
        row = _row_in(given.spread)
        init = self.constructor(of)
        if init is None and given.plain and not given.op.arguments and self.classes.is_typed_dict(of):
            return keyword_dict(given.keywords)
        if init is None:
            return Instance(of, keywords=(*self._by_place(of, given), *given.keywords), row=row)
        passed = bound_arguments(self.ground.scope(init.uri, init.scope), Instance(of), given)
        if not any(tells(value, of) for index, value in passed.items() if index):
            return Instance(of, row=row)
        made = self.calls.enter(init, passed, given)
        if made is not None and (chain := self._behind(of, made)) is not None:
            return chain
        if made is not None and (init.uri, init.scope) in self.calls.asking:
            self.calls.entered.append(made)
        return Instance(of, made=made, row=row)

    def _behind(self, of: Class, made: Frame) -> Value | None:
        """The chain that an object is made of, where the object does nothing but hand on to it what it is asked."""
        if answering(self.classes, of) is None:
            return None
        given = {index: self.evaluator.names.parameter(made, index) for index in made.given or () if index}
        held = [index for index, value in given.items() if holds_chain(value)]
        if len(held) != 1:
            return None
        value, key = given[held[0]], (of, held[0])
        chains = [option for option in options(value) if isinstance(option, Chain)]
        if key not in self._standing:
            self._standing[key] = True  # what it makes of itself stands for the chain as well
            self._standing[key] = stands_for(self.evaluator, Instance(of, made=made), chains[0])
        return value if self._standing[key] and len(chains) == len(options(value)) else None

    def _by_place(self, of: Class, given: Given) -> list[tuple[str, Value]]:
        """The fields of a record that are given by their place."""
        if not given.op.arguments or given.open:
            return []
        return list(zip(self.classes.fields(of), given.arguments, strict=False))

    def filled(self, of: Class, given: Given) -> Value:
        """``Model.model_validate(row)``."""
        return Instance(of, row=_row_in(given.arguments[:1]))

    def constructor(self, of: Class) -> Function | None:
        """The ``__init__`` that a call of a class runs."""
        return self.classes.method(of, "__init__")

    def super_init(self, base: Instance, item: Class, number: int) -> Frame | None:
        """The frame of a base's ``__init__`` as ``super().__init__(…)`` of a derived class runs it."""
        for derived in self.classes.order(base.of):
            own = self.ground.methods(derived).get("__init__")
            if own is None or derived == item:
                continue
            made = base.made
            if not isinstance(made, Frame) or (made.uri, made.number) != (derived.uri, own):
                made = self.ground.alone(derived.uri, own)
            for op, what in enumerate(made.ops):
                if type(what) is flows.Call and _is_super_init(made.ops, what):
                    given = Given(self.evaluator, made, what, op)
                    passed = bound_arguments(self.ground.scope(item.uri, number), base, given)
                    return self.calls.enter(Function(item.uri, number), passed, given)
        return None

    def constructions(self, of: Class) -> list[Frame]:
        """The frames of a class's ``__init__``, one for every call of the class that says something.

        What tests hand to a class of the program is no concern of it.
        """
        if (found := self._made.get(of)) is None:
            found = self._made[of] = []
            name, tests = self.ground.head(of.uri, of.scope).name, in_tests(of.uri)
            for place, called in [*[(place, name) for place in self.ground.using(name)], *self._makers(of)]:
                if (tests or not in_tests(place[0])) and self.ground.calls(place, {called}):
                    found += self._constructed(of, self.ground.alone(*place), called)
        return found

    def _makers(self, of: Class) -> Iterator[tuple[Place, str]]:
        """The class methods of a class, and what each of them calls the class by."""
        for number in self.ground.methods(of).values():
            head = self.ground.head(of.uri, number)
            if "classmethod" in head.decorators and head.parameters:
                yield (of.uri, number), head.parameters[0].name

    def _constructed(self, of: Class, frame: Frame, name: str) -> Iterator[Frame]:
        for number, op in enumerate(frame.ops):
            if type(op) is flows.Call and op.name == name and self.evaluator.value(frame, op.function) == of:
                made = self.evaluator.value(frame, number)
                if isinstance(made, Instance) and isinstance(made.made, Frame):
                    yield made.made


def _row_in(values: Iterable[Value]) -> Rows | None:
    """The row among what values can be, with the keys that any of them was given since."""
    found = [option for value in values for option in options(value)]
    rows = [option for option in found if isinstance(option, Rows) and not option.framed]
    if not rows:
        return None
    more = [key for option in found if isinstance(option, Dict) for key in option.entries]
    over = frozenset(more).union(*(row.over for row in rows))
    return replace(rows[0], over=over, loose=any(row.loose for row in rows))


def _is_super_init(ops: tuple[flows.Op, ...], call: flows.Call) -> bool:
    function = ops[call.function]
    if not isinstance(function, flows.Attr) or function.name != "__init__":
        return False
    base = ops[function.base]
    if not isinstance(base, flows.Call):
        return False
    name = ops[base.function]
    return isinstance(name, flows.Free) and name.name == "super"
