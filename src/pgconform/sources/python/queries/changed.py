"""Keys of rows that a program had a hand in: put in, taken out, of rows put beside them, or asked for first."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial

from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.values.choices import options, rows_within
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    Dict,
    List,
    Method,
    Opaque,
    Response,
    Rows,
    Str,
    Value,
    is_none,
)
from pgconform.sources.python.flows import framed
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.astray import is_one_of, named_in
from pgconform.sources.python.flows.summary import CHANGES
from pgconform.sources.python.passes.astray import astray, elsewhere
from pgconform.sources.python.passes.outcome import ANY, Of, copies
from pgconform.sources.python.queries.handed import handed
from pgconform.sources.python.queries.rows import every_row, key_of, of_one_kind, rows_of, said_by
from pgconform.sources.python.queries.spare import listings

_BY_NAME = frozenset({"hasattr", "setattr", "delattr"})
_OF_SETS = frozenset({"issubset", "issuperset", "isdisjoint", "difference", "intersection"})
_ASKING = _BY_NAME | _OF_SETS | {"isinstance", "type"}


class Changed:
    """What a file's frames do to rows: ``keys`` that nothing is said of, and rows whose type is ``tested``."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.key_of = cache(partial(key_of, evaluator.ground))
        self.keys: dict[Of, set[str]] = {}
        self.tested: set[Of] = set()

    def look(self, frame: Frame, rows: bytearray) -> None:
        """Note what one frame does."""
        for op in frame.ops:
            if type(op) is flows.Has:
                self._asked(frame, rows, op.base, op.key)
            elif type(op) is flows.Call:
                if op.name in _ASKING and op.arguments:
                    self._called(frame, rows, op)
                elif (of := framed.changed(frame.ops, op)) >= 0 and rows[of]:
                    self._renamed(frame, of)
            elif type(op) in CHANGES and rows[op.base]:  # type: ignore[union-attr]
                self._change(frame, op)
        for item in handed(self.evaluator, frame, rows):
            self._add(item, {ANY})
        self._look_astray(frame, rows)

    def _look_astray(self, frame: Frame, rows: bytearray) -> None:
        """Note what is put into what may be rows though nobody follows how they came there."""
        known = partial(self._is_rows, frame, rows)
        keys: dict[int, set[str]] = {}
        for number, found in astray(frame.ops, rows, known):
            base = frame.ops[number].base  # type: ignore[union-attr]
            for value in () if rows[base] and known(base) else found:
                keys.setdefault(value, set()).update(self._put_by(frame, frame.ops[number]))
        for value, other, number in elsewhere(self.evaluator, frame, rows):
            keys.setdefault(value, set()).update(self._put_by(other, other.ops[number]))
        for value, put in keys.items():
            for item in rows_within(self.evaluator.value(frame, value)) if put else ():
                self._add(item, put)

    def _is_rows(self, frame: Frame, rows: bytearray, number: int) -> bool | None:
        """Whether an operation is rows, or has some in it; None: nobody knows."""
        if not rows[number]:
            return None
        if any(True for _ in rows_within(self.evaluator.value(frame, number))):
            return True
        of = named_in(frame.ops, number)
        return False if of >= 0 and any(True for _ in self._of(frame, of)) else None

    def _put_by(self, frame: Frame, op: flows.Op) -> set[str]:
        """The keys that an operation puts into something."""
        match op:
            case flows.Put():
                keys = _keys(self.evaluator.value(frame, op.key))
                return keys if is_one_of(frame.ops[op.base]) else keys - {ANY}
            case flows.Update():
                return _dict_keys(self.evaluator.value(frame, op.value))
        return set()

    def _change(self, frame: Frame, op: flows.Op) -> None:
        match op:
            case flows.Put() if not _is_read_first(frame.ops, op):
                self._put(frame, op.base, _keys(self.evaluator.value(frame, op.key)))
            case flows.Update():
                self._put(frame, op.base, _dict_keys(self.evaluator.value(frame, op.value)))
            case flows.Append():
                self._join(frame, op.base, op.value, many=op.many)
            case flows.Grow():
                self._join(frame, op.base, op.value, many=True)
            case flows.Store():
                self._store(frame, op)

    def _store(self, frame: Frame, op: flows.Store) -> None:
        """An attribute that is set: all rows of a response, the names of a frame's columns, or a column."""
        if op.name == "data":
            for value in options(self.evaluator.value(frame, op.base)):
                if isinstance(value, Response) and (key := self.key_of(value.chain)):
                    self.keys.setdefault((key, ()), set()).add(ANY)
            return
        if self.evaluator.calls.named:
            self._named(frame, op.base, {op.name})
        if framed.relabels(op):
            self._renamed(frame, op.base)

    def _called(self, frame: Frame, rows: bytearray, op: flows.Call) -> None:
        """What is asked of rows by calls: attributes by name, keys as a set, whether they are a list or a dict."""
        first = op.arguments[0]
        if op.name in _OF_SETS:
            function = frame.ops[op.function]
            asked = [first, *([function.base] if isinstance(function, flows.Attr) else [])]
            for base, key in itertools.permutations(asked, 2):
                self._asked(frame, rows, base, key)
        elif not rows[first]:
            return
        elif op.name in ("isinstance", "type"):
            self.tested |= {
                (self.key_of(item.chain), item.path) for item in rows_of(self.evaluator.value(frame, first))
            }
        elif op.name in _BY_NAME and len(op.arguments) > 1:
            self._named(frame, first, _keys(self.evaluator.value(frame, op.arguments[1])))

    def _asked(self, frame: Frame, rows: bytearray, base: int, key: int) -> None:
        """Keys that the program knows a row may not have; what it asks of a copy it knows of the row."""
        for number in listings(frame.ops, base):
            for row in _rows(self.evaluator.value(frame, number)) if rows[number] else ():
                if of := self.key_of(row.chain):
                    self.keys.setdefault((of, row.path), set()).update(_keys(self.evaluator.value(frame, key)))

    def _named(self, frame: Frame, base: int, keys: set[str]) -> None:
        found = self.evaluator.value(frame, base)
        by_name = [one for one in every_row(found) if said_by(one.chain) or one.framed]
        for value in every_row(found, named=True) or by_name:
            self.keys.setdefault((self.key_of(value.chain), value.path), set()).update(keys)

    def _join(self, frame: Frame, base: int, value: int, *, many: bool) -> None:
        """A list of rows has others too since, with keys of their own; ``|=`` puts keys into one row."""
        held = list(_rows(self.evaluator.value(frame, base)))
        if held:
            given = self.evaluator.value(frame, value)
            added = [_keys_beside(held, one) for one in (_items(given) if many else [given])]
            for rows in held:
                self._add(rows, set().union(*added))

    def _put(self, frame: Frame, base: int, keys: set[str]) -> None:
        for row in self._of(frame, base):
            self._add(row, keys)

    def _renamed(self, frame: Frame, op: int) -> None:
        """A frame has columns by other names since."""
        for row in self._of(frame, op):
            if row.framed:
                self._add(row, {ANY})

    def _of(self, frame: Frame, op: int) -> Iterator[Rows]:
        return _rows(self.evaluator.value(frame, op))

    def _add(self, of: Rows, keys: set[str]) -> None:
        if key := self.key_of(of.chain):
            rows = (key, of.path)
            self.keys.setdefault(copies(rows) if of.copied else rows, set()).update(keys)


