"""Where the rows in a value may come from: through indexing, copying and wrapping, back to the calls that gave them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from pgconform.sources.python.flows import framed
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.operations import Call, Op
from pgconform.sources.python.flows.sending import SENT

EXECUTED = "execute()"
"""The mark of what a database answers: ``….execute()`` of PostgREST's builders, and what drivers call."""

ANSWERS = frozenset(
    {"execute", "exec_driver_sql", "stream", "fetch", "fetchrow", "fetchone", "fetchall", "fetchmany"}
    | {"fetch_all", "fetch_one", "iterate"}
    | framed.READERS
)
"""Methods that send something to a database, or take rows of what was sent."""
ASKING = ANSWERS | {SENT}
"""The names by which a scope is known that may do so, over HTTP or else."""
TAKES = frozenset(
    {
        "mappings",
        "all",
        "first",
        "one",
        "one_or_none",
        "unique",
        "tuples",
        "_asdict",
        "cursor",
        "json",
        "read",
        "decode",
    }
)
"""Methods of an answer that give its rows, or the answer itself in another form."""
_PARTS = framed.PLACES | framed.LABELS | {"data", "_mapping", "text", "content"}
_DEEPEST = 3
_MOST = 200
_METHODS = framed.GIVING | {"get", "pop", "popleft", "copy", "items", "values", "setdefault", "model_copy", "result"}
_THROUGH = frozenset(
    {"dict", "list", "tuple", "set", "sorted", "reversed", "iter", "next", "max", "min", "enumerate", "zip", "filter"}
    | {"copy", "deepcopy", "cast", "getattr", "gather", "wait_for", "shield", "create_task", "ensure_future", "run"}
    | {"chain", "from_iterable", "islice", "takewhile", "dropwhile", "filterfalse", "nlargest", "nsmallest", "deque"}
    | {"map", "choice", "choices", "sample", "SimpleNamespace", "Namespace", "itemgetter", "attrgetter"}
    | {"loads", "load", "groupby", "submit", "as_completed", "partial", "anext", "aiter"}
    | framed.MAKERS
)


class Source(msgspec.Struct, frozen=True):
    """``name`` is what is called or read, "" where it does not matter; rows may come from ``ops``.

    ``handed``: they do only if what is called gives back what it is handed. Python's own functions do, but a program
    may have others of their names.
    """

    name: str
    ops: Sequence[int]
    handed: bool = False


NOWHERE = Source("", ())


def source(ops: Sequence[Op], op: Op) -> Source:
    """Where the rows of one operation may come from."""
    kind = type(op)
    if kind is Call:
        return _of_call(ops, op)  # type: ignore[arg-type]
    reader = _READERS.get(kind)
    return reader(op) if reader else NOWHERE


def _of_call(ops: Sequence[Op], call: Call) -> Source:
    function = ops[call.function]
    passed = (*call.arguments, *[value for _, value in call.keywords])
    match function:
        case flows.Attr(name=name) if name in ANSWERS:
            return Source(EXECUTED, ())
        case flows.Free(name=name) if name in framed.READERS:
            return Source(EXECUTED, ())
        case flows.Attr(base=base, name=name) if name in TAKES and not passed:
            return Source(name, (base,))
        case flows.Attr(base=base, name=name) if name in _METHODS:
            return Source(name, (base, *passed) if name in _THROUGH else (base,))
        case flows.Func(scope=scope):
            return Source(f"#{scope}", passed, True)
        case flows.Param() | Call(name="partial"):
            return Source("", (call.function, *passed))
    if call.name:
        return Source(call.name, passed, call.name not in _THROUGH)
    return Source("", (call.function,))


def _of_attribute(op: Any) -> Source:
    """A method that answers may be handed to what calls it."""
    if op.name in _PARTS:
        return Source("", (op.base,))
    return Source(EXECUTED if op.name in ANSWERS else op.name, ())


def _base(op: Any) -> Source:
    return Source("", (op.base,))


_READERS: dict[type[Any], Any] = {
    flows.Attr: _of_attribute,
    flows.Free: lambda op: Source(op.name, ()),
    flows.Func: lambda op: Source(f"#{op.scope}", ()),
    **dict.fromkeys((flows.Item, flows.Elem, flows.Slice, flows.Sure, flows.Noted, flows.Enter, flows.Star), _base),
    flows.Where: _base,
    flows.Kept: lambda op: Source("", (op.base, op.other)),
    flows.Drop: _base,
    **dict.fromkeys((flows.Put, flows.Append, flows.Update, flows.Within), lambda op: Source("", (op.base, op.value))),
    flows.Either: lambda op: Source("", op.options),
    flows.Seq: lambda op: Source("", op.items),
    flows.Map: lambda op: Source("", op.values),
    flows.Comp: lambda op: Source("", (op.value,) if op.key < 0 else (op.value, op.key)),
    flows.Plus: lambda op: Source("", (op.left, op.right)),
    flows.Grow: lambda op: Source("", (op.base, op.value)),
    flows.Store: lambda op: Source("", (op.value,)),
}


NAMED = frozenset({Call, flows.Attr, flows.Free, flows.Func})
"""Operations that may be rows by what they name, wherever their operands come from."""


def paths(ops: Sequence[Op], ends: Iterable[int]) -> Iterator[tuple[str, ...]]:
    """The ways rows may come to these values: the functions that hand them on, last the one that gives them.

    A parameter is ``@`` and its number. Columns of rows are no rows here: what few embeds they hold goes no further.
    """
    seen: set[tuple[int, tuple[str, ...]]] = set()
    queue: list[tuple[int, tuple[str, ...]]] = [(end, ()) for end in ends]
    while queue and len(seen) < _MOST:
        number, way = queue.pop()
        if (number, way) in seen:
            continue
        seen.add((number, way))
        op = ops[number]
        if type(op) is flows.Param:
            yield (*way, f"@{op.index}")
            continue
        if _column(ops, op):
            continue
        found = source(ops, op)
        if found.name:
            yield (*way, found.name)
        further = (*way, found.name) if found.handed else way
        if len(further) <= _DEEPEST:
            queue += [(item, further) for item in found.ops]


def _column(ops: Sequence[Op], op: Op) -> bool:
    """One column of a row: ``row["name"]``, ``row.get("name")``."""
    if type(op) is flows.Item:
        key = ops[op.key]
    elif type(op) is Call and op.arguments:
        function, key = ops[op.function], ops[op.arguments[0]]
        if type(function) is not flows.Attr or function.name != "get":
            return False
    else:
        return False
    return type(key) is flows.Const and isinstance(key.value, str) and key.value != "data"
