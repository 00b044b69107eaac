"""What rounds of a loop do to what earlier ones left in a name."""

from __future__ import annotations

from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.objects import CHANGES, SAME, Objects, Thing


def done_later(objects: Objects) -> dict[Thing, list[int]]:
    """The changes of what a name may hold from an earlier round, for each object that a round leaves in it."""
    ends = ((end, op) for end, op in enumerate(objects.ops) if type(op) is flows.Either)
    left = {op.earlier: objects.things[end] for end, op in ends if op.earlier >= 0}
    found: dict[Thing, list[int]] = {}
    held: list[frozenset[int]] = []
    for number, op in enumerate(objects.ops if left else ()):
        kind = type(op)
        if number in left:
            held.append(frozenset({number}))
        elif type(op) is flows.Either:
            held.append(frozenset().union(*[held[option] for option in op.options]))
        else:
            held.append(held[op.base] if kind in SAME else frozenset())  # type: ignore[union-attr]
        if kind in CHANGES:
            for earlier in held[number]:
                for thing in left[earlier] - objects.things[number]:
                    found.setdefault(thing, []).append(number)
    return found
