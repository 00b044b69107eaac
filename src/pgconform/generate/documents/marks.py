"""How names, types and foreign texts are put into Markdown so that they stay what they are."""

from __future__ import annotations

import re

from pgconform.shape import Array, Bounds, Field, Labels, Type
from pgconform.support.digests import hexadecimal
from pgconform.support.patterns import deferred

_SAFE = deferred(r"[^\w.-]+")
_SPECIAL = deferred(r"([\\`*_\[\]])")


def code(text: str) -> str:
    """The text in code marks, in a cell of a table as well as elsewhere."""
    flat = " ".join(text.split()).replace("|", "\\|")
    if "`" not in flat:
        return f"`{flat}`" if flat else ""
    fence = "`" * (max(map(len, re.findall(r"`+", flat))) + 1)
    return f"{fence} {flat} {fence}"


def prose(text: str | None) -> str:
    """A comment of the database on one line: no markup of its own, no border of a table, no comment of HTML."""
    flat = _SPECIAL.sub(r"\\\1", " ".join((text or "").split()))
    return flat.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


def slug(name: str) -> str:
    """A file's name for a relation's, the same on every system; what had to be changed keeps a digest apart."""
    safe = _SAFE.sub("_", name).strip(".") or "_"
    if safe == name and name == name.lower():
        return safe
    return f"{safe}-{digest(name)[:6]}"


def digest(text: str) -> str:
    """12 hexadecimal digits that stand for a text, however its lines end."""
    return hexadecimal(text.replace("\r\n", "\n").encode())[:12]


def type_of(field: Field) -> str:
    return field.type.raw or "?"


def null_of(field: Field) -> str:
    """Whether it may be NULL, in a word; "" where nobody knows."""
    return "" if field.nullable is None else "yes" if field.nullable else "no"


def labels_of(type_: Type, bounds: Bounds | None) -> tuple[str, ...]:
    """The values that a column takes, where they are few and known."""
    if isinstance(type_, Array):
        return labels_of(type_.of, None)
    if isinstance(type_, Labels):
        return type_.values
    return (bounds.labels or ()) if bounds else ()


def default_of(field: Field) -> str:
    """What the database puts where nothing is sent."""
    if field.identity:
        return f"generated {field.identity} as identity"
    if field.generated:
        return f"generated: {field.default or ''}".strip()
    return field.default or ""
