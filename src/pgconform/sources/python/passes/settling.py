"""What is found out of functions by those they hang on, however they call one another, and kept as long as it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.modules.answers import Answers
from pgconform.sources.python.modules.log import Log, Question

K = TypeVar("K")
Its: TypeAlias = Callable[[K], int]


class Settled(Generic[K]):
    """Sets, as the bits of numbers, that are 0 at first and grow by ``more`` until all that hang together are settled.

    ``more`` gives that of a key, from what it is so far and those of others, as far as they are known. It answers the
    ``question`` of that key.
    """

    def __init__(
        self, ground: Ground, answers: Answers, question: Callable[[K], Question], more: Callable[[K, int, Its[K]], int]
    ) -> None:
        self.ground = ground
        self._answers = answers
        self._question = question
        self._more = more
        self._known: dict[K, int] = {}
        self._looked: dict[K, Log] = {}

    def of(self, key: K) -> int:
        """That of a key, noted as an answer."""
        found = self._settled(key)
        self.ground.log.ask(self._question(key), found)
        return found

    def within(self, key: K) -> int:
        """The same, for something that is settled by it: it hangs on all that was looked at for it."""
        found = self._settled(key)
        self.ground.log.add(self._looked[key])
        return found

    def _settled(self, key: K) -> int:
        if key not in self._known and not self._recalled(key):
            with self.ground.logged() as log:
                found = self._found(key)
            self._known |= found
            for each, value in found.items():
                self._looked[each] = log
                self._answers.settled[self._question(each)] = (value, log)
        return self._known[key]

    def _recalled(self, key: K) -> bool:
        """An earlier run settled it, and all that was looked at is the same."""
        kept = self._answers.recall(self._question(key))
        if kept is None:
            return False
        self._known[key], self._looked[key] = kept
        return True

    def _found(self, start: K) -> dict[K, int]:
        found = {start: 0}

        def its(key: K) -> int:
            if key in self._known or self._recalled(key):
                self.ground.log.add(self._looked[key])
                return self._known[key]
            return found.setdefault(key, 0)

        settled = False
        while not settled:
            settled = True
            for key in list(found):
                before, known = found[key], len(found)
                found[key] |= self._more(key, before, its)
                settled = settled and found[key] == before and len(found) == known
        return found
