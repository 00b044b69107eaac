"""Finding out something of a project's functions, round by round, each file's part kept as long as it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.evaluate.values.frames import Place
from pgconform.sources.python.flows.scopes import outermost
from pgconform.sources.python.modules.log import said
from pgconform.sources.python.modules.memo import Asking, Memo, State
from pgconform.sources.python.passes.sharing import Item, share

T = TypeVar("T")


class Spreading:
    """Makes rounds: what a file comes to in one hangs on what was known when that began, whatever others come to."""

    def __init__(self, ground: Ground, memo: Memo, asking: Asking) -> None:
        self.ground = ground
        self.memo = memo
        self.asking = asking

    def round(
        self, name: str, names: Iterable[str], known: State, type_: Any, look: Callable[[list[Place]], T]
    ) -> Iterator[T]:
        """What each file comes to, a value of ``type_``, that has scopes which read any of these ``names``."""
        found: dict[Item, list[Place]] = {}
        for place in self.ground.users(names):
            found.setdefault((name, place[0]), []).append(place)
        stage = self.memo.stage(name, known, self.ground.reading)
        scopes = {item: [number for _, number in places] for item, places in found.items()}
        keys = {item: said(numbers) for item, numbers in scopes.items()}

        def result(item: Item) -> Any:
            return stage.result(*item, type_, partial(look, found[item]), self.asking, keys[item], scopes[item])

        lacking = [item for item, key in keys.items() if stage.lacks(*item, self.asking, key)]
        share(self.ground, self.memo, {item: len(scopes[item]) for item in lacking}, result)
        return map(result, found)


def flags(items: Iterable[tuple[Place, object]]) -> dict[str, dict[int, int]]:
    """Digests of what is known of places, by file and scope; a scope within a function counts as that."""
    found: dict[str, dict[int, list[object]]] = {}
    for (uri, number), what in sorted(items, key=repr):
        found.setdefault(uri, {}).setdefault(outermost(number), []).append((number, what))
    return {uri: {number: said(here) for number, here in scopes.items()} for uri, scopes in found.items()}
