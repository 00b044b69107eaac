"""Keys, foreign keys, checks, policies and triggers of one relation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from pgconform.constraints.infer import Reading, merged
from pgconform.errors import keyless
from pgconform.schema import Check, Key, Link, Policy, Trigger
from pgconform.shape import Bounds
from pgconform.sources.postgres.rows import ConstraintRow, KeyRow, PolicyRow, TriggerRow

if TYPE_CHECKING:
    from pgconform.sources.postgres.index import Index, Numbered

_KEYS = {"p": "primary", "u": "unique", "x": "exclusion", "i": "index"}
_KEY_ORDER = {"primary": 0, "unique": 1, "index": 2, "exclusion": 3}
_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}


class Limits(NamedTuple):
    """The checks of a relation, and what they say of single columns: ``concerned`` are all of those."""

    checks: tuple[Check, ...] = ()
    bounds: Mapping[str, Bounds] = MappingProxyType({})
    not_null: Set[str] = frozenset()
    may_be_null: Set[str] = frozenset()
    concerned: frozenset[str] = frozenset()


NO_LIMITS = Limits()


def keys(rows: Iterable[KeyRow], columns: Numbered) -> tuple[Key, ...]:
    found = [_key(row, columns) for row in rows]
    return tuple(sorted(found, key=lambda key: (_KEY_ORDER[key.kind], key.name)))


def _key(row: KeyRow, columns: Numbered) -> Key:
    numbers = [int(number) for number in row.numbers.split()][: row.length]
    return Key(
        columns=names(columns, numbers),
        kind=_KEYS[row.kind],
        name=row.name,
        partial=row.partial or "",
        expression=0 in numbers,
        nulls_distinct=row.nulls_distinct,
        deferrable=row.deferrable,
        definition=row.definition or "",
    )


def links(rows: Iterable[ConstraintRow], columns: Numbered, index: Index) -> tuple[Link, ...]:
    found = [row for row in rows if row.kind == "f" and row.target in index.names]
    return tuple([_link(row, columns, index) for row in _by_name(found)])


def _link(row: ConstraintRow, columns: Numbered, index: Index) -> Link:
    schema, target = index.names[row.target]
    return Link(
        columns=names(columns, row.numbers),
        target_schema=schema,
        target=target,
        target_columns=names(index.numbered.get(row.target, ()), row.target_numbers),
        name=row.name,
        on_delete=_ACTIONS[row.on_delete],
        on_update=_ACTIONS[row.on_update],
        validated=row.validated,
        deferrable=row.deferrable,
        full_match=row.full_match,
        enforced=row.enforced,
        indexed=row.indexed,
    )


def limits(
    rows: Iterable[ConstraintRow],
    columns: Numbered,
    read: Callable[[ConstraintRow], Reading],
) -> Limits:
    """The checks among the constraints, by name; ``read`` says what one of them means."""
    checks: list[Check] = []
    bounds: dict[str, Bounds] = {}
    not_null: set[str] = set()
    may_be_null: set[str] = set()
    for row in _by_name([row for row in rows if row.kind in "cn"]):
        concerned = names(columns, [number for number in row.numbers or () if number > 0])
        if row.kind == "n":
            checks.append(Check(f"{concerned[0]} IS NOT NULL", row.name, concerned, row.validated, True))
            may_be_null.update(concerned)
            continue
        if not row.enforced:
            checks.append(Check(row.expression or "", row.name, concerned, row.validated, True, False))
            continue
        reading = read(row)
        understood = _added(bounds, reading.bounds) and reading.whole
        if row.validated:
            not_null |= reading.not_null
        checks.append(Check(row.expression or "", row.name, concerned, row.validated, understood))
    return Limits(tuple(checks), bounds, not_null, may_be_null, frozenset(not_null.union(bounds, may_be_null)))


def _added(bounds: dict[str, Bounds], more: Mapping[str, Bounds]) -> bool:
    """Adds more limits; False if not all of them could be kept."""
    whole = True
    for column, limit in more.items():
        if column in bounds:
            joined, kept = merged(bounds[column], limit)
            whole = whole and kept
            bounds[column] = joined or limit
        else:
            bounds[column] = limit
    return whole


def policies(rows: Iterable[PolicyRow]) -> tuple[Policy, ...]:
    found = [
        Policy(row.name, _COMMANDS[row.command], tuple(row.roles), row.permissive, row.using or "", row.check or "")
        for row in rows
    ]
    return tuple(sorted(found, key=attrgetter("name")))


def triggers(rows: Iterable[TriggerRow]) -> tuple[Trigger, ...]:
    found = [Trigger(row.name, keyless(row.definition), row.enabled) for row in rows]
    return tuple(sorted(found, key=attrgetter("name")))


def _by_name(rows: list[ConstraintRow]) -> list[ConstraintRow]:
    return sorted(rows, key=attrgetter("name")) if len(rows) > 1 else rows


def names(columns: Numbered, numbers: Iterable[int] | None) -> tuple[str, ...]:
    """Column names by number; "" for an expression, and for a column that is not in view."""
    try:
        return tuple([columns[number] for number in numbers or ()])
    except IndexError:
        return tuple("" for _ in numbers or ())
