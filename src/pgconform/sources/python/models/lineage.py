"""Classes among classes: their ancestors in method resolution order, and what their type parameters are bound to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import msgspec

from pgconform.sources.python.facts.classes import ClassFacts, Member
from pgconform.sources.python.facts.expressions import Call, Const, Either, Expr, Ref, Seq, Sub
from pgconform.sources.python.modules.project import External, Found, Meaning, Project, within
from pgconform.sources.python.vocabulary.names import canonical

_DEPTH = 60
_MADE = 4
_LINES = (5_000, 20)
"""How many lines are worked out, at least and for each class; where ancestors multiply without end, the rest is cut."""
_GENERIC = ("typing.Generic", "typing.Protocol")


class Bound(msgspec.Struct, frozen=True):
    """What a type parameter stands for: an expression, and where it was written."""

    expression: Expr
    scope: Scope


class Scope(msgspec.Struct, frozen=True):
    """Where an expression is written: the module, the class around it, and that class's type parameters."""

    uri: str
    owner: Found | None = None
    bindings: Mapping[str, Bound] = {}

    @property
    def parameters(self) -> tuple[str, ...]:
        """The type parameters of ``class A[T]``, which no module knows."""
        thing = self.owner.thing if self.owner else None
        return thing.parameters if isinstance(thing, ClassFacts) else ()


class Ancestor(msgspec.Struct, frozen=True):
    """A class in a method resolution order; ``scope`` is that of its body."""

    found: Found
    scope: Scope

    @property
    def facts(self) -> ClassFacts:
        assert isinstance(self.found.thing, ClassFacts)
        return self.found.thing


class Line(msgspec.Struct, frozen=True):
    """A class's ancestors, itself first, and the outside classes it descends from, by their canonical names."""

    ancestors: tuple[Ancestor, ...]
    outside: tuple[str, ...] = ()


_Key: TypeAlias = tuple[str, str]


