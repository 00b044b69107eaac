"""What model classes of a running program claim, by what Pydantic itself says of their fields."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from pgconform.errors import Problem
from pgconform.pairs.world import World
from pgconform.schema import Relation, Transport
from pgconform.shape import Location
from pgconform.sources.python.models.inspection.pgconform_inspection.fields import model_fields
from pgconform.sources.python.models.mapping import map_models
from pgconform.sources.python.models.model import Family, Model, ModelField
from pgconform.sources.python.models.read import MARKER
from pgconform.sources.python.vocabulary.names import OWN_ROLES


def claims(models: Iterable[Any], world: World, transport: Transport) -> tuple[Relation, ...]:
    """One claim for each class, which says by ``__pgconform__`` what it is of, as generated ones do."""
    listed = tuple(map(_model, models))
    return map_models(listed, world, transport=transport).schema.relations


def _model(cls: Any) -> Model:
    relation = getattr(cls, MARKER, "")
    if not hasattr(cls, "model_fields") or not relation:
        raise Problem(
            f"{getattr(cls, '__qualname__', cls)} does not say what it holds rows of",
            f'it is a Pydantic model with  {MARKER} = "schema.table",  as pgconform generate writes them',
        )
    bases = [f"{base.__module__}.{base.__qualname__}" for base in cls.__mro__]
    role = next((OWN_ROLES[name] for name in map(_public, bases) if name in OWN_ROLES), "")
    return Model(
        name=f"{cls.__module__}.{cls.__qualname__}",
        uri=_file(cls),
        path=cls.__qualname__,
        family=Family.PYDANTIC,
        fields=msgspec.convert(model_fields(cls, 0), tuple[ModelField, ...]),
        relation=relation,
        role=role,
        extra=cls.model_config.get("extra") or "",
        at=Location(_file(cls)),
    )


def _public(name: str) -> str:
    """``pgconform.types.writes.Insert`` by the name it is imported under."""
    return f"pgconform.types.{name.rpartition('.')[2]}" if name.startswith("pgconform.types.") else name


def _file(cls: Any) -> str:
    try:
        place = Path(inspect.getfile(cls))
    except (OSError, TypeError):
        return str(cls.__module__)
    here = Path.cwd()
    return place.relative_to(here).as_posix() if place.is_relative_to(here) else place.name
