"""What names can hold where a test came out in one way, and all that hangs on them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgconform.sources.python.flows.operations import (
    PICKED,
    Attr,
    Call,
    Comp,
    Const,
    Drop,
    Either,
    Elem,
    Grow,
    Item,
    Map,
    Noted,
    Op,
    Param,
    Plus,
    Put,
    Sure,
    Update,
    Where,
)
from pgconform.sources.python.flows.tests import WORDS, Told, Ways, subjects, told
from pgconform.sources.python.flows.ties import (
    built,
    got_of,
    hanging,
    is_element,
    is_got,
    listed_element,
    may_be_empty,
    origin,
    outer_element,
    part_of,
    taken,
)

if TYPE_CHECKING:
    from pgconform.sources.python.flows.lower import Lower

_SEVERAL = (Either, Param, Elem, Item, Sure, Where)
_BUILT = frozenset({Comp, Drop, Grow, Map, Noted, Param, Plus, Put, Update})
_GROWN = frozenset({Drop, Grow, Noted, Put, Sure, Update, Where})
_GIVEN = frozenset({"gives", "got"})
_OF_VALUE = {"true": "gives", "none": "got"}
"""What a test of a value tells of the dict that it was taken from."""
_OF_A_TEXT = frozenset({"lower", "lstrip", "removeprefix", "removesuffix", "rstrip", "str", "strip", "upper"})
"""What makes one text of another."""
_WRITTEN = (Drop, Map, Put, Update)
"""Dicts that the scope itself puts together."""
_DICTS = (*_SEVERAL, Call, Comp, Drop, Grow, Map, Noted, Plus, Put, Update)


def tested(scope: Lower, test: Told | Ways) -> int:
    """The tested name's value where the test came out so, which goes for all that hangs on it too; else -1."""
    held = scope.env.get(test.name, -1)
    if held < 0 and isinstance(test, Told) and test.kind == "true" and test.part == "" and test.name.isupper():
        constant = scope.free.get(test.name, -1)
        return scope.add(Where(constant, "true", (), test.holds)) if constant >= 0 else -1
    if held >= 0 and isinstance(test, Told) and test.part == "":
        if test.kind in _OF_VALUE:
            base, key = taken(scope.ops, held)
            if base >= 0 and key.isascii() and built(scope.ops, base) != base:
                return _giving(scope, base, _OF_VALUE[test.kind], key, test.holds == (test.kind == "true"))
        elif test.kind in _GIVEN and built(scope.ops, held) != held:
            return _giving(scope, held, test.kind, test.texts[0], test.holds)
    ways = test.ways if isinstance(test, Ways) else ((test,),)
    if held < 0 or not all(_matters(scope, held, one) for way in ways for one in way):
        return -1
    tied = _tied(scope, held)
    needs = [_where(scope, held, way) for way in ways]
    if -1 in needs:
        return -1
    need = needs[0] if len(needs) == 1 else scope.add(Either(scope.next_join(), tuple(needs)))
    _need(scope, tied, need)
    if isinstance(test, Ways) or test.part == "":
        scope.env[test.name] = need
    return need


def _giving(scope: Lower, base: int, kind: str, key: str, holds: bool) -> int:
    """The dict where what it has under a key came out so, which goes for what is made of it too; else -1."""
    op = scope.ops[base]
    copied = isinstance(op, Call) and op.name in ("copy", "dict")
    if not copied and type(op) not in _BUILT and listed_element(scope.ops, origin(scope.ops, base, scope.origins)) < 0:
        return -1
    need = scope.add(Where(base, kind, (key,), holds))
    _need(scope, [name for name, held in scope.env.items() if held >= base and _grew(scope.ops, held, base)], need)
    return need


def _grew(ops: Sequence[Op], held: int, base: int) -> bool:
    """A value is that one, with keys put in or taken out since."""
    while held > base and type(op := ops[held]) in _GROWN:
        held = op.base  # type: ignore[union-attr]
    return held == base


def tie(scope: Lower, name: str, held: int, need: int) -> None:
    """The name holds ``need`` now, and all that hangs on what it ``held`` needs that."""
    _need(scope, _tied(scope, held), need)
    scope.env[name] = need


def _tied(scope: Lower, held: int) -> list[str]:
    """The names of what hangs on a value, or on the row that it was taken from; on the text that it was made of."""
    held = _text_of(scope, held)
    root = outer_element(scope.ops, origin(scope.ops, held, scope.origins))
    if root < 0 and (base := taken(scope.ops, held)[0]) >= 0:
        root = outer_element(scope.ops, origin(scope.ops, base, scope.origins))
    return hanging(scope.ops, scope.env, root if root >= 0 else _got_of_built(scope.ops, held, held), scope.hung)


def _text_of(scope: Lower, held: int) -> int:
    """The text that a value was made of, as often as that was done."""
    held = origin(scope.ops, held, scope.origins)
    while isinstance(op := scope.ops[held], Call) and op.name in _OF_A_TEXT:
        function = scope.ops[op.function]
        if not isinstance(function, Attr) and not op.arguments:
            break
        held = function.base if isinstance(function, Attr) else op.arguments[0]
        held = origin(scope.ops, held, scope.origins)
    return held


