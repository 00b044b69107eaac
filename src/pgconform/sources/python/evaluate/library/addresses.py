"""What a program calls the address of a server, and by which words that is another's than the plain one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.kinds import Function, Instance
from pgconform.sources.python.flows import operations as flows
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator
    from pgconform.sources.python.evaluate.values.frames import Frame

_WORD = deferred(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SAME = frozenset(
    re.findall(
        r"\w+",
        """url uri dsn conn connection string str info conninfo database db dbname name postgres postgresql pg psycopg
        asyncpg sqlalchemy sql async sync aio direct pool pooler pooled pgbouncer session transaction read readonly
        reader write writer replica primary admin root owner user superuser service migration migrations alembic test
        tests testing dev development local localhost prod production staging default main base my app application
        settings config env self raw full safe final effective normalized clean""",
    )
)
"""Words by which the names of one database's addresses differ."""
WHERE = frozenset(
    re.findall(
        r"\w+",
        """supabase neon railway render heroku fly aws rds azure gcp google cloud cloudsql vercel timescale aiven hosted
        docker compose container host server remote internal external public private network lan vpc""",
    )
)
"""Words that say where a database is, and not which one it is."""


def words_of(name: str) -> frozenset[str]:
    """The words of a name that say more than that it is a database's."""
    found = (word.lower() for word in _WORD.findall(name.replace("-", "_")))
    return frozenset(found) - _SAME


def names_of(frame: Frame, number: int) -> Iterator[str]:
    """What the program calls the address: a variable of the environment, an attribute, a name; of several, each."""
    match frame.ops[number]:
        case flows.Attr(name=name) | flows.Free(name=name):
            yield name
        case flows.Param(index=index) if index < len(frame.scope.parameters):
            yield frame.scope.parameters[index].name
        case flows.Item(key=key) | flows.Call(name="get" | "getenv", arguments=(key, *_)):
            op = frame.ops[key]
            if isinstance(op, flows.Const) and isinstance(op.value, str):
                yield op.value
        case flows.Sure(base=base) | flows.Noted(base=base):
            yield from names_of(frame, base)
        case flows.Either(options=found):
            for option in found:
                yield from names_of(frame, option)


def told_of(evaluator: Evaluator, frame: Frame, number: int, deep: int = 6) -> Iterator[str]:
    """The names at the far end of an address: through what objects and modules hold, to where it comes from."""
    match frame.ops[number]:
        case flows.Attr(base=base, name=name) if deep:
            held = [option for option in options(evaluator.value(frame, base)) if isinstance(option, Instance)]
            stores = [store for one in held for store in _stores(evaluator, one, name)]
            yield from _through(evaluator, stores, name, deep)
        case flows.Free(name=name) if deep:
            bound = evaluator.ground.bound(frame.uri, name) if name not in frame.scope.captured else -1
            home = [(evaluator.ground.holding(frame.uri, 0, bound), bound)] if bound >= 0 else []
            yield from _through(evaluator, home, name, deep)
        case flows.Import(attribute=attribute):
            yield attribute
        case flows.Join(parts=(first, *_)) | flows.Plus(left=first):
            yield from told_of(evaluator, frame, first, deep)
        case flows.Call(name="rstrip" | "strip", function=function) if type(taken := frame.ops[function]) is flows.Attr:
            yield from told_of(evaluator, frame, taken.base, deep)
        case flows.Sure(base=base) | flows.Noted(base=base):
            yield from told_of(evaluator, frame, base, deep)
        case flows.Either(options=found):
            for option in found:
                yield from told_of(evaluator, frame, option, deep)
        case _:
            yield from names_of(frame, number)


def _through(evaluator: Evaluator, places: list[tuple[Frame, int]], name: str, deep: int) -> list[str]:
    found = [said for frame, number in places for said in told_of(evaluator, frame, number, deep - 1)]
    return found or [name]


def _stores(evaluator: Evaluator, held: Instance, name: str) -> Iterator[tuple[Frame, int]]:
    """What methods of an object's class put there under a name."""
    classes = evaluator.names.classes
    for item in classes.order(held.of):
        for scope, op in classes.stores(item, name):
            frame = evaluator.ground.alone(item.uri, scope)
            store = frame.ops[op]
            if type(store) is flows.Store:
                yield frame, store.value


LOOKED_UP = frozenset({"looked up"})
"""The words of an address whose name the program looks up: it has one for each of several databases."""
_READS = frozenset({"get", "getenv"})


def is_looked_up(evaluator: Evaluator, frame: Frame, number: int, deep: int = 4) -> bool:
    """An address from the environment under a name that the program takes from elsewhere, as callers may hand it."""
    match frame.ops[number]:
        case flows.Sure(base=base) | flows.Noted(base=base) | flows.Where(base=base):
            return is_looked_up(evaluator, frame, base, deep)
        case flows.Either(options=found):
            return any(is_looked_up(evaluator, frame, option, deep) for option in found)
        case flows.Param(index=index) if deep and frame.alone and frame.scope.kind == "function":
            return any(is_looked_up(evaluator, *given, deep - 1) for given in _handed(evaluator, frame, index))
        case flows.Item(base=base, key=key) if _is_environment(frame, base):
            return _is_taken(frame, key)
        case flows.Call(name=name, function=function, arguments=(key, *_)) if name in _READS:
            method = frame.ops[function]
            known = isinstance(method, flows.Attr) and (name == "getenv" or _is_environment(frame, method.base))
            return known and _is_taken(frame, key)
        case flows.Call(function=function) if deep:
            made = [one for one in options(evaluator.value(frame, function)) if isinstance(one, Function)]
            frames = [evaluator.ground.alone(one.uri, one.scope) for one in made]
            return any(is_looked_up(evaluator, one, op, deep - 1) for one in frames for op in one.scope.returns)
    return False


def _is_environment(frame: Frame, number: int) -> bool:
    op = frame.ops[number]
    return isinstance(op, flows.Attr | flows.Free) and op.name == "environ"


def _is_taken(frame: Frame, number: int) -> bool:
    """A text that comes out of a dict or a list."""
    match frame.ops[number]:
        case flows.Sure(base=base) | flows.Noted(base=base):
            return _is_taken(frame, base)
        case flows.Either(options=found):
            return any(_is_taken(frame, option) for option in found)
        case flows.Call(name="get") | flows.Item():
            return True
    return False


def _handed(evaluator: Evaluator, frame: Frame, index: int) -> Iterator[tuple[Frame, int]]:
    """What calls of a function in its own file hand to one of its parameters."""
    name, ground = frame.scope.name, evaluator.ground
    for number in range(len(ground.heads(frame.uri))):
        if ground.calls((frame.uri, number), (name,)):
            caller = ground.alone(frame.uri, number)
            calls = [op for op in caller.ops if type(op) is flows.Call and op.name == name]
            for call in calls:
                given = dict(call.keywords).get(frame.scope.parameters[index].name, -1)
                given = call.arguments[index] if given < 0 and index < len(call.arguments) else given
                if given >= 0:
                    yield caller, given
