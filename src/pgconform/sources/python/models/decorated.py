"""Functions that stand between a model's fields and the values they take and give: validators and serializers."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pgconform.sources.python.facts.expressions import Call, Expr
from pgconform.sources.python.models.constants import flag, text
from pgconform.sources.python.models.constraints import CUSTOM
from pgconform.sources.python.models.lineage import Ancestor, Line, Lineage, Scope

_BEFORE = frozenset({"before", "wrap", "plain"})
_WHOLE = frozenset({"pydantic.model_validator", "pydantic.root_validator", "pydantic.model_serializer"})


class Between(msgspec.Struct, frozen=True):
    """Fields whose input, or output, a function may change; "*" stands for all of them.

    ``custom``: the class says itself what it takes, so that its fields do not; ``reshapes``: a function may give or
    take other keys than its fields have.
    """

    taken: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    custom: bool = False
    reshapes: bool = False

    def takes(self, field: str) -> bool:
        return not self.taken.isdisjoint((field, "*"))

    def gives(self, field: str) -> bool:
        return not self.given.isdisjoint((field, "*"))


def between(line: Line, lineage: Lineage) -> Between:
    """What the decorated methods of a class and its ancestors change."""
    taken: set[str] = set()
    given: set[str] = set()
    custom = reshapes = False
    for ancestor in line.ancestors:
        custom = custom or any(method.name in CUSTOM for method in ancestor.facts.methods)
        if any(method.name in ("__init__", "__new__") for method in ancestor.facts.methods):
            taken.add("*")
            reshapes = True
        for decorator, scope in _decorators(ancestor):
            name = lineage.outside(decorator.function if isinstance(decorator, Call) else decorator, scope)
            fields, mode = _said(name, decorator, scope, lineage)
            if name.endswith("serializer"):
                given |= fields
            elif mode in _BEFORE:
                taken |= fields
            if mode in ("wrap", "plain"):
                given |= fields
            reshapes = reshapes or name == "pydantic.model_serializer" or (name in _WHOLE and mode in _BEFORE)
    return Between(frozenset(taken), frozenset(given), custom, reshapes)


def _decorators(ancestor: Ancestor) -> Iterator[tuple[Expr, Scope]]:
    for method in ancestor.facts.methods:
        for decorator in method.decorators:
            yield decorator, ancestor.scope
    for member in ancestor.facts.members:
        if isinstance(member.value, Call) and isinstance(member.value.function, Call):
            yield member.value.function, ancestor.scope


def _said(name: str, decorator: Expr, scope: Scope, lineage: Lineage) -> tuple[frozenset[str], str]:
    """The fields a decorator concerns, and when its function is called."""
    call = decorator if isinstance(decorator, Call) else Call(decorator)
    mode = text(call.keyword("mode"), scope, lineage) or "after"
    if flag(call.keyword("pre"), scope, lineage):
        mode = "before"
    if name in _WHOLE:
        return frozenset("*"), mode
    if name in ("pydantic.field_validator", "pydantic.validator", "pydantic.field_serializer"):
        return frozenset(said for item in call.arguments if (said := text(item, scope, lineage))), mode
    return frozenset(), ""
