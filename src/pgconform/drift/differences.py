"""Drift: how one truth differs from another, compared part by part in their normal forms, so that nothing is missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import msgspec

from pgconform.drift.common import common
from pgconform.drift.renames import renamed_fields, renamed_relations
from pgconform.schema import Check, Function, Key, Link, Policy, Relation, Schema, Trigger
from pgconform.shape import Array, Bounds, Field, Labels, Location, Scalar, Struct, Type, Union, Unknown, Value

TRUTH_KINDS = frozenset({"table", "partitioned table", "partition", "view", "materialized view", "foreign table"})
What = Literal["added", "removed", "changed"]


class Difference(Value, frozen=True, eq=False):
    """One part that is in one truth and not, or otherwise, in the other.

    ``kind`` is the part's ("relation", "column", "key", "link", "check", "policy", "trigger", "type", "function");
    ``attribute`` is what of it has changed, ``now`` and ``then`` its values in words. ``relation`` is qualified, or "".
    ``perhaps`` is, of what is added or removed, the name under which it may have been or may be still.
    """

    kind: str
    subject: str
    what: What
    relation: str = ""
    attribute: str = ""
    now: str = ""
    then: str = ""
    now_at: Location | None = None
    then_at: Location | None = None
    perhaps: str = ""


def is_truth(schema: Schema) -> bool:
    """The schema is what a database has, not what a program claims of one."""
    return bool(schema.schemas) or any(relation.kind in TRUTH_KINDS for relation in schema.relations)


def differences(now: Schema, then: Schema) -> Iterator[Difference]:
    """Everything in which the two differ; nothing exactly when their normal forms are equal.

    Where one of them cannot say everything (``unsaid``), only what both say is compared.
    """
    places = _places(now), _places(then)
    now, then = common(now, then)
    mine, theirs = now.normal(), then.normal()
    for found in _parts(mine, theirs):
        where = (found.kind, found.subject)
        yield msgspec.structs.replace(found, now_at=places[0].get(where), then_at=places[1].get(where))


def _parts(now: Schema, then: Schema) -> Iterator[Difference]:
    other = _both_ways(renamed_relations(now.relations, then.relations))
    for name, mine, theirs in _matched(now.relations, then.relations, lambda item: item.qualified):
        for found in _relation(name, mine, theirs):
            yield msgspec.structs.replace(found, perhaps=other.get(name, "")) if _is_whole(found, name) else found
    for name, mine, theirs in _matched(now.types, then.types, lambda item: item.qualified):
        yield from _one("type", name, mine, theirs)
    for name, mine, theirs in _matched(now.functions, then.functions, _signature):
        yield from _one("function", name, mine, theirs)


def _relation(name: str, now: Relation | None, then: Relation | None) -> Iterator[Difference]:
    for found in _one("relation", name, now, then, inner=_INNER):
        yield msgspec.structs.replace(found, relation=name)
    if now is None or then is None:
        return
    other = _both_ways(renamed_fields(now, then))
    for attribute, kind in _INNER.items():
        parts = _matched(getattr(now, attribute), getattr(then, attribute), _part_name)
        for part, mine, theirs in parts:
            for found in _one(kind, f"{name}.{part}", mine, theirs):
                perhaps = other.get(part, "") if kind == "column" and found.what != "changed" else ""
                yield msgspec.structs.replace(found, relation=name, perhaps=perhaps)


def _is_whole(found: Difference, name: str) -> bool:
    """The relation itself is added or removed."""
    return found.kind == "relation" and found.what != "changed" and found.subject == name


def _both_ways(pairs: dict[str, str]) -> dict[str, str]:
    return pairs | {old: new for new, old in pairs.items()}


_INNER = {
    "fields": "column",
    "keys": "key",
    "links": "link",
    "checks": "check",
    "policies": "policy",
    "triggers": "trigger",
}


def _part_name(part: Field | Key | Link | Check | Policy | Trigger) -> str:
    if part.name or not isinstance(part, Key | Link):
        return part.name
    return f"({', '.join(part.columns)})"


def _signature(function: Function) -> str:
    return f"{function.qualified}({', '.join(in_words(argument.type) for argument in function.arguments)})"


def _matched(now: Iterable[Any], then: Iterable[Any], name: Callable[[Any], str]) -> Iterator[tuple[str, Any, Any]]:
    """(name, mine, theirs) of all parts, by name; parts of one name are matched in their order."""
    mine, theirs = _numbered(now, name), _numbered(then, name)
    for key in sorted(mine.keys() | theirs.keys()):
        yield key[0], mine.get(key), theirs.get(key)


def _numbered(items: Iterable[Any], name: Callable[[Any], str]) -> dict[tuple[str, int], Any]:
    found: dict[tuple[str, int], Any] = {}
    for item in items:
        number = 0
        while (name(item), number) in found:
            number += 1
        found[name(item), number] = item
    return found


def _one(kind: str, subject: str, now: Any, then: Any, inner: Iterable[str] = ()) -> Iterator[Difference]:
    if now is None or then is None:
        yield Difference(kind, subject, "added" if then is None else "removed")
        return
    for attribute in now.__struct_fields__:
        mine, theirs = getattr(now, attribute), getattr(then, attribute)
        if mine != theirs and attribute not in inner and attribute != "at":
            yield Difference(kind, subject, "changed", "", attribute, in_words(mine), in_words(theirs))


def in_words(value: Any) -> str:
    """A part's value as a person would write it, on one line."""
    match value:
        case None | "" | ():
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case Labels(values=values, raw=raw):
            return f"{raw} ({', '.join(values)})" if raw else ", ".join(values)
        case Scalar() | Array() | Struct() | Union() | Unknown():
            return _type_in_words(value)
        case Bounds():
            said = ((name, getattr(value, name)) for name in value.__struct_fields__)
            return ", ".join(f"{name} {in_words(limit)}" for name, limit in said if limit is not None)
        case tuple():
            return ", ".join(map(in_words, value))
        case msgspec.Struct():
            return ", ".join(in_words(part) for part in msgspec.structs.astuple(value) if part)
        case _:
            return " ".join(str(value).split())


def _type_in_words(type_: Type) -> str:
    if type_.raw:
        return type_.raw
    match type_:
        case Scalar(kind=kind, size=size):
            return f"{kind}({','.join(map(str, size))})" if size else kind
        case Array(of=of):
            return f"{in_words(of)}[]"
        case Struct(fields=fields):
            return f"({', '.join(f'{field.name} {in_words(field.type)}' for field in fields)})"
        case Union(options=options):
            return " | ".join(map(in_words, options))
        case _:
            return "unknown"


def _places(schema: Schema) -> dict[tuple[str, str], Location | None]:
    found: dict[tuple[str, str], Location | None] = {}
    for relation in schema.relations:
        found["relation", relation.qualified] = relation.at
        for attribute, kind in _INNER.items():
            for part in getattr(relation, attribute):
                found[kind, f"{relation.qualified}.{_part_name(part)}"] = getattr(part, "at", None) or relation.at
    found |= {("type", item.qualified): item.at for item in schema.types}
    return found | {("function", _signature(item)): item.at for item in schema.functions}
