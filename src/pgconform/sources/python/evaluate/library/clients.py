"""What a PostgREST client was made for: the server, and the schema of tables without a ``.schema(…)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.request import HOLE, Text
from pgconform.sources.python.evaluate.library.addresses import told_of, words_of
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.kinds import External, Method, Str, Value
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.scopes.given import Given
    from pgconform.sources.python.evaluate.scopes.ground import Ground

_PACKAGES = frozenset({"supabase", "postgrest"})
_SAYS = frozenset(
    {"ClientOptions", "SyncClientOptions", "AsyncClientOptions", "SyncPostgrestClient", "AsyncPostgrestClient"}
)
_CALLED = frozenset({"create_client", "acreate_client", "create_async_client", "create"})
_MAKES = _CALLED | {"Client", "AsyncClient"}
_MADE = _CALLED | _SAYS
_THIRD = 2
_PLAIN = frozenset({"supabase", "supa", "sb", "st", "next", "public", "vite", "nuxt", "react", "expo", "rest"}) | {
    *("api", "project", "instance", "host", "endpoint", "server", "backend", "client", "http", "https"),
    *("key", "role", "secret", "anon"),
}
"""Words that the names of one project's addresses differ by, beside those of any database's."""
DEFAULT = "public"
"""The schema that the client's library sends where a program names none."""


def made(function: str, name: str, given: Given) -> External:
    """What a call of something outside the project gives; a client keeps for what it was made."""
    package, _, call = name.partition(".")
    if package not in _PACKAGES:
        return External(function, made=True)
    call = call.rpartition(".")[2]
    return External(function, True, _made_for(call, given), _apart(given) if call in _MAKES else None)


def _apart(given: Given) -> str | None:
    """The words by which the address that a client is handed is not the plain one."""
    return apart_at(given, next(iter(given.op.arguments), dict(given.op.keywords).get("supabase_url", -1)))


def apart_at(given: Given, target: int) -> str | None:
    """The words by which the address that is the operation ``target`` where a call is made is not the plain one."""
    named = [] if target < 0 else list(told_of(given.evaluator, given.frame, target))
    words = {words_of(name) - _PLAIN for name in named if "supabase" in name.lower() or words_of(name) - _PLAIN}
    if frozenset() in words:
        return ""
    return " ".join(sorted(words.pop())) if len(words) == 1 else None


def _made_for(call: str, given: Given) -> Text | None:
    """The schema that a call of the client's library names, `HOLE` where that is not known; None without one."""
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


def is_client(value: Value) -> bool:
    """Every value that it can be is a client of the library, or what is taken from one."""
    match value:
        case External(name=name, made=True):
            return name.partition(".")[0] in _PACKAGES
        case Method(base=base):
            return all(is_client(option) for option in options(base))
    return False


def made_here(client: Value) -> bool:
    """It is known which call made the client, and so for which schema; an annotation only says that it is one."""
    match client:
        case External(name=name, made=True):
            return name.rpartition(".")[2] in _MADE
        case Method(base=base):
            return any(made_here(option) for option in options(base))
    return False


def apart_of(client: Value) -> str | None:
    """The words that set a client's address apart; of several, those of them all."""
    match client:
        case External(apart=apart):
            return apart
        case Method(base=base):
            found = {apart_of(option) for option in options(base)}
            return found.pop() if len(found) == 1 else None
    return None


def schema_named(ground: Ground) -> bool:
    """The project makes a client for a schema of its own."""
    frames = [ground.alone(*place) for place in ground.users(_SAYS)]
    calls = [(frame, op) for frame in frames for op in frame.ops if type(op) is flows.Call and op.name in _SAYS]
    said = [frame.ops[value] for frame, op in calls for key, value in op.keywords if key == "schema"]
    return any(not isinstance(op, flows.Const) or op.value != DEFAULT for op in said)


def mixed(methods: list[Method]) -> Method:
    """One of several clients' methods, which stands for them all: of several schemas, or servers, none is known."""
    schemas = {schema_of(method) for method in methods}
    if len(schemas) == 1 and len({apart_of(method) for method in methods}) == 1:
        return methods[0]
    schema = schemas.pop() if len(schemas) == 1 else Text(HOLE)
    return replace(methods[0], base=External("supabase.create_client", made=True, schema=schema))


def _one(value: Value) -> Text | None:
    """The schema of every value it can be; `HOLE` where they differ."""
    found = [schema_of(option) for option in options(value)]
    said = {text.value if text else None for text in found}
    return found[0] if len(said) == 1 else Text(HOLE) if found else None
