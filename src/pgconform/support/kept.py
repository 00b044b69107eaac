"""One value for a project, kept from run to run as long as everything it hangs on stays so."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import GenericAlias
from typing import Any, Generic, TypeVar

import msgspec

from pgconform.support.caches import cache_home, read_cached, write_cached
from pgconform.support.digests import digest, digest_of
from pgconform.support.installed import installed

T = TypeVar("T")
H = TypeVar("H")
K = TypeVar("K")
V = TypeVar("V")
_PAIR = b"\x92"
"""How a pair begins in msgpack."""
_SIZE = 16
_MANY = 8
"""Of so many values, one that is another is few."""


class _Memory:
    """What this process holds of what is kept, by place: a header and its value, which nobody alters."""

    def __init__(self) -> None:
        self.values: dict[Path, tuple[bytes, Any]] = {}
        self.holds = False
        self.aside = False


_MEMORY = _Memory()


def hold() -> None:
    """From now on this process holds what it reads and keeps, so that nothing is decoded twice."""
    _MEMORY.holds = True


def holding() -> bool:
    return _MEMORY.holds


@contextlib.contextmanager
def aside(*, when: bool = True) -> Iterator[None]:
    """Inside, nothing is written: what is kept is held by this process alone, for it is of texts that nobody saved."""
    before, _MEMORY.aside = _MEMORY.aside, _MEMORY.aside or when
    try:
        yield
    finally:
        _MEMORY.aside = before


class Kept(Generic[T]):
    """A value of a ``kind`` for the project at ``root``: only the last is kept.

    ``parts`` are all that it hangs on, beside this tool and its dependencies as they are installed.
    """

    def __init__(self, kind: str, root: Path, parts: Iterable[bytes], type_: Any) -> None:
        self._place = cache_home() / kind / digest([str(root).encode("utf-8", "surrogateescape")]).hex()
        self._header = f"pgconform {kind} {digest((installed(), *parts)).hex()}\n".encode()
        self._type = type_

    def load(self) -> T | None:
        """The value; None when there is none, or it is damaged, or hangs on something else."""
        if (held := _MEMORY.values.get(self._place)) is not None and held[0] == self._header:
            return held[1]  # type: ignore[no-any-return]
        content = read_cached(self._place, self._header)
        if content is None:
            return None
        try:
            value: T = msgspec.msgpack.decode(content, type=self._type)
        except (msgspec.MsgspecError, RecursionError):
            return None
        if _MEMORY.holds:
            _MEMORY.values[self._place] = (self._header, value)
        return value

    def save(self, value: T) -> bool:
        """Keep a value; False when that was not possible, which costs the next run time and nothing else."""
        if _MEMORY.holds or _MEMORY.aside or self._place in _MEMORY.values:
            _MEMORY.values[self._place] = (self._header, value)
        return _MEMORY.aside or write_cached(self._place, msgspec.msgpack.encode(value), self._header)

    def begins(self, start: bytes) -> bool:
        """What is kept now, by whatever process, begins so."""
        start = self._header + start
        with contextlib.suppress(OSError), self._place.open("rb") as file:
            return file.read(len(start)) == start
        return False


class KeptMany(Generic[H, K, V]):
    """Many values of a ``kind`` by key, and a ``head`` of them all, None before one is loaded.

    All values lie in one file. A save writes only those that are other objects than that file gave, with the head, to
    a file beside it; all of them where that would be many, or another process has written all.
    """

    def __init__(self, kind: str, root: Path, parts: Iterable[bytes], types: tuple[Any, Any, Any]) -> None:
        """``types`` are those of the head, of keys and of values."""
        head, key, _ = types
        parts, values = tuple(parts), GenericAlias(dict, types[1:])
        since = GenericAlias(tuple, (bytes, head, GenericAlias(list, key), values))
        self._every: Kept[tuple[bytes, dict[K, V]]] = Kept(kind, root, parts, GenericAlias(tuple, (bytes, values)))
        self._since: Kept[tuple[bytes, H, list[K], dict[K, V]]] = Kept(f"{kind}-since", root, parts, since)
        self._mark = b""
        self._known: dict[K, V] = {}
        self.head: H | None = None

    def load(self) -> dict[K, V]:
        """The values that were saved last; none where that is not known."""
        every, since = self._every.load(), self._since.load()
        if every is None or since is None or every[0] != since[0]:
            return {}
        self._mark, self._known = every
        _, self.head, gone, others = since
        values = self._known | others
        for key in gone:
            del values[key]
        return values

    def save(self, head: H, values: Mapping[K, V]) -> None:
        """Keep these for the next run."""
        others = {key: value for key, value in values.items() if self._known.get(key) is not value}
        gone = [key for key in self._known if key not in values]
        begin = _PAIR + msgspec.msgpack.encode(self._mark)
        if (len(others) + len(gone)) * _MANY > len(values) or not self._every.begins(begin):
            self._mark, self._known = os.urandom(_SIZE), dict(values)
            self._every.save((self._mark, self._known))
            others, gone = {}, []
        self._since.save((self._mark, head, gone, others))


class KeptEach(Generic[T]):
    """Values of a ``kind`` for the project at ``root``, each kept as long as its own part stays as it is.

    ``parts`` are what else they all hang on. What a run does not ask for is dropped, unless it asks ``partly`` only.
    """

    def __init__(self, kind: str, root: Path, parts: Iterable[bytes], type_: type[T], *, partly: bool = False) -> None:
        self._kept: KeptMany[None, bytes, memoryview] = KeptMany(kind, root, parts, (None, bytes, memoryview))
        self._known = self._kept.load()
        self._held: dict[bytes, memoryview] = dict(self._known) if partly else {}
        self._fresh = False
        self._decoder = msgspec.msgpack.Decoder(type_)
        self._decoded: dict[bytes, T] = {}

    def decode(self) -> None:
        """Decodes all that was kept, for who has nothing else to do until something is asked."""
        self._decoded = {said: self._decoder.decode(known) for said, known in self._known.items()}

    def of(self, part: bytes, make: Callable[[], T]) -> T:
        """The value of this part, from before or made now."""
        said = digest_of(part)
        if (known := self.known(said)) is not None:
            return known
        found = make()
        self.learn(said, found)
        return found

    def known(self, said: bytes) -> T | None:
        """The value from before of the part with that digest."""
        if (known := self._known.get(said)) is None:
            return None
        self._held[said] = known
        return self._decoded[said] if said in self._decoded else self._decoder.decode(known)

    def learn(self, said: bytes, found: T) -> None:
        """The value of the part with that digest, made now."""
        self._held[said] = memoryview(msgspec.msgpack.encode(found))
        self._fresh = True

    def save(self) -> None:
        """Keep them for the next run."""
        if self._fresh or len(self._held) != len(self._known):
            self._kept.save(None, self._held)
