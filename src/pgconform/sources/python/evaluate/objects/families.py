"""Which classes of a project are derived from which, over all its files."""

from __future__ import annotations

from collections.abc import Callable

from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.evaluate.values.kinds import Class

_UNREAD, _READING, _READ = range(3)


class Families:
    """The classes by what they are derived from. ``own`` gives the bases of a file's classes, by scope."""

    def __init__(self, ground: Ground, own: Callable[[str], dict[int, tuple[Class, ...]]]) -> None:
        self.ground = ground
        self.own = own
        self._bases: dict[Class, tuple[Class, ...]] = {}
        self._derived: dict[Class, list[Class]] | None = None
        self._state = _UNREAD

    @property
    def derived(self) -> dict[Class, list[Class]]:
        """The classes derived from each class, directly or not, by file and place."""
        if self._derived is not None:
            return self._derived
        found: dict[Class, list[Class]] = {}
        for item in self.read():
            for base in self._above(item, {}):
                found.setdefault(base, []).append(item)
        if self._state == _READ:
            self._derived = found
        return found

    def read(self) -> dict[Class, tuple[Class, ...]]:
        """All classes that have bases, with these; who asks in the middle of it gets those that are known so far."""
        if self._state == _UNREAD:
            self._state = _READING
            with self.ground.logged():
                for uri in self.ground.speaking:
                    self._bases.update((Class(uri, number), bases) for number, bases in self.own(uri).items())
            self._state = _READ
        return self._bases

    def _above(self, of: Class, seen: dict[Class, None]) -> dict[Class, None]:
        for base in self.read().get(of, ()):
            if base not in seen and base != of:
                seen[base] = None
                self._above(base, seen)
        return seen
