"""The names by which files import what is called otherwise where it is: ``from users import load as load_user``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from pgconform.sources.python.flows.heads import FlowFacts

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.scopes.ground import Ground
    from pgconform.sources.python.evaluate.values.frames import Place


class Renamed:
    """Which names may stand for which others, in any of these files: a file's own say which do there."""

    def __init__(self, facts: Mapping[str, FlowFacts]) -> None:
        self._pairs = {pair for flows in facts.values() for pair in flows.renamed}

    def called(self, names: Iterable[str]) -> frozenset[str]:
        """These names, and those under which files import what is called so."""
        return _closed(names, self._others)

    def originals(self, name: str) -> frozenset[str]:
        """What is imported under a name somewhere, and that name itself."""
        return _closed((name,), self._from)

    @cached_property
    def _others(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, other in self._pairs:
            found.setdefault(name, []).append(other)
        return found

    @cached_property
    def _from(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, other in self._pairs:
            found.setdefault(other, []).append(name)
        return found


def own_names(ground: Ground, places: Iterable[Place]) -> frozenset[str]:
    """What these functions of the project are called by, also where they are imported under other names."""
    return ground.renamed.called(ground.head(*place).name.rpartition(".")[2] for place in places)


def _closed(names: Iterable[str], further: Mapping[str, Iterable[str]]) -> frozenset[str]:
    found = set(names)
    queue = [*found]
    while queue:
        more = [name for name in further.get(queue.pop(), ()) if name not in found]
        found.update(more)
        queue += more
    return frozenset(found)
