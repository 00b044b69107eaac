"""How programs handle data frames of pandas and polars, by the names of what they call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgconform.sources.python.flows.operations import Attr, Call, Const, Op, Store

MAKERS = frozenset({"DataFrame", "from_records", "from_dicts"})
"""Functions that make a frame of the rows they are handed."""
READERS = frozenset({"read_sql", "read_sql_query"})
"""Functions that make a frame of what a statement gives; they are handed it and a connection."""
SAME = frozenset(
    {"abs", "astype", "bfill", "cast", "clip", "clone", "convert_dtypes", "copy", "drop", "drop_duplicates"}
    | {"drop_nulls", "dropna", "ffill", "fill_null", "fillna", "filter", "head", "infer_objects", "limit", "mask"}
    | {"nlargest", "nsmallest", "query", "replace", "reverse", "round", "sample", "slice", "sort"}
    | {"sort_index", "sort_values", "tail", "truncate", "unique", "where"}
)
"""Methods of a frame that give one without further columns."""
GIVING = SAME | frozenset(
    {"assign", "group_by", "groupby", "iter_rows", "iterrows", "itertuples", "pipe", "rename", "reset_index", "rows"}
    | {"set_index", "to_dict", "to_dicts"}
)
"""Methods of a frame that give frames, rows of it, or what has them."""
HANDING = frozenset({"apply", "itertuples", "pipe"})
"""Methods of a frame that hand it, or its rows, to something else."""
PLACES = frozenset({"at", "iat", "iloc", "loc"})
"""Attributes of a frame that take rows, or values, by their place."""
LABELS = frozenset({"columns", "index"})
"""Attributes of a frame that say what its columns are called."""
NAMES = LABELS | {"name", "names"}
"""Attributes of a frame, and of these, that are set to call them otherwise."""
_OWN = PLACES | LABELS | {"T", "axes", "dt", "dtypes", "empty", "plot", "shape", "size", "str", "style", "values"}
"""Attributes that frames have without any library's help."""
CHANGING = frozenset({"insert", "insert_column"})
"""Methods that give a frame further columns in its place."""
_NAMING = {
    "drop_duplicates": (0, "subset"),
    "explode": (0, "column"),
    "group_by": (0, "by"),
    "groupby": (0, "by"),
    "nlargest": (1, "columns"),
    "nsmallest": (1, "columns"),
    "set_index": (0, "keys"),
    "sort_values": (0, "by"),
}
"""Methods of a frame that fail without the columns they are told: by which argument."""


def changed(ops: Sequence[Op], call: Call) -> int:
    """The frame to which a call may give columns in its place, or -1: its method, or one that libraries add to it."""
    function = ops[call.function]
    if type(function) is not Attr:
        return -1
    if type(place := ops[function.base]) is Attr and place.name not in _OWN:
        return place.base
    in_place = "inplace" in dict(call.keywords) and not _keeps(ops, call)
    return function.base if in_place or call.name in CHANGING else -1


def _keeps(ops: Sequence[Op], call: Call) -> bool:
    """A method that gives no further columns: ``set_index`` of one there is."""
    return call.name in SAME or (call.name == "set_index" and all(type(ops[item]) is Const for item in call.arguments))


def relabels(op: Op) -> bool:
    """An attribute is set that says what columns, or the index, are called."""
    return type(op) is Store and op.name in NAMES


def naming(ops: Sequence[Op]) -> Iterator[tuple[int, int, int]]:
    """The calls that name columns of a frame, each with that and with what tells the names."""
    for number, op in enumerate(ops):
        if type(op) is not Call or (how := _NAMING.get(op.name)) is None or type(ops[op.function]) is not Attr:
            continue
        place, keyword = how
        told = op.arguments[place] if len(op.arguments) > place else dict(op.keywords).get(keyword, -1)
        if told >= 0:
            yield number, ops[op.function].base, told  # type: ignore[union-attr]
