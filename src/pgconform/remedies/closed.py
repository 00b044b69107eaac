"""The labels of a closed set, a Literal's or an Enum's: exactly those of the truth."""

from __future__ import annotations

import ast
import re

from msgspec.structs import replace

from pgconform.generate.layout import string
from pgconform.generate.named import members
from pgconform.remedies.edits import Edit, Remedy
from pgconform.remedies.fields import FieldSite
from pgconform.remedies.source import Source, Sources

_ENUMS = frozenset({"Enum", "StrEnum", "enum.Enum", "enum.StrEnum"})


def relabelled(site: FieldSite, labels: tuple[str, ...], sources: Sources) -> Remedy | None:
    """The set that the field is of with these labels and no others; the rest of it stays as and where it is."""
    found = _set(site.source, site.annotation, sources)
    if found is None:
        return None
    source, thing = found
    said = _enum(source, thing, labels) if isinstance(thing, ast.ClassDef) else _literal(source, thing, labels)
    return replace(said, local=said.local and thing in ast.walk(site.annotation)) if said else None


def label_at(site: FieldSite, old: str, sources: Sources) -> tuple[Source, ast.Constant] | None:
    """Where the set that the field is of says this label."""
    found = _set(site.source, site.annotation, sources)
    if found is None:
        return None
    source, thing = found
    said = [node for node in ast.walk(thing) if isinstance(node, ast.Constant) and node.value == old]
    return (source, said[0]) if len(said) == 1 else None


def _set(source: Source, node: ast.expr, sources: Sources) -> tuple[Source, ast.Subscript | ast.ClassDef] | None:
    match node:
        case ast.Subscript(value=head) if source.code(head).rpartition(".")[2] == "Literal":
            return source, node
        case ast.Subscript(value=head, slice=inner) if source.code(head).rpartition(".")[2] in ("Optional", "List"):
            return _set(source, inner, sources)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            sides = [side for side in (left, right) if not (isinstance(side, ast.Constant) and side.value is None)]
            return _set(source, sides[0], sources) if len(sides) == 1 else None
        case ast.Name(id=name):
            return _named(source, name, sources)
        case _:
            return None


def _named(source: Source, name: str, sources: Sources) -> tuple[Source, ast.Subscript | ast.ClassDef] | None:
    """The class or the alias of that name, in this file or in the one it is imported from."""
    for node in source.tree.body if source.tree else ():
        match node:
            case ast.ClassDef() if node.name == name:
                return (source, node) if _ENUMS.intersection(map(source.code, node.bases)) else None
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                return _set(source, value, sources)
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                return _set(source, value, sources)
            case ast.ImportFrom(names=names):
                item = next((one for one in names if (one.asname or one.name) == name), None)
                other = sources.module(source.uri, node) if item else None
                if item and other and other.uri != source.uri:
                    return _named(other, item.name, sources)
    return None


def _literal(source: Source, node: ast.Subscript, labels: tuple[str, ...]) -> Remedy | None:
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    said = {item.value: item for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)}
    if len(said) != len(items) or not said.keys() & set(labels):
        return None
    edits = [_item_without(source, items, item) for label, item in said.items() if label not in labels]
    added = [label for label in labels if label not in said]
    if added:
        start, end = source.node(items[-1])
        quote = source.text[source.node(items[0])[0]]
        before = source.node(items[-2])[1] if len(items) > 1 else start
        between = source.text[before:start] if len(items) > 1 else ", "
        edits.append(Edit(end, end, "".join(between + _quoted(label, quote) for label in added)))
    return Remedy(source.uri, tuple(edits), local=len(edits) == bool(added)) if edits else None


def _quoted(label: str, quote: str) -> str:
    spelled = string(label)
    plain = "\\" not in spelled and "'" not in label and '"' not in label
    return f"'{label}'" if quote == "'" and plain else spelled


def _item_without(source: Source, items: list[ast.expr], item: ast.expr) -> Edit:
    place = items.index(item)
    start, end = source.node(item)
    if place + 1 < len(items):
        return Edit(start, source.node(items[place + 1])[0], "")
    return Edit(source.node(items[place - 1])[1] if place else start, end, "")


def _enum(source: Source, owner: ast.ClassDef, labels: tuple[str, ...]) -> Remedy | None:
    said: dict[str, ast.Assign] = {}
    for node in owner.body:
        match node:
            case ast.Assign(targets=[ast.Name()], value=ast.Constant(value=str() as label)):
                said[label] = node
            case ast.Assign() | ast.AnnAssign():
                return None
    if not said.keys() & set(labels):
        return None
    edits = [_line_without(source, node) for label, node in said.items() if label not in labels]
    added = [label for label in labels if label not in said]
    if added:
        edits.append(_members_added(source, said, added))
    return Remedy(source.uri, tuple(edits), local=len(edits) == bool(added)) if edits else None


def _members_added(source: Source, said: dict[str, ast.Assign], added: list[str]) -> Edit:
    """New members after the last, named as the old ones are: in capitals or not."""
    last = list(said.values())[-1]
    start, end = source.node(last)
    small = all(source.code(node.targets[0]).islower() for node in said.values())
    quote = source.text[source.node(last.value)[0]]
    names = members(added, {source.code(node.targets[0]).upper() for node in said.values()})
    between = source.newline + source.indent(start)
    pairs = zip(names, added, strict=True)
    lines = (f"{name.lower() if small else name} = {_quoted(label, quote)}" for name, label in pairs)
    line_end = re.compile(r"[^\r\n]*").match(source.text, end)
    place = line_end.end() if line_end else end
    return Edit(place, place, "".join(between + line for line in lines))


def _line_without(source: Source, node: ast.stmt) -> Edit:
    start = max(first for first in source.starts if first <= source.node(node)[0])
    end = source.node(node)[1]
    following = next((first for first in source.starts if first >= end), len(source.text))
    return Edit(start, following, "")
