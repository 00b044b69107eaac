"""The contracts of the cache as JSON Schema, a file for each pattern."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pgconform.config import Project
from pgconform.generate.cache import MARK, Property, file_name, render
from pgconform.pairs.world import World
from pgconform.project.api import searched
from pgconform.project.asking import Ask
from pgconform.project.caches.claim import cache_claim
from pgconform.project.claiming import read_claims
from pgconform.project.inputs import Inputs
from pgconform.project.written import Asked, Written, content
from pgconform.redis.options import RedisConfig
from pgconform.redis.plan import Plan, plan
from pgconform.schema import Schema
from pgconform.shape import Labels, Type, Unknown

_MARK = f'"{MARK}"'.encode()


def written(project: Project, truth: Schema, asked: Asked) -> tuple[Written, ...]:
    """The files of all contracts, and those of contracts that are gone, which should go too."""
    world = World(truth, searched(project))
    said = cache_claim(project, read_claims(project, truth, Ask(), Inputs(overlay=asked.overlay))).caches
    folder, shown = _folder(project, asked.output)
    files = {file_name(item.pattern): _text(plan(item, world)) for item in said.contracts}
    made = [_written(folder / name, f"{shown}/{name}", text.encode()) for name, text in sorted(files.items())]
    return (*made, *_gone(folder, shown, set(files)))


def configured(project: Project) -> bool:
    """The settings speak of a cache, so that `sync` keeps its contracts current."""
    return project.config.redis is not None


def _folder(project: Project, output: Path | None) -> tuple[Path, str]:
    if output is not None:
        return output.absolute(), str(output)
    out = (project.config.redis or RedisConfig()).out
    if not (project.root / out).resolve().is_relative_to(project.root.resolve()):
        raise project.problem("redis.out", f"{out} leads out of the project", "name a path inside of it")
    return project.root / out, out


def _text(wanted: Plan) -> str:
    properties = [
        Property(
            field.name, _shown(field.type, field.labels), field.form, nullable=field.nullable, optional=field.optional
        )
        for field in wanted.fields
    ]
    return render(wanted.contract, properties)


def _shown(type_: Type, labels: tuple[str, ...]) -> Type | None:
    return Labels(labels) if labels else None if isinstance(type_, Unknown) else type_


def _written(file: Path, name: str, after: bytes) -> Written:
    before = content(file)
    foreign = before is not None and before.strip() != b"" and _MARK not in before
    kept = (f"{name} was not written by pgconform", "name another directory with --output, or use --force")
    return Written(file, name, before, after, before == after, *(kept if foreign else ("", "")))


def _gone(folder: Path, shown: str, kept: set[str]) -> Iterator[Written]:
    for file in sorted(folder.glob("*.schema.json")) if folder.is_dir() else ():
        before = content(file)
        if file.name not in kept and before is not None and _MARK in before:
            yield Written(file, f"{shown}/{file.name}", before, None, False)
