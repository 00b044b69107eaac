"""The schema that a PostgREST client was made for: what its tables are looked up in without a ``.schema(…)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.request import HOLE, Text
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.kinds import External, Method, Str, Value
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.scopes.given import Given
    from pgconform.sources.python.evaluate.scopes.ground import Ground

_SAYS = frozenset(
    {"ClientOptions", "SyncClientOptions", "AsyncClientOptions", "SyncPostgrestClient", "AsyncPostgrestClient"}
)
_CALLED = frozenset({"create_client", "acreate_client", "create_async_client", "create"})
_MAKES = _CALLED | {"Client", "AsyncClient"}
_MADE = _CALLED | _SAYS
_THIRD = 2
DEFAULT = "public"
"""The schema that the client's library sends where a program names none."""


def made_for(name: str, given: Given) -> Text | None:
    """The schema that a call of the client's library names, `HOLE` where that is not known; None without one."""
    package, _, call = name.partition(".")
    call = call.rpartition(".")[2]
    if package not in ("supabase", "postgrest"):
        return None
    if call in _SAYS:
        return _said(given.keyword("schema"))
    if call not in _MAKES:
        return None
    said = given.keyword("options")
    if said is None and given.plain and len(given.op.arguments) > _THIRD:
        said = given.evaluator.value(given.frame, given.op.arguments[_THIRD])
    return None if said is None else _one(said)


def _said(value: Value | None) -> Text | None:
    """The schema that options name; the library's own default says nothing."""
    if value is None or (isinstance(value, Str) and value.text.value == DEFAULT):
        return None
    return value.text if isinstance(value, Str) else Text(HOLE)


def schema_of(client: Value) -> Text | None:
    """The schema that a client, or what is taken from it, was made for; None: the server's first."""
    match client:
        case External(schema=schema):
            return schema
        case Method(base=base):
            return _one(base)
    return None


def made_here(client: Value) -> bool:
    """It is known which call made the client, and so for which schema; an annotation only says that it is one."""
    match client:
        case External(name=name, made=True):
            return name.rpartition(".")[2] in _MADE
        case Method(base=base):
            return any(made_here(option) for option in options(base))
    return False


def schema_named(ground: Ground) -> bool:
    """The project makes a client for a schema of its own."""
    frames = [ground.alone(*place) for place in ground.users(_SAYS)]
    calls = [(frame, op) for frame in frames for op in frame.ops if type(op) is flows.Call and op.name in _SAYS]
    said = [frame.ops[value] for frame, op in calls for key, value in op.keywords if key == "schema"]
    return any(not isinstance(op, flows.Const) or op.value != DEFAULT for op in said)


def mixed(methods: list[Method]) -> Method:
    """One of several clients' methods, which stands for them all: of those of several schemas none is known."""
    if len({schema_of(method) for method in methods}) == 1:
        return methods[0]
    return replace(methods[0], base=External("supabase.create_client", made=True, schema=Text(HOLE)))


def _one(value: Value) -> Text | None:
    """The schema of every value it can be; `HOLE` where they differ."""
    found = [schema_of(option) for option in options(value)]
    said = {text.value if text else None for text in found}
    return found[0] if len(said) == 1 else Text(HOLE) if found else None
