"""Keys that are asked for as sets: ``{"a"} <= row.keys()``, ``needed - set(row)``."""

from __future__ import annotations

from pgconform.sources.python.flows.lower import Lower
from pgconform.sources.python.flows.operations import Has

_SETS = frozenset({"keys", "set"})


def ask_sets(scope: Lower, left: int, right: int) -> None:
    """Note what is asked of the keys that one operand is by those of the other."""
    for held, asked in ((left, right), (right, left)):
        if getattr(scope.ops[held], "name", "") in _SETS:
            scope.add(Has(held, asked))
