"""How one truth differs from another, for people and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from pgconform.drift.differences import Difference, What
from pgconform.reports._heading import labelled
from pgconform.reports._look import Look
from pgconform.reports._paint import linked, paint, place, wrapped
from pgconform.reports._words import number
from pgconform.reports.json import encoded, placed

VERSION = 1
_SIGNS: dict[What, tuple[str, str]] = {"added": ("+", "good"), "removed": ("-", "bad"), "changed": ("~", "warning")}
_WORDS = {"link": "foreign key"}


def lines(names: tuple[str, str], found: tuple[Difference, ...], look: Look) -> str:
    """From which truth to which, every difference under its relation, and how many there are."""
    head = [*labelled("from", names[0], look), *labelled("to", names[1], look)]
    if not found:
        return "\n".join([*head, *labelled("same", "the two do not differ", look, "good")]) + "\n"
    body = list(block(found, look))
    counts = Counter(item.what for item in found)
    total = ", ".join(f"{counts[what]:,} {what}" for what in _SIGNS if counts[what])
    return (
        "\n".join([*head, "", *body, *labelled("found", f"{number(len(found), 'difference')}: {total}", look)]) + "\n"
    )


def block(found: tuple[Difference, ...], look: Look) -> Iterator[str]:
    """The differences alone, under their relations."""
    for relation, group in groupby(found, key=_relation):
        yield from _block(relation, list(group), look)


def document(names: tuple[str, str], found: tuple[Difference, ...]) -> str:
    """The same as a JSON document; its shape is docs/json.md."""
    items = [dict(told(difference)) for difference in found]
    return encoded({"version": VERSION, "from": names[0], "to": names[1], "differences": items})


def told(found: Difference) -> Iterator[tuple[str, Any]]:
    """A difference as docs/json.md says, key by key."""
    for name in ("kind", "subject", "what", "relation", "attribute", "perhaps"):
        yield name, getattr(found, name)
    yield "from", found.then
    yield "to", found.now
    yield "at", placed(found.now_at or found.then_at)


def _last(found: Difference) -> str:
    return found.perhaps if found.kind == "relation" else found.perhaps.rpartition(".")[2]


def _relation(found: Difference) -> str:
    return found.relation or found.subject


def _block(relation: str, found: list[Difference], look: Look) -> Iterator[str]:
    whole = next((item for item in found if item.kind == "relation" and item.what != "changed"), None)
    if whole is None:
        yield paint(relation, "file", look)
    for item in found:
        yield from _line(item, look, "" if item is whole else "  ")
    yield ""


def _line(found: Difference, look: Look, indent: str) -> Iterator[str]:
    sign, role = _SIGNS[found.what]
    at = found.now_at or found.then_at
    name = found.subject.removeprefix(f"{found.relation}.") if found.relation != found.subject else found.subject
    said = name if found.kind == "relation" else f"{_WORDS.get(found.kind, found.kind)} {name}"
    if found.what == "changed":
        said += f"  {found.attribute.replace('_', ' ')}: {found.then} → {found.now}"
    if found.perhaps:
        said += f"  perhaps {'once' if found.what == 'added' else 'now'} {_last(found)}"
    first, *rest = wrapped(said, look.width - len(indent) - 2)
    where = f"  {linked(paint(place(at, look), 'dim', look), at, look)}" if at and at.uri else ""
    yield f"{indent}{paint(sign, role, look)} {paint(first, '', look)}{'' if rest else where}"
    for line in rest[:-1]:
        yield f"{indent}    {paint(line, '', look)}"
    if rest:
        yield f"{indent}    {paint(rest[-1], '', look)}{where}"
