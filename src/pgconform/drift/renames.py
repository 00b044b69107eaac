"""What of two truths may be one thing under two names."""

from __future__ import annotations

from collections.abc import Iterable

from pgconform.schema import Relation
from pgconform.shape import Field
from pgconform.support.names import nearest

_ALIKE = 0.8


def renamed_fields(now: Relation, then: Relation) -> dict[str, str]:
    """New names of columns with the old names they may have had: of one type, and alike in name or alone."""
    old, new = {field.name: field for field in then.fields}, {field.name: field for field in now.fields}
    gone = {name: field for name, field in old.items() if name not in new}
    come = {name: field for name, field in new.items() if name not in old}
    return _pairs((name, _before(field, gone, alone=len(come) == 1)) for name, field in come.items())


def _before(field: Field, gone: dict[str, Field], *, alone: bool) -> str:
    same = [name for name, other in gone.items() if other.type == field.type]
    near = nearest(field.name, same)
    if len(near) == 1:
        return near[0]
    sole = alone and len(gone) == 1 and bool(same) and gone[same[0]].nullable == field.nullable
    return same[0] if sole else ""


def renamed_relations(now: Iterable[Relation], then: Iterable[Relation]) -> dict[str, str]:
    """New qualified names of relations with the old ones they may have had: of nearly the same columns."""
    old, new = {one.qualified: one for one in then}, {one.qualified: one for one in now}
    gone = [one for name, one in old.items() if name not in new and one.fields]
    come = [one for name, one in new.items() if name not in old and one.fields]
    return _pairs((one.qualified, _same_columns(one, gone)) for one in come)


def _same_columns(relation: Relation, gone: list[Relation]) -> str:
    mine = {field.name for field in relation.fields}
    shares = [(_share(mine, {field.name for field in other.fields}), other) for other in gone]
    alike = [other.qualified for share, other in shares if share >= _ALIKE and other.kind == relation.kind]
    return alike[0] if len(alike) == 1 else ""


def _share(mine: set[str], theirs: set[str]) -> float:
    return len(mine & theirs) / len(mine | theirs)


def _pairs(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The pairs whose old name no other new one claims."""
    pairs = {new: old for new, old in found if old}
    claimed = list(pairs.values())
    return {new: old for new, old in pairs.items() if claimed.count(old) == 1}
