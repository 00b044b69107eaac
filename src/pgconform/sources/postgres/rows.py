"""The rows of the queries that have many columns, by name."""

from __future__ import annotations

from typing import NamedTuple


class RelationRow(NamedTuple):
    oid: int
    schema: str
    name: str
    kind: str
    row_type: int
    array_type: int
    row_security: bool
    parent: int | None
    definition: str | None
    updatable: int | None
    instead: str | None
    options: list[str] | None
    rule: str | None


class ColumnRow(NamedTuple):
    relation: int
    number: int
    name: str
    type: int
    modifier: int
    text: str | None
    not_null: bool
    identity: str
    generated: str
    default: str | None


class TypeRow(NamedTuple):
    oid: int
    schema: str
    name: str
    kind: str
    text: str
    element: int
    base: int
    base_modifier: int
    base_text: str | None
    not_null: bool
    default: str | None
    relation: int
    subtype: int


class KeyRow(NamedTuple):
    relation: int
    name: str
    kind: str
    numbers: str
    length: int
    partial: str | None
    nulls_distinct: bool
    deferrable: bool
    definition: str | None


class ConstraintRow(NamedTuple):
    relation: int
    name: str
    kind: str
    numbers: list[int] | None
    target: int
    target_numbers: list[int] | None
    on_delete: str
    on_update: str
    validated: bool
    deferrable: bool
    expression: str | None
    full_match: bool
    enforced: bool
    indexed: bool | None


class DomainCheckRow(NamedTuple):
    domain: int
    name: str
    validated: bool
    expression: str


class TriggerRow(NamedTuple):
    relation: int
    name: str
    definition: str
    enabled: bool
    when: int
    function: int
    language: str
    body: str


class PolicyRow(NamedTuple):
    relation: int
    name: str
    command: str
    roles: list[str]
    permissive: bool
    using: str | None
    check: str | None


class FunctionRow(NamedTuple):
    oid: int
    schema: str
    name: str
    kind: str
    names: list[str] | None
    types: list[int]
    modes: list[str] | None
    inputs: int
    defaults: int
    result: int
    returns_set: bool
    volatility: str
    rows: float
    language: str
    definition: str | None
