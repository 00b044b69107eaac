"""One value for a project, kept from run to run as long as everything it hangs on stays so."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from pgconform.support.caches import cache_home, read_cached, write_cached
from pgconform.support.digests import digest, digest_of
from pgconform.support.installed import installed

T = TypeVar("T")


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
        return _MEMORY.aside or write_cached(self._place, self._header + msgspec.msgpack.encode(value))


class KeptEach(Generic[T]):
    """Values of a ``kind`` for the project at ``root``, each kept as long as its own part stays as it is.

    ``parts`` are what else they all hang on. What a run does not ask for is dropped, unless it asks ``partly`` only.
    """

    def __init__(self, kind: str, root: Path, parts: Iterable[bytes], type_: type[T], *, partly: bool = False) -> None:
        self._kept: Kept[dict[bytes, memoryview]] = Kept(kind, root, parts, dict[bytes, memoryview])
        self._known = self._kept.load() or {}
        self._held: dict[bytes, memoryview] = dict(self._known) if partly else {}
        self._fresh = False
        self._decoder = msgspec.msgpack.Decoder(type_)

    def of(self, part: bytes, make: Callable[[], T]) -> T:
        """The value of this part, from before or made now."""
        said = digest_of(part)
        if (known := self._known.get(said)) is not None:
            self._held[said] = known
            return self._decoder.decode(known)
        found = make()
        self._held[said] = memoryview(msgspec.msgpack.encode(found))
        self._fresh = True
        return found

    def save(self) -> None:
        """Keep them for the next run."""
        if self._fresh or len(self._held) != len(self._known):
            self._kept.save(self._held)
