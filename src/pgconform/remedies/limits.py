"""Limits of a model's field: one set, changed or taken away."""

from __future__ import annotations

import ast

from pgconform.generate.layout import string
from pgconform.generate.limits import NUMBER
from pgconform.remedies.arguments import given, keyword, without
from pgconform.remedies.edits import Edit, Remedy
from pgconform.remedies.fields import FieldSite, called
from pgconform.support.patterns import deferred

_MAKERS = deferred(r"con(str|int|float|decimal|list|bytes)|StringConstraints")


def limited(site: FieldSite, limit: str, value: str | None) -> Remedy | None:
    """The field with this limit; without it when there is no value."""
    spelled = None if value is None else _spelled(limit, value)
    call = _speaking(site, limit)
    edits: tuple[Edit, ...] | None
    if spelled is None:
        said = keyword(call, limit) if call else None
        edits = (without(site.source, call, said),) if value is None and call and said else None
    elif call is not None:
        edits = (given(site.source, call, limit, spelled),)
    else:
        edits = _new(site, f"{limit}={spelled}")
    if edits is None:
        return None
    needs = () if call is not None else (("pydantic", "Field"),)
    return Remedy(site.source.uri, edits, needs)


def _spelled(limit: str, value: str) -> str | None:
    if limit == "pattern":
        return f'r"{value}"' if "\\" in value and '"' not in value else string(value)
    return value if NUMBER.fullmatch(value) else None


def _speaking(site: FieldSite, limit: str) -> ast.Call | None:
    """The call that says this limit, else the field's own."""
    calls = [node for node in ast.walk(site.annotation) if isinstance(node, ast.Call)]
    makers = [call for call in calls if _MAKERS.fullmatch(called(call))]
    own = [site.call] if site.call is not None else []
    telling = [call for call in (*makers, *own) if keyword(call, limit)]
    return next(iter((*telling, *own, *makers)), None)


def _new(site: FieldSite, argument: str) -> tuple[Edit, ...] | None:
    """A ``Field(…)`` of its own, around the default that there is; only a surely Pydantic model takes one."""
    if not site.pydantic:
        return None
    source, value = site.source, site.statement.value
    if value is None:
        end = site.end().start
        return (Edit(end, end, f" = Field({argument})"),)
    if isinstance(value, ast.Call) or "\n" in source.code(value):
        return None
    start, end = source.node(value)
    return (Edit(start, start, "Field(default="), Edit(end, end, f", {argument})"))