def _is_read_first(ops: Sequence[flows.Op], put: flows.Put) -> bool:
    """``row[key] += value``, which fails where the key is not there: one place in the text is read and written to."""
    key = ops[put.key]
    if type(key) is not flows.Const:
        return False
    return any(type(op) is flows.Item and op.base == put.base and ops[op.key] == key for op in ops)


def _rows(value: Value) -> Iterator[Rows]:
    """The rows that a value may be, or may be made of; of ``frame.loc``, the frame."""
    for option in options(value):
        row = option.row if isinstance(option, Dict) else option.base if isinstance(option, Method) else option
        if isinstance(row, Rows):
            yield row


def _keys(value: Value) -> set[str]:
    """The keys that a value is, or that a set has."""
    found: set[str] = set()
    for option in options(value):
        if isinstance(option, List) and option.exact:
            found.update(*map(_keys, option.items))
        else:
            found.add(option.text.value if isinstance(option, Str) and option.text.whole else ANY)
    return found


def _items(value: Value) -> Iterator[Value]:
    """What is in a list, or in any of several."""
    for option in options(value):
        if isinstance(option, List):
            yield from option.items
        else:
            yield option


def _keys_beside(held: Iterable[Rows], value: Value) -> set[str]:
    """The keys that a row may have beside those of the rows that it is put to."""
    found: set[str] = set()
    for option in options(value):
        row = option.row if isinstance(option, Dict) else option
        if isinstance(row, Rows):
            found |= row.over if of_one_kind([*held, row]) else {ANY}
            found |= set(option.entries) if isinstance(option, Dict) else set()
        elif not is_none(option):
            found |= _dict_keys(option)
    return found


def _dict_keys(value: Value) -> set[str]:
    """The keys that a dict is updated with."""
    found: set[str] = set()
    for option in options(value):
        if isinstance(option, Dict) and option.whole:
            found |= set(option.entries)
        elif not isinstance(option, Opaque) or option is not UNBOUND:
            found.add(ANY)
    return found
