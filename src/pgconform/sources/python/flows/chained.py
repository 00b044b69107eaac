"""What names something in a request: methods of a chain, what they are given, and the parts of an address."""

from __future__ import annotations

from collections.abc import Sequence

from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.operations import Call, Op
from pgconform.sources.python.flows.sending import SENT

STARTS = frozenset({"table", "from_", "from_table", "rpc"})
"""Methods that name what a request is of."""
STARTERS = STARTS | {"schema"}
NAMING = frozenset({"json", "params", "on_conflict", "column", "columns", "foreign_table", "reference_table", "schema"})
"""Keywords of a chain's calls that name something."""
NAMED = {
    SENT: 2,
    "rpc": 2,
    "or_": 2,
    "filter": 2,
    "execute": 1,
    "limit": 0,
    "range": 0,
    "single": 0,
    "offset": 0,
    "select": 99,
}
FILTERS = frozenset(
    {"eq", "neq", "gt", "gte", "lt", "lte", "like", "ilike", "is_", "in_", "contains", "contained_by", "overlaps"}
    | {"match", "filter", "text_search", "fts", "plfts", "phfts", "wfts", "cs", "cd", "ov", "sl", "sr", "nxl", "nxr"}
    | {"adj", "range_gt", "range_gte", "range_lt", "range_lte", "range_adjacent", "like_all_of", "like_any_of"}
    | {"ilike_all_of", "ilike_any_of"}
)
_OPERATORS = FILTERS | {"is", "in", "match", "imatch"}
CHAINED = STARTERS | FILTERS | {"insert", "upsert", "update", "delete", "order"} | set(NAMED)


def essential(name: str, call: Call) -> list[int]:
    """The arguments of a chain's call that name something; a filter's value does not."""
    return [
        *call.arguments[: NAMED.get(name, 1)],
        *[value for key, value in call.keywords if key in NAMING or key == "**"],
    ]


def naming(ops: Sequence[Op], text: flows.Join) -> Sequence[int]:
    """The parts of a text that may name something in an address: a filter's value, as in ``eq.{value}``, does not."""
    parts = text.parts
    return [part for before, part in zip((-1, *parts), parts, strict=False) if before < 0 or not _filters(ops[before])]


def _filters(op: Op) -> bool:
    """What stands behind that is the value of a filter, or the first of several."""
    said = op.value if type(op) is flows.Const else None
    if not isinstance(said, str) or not said.endswith((".", ".(")):
        return False
    return said.rstrip("(")[:-1].rpartition("=")[2].removeprefix("not.") in _OPERATORS
