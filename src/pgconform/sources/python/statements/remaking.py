"""Functions that make a text for a driver of the one they are handed, which has other placeholders by then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.scopes.given import argument_of
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Function
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.statements.picking import own
from pgconform.sources.python.statements.values import parameter_at
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_METHODS = frozenset({"partition", "replace", "split", "translate"})
_FUNCTIONS = frozenset({"split", "sub", "subn"})
_TRIMS = frozenset({"lstrip", "rstrip", "strip"})
_DEEP = 3
"""How many functions, one calling another, make a text of another."""
_HOLDER = deferred(r"\?|%+|%s|\$\d*|:\w*|%\(\w*(?:\)s)?")
_HOLDERS = deferred(r"(?:\(\?<[!=][^)]*\))?(?:\(\?:|\()*(?:\\?[?$:]|%)")
"""How a pattern begins that finds placeholders."""
_OTHER = frozenset({-1})


def remakes(frame: Frame, index: int) -> bool:
    """The function takes the text of that parameter apart, or puts something into it."""
    return any(type(op) is flows.Call and _remakes(frame, op, index) for op in frame.ops)


def _remakes(frame: Frame, op: flows.Call, index: int) -> bool:
    what = frame.ops[op.function]
    if type(what) is flows.Attr and what.name in _METHODS and parameter_at(frame, what.base) == index:
        return True
    return op.name in _FUNCTIONS and any(parameter_at(frame, one) == index for one in op.arguments)


def remade(evaluator: Evaluator, frame: Frame, number: int) -> int:
    """The parameter whose text an operation is but for its placeholders, or -1."""
    found = _Remade(evaluator, frame, _DEEP).of(number)
    return min(found) if len(found) == 1 else -1


class _Remade:
    """The parameters of one function that operations of it may be the texts of; -1: they may be anything else."""

    def __init__(self, evaluator: Evaluator, frame: Frame, deep: int) -> None:
        self.evaluator = evaluator
        self.frame = frame
        self.deep = deep
        self.known: dict[int, frozenset[int]] = {}

    def of(self, number: int) -> frozenset[int]:
        if (found := self.known.get(number)) is None:
            found = self.known[number] = self._of(number)
        return found

    def _of(self, number: int) -> frozenset[int]:
        ops = self.frame.ops
        match ops[number]:
            case flows.Param(index=index):
                return frozenset({index}) if index >= own(self.frame) else _OTHER
            case flows.Typed(kind="earlier"):
                return frozenset()
            case flows.Sure(base=base) | flows.Where(base=base) | flows.Noted(base=base):
                return self.of(base)
            case flows.Either(options=ways):
                return _all(map(self.of, ways))
            case flows.Item(base=base, key=key) if type(call := ops[base]) is flows.Call:
                place = ops[key]
                return self._called(call, place.value) if type(place) is flows.Const else _OTHER
            case flows.Call() as call:
                made = self._made(call)
                return self.of(made) if made >= 0 else self._called(call)
        return _OTHER

    def _made(self, call: flows.Call) -> int:
        """The text that a function of Python's own makes another of, with no other than its placeholders changed."""
        match self.frame.ops[call.function]:
            case flows.Attr(name=name, base=base) if name in _TRIMS:
                return base
            case flows.Attr(name="replace", base=base) if call.arguments and self._begins(call.arguments[0]):
                return base
            case flows.Attr(name="sub") | flows.Free(name="sub") | flows.Import(attribute="sub"):
                return call.arguments[2] if len(call.arguments) > 2 and self._finds(call.arguments[0]) else -1
            case flows.Free(name="str") if len(call.arguments) == 1:
                return call.arguments[0]
        return -1

    def _begins(self, number: int) -> bool:
        """A text is a placeholder, or begins as one."""
        match self.frame.ops[number]:
            case flows.Const(value=str(said)):
                return _HOLDER.fullmatch(said) is not None
            case flows.Plus(left=left):
                return self._begins(left)
            case flows.Join(parts=(first, *_)):
                return self._begins(first)
        return False

    def _finds(self, number: int) -> bool:
        said = self.frame.ops[number]
        return type(said) is flows.Const and isinstance(said.value, str) and _HOLDERS.match(said.value) is not None

    def _called(self, call: flows.Call, item: object = None) -> frozenset[int]:
        """What a function of the project gives, or that item of it."""
        found = options(self.evaluator.value(self.frame, call.function))
        if not self.deep or len(found) != 1 or not isinstance(function := found[0], Function):
            return _OTHER
        frame = self.evaluator.ground.alone(function.uri, function.scope)
        within = _Remade(self.evaluator, frame, self.deep - 1)
        given = _all(within.of(_item(frame, number, item)) for number in frame.scope.returns)
        if not given or -1 in given:
            return _OTHER
        bound = function.bound is not None
        handed = [argument_of(frame.scope, call, index, bound=bound) for index in given]
        return _all(self.of(number) if number >= 0 else _OTHER for number in handed)


def _item(frame: Frame, number: int, item: object) -> int:
    """The operation that is the item of a tuple which another one is, or that one."""
    said = frame.ops[number]
    if type(said) is not flows.Seq or not isinstance(item, int) or not 0 <= item < len(said.items):
        return number
    return said.items[item]


def _all(found: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset[int]().union(*found)
