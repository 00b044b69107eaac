"""Contracts as the settings declare them, each at its line."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.caching import Caches, Contract, Part, is_pattern, parameters
from pgconform.config import Project
from pgconform.redis.options import KeyConfig, PartConfig
from pgconform.shape import Location
from pgconform.support.patterns import deferred

_HEADER = deferred(
    r"""^\s*\[(?:tool\.pgconform\.)?redis\.keys\.(?P<quote>["'])(?P<pattern>.*?)(?P=quote)(?P<rest>[^\]]*)\]"""
)
_KEY = deferred(r"""^\s*(["']?)(?P<name>[^"'=\s]+)\1\s*=""")


def read(project: Project) -> Caches:
    """The contracts of ``[tool.pgconform.redis.keys]``. Raises `Problem` for a pattern that can mean no key."""
    said = project.config.redis.keys if project.config.redis else {}
    places = _Places(project)
    return Caches(contracts=tuple(_contract(project, pattern, key, places) for pattern, key in sorted(said.items())))


def _contract(project: Project, pattern: str, key: KeyConfig, places: _Places) -> Contract:
    named = parameters(pattern)
    if not is_pattern(pattern):
        raise project.problem("redis", f'"{pattern}" is no key pattern', 'write one as  "user:{user_id}"')
    unknown = sorted(set(key.parameters) - set(named))
    if unknown:
        raise project.problem("redis", f'the pattern "{pattern}" has no parameter {unknown[0]}', "name one that it has")
    version = {key.version} if key.version in named else set()
    columns = {name: name for name in named if name not in version} | key.parameters
    return Contract(
        pattern,
        key.relation,
        key.encoding,
        tuple(_parts(key, pattern, places)),
        tuple(sorted((name, column) for name, column in columns.items() if column)),
        key.min_ttl,
        key.max_ttl,
        key.cache,
        key.version,
        key.model,
        places.at(pattern),
    )


def _parts(key: KeyConfig, pattern: str, places: _Places) -> Iterator[Part]:
    if not isinstance(key.fields, dict):
        yield from (Part(name, name, at=places.at(pattern, "fields")) for name in key.fields)
        return
    for name, said in key.fields.items():
        at = places.at(pattern, name)
        match said:
            case PartConfig(column=column, form=form, optional=optional):
                yield Part(name, column, form, optional, at=at)
            case str():
                yield Part(name, said, at=at)
            case _:
                yield Part(name, name if said else "", at=at)


class _Places:
    """Where patterns and their keys stand in the settings' file."""

    def __init__(self, project: Project) -> None:
        self.uri = project.file.name if project.file else ""
        self.lines: dict[tuple[str, str], int] = {}
        text = project.file.read_text(encoding="utf-8", errors="replace") if project.file else ""
        pattern = ""
        for number, line in enumerate(text.splitlines(), 1):
            if line.lstrip().startswith("["):
                header = _HEADER.match(line)
                pattern = header["pattern"] if header else ""
                if pattern:
                    self.lines.setdefault((pattern, ""), number)
                    self.lines.setdefault((pattern, header["rest"].strip(". ") if header else ""), number)
            elif pattern and (key := _KEY.match(line)):
                self.lines.setdefault((pattern, key["name"]), number)

    def at(self, pattern: str, key: str = "") -> Location | None:
        line = self.lines.get((pattern, key)) or self.lines.get((pattern, "fields")) or self.lines.get((pattern, ""))
        return Location(self.uri, line or 1) if self.uri else None
