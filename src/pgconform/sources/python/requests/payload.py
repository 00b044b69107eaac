"""What a request sends: rows, arguments and the values of filters."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from pgconform.request import Operand, Payload
from pgconform.shape import Field, Labels, Location, Type, Union, Unknown
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.containers import carried
from pgconform.sources.python.evaluate.values.kinds import (
    Dict,
    Dump,
    Earlier,
    Either,
    Instance,
    List,
    Lit,
    Opaque,
    Rows,
    Str,
    Value,
    is_none,
)
from pgconform.sources.python.evaluate.values.typed import is_said, type_of

_MOST_VALUES = 200


def operand(value: Value | None) -> Operand:
    """A value as it is sent."""
    if value is None:
        return Operand()
    found = list(options(value))
    if len(found) != 1:
        return Operand(_type(found), any(map(is_none, found)) or None, at=_place(value))
    return Operand(type_of(found[0]), _nullable(found[0]), constant_text(found[0]), _place(found[0]))


def _nullable(value: Value) -> bool | None:
    match value:
        case Lit(value=constant):
            return constant is None
        case Str() | Dict() | List():
            return False
    return None


def _type(found: list[Value]) -> Type:
    """The type of one of several values; of constant texts their set."""
    types = list(dict.fromkeys(type_of(value) for value in found if not is_none(value)))
    if not types or any(isinstance(item, Unknown) for item in types):
        return Unknown()
    if all(isinstance(item, Labels) for item in types):
        return Labels(tuple(dict.fromkeys(text for item in types if isinstance(item, Labels) for text in item.values)))
    return types[0] if len(types) == 1 else Union(tuple(types))


def _place(value: Value) -> Location | None:
    match value:
        case Str(text=text):
            return text.at
        case Lit(at=at) | Dict(at=at):
            return at
    return None


def constant_text(value: Value) -> str | None:
    """The JSON text of a value that is wholly known."""
    known, plain = _plain(value)
    return json.dumps(plain, ensure_ascii=False) if known else None


def _plain(value: Value) -> tuple[bool, object]:
    match value:
        case Lit(value=float() as number) if not math.isfinite(number):
            return False, None
        case Lit(value=constant):
            return True, constant
        case Str(text=text):
            return text.whole, text.value
        case Dict(entries=entries, whole=True) if all(entry.sure for entry in entries.values()):
            parts = {key: _plain(entry.quick()) for key, entry in entries.items()}
            return all(known for known, _ in parts.values()), {key: item for key, (_, item) in parts.items()}
        case List(items=items, exact=True):
            found = [_plain(item) for item in items]
            return all(known for known, _ in found), [item for _, item in found]
    return False, None


def payload(value: Value) -> Payload:
    """The rows a value is; of rows in which different keys are sent, all of them."""
    match value:
        case Dict(at=at):
            return _rows([value], False, at)
        case Either() if is_one_row(value):
            ways = [row for row in options(value) if isinstance(row, Dict)]
            return _rows(ways, False, ways[0].at)
        case List(items=items) if items:
            rows = [row for item in items for row in _in_a_round(options(item))]
            dicts = [row for row in rows if isinstance(row, Dict)]
            found = _rows(dicts, True, dicts[0].at if dicts else None)
            whole = found.whole and len(dicts) == len(rows)
            uneven = _uneven(items) if value.exact else ()
            return Payload(found.fields, found.values, whole, True, uneven, at=found.at)
        case List():
            return Payload(whole=value.exact, many=True)
        case Instance() | Opaque() | Rows():
            return Payload()
    return Payload()


def _in_a_round(rows: Sequence[Value]) -> Sequence[Value]:
    """What a row can be, with what earlier rounds may have made of it."""
    return [carried(row) for row in rows] if has_earlier(rows) else rows


def has_earlier(rows: Sequence[Value]) -> bool:
    """One of them is what earlier rounds of a loop left."""
    return any(isinstance(row, Earlier) for row in rows)


def is_one_row(value: Value) -> bool:
    """A row that is written down once, and of which branches only set some keys differently afterwards."""
    rows = [row for row in options(value) if isinstance(row, Dict) and row.at is not None]
    alike = len({row.at for row in rows}) == len({frozenset(row.entries) for row in rows}) == 1
    return alike and len(rows) == len(options(value))


def _uneven(items: tuple[Value, ...]) -> tuple[str, ...]:
    """The keys that one row surely has, and another surely has not."""
    if len(items) < 2:
        return ()
    rows = [[row if isinstance(row, Dict) else Dict({}, whole=False) for row in options(item)] for item in items]
    names = dict.fromkeys(name for row in rows for option in row for name in option.entries)
    return tuple(
        name for name in names if any(_has(row, name) for row in rows) and any(_lacks(row, name) for row in rows)
    )


def _has(row: list[Dict], name: str) -> bool:
    return bool(row) and all((entry := option.entries.get(name)) is not None and entry.sure is True for option in row)


def _lacks(row: list[Dict], name: str) -> bool:
    return bool(row) and all(option.whole and option.row is None and name not in option.entries for option in row)


def _rows(rows: list[Dict], many: bool, at: Location | None) -> Payload:
    doubted = {name for row in rows for name, entry in row.entries.items() if entry.doubted}
    names = [name for name in dict.fromkeys(name for row in rows for name in row.entries) if name not in doubted]
    fields = [_field(rows, name) for name in names]
    values = [
        (entry.key.value, operand(option))
        for row in rows
        for entry in row.entries.values()
        if not entry.doubted
        for option in options(entry.quick())
    ]
    whole = bool(rows) and not doubted and all(row.whole for row in rows)
    return Payload(tuple(fields), tuple(values[:_MOST_VALUES]), whole, many, at=at)


def _may_have(row: Dict, name: str) -> bool:
    match row.row:
        case Dump(omitted=omitted, sparse=sparse, required=required):
            return name not in omitted and (not sparse or name in required)
        case Rows():
            return True
    return not row.whole


def _field(rows: list[Dict], name: str) -> Field:
    """One key of one or more rows; what was spread into a row may have it where the program does not set it."""
    found = [row.entries.get(name) for row in rows]
    entries = [entry for entry in found if entry is not None]
    values = [option for entry in entries for option in options(entry.quick())]
    lacking = [(row, entry) for row, entry in zip(rows, found, strict=True) if entry is None or not entry.sure]
    unknown = all((entry and entry.sure is None) or _may_have(row, name) for row, entry in lacking)
    sure = None if lacking and unknown else not lacking
    known = [_nullable(value) for value in values]
    nullable = True if True in known else None if None in known else False
    said = any(map(is_said, values))
    return Field(name, _type(values), nullable, sure, enforced=not said, at=entries[0].key.at)
