"""What domains say of the columns that have them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from pgconform.constraints.infer import merged, read_check
from pgconform.schema import Check
from pgconform.shape import Bounds
from pgconform.sources.postgres.rows import DomainCheckRow
from pgconform.sources.postgres.types import Types


class Domain(msgspec.Struct, frozen=True):
    """A domain with all it inherits from the domains it is made of; ``checks`` are its own."""

    nullable: bool = True
    default: str | None = None
    bounds: Bounds | None = None
    checks: tuple[Check, ...] = ()


NO_DOMAIN = Domain()


class Domains:
    """Domains by oid; a type that is none says nothing."""

    def __init__(self, types: Types, checks: Mapping[int, list[DomainCheckRow]]) -> None:
        self._types = types
        self._checks = checks
        self._known: dict[int, Domain] = {}

    @cached_property
    def oids(self) -> frozenset[int]:
        return frozenset(row.oid for row in self._types.rows.values() if row.kind == "d")

    def get(self, oid: int) -> Domain:
        if oid not in self.oids:
            return NO_DOMAIN
        if oid not in self._known:
            self._known[oid] = self._made(oid)
        return self._known[oid]

    def _made(self, oid: int) -> Domain:
        row = self._types.rows[oid]
        base = self.get(row.base)
        types = {"VALUE": self._types.resolve(oid)}
        checks, bounds, nullable = [], base.bounds, base.nullable and not row.not_null
        for check in sorted(self._checks.get(oid, ())):
            reading = read_check(check.expression, types)
            bounds, kept = merged(bounds, reading.bounds.get("VALUE"))
            nullable = nullable and not (check.validated and reading.not_null)
            checks.append(Check(check.expression, check.name, (), check.validated, reading.whole and kept))
        default = base.default if row.default is None else row.default
        return Domain(nullable, default, bounds, tuple(checks))
