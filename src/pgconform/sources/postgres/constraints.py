"""Keys, foreign keys, checks, policies and triggers of one relation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from pgconform.infer import merged, read_check
from pgconform.schema import Check, Key, Link, Policy, Trigger
from pgconform.shape import Bounds, Type
from pgconform.sources.postgres.catalogue import Row

if TYPE_CHECKING:
    from pgconform.sources.postgres.index import Index

_KEYS = {"p": "primary", "u": "unique", "x": "exclusion", "i": "index"}
_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
_KEY_ORDER = {"primary": 0, "unique": 1, "index": 2, "exclusion": 3}


class Limits(NamedTuple):
    """What the checks say of each column."""

    checks: tuple[Check, ...]
    bounds: dict[str, Bounds]
    not_null: set[str]
    may_be_null: set[str]


NO_LIMITS = Limits((), {}, set(), set())


def keys(rows: Iterable[Row], names: Mapping[int, str]) -> tuple[Key, ...]:
    found = [_key(row, names) for row in rows]
    return tuple(sorted(found, key=lambda key: (_KEY_ORDER[key.kind], key.name)))


def _key(row: Row, names: Mapping[int, str]) -> Key:
    _, name, kind, columns, count, partial, nulls_distinct, deferrable, definition = row
    numbers = [int(number) for number in columns.split()][:count]
    return Key(
        columns=texts(names, numbers),
        kind=_KEYS[kind],
        name=name,
        partial=partial or "",
        expression=0 in numbers,
        nulls_distinct=nulls_distinct,
        deferrable=deferrable,
        definition=definition or "",
    )


def links(rows: Iterable[Row], names: Mapping[int, str], index: Index) -> tuple[Link, ...]:
    found = [_link(row, names, index) for row in rows if row[3] == "f" and row[5] in index.names]
    return tuple(sorted(found, key=lambda link: link.name))


def _link(row: Row, names: Mapping[int, str], index: Index) -> Link:
    schema, target = index.names[row[5]]
    return Link(
        columns=texts(names, row[4]),
        target_schema=schema,
        target=target,
        target_columns=texts(index.column_names(row[5]), row[6]),
        name=row[2],
        on_delete=_ACTIONS[row[7]],
        on_update=_ACTIONS[row[8]],
        validated=row[9],
        deferrable=row[10],
    )


def limits(rows: Iterable[Row], names: Mapping[int, str], types: Mapping[str, Type]) -> Limits:
    """The checks by name, and what those that hold for every row say of single columns."""
    checks: list[Check] = []
    bounds: dict[str, Bounds] = {}
    not_null: set[str] = set()
    ordered = sorted((row for row in rows if row[3] == "c"), key=lambda row: str(row[2]))
    for _, _, name, _, numbers, *_, validated, _, expression in ordered:
        reading = read_check(expression, types)
        understood = reading.whole
        for column, limit in reading.bounds.items():
            joined, kept = merged(bounds.get(column), limit)
            understood = understood and kept
            if joined is not None:
                bounds[column] = joined
        if validated:
            not_null |= reading.not_null
        checks.append(Check(expression, name, texts(names, numbers), validated, understood))
    loose = [row for row in rows if row[3] == "n"]
    may_be_null = {column for row in loose for column in texts(names, row[4])}
    checks += [_not_valid(row, names) for row in loose]
    return Limits(tuple(checks), bounds, not_null, may_be_null)


def _not_valid(row: Row, names: Mapping[int, str]) -> Check:
    columns = texts(names, row[4])
    return Check(f"{columns[0]} IS NOT NULL", row[2], columns, validated=False, understood=True)


def policies(rows: Iterable[Row]) -> tuple[Policy, ...]:
    found = [
        Policy(name, _COMMANDS[command], tuple(roles), permissive, using or "", check or "")
        for _, name, command, roles, permissive, using, check in rows
    ]
    return tuple(sorted(found, key=lambda policy: policy.name))


def triggers(rows: Iterable[Row]) -> tuple[Trigger, ...]:
    found = [Trigger(name, definition, enabled) for _, name, definition, enabled, *_ in rows]
    return tuple(sorted(found, key=lambda trigger: trigger.name))


def texts(names: Mapping[int, str], numbers: Iterable[int] | None) -> tuple[str, ...]:
    """Column names by number; "" for an expression or a whole row."""
    return tuple(names.get(number, "") for number in numbers or ())
