"""Which relationship an embed means."""

from __future__ import annotations

from collections.abc import Iterable

from pgconform.postgrest.relationships import Relationship


def candidates(known: Iterable[Relationship], target: str, hint: str | None) -> tuple[Relationship, ...]:
    """The relationships that fit: none refuses the request (PGRST200), several make it ambiguous (PGRST201)."""
    return tuple(item for item in known if _fits(item, target, hint))


def _fits(item: Relationship, target: str, hint: str | None) -> bool:
    if item.function is not None:
        return target == item.function.name
    if item.is_self:
        return _fits_self(item, target, hint)
    if hint is not None:
        return target == item.foreign.name and _fits_hint(item, hint)
    if target == item.foreign.name:
        return True
    return not item.foreign_is_view and (_has_constraint(item, target) or _column(item, 0) == target)


def _fits_self(item: Relationship, target: str, hint: str | None) -> bool:
    """Of a table's foreign key to itself: the table's name is the many, the column's name the one."""
    many = target == item.foreign.name and item.kind == "o2m"
    if hint is not None:
        return many and _column(item, 1) == hint
    return many or (item.kind == "m2o" and _column(item, 0) == target)


def _fits_hint(item: Relationship, hint: str) -> bool:
    if item.junction is not None:
        return item.junction.name == hint
    return _has_constraint(item, hint) or hint in (_column(item, 0), _column(item, 1))


def _has_constraint(item: Relationship, name: str) -> bool:
    return item.kind != "m2m" and item.constraint == name


def _column(item: Relationship, side: int) -> str | None:
    """The only column on one side (0 here, 1 there) of a foreign key."""
    return item.columns[0][side] if len(item.columns) == 1 and item.kind != "m2m" else None
