"""Enumerations of a program, as the values they take from a database and give to it."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.sources.python.facts.expressions import Call, Const, Expr, Map, Ref, Seq
from pgconform.sources.python.models.constants import constant, texts
from pgconform.sources.python.models.lineage import Line, Lineage, Scope
from pgconform.sources.python.models.said import Said, literal, unknown
from pgconform.sources.python.modules.project import Found

BASES = frozenset(f"enum.{name}" for name in ("Enum", "StrEnum", "IntEnum", "Flag", "IntFlag", "ReprEnum"))
_NUMBER = Const(0)


def is_enum(line: Line) -> bool:
    return not BASES.isdisjoint(line.outside)


def labels(line: Line, lineage: Lineage) -> Said:
    """An enum's values in order: texts as labels, numbers as their kind; unknown when one of them cannot be told."""
    name = line.ancestors[0].facts.name
    methods = {method.name for ancestor in line.ancestors for method in ancestor.facts.methods}
    values = [_value(member, value, line, scope, lineage) for member, value, scope in _members(line)]
    known = [value.value for value in values if value is not None]
    if "_missing_" in methods or not known or len(known) < len(values):
        return unknown(Ref(name))
    return literal(known, name)


def member_value(found: Found, name: str, lineage: Lineage) -> Const | None:
    """The value of one member, or of one attribute of a class that is no enum."""
    line = lineage.line(found)
    said = [(value, scope) for member, value, scope in _members(line) if member == name]
    return _value(name, said[-1][0], line, said[-1][1], lineage) if said else None


def member_names(line: Line) -> tuple[str, ...]:
    """The names of an enum's members, in order."""
    return tuple(dict.fromkeys(name for name, _, _ in _members(line))) if is_enum(line) else ()


def _members(line: Line) -> Iterator[tuple[str, Expr, Scope]]:
    for ancestor in reversed(line.ancestors):
        for member in ancestor.facts.members:
            if member.value is not None and member.annotation is None and not member.name.startswith("_"):
                yield member.name, member.value, ancestor.scope


def _value(name: str, value: Expr, line: Line, scope: Scope, lineage: Lineage) -> Const | None:
    match value:
        case Call(function=function) if lineage.outside(function, scope) == "enum.auto":
            if "enum.StrEnum" in line.outside:
                return Const(name.lower())
            return None if "builtins.str" in line.outside else _NUMBER
        case _:
            return constant(value, scope, lineage)


def functional(call: Call, scope: Scope, lineage: Lineage) -> Said | None:
    """``Enum("Status", {"OPEN": "open"})`` in its several spellings; None when it is no such call."""
    base = lineage.outside(call.function, scope)
    if base not in BASES or len(call.arguments) != 2:
        return None
    match call.arguments[1]:
        case Map(values=items):
            said = [constant(item, scope, lineage) for item in items]
        case Seq(items=items) if all(isinstance(item, Seq) and len(item.items) == 2 for item in items):
            said = [constant(item.items[1], scope, lineage) for item in items if isinstance(item, Seq)]
        case names:
            said = _named(names, base, scope, lineage)
    known = [value.value for value in said if value is not None]
    return literal(known, "") if known and len(known) == len(said) else unknown(call)


def _named(names: Expr, base: str, scope: Scope, lineage: Lineage) -> list[Const | None]:
    """The values of members that are only named: numbers, or their own names in lower case."""
    listed = [part for said in texts(names, scope, lineage) for part in said.replace(",", " ").split()]
    return [Const(name.lower()) if base == "enum.StrEnum" else _NUMBER for name in listed]