class Lineage:
    """The classes of a project and their lines of descent."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.classes = sum(len(project.modules[uri].classes) for uri in project.speaking)
        self.forget()

    def forget(self) -> None:
        """Drop what was worked out so far."""
        self._plain: dict[_Key, Line] = {}
        self._left = _LINES[0] + _LINES[1] * self.classes

    def resolve(self, name: str, scope: Scope) -> Meaning | None:
        """What a name means where it is written; a class's own nested classes come first."""
        if scope.owner and isinstance(scope.owner.thing, ClassFacts):
            head, *rest = name.split(".")
            for inner in scope.owner.thing.classes:
                if inner.name == head:
                    found = Found(scope.owner.uri, f"{scope.owner.path}.{head}", inner)
                    return within(found, tuple(rest))
        return self.project.resolve(scope.uri, name)

    def outside(self, expression: Expr, scope: Scope, depth: int = 0) -> str:
        """The canonical name of something outside the project, or of its maker's, that an expression names; else ""."""
        match self.resolve(expression.name, scope) if isinstance(expression, Ref) else None:
            case External(name=name):
                return canonical(name)
            case Found(thing=Member(value=Call(function=function)), uri=uri, rest=(_, *_) as rest) if depth < _MADE:
                maker = self.outside(function, Scope(uri), depth + 1)
                return canonical(".".join((maker, *rest))) if maker else ""
            case _:
                return ""

    def line(self, found: Found, arguments: tuple[Bound, ...] = ()) -> Line:
        """The line of a class, or of a generic class with these arguments."""
        if arguments:
            return self._line(found, arguments, 0)
        key = (found.uri, found.path)
        if key not in self._plain:
            self._plain[key] = Line((Ancestor(found, Scope(found.uri, found)),))
            self._plain[key] = self._line(found, (), 0)
        return self._plain[key]

    def scope(self, found: Found, arguments: tuple[Bound, ...] = ()) -> Scope:
        """The scope of a class's body, its type parameters bound to the arguments."""
        bindings = dict(zip(self.parameters(found), arguments, strict=False)) if arguments else {}
        return Scope(found.uri, found, bindings)

    def parameters(self, found: Found) -> tuple[str, ...]:
        """The type parameters of a class, in order."""
        assert isinstance(found.thing, ClassFacts)
        if found.thing.parameters:
            return found.thing.parameters
        scope = Scope(found.uri, found)
        subscripts = [base for base in found.thing.bases if isinstance(base, Sub)]
        for base in subscripts:
            if self.outside(base.value, scope) in _GENERIC:
                return tuple(item.name for item in base.items if isinstance(item, Ref))
        names = (name for base in subscripts for item in base.items for name in _names(item))
        return tuple(dict.fromkeys(name for name in names if self.is_parameter(name, scope)))

    def is_parameter(self, name: str, scope: Scope) -> bool:
        match self.resolve(name, scope):
            case Found(thing=Member(value=Call(function=function)), uri=uri):
                return self.outside(function, Scope(uri)) == "typing.TypeVar"
            case _:
                return False

    def _line(self, found: Found, arguments: tuple[Bound, ...], depth: int) -> Line:
        scope = self.scope(found, arguments)
        own = Ancestor(found, scope)
        self._left -= 1
        if self._left < 0 or depth > _DEPTH or not isinstance(found.thing, ClassFacts):
            return Line((own,))
        lines = [line for base in found.thing.bases if (line := self._base(base, scope, depth))]
        outside = dict.fromkeys(name for line in lines for name in line.outside)
        orders = [list(line.ancestors) for line in lines if line.ancestors]
        heads = [line.ancestors[0] for line in lines if line.ancestors]
        return Line((own, *_merged([*orders, heads])), tuple(outside))

    def _base(self, base: Expr, scope: Scope, depth: int) -> Line | None:
        """The line of one base as it is written."""
        match base:
            case Ref(name):
                return self._named(self.resolve(name, scope), (), depth, name)
            case Sub(Ref(name), items):
                arguments = tuple(Bound(item, scope) for item in items)
                return self._named(self.resolve(name, scope), arguments, depth, name)
            case Call(function=function):
                return Line((), (self.outside(function, scope) or "?",))
            case _:
                return Line((), ("?",))

    def _named(self, meaning: Meaning | None, arguments: tuple[Bound, ...], depth: int, name: str) -> Line:
        match meaning:
            case Found(thing=ClassFacts(), rest=()) as found:
                if not arguments and (known := self._plain.get((found.uri, found.path))):
                    return known
                return self._line(found, arguments, depth + 1)
            case Found(thing=Member(value=Call(function=function)), uri=uri, rest=rest):
                called = self.outside(function, Scope(uri)) or "?"
                return Line((), (".".join((called, *rest)),))
            case Found(thing=Member(value=Sub() as value), uri=uri, rest=()) if depth < _DEPTH:
                return self._base(value, Scope(uri), depth + 1) or Line(())
            case External(name=outside):
                first = (canonical(outside),)
                return Line((), (*first, "pydantic.v1") if outside.startswith("pydantic.v1.") else first)
            case _:
                return Line((), (f"?{name}",))


def _merged(orders: list[list[Ancestor]]) -> Iterator[Ancestor]:
    """The C3 order; where there is none, as Python would refuse it, the classes as they come."""
    queues = [list(order) for order in orders if order]
    while queues:
        later = {_key(item) for queue in queues for item in queue[1:]}
        head = next((queue[0] for queue in queues if _key(queue[0]) not in later), queues[0][0])
        yield head
        queues = [rest for queue in queues if (rest := [item for item in queue if _key(item) != _key(head)])]


def _key(item: Ancestor) -> _Key:
    return (item.found.uri, item.found.path)


def _names(expression: Expr) -> Iterator[str]:
    match expression:
        case Ref(name):
            yield name
        case Sub(value, items):
            for item in (value, *items):
                yield from _names(item)
        case Either(items) | Seq(items=items):
            for item in items:
                yield from _names(item)
        case Const() | _:
            return
