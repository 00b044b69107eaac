"""Contracts of cached values: those of the project's settings, and models named by a program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from msgspec import MsgspecError
from msgspec.structs import replace

from pgconform.caching import Caches, Observed, regex
from pgconform.caching import Contract as Declaration
from pgconform.finding import Finding, Severity
from pgconform.pairs.world import World
from pgconform.schema import Schema


class Contract(Protocol):
    """What the values of some keys are. ``findings`` of a value as the client gives it; none where it keeps to it."""

    def matches(self, key: str) -> bool: ...
    def findings(self, key: str, value: bytes | Mapping[str, Any]) -> Iterable[Finding]: ...


class Models:
    """A contract made of a key's beginning and a Pydantic model, whose JSON the values are."""

    def __init__(self, prefix: str, model: type[Any]) -> None:
        self.prefix = prefix
        self.model = model

    def matches(self, key: str) -> bool:
        return key.startswith(self.prefix)

    def findings(self, key: str, value: bytes | Mapping[str, Any]) -> Iterable[Finding]:
        from pydantic import ValidationError

        try:
            if isinstance(value, Mapping):
                self.model.model_validate(value)
            else:
                self.model.model_validate_json(value)
        except ValidationError as error:
            for item in error.errors(include_input=False, include_url=False):
                place = ".".join(map(str, item["loc"]))
                said = f"{place}: {item['msg']}" if place else str(item["msg"])
                yield Finding(Severity.ERROR, said, code="RDS003", name="payload-differs", subject=key, source="redis")


class Declared:
    """A contract of the settings, beside a truth: what `pgconform redis check` would say of the value."""

    def __init__(self, contract: Declaration, world: World) -> None:
        from pgconform.redis.plan import plan

        self.contract = contract
        self.world = world
        self.plan = plan(contract, world)
        self._keys = regex(contract.pattern)

    def matches(self, key: str) -> bool:
        return self._keys.fullmatch(key) is not None

    def findings(self, key: str, value: bytes | Mapping[str, Any]) -> Iterable[Finding]:
        from pgconform.redis.judge import Wrong, conforms, judge

        if isinstance(value, Mapping) != (self.contract.encoding == "hash"):
            said = "hash" if isinstance(value, Mapping) else "string"
            return self._told(key, [Wrong("type", said=said, expected=self.contract.encoding)])
        if not isinstance(value, Mapping) and self._taken(value):
            return ()
        raw = (
            value if not isinstance(value, Mapping) else [part for pair in value.items() for part in map(_bytes, pair)]
        )
        found = judge(self.plan, raw)
        return () if conforms(found) else self._told(key, found)

    def _taken(self, value: bytes) -> bool:
        if self.plan.accept is None:
            return False
        try:
            self.plan.accept(value)
        except (MsgspecError, ValueError):
            return False
        return True

    def _told(self, key: str, found: Iterable[Any]) -> tuple[Finding, ...]:
        """By the rules, all of them errors: the value does not keep to what was declared."""
        from pgconform.check import judge

        pattern = self.contract.pattern
        seen = tuple(Observed(pattern, item.kind, item.field, item.said, item.expected, 1, 1, (key,)) for item in found)
        caches = Caches(contracts=(self.contract,), observed=seen)
        told = judge(self.world.truth, Schema(caches=caches), schemas=self.world.schemas).findings
        return tuple(replace(item, severity=Severity.ERROR, subject=item.subject or key) for item in told)


def declared(truth: Schema, schemas: tuple[str, ...], start: Path | None = None) -> tuple[Declared, ...]:
    """The contracts of ``[tool.pgconform.redis.keys]`` of the project at or above a directory."""
    from pgconform.config import find_project
    from pgconform.sources.redis.declared import read

    world = World(truth, schemas)
    return tuple(Declared(contract, world) for contract in read(find_project(start or Path.cwd())).contracts)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
