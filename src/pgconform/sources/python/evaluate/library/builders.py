"""Dicts and lists that Python's own functions and those of common libraries make."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.shape import Location
from pgconform.sources.python.evaluate.scopes.given import Given
from pgconform.sources.python.evaluate.values.choices import each, either, options
from pgconform.sources.python.evaluate.values.comprehensions import comprehended
from pgconform.sources.python.evaluate.values.containers import data, element, is_empty, keys_of, paired, parsed
from pgconform.sources.python.evaluate.values.displays import display
from pgconform.sources.python.evaluate.values.entries import Entry
from pgconform.sources.python.evaluate.values.joins import beside_unknown
from pgconform.sources.python.evaluate.values.kinds import (
    NONE,
    UNBOUND,
    UNKNOWN,
    Chain,
    Dict,
    Dump,
    Earlier,
    Either,
    External,
    Instance,
    List,
    Lit,
    Method,
    Response,
    Rows,
    Str,
    Value,
    is_none,
    later,
    py,
)
from pgconform.sources.python.evaluate.values.lists import first_of, has_one, holds_dicts
from pgconform.sources.python.evaluate.values.pairs import keyed, keyword_dict, numbered, some_pairs, zipped
from pgconform.sources.python.evaluate.values.spreads import updated
from pgconform.sources.python.evaluate.values.statements import all_of, is_statement
from pgconform.sources.python.evaluate.values.tests import is_false
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.cursors import tells_names
from pgconform.sources.python.flows.operations import Call
from pgconform.sources.python.flows.summary import operands

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.calls import Calls

_PAIR = 2


def everything(_: Calls, given: Given) -> Value:
    """What the arguments come to, those of a star among them."""
    return display(given.starred)


def chained(_: Calls, given: Given) -> Value:
    """``chain(…)``: the items of one argument after the other."""
    return display([(value, True) for value, starred in given.starred if not starred]) if given.plain else UNKNOWN


def chained_items(_: Calls, given: Given) -> Value:
    """``chain.from_iterable(lists)``."""
    match given.first():
        case List(items=items, exact=exact):
            found = display([(item, True) for item in items])
            return found if exact or not isinstance(found, List) else List(found.items, exact=False)
    return UNKNOWN


def map_of(calls: Calls, given: Given) -> Value:
    """``map(function, items)``: what the function gives for one of the items."""
    if not given.plain or len(given.arguments) != _PAIR:
        return UNKNOWN
    function, items = given.arguments
    found = handed(calls, given, function, items)
    return each(items, lambda value: comprehended(value, None, found, False))


def handed(calls: Calls, given: Given, function: Value, items: Value, *before: Value) -> Value:
    """What a function gives that Python calls with one of the items after the other, ``before`` it with these."""
    one = each(items, lambda value: element(value, (given.frame.identity, given.number, "handed")))
    return each(function, lambda value: calls.one(value, given.handing(*before, one)))


def filter_of(calls: Calls, given: Given) -> Value:
    """``filter(function, items)``."""
    if not given.plain or len(given.arguments) != _PAIR:
        return UNKNOWN
    handed(calls, given, *given.arguments)
    return each(given.arguments[1], lambda items: some_pairs(items) or some(items))


def reduced(calls: Calls, given: Given) -> Value:
    """``reduce(function, items, first)``; what comes of it hangs on how many items there are."""
    if given.plain and len(given.arguments) >= _PAIR:
        handed(calls, given, *given.arguments[:_PAIR], UNKNOWN)
    return UNKNOWN


def accumulated(calls: Calls, given: Given) -> Value:
    """``accumulate(items, function)``."""
    if given.plain and len(given.arguments) == _PAIR:
        handed(calls, given, given.arguments[1], given.arguments[0], UNKNOWN)
    return UNKNOWN


def extremes(calls: Calls, given: Given) -> Value:
    """``nlargest(count, items, key=…)``."""
    if not given.plain or len(given.arguments) < _PAIR:
        return UNKNOWN
    if (key := given.keyword("key")) is not None:
        handed(calls, given, key, given.arguments[1])
    return each(given.arguments[1], some)


def some_of_first(_: Calls, given: Given) -> Value:
    """``islice(items, …)``, ``sample(items, count)``."""
    return each(given.arguments[0], some) if given.arguments else UNKNOWN


def groups(calls: Calls, given: Given) -> Value:
    """``groupby(items, key)``: a key, and the items it is of."""
    key = given.arguments[1] if len(given.arguments) == _PAIR else given.keyword("key")
    if not given.plain or not given.arguments:
        return UNKNOWN
    found = handed(calls, given, key, given.arguments[0]) if key is not None else UNKNOWN
    return each(given.arguments[0], lambda items: List((List((found, some(items))),), exact=False))


def some(value: Value) -> Value:
    """Some of the items of a list; one that has none stays as it is."""
    return List(value.items, exact=False) if isinstance(value, List) and not is_empty(value) else value


def from_json(calls: Calls, given: Given) -> Value:
    """``json.loads(text)`` of a constant, or of what was made JSON just before."""
    said = given.first()
    if isinstance(said, Response):
        return data(said)
    if not isinstance(said, Str) or not said.text.whole or given.op.keywords:
        return _from_dumped(calls, given)
    try:
        return parsed(json.loads(said.text.value), said.text.at)
    except (ValueError, RecursionError):
        return UNKNOWN


def _from_dumped(calls: Calls, given: Given) -> Value:
    """``json.loads(json.dumps(value))``, ``json.loads(model.model_dump_json())``: the same keys."""
    made = given.frame.ops[given.op.arguments[0]] if given.op.arguments else None
    if not isinstance(made, Call):
        return UNKNOWN
    inner = given.beside(made, given.op.arguments[0])
    match calls.evaluator.value(given.frame, made.function):
        case External(name="json.dumps" | "orjson.dumps") if inner.first() is not None:
            return each(inner.arguments[0], _as_json)
        case Method(base=Instance() as model, name="model_dump_json" | "json"):
            return dumped(model, inner)
    return UNKNOWN


def dumped(base: Instance, given: Given) -> Value:
    """``model.model_dump()``: its fields, which the reader of models knows; what includes only some is not followed."""
    said = dict(given.keywords)
    omitted = _listed_texts(said.get("exclude"))
    if given.arguments or given.spread or given.open or "include" in said or omitted is None:
        return Dict({}, whole=False)
    sparse = any(not is_false(said.get(f"exclude_{what}", NONE)) for what in ("unset", "none", "defaults"))
    aliased, required = not is_false(said.get("by_alias", NONE)), given.evaluator.names.classes.required(base.of)
    dump = Dump(base.of, omitted, sparse, aliased, _assigned(given), required)
    return Dict({}, False, dump)


def _assigned(given: Given) -> frozenset[str]:
    """The attributes that were set, or may have been, of the object whose method this is."""
    frame = given.frame
    method = frame.ops[given.op.function] if given.op.function >= 0 else None
    if not isinstance(method, flows.Attr):
        return frozenset()
    things = given.evaluator.ground.aliases(frame.uri, frame.number).things
    stores = (op for op in frame.ops[: given.number] if isinstance(op, flows.Store))
    return frozenset(op.name for op in stores if things[op.base] & things[method.base])


def _listed_texts(value: Value | None) -> frozenset[str] | None:
    """The texts of a set, or of a dict's keys; None where they are not all known."""
    match value:
        case None | Lit(value=None):
            return frozenset()
        case List(items=items, exact=True):
            known = [item.text.value for item in items if isinstance(item, Str) and item.text.whole]
            return frozenset(known) if len(known) == len(items) else None
        case Dict(entries=entries, whole=True):
            return frozenset(entries)
    return None


