"""Objects that answer with ``__getattr__`` for what their classes lack, mostly by what an object they hold has."""

from __future__ import annotations

from collections.abc import Iterator
from operator import is_
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.request import Text
from pgconform.shape import Location
from pgconform.sources.python.evaluate.scopes.given import NO_CALL, Given
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    Chain,
    Class,
    Function,
    Instance,
    Method,
    Opaque,
    Response,
    Step,
    Str,
    Value,
)
from pgconform.sources.python.flows.chained import CHAINED

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator
    from pgconform.sources.python.evaluate.names import Where
    from pgconform.sources.python.evaluate.objects.classes import Classes

_ASKED = ("eq", "execute")
"""What any chain is asked for: to go on, and to be sent."""


def attribute(evaluator: Evaluator, frame: Frame, number: int, base: Value, name: str, where: Where) -> Value:
    """``base.name``, which the operation asks for; of an object that lacks it, what its ``__getattr__`` gives."""
    names = evaluator.names
    found = names.attribute(base, name, where)
    if type(base) is not Instance or type(found) is not Method or found.base is not base:
        return found
    if (asked := answering(names.classes, base.of)) is None:
        return found
    given = Given(evaluator, frame, NO_CALL, number)
    return evaluator.calls.one(replace(asked, bound=base), given.handing(_spelled(name, where)))


def _spelled(name: str, where: Where) -> Str:
    return Str(Text(name, Location(*where, where[1], where[2] + len(name)) if where else None))


def answering(classes: Classes, of: Class) -> Function | None:
    """The ``__getattr__`` that is asked for all that a class and the project's classes above it lack, if it has one."""
    return classes.method(of, "__getattr__") if classes.is_whole(of) else None


def stands_for(evaluator: Evaluator, proxy: Instance, chain: Chain) -> bool:
    """The object hands all it is asked to the chain it was made of, and gives what comes of that, or the like of it."""
    defined = set(_methods(evaluator.names.classes, proxy.of))
    given = Given(evaluator, evaluator.ground.alone(proxy.of.uri, proxy.of.scope), NO_CALL, -1)
    return defined <= CHAINED and all(
        _goes_through(evaluator, proxy, chain, name, given) for name in defined.union(_ASKED)
    )


def _methods(classes: Classes, of: Class) -> Iterator[str]:
    """What the class has of its own, but for what Python calls."""
    for item in classes.order(of):
        yield from (name for name in classes.scope(item).names if not (name[:2] == "__" == name[-2:]))


def _goes_through(evaluator: Evaluator, proxy: Instance, chain: Chain, name: str, given: Given) -> bool:
    """What a call of the object's method gives is what the chain's own does with the same argument."""
    passed = Opaque("what it is called with")
    method = attribute(evaluator, given.frame, given.number, proxy, name, None)
    calls = evaluator.calls
    called = given.handing(*(() if name == "execute" else (passed,)))
    found = [result for one in options(method) for result in options(calls.one(one, called))]
    return bool(found) and all(_is_same(result, chain, name, passed) for result in found)


def _is_same(result: Value, chain: Chain, name: str, passed: Value) -> bool:
    made = result.chain if isinstance(result, Response) else result
    if not isinstance(made, Chain) or isinstance(result, Response) != (name == "execute"):
        return False
    *before, last = made.steps or (Step("", None),)
    same = len(before) == len(chain.steps) and all(map(is_, before, chain.steps))
    return same and last.name == name and not last.keywords and all(one is passed for one in last.arguments)
