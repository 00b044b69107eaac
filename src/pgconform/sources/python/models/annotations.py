"""Annotations as types: what Pydantic, or whoever reads the program, makes of them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import lru_cache

from msgspec.structs import replace

from pgconform.shape import Array, Scalar, Type, Union, Unknown
from pgconform.sources.python.facts import expressions
from pgconform.sources.python.facts.classes import ClassFacts, Member
from pgconform.sources.python.facts.expressions import DEPTH, Call, Const, Either, Expr, Ref, Sub, spell
from pgconform.sources.python.models.constants import constant
from pgconform.sources.python.models.constraints import NOTHING, Facets, facets, limits
from pgconform.sources.python.models.enums import functional, member_value
from pgconform.sources.python.models.lineage import Bound, Lineage, Scope
from pgconform.sources.python.models.said import NONE, Said, literal, tightened, unknown
from pgconform.sources.python.modules.project import External, Found
from pgconform.sources.python.vocabulary.names import ARRAYS, CONSTRAINED_ARRAYS, KIND_OF, LIMITS_OF, canonical

_TAKES_NONE = frozenset({"py.any", "py.json_value", "py.none"})
_MARKS = frozenset(
    {"typing.ClassVar", "typing.Final", "typing.Required", "typing.NotRequired", "typing.ReadOnly"}
    | {"dataclasses.InitVar", "sqlalchemy.Mapped", "sqlalchemy.WriteOnlyMapped", "sqlalchemy.DynamicMapped"}
)
_TRANSPARENT = {
    "pydantic.SerializeAsAny": Facets(given_freely=True),
    "pydantic.SkipValidation": Facets(taken_freely=True, given_freely=True),
    "pydantic.InstanceOf": Facets(taken_freely=True, given_freely=True),
    "pydantic.OnErrorOmit": NOTHING,
    "pydantic.RootModel": NOTHING,
}
_READ = (20_000, 200)
"""How many annotations are read, at least and for each class; where aliases multiply without end, the rest is open."""
ANY = Said(Scalar("py.any", raw="Any"), nullable=True)
_ALIASES = frozenset({"typing.NewType", "typing.TypeAliasType"})

_OWN_MARKS = frozenset({"pgconform.types.FromText", "pgconform.types.Padded"})


class Annotations:
    """Reads annotations. ``shape`` says what a class of the project is as a type."""

    def __init__(self, lineage: Lineage, shape: Callable[[Found, tuple[Bound, ...]], Said]) -> None:
        self.lineage = lineage
        self._shape = shape
        self._open: set[tuple[str, str]] = set()
        self.forget()

    def forget(self) -> None:
        """Begin anew: as much may be read as at first."""
        self._left = _READ[0] + _READ[1] * self.lineage.classes

    def read(self, expression: Expr, scope: Scope) -> Said:
        """What an annotation says where it is written."""
        self._left -= 1
        match expression:
            case _ if self._left < 0:
                return unknown(expression)
            case Const(value=None):
                return Said(NONE, nullable=True)
            case Const(value=str(text)):
                return self.read(quoted, scope) if (quoted := parsed(text)) else unknown(expression)
            case Ref():
                return self._named(expression, (), scope)
            case Either(options):
                return self._union(options, scope)
            case Sub(Ref() as base, items) if items:
                return self._subscript(expression, base, items, scope)
            case Call():
                return self._called(expression, scope)
            case _:
                return unknown(expression)

    def _named(self, expression: Expr, arguments: tuple[Bound, ...], scope: Scope) -> Said:
        name = expression.name if isinstance(expression, Ref) else ""
        if isinstance(expression, Sub) and isinstance(expression.value, Ref):
            name = expression.value.name
        if bound := scope.bindings.get(name):
            return self.read(bound.expression, bound.scope)
        if name in scope.parameters:
            return ANY
        match self.lineage.resolve(name, scope):
            case External(name=outside):
                return self._external(canonical(outside), expression)
            case Found(thing=ClassFacts(), rest=()) as found:
                said = self._shape(found, arguments)
                return replace(said, type=replace(said.type, raw=spell(expression)))
            case Found(thing=Member(), rest=()) as found:
                return self._alias(found, arguments, expression)
            case _:
                return unknown(expression)

    def _external(self, name: str, expression: Expr) -> Said:
        kind = KIND_OF.get(name)
        if kind:
            scalar = Scalar(kind, raw=spell(expression))
            return Said(scalar, kind in _TAKES_NONE, Facets(LIMITS_OF.get(name)))
        if name in _MARKS:
            return replace(unknown(expression), marks=frozenset({name}))
        return unknown(expression)

    def _alias(self, found: Found, arguments: tuple[Bound, ...], expression: Expr) -> Said:
        """What a name stands for that was given to an annotation, a NewType, a type variable …"""
        member, key = found.thing, (found.uri, found.path)
        assert isinstance(member, Member)
        if key in self._open or member.value is None:
            return unknown(expression)
        self._open.add(key)
        try:
            bindings = dict(zip(member.parameters, arguments, strict=False))
            return self._stands_for(member.value, Scope(found.uri, None, bindings), expression)
        finally:
            self._open.discard(key)

    def _stands_for(self, value: Expr, scope: Scope, expression: Expr) -> Said:
        match value:
            case Call(function=function, arguments=arguments):
                name = self.lineage.outside(function, scope)
                if name in _ALIASES and len(arguments) > 1:
                    return self.read(arguments[1], scope)
                if name == "typing.TypeVar":
                    bound = value.keyword("bound")
                    return self.read(bound, scope) if bound else ANY
                return functional(value, scope, self.lineage) or self._called(value, scope)
            case Const(value=str()) | Ref() | Sub() | Either():
                return self.read(value, scope)
            case _:
                return unknown(expression)

    def _subscript(self, whole: Sub, base: Ref, items: tuple[Expr, ...], scope: Scope) -> Said:
        name = self.lineage.outside(base, scope)
        kind = KIND_OF.get(name, "")
        if name in ("typing.Optional", "typing.Union"):
            return self._union((*items, Const(None)) if name == "typing.Optional" else items, scope)
        if name == "typing.Annotated":
            return self._annotated(whole, items, scope)
        if name == "typing.Literal":
            return self._literal(whole, items, scope)
        if name in _MARKS:
            said = self.read(items[0], scope)
            return replace(said, marks=said.marks | {name})
        if name in _TRANSPARENT:
            said = self.read(items[0], scope)
            return replace(said, facets=said.facets | _TRANSPARENT[name])
        if name in ARRAYS or (name == "builtins.tuple" and len(items) == 2 and items[1] == Ref("...")):
            return Said(self._array(items[0], scope, spell(whole)))
        if kind:
            return Said(Scalar(kind, raw=spell(whole)))
        return unknown(whole) if name else self._named(whole, tuple(Bound(item, scope) for item in items), scope)

    def _array(self, item: Expr, scope: Scope, raw: str) -> Type:
        """A list of anything is no `Array`; an item that may be None is a union with it."""
        said = self.read(item, scope)
        if isinstance(said.type, Scalar) and said.type.kind == "py.any":
            return Scalar("py.list", raw=raw)
        if said.facets.taken_freely or isinstance(said.type, Unknown):
            return Array(Unknown(spell(item)), raw)
        of = Union((said.type, NONE), spell(item)) if said.nullable and said.type != NONE else said.type
        return Array(of, raw)

    def _union(self, options: tuple[Expr, ...], scope: Scope) -> Said:
        said = [self.read(option, scope) for option in options]
        named = [option for option, one in zip(options, said, strict=True) if one.type != NONE]
        types = tuple(dict.fromkeys(part for one in said for part in _parts(one.type) if part != NONE))
        nullable = any(one.nullable for one in said)
        values = [one for one in said if one.type != NONE]
        loose = Facets(None, any(s.facets.taken_freely for s in said), any(s.facets.given_freely for s in said))
        if not values:
            return Said(NONE, nullable=True)
        if len(values) == 1:
            return replace(values[0], nullable=nullable, metadata=())
        if anything := next((kind for kind in types if isinstance(kind, Scalar) and kind.kind == "py.any"), None):
            return Said(anything, nullable=True, facets=loose)
        return Said(Union(types, " | ".join(map(spell, named))) if len(types) > 1 else types[0], nullable, loose)

    def _annotated(self, whole: Sub, items: tuple[Expr, ...], scope: Scope) -> Said:
        said = self.read(items[0], scope)
        metadata = tuple(Bound(item, scope) for item in items[1:])
        beside = said.facets
        for item in metadata:
            beside |= facets(item.expression, scope, self.lineage)
        if any(self.lineage.outside(item, scope) in _OWN_MARKS for item in items[1:]):
            said = replace(said, type=replace(said.type, raw=spell(whole)))
        return tightened(replace(said, facets=beside, metadata=said.metadata + metadata))

    def _literal(self, whole: Sub, items: tuple[Expr, ...], scope: Scope) -> Said:
        values = [value for item in items for value in self._values(item, scope)]
        if None in values:
            return unknown(whole)
        return literal([value.value for value in values if value], spell(whole))

    def _values(self, item: Expr, scope: Scope, depth: int = 0) -> list[Const | None]:
        """A literal's values: a constant, a member of an enum, or those of another Literal; None is not known."""
        self._left -= 1
        if self._left < 0:
            return [None]
        if isinstance(item, Sub) and self.lineage.outside(item.value, scope) == "typing.Literal" and depth < DEPTH:
            return [value for inner in item.items for value in self._values(inner, scope, depth + 1)]
        match self.lineage.resolve(item.name, scope) if isinstance(item, Ref) else None:
            case Found(thing=ClassFacts(), rest=(name,)) as found:
                return [member_value(replace(found, rest=()), name, self.lineage)]
            case Found(thing=Member(value=Sub() as other), uri=uri, rest=()):
                return self._values(other, Scope(uri), depth + 1)
            case _:
                return [constant(item, scope, self.lineage)]

    def _called(self, call: Call, scope: Scope) -> Said:
        """A constrained type: ``constr(max_length=5)``, ``conlist(int)``."""
        name = self.lineage.outside(call.function, scope)
        raw = spell(call)
        if name in CONSTRAINED_ARRAYS and (call.arguments or call.keyword("item_type")):
            item = call.arguments[0] if call.arguments else call.keyword("item_type") or Const(None)
            return Said(self._array(item, scope, raw), facets=Facets(limits(call, scope, self.lineage)))
        if name.startswith("pydantic.con") and name in KIND_OF:
            said = Said(Scalar(KIND_OF[name], raw=raw), facets=Facets(limits(call, scope, self.lineage)))
            return tightened(said)
        return unknown(call)


@lru_cache(4096)
def parsed(text: str) -> Expr | None:
    """An annotation that is written as a string."""
    try:
        return expressions.read(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parts(type_: Type) -> tuple[Type, ...]:
    return type_.options if isinstance(type_, Union) else (type_,)
