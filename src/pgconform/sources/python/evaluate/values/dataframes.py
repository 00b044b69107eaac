"""Data frames of pandas and polars that are made of rows: their columns, and the rows that they give back.

A frame is `Rows` that are ``framed``; so is one of its rows, for both have the columns as their keys. It may have lost
some since it was made: nothing is said of a frame for a column that the rows have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate.values.choices import each, either, options
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Dict,
    List,
    Lit,
    Method,
    Opaque,
    Rows,
    Str,
    Value,
    is_none,
)
from pgconform.sources.python.evaluate.values.statements import written
from pgconform.sources.python.flows.framed import SAME

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.calls import Calls
    from pgconform.sources.python.evaluate.scopes.given import Given

_AS_IT_IS = frozenset({"data", "dtype", "copy", "index", "schema_overrides", "infer_schema_length", "strict"})
"""What a frame is made with that leaves the columns to the rows."""
_OF_TUPLES = frozenset({"Index", "index", "count"})
"""Attributes that a named tuple of a frame has beside the columns."""
_OF_INDEX = frozenset({"index", "level_0"})


def frame_of(_: Calls, given: Given) -> Value:
    """``DataFrame(rows)``."""
    if not given.plain or len(given.op.arguments) > 1 or any(name not in _AS_IT_IS for name, _ in given.op.keywords):
        return UNKNOWN
    said = given.arguments[0] if given.arguments else given.keyword("data")
    found = list(_rows_in(said)) if said is not None else []
    if None in found:
        return UNKNOWN
    return _one_of(given, [rows for rows in found if rows is not None]) if found else List(())


def _rows_in(value: Value) -> Iterator[Rows | None]:
    """The rows in a value; None for what may have columns of its own."""
    for option in options(value):
        match option:
            case Rows(path=(), named=False):
                yield option
            case Dict(row=Rows(path=()) as row, entries=entries):
                yield replace(row, over=row.over.union(entries))
            case List(items=items, exact=exact) if items or exact:
                for item in items:
                    yield from _rows_in(item)
            case _ if not is_none(option) and option is not UNBOUND:
                yield None


def frame_read(_: Calls, given: Given) -> Value:
    """``read_sql(statement, connection)``; in pieces, it is a list of frames."""
    said = given.first("sql")
    found = _one_of(given, [Rows(chain) for chain in written(given, said)])
    pieces = any(name in ("chunksize", "**") for name, _ in given.op.keywords)
    return List((found,), exact=False) if pieces and found is not UNKNOWN else found


def _one_of(given: Given, found: list[Rows]) -> Value:
    if not found:
        return UNKNOWN
    frames = tuple([replace(rows, one=True, copied=True, partly=True, framed=True) for rows in found])
    return either((given.frame.identity, given.number, "frame"), frames)


def part_of_frame(frame: Rows, key: Value) -> Value:
    """``frame[key]``: a column, or a frame of some columns or rows."""
    return UNKNOWN if isinstance(key, Str) else frame


def placed_in(base: Value, key: Value) -> Value:
    """``frame.loc[key]``: a row, or a frame of several; what names columns too is not followed."""
    match base, key:
        case Method(base=Rows(framed=True) as frame, name="loc" | "iloc"), Lit() | Opaque():
            return frame
    return UNKNOWN


def frame_method(calls: Calls, frame: Rows, name: str, given: Given) -> Value:
    """What a method of a frame, or of a row of one, gives."""
    if name in SAME:
        return frame
    reader = _METHODS.get(name)
    return UNKNOWN if reader is None else reader(calls, frame, given)


def _assigned(_: Calls, frame: Rows, given: Given) -> Value:
    """``frame.assign(column=…)``."""
    return _with(frame, [name for name, _ in given.keywords], known=given.plain)


def _renamed(_: Calls, frame: Rows, given: Given) -> Value:
    """``frame.rename(columns={…})``."""
    said = given.keyword("columns") or given.first()
    names = [entry.value for entry in said.entries.values()] if isinstance(said, Dict) and said.whole else []
    texts = [name.text.value for name in names if isinstance(name, Str) and name.text.whole]
    return _with(frame, texts, known=bool(texts) and len(texts) == len(names))


def _indexed(_: Calls, frame: Rows, given: Given) -> Value:
    """``frame.set_index("column")``; what else it may be given has a name of its own, which the index gets."""
    said = given.first("keys")
    names = said.items if isinstance(said, List) and said.exact else (said,)
    return _with(frame, (), known=all(isinstance(name, Str) for name in names))


def _with_index(_: Calls, frame: Rows, given: Given) -> Value:
    """``frame.reset_index()``."""
    kept = all(name in ("drop", "inplace") for name, _ in given.op.keywords) and not given.op.arguments
    return _with(frame, _OF_INDEX, known=kept)


def _with(frame: Rows, names: Iterable[str], *, known: bool) -> Rows:
    """A frame with further columns; where they are not ``known``, with any."""
    return replace(frame, over=frame.over.union(names), loose=frame.loose or not known)


def _pairs(_: Calls, frame: Rows, __: Given) -> Value:
    """``for index, row in frame.iterrows()``, ``for name, group in frame.groupby(…)``."""
    return List((List((UNKNOWN, frame)),), exact=False)


def _tuples(calls: Calls, frame: Rows, given: Given) -> Value:
    """``for row in frame.itertuples()``."""
    if given.op.arguments or any(name != "index" for name, _ in given.op.keywords):
        return UNKNOWN
    calls.named = True
    return List((replace(frame, named=True, framed=False, over=frame.over | _OF_TUPLES),), exact=False)


def _records(_: Calls, frame: Rows, given: Given) -> Value:
    """``frame.to_dict("records")``."""
    said = given.first("orient")
    return _dicts_of(frame) if isinstance(said, Str) and said.text.value == "records" else UNKNOWN


def _dicts(_: Calls, frame: Rows, __: Given) -> Value:
    """``frame.to_dicts()``."""
    return _dicts_of(frame)


def _named_rows(_: Calls, frame: Rows, given: Given) -> Value:
    """``frame.iter_rows(named=True)``."""
    named = given.keyword("named")
    return _dicts_of(frame) if isinstance(named, Lit) and named.value is True else UNKNOWN


def _dicts_of(frame: Rows) -> Rows:
    return replace(frame, one=False, framed=False)


def _applied(calls: Calls, frame: Rows, given: Given) -> Value:
    """``frame.apply(function, axis=1)`` hands it each row."""
    axis = given.keyword("axis") or (given.arguments[1] if len(given.arguments) > 1 else None)
    by_row = (isinstance(axis, Lit) and axis.value == 1) or (isinstance(axis, Str) and axis.text.value == "columns")
    if by_row and (function := given.first("func")) is not None:
        each(function, lambda one: calls.one(one, given.handing(frame)))
    return UNKNOWN


def _piped(calls: Calls, frame: Rows, given: Given) -> Value:
    """``frame.pipe(function)``."""
    function = given.first("func")
    alone = function is not None and len(given.passed) == 1
    return each(function, lambda one: calls.one(one, given.handing(frame))) if alone and function else UNKNOWN


_METHODS = {
    "apply": _applied,
    "assign": _assigned,
    "groupby": _pairs,
    "group_by": _pairs,
    "iter_rows": _named_rows,
    "iterrows": _pairs,
    "itertuples": _tuples,
    "pipe": _piped,
    "rename": _renamed,
    "reset_index": _with_index,
    "rows": _named_rows,
    "set_index": _indexed,
    "to_dict": _records,
    "to_dicts": _dicts,
}
