"""Annotations edited: None allowed or not, another type."""

from __future__ import annotations

import ast

from pgconform.remedies.arguments import keyword, without
from pgconform.remedies.edits import Edit, Remedy, joined
from pgconform.remedies.fields import FieldSite
from pgconform.remedies.source import Source

_UNIONS = frozenset({"Optional", "typing.Optional", "t.Optional"})


def allowing_none(site: FieldSite) -> Remedy | None:
    """The field with None among what it takes; of a model of Pydantic, which is then its default."""
    wrapped = _with_none(site.source, site.annotation)
    if wrapped is None:
        return None
    return Remedy(site.source.uri, joined((*wrapped, *(_default_none(site) if site.pydantic else ()))))


def _with_none(source: Source, annotation: ast.expr) -> tuple[Edit, ...] | None:
    start, end = source.node(annotation)
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        if source.text[start + 1 : end - 1] != annotation.value:
            return None
        return (Edit(end - 1, end - 1, " | None"),)
    if isinstance(annotation, ast.Subscript) and source.code(annotation.value).endswith("Mapped"):
        return _with_none(source, annotation.slice)
    if optional := _imported(source):
        return (Edit(start, start, f"{optional}["), Edit(end, end, "]"))
    if any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in (_sides(annotation))):
        return None
    return (Edit(end, end, " | None"),)


def _sides(annotation: ast.expr) -> list[ast.expr]:
    """The parts of a union that is written with bars."""
    if isinstance(annotation, ast.BinOp):
        return [*_sides(annotation.left), *_sides(annotation.right)]
    return [annotation]


def _imported(source: Source) -> str:
    """``Optional``, where the file is in the manner of it."""
    for node in source.tree.body if source.tree else ():
        if isinstance(node, ast.ImportFrom) and node.module == "typing":
            for item in node.names:
                if item.name == "Optional":
                    return item.asname or item.name
    return ""


def optional(source: Source, spelled: str) -> str:
    """The annotation with None allowed, in the file's own manner."""
    wrapper = _imported(source)
    return f"{wrapper}[{spelled}]" if wrapper else f"{spelled} | None"


def _default_none(site: FieldSite) -> tuple[Edit, ...]:
    """None as the default of a field that has none."""
    source, value = site.source, site.statement.value
    if value is None:
        end = site.end().start
        return (Edit(end, end, " = None"),) if site.call is None else ()
    if _is_dots(value):
        return (Edit(*source.node(value), "None"),)
    if value is not site.call or not isinstance(value, ast.Call):
        return ()
    if value.args:
        return (Edit(*source.node(value.args[0]), "None"),) if _is_dots(value.args[0]) else ()
    said = keyword(value, "default")
    if said is not None:
        return (Edit(*source.node(said.value), "None"),) if _is_dots(said.value) else ()
    if keyword(value, "default_factory"):
        return ()
    inside = source.text.index("(", source.node(value.func)[1]) + 1
    first = min((source.node(item)[0] for item in value.keywords), default=None)
    if first is None:
        return (Edit(inside, inside, "default=None"),)
    alone = source.newline in source.text[inside:first]
    return (Edit(first, first, f"default=None,{source.newline}{source.indent(first)}" if alone else "default=None, "),)


def _is_dots(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def refusing_none(site: FieldSite) -> Remedy | None:
    """The field without None among what it takes, and without None as its default."""
    stripped = _without_none(site.source, site.annotation)
    default = _no_default(site)
    if stripped is None or (default and not site.pydantic):
        return None
    return Remedy(site.source.uri, (*stripped, *default), local=False)


def _without_none(source: Source, annotation: ast.expr) -> tuple[Edit, ...] | None:
    start, end = source.node(annotation)
    match annotation:
        case ast.Subscript(value=head, slice=inner) if source.code(head) in _UNIONS:
            first, last = source.node(inner)
            return (Edit(start, first, ""), Edit(last, end, ""))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right) if _is_none(right):
            return (Edit(source.node(left)[1], end, ""),)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right) if _is_none(left):
            return (Edit(start, source.node(right)[0], ""),)
        case ast.BinOp(left=left, op=ast.BitOr()):
            return _without_none(source, left)
    return None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _no_default(site: FieldSite) -> tuple[Edit, ...]:
    source, value = site.source, site.statement.value
    if value is None:
        return ()
    if _is_none(value):
        return (Edit(source.node(site.annotation)[1], source.node(value)[1], ""),)
    if value is not site.call or not isinstance(value, ast.Call):
        return ()
    if value.args and _is_none(value.args[0]):
        return (without(source, value, value.args[0]),)
    said = keyword(value, "default")
    return (without(source, value, said),) if said is not None and _is_none(said.value) else ()


def retyped(site: FieldSite, spelled: str, needs: tuple[tuple[str, str], ...]) -> Remedy | None:
    """The field with another type, as nullable as it was; none where limits stand beside the old one."""
    source, annotation = site.source, site.annotation
    if site.call is not None and any(item.arg in _LIMITS for item in site.call.keywords):
        return None
    span = _inner(source, annotation)
    if span is None or source.text[slice(*span)] == spelled:
        return None
    return Remedy(source.uri, (Edit(*span, spelled),), needs, local=False)


_LIMITS = frozenset(
    {"max_length", "min_length", "ge", "gt", "le", "lt", "pattern", "regex", "multiple_of", "max_digits"}
    | {"decimal_places"}
)


def _inner(source: Source, annotation: ast.expr) -> tuple[int, int] | None:
    """The span of the type itself, without what makes it nullable or annotates it."""
    match annotation:
        case ast.Subscript(value=head, slice=inner) if source.code(head) in _UNIONS:
            return _inner(source, inner)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right) if _is_none(right):
            return _inner(source, left)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right) if _is_none(left):
            return _inner(source, right)
        case ast.Name() | ast.Attribute():
            return source.node(annotation)
        case ast.Subscript(value=ast.Name(id=name)) if name in ("list", "List", "dict", "Dict", "Literal"):
            return source.node(annotation)
        case _:
            return None