def from_keys(_: Calls, given: Given) -> Value:
    if not given.plain or not given.arguments:
        return Dict({}, whole=False)
    value = given.arguments[1] if len(given.arguments) == _PAIR else NONE
    return each(given.arguments[0], lambda keys: keyed(keys, value))


def default_dict(calls: Calls, given: Given) -> Value:
    """``defaultdict(factory, …)``; one of lists has an empty one under every key."""
    found = dict_of(calls, given.without(1)) if given.plain else Dict({}, whole=False)
    lists = given.plain and isinstance(found, Dict) and given.first() == External("builtins.list")
    return replace(found, rest=List(())) if lists else found


def layers(_: Calls, given: Given) -> Value:
    """``ChainMap(first, …)``: of equal keys the first counts."""
    found: Value = Dict({}, whole=given.plain, at=given.at)
    for value in reversed(given.arguments):
        found = updated(found, copied(value))
    return found


def as_dict(_: Calls, given: Given) -> Value:
    """``asdict(record)``: the fields of its class, which the reader of models knows."""
    found = given.first()
    if isinstance(found, Instance) and given.plain and len(given.op.arguments) == 1 and not given.op.keywords:
        return Dict({}, False, Dump(found.of))
    return Dict({}, whole=False)


def variables(calls: Calls, given: Given) -> Value:
    """``vars(object)``: the fields of a dataclass."""
    found = given.first()
    return (
        as_dict(calls, given)
        if isinstance(found, Instance) and calls.evaluator.names.classes.is_dataclass(found.of)
        else UNKNOWN
    )


def encodable(_: Calls, given: Given) -> Value:
    """``jsonable_encoder(value)``: the same keys; what becomes of the values only where they are constants."""
    if not given.plain or given.op.keywords or len(given.arguments) != 1:
        return UNKNOWN
    return each(given.arguments[0], _as_json)


