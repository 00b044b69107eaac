"""Functions that their callers in the same file try: what they ask may fail, and is asked again in another way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgconform.request import Query
from pgconform.sources.python.evaluate.frames import Place
from pgconform.sources.python.evaluate.ground import Ground
from pgconform.sources.python.flows.heads import Attempt, Scope
from pgconform.sources.python.flows.operations import Call, Const, Drop, Either, Map, Op, Put, Store
from pgconform.sources.python.flows.scopes import called_name
from pgconform.sources.python.queries.outcome import NOT_TRIED, Tries


def tries(ground: Ground, place: Place, queries: Sequence[Query], *, several: bool) -> Tries:
    """What callers of a function in its file do; of one that asks the same in each call, and looks for nothing, none.

    ``several``: calls decide what it asks.
    """
    if not (several or differs(queries) or any(map(looks, queries))):
        return NOT_TRIED
    uri, number = place
    name = called_name(ground.head(uri, number))
    numbers = ground.readers(uri, {name})
    ground.log.ask(("readers", f"{name} {uri}", 0), numbers)
    found = [said for user in numbers if user != number for said in _said(ground, (uri, user), name)]
    return Tries(bool(found), any(said.again for said in found))


def differs(queries: Sequence[Query]) -> bool:
    """There are several requests, or one of which some keys are not always sent."""
    return len(queries) > 1 or any(map(sends_less, queries))


def sends_less(query: Query) -> bool:
    """Some of its keys are not always sent."""
    return query.payload is not None and False in [field.required for field in query.payload.fields]


def looks(query: Query) -> bool:
    """It reads any row, if there is one, just to see whether that can be done."""
    if query.verb != "select" or query.filters or query.logics:
        return False
    return "limit" in [call.method for call in query.orders]


def _said(ground: Ground, user: Place, name: str) -> Iterator[Tries]:
    """What one scope says, in each ``try`` in which it calls that function."""
    head = ground.head(*user)
    if head.source and b"except" not in head.source:
        return
    scope = ground.scope(*user)
    ops = ground.ops(*user) if scope.attempts else ()
    for attempt in scope.attempts:
        calls = [op for op in _calls(ops[attempt.start : attempt.end], name) if not attempt.rescue]
        if calls:
            yield Tries(tried=True, again=_again(scope, ops, name, attempt, calls))


def _calls(ops: tuple[Op, ...], name: str) -> list[Call]:
    return [op for op in ops if type(op) is Call and op.name == name]


def _again(scope: Scope, ops: tuple[Op, ...], name: str, attempt: Attempt, calls: list[Call]) -> bool:
    """A handler calls it with less, or stores what decides what is asked; or a loop varies that until it succeeds."""
    for rescue in (one for one in scope.attempts if one.answers(attempt)):
        others = _calls(ops[rescue.start : rescue.end], name)
        stores = any(type(op) is Store for op in ops[rescue.start : rescue.end])
        if others and (stores or any(rescue.holds(op) for _, op in scope.globals)):
            return True
        if any(_passes_less(ops, call, other) for call in calls for other in others):
            return True
    return attempt.last and any(type(ops[item]) is Either for call in calls for item in _passed(call))


def _passed(call: Call) -> list[int]:
    return [*call.arguments, *[item for _, item in call.keywords]]


def _passes_less(ops: tuple[Op, ...], first: Call, last: Call) -> bool:
    """The last call passes fewer arguments, or one of which less is asked or sent."""
    before, after = _passed(first), _passed(last)
    if len(after) < len(before):
        return True
    pairs = zip(before, after, strict=False)
    return len(after) == len(before) and any(one != other and _is_less(ops, one, other) for one, other in pairs)


def _is_less(ops: tuple[Op, ...], one: int, other: int) -> bool:
    first, last = ops[one], ops[other]
    if type(last) is Drop:
        return True
    if type(last) is Const and isinstance(last.value, str):
        more = first.value if type(first) is Const else None
        return isinstance(more, str) and _columns(last.value) < _columns(more)
    if type(last) is Const:
        return not last.value and not (type(first) is Const and first.value == last.value)
    return type(last) is Map and _keys(ops, other) < _keys(ops, one)


def _columns(text: str) -> set[str]:
    return {column.strip() for column in text.split(",")}


def _keys(ops: tuple[Op, ...], number: int) -> set[object]:
    """The keys that are written down of a dict, on any way to it."""
    found, seen, waiting = set[object](), set[int](), [number]
    while waiting:
        if (number := waiting.pop()) in seen:
            continue
        seen.add(number)
        match ops[number]:
            case Map(keys=keys):
                found.update(_text(ops, key) for key in keys)
            case Put(base=base, key=key):
                found.add(_text(ops, key))
                waiting.append(base)
            case Either(options=options):
                waiting += options
    return found


def _text(ops: tuple[Op, ...], key: int) -> object:
    op = ops[key] if key >= 0 else None
    return op.value if type(op) is Const else None
