"""The uses that a program names itself: model classes, and names of relations and columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from pgconform.config import LOCK_FILE
from pgconform.errors import Problem
from pgconform.guard.collect import collect
from pgconform.guard.uses import Uses
from pgconform.pairs.world import World
from pgconform.postgrest.config import PostgrestConfig
from pgconform.schema import Access, Relation, Schema, Transport
from pgconform.shape import Field
from pgconform.sources import snapshot

T = TypeVar("T")


def of_snapshot(path: Path | None, needs: tuple[Any, ...] | None) -> tuple[Uses, Schema]:
    """The uses of a snapshot, and the snapshot; without needs, every relation of the public schema is read."""
    truth = snapshot.read(path or _found(), str(path or LOCK_FILE))
    world = World(truth)
    named = [item.qualified for item in truth.relations if item.schema == "public"] if needs is None else needs
    return collected(world, claims(world, named)), truth


def collected(world: World, claimed: Iterable[Relation]) -> Uses:
    return collect(
        world.truth, [Schema(relations=tuple(claimed))], world.schemas, PostgrestConfig(schemas=world.schemas)
    )


def of_models(models: Iterable[Any]) -> Uses:
    """The claims of models alone."""
    from pgconform.guard.of_models import claims as of_classes

    return Uses(claims=of_classes(models, World(Schema()), Transport.POSTGREST))


def claims(world: World, needs: Iterable[Any], transport: Transport = Transport.POSTGREST) -> Iterator[Relation]:
    """What is needed, as claims. Raises `Problem` for a name that the truth does not have."""
    from pgconform.guard.of_models import claims as of_classes

    models = []
    for need in needs:
        if isinstance(need, str):
            yield named(world, need)
        else:
            models.append(need)
    yield from of_classes(models, world, transport)


def named(world: World, need: str) -> Relation:
    """``documents``, ``public.documents``, ``documents.status`` or ``public.documents.status``, read."""
    schema, _, name = need.rpartition(".")
    if relation := world.relation(name, schema):
        return _read(relation, tuple(world.fields(relation)))
    home, _, table = schema.rpartition(".")
    owner = world.relation(table, home) if table else None
    if owner is None or name not in world.fields(owner):
        raise Problem(f"{need} is neither a relation nor a column of the snapshot", "name one as in SQL: table.column")
    return _read(owner, (name,))


def _read(relation: Relation, columns: tuple[str, ...]) -> Relation:
    fields = tuple(map(Field, columns))
    return Relation(relation.name, relation.schema, "query", fields, access=Access.READ, whole=False)


def _found() -> Path:
    here = Path.cwd()
    for directory in (here, *here.parents):
        if (directory / LOCK_FILE).is_file():
            return directory / LOCK_FILE
    raise Problem(f"there is no {LOCK_FILE} at or above {here}", "write it where the code is:  pgconform snapshot")


def extended(uses: Uses, truth: Schema, needs: tuple[Any, ...]) -> tuple[Uses, frozenset[tuple[str, str]]]:
    """The uses with what else is needed, and the (relation, column) of each part of that."""
    world = World(truth, uses.schemas)
    claimed = tuple(claims(world, needs) if truth.relations else of_models(needs).claims)
    more = collected(world, claimed) if truth.relations else Uses(claims=claimed)
    both = replace(
        uses,
        relations=_united(uses.relations, more.relations),
        claims=_united(uses.claims, more.claims),
        known=_united(uses.known, more.known),
    )
    homes = [(world.relation(claim.name, claim.schema) or claim, claim) for claim in claimed]
    return both, frozenset((home.qualified, field.name) for home, claim in homes for field in claim.fields)


def _united(one: tuple[T, ...], other: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*one, *other)))
