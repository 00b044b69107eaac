"""Classes that may describe rows: Pydantic and SQLModel models, declarative classes, records; not yet of what."""

from __future__ import annotations

from functools import partial

import msgspec
from msgspec.structs import replace

from pgconform.sources.python.facts.expressions import Const
from pgconform.sources.python.models.constants import flag, text
from pgconform.sources.python.models.decorated import between
from pgconform.sources.python.models.fields import place
from pgconform.sources.python.models.lineage import Line, Lineage
from pgconform.sources.python.models.model import Family, Model
from pgconform.sources.python.models.settings import settings
from pgconform.sources.python.models.shapes import Shapes, classes_of
from pgconform.sources.python.models.tables import Mapped, declared, is_table
from pgconform.sources.python.modules.log import said
from pgconform.sources.python.modules.memo import Memo
from pgconform.sources.python.modules.project import Found, Project
from pgconform.sources.python.vocabulary.names import OWN_ROLES

MARKER = "__pgconform__"
_PASSED_OVER = frozenset({Family.ROOT, Family.SETTINGS})
_KNOWN = (
    *("abc.", "attr.", "attrs.", "builtins.", "dataclasses.", "enum.", "flask_sqlalchemy.", "pydantic."),
    *("pgconform.types.", "pydantic_settings.", "sqlalchemy.", "sqlmodel.", "typing."),
)


class Declared(msgspec.Struct, frozen=True, array_like=True):
    """The models of one file, and the classes, by file and path, that these descend from."""

    models: tuple[Model, ...] = ()
    parents: tuple[tuple[str, str], ...] = ()


def read_models(project: Project, memo: Memo | None = None) -> tuple[Model, ...]:
    """Every class of the project that may describe rows, by place. Nothing of the project is imported or run.

    ``memo`` knows those of an earlier run.
    """
    known = memo or Memo.of_this_run(project.modules)
    shapes = Shapes(project)
    key = said(sorted(project.pydantics.said.items()))
    found: list[Model] = []
    parents: set[tuple[str, str]] = set()
    for uri in project.speaking:
        if project.modules[uri].declared:
            declared_in = known.result("models", uri, Declared, partial(_declared, project, uri, shapes), project, key)
            parents.update(declared_in.parents)
            found += declared_in.models
    return tuple(replace(model, subclassed=(model.uri, model.path) in parents) for model in found)


def _declared(project: Project, uri: str, shapes: Shapes) -> Declared:
    shapes.forget()
    found: list[Model] = []
    parents: dict[tuple[str, str], None] = {}
    for facts in project.modules[uri].classes:
        for item in classes_of(facts, uri, facts.name):
            line = shapes.lineage.line(item)
            if model := _model(item, line, shapes):
                parents.update(((above.found.uri, above.found.path), None) for above in line.ancestors[1:])
                found.append(model)
    return Declared(tuple(found), tuple(parents))


def _model(found: Found, line: Line, shapes: Shapes) -> Model | None:
    family = shapes.family(line)
    functions = between(line, shapes.lineage)
    if family is None or family in _PASSED_OVER or functions.custom:
        return None
    own = line.ancestors[0]
    model = Model(
        name=_dotted(found),
        uri=found.uri,
        path=found.path,
        family=family,
        role=next((OWN_ROLES[name] for name in line.outside if name in OWN_ROLES), ""),
        closed=all(name.startswith(_KNOWN) for name in line.outside),
        enforced=family is Family.PYDANTIC or family is Family.SQLMODEL,
        reshapes=functions.reshapes and family is not Family.ORM,
        at=place(found.uri, own.facts.span),
    )
    if is_table(line, family, shapes.lineage):
        return _marked(_of_table(model, declared(line, family, shapes)), line, shapes.lineage)
    if family is Family.ORM:
        return None
    extra = settings(line, shapes.lineage).extra if model.enforced else ""
    return _marked(replace(model, fields=shapes.fields(line, family), extra=extra), line, shapes.lineage)


def _of_table(model: Model, said: Mapped) -> Model:
    """A class that is itself a table's: what it declares is not checked against the values that pass through."""
    return replace(model, fields=said.fields, relation=said.relation, keys=said.keys, links=said.links, enforced=False)


def _marked(model: Model, line: Line, lineage: Lineage) -> Model:
    """The model with what its marker says, its own or the next ancestor's."""
    for ancestor in line.ancestors:
        for member in ancestor.facts.members:
            if member.name == MARKER and member.value is not None:
                said = text(member.value, ancestor.scope, lineage)
                none = member.value == Const(None) or said == "" or flag(member.value, ancestor.scope, lineage) is False
                return replace(model, relation=said or model.relation, none=none)
    return model


def _dotted(found: Found) -> str:
    module = found.uri.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return f"{module}.{found.path}"
