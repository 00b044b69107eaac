"""What may have been meant by a name that is not there: by its spelling, and by what is known beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from pgconform.pairs.pair import FieldPair, RelationPair
from pgconform.pairs.world import World
from pgconform.schema import Relation
from pgconform.shape import Field, Scalar
from pgconform.support.names import nearest, slip, words

_USED = 0.75
_SEVERAL = 3
_FAR = -0.15
_LOOSE = -0.2
_OWN = 0.2
_NEXT = 0.06


def nearest_relations(pair: RelationPair) -> tuple[str, ...]:
    """The relations alike in name that have what the claim names of its own; one slip away they need not."""
    world, claim = pair.world, pair.claim
    searched = (claim.schema,) if claim.schema else world.schemas
    known = {item.name: item for item in world.truth.relations if item.schema in searched}
    used = [field.name for field in claim.fields]
    prefix = _prefix(known)
    if prefix and prefix + claim.name in known:
        return (prefix + claim.name,)
    fitting = [name for name, item in known.items() if slip(claim.name, name) or _has(world, item, used)]
    return nearest(claim.name, fitting, lambda name: _head(claim.name, name))


def _has(world: World, relation: Relation, used: list[str]) -> bool:
    """The relation has nearly all of these columns, or it is not known whether it has."""
    columns = world.fields(relation)
    return not world.unfolded(relation).whole or sum(name in columns for name in used) >= _USED * len(used)


def _prefix(names: Collection[str]) -> str:
    """The word that most relations begin with, as a product's do; "" where there is none."""
    starts = Counter(name.partition("_")[0] for name in names if "_" in name)
    word, count = max(starts.items(), key=lambda item: item[1], default=("", 0))
    return f"{word}_" if count >= _SEVERAL and count * 2 > len(names) else ""


def _head(name: str, candidate: str) -> float:
    """A longer name for another kind of thing is not meant: versions of documents are no documents."""
    mine, others = words(name), words(candidate)
    contained = set(mine) < set(others) or set(others) < set(mine)
    return _FAR if contained and mine[-1] != others[-1] else 0.0


def nearest_columns(pair: FieldPair, claim: Field) -> tuple[str, ...]:
    """The free columns of the relation that may be meant."""
    truth = pair.relation.truth
    if truth is None:
        return ()
    columns = pair.world.fields(truth)
    taken = {field.name for field in pair.relation.claim.fields}
    free = [name for name in columns if name not in taken]
    if former := _formerly(truth, claim.name, free):
        return former
    place = _neighbours(pair, claim)
    loose = 0.0 if pair.relation.certain else _LOOSE

    def bonus(name: str) -> float:
        next_to = _NEXT if name in place else 0.0
        return type_bonus(claim, columns[name]) + next_to + loose + _of_key(truth.name, claim.name, name)

    return nearest(claim.name, free, bonus)


def _formerly(relation: Relation, name: str, free: Collection[str]) -> tuple[str, ...]:
    """The column whose constraint still goes by this name, as Postgres names it when it is made and leaves it after."""
    own = {f"{relation.name}_{name}_fkey", f"{relation.name}_{name}_key"}
    parts = [(part.name, part.columns) for part in relation.links]
    parts += [(part.name, part.columns) for part in relation.keys]
    found = {columns[0] for named, columns in parts if named in own and len(columns) == 1 and columns[0] in free}
    return tuple(found) if len(found) == 1 else ()


def _of_key(relation: str, name: str, candidate: str) -> float:
    """A bare ``id`` is that of its own table, and of nothing else."""
    mine, others = words(name), words(candidate)
    if ("id",) not in (mine, others):
        return 0.0
    rest = set(mine) ^ set(others)
    return _OWN if rest <= set(words(relation)) else _FAR


def type_bonus(claim: Field, column: Field) -> float:
    """What plainly differs in type is hardly a slip of the pen."""
    if not (isinstance(claim.type, Scalar) and isinstance(column.type, Scalar)):
        return 0.0
    return 0.0 if _family(claim.type.kind) & _family(column.type.kind) else -0.15


def _family(kind: str) -> frozenset[str]:
    plain = kind.removeprefix("py.").removeprefix("strict_")
    if plain in ("text", "varchar", "bpchar", "str", "citext", "name", "any", "unknown"):
        return frozenset({"text", "int", "float", "bool", "date"}) if plain == "any" else frozenset({"text"})
    for family, starts in (("number", ("int", "float", "numeric", "decimal")), ("time", ("date", "time", "interval"))):
        if plain.startswith(starts):
            return frozenset({family})
    return frozenset({plain, "text"} if "uuid" in plain else {plain})


def _neighbours(pair: FieldPair, claim: Field) -> set[str]:
    """The columns that stand where a field of this claim's place would: after the same one, or before it."""
    truth = pair.relation.truth
    names = [field.name for field in pair.relation.claim.fields]
    columns = list(pair.world.fields(truth)) if truth else []
    place = names.index(claim.name) if claim.name in names else -1
    if place < 0:
        return set()
    before, after = names[place - 1] if place else "", names[place + 1] if place + 1 < len(names) else ""
    following = {columns[columns.index(before) + 1]} if before in columns[:-1] else set()
    preceding = {columns[columns.index(after) - 1]} if after in columns[1:] else set()
    return following | preceding
