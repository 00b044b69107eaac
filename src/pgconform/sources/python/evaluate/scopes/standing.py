"""Values that a handler gives in place of those that its ``try`` would have given, had it found what it looked for."""

from __future__ import annotations

from collections.abc import Sequence

from pgconform.sources.python.evaluate.values.entries import Choice
from pgconform.sources.python.flows.heads import Attempt

_STANDS = "stands in"


def standing(choice: Choice, attempts: Sequence[Attempt], ops: Sequence[int]) -> Choice:
    """The choice between what these operations give, with those noted that a handler does.

    Its ``try`` has to execute something only to see whether that can be done.
    """
    if not attempts:
        return choice
    found = tuple([index for index, op in enumerate(ops) if _is_in_handler(attempts, op)])
    return (*choice, _STANDS, found) if 0 < len(found) < len(ops) else choice


def stands_in(choice: Choice, index: int) -> bool:
    """That option is what a handler gives."""
    if _STANDS not in choice:
        return False
    found = choice[choice.index(_STANDS) + 1]
    return isinstance(found, tuple) and index in found


def _is_in_handler(attempts: Sequence[Attempt], op: int) -> bool:
    mine = (one for one in attempts if one.rescue and one.holds(op))
    return any(other.idle and other.answers(one) for one in mine for other in attempts)
