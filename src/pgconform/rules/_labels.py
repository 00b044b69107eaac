"""The closed sets on both sides of a column: enum labels, CHECK … IN lists, Literals and Enums."""

from __future__ import annotations

from typing import NamedTuple

from pgconform.pairs.pair import FieldPair
from pgconform.shape import Array, Bounds, Labels, Type, Union
from pgconform.support.names import likeness, words


class Sets(NamedTuple):
    """What the database allows and what the claim knows, each in its own order; ``checked``: by a CHECK, no enum."""

    theirs: tuple[str, ...]
    mine: tuple[str, ...]
    checked: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """Labels of the database that the claim does not know, save those it only spells otherwise."""
        near = {there for there, _ in self.misspelled}
        return tuple(label for label in self.theirs if label not in self.mine and label not in near)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Labels of the claim that the database does not know, save those it only spells otherwise."""
        near = {here for _, here in self.misspelled}
        return tuple(label for label in self.mine if label not in self.theirs and label not in near)

    @property
    def misspelled(self) -> tuple[tuple[str, str], ...]:
        """(the database's label, the claim's) where the two differ only in case, space, joint or number."""
        strangers = [label for label in self.mine if label not in self.theirs]
        return tuple(
            (there, here)
            for there in self.theirs
            if there not in self.mine
            for here in strangers[:]
            if words(there) == words(here) or (len(here) > 4 and likeness(there, here) > 0.85)
        )


def closed(type_: Type, bounds: Bounds | None) -> tuple[str, ...] | None:
    """The labels of a closed set, be it the type's, its elements' or a limit's; None where the set is open."""
    match type_:
        case Labels(values=values):
            return values
        case Array(of=of):
            return closed(of, bounds)
        case Union(options=options) if options:
            parts = [closed(option, None) for option in options]
            known = [part for part in parts if part is not None]
            return tuple(label for part in known for label in part) if len(known) == len(parts) else None
        case _:
            return bounds.labels if bounds else None


def namesake(pair: FieldPair, both: Sets) -> str:
    """The type of another schema whose labels the claim has, in words: the enum was taken from the wrong place."""
    raw = getattr(pair.truth.type, "raw", "") if pair.truth else ""
    name = raw.rpartition(".")[2].strip('"')
    for named in pair.world.truth.types:
        mine = isinstance(named.type, Labels) and set(named.type.values) == set(both.mine)
        if mine and named.name == name and set(both.mine) != set(both.theirs):
            return f"; those of {pair.claimed} are of {named.qualified}"
    return ""


def sets(pair: FieldPair) -> Sets | None:
    """Both closed sets, where both sides have one."""
    if pair.truth is None or pair.claim is None or pair.stored is None:
        return None
    theirs = closed(pair.truth.type, pair.stored.bounds)
    mine = closed(pair.claim.type, pair.claim.bounds)
    if theirs is None or mine is None:
        return None
    return Sets(theirs, mine, closed(pair.truth.type, None) is None)
