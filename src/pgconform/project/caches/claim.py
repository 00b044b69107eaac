"""Everything a project says of its cache: the settings' contracts, the classes' and the code's own use of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.caching import Caches, Contract, Part
from pgconform.config import Project
from pgconform.schema import Schema
from pgconform.sources.redis import declared

if TYPE_CHECKING:
    from pgconform.sources.python.claims import Claims


def cache_claim(project: Project, claims: Claims) -> Schema:
    """One claim of all; where the settings and a class speak of one pattern, the settings count."""
    settled = declared.read(project).contracts
    known = {contract.shape for contract in settled}
    listed = [_filled(project, contract, claims.shapes) for contract in settled]
    listed += [contract for contract in claims.contracts if contract.shape not in known]
    ordered = tuple(sorted(listed, key=lambda contract: contract.pattern))
    return Schema(caches=Caches(ordered, claims.uses), origin="python")


def _filled(project: Project, contract: Contract, shapes: dict[str, tuple[Part, ...]]) -> Contract:
    """The contract with the fields of its class; those that the settings give themselves count."""
    if not contract.model:
        return contract
    if contract.model not in shapes:
        raise project.problem("redis", f"there is no class {contract.model}", "name it as  app.models.Account")
    own = {part.name: part for part in contract.parts}
    found = shapes[contract.model]
    return replace(contract, parts=tuple(_merged(part, own.get(part.name)) for part in found))


def _merged(part: Part, own: Part | None) -> Part:
    return part if own is None else replace(part, column=own.column, form=own.form, optional=own.optional, at=own.at)
