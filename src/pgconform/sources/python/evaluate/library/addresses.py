"""What a program calls the address of a server, and by which words that is another's than the plain one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.kinds import Instance
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
