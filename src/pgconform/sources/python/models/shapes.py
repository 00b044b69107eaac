"""Classes of a project as types: a nested model is an object with fields, an enum a set of labels."""

from __future__ import annotations

from pgconform.shape import Field, Scalar, Struct
from pgconform.sources.python.facts.classes import ClassFacts
from pgconform.sources.python.facts.expressions import Ref, Sub
from pgconform.sources.python.models.annotations import Annotations
from pgconform.sources.python.models.constraints import Facets
from pgconform.sources.python.models.decorated import between
from pgconform.sources.python.models.enums import is_enum, labels
from pgconform.sources.python.models.fields import model_fields
from pgconform.sources.python.models.generations import Generations
from pgconform.sources.python.models.lineage import Bound, Line, Lineage
from pgconform.sources.python.models.model import CHECKED, Family, ModelField, taken_type
from pgconform.sources.python.models.records import ATTRS, DATACLASSES, decorator, record_fields
from pgconform.sources.python.models.said import Said, unknown
from pgconform.sources.python.models.settings import settings
from pgconform.sources.python.modules.project import Found, Project
from pgconform.sources.python.vocabulary.names import OWN_MODELS

_DEPTH = 3


_BY_BASE = (
    ("pydantic_settings.BaseSettings", Family.SETTINGS),
    ("pydantic.BaseSettings", Family.SETTINGS),
    ("pydantic.RootModel", Family.ROOT),
    ("sqlmodel.SQLModel", Family.SQLMODEL),
    ("pydantic.BaseModel", Family.PYDANTIC),
    ("pydantic.GenericModel", Family.PYDANTIC),
    *((base, Family.PYDANTIC) for base in sorted(OWN_MODELS)),
    ("typing.TypedDict", Family.TYPED_DICT),
    ("typing.NamedTuple", Family.NAMED_TUPLE),
)
_RECORDS = frozenset({Family.DATACLASS, Family.ATTRS, Family.TYPED_DICT})


class Shapes:
    """Reads the classes of one project."""

    def __init__(self, project: Project) -> None:
        self.lineage = Lineage(project)
        self.generations = Generations(project)
        self.annotations = Annotations(self.lineage, self.of_class)
        self._depth = 0
        self._known: dict[tuple[str, str, int], Said] = {}

    def forget(self) -> None:
        """Drop what was worked out so far."""
        self._known = {}
        self.lineage.forget()
        self.annotations.forget()

    def family(self, line: Line) -> Family | None:
        """The family of a class; None when it describes no row."""
        from pgconform.sources.python.models.orm import BASES

        if not BASES.isdisjoint(line.outside):
            return Family.ORM
        named = next((family for base, family in _BY_BASE if base in line.outside), None)
        if named:
            return named
        own = line.ancestors[0]
        by = decorator(own.facts, own.scope, self.lineage)
        if by in ATTRS:
            return Family.ATTRS
        if by in DATACLASSES:
            return Family.DATACLASS
        return Family.PYDANTIC if by else None

    def fields(self, line: Line, family: Family) -> tuple[ModelField, ...]:
        if family in CHECKED:
            return model_fields(line, self.annotations, self.generations.of(line))
        return record_fields(line, self.annotations)

    def of_class(self, found: Found, arguments: tuple[Bound, ...]) -> Said:
        """What a class is as a field's type. What lies deeper than three models is not said."""
        key = (found.uri, found.path, self._depth)
        if not arguments and key in self._known:
            return self._known[key]
        self._depth += 1
        try:
            said = self._of_line(self.lineage.line(found, arguments))
        finally:
            self._depth -= 1
        if not arguments:
            self._known[key] = said
        return said

    def _of_line(self, line: Line) -> Said:
        name = line.ancestors[0].facts.name
        family = self.family(line)
        if is_enum(line):
            return labels(line, self.lineage)
        if family is None or self._depth > _DEPTH or between(line, self.lineage).custom:
            return unknown(Ref(name))
        if family is Family.ROOT:
            return self._of_root(line)
        if family is Family.NAMED_TUPLE:
            return Said(Scalar("py.list", raw=name))
        if family not in _RECORDS | CHECKED:
            return unknown(Ref(name))
        fields = tuple(nested(field) for field in self.fields(line, family) if field.taken)
        extra = settings(line, self.lineage).extra if family in CHECKED else ""
        return Said(Struct(fields, name, extra), facets=_loose(line, self))

    def _of_root(self, line: Line) -> Said:
        """What the root of a RootModel is."""
        for ancestor in line.ancestors:
            for member in ancestor.facts.members:
                if member.name == "root" and member.annotation:
                    return self.annotations.read(member.annotation, ancestor.scope)
            for base in ancestor.facts.bases:
                if isinstance(base, Sub) and self.lineage.outside(base.value, ancestor.scope) == "pydantic.RootModel":
                    return self.annotations.read(base, ancestor.scope)
        return unknown(Ref(line.ancestors[0].facts.name))


def nested(field: ModelField) -> Field:
    """A field of a model that is itself a value; whether one that goes by several names must come is not said."""
    return Field(
        name=field.names.taken[0] if field.names.taken else field.attribute,
        type=taken_type(field),
        nullable=field.nullable,
        required=field.required if {*field.names.taken[1:]} <= {field.attribute} else None,
        attribute=field.attribute,
    )


def _loose(line: Line, shapes: Shapes) -> Facets:
    functions = between(line, shapes.lineage)
    return Facets(None, "*" in functions.taken, "*" in functions.given)


def classes_of(facts: ClassFacts, uri: str, path: str) -> list[Found]:
    """A class and those within it."""
    found = [Found(uri, path, facts)]
    for inner in facts.classes:
        found += classes_of(inner, uri, f"{path}.{inner.name}")
    return found
