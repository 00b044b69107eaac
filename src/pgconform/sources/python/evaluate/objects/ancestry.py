"""What the project's classes are derived from and marked as, and what kind of class that makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Class, External, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.heads import Scope
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_OPTIONAL = deferred(r"\b(?:None|Optional|Any|object|ClassVar)\b")
_PSEUDO = deferred(r"\b(?:ClassVar|InitVar|KW_ONLY)\b")
_RECORDS = frozenset({"BaseModel", "SQLModel", "TypedDict", "NamedTuple", "RootModel", "DeclarativeBase"})
_BARE = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"})
"""Bases from which objects have nothing of their own."""
_DATACLASS = frozenset({"dataclass"})
_TYPED_DICT = frozenset({"TypedDict"})
_PROTOCOL = frozenset({"Protocol"})
_NAMED_TUPLE = frozenset({"NamedTuple"})
_SETTINGS = frozenset({"BaseSettings"})


class Ancestry:
    """Looks up what classes are derived from."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.ground = evaluator.ground
        self._orders: dict[Class, tuple[Class, ...]] = {}
        self._bases: dict[Class, tuple[Value, ...]] = {}

    def forget(self) -> None:
        """Drop what was found so far."""
        self._orders, self._bases = {}, {}

    def scope(self, of: Class) -> Scope:
        return self.ground.head(of.uri, of.scope)

    def bases(self, of: Class) -> tuple[Value, ...]:
        """The bases of a class, those outside the project among them."""
        if of not in self._bases:
            self._bases[of] = ()
            scope = self.scope(of)
            around = self.ground.holding(of.uri, scope.outer, *scope.bases)
            self._bases[of] = tuple(self._base(around, base) for base in scope.bases)
        return self._bases[of]

    def _base(self, around: Frame, number: int) -> Value:
        """A base; of ``Base[Model]`` it is ``Base``."""
        op = around.ops[number]
        return self._base(around, op.base) if type(op) is flows.Item else self.evaluator.value(around, number)

    def order(self, of: Class) -> tuple[Class, ...]:
        """The class and the project's classes it is derived from, nearest first."""
        if of not in self._orders:
            self._orders[of] = (of,)
            found = [of]
            for base in self.bases(of):
                found += [item for item in (self.order(base) if isinstance(base, Class) else ()) if item not in found]
            self._orders[of] = tuple(found)
        return self._orders[of]

    def foreign(self, of: Class) -> list[str]:
        """The dotted names of the bases outside the project, of the class and those it is derived from."""
        return [base.name for item in self.order(of) for base in self.bases(item) if isinstance(base, External)]

    def is_whole(self, of: Class) -> bool:
        """All that objects of the class have is said in the project."""
        every = [base for item in self.order(of) for base in self.bases(item)]
        return all(isinstance(base, Class) or (isinstance(base, External) and base.name in _BARE) for base in every)

    def is_dataclass(self, of: Class) -> bool:
        """The objects of the class have just the attributes that it says."""
        return self._is_marked(of, _DATACLASS)

    def is_typed_dict(self, of: Class) -> bool:
        return self.is_derived(of, _TYPED_DICT)

    def is_protocol(self, of: Class) -> bool:
        return self.is_derived(of, _PROTOCOL)

    def is_derived(self, of: Class, names: frozenset[str]) -> bool:
        """A base of the class, from outside the project, has one of these names."""
        return any(name.rpartition(".")[2] in names for name in self.foreign(of))

    def _is_marked(self, of: Class, names: frozenset[str]) -> bool:
        """A decorator of the class has one of these names."""
        return any(name.rpartition(".")[2] in names for name in self.scope(of).decorators)

    def is_checked(self, of: Class) -> bool:
        """Values of its fields are held to what their annotations say."""
        return any(base.partition(".")[0] in ("pydantic", "pydantic_settings", "sqlmodel") for base in self.foreign(of))

    def fields(self, of: Class) -> list[str]:
        """The fields of a dataclass or named tuple in the order in which a call gives them; none where that is open."""
        if not self.is_dataclass(of) and not self.is_derived(of, _NAMED_TUPLE):
            return []
        found = self.scope(of).annotations
        derived = any(self.scope(item).annotations for item in self.order(of) if item != of)
        if derived or any(map(_PSEUDO.search, found.values())):
            return []
        calls = [op for op in self.ground.alone(of.uri, of.scope).ops if type(op) is flows.Call]
        return [] if any(key in ("init", "kw_only") for op in calls for key, _ in op.keywords) else list(found)

    def required(self, of: Class) -> frozenset[str]:
        """The fields that every object of a model is given, and that take no None, as far as its classes spell that."""
        found: set[str] = set()
        for item in reversed(self.order(of)):
            scope, ops = self.scope(item), self.ground.alone(item.uri, item.scope).ops
            found.difference_update(scope.names)
            for name, annotation in scope.annotations.items():
                held = scope.names.get(name)
                if not _OPTIONAL.search(annotation) and (held is None or _is_required(ops, ops[held])):
                    found.add(name)
        return frozenset(found)

    def is_settings(self, of: Class) -> bool:
        """A deployment sets the attributes of its objects, by variables of the environment."""
        return self.is_derived(of, _SETTINGS)

    def is_record(self, of: Class) -> bool:
        """Objects of the class are data: what the class says of a field is only where it starts."""
        return self._is_marked(of, _DATACLASS | {"define", "frozen"}) or self.is_derived(of, _RECORDS)


def _is_required(ops: tuple[flows.Op, ...], held: flows.Op) -> bool:
    """``Field(…)`` with an ellipsis where the default would stand, or with no default at all."""
    if isinstance(held, flows.Noted):
        return _is_required(ops, ops[held.base])
    if not isinstance(held, flows.Call) or held.name != "Field":
        return False
    first = ops[held.arguments[0]] if held.arguments else None
    left_open = first is None or (isinstance(first, flows.Typed) and not first.kind)
    return left_open and not any(key in ("default", "default_factory") for key, _ in held.keywords)
