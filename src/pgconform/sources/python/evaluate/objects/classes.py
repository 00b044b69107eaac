"""Attributes of the project's classes and objects: through bases, ``self.x = …``, constructors and derived classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from pgconform.sources.python.evaluate.objects.ancestry import Ancestry
from pgconform.sources.python.evaluate.objects.families import Families
from pgconform.sources.python.evaluate.objects.fluent import fluent
from pgconform.sources.python.evaluate.objects.shared import shared
from pgconform.sources.python.evaluate.scopes.doubt import loosened
from pgconform.sources.python.evaluate.values.choices import each, either, holds_chain, options
from pgconform.sources.python.evaluate.values.containers import to_be_filled
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Class,
    Dict,
    Either,
    External,
    Function,
    Instance,
    List,
    Opaque,
    Str,
    Value,
    is_none,
)
from pgconform.sources.python.flows.heads import Scope, sets_attributes
from pgconform.sources.python.flows.operations import Store

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_PROPERTY = frozenset({"property", "cached_property", "computed_field", "hybrid_property", "abstractproperty"})
_KEPT = "cached_property"
"""The one of them that gives the same object each time."""
MOST_DERIVED = 60
_Change: TypeAlias = tuple[Class, int, int, str]
"""A class, and of what a method of it changes in an attribute: scope, operation and key."""


class Classes(Ancestry):
    """Looks attributes up."""

    def __init__(self, evaluator: Evaluator) -> None:
        super().__init__(evaluator)
        self._own_methods: dict[Class, tuple[tuple[int, Scope], ...]] = {}
        self._stored_names: dict[Class, dict[str, list[tuple[int, int]]]] = {}
        self._changing: dict[tuple[Class, str], tuple[_Change, ...]] = {}
        self._found: dict[tuple[Class, frozenset[Class], str], Value | None] = {}
        self._without: dict[tuple[Class, str], frozenset[Class]] = {}
        self._fluent: dict[Class, frozenset[str]] = {}
        self.called: Callable[[Place], frozenset[Class]] = lambda _: frozenset()
        self.families = Families(self.ground, self.own_bases)

    def forget(self) -> None:
        """Drop what was found so far."""
        super().forget()
        self._own_methods, self._stored_names, self._changing = {}, {}, {}
        self._found, self._without, self._fluent = {}, {}, {}

    def derived(self, of: Class) -> list[Class]:
        """The classes derived from a class, directly or not, as far as they are looked at."""
        found = self.families.derived.get(of, [])[:MOST_DERIVED]
        self.ground.log.ask(("derived", of.uri, of.scope), found)
        return found

    def own_bases(self, uri: str) -> dict[int, tuple[Class, ...]]:
        """The project's classes that those of a file are derived from at once, by scope."""
        found = {}
        for number, scope in enumerate(self.ground.heads(uri)):
            if scope.bases and (bases := [item for item in self.bases(Class(uri, number)) if isinstance(item, Class)]):
                found[number] = tuple(bases)
        return found

    def stores(self, of: Class, name: str) -> list[tuple[int, int]]:
        """What methods of a class assign to ``self.name``: scope and operation."""
        if (found := self._stored_names.get(of)) is None:
            found = self._stored_names[of] = {}
            for number, scope in self._methods(of):
                for stored, op in scope.summary.stores:
                    found.setdefault(stored, []).append((number, op))
        return found.get(name, [])

    def fluent(self, of: Class) -> frozenset[str]:
        """The attributes of its objects with which methods go on, and give the object back."""
        if (found := self._fluent.get(of)) is None:
            found = self._fluent[of] = fluent(self, of)
        return found

    def stored(self, of: Class) -> Iterator[tuple[str, int]]:
        """The attributes that methods of a class assign, with the methods' scopes."""
        return ((name, number) for number, scope in self._methods(of) for name, _ in scope.summary.stores)

    def _methods(self, of: Class) -> tuple[tuple[int, Scope], ...]:
        """The methods of a class; those that store something in their object are followed for it."""
        if (found := self._own_methods.get(of)) is None:
            ground, owned = self.ground, self.ground.owned(of)
            scopes = [ground.scope(of.uri, number) if sets_attributes(it.source) else it for number, it in owned]
            found = tuple([(number, scope) for (number, _), scope in zip(owned, scopes, strict=True)])
            self._own_methods[of] = found
        return found

    def of_class(self, of: Class, name: str) -> Value | None:
        """``Class.name``: an attribute or a function; of one that derived classes fill, what each of them says.

        None when neither the class nor a base of it has one.
        """
        found = self._said(of, name)
        promised = found is None and any(name in self.scope(item).annotations for item in self.order(of))
        if not promised and not (found is not None and (is_none(found) or _empty(found))):
            return found
        values = [self._said(item, name) for item in self.derived(of)]
        kept = tuple([UNBOUND if value is None or is_none(value) else value for value in values])
        return found if all(value is UNBOUND for value in kept) else either((of, "class"), kept)

    def _said(self, of: Class, name: str) -> Value | None:
        """What the class, or the nearest base of it, says."""
        for item in self.order(of):
            scope = self.scope(item)
            if (held := scope.names.get(name)) is not None:
                value = shared(self, self.evaluator.value(self.ground.alone(item.uri, item.scope), held), of, name)
                return _bound(value, of, self.decorators(value))
        return None

    def method(self, of: Class, *names: str) -> Function | None:
        """The nearest method of one of these names that objects of a class have."""
        for item in self.order(of):
            methods = self.ground.methods(item)
            for name in names:
                if name in methods:
                    return Function(item.uri, methods[name])
        return None

    def decorators(self, value: Value) -> tuple[str, ...]:
        if not isinstance(value, Function):
            return ()
        return tuple(name.rpartition(".")[2] for name in self.ground.head(value.uri, value.scope).decorators)

    def is_computed(self, base: Value, name: str) -> bool:
        """``base.name`` may be another object each time it is read, for a property gives it."""
        for option in options(base):
            if isinstance(option, Instance) and (method := self.method(option.of, name)) is not None:
                names = self.decorators(method)
                if _KEPT not in names and not _PROPERTY.isdisjoint(names):
                    return True
        return False

    def of_instance(self, base: Instance, name: str) -> Value | None:
        """``object.name``; of an object of a class or any derived from it, what each of them says."""
        if base.above is not None:
            return self._from_above(replace(base, above=None), base.above, name)
        if not base.open:
            return self._of_object(base, name)
        others = self.without(base.of, base.within)
        key = (base.of, others, name)
        if key not in self._found:
            self._found[key] = UNKNOWN
            self._found[key] = self._of_any(base, others, name)
        return self._found[key]

    def _from_above(self, base: Instance, below: Class, name: str) -> Value | None:
        """``super().name`` in a method of a class ``below`` those that are asked."""
        order = self.order(base.of)
        above = order[order.index(below) + 1 :] if below in order else ()
        return next((self._held(base, item, name) for item in above if name in self.scope(item).names), None)

    def without(self, of: Class, method: str) -> frozenset[Class]:
        """The classes derived from a class that have a method of their own for one of it, and leave its alone; and
        those on whose objects nobody calls it, where it is called on others.
        """
        if (found := self._without.get((of, method))) is None:
            derived = self.derived(of) if method else []
            called = self._called(of, method) if derived else frozenset()
            found = frozenset(
                [one for one in derived if (called and one not in called) or self._overrides(one, of, method)]
            )
            self._without[of, method] = found
        return found

    def _called(self, of: Class, method: str) -> frozenset[Class]:
        number = self.ground.methods(of).get(method)
        return frozenset() if number is None else self.called((of.uri, number))

    def _overrides(self, item: Class, of: Class, method: str) -> bool:
        """Of two classes, one derived from the other, the first has its own method, which asks for none above it."""
        nearest = next((one for one in self.order(item) if method in self.scope(one).names), of)
        if nearest == of or of not in self.order(item):
            return False
        own = self.ground.methods(nearest).get(method)
        return own is not None and not self.ground.reads(nearest.uri, own, "super")

    def _of_any(self, base: Instance, others: frozenset[Class], name: str) -> Value | None:
        derived = self.derived(base.of)
        found = self._of_object(base, name)
        if not derived or _settled(found, self.is_abstract(found)):
            return found
        if isinstance(found, Function) and not any(name in self.scope(item).names for item in derived):
            return replace(found, bound=base) if isinstance(found.bound, Instance) else found
        values = [None if item in others else self._of_object(Instance(item), name) for item in derived]
        own = [] if found is None or self.is_abstract(found) or is_none(found) else [found]
        kept = tuple([UNBOUND if value is None or self.is_abstract(value) else value for value in values]) + tuple(own)
        if all(value is UNBOUND for value in kept):
            return found
        return either((base.of, _ANY), kept)

    def is_abstract(self, value: Value | None) -> bool:
        """A method that only says what derived classes must have, or a text that does."""
        if isinstance(value, Str):
            return _empty(value)
        if not isinstance(value, Function):
            return value is None
        scope = self.ground.head(value.uri, value.scope)
        names = self.decorators(value)
        return "abstractmethod" in names or not (
            scope.returns or scope.yields or scope.unfollowed or scope.source or scope.acts
        )

    def _of_object(self, base: Instance, name: str) -> Value | None:
        for key, value in base.keywords:
            if key == name:
                return value
        for item in self.order(base.of):
            if (found := self._held(base, item, name)) is not None:
                return found
        return self._promised(base.of, name)

    def _held(self, base: Instance, item: Class, name: str) -> Value | None:
        """What one class of the order gives an object under a name."""
        scope = self.scope(item)
        held = scope.names.get(name)
        value = None
        if held is not None:
            value = self.evaluator.value(self.ground.alone(item.uri, item.scope), held)
            if isinstance(value, Function):
                return self._method(value, base)
            value = shared(self, value, base.of, name)
            if name in scope.annotations and (base.open or base.row) and self.is_record(item):
                return self._promised(base.of, name)
        stored = self._stored(base, item, name)
        if value is None or (stored is not None and is_none(value)):
            return stored
        if is_none(value) or (_empty(value) and self.is_settings(item)):
            return self._promised(base.of, name) or UNKNOWN
        return value if stored is None else either((item, "stored", name), (stored, value))

    def _method(self, value: Function, base: Instance) -> Value:
        names = self.decorators(value)
        if "staticmethod" in names:
            return value
        bound = replace(value, bound=base.of if "classmethod" in names else base)
        if not _PROPERTY.isdisjoint(names):
            return self.evaluator.calls.property_value(bound)
        return bound

    def _stored(self, base: Instance, item: Class, name: str) -> Value | None:
        """What methods store there; of an object that carries a chain from call to call, what it began with."""
        stores = self.stores(item, name)
        if not base.open and name in self.fluent(base.of):
            begun = self._values(base, item, name, [one for one in stores if self.is_constructor(item, one[0])])
            if any(map(holds_chain, begun)):
                return either((item, "stores", name), tuple(begun))
        found = self._values(base, item, name, stores)
        if not found:
            return UNKNOWN if stores else None
        return either((item, "stores", name), tuple(found))

    def _values(self, base: Instance, item: Class, name: str, stores: Iterable[tuple[int, int]]) -> list[Value]:
        found: list[Value] = []
        for number, op in stores:
            frames = self._frames(base, item, number, op)
            left = tuple([self._left(base, frame, op, name) for frame in frames])
            found += [either((item, _MADE), left)] if any(value is not UNBOUND for value in left) else []
        return found

    def is_constructor(self, item: Class, number: int) -> bool:
        """That method of a class is its ``__init__``."""
        return self.ground.head(item.uri, number).name.endswith(".__init__")

    def _left(self, base: Instance, frame: Frame, op: int, name: str) -> Value:
        """What a method leaves in an attribute: no value where that is None, as it is something when it is used."""
        value = self.evaluator.at(frame, op, len(frame.ops))
        if is_none(value) or value is UNBOUND:
            return UNBOUND
        return self.changed(each(value, to_be_filled) if base.open else value, base, name)

    def changed(self, value: Value, base: Instance, name: str, methods: frozenset[Place] | None = None) -> Value:
        """What methods of an object, or those of them that are given, leave of what an attribute of it holds."""
        kinds = Dict if methods is None else Dict | List
        if not any(isinstance(option, kinds) for option in options(value)):
            return value
        for item, number, change, key in self._changes(base, name):
            if methods is None or (item.uri, number) in methods:
                frame = self.ground.alone(item.uri, number)
                value = each(value, partial(loosened, self.evaluator, frame, frame.ops[change], key))
        return value

    def _changes(self, base: Instance, name: str) -> Iterator[_Change]:
        """What methods change of what that attribute of their object holds."""
        for item in self.family(base):
            yield from self._changed_by(item, name)

    def _changed_by(self, of: Class, name: str) -> tuple[_Change, ...]:
        """The same of the methods of one class."""
        if (found := self._changing.get((of, name))) is None:
            ground, uri = self.ground, of.uri
            reading = [number for number, _ in self._methods(of) if ground.reads(uri, number, name)]
            changes = [
                (of, number, change.number, key)
                for number in reading
                for key, change in ground.aliases(uri, number).of_attribute(name)
                if change.place == -1
            ]
            found = self._changing[of, name] = tuple(changes)
        return found

    def family(self, base: Instance) -> list[Class]:
        """The classes whose methods an object may have."""
        return [*self.order(base.of), *(self.derived(base.of) if base.open else ())]

    def _frames(self, base: Instance, item: Class, number: int, op: int) -> list[Frame]:
        """The frames in which a method stores: of a constructor's own parameter, one for every object made."""
        frame = self._frame(base, item, number)
        if not frame.alone or not frame.scope.name.endswith(".__init__"):
            return [frame]
        value = self.evaluator.value(frame, op)
        if not isinstance(value, Opaque) or not frame.scope.summary.stores:
            return [frame]
        return self.evaluator.calls.instances.constructions(item)[:MOST_DERIVED] or [frame]

    def _frame(self, base: Instance, item: Class, number: int) -> Frame:
        """The frame of a method that stores: of ``__init__``, the one that made this object."""
        made = base.made
        if isinstance(made, Frame) and (made.uri, made.number) == (item.uri, number):
            return made
        scope = self.ground.scope(item.uri, number)
        if scope.name.endswith(".__init__"):
            found = self.evaluator.calls.instances.super_init(base, item, number)
            if found is not None:
                return found
        return self.ground.alone(item.uri, number)

    def stored_first(self, base: Value, name: str) -> tuple[Frame, int] | None:
        """What alone is ever stored in an attribute of an object, by its constructor: the frame, and the operation."""
        if not isinstance(base, Instance):
            return None
        stores = [(item, *store) for item in self.order(base.of) for store in self.stores(item, name)]
        if len(stores) != 1 or not self.is_constructor(*stores[0][:2]):
            return None
        (item, number, op), *_ = stores
        frame = self._frame(base, item, number)
        stored = frame.ops[op]
        return frame, stored.value if isinstance(stored, Store) else op

    def _promised(self, of: Class, name: str) -> Value | None:
        """What a class's annotation says of an attribute."""
        for item in self.order(of):
            annotation = self.scope(item).annotations.get(name)
            if annotation:
                said = self.evaluator.names.annotated(item.uri, annotation)
                if not isinstance(said, Opaque):
                    return said
                return Opaque(f"attribute `{name}`", said.type, said.said and not self.is_checked(of))
        return None


def _empty(value: Value) -> bool:
    return isinstance(value, Str) and not value.text.value


def _bound(value: Value, of: Class, decorators: tuple[str, ...]) -> Value:
    if isinstance(value, Function) and "classmethod" in decorators:
        return replace(value, bound=of)
    return value


_ANY, _MADE = "self", "made"
"""Mark the choices of the class that an object is of, and of the call that made it, whatever attribute is asked for."""


def of_any_class(value: Either) -> bool:
    """The choice is between what several classes have under a name, one of which an object is of."""
    return value.choice[1:] == (_ANY,)


def _settled(found: Value | None, abstract: bool) -> bool:
    """Derived classes need not be asked: the class itself gives a function or an object, or they cannot say more."""
    if found is None or abstract or is_none(found):
        return False
    return all(isinstance(option, Instance | External) for option in options(found))
