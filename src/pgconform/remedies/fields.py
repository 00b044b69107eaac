"""A model's field in its class: its statement, its annotation, its default and the call that limits it."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import Final

import msgspec

from pgconform.remedies.edits import Edit
from pgconform.remedies.nodes import around
from pgconform.remedies.source import Source
from pgconform.shape import Location

MAKERS: Final = frozenset({"Field", "field", "Query", "Body"})
_MODELS: Final = frozenset({"BaseModel", "SQLModel", "Row", "Insert", "Update", "Write", "BaseSettings"})
_PLAIN: Final = frozenset({"TypedDict", "NamedTuple"})


class FieldSite(msgspec.Struct, frozen=True):
    """An annotated assignment of a class."""

    source: Source
    owner: ast.ClassDef
    statement: ast.AnnAssign

    @property
    def name(self) -> str:
        return self.source.code(self.statement.target)

    @property
    def annotation(self) -> ast.expr:
        return self.statement.annotation

    @property
    def call(self) -> ast.Call | None:
        """The ``Field(…)`` of its default, else the last one of an ``Annotated``."""
        given = self.statement.value
        if isinstance(given, ast.Call) and called(given) in MAKERS:
            return given
        match self.annotation:
            case ast.Subscript(value=head, slice=ast.Tuple(elts=[_, *metadata])) if _last(head) == "Annotated":
                calls = [item for item in metadata if isinstance(item, ast.Call) and called(item) in MAKERS]
                return calls[-1] if calls else None
        return None

    @property
    def pydantic(self) -> bool:
        """Its class is surely a model of Pydantic, by what its own file says."""
        return is_model(self.owner, self.source)

    def end(self) -> Edit:
        """Where the statement ends, to write something after it."""
        end = self.source.node(self.statement)[1]
        return Edit(end, end, "")


def field_at(source: Source, at: Location) -> FieldSite | None:
    """The field whose statement begins at a place."""
    span = source.span(at)
    if span is None:
        return None
    path = around(source, *span)
    for owner, statement in pairwise(path):
        begins = isinstance(statement, ast.AnnAssign) and source.node(statement)[0] == span[0]
        if isinstance(owner, ast.ClassDef) and isinstance(statement, ast.AnnAssign) and begins:
            return FieldSite(source, owner, statement)
    return None


def called(call: ast.Call) -> str:
    """The last part of the name that a call is made by."""
    return _last(call.func)


def _last(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def is_model(owner: ast.ClassDef, source: Source, seen: frozenset[str] = frozenset()) -> bool:
    """The class is surely a model of Pydantic, by what its own file says."""
    if owner.decorator_list and any("dataclass" in source.code(item) for item in owner.decorator_list):
        return False
    bases = [_last(base.value if isinstance(base, ast.Subscript) else base) for base in owner.bases]
    if _PLAIN.intersection(bases):
        return False
    if _MODELS.intersection(bases):
        return True
    body = source.tree.body if source.tree else []
    above = [item for item in body if isinstance(item, ast.ClassDef) and item.name in bases and item.name not in seen]
    return any(is_model(item, source, seen | {owner.name}) for item in above)
