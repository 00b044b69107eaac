"""What a function does with its parameters and what it calls, so that most functions need not be looked into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial, reduce
from operator import or_
from typing import Any, TypeAlias

from msgspec.structs import replace

from pgconform.sources.python.flows import framed
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.chained import CHAINED, STARTERS, STARTS, essential, naming
from pgconform.sources.python.flows.cursors import FETCHES, sent_before
from pgconform.sources.python.flows.heads import Guarded, Passed, Scope, Sided, Summary
from pgconform.sources.python.flows.operations import Call, Op
from pgconform.sources.python.flows.sending import addressed, bodies, sends
from pgconform.sources.python.flows.sources import paths

Captured: TypeAlias = Callable[[int], Mapping[str, int]]
"""What a function within takes from the scope: the names, and the operations that they hold."""
Keeps: TypeAlias = tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
_VERBS = frozenset({"select", "insert", "upsert", "update", "delete"})
_ONLY_CHAINS = frozenset({"eq", "neq", "gte", "lte", "in_", "is_", "ilike", "or_", "order", "execute", "single"})
_OF_KEYS = frozenset({"get", "pop"})
HANDING = frozenset(
    {"sorted", "max", "min", "map", "filter", "groupby", "sort", "reduce", "accumulate", "takewhile", "dropwhile"}
    | {"filterfalse", "nlargest", "nsmallest"}
)
"""Functions that call another with each of the items they are given."""
_READING = _OF_KEYS | HANDING | framed.CHANGING
_OF_ROWS: frozenset[type[Any]] = frozenset(
    {flows.Item, flows.Put, flows.Update, flows.Append, flows.Grow, flows.Has, flows.Store}
)
_FURTHEST = 60
_NOTHING: frozenset[int] = frozenset()


def operands(op: Op) -> Sequence[int]:
    """The operations an operation looks at."""
    return _OPERANDS[type(op)](op)


def _none(_: Any) -> Sequence[int]:
    return ()


def _base(op: Any) -> Sequence[int]:
    return (op.base,)


_OPERANDS: dict[type[Any], Callable[[Any], Sequence[int]]] = {
    flows.Call: lambda op: [op.function, *op.arguments, *[value for _, value in op.keywords]],
    flows.Map: lambda op: [key for key in op.keys if key >= 0] + list(op.values),
    flows.Seq: lambda op: op.items,
    flows.Join: lambda op: op.parts,
    flows.Either: lambda op: [*op.options, *[need for needs in op.needs for need in needs]],
    flows.Comp: lambda op: [number for number in (op.key, op.value, op.source, op.within, *op.needs) if number >= 0],
    **{kind: lambda op: (op.base, op.key, op.value) for kind in (flows.Put, flows.Within)},
    **{kind: lambda op: (op.base, op.value) for kind in (flows.Update, flows.Append, flows.Grow, flows.Store)},
    **{kind: lambda op: (op.base, op.key) for kind in (flows.Item, flows.Drop, flows.Has)},
    **{kind: lambda op: (op.left, op.right) for kind in (flows.Plus, flows.Percent)},
    **dict.fromkeys((flows.Attr, flows.Elem, flows.Enter, flows.Star, flows.Slice, flows.Sure, flows.Noted), _base),
    flows.Kept: lambda op: (op.base, op.owner, op.other),
    flows.Where: lambda op: (op.base,) if op.of < 0 else (op.base, op.of),
    flows.Func: lambda op: op.by,
    **dict.fromkeys((flows.Const, flows.Free, flows.Param, flows.Typed, flows.Import, flows.Class), _none),
}


def summary(
    head: Scope, ops: Sequence[Op], ends: Sequence[int], captured: Captured, *, sending: Sequence[str] = ()
) -> Summary:
    """The summary of a scope; ``ends`` are what it returns and yields. ``sending`` marks one that sends requests."""
    uses = {op.name for op in ops if type(op) in _NAMES} - {""}  # type: ignore[union-attr]
    sent = [number for number, op in enumerate(ops) if type(op) is Call and sends(ops, op)] if sending else []
    if sent:
        uses.update(sending)
    kept, own = _stores(head, ops) if flows.Store in set(map(type, ops)) else ((), ())
    gives = _ways(ops, ends)
    said = Summary(tuple(sorted(uses)), gives, kept, own, lasting=bool(gives) and _lasts(head, ops))
    found = _Parameters(head, ops, captured, made=bool(sending)) if head.parameters else None
    return found.add_to(said, ends, sent) if found else said


def _stores(head: Scope, ops: Sequence[Op]) -> tuple[Keeps, tuple[tuple[str, int], ...]]:
    """The ways rows may come to attributes, and what a method assigns to those of its object."""
    stores = [(number, op) for number, op in enumerate(ops) if type(op) is flows.Store]
    kept = tuple([(op.name, _ways(ops, [op.value])) for _, op in stores])
    return kept, tuple([(op.name, number) for number, op in stores if head.owner >= 0 and _is_own(ops[op.base])])


def _lasts(head: Scope, ops: Sequence[Op]) -> bool:
    """Something is put into a name or an object that was there before the call, or that a function gave it."""
    into = [op.base for op in ops if type(op) in CHANGES]  # type: ignore[union-attr]
    into += [op.function for op in ops if type(op) is Call and op.name == "setdefault"]
    return bool(head.globals) or any(_is_there(ops, ops[root]) for base in into for root in _roots(ops, base))


def _is_there(ops: Sequence[Op], op: Op) -> bool:
    if type(op) is Call:
        return op.name not in MAKERS and type(ops[op.function]) is not flows.Attr
    return type(op) in _THERE


CHANGES: frozenset[type[Any]] = frozenset({flows.Put, flows.Update, flows.Append, flows.Grow, flows.Store})
_THERE: frozenset[type[Any]] = frozenset({flows.Free, flows.Param})
MAKERS = frozenset({"dict", "list", "set", "sorted", "defaultdict", "OrderedDict", "Counter", "copy", "deepcopy"})
_NAMES: frozenset[type[Any]] = frozenset({flows.Attr, flows.Free, flows.Store, Call})


def _is_own(op: Op) -> bool:
    return type(op) is flows.Param and op.index == 0


def _ways(ops: Sequence[Op], ends: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted(set(paths(ops, ends)))) if ends else ()


def _roots(ops: Sequence[Op], op: int) -> Iterator[int]:
    """What a value is, is a part of, or grew out of."""
    seen: set[int] = set()
    queue = [op]
    while queue:
        number = queue.pop()
        if number not in seen:
            seen.add(number)
            yield number
            queue += _parents(ops, ops[number])


def _parents(ops: Sequence[Op], op: Op) -> Sequence[int]:
    if type(op) in _GROWN:
        return (op.base,)  # type: ignore[union-attr]
    if type(op) is Call:
        return (op.function,) if type(ops[op.function]) is flows.Attr else ()
    return op.options if type(op) is flows.Either else ()


_GROWN: frozenset[type[Any]] = frozenset(
    {flows.Attr, flows.Item, flows.Elem, flows.Slice, flows.Sure, flows.Noted, flows.Enter, flows.Star, flows.Where}
    | {flows.Put, flows.Update, flows.Append, flows.Grow, flows.Drop, flows.Within, flows.Kept}
)


_JOINING: dict[type[Any], Callable[[Any], Sequence[int]]] = {flows.Either: lambda op: op.options}
_MAKING = _JOINING | {
    kind: _OPERANDS[kind] for kind in (Call, flows.Join, flows.Plus, flows.Percent, flows.Map, flows.Seq)
}
_LEAVES: frozenset[type[Any]] = frozenset({kind for kind, found in _OPERANDS.items() if found is _none})
_OF_BASE = _GROWN | _OF_ROWS


class _Parameters:
    """What becomes of the parameters of one function; sets of them are bits of a number.

    ``made``: what is made of a parameter, as an address is of a name, may say what is asked, too.
    """

    def __init__(self, head: Scope, ops: Sequence[Op], captured: Captured, *, made: bool) -> None:
        self.ops = ops
        self.made = made
        self.joining = _MAKING | {flows.Join: partial(naming, ops)} if made else _JOINING
        self.captured = captured
        method = head.owner >= 0 and "staticmethod" not in head.decorators
        self.mask = (1 << min(len(head.parameters), _FURTHEST)) - (2 if method else 1)
        self.tests: tuple[Guarded | Sided, ...] = (*head.guarded, *head.sided)
        self.blocks = head.blocks
        self.given = [0] * len(ops)
        """For every operation, as far as they were gone through, the parameters it is, is a part of, or grew out of."""
        for number in range(len(head.parameters)):
            self.given[number] = (1 << number) & self.mask
        self.began: dict[int, frozenset[int]] = {}
        """As far, the calls that began the chain that an operation is part of."""
        self.reads, self.asks = 0, 0
        self.begun: list[int] = []
        self.passes: list[Passed] = []

    def add_to(self, said: Summary, ends: Sequence[int], sent: Iterable[int]) -> Summary:
        if self.mask:
            self._go_through()
        self.reads |= self._renamed() if any(name in framed.NAMES for name, _ in said.keeps) else 0
        needs = self._decided_by(ends) if ends else 0
        self.asks |= self._sent(sent)
        chains, handed = tuple(sorted(set(self.begun))), tuple(self.passes)
        return replace(said, reads=self.reads, asks=self.asks, begun=chains, passes=handed, needs=needs)

    def _go_through(self) -> None:
        """Notes what becomes of the parameters from one operation to the next."""
        ops: Sequence[Any] = self.ops
        given, joining, began = self.given, self.joining, self.began
        for number, op in enumerate(ops):
            kind = type(op)
            if kind in _LEAVES:
                continue
            if kind is Call:
                self._call(number, op)
            elif kind in _OF_BASE:
                base: int = op.base
                if kind in _GROWN:
                    given[number] = given[base]
                    if base in began:
                        began[number] = began[base]
                if kind in _OF_ROWS:
                    self.reads |= given[base]
            elif began and kind is flows.Either:
                began[number] = frozenset().union(*[began.get(item, ()) for item in op.options])
            if (parts := joining.get(kind)) is not None:
                given[number] = reduce(or_, [given[part] for part in parts(op)], given[number])

    def _call(self, number: int, op: Call) -> None:
        name, function = op.name, op.function
        self.given[number] = self.given[function]
        if function in self.began:
            self.began[number] = self.began[function]
        if op.keywords or name in _READING:
            self.reads |= self._read(op)
        if name and not self._is_pythons(op):
            self._pass(number, op)
        if name in STARTS:
            self.began[number] = self.began.get(number, _NOTHING) | {number}
        if name in CHAINED and (decided := self._decided(op)):
            self.asks |= decided
            self.begun += self.began.get(number, _NOTHING)

    def _read(self, call: Call) -> int:
        """The parameters whose keys a call reads, or spreads."""
        found = 0
        for name, value in call.keywords:
            if name == "**":
                found |= self.given[value]
        function = self.ops[call.function]
        if type(function) is flows.Attr and call.arguments and function.name in _OF_KEYS:
            found |= self.given[function.base]
        if call.name in HANDING and (call.keywords or len(call.arguments) > 1):
            held = (*call.arguments, function.base) if type(function) is flows.Attr else call.arguments
            found |= reduce(or_, [self.given[item] for item in held], 0)
        if (frame := framed.changed(self.ops, call)) >= 0:
            found |= self.given[frame]
        return found

    def _renamed(self) -> int:
        """The parameters that are frames whose columns get other names."""
        return reduce(or_, [self.given[op.base] for op in self.ops if framed.relabels(op)])  # type: ignore[union-attr]

    def _is_pythons(self, call: Call) -> bool:
        """The call is one of Python's own functions, or a method of a text, a list or a log."""
        function = self.ops[call.function]
        if type(function) is not flows.Attr:
            return call.name in _BUILTINS
        return call.name in _COMMON and not _is_own(self.ops[function.base])

    def _pass(self, number: int, call: Call) -> None:
        """Note the parameters that a call hands on."""
        given, passes = self.given, self.passes
        for position, value in enumerate(call.arguments):
            if given[value]:
                passes.append(Passed(number, call.name, str(position), given[value]))
        for key, value in call.keywords:
            if given[value]:
                passes.append(Passed(number, call.name, key, given[value]))

    def _decided(self, call: Call) -> int:
        """The parameters that say what this call of a chain names, or give the chain it goes on with."""
        function = self.ops[call.function]
        if type(function) is not flows.Attr:
            return 0
        if function.name in STARTERS or self.began.get(function.base):
            return self._keys(essential(function.name, call))
        asked = self.given[function.base] if function.name in _ONLY_CHAINS else 0
        return asked | self._carried_on(function.base) if function.name == "execute" else asked

    def _sent(self, calls: Iterable[int]) -> int:
        """The parameters that say where requests go, what they ask there, and which keys they carry."""
        found = 0
        for number in calls if self.mask else ():
            call: Any = self.ops[number]
            named = self._needed(addressed(call), set()) & self.mask | self._keys(bodies(call), _PACKED)
            if named:
                self.begun.append(number)
            found |= named
        return found

    def _carried_on(self, sent: int) -> int:
        """The parameters that say what a chain names that another function began: ``self._table().insert(row)``."""
        calls = [op for number in _roots(self.ops, sent) if type(op := self.ops[number]) is Call]
        if not any(call.name in _VERBS for call in calls):
            return 0
        return reduce(or_, [self._keys(essential(call.name, call)) for call in calls if call.name in CHAINED], 0)

    def _keys(self, ends: Iterable[int], same: frozenset[str] | None = None) -> int:
        """The parameters on which names and keys in values depend; a dict's plain values do not matter."""
        ops, found = self.ops, 0
        seen: set[int] = set()
        queue = list(ends)
        while queue:
            number = queue.pop()
            if number in seen:
                continue
            seen.add(number)
            op = ops[number]
            match op:
                case flows.Param(index=index):
                    found |= (1 << index) & self.mask
                case flows.Map(keys=keys, values=values):
                    queue += [value if key < 0 else key for key, value in zip(keys, values, strict=True)]
                case flows.Put(base=base, key=key):
                    queue += [base, key]
                case flows.Call() if not self._keeps_keys(op, same or _SAME_KEYS):
                    continue
                case _:
                    queue += operands(op)
        return found

    def _keeps_keys(self, call: Call, same: frozenset[str]) -> bool:
        """A call whose result has the keys of its argument or object."""
        function = self.ops[call.function]
        if type(function) is flows.Free:
            return function.name in ("dict", "list", "tuple") or any(name == "**" for name, _ in call.keywords)
        return type(function) is flows.Attr and function.name in same

    def _decided_by(self, ends: Iterable[int]) -> int:
        """The parameters on which values depend, and those whose tests choose among what they are made of."""
        seen: set[int] = set()
        found = self._needed(ends, seen)
        for test in self.tests:
            if not seen.isdisjoint(range(test.start, test.end)):
                found |= 1 << min(test.parameter, _FURTHEST)
        return found

    def _needed(self, ends: Iterable[int], seen: set[int]) -> int:
        """The parameters on which values depend; what a chain only compares with is left out."""
        ops, found = self.ops, 0
        queue = list(ends)
        while queue:
            number = queue.pop()
            if number in seen:
                continue
            seen.add(number)
            op = ops[number]
            if type(op) in _LEAVES:
                if type(op) is flows.Param:
                    found |= 1 << min(op.index, _FURTHEST)
            elif type(op) is Call and type(ops[op.function]) is flows.Attr and op.name in CHAINED:
                queue += [op.function, *essential(op.name, op)]
            elif type(op) is Call and op.name in FETCHES:
                queue += [*operands(op), *sent_before(ops, number, self.blocks)]
            elif type(op) is flows.Func:
                queue += [*op.by, *self.captured(op.scope).values()]
            elif self.made and type(op) is flows.Join:
                queue += naming(ops, op)
            else:
                queue += operands(op)
        return found


_SAME_KEYS = frozenset({"items", "copy", "model_dump", "dict", "join", "get"})
_PACKED = _SAME_KEYS | {"dumps", "encode"}
_BUILTINS = frozenset(
    {"isinstance", "len", "str", "int", "float", "bool", "dict", "list", "print", "getattr", "hasattr"}
)
_COMMON = frozenset(
    {"append", "extend", "join", "format", "loads", "dumps", "strip", "split", "lower"}
    | {"info", "debug", "warning", "error"}
)
"""Methods that hardly any object of the program's own has, so that only those of ``self`` are looked at."""


def bits(number: int) -> list[int]:
    """The parameters in a set of them."""
    return [index for index in range(number.bit_length()) if number >> index & 1]
