"""What operators make of two values, and slices of one."""

from __future__ import annotations

from pgconform.sources.python.evaluate.values import texts
from pgconform.sources.python.evaluate.values.choices import each, options
from pgconform.sources.python.evaluate.values.common import part, together
from pgconform.sources.python.evaluate.values.containers import appended
from pgconform.sources.python.evaluate.values.displays import display
from pgconform.sources.python.evaluate.values.kinds import (
    UNKNOWN,
    Dict,
    Earlier,
    Either,
    List,
    Lit,
    Rows,
    Str,
    Template,
    Value,
    later,
)
from pgconform.sources.python.evaluate.values.spreads import updated
from pgconform.sources.python.flows.operations import Slice


def plus(left: Value, right: Value) -> Value:
    """``left + right``, or ``left | right``."""
    if texts.is_text(left) or texts.is_text(right):
        return texts.joined([left, right])
    if Either in (type(left), type(right)):
        return each(left, lambda one: _with_each(one, right))
    return _sum(left, right)


def _with_each(left: Value, right: Value) -> Value:
    return updated(left, right) if isinstance(left, Dict) else each(right, lambda other: _sum(left, other))


def grown(base: Value, other: Value) -> Value:
    """``base`` after ``base += other``, or ``base |= other``."""
    if any(isinstance(option, Dict) for option in options(base)):
        return each(base, lambda one: updated(one, other) if isinstance(one, Dict) else plus(one, other))
    return plus(base, other)


def percent(text: Value, given: Value, *, display: bool) -> Value:
    """``text % given``; ``display``: that is written as a tuple."""
    match given:
        case List(items=items) if display:
            return texts.percented(text, items if given.exact else ())
        case Dict(entries=entries, whole=True):
            return texts.percented(text, keywords={key: entry.value for key, entry in entries.items() if entry.sure})
        case Str() | Lit() | Either() if all(isinstance(option, Str | Lit) for option in options(given)):
            return texts.percented(text, [given])
    return texts.percented(text)


def part_of(base: Value, op: Slice) -> Value:
    """``base[start:stop]``."""
    taken = slice(op.start, op.stop)
    match base:
        case List(items=items, exact=True) if op.known or not items:
            return List(items[taken])
        case List(items=items):
            return List(items, exact=False)
        case Str(text=text) if op.known and text.whole:
            start, stop, _ = taken.indices(len(text.value))
            return Str(part(text, start, max(start, stop)))
        case Rows(one=True, path=()) if taken != slice(None) or not op.known:
            return UNKNOWN
    return UNKNOWN if isinstance(base, Str | Dict) else base


def _sum(left: Value, right: Value) -> Value:
    match left, right:
        case Earlier(), _:
            return later(left)
        case Rows(one=False), List() | Rows(one=False):
            return _sum(display([(left, True)]), right)
        case Template(text=first), Template(text=second):
            return Template(together((first, second), first.at))
        case List(), List():
            known = (left.exact or left.grown) and (right.exact or right.grown)
            return List(left.items + right.items, left.exact and right.exact, known)
        case List(), _:
            return appended(left, right, many=True)
        case Dict(), Dict() | Rows(one=True):
            return updated(left, right)
        case Rows(one=True), Dict() | Rows(one=True):
            return updated(updated(Dict({}), left), right)
    return UNKNOWN
