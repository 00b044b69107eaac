"""Functions that their callers in the same file try: what they ask may fail, and is asked again in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from pgconform.request import Query
from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.evaluate.values.frames import Place
from pgconform.sources.python.flows.heads import Attempt, Scope
from pgconform.sources.python.flows.operations import Call, Either, Op, Store
from pgconform.sources.python.flows.scopes import called_name
from pgconform.sources.python.passes.outcome import NOT_TRIED, Tries
from pgconform.sources.python.queries.repeating import asks_again, passed


def tries(ground: Ground, place: Place, op: int, queries: Sequence[Query], *, several: bool) -> Tries:
    """What callers of a function in its file do; of one that asks the same in each call, and looks for nothing, none.

    ``op`` is where it asks. ``several``: calls decide what. Where it keeps to itself that it failed nobody asks again.
    """
    if not (several or differs(queries) or any(map(looks, queries))):
        return NOT_TRIED
    uri, number = place
    head = ground.head(uri, number)
    name = called_name(head)
    names = tuple([item.name for item in head.parameters[int(head.owner >= 0) :]])
    ask = partial(asks_again, names=names, reads=all(query.verb == "select" for query in queries))
    readers = ground.readers(uri, name)
    found = [said for user in readers if user != number for said in _said(ground, (uri, user), name, ask)]
    quiet = any(attempt.quiet and attempt.holds(op) for attempt in ground.scope(uri, number).attempts)
    return Tries(bool(found), not quiet and any(said.again for said in found))


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


def _said(ground: Ground, user: Place, name: str, ask: Callable[..., bool]) -> Iterator[Tries]:
    """What one scope says, in each ``try`` in which it calls that function."""
    head = ground.head(*user)
    if head.source and b"except" not in head.source:
        return
    scope = ground.scope(*user)
    ops = ground.ops(*user) if scope.attempts else ()
    for attempt in scope.attempts:
        calls = [op for op in _calls(ops[attempt.start : attempt.end], name) if not attempt.rescue]
        if calls:
            yield Tries(tried=True, again=_again(scope, ops, attempt, calls, ask))


def _calls(ops: tuple[Op, ...], name: str) -> list[Call]:
    return [op for op in ops if type(op) is Call and op.name == name]


def _again(scope: Scope, ops: tuple[Op, ...], attempt: Attempt, calls: list[Call], ask: Callable[..., bool]) -> bool:
    """A handler calls it with less, or stores what decides what is asked; or a loop varies that until it succeeds."""
    for rescue in (one for one in scope.attempts if one.answers(attempt)):
        others = _calls(ops[rescue.start : rescue.end], calls[0].name)
        stores = any(type(op) is Store for op in ops[rescue.start : rescue.end])
        varied = stores or any(rescue.holds(op) for _, op in scope.globals)
        if any(ask(ops, first=call, last=other, varied=varied) for call in calls for other in others):
            return True
    return attempt.last and any(_varies(ops, item, attempt) for call in calls for item in passed(call))


def _varies(ops: tuple[Op, ...], item: int, attempt: Attempt) -> bool:
    """It is what an earlier round of a loop left, in which that failed."""
    before = ops[item]
    if type(before) is not Either:
        return False
    after = (op for op in ops[attempt.end :] if type(op) is Either and op.earlier in before.options)
    return any(option >= attempt.end for op in after for option in op.options)
