"""What each operation comes to, of the values of those it names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from pgconform.shape import Location
from pgconform.sources.python.evaluate.library.composed import template
from pgconform.sources.python.evaluate.objects.decorators import decorated
from pgconform.sources.python.evaluate.objects.enums import member, members
from pgconform.sources.python.evaluate.objects.fluent import as_called, may_carry
from pgconform.sources.python.evaluate.objects.kept import as_touched, kept
from pgconform.sources.python.evaluate.scopes.doubt import within
from pgconform.sources.python.evaluate.scopes.keys import chosen, in_words, key_of
from pgconform.sources.python.evaluate.scopes.rounds import (
    BOTH,
    done_by_element,
    dropped_each,
    is_picked,
    put_each_round,
    text_of_rounds,
)
from pgconform.sources.python.evaluate.values import texts
from pgconform.sources.python.evaluate.values.choices import each, present
from pgconform.sources.python.evaluate.values.comprehensions import comprehension
from pgconform.sources.python.evaluate.values.containers import (
    appended,
    dropped,
    element,
    is_empty,
    is_fresh,
    item_of,
    lacks,
    put,
    removed,
)
from pgconform.sources.python.evaluate.values.displays import displayed
from pgconform.sources.python.evaluate.values.entries import Entry
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    ALL,
    LAST,
    UNBOUND,
    UNKNOWN,
    Class,
    Dict,
    Earlier,
    Either,
    Function,
    Instance,
    List,
    Lit,
    Str,
    Value,
    is_none,
    opaque,
)
from pgconform.sources.python.evaluate.values.spreads import merged, spread, updated
from pgconform.sources.python.evaluate.values.sums import grown, part_of, percent, plus
from pgconform.sources.python.evaluate.values.tests import FITS, held, narrowed
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator


def _const(_: Evaluator, frame: Frame, op: flows.Const, __: int) -> Value:
    if isinstance(op.value, str):
        return texts.literal(frame.uri, op)
    return Lit(op.value, Location(frame.uri, op.line, op.column, op.end_line, op.end_column) if op.line else None)


def _join(self: Evaluator, frame: Frame, op: flows.Join, _: int) -> Value:
    at = Location(frame.uri, op.line, op.column, op.end_line, op.end_column)
    parts = self.all(frame, op.parts)
    return texts.joined(parts, at) if op.forms is None else template(zip(parts, op.forms, strict=True), at)


def _free(self: Evaluator, frame: Frame, op: flows.Free, _: int) -> Value:
    return self.names.free(frame, op.name)


def _param(self: Evaluator, frame: Frame, op: flows.Param, _: int) -> Value:
    return self.names.parameter(frame, op.index)


def _attr(self: Evaluator, frame: Frame, op: flows.Attr, number: int) -> Value:
    base = self.at(frame, op.base, number) if op.name in _COPYING else self.value(frame, op.base)
    where = (frame.uri, op.line, op.column)
    if type(base) is Instance:
        base = as_called(self, frame, op, number, base) if may_carry(self.names.classes, base) else base
        return self.attribute(frame, number, as_touched(self, frame, op, number, base), op.name, where)
    if type(base) is not Either:
        return self.names.attribute(base, op.name, where)
    return each(base, lambda one: UNBOUND if is_none(one) else self.attribute(frame, number, one, op.name, where))


_COPYING = frozenset({"copy", "items", "keys", "setdefault", "values"})


def _call(self: Evaluator, frame: Frame, op: flows.Call, number: int) -> Value:
    return self.calls.call(frame, op, number)


def _item(self: Evaluator, frame: Frame, op: flows.Item, _: int) -> Value:
    key, found = self.value(frame, op.key), self.value(frame, op.base)
    several = isinstance(found, Either)

    def one(base: Value) -> Value:
        if base is UNBOUND or (several and (is_none(base) or is_empty(base) or lacks(base, key))):
            return UNBOUND
        if isinstance(base, Class) and isinstance(key, Str):
            return member(self.names.classes, base, key.text.value)
        if isinstance(base, Dict):
            base = chosen(self, frame, base, key, op.key)
        return each(key, lambda at: item_of(base, at, key_of(self, frame, op.key)))

    return each(found, one)


def _map(self: Evaluator, frame: Frame, op: flows.Map, number: int) -> Value:
    at = self.place(frame, op.line, op.column)
    found: Value = Dict({}, at=at)
    entries: dict[str, Entry] = {}
    for key, value in zip(op.keys, op.values, strict=True):
        name = self.value(frame, key) if key >= 0 else None
        if isinstance(name, Str) and name.text.whole:
            entries[name.text.value] = Entry(name.text, self.later(frame, value))
            continue
        found = merged(found, entries)
        entries = {}
        if name is None:
            found = spread(found, self.at(frame, value, number))
        else:
            found = each(found, partial(put, key=name, value=self.value(frame, value)))
    return merged(found, entries)


def _either(self: Evaluator, frame: Frame, op: flows.Either, choice: int) -> Value:
    if op.needs and (done := done_by_element(self, frame, op)) >= 0:
        return self.value(frame, done)
    found = [self.value(frame, option) for option in op.options]
    if op.earlier >= 0 and len(found) == BOTH and texts.is_text(found[1]):
        found[1] = text_of_rounds(self, frame, op.earlier, *found)
    return self.met(frame, op, choice, found)


def _elem(self: Evaluator, frame: Frame, op: flows.Elem, number: int) -> Value:
    choice = (frame.identity, "element", number)

    def one(base: Value) -> Value:
        every = members(self.names.classes, base) if isinstance(base, Class) else None
        return element(every or base, choice)

    return each(self.value(frame, op.base), one)


def _func(self: Evaluator, frame: Frame, op: flows.Func, number: int) -> Value:
    function = Function(frame.uri, op.scope, frame)
    return decorated(self, frame, op, number, function) if op.by and not self.hasty else function


def _typed(_: Evaluator, __: Frame, op: flows.Typed, ___: int) -> Value:
    if op.kind == flows.EARLIER:
        return Earlier("what an earlier round of a loop left")
    return _MARKS[op.kind] if op.kind in _MARKS else opaque(op.kind)


_MARKS = {"unbound": UNBOUND, flows.EVERY: ALL, flows.LATEST: LAST}


def _put(self: Evaluator, frame: Frame, op: flows.Put, _: int) -> Value:
    key, given = self.value(frame, op.key), self.value(frame, op.value)
    every = put_each_round(self, frame, op.key)
    picked = not every and is_picked(self, frame, op.key)
    return each(self.value(frame, op.base), lambda base: put(base, key, given, every=every, picked=picked))


def _update(self: Evaluator, frame: Frame, op: flows.Update, _: int) -> Value:
    given = self.value(frame, op.value)
    return each(self.value(frame, op.base), lambda base: updated(base, given))


def _append(self: Evaluator, frame: Frame, op: flows.Append, _: int) -> Value:
    given, what = self.value(frame, op.value), frame.ops[op.base]
    if type(what) is flows.Item and is_fresh(self.value(frame, what.base)):
        return appended(List((), exact=False), given, op.many)
    return each(self.value(frame, op.base), lambda base: appended(base, given, op.many))


def _within(self: Evaluator, frame: Frame, op: flows.Within, _: int) -> Value:
    key, given = self.value(frame, op.key), self.value(frame, op.value)
    return each(self.value(frame, op.base), lambda base: within(base, key, given) if isinstance(base, Dict) else base)


def _drop(self: Evaluator, frame: Frame, op: flows.Drop, _: int) -> Value:
    key = self.value(frame, op.key)
    every = dropped_each(self, frame, op)
    picked = not every and is_picked(self, frame, op.key, dropping=True)
    takes_out = removed if op.equal else dropped
    return each(self.value(frame, op.base), lambda base: takes_out(base, key, every=every, picked=picked))


def _enter(self: Evaluator, frame: Frame, op: flows.Enter, _: int) -> Value:
    """What ``with base as name`` binds: mostly the object itself."""
    base = self.value(frame, op.base)
    return base.items[0] if isinstance(base, List) and base.items else base


def _import(self: Evaluator, frame: Frame, op: flows.Import, _: int) -> Value:
    return self.names.imported(frame.uri, op)


def _class(_: Evaluator, frame: Frame, op: flows.Class, __: int) -> Value:
    return Class(frame.uri, op.scope)


def _star(self: Evaluator, frame: Frame, op: flows.Star, number: int) -> Value:
    return self.at(frame, op.base, number)


def _slice(self: Evaluator, frame: Frame, op: flows.Slice, _: int) -> Value:
    return each(self.value(frame, op.base), lambda base: part_of(base, op))


def _plus(self: Evaluator, frame: Frame, op: flows.Plus, number: int) -> Value:
    return plus(self.at(frame, op.left, number), self.at(frame, op.right, number))


def _grow(self: Evaluator, frame: Frame, op: flows.Grow, number: int) -> Value:
    return grown(self.at(frame, op.base, number), self.at(frame, op.value, number))


def _percent(self: Evaluator, frame: Frame, op: flows.Percent, _: int) -> Value:
    left = self.value(frame, op.left)
    if not texts.is_text(left):
        return UNKNOWN
    what = frame.ops[op.right]
    return percent(left, self.value(frame, op.right), display=type(what) is flows.Seq and what.kind == "(")


def _store(self: Evaluator, frame: Frame, op: flows.Store, _: int) -> Value:
    return self.value(frame, op.value)


def _sure(self: Evaluator, frame: Frame, op: flows.Sure, _: int) -> Value:
    return present(self.value(frame, op.base))


def _where(self: Evaluator, frame: Frame, op: flows.Where, number: int) -> Value:
    if op.kind == "held":
        return held(self.value(frame, op.base), self.value(frame, op.of), op.holds)
    if op.kind == "same":
        op = in_words(self, frame, op)
    base = self.at(frame, op.base, number) if op.kind == "empty" else self.value(frame, op.base)
    fits = FITS[op.kind]
    found = each(base, lambda value: narrowed(value, op) if fits(value, op) else UNBOUND)
    return base if found is UNBOUND and op.kind == "tells" else found


def _noted(self: Evaluator, frame: Frame, op: flows.Noted, _: int) -> Value:
    return self.names.noted(frame, self.value(frame, op.base), op.annotation)


READERS: dict[type[Any], Callable[[Evaluator, Frame, Any, int], Value]] = {
    flows.Const: _const,
    flows.Join: _join,
    flows.Free: _free,
    flows.Param: _param,
    flows.Attr: _attr,
    flows.Call: _call,
    flows.Item: _item,
    flows.Map: _map,
    flows.Seq: displayed,
    flows.Either: _either,
    flows.Elem: _elem,
    flows.Func: _func,
    flows.Typed: _typed,
    flows.Put: _put,
    flows.Update: _update,
    flows.Append: _append,
    flows.Within: _within,
    flows.Drop: _drop,
    flows.Comp: comprehension,
    flows.Enter: _enter,
    flows.Import: _import,
    flows.Class: _class,
    flows.Star: _star,
    flows.Slice: _slice,
    flows.Plus: _plus,
    flows.Grow: _grow,
    flows.Percent: _percent,
    flows.Has: lambda *_: opaque("py.bool"),
    flows.Store: _store,
    flows.Sure: _sure,
    flows.Noted: _noted,
    flows.Kept: kept,
    flows.Where: _where,
}
