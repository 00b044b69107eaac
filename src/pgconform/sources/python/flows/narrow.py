"""What names can hold where a test came out in one way, and all that hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.sources.python.flows.operations import Either, Elem, Item, Param, Sure, Where
from pgconform.sources.python.flows.tests import Told
from pgconform.sources.python.flows.ties import hanging, listed_element, part_of

if TYPE_CHECKING:
    from pgconform.sources.python.flows.lower import Lower

_SEVERAL = (Either, Param, Elem, Item, Sure, Where)


def tested(scope: Lower, test: Told) -> int:
    """The tested name's value where the test came out so, which goes for all that hangs on it too; else -1."""
    held = scope.env.get(test.name, -1)
    if held < 0 or not isinstance(scope.ops[held], _SEVERAL):
        return -1
    root = listed_element(scope.ops, held)
    if test.kind in ("true", "none") and root < 0:
        return -1
    told_of = part_of(scope.ops, held, test.part) if test.part else held
    if told_of < 0:
        return -1
    tied = hanging(scope.ops, scope.env, held if root < 0 else root)
    need = scope.add(Where(told_of, test.kind, test.texts, test.holds))
    join = scope.file.join() if len(tied) > 1 else -1
    for name in tied:
        scope.env[name] = scope.add(Either(join, (scope.env[name],), False, ((need,),)))
    if not test.part:
        scope.env[test.name] = need
    return need
