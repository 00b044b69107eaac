"""What is joined, in layers: who refers to nothing first, each layer in an order in which few lines cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_ROUNDS = 4


def layers(targets: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The names that refer to others of them, or are referred to; who is neither is left out."""
    joined = {name for name, found in targets.items() if found} | {name for found in targets.values() for name in found}
    return _ordered(_ranks({name: targets[name] for name in sorted(joined)}), targets)


def _ranks(targets: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many steps a relation stands from those that refer to nothing; a circle is opened where it is met."""
    found: dict[str, int] = {}
    for start in targets:
        if start in found:
            continue
        stack = [(start, iter(targets[start]))]
        open_ = {start}
        while stack:
            name, rest = stack[-1]
            following = next((item for item in rest if item not in found and item not in open_), None)
            if following is not None:
                open_.add(following)
                stack.append((following, iter(targets.get(following, ()))))
                continue
            found[name] = 1 + max((found[item] for item in targets.get(name, ()) if item in found), default=-1)
            open_.discard(name)
            stack.pop()
    return found


def _ordered(ranks: Mapping[str, int], targets: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The columns, each in an order in which few curves cross: by the middle of those a relation is joined to."""
    columns: list[list[str]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for name in sorted(ranks):
        columns[ranks[name]].append(name)
    beside: dict[str, list[str]] = {name: list(targets.get(name, ())) for name in ranks}
    for name in ranks:
        for target in targets.get(name, ()):
            beside[target].append(name)
    for _ in range(_ROUNDS):
        place = {name: row - len(column) / 2 for column in columns for row, name in enumerate(column)}
        for column in columns:
            column.sort(key=lambda name: (_middle([place[item] for item in beside[name]], place[name]), name))
            place |= {name: row - len(column) / 2 for row, name in enumerate(column)}
    return columns


def _middle(places: Sequence[float], own: float) -> float:
    return sum(places) / len(places) if places else own
