"""Where code marks what keys hold: a decorator of a class, an argument of Annotated in an alias or on a field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeGuard

from pgconform.shape import Location
from pgconform.sources.python.caches.models import Mark
from pgconform.sources.python.facts.classes import ClassFacts, Member
from pgconform.sources.python.facts.expressions import Call, Const, Either, Expr, Ref, Sub
from pgconform.sources.python.models.constants import constant
from pgconform.sources.python.models.fields import place
from pgconform.sources.python.models.lineage import Lineage, Scope
from pgconform.sources.python.models.model import Model
from pgconform.sources.python.modules.project import Found, Project

_PACKAGE = "pgconform"
_MARKS = frozenset({f"{_PACKAGE}.cached.cached", f"{_PACKAGE}.cached.Cached"})
_WRAPPERS = frozenset({"typing.Optional", "typing.ClassVar", "typing.Final"})
_Known = dict[tuple[str, str], Model]


def marks(project: Project, models: Iterable[Model]) -> tuple[Mark, ...]:
    """All marks, by place: none where no file names this package."""
    flows = (project.modules[uri].flows for uri in project.speaking)
    if not any(name.partition(".")[0] == _PACKAGE for one in flows for name in one.imports):
        return ()
    return tuple(_marks(Lineage(project), {(model.uri, model.path): model for model in models}))


def _marks(lineage: Lineage, known: _Known) -> Iterator[Mark]:
    for uri in lineage.project.speaking:
        facts = lineage.project.modules[uri]
        for item in facts.classes:
            yield from _of_class(Found(uri, item.name, item), lineage, known)
        for member in facts.names:
            yield from _of_member(member, Scope(uri), lineage, known)


def _of_class(found: Found, lineage: Lineage, known: _Known) -> Iterator[Mark]:
    facts = found.thing
    assert isinstance(facts, ClassFacts)
    outer = Scope(found.uri)
    for said in facts.decorators:
        if _is_mark(said, outer, lineage):
            model = known.get((found.uri, found.path))
            yield _mark(said, outer, lineage, model, model.at if model else place(found.uri, facts.span))
    inner = Scope(found.uri, found)
    for member in facts.members:
        yield from _of_member(member, inner, lineage, known)
    for item in facts.classes:
        yield from _of_class(Found(found.uri, f"{found.path}.{item.name}", item), lineage, known)


def _of_member(member: Member, scope: Scope, lineage: Lineage, known: _Known) -> Iterator[Mark]:
    """The marks in an annotation, or in the value of an alias."""
    at = place(scope.uri, member.span)
    for said in (member.annotation, member.value):
        for annotated in _annotated(said, scope, lineage):
            model = _model(annotated.items[0], scope, lineage, known)
            for item in annotated.items[1:]:
                if _is_mark(item, scope, lineage):
                    yield _mark(item, scope, lineage, model, at)


def _annotated(said: Expr | None, scope: Scope, lineage: Lineage) -> Iterator[Sub]:
    """Every ``Annotated[…]`` in an annotation."""
    match said:
        case Sub(value=value, items=items):
            if any(isinstance(item, Call) for item in items) and lineage.outside(value, scope) == "typing.Annotated":
                yield said
            for item in items:
                yield from _annotated(item, scope, lineage)
        case Either(options=options):
            for option in options:
                yield from _annotated(option, scope, lineage)


def _mark(said: Call, scope: Scope, lineage: Lineage, model: Model | None, at: Location | None) -> Mark:
    """A mark as it is written in ``scope``."""
    listed = [*zip(("pattern",), said.arguments, strict=False), *said.keywords]
    found = {name: constant(value, scope, lineage) for name, value in listed}
    given = {name: value.value for name, value in found.items() if value is not None}
    computed = tuple(name for name, value in found.items() if value is None)
    return Mark(given, computed, (model.uri, model.path) if model else None, at)


def _is_mark(said: Expr, scope: Scope, lineage: Lineage) -> TypeGuard[Call]:
    return isinstance(said, Call) and lineage.outside(said.function, scope) in _MARKS


def _model(said: Expr, scope: Scope, lineage: Lineage, known: _Known) -> Model | None:
    """The class of an annotation, None apart."""
    match said:
        case Ref(name):
            found = lineage.resolve(name, scope)
            return known.get((found.uri, found.path)) if isinstance(found, Found) and not found.rest else None
        case Sub(value=value, items=(item,)) if lineage.outside(value, scope) in _WRAPPERS:
            return _model(item, scope, lineage, known)
        case Either(options=options):
            (first, *rest) = [option for option in options if option != Const(None)]
            return None if rest else _model(first, scope, lineage, known)
    return None