def _as_json(value: Value) -> Value:
    match value:
        case Dict(entries=entries, row=None | Dump() as row):
            kept = {key: Entry(entry.key, _constant(entry.quick()), entry.sure) for key, entry in entries.items()}
            return Dict(kept, value.whole, row, value.at)
        case List(items=items):
            return List(tuple([_as_json(item) for item in items]), value.exact)
    return _constant(value)


def _constant(value: Value) -> Value:
    return value if isinstance(value, Str | Lit) else UNKNOWN


def copy_of(_: Calls, given: Given) -> Value:
    return each(given.arguments[0], copied) if given.arguments else UNKNOWN


def copied(value: Value) -> Value:
    """A copy, whose changes do not reach the original."""
    return replace(value, copied=True) if isinstance(value, Rows) else value


def dict_of(_: Calls, given: Given) -> Value:
    found: Value = Dict({}, at=given.at)
    for value in given.arguments[:1]:
        found = each(_dicts(value), partial(_dict_of, at=given.at))
    for value in (keyword_dict(given.keywords), *given.spread):
        found = each(found, partial(updated, other=value))
    return found


def _dicts(value: Value) -> Value:
    """What ``dict`` is made of; no pairs are no keys, and beside what nobody knows they stand in for any."""
    found = each(value, lambda one: Dict({}) if is_empty(one) else one)
    return replace(found, options=beside_unknown(found.options)) if isinstance(found, Either) else found


def _dict_of(value: Value, at: Location) -> Value:
    """``dict(value)``."""
    if isinstance(value, Rows):
        return copied(value)
    if isinstance(value, Earlier):
        return later(value)
    if is_none(value):
        return UNBOUND
    return paired(value) if isinstance(value, List) else updated(Dict({}, at=at), value)


def listed(_: Calls, given: Given) -> Value:
    if not given.arguments:
        return List(())
    return each(given.arguments[0], _items_of)


def completed(calls: Calls, given: Given) -> Value:
    """``as_completed(tasks)``: the same; of a dict whose keys are worked out, these."""
    op = given.frame.ops[given.op.arguments[0]] if given.plain and given.op.arguments else None
    if isinstance(op, flows.Comp) and op.key >= 0:
        return List((calls.evaluator.value(given.frame, op.key),), exact=False)
    return listed(calls, given)


def _items_of(value: Value) -> Value:
    if isinstance(value, Dict):
        return keys_of(value)
    if isinstance(value, Chain):
        return all_of(value) if is_statement(value) else py("list")
    return value if isinstance(value, List | Rows) else py("list")


def reordered(calls: Calls, given: Given) -> Value:
    found = given.arguments[0] if given.arguments else UNKNOWN
    if (key := given.keyword("key")) is not None:
        handed(calls, given, key, found)
    return each(found, some)


def one_of(calls: Calls, given: Given) -> Value:
    if (key := given.keyword("key")) is not None and given.arguments:
        handed(calls, given, key, given.arguments[0])
    if len(given.arguments) != 1:
        return next((value for value in given.arguments if isinstance(value, List | Rows)), UNKNOWN)
    return each(given.arguments[0], lambda value: element(value, (id(value), "one")))


def next_of(_: Calls, given: Given) -> Value:
    if not given.arguments:
        return UNKNOWN
    source, other = given.arguments[0], given.arguments[1:2]
    if any(isinstance(value, List) and holds_dicts(value) for value in options(source)) and not _is_fresh(given):
        return UNKNOWN
    found = each(source, _next)
    sure = all(isinstance(value, List) and has_one(value) for value in options(source))
    return found if sure else either((id(found), "next"), beside_unknown((found, *other)))


def _next(value: Value) -> Value:
    return first_of(value) if isinstance(value, List) and value.items else element(value, (id(value), "next"))


def _is_fresh(given: Given) -> bool:
    """What ``next`` is handed is made there, so that nothing was taken of it before."""
    if not given.plain or not given.op.arguments:
        return False
    made, *others = given.op.arguments
    ops, known = given.frame.ops, {given.number}
    if type(ops[made]) not in (flows.Call, flows.Comp):
        return False
    while others:
        if (number := others.pop()) > made and number not in known:
            known.add(number)
            others += operands(ops[number])
    return known.issuperset(range(made + 1, given.number))


def enumerate_of(_: Calls, given: Given) -> Value:
    return each(given.arguments[0], numbered) if given.arguments else UNKNOWN


def zip_of(_: Calls, given: Given) -> Value:
    if given.open:
        return UNKNOWN
    match given.op.arguments, given.arguments:
        case [names, _], [_, row] if tells_names(given.frame.ops, names) and any(map(_is_row, options(row))):
            return each(row, lambda one: copied(one) if _is_row(one) else UNKNOWN)
    return zipped(given.arguments)


def _is_row(value: Value) -> bool:
    return isinstance(value, Rows) and value.one is True and not value.path
