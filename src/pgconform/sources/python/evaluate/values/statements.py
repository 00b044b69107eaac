"""What drivers give for a statement: cursors and results, as far as rows of it, and the rows themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate.values.choices import either, options
from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    UNKNOWN,
    Chain,
    Class,
    Instance,
    List,
    Method,
    Rows,
    Step,
    Str,
    Value,
)
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.cursors import FETCHES, same_as, sent_before
from pgconform.sources.python.flows.sources import ANSWERS
from pgconform.sql.leading import COMMENT
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.calls import Calls
    from pgconform.sources.python.evaluate.scopes.given import Given

SQL = "sql"
"""The step with which the chain of a statement begins."""
_FACTORY = "row_factory"
"""The step of an answer whose rows are made by something else than the driver."""
_STARTS = deferred(rf"(?:\s|{COMMENT}|\()*(?:select|with|insert|update|delete|merge|values)\b", re.IGNORECASE)
_ONE = frozenset({"fetchone", "fetchrow", "fetch_one", "first", "one", "one_or_none"})
_MANY = frozenset({"fetchall", "fetchmany", "fetch", "fetch_all", "iterate", "all"})
_FORMS = frozenset(
    {"mappings", "unique", "execution_options", "bindparams", "columns", "yield_per", "tuples", "stream"}
)
_NAMED = ("query", "sql", "statement", "operation")
_AROUND = (flows.Enter, flows.Sure, flows.Noted)
_FROM = frozenset({"cursor", "connect", "connection", "acquire"})


def is_statement(value: object) -> bool:
    """A statement, or what a driver gives for one before rows are taken."""
    return isinstance(value, Chain) and bool(value.steps) and value.steps[0].name == SQL


def text_of(chain: Chain) -> Str | None:
    """The text of a statement's chain."""
    said = chain.steps[0].arguments[0] if chain.steps and chain.steps[0].name == SQL else None
    return said if isinstance(said, Str) else None


def written(given: Given, value: Value | None) -> list[Chain]:
    """The statements that a call may be handed, as a text or as ``text(…)``; none where it may be another thing."""
    said = options(value) if value is not None else ()
    found = [_written(given, option) for option in said]
    return [chain for chain in found if chain is not None] if None not in found else []


def _written(given: Given, said: Value) -> Chain | None:
    if isinstance(said, Chain) and is_statement(said):
        return said
    if not isinstance(said, Str) or not _STARTS.match(said.text.value):
        return None
    given.evaluator.calls.sent = True
    origin = (given.frame.identity, given.number)
    return Chain(UNKNOWN, (Step(SQL, origin, (said,), at=said.text.at),), site=given.site)


def made_text(_: Calls, given: Given) -> Value:
    """``text(…)`` of SQLAlchemy."""
    return _one_of(given, written(given, given.first("text")))


def _one_of(given: Given, found: Sequence[Value]) -> Value:
    return either((given.frame.identity, given.number, "sent"), tuple(found)) if found else UNKNOWN


def answered(calls: Calls, function: Method, given: Given) -> Value | None:
    """What a driver's method gives; None where it is no driver's."""
    if function.name not in ANSWERS:
        return None
    said = given.first() or next((found for name in _NAMED if (found := given.keyword(name)) is not None), None)
    if sent := written(given, said):
        factory = _factory(calls, given.frame, given.op)
        return _one_of(given, [_given(_with(chain, function.name), function.name, factory) for chain in sent])
    return _fetched(calls, given) if function.name in FETCHES else None


def taken(function: Method) -> Value:
    """What a method of a statement's answer gives."""
    chain = function.base
    if not isinstance(chain, Chain):
        return UNKNOWN
    name = function.name
    if name in _FORMS:
        return _with(chain, name)
    if any(step.name == "scalars" for step in chain.steps):
        return UNKNOWN
    if name == "scalars":
        return _with(chain, name)
    return _given(chain, name, _factory_of(chain)) if name in _ONE or name in _MANY else UNKNOWN


def row_of(chain: Chain) -> Value:
    """What a loop over an answer meets."""
    return UNKNOWN if any(step.name == "scalars" for step in chain.steps) else _made(chain, _factory_of(chain))


def all_of(chain: Chain) -> Value:
    """``list(answer)``."""
    return UNKNOWN if any(step.name == "scalars" for step in chain.steps) else _given(chain, "all", _factory_of(chain))


def _factory_of(chain: Chain) -> Value | None:
    """What makes the rows of an answer; None: they are as the driver's."""
    found = next((step.arguments[0] for step in chain.steps if step.name == _FACTORY), None)
    return found.full() if isinstance(found, Later) else found


def _with(chain: Chain, name: str) -> Chain:
    return replace(chain, steps=(*chain.steps, Step(name, (chain.steps[0].origin, name))))


def _given(chain: Chain, name: str, factory: Value | None) -> Value:
    if name not in _ONE and name not in _MANY:
        made_by = () if factory is None else (Step(_FACTORY, (chain.steps[0].origin, _FACTORY), (factory,)),)
        return replace(chain, steps=(*chain.steps, *made_by))
    if factory is None or name in _ONE:
        return _made(chain, factory, one=name in _ONE)
    return List((_made(chain, factory),), exact=False) if isinstance(factory, Class) else UNKNOWN


def _made(chain: Chain, factory: Value | None, *, one: bool = True) -> Value:
    """A row as its factory makes it."""
    if factory is None:
        return Rows(chain, one=one)
    return Instance(factory, row=Rows(chain, one=True)) if isinstance(factory, Class) else UNKNOWN


def _fetched(calls: Calls, given: Given) -> Value:
    """The rows of what the same cursor was sent before."""
    found: list[Value] = []
    for number in sent_before(given.frame.ops, given.number, given.frame.scope.blocks):
        call = given.frame.ops[number]
        if not isinstance(call, flows.Call) or not call.arguments:
            return UNKNOWN
        sent = written(given.beside(call, number), calls.evaluator.value(given.frame, call.arguments[0]))
        if not sent:
            return UNKNOWN
        factory = _factory(calls, given.frame, call)
        found += [_given(_with(chain, given.op.name), given.op.name, factory) for chain in sent]
    return _one_of(given, found)


def _factory(calls: Calls, frame: Frame, call: flows.Call) -> Value | None:
    """The class that ``class_row`` makes rows into; UNKNOWN of another factory, None where rows are as the driver's."""
    function = frame.ops[call.function] if call.function >= 0 else None
    number = function.base if type(function) is flows.Attr else -1
    while number >= 0:
        number = same_as(frame.ops, number)
        op = frame.ops[number]
        if isinstance(op, _AROUND):
            number = op.base
        elif type(op) is flows.Call and op.name in _FROM:
            said = dict(op.keywords).get(_FACTORY, -1)
            if said >= 0:
                return _made_by(calls, frame, said)
            maker = frame.ops[op.function]
            number = maker.base if type(maker) is flows.Attr else -1
        else:
            break
    return None


def _made_by(calls: Calls, frame: Frame, number: int) -> Value | None:
    op = frame.ops[number]
    if type(op) is flows.Call:
        found = list(options(calls.evaluator.value(frame, op.arguments[0]))) if op.arguments else []
        known = op.name == "class_row" and len(found) == 1 and isinstance(found[0], Class)
        return found[0] if known else UNKNOWN
    name = op.name if isinstance(op, flows.Attr | flows.Free) else getattr(op, "attribute", "")
    return None if name in ("dict_row", "tuple_row", "namedtuple_row") else UNKNOWN
