"""Everything the Python files of a project claim: what their models say of relations, and what they ask for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pgconform.caching import CacheUse, Contract, Part
from pgconform.config import Config
from pgconform.pairs.world import World
from pgconform.schema import Schema, Unread
from pgconform.shape import Location
from pgconform.sources.python.caches import models as caches
from pgconform.sources.python.looked import Looked, Reading
from pgconform.sources.python.models.mapping import Mapped, Suggestion, map_models
from pgconform.sources.python.models.model import Model
from pgconform.sources.python.queries.elsewhere import of_this
from pgconform.sources.python.statements.reads import with_models, with_required


class Claims(msgspec.Struct, frozen=True):
    """What models say of relations, what chains of calls ask for, and the SQL that drivers are handed.

    ``alone`` counts the classes that are of no relation as far as anyone can tell; of some of them ``suggestions`` say
    what they look like. ``uses`` are the reads and writes of Redis, ``contracts`` what classes say of its keys,
    ``shapes`` the fields of the classes that the settings' contracts name. ``creator`` is a file, of no test, that
    makes the tables of the program's classes: it calls ``create_all``. ``making`` are the texts that make or alter
    something, whoever runs them.
    """

    models: Schema
    queries: Schema
    alone: int = 0
    suggestions: tuple[Suggestion, ...] = ()
    statements: Schema = Schema()
    uses: tuple[CacheUse, ...] = ()
    contracts: tuple[Contract, ...] = ()
    shapes: dict[str, tuple[Part, ...]] = {}
    creator: str = ""
    making: tuple[tuple[str, Location], ...] = ()

    @property
    def schemas(self) -> tuple[Schema, ...]:
        return (self.models, self.queries, self.statements)


def read(root: Path, config: Config, world: World, reading: Reading | None = None) -> Claims:
    """The claims of a project's Python files, looked at here and now. ``world`` is the truth that models may be of."""
    from pgconform.sources.python.look import Look

    look = Look(root, replace(reading or Reading(), excluded=config.exclude))
    look.keep()
    return claims(look.found, config, world)


def claims(looked: Looked, config: Config, world: World, imported_from: Path | None = None) -> Claims:
    """The claims of what a project's files come to. ``world`` is the truth that models may be of.

    Nothing of the project is run, unless ``imported_from`` is its root: then its models are also imported, in a process
    of their own.
    """
    models, failed = _confirmed(looked.models, imported_from) if imported_from else (looked.models, ())
    mapped = map_models(models, world, looked.proofs, config.models, config.transport or looked.transport)
    asked = of_this(looked.queries, world)
    asked = replace(asked, queries=tuple(with_required(asked.queries, looked.made, models)))
    typed = not looked.recoded
    made = with_models(looked.statements.statements, looked.made, models, typed=typed)
    sent = replace(looked.statements, statements=made)
    marked = caches.marked(looked.marks, models)
    mapped = mapped.without({contract.model for contract in marked.contracts})
    unread = (*mapped.schema.unread, *failed, *looked.unread, *_unmatched(mapped), *looked.unknown, *marked.unread)
    return Claims(
        replace(mapped.schema, unread=unread),
        asked,
        mapped.alone,
        mapped.suggestions,
        sent,
        looked.uses,
        marked.contracts,
        _shapes(config, models),
        looked.creator,
        looked.making,
    )


def _confirmed(models: tuple[Model, ...], root: Path) -> tuple[tuple[Model, ...], tuple[Unread, ...]]:
    from pgconform.sources.python.models.imported import confirmed

    return confirmed(models, root, interpreter(root))


def _shapes(config: Config, models: tuple[Model, ...]) -> dict[str, tuple[Part, ...]]:
    """The fields of the classes that contracts of the settings name."""
    named = {key.model for key in config.redis.keys.values()} if config.redis else set()
    return {model.name: caches.parts(model) for model in models if model.name in named}


def interpreter(root: Path) -> str:
    """The Python that has what the project needs: the active environment's, the project's own, else this one."""
    for folder in (os.environ.get("VIRTUAL_ENV", ""), str(root / ".venv"), str(root / "venv")):
        for name in ("bin/python", "Scripts/python.exe"):
            if folder and (Path(folder) / name).is_file():
                return str(Path(folder) / name)
    return sys.executable


def _unmatched(mapped: Mapped) -> Iterator[Unread]:
    for name in mapped.unmatched:
        yield Unread(f"the settings map {name}, and there is no such class", "settings")
