"""Chains of a PostgREST client, call by call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate_values import (
    UNKNOWN,
    Chain,
    Dict,
    External,
    List,
    Method,
    Opaque,
    Response,
    Site,
    Step,
    Str,
    Value,
    options,
)

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate_calls import Given

STARTERS = frozenset({"table", "from_", "from_table", "rpc", "schema"})
ENDS = frozenset({"execute"})


def starts(method: Method, given: Given) -> Value:
    """A chain begun on a client; UNKNOWN where this is no client."""
    if not plausible(method, given):
        return UNKNOWN
    return _with(Chain(method.base), method, given)


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


OTHERS = frozenset(
    {
        "ibis",
        "pyarrow",
        "rich",
        "pypika",
        "rethinkdb",
        "pyspark",
        "duckdb",
        "tinydb",
        "snowflake",
        "lancedb",
        "boto3",
        "google",
        "sqlite3",
        "sqlalchemy",
        "happybase",
        "pandas",
        "polars",
        "airtable",
        "pyairtable",
        "orator",
        "peewee",
    }
)
"""Packages whose objects have a ``table`` or ``from_`` of their own."""


def called(method: Method, given: Given) -> Value:
    """A chain after one more call."""
    chain = method.base
    if not isinstance(chain, Chain):
        return UNKNOWN
    if method.name in ENDS:
        return Response(_with(chain, method, given))
    return _with(chain, method, given)


def _with(chain: Chain, method: Method, given: Given) -> Chain:
    keywords = [*given.keywords, *(("**", value) for value in given.spread)]
    arguments = [*given.arguments, *([UNKNOWN] if given.open else [])]
    steps = chain.steps
    origin = (given.frame.identity, given.number)
    steps = (*steps, *[Step(name, (*origin, name)) for name in chain.pending])
    site = chain.site
    if method.name in STARTERS and method.name != "schema" and site is None:
        site = Site(given.frame.uri, given.frame.number, given.number)
    step = Step(method.name, origin, tuple(arguments), tuple(keywords), method.at or given.at)
    return replace(chain, steps=(*steps, step), pending=(), site=site)
