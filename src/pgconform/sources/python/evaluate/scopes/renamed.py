"""The names by which files import what is called otherwise where it is: ``from users import load as load_user``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pgconform.sources.python.flows.heads import FlowFacts

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.scopes.ground import Ground
    from pgconform.sources.python.evaluate.values.frames import Place


class Renamed:
    """Which names may stand for which others, in any of these files: a file's own say which do there."""

    def __init__(self, facts: Mapping[str, FlowFacts]) -> None:
        self._others: dict[str, set[str]] = {}
        self._names: dict[str, set[str]] = {}
        for flows in facts.values():
            for name, other in flows.renamed:
                self._others.setdefault(name, set()).add(other)
                self._names.setdefault(other, set()).add(name)

    def called(self, names: Iterable[str]) -> frozenset[str]:
        """These names, and those under which files import what is called so."""
        return _closed(names, self._others)

    def originals(self, name: str) -> frozenset[str]:
        """What is imported under a name somewhere, and that name itself."""
        return _closed((name,), self._names)


def own_names(ground: Ground, places: Iterable[Place]) -> frozenset[str]:
    """What these functions of the project are called by, also where they are imported under other names."""
    return ground.renamed.called(ground.head(*place).name.rpartition(".")[2] for place in places)


def _closed(names: Iterable[str], further: Mapping[str, set[str]]) -> frozenset[str]:
    found = fresh = frozenset(names)
    while fresh:
        fresh = frozenset().union(*[further.get(name, ()) for name in fresh]) - found
        found |= fresh
    return found
