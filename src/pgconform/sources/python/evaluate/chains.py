"""Chains of a PostgREST client, call by call."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.shape import Location
from pgconform.sources.python.evaluate.changes import as_of
from pgconform.sources.python.evaluate.scopes.undecided import WRITES, is_chosen, is_open
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.kinds import (
    UNKNOWN,
    Chain,
    Dict,
    External,
    List,
    Method,
    Opaque,
    Response,
    Step,
    Str,
    Value,
)
from pgconform.sources.python.evaluate.values.statements import is_statement, taken
from pgconform.sources.python.flows.chained import NAMED, NAMING, STARTERS, STARTS

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.scopes.given import Given

ENDS = frozenset({"execute"})
SPECIAL = frozenset(
    {"like", "ilike", "is_", "in_", "contains", "contained_by", "overlaps", "cs", "cd", "ov", "text_search"}
)
"""Filters by operators that some types of columns have and others have not."""


def starts(method: Method, given: Given) -> Value:
    """A chain begun on a client; UNKNOWN where this is no client."""
    if not plausible(method, given):
        return UNKNOWN
    return _with(Chain(method.base, unsure=given.frame.unsure), method, given)


def begun_outside(function: External, given: Given) -> Value | None:
    """A chain begun on an object that a module makes which is not here; None where this is no such call."""
    path, _, name = function.name.rpartition(".")
    top, _, rest = path.partition(".")
    if function.made or name not in STARTERS or not rest or top in _KNOWN:
        return None
    return starts(Method(External(path, made=True), name), given)


def plausible(method: Method, given: Given) -> bool:
    """The call may name a relation, function or schema on a PostgREST client."""
    for base in options(method.base):
        if isinstance(base, Method) and base.name in ("storage", "functions", "auth", "realtime"):
            return False
        if isinstance(base, External) and (not base.made or base.name.partition(".")[0] in OTHERS):
            return base.name.partition(".")[0] == "builtins"
        if isinstance(base, Str | Dict | List):
            return False
    first = given.first({"rpc": "fn", "schema": "schema"}.get(method.name, "table_name"))
    if first is None:
        return False
    return any(isinstance(option, Str | Opaque | Method | External) for option in options(first))


ALIKE = frozenset(
    {"ibis", "pypika", "rethinkdb", "pyspark", "duckdb", "tinydb", "snowflake", "airtable", "pyairtable", "orator"}
    | {"peewee"}
)
"""Packages whose tables are asked in the same words: named, and then selected from or written to."""
OTHERS = ALIKE | frozenset(
    {"pyarrow", "rich", "lancedb", "boto3", "google", "sqlite3", "sqlalchemy", "happybase", "pandas", "polars"}
)
"""Packages whose objects have a ``table`` or ``from_`` of their own."""
HOLDERS = frozenset(
    {"flask.current_app", "flask.g", "flask.session", "quart.current_app", "quart.g", "streamlit.session_state"}
)
"""Objects of frameworks that have what programs put there; nothing else of those is a client."""
_KNOWN = OTHERS | sys.stdlib_module_names | {name.partition(".")[0] for name in HOLDERS}
"""Packages of which it is known what they have."""


def called(method: Method, given: Given) -> Value:
    """A chain after one more call."""
    chain = method.base
    if not isinstance(chain, Chain):
        return UNKNOWN
    if is_statement(chain):
        return taken(method)
    if method.name in ENDS:
        return Response(_with(chain, method, given))
    return _with(chain, method, given)


def _with(chain: Chain, method: Method, given: Given) -> Chain:
    origin = (given.frame.identity, given.number)
    steps = (*chain.steps, *[Step(name, (*origin, name)) for name in chain.pending])
    site = chain.site
    if method.name in STARTS and site is None:
        site = given.site
    where = method.where
    at = Location(*where, where[1], where[2] + len(method.name)) if where else given.at
    arguments, keywords = ((UNKNOWN,), ()) if chain.partly else _passed(method.name, given)
    handed = given.op.arguments if method.name in SPECIAL and given.plain else ()
    chosen = bool(handed) and is_chosen(given.evaluator, given.frame, given.number, handed[0])
    steps = (*steps, Step(method.name, origin, arguments, keywords, at, chosen=chosen))
    opened = chain.open or (method.name in WRITES and is_open(given.evaluator, given.frame, given.number))
    return replace(chain, steps=steps, pending=(), site=site, open=opened)


def _passed(name: str, given: Given) -> tuple[tuple[Value | Later, ...], tuple[tuple[str, Value | Later], ...]]:
    """What a call of a chain passes; what is only sent or compared with is worked out when it is asked for."""
    evaluator, frame = given.evaluator, given.frame
    if not given.plain:
        more = [UNKNOWN] if given.open else []
        return (*given.arguments, *more), (*given.keywords, *[item for value in given.spread for item in _named(value)])
    naming = NAMED.get(name, 1)
    arguments = [
        as_of(evaluator, frame, op, given.number) if index < naming else evaluator.later(frame, op)
        for index, op in enumerate(given.op.arguments)
    ]
    keywords = [
        (key, as_of(evaluator, frame, op, given.number) if key in NAMING else evaluator.later(frame, op))
        for key, op in given.op.keywords
    ]
    return tuple(arguments), tuple(keywords)


def _named(spread: Value) -> Iterator[tuple[str, Value | Later]]:
    """The named arguments that two stars hand over; what else they may be, under the stars."""
    known = isinstance(spread, Dict) and spread.whole
    for name, entry in spread.entries.items() if isinstance(spread, Dict) else ():
        if entry.sure:
            yield name, entry.held
        else:
            known = False
    if not known:
        yield "**", UNKNOWN