def _need(scope: Lower, names: list[str], need: int) -> None:
    """What these names hold has a value only where ``need`` has one."""
    join = scope.next_join() if len(names) > 1 else -1
    for name in names:
        scope.env[name] = scope.add(Either(join, (scope.env[name],), False, ((need,),)))


def _matters(scope: Lower, held: int, test: Told) -> bool:
    """The test may tell which of several values this is."""
    kind = test.kind
    if kind == "has":
        return isinstance(scope.ops[held], _DICTS)
    if kind in _GIVEN:
        return built(scope.ops, held) == held
    if kind in _OF_OBJECTS:
        return isinstance(scope.ops[held], Call)
    if kind == "isa" and isinstance(scope.ops[held], _WRITTEN):
        return True
    if kind == "tells":
        return isinstance(scope.ops[held], (*_SEVERAL, Call))
    if kind not in ("true", "none") or listed_element(scope.ops, origin(scope.ops, held, scope.origins)) >= 0:
        op = scope.ops[held]
        said = (isinstance(op, Call) and op.name in _OF_A_TEXT) or (kind in WORDS and isinstance(op, Attr))
        return said or isinstance(op, _SEVERAL) or is_got(scope.ops, held)
    if kind == "true" and may_be_empty(scope.ops, held, test.name, scope.file.splices):
        return True
    op = scope.ops[held]
    held = op.base if isinstance(op, Sure) else held
    if isinstance(scope.ops[held], Const) or _is_of_record(scope.ops, held):
        return True
    return _got_of_built(scope.ops, held, -1) >= 0


_OF_OBJECTS = frozenset({"calls", "named"})


def _is_of_record(ops: Sequence[Op], held: int) -> bool:
    """It is a part of what was taken by a key that is computed: it goes with the other parts of that."""
    op = ops[held]
    if not isinstance(op, Item) or not isinstance(ops[op.key], Const):
        return False
    base = ops[op.base]
    while isinstance(base, Sure | Where):
        base = ops[base.base]
    if isinstance(base, Call):
        return base.name == "get" and bool(base.arguments) and not isinstance(ops[base.arguments[0]], Const)
    return isinstance(base, Item) and not isinstance(ops[base.key], Const)


def _got_of_built(ops: Sequence[Op], number: int, otherwise: int) -> int:
    """The dict that the scope itself puts together, and that a value was got of, known not to be None or not."""
    op = ops[number]
    of = got_of(ops, op.base if isinstance(op, Sure) else number)
    return of if of >= 0 and built(ops, of) == of else otherwise


def _where(scope: Lower, held: int, tests: tuple[Told, ...]) -> int:
    """The value, or the part of it that they are of, where all these tests came out so; -1: the part is not taken."""
    for test in tests:
        base = part_of(scope.ops, held, test.part) if test.part != "" else _untested(scope, held, test)
        if base < 0:
            return -1
        of = scope.name(test.texts[0]) if test.kind in ("held", "same") else -1
        if test.kind == "same" and len(test.texts) > 1:
            of = scope.add(Attr(of, test.texts[1], 0, 0))
        held = scope.add(Where(base, test.kind, test.texts, test.holds, of))
    return held


def _untested(scope: Lower, held: int, test: Told) -> int:
    """The value before it was known not to be None, where the test says so too: which of several it is shows then."""
    op = scope.ops[held]
    says = test.kind == "none" if not test.holds else test.kind in ("true", "in", "isa")
    return op.base if says and isinstance(op, Sure) else held


def doubt(scope: Lower, test: ast.expr, said: list[Told | Ways]) -> dict[str, int]:
    """Marks what names hold of an element of a loop that a test is of which tells nothing; gives what they held."""
    parts = conjuncts(test)
    if len(parts) == 1:
        parts = [] if said else parts
    found: dict[str, int] = {}
    for part in parts:
        if len(parts) > 1 and told(part, True):
            continue
        for name in subjects(part):
            if (held := scope.env.get(name, -1)) >= 0 and is_element(scope.ops, held):
                found[name] = held
    if found:
        scope.env = scope.env | {name: scope.add(Where(held, PICKED, (), True)) for name, held in sorted(found.items())}
    return found


def conjuncts(test: ast.expr) -> list[ast.expr]:
    """The tests that all have to hold for one to."""
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def needed(scope: Lower, test: ast.expr) -> list[int]:
    """The one operation that has a value where a test holds, if nothing else is asked; what hangs on it is narrowed."""
    said = told(test, True) if isinstance(test, ast.Compare | ast.Call | ast.Name | ast.UnaryOp) else []
    if len(said) != 1 or isinstance(said[0], Ways) or said[0].kind == "held":
        return []
    need = tested(scope, said[0])
    return [need] if need >= 0 else []
