"""On which of its parameters a function's values depend, as its operations show."""

from __future__ import annotations

from collections.abc import Iterable

from pgconform.sources.python import flows
from pgconform.sources.python.evaluate_chains import STARTERS
from pgconform.sources.python.flows import Call, Scope

NAMING = frozenset({"json", "params", "on_conflict", "column", "columns", "foreign_table", "reference_table"})
_NAMED = {"rpc": 2, "or_": 2, "filter": 2, "execute": 0, "limit": 0, "range": 0, "single": 0, "offset": 0}
FILTERS = frozenset(
    {"eq", "neq", "gt", "gte", "lt", "lte", "like", "ilike", "is_", "in_", "contains", "contained_by", "overlaps"}
    | {"match", "filter", "text_search", "fts", "plfts", "phfts", "wfts", "cs", "cd", "ov", "sl", "sr", "nxl", "nxr"}
    | {"adj", "range_gt", "range_gte", "range_lt", "range_lte", "range_adjacent", "like_all_of", "like_any_of"}
    | {"ilike_all_of", "ilike_any_of"}
)
CHAINED = STARTERS | FILTERS | {"select", "insert", "upsert", "update", "delete"} | {"order", *_NAMED}


def operands(op: flows.Op) -> list[int]:
    """The operations an operation looks at."""
    match op:
        case flows.Call():
            return [op.function, *op.arguments, *(value for _, value in op.keywords)]
        case flows.Map():
            return [key for key in op.keys if key >= 0] + list(op.values)
        case flows.Seq(items=items) | flows.Join(parts=items) | flows.Either(options=items):
            return list(items)
        case flows.Comp():
            return [number for number in (op.key, op.value, op.source) if number >= 0]
        case flows.Put():
            return [op.base, op.key, op.value]
        case flows.Update() | flows.Append() | flows.Store():
            return [op.base, op.value]
        case flows.Item() | flows.Drop() | flows.Has():
            return [op.base, op.key]
        case flows.Plus() | flows.Percent():
            return [op.left, op.right]
        case flows.Attr() | flows.Elem() | flows.Enter() | flows.Star() | flows.Slice() | flows.Sure() | flows.Noted():
            return [op.base]
    return []


def name_of(scope: Scope, call: Call) -> str:
    """The name a function is called by."""
    function = scope.ops[call.function]
    return function.name if isinstance(function, flows.Attr | flows.Free) else ""


def essential(name: str, call: Call) -> list[int]:
    """The arguments of a chain's call that name something; a filter's value does not."""
    named = call.arguments if name == "select" else call.arguments[: _NAMED.get(name, 1)]
    return [*named, *(value for key, value in call.keywords if key in NAMING or key == "**")]


def parameters_of(scope: Scope, ops: Iterable[int]) -> set[int]:
    """The parameters on which these values depend; what a chain only compares with is left out."""
    found: set[int] = set()
    seen: set[int] = set()
    queue = list(ops)
    while queue:
        number = queue.pop()
        if number in seen:
            continue
        seen.add(number)
        op = scope.ops[number]
        if isinstance(op, flows.Param):
            found.add(op.index)
        elif type(op) is Call and (name := name_of(scope, op)) in CHAINED and _chain(scope, op):
            queue += [op.function, *essential(name, op)]
        else:
            queue += operands(op)
    return found


def _chain(scope: Scope, call: Call) -> bool:
    return isinstance(scope.ops[call.function], flows.Attr)


def keys_from(scope: Scope, ops: Iterable[int]) -> set[int]:
    """The parameters on which names and keys in these values depend; a dict's plain values do not matter."""
    found: set[int] = set()
    seen: set[int] = set()
    queue = list(ops)
    while queue:
        number = queue.pop()
        if number in seen:
            continue
        seen.add(number)
        match scope.ops[number]:
            case flows.Param(index=index):
                found.add(index)
            case flows.Map(keys=keys, values=values):
                queue += [value if key < 0 else key for key, value in zip(keys, values, strict=True)]
            case flows.Put(base=base, key=key):
                queue += [base, key]
            case flows.Call() as call if not _keeps_keys(scope, call):
                continue
            case op:
                queue += operands(op)
    return found


def _keeps_keys(scope: Scope, call: Call) -> bool:
    """A call whose result has the keys of its argument or object."""
    function = scope.ops[call.function]
    if isinstance(function, flows.Free):
        return function.name in ("dict", "list", "tuple") or any(name == "**" for name, _ in call.keywords)
    return isinstance(function, flows.Attr) and function.name in ("items", "copy", "model_dump", "dict", "join", "get")


def own(scope: Scope, found: Iterable[int]) -> set[int]:
    """Parameters other than the object a method belongs to."""
    method = scope.owner >= 0 and "staticmethod" not in scope.decorators
    return {index for index in found if index or not method}
