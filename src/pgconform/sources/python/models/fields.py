"""A Pydantic model's fields, as Pydantic would collect them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.shape import Bounds, Location, Scalar
from pgconform.sources.python.facts.classes import Member, Method
from pgconform.sources.python.facts.expressions import Call, Expr, Ref, spell
from pgconform.sources.python.files.pydantics import Generation
from pgconform.sources.python.models.aliases import names
from pgconform.sources.python.models.annotations import Annotations
from pgconform.sources.python.models.constants import flag, text
from pgconform.sources.python.models.constraints import facets, merged
from pgconform.sources.python.models.decorated import Between, between
from pgconform.sources.python.models.lineage import Ancestor, Bound, Line, Lineage
from pgconform.sources.python.models.model import ModelField
from pgconform.sources.python.models.said import Said, strictly_within, tightened, unknown
from pgconform.sources.python.models.settings import Settings, settings
from pgconform.sources.python.syntax.tree import Span
from pgconform.sources.python.vocabulary.names import OWN_MODELS

FIELDS = frozenset({"pydantic.Field", "sqlmodel.Field", "dataclasses.field"})
MODELS = frozenset({"pydantic.BaseModel", "pydantic.GenericModel", "sqlmodel.SQLModel"}) | OWN_MODELS
NOT_FIELDS = frozenset({"typing.ClassVar", "dataclasses.InitVar"})
_NO_FIELDS = frozenset({"pydantic.PrivateAttr", "sqlmodel.Relationship"})


def place(uri: str, span: Span) -> Location:
    return Location(uri, span.line, span.column, span.end_line, span.end_column)


def model_fields(line: Line, annotations: Annotations, read_by: Generation) -> tuple[ModelField, ...]:
    """The fields of a Pydantic model, its ancestors' first, each ancestor's computed ones after its others."""
    lineage = annotations.lineage
    maker = _Maker(annotations, settings(line, lineage), between(line, lineage), dict(_left(line, lineage)), read_by)
    found: dict[str, ModelField] = {}
    for ancestor in reversed(line.ancestors):
        for member in ancestor.facts.members:
            if member.annotation is None or member.name.startswith("_") or member.name == "model_config":
                continue
            if field := maker.field(member, member.annotation, ancestor):
                found[member.name] = field
        for method, call in _computed(ancestor, lineage):
            found[method.name] = maker.computed(method, call, ancestor)
    return tuple(found.values())


def _left(line: Line, lineage: Lineage) -> Iterator[tuple[str, Bound]]:
    """The values of ancestors that are no models: they stay on the class, where Pydantic finds them as defaults."""
    for ancestor in reversed(line.ancestors):
        if not MODELS.isdisjoint(lineage.line(ancestor.found).outside):
            continue
        for member in ancestor.facts.members:
            if member.value is not None and member.annotation is not None:
                yield member.name, Bound(member.value, ancestor.scope)


def _computed(ancestor: Ancestor, lineage: Lineage) -> Iterator[tuple[Method, Call]]:
    for method in ancestor.facts.methods:
        for decorator in method.decorators:
            call = decorator if isinstance(decorator, Call) else Call(decorator)
            if lineage.outside(call.function, ancestor.scope) == "pydantic.computed_field":
                yield method, call


class _Maker:
    """Makes fields of one class, whose settings and validators hold for all of them, inherited ones included."""

    def __init__(
        self,
        annotations: Annotations,
        said: Settings,
        functions: Between,
        left: dict[str, Bound],
        read_by: Generation,
    ) -> None:
        self.annotations = annotations
        self.lineage = annotations.lineage
        self.settings = said
        self.functions = functions
        self.left = left
        self.read_by = read_by

    def field(self, member: Member, annotation: Expr, ancestor: Ancestor) -> ModelField | None:
        """The field that an annotated assignment makes; None where it makes none."""
        said = self.annotations.read(annotation, ancestor.scope)
        value = Bound(member.value, ancestor.scope) if member.value else self.left.get(member.name)
        if said.marks & NOT_FIELDS or ("typing.Final" in said.marks and value) or self._is(value, _NO_FIELDS):
            return None
        calls = [*said.metadata, *([value] if value and self._is(value, FIELDS) else [])]
        plain = value if value and not self._is(value, FIELDS) else None
        wrapped = plain is not None and _wraps_field(plain.expression)
        default = plain.expression if plain and not wrapped else self._default(calls)
        known = names(member.name, calls, self.settings, self.lineage)
        made = ModelField(
            member.name,
            replace(known, open=True) if wrapped else known,
            said.type,
            said.nullable,
            None if wrapped else self._required(default, said),
            spell(default) if default else "",
            given=not any(map(self._is_excluded, calls)),
            comment=next((text for bound in calls if (text := self._text(bound, "description"))), None),
            at=place(ancestor.found.uri, member.span),
        )
        return self._limited(made, said, calls)

    def computed(self, method: Method, call: Call, ancestor: Ancestor) -> ModelField:
        """A computed field: nobody sends it, and it is in everything that is given."""
        returns = call.keyword("return_type") or method.returns
        said = self.annotations.read(returns, ancestor.scope) if returns else unknown(Ref(method.name))
        known = names(method.name, [Bound(call, ancestor.scope)], self.settings, self.lineage)
        known = replace(known, taken=(method.name,), open=False)
        return ModelField(
            method.name, known, said.type, said.nullable, taken=False, at=place(ancestor.found.uri, method.span)
        )

    def _limited(self, made: ModelField, said: Said, calls: list[Bound]) -> ModelField:
        """The field with its limits, and with what its model's settings and functions do to it."""
        beside = said.facets
        for bound in calls[len(said.metadata) :]:
            beside |= facets(bound.expression, bound.scope, self.lineage)
        is_text = isinstance(made.type, Scalar) and made.type.kind == "py.str"
        if is_text:
            beside = replace(beside, bounds=merged(self._lengths(), beside.bounds))
        tight = tightened(replace(said, facets=beside))
        limits = tight.facets.bounds
        strict = self.settings.strict and not (limits and limits.strict is False)
        return replace(
            made,
            type=strictly_within(tight.type) if strict else tight.type,
            bounds=limits,
            taken_freely=beside.taken_freely
            or self.functions.takes(made.attribute)
            or (is_text and (self.settings.numbers_as_text or self.read_by is not Generation.NEW)),
            given_freely=beside.given_freely or self.functions.gives(made.attribute),
        )

    def _lengths(self) -> Bounds | None:
        said = self.settings
        limits = Bounds(min_length=said.min_length, max_length=said.max_length, altered=said.altered or None)
        return None if limits == Bounds() else limits

    def _default(self, calls: list[Bound]) -> Expr | None:
        """The default among calls of Field, the last one's first; a factory is spelled as its call."""
        for bound in reversed(calls):
            call = bound.expression
            if not isinstance(call, Call) or not self._is(bound, FIELDS):
                continue
            given = call.keyword("default") or (call.arguments[0] if call.arguments else None)
            if given is not None and given != Ref("..."):
                return given
            if factory := call.keyword("default_factory"):
                return Call(factory)
            if given is not None:
                return None
        return None

    def _required(self, default: Expr | None, said: Said) -> bool | None:
        if default is not None and default != Ref("..."):
            return False
        if not said.nullable or self.read_by is Generation.NEW:
            return True
        return False if self.read_by is Generation.OLD else None

    def _is(self, bound: Bound | None, names_: frozenset[str]) -> bool:
        call = bound.expression if bound else None
        return (
            isinstance(call, Call) and bound is not None and self.lineage.outside(call.function, bound.scope) in names_
        )

    def _is_excluded(self, bound: Bound) -> bool:
        call = bound.expression
        return isinstance(call, Call) and flag(call.keyword("exclude"), bound.scope, self.lineage) is True

    def _text(self, bound: Bound, keyword: str) -> str | None:
        call = bound.expression
        return text(call.keyword(keyword), bound.scope, self.lineage) if isinstance(call, Call) else None


def _wraps_field(expression: Expr) -> bool:
    """A call of some function of the project's own that seems to make a field: what it says cannot be told."""
    match expression:
        case Call(function=Ref(name)):
            return "field" in name.rpartition(".")[2].lower()
        case _:
            return False
