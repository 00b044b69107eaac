"""A model's field that must reach another column: renamed where nobody else names it, else with an alias."""

from __future__ import annotations

import ast

from pgconform.generate.layout import string
from pgconform.remedies.arguments import keyword
from pgconform.remedies.edits import Edit, Remedy
from pgconform.remedies.fields import FieldSite, called

_ALIASES = ("alias", "validation_alias", "serialization_alias")


def names(site: FieldSite, column: str) -> bool:
    """The field reaches the column, by its own name or by an alias."""
    return site.name == column or bool(_said(site, column))


def reaching(site: FieldSite, old: str, new: str, *, mentioned: bool) -> Remedy | None:
    """The field reaching ``new``: by its alias where it has one, by its own name, or by a new alias.

    ``mentioned``: the old name stands elsewhere in the project, so that renaming the field could break its users.
    """
    source = site.source
    said = _said(site, old)
    if said:
        return Remedy(source.uri, tuple(Edit(*source.node(one), string(new)) for one in said), local=False)
    if site.name != old or not new.isidentifier():
        return None
    if not mentioned:
        return Remedy(source.uri, (Edit(*source.node(site.statement.target), new),), local=False)
    return _aliased(site, old, new)


def _said(site: FieldSite, old: str) -> list[ast.Constant]:
    """The aliases that name the column."""
    found = (keyword(site.call, name) for name in _ALIASES) if site.call else ()
    values = [item.value for item in found if item is not None]
    return [one for one in values if isinstance(one, ast.Constant) and one.value == old]


def _aliased(site: FieldSite, old: str, new: str) -> Remedy | None:
    """Rows are read by the column's name; whoever makes the model by its own name still can."""
    if not site.pydantic or (site.call and any(keyword(site.call, name) for name in _ALIASES)):
        return None
    source, value = site.source, site.statement.value
    argument = f"validation_alias=AliasChoices({string(new)}, {string(old)})"
    needs = (("pydantic", "AliasChoices"), ("pydantic", "Field"))
    if value is None and site.call is None:
        end = site.end().start
        return Remedy(source.uri, (Edit(end, end, f" = Field({argument})"),), needs, local=False)
    if site.call is not None and called(site.call) == "Field":
        items: list[ast.expr | ast.keyword] = [*site.call.args, *site.call.keywords]
        last = max((source.node(item)[1] for item in items), default=None)
        if last is None:
            return None
        return Remedy(source.uri, (Edit(last, last, f", {argument}"),), needs[:1], local=False)
    if value is None or isinstance(value, ast.Call):
        return None
    start, end = source.node(value)
    edits = (Edit(start, start, "Field(default="), Edit(end, end, f", {argument})"))
    return Remedy(source.uri, edits, needs, local=False)
