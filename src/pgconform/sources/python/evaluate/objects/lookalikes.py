"""Clients that a program writes itself: with the real one's methods, they send what that would send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.kinds import Class, External, Instance, Method, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.chained import FILTERS, STARTS
from pgconform.sources.python.flows.heads import Scope
from pgconform.sources.python.flows.sending import SENT

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.objects.classes import Classes
    from pgconform.sources.python.evaluate.scopes.given import Given

_WRITING = frozenset({"insert", "update", "upsert"})
_VERBS = _WRITING | {"select", "delete"}
_OTHERS = frozenset({"execute", "limit", "offset", "range", "or_", "order", "single", "maybe_single", "csv", "not_"})
_FILTERED = 2
"""What a filter is given: a column and a value."""
_ODD = frozenset({"filter", "match", "text_search"})
_KNOWN = _VERBS | FILTERS | _OTHERS | STARTS


def imitated(classes: Classes, made: Value, given: Given) -> Method | None:
    """The method of a client, one of `STARTS`, for which a call stands that gives a request put together by a class."""
    op = given.op
    if type(made) is not Instance or not _is_request(classes, made.of, op.name):
        return None
    taken = given.frame.ops[op.function]
    where = (given.frame.uri, taken.line, taken.column) if type(taken) is flows.Attr else None
    return Method(External("postgrest.Client", made=True), op.name, where)


def _is_request(classes: Classes, of: Class, begun_by: str) -> bool:
    """The class has methods of the client's requests, which take the same, and its file speaks of PostgREST."""
    methods = {
        name: (item.uri, number)
        for item in reversed(classes.order(of))
        for name, number in classes.ground.methods(item).items()
        if not name.startswith("_")
    }
    if "execute" not in methods or not methods.keys() <= _KNOWN or not classes.is_whole(of):
        return False
    if _VERBS.isdisjoint(methods) and begun_by != "rpc":
        return False
    classes.ground.log.files.add(of.uri)
    same = all(_takes_the_same(name, classes.ground.head(*place)) for name, place in methods.items())
    return same and any(SENT in head.summary.uses for head in classes.ground.heads(of.uri))


def _takes_the_same(name: str, method: Scope) -> bool:
    names = [one.name for one in method.parameters[1:] if one.kind != "**"]
    if name == "order":
        return "desc" in names
    if name in FILTERS:
        return len(names) == _FILTERED and name not in _ODD
    return name not in _WRITING or bool(names)
