"""What is looked at while something is worked out: it stays as it is as long as all of that does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from pgconform.support.digests import number_of

Question: TypeAlias = tuple[str, str, int]
"""Something that only the whole project tells: what is asked, and a name, or a file and a scope."""
FilePart: TypeAlias = int | str
"""Of a file: a scope by its number; of its module's scope a name, or an operation up to which it may be read, as the
complement of its number (`~`), or `STARS`; which methods a class has, as `methods_of` says; `STORES`; or `IMPORTS`."""
STARS = "*"
"""What the module imports all of."""
STORES = "global"
"""What functions assign to names of the module."""
IMPORTS = "import"
"""What is imported anywhere in the file."""


def methods_of(scope: int) -> FilePart:
    """The part that is which methods the class of that number has, their decorators and what attributes they assign."""
    return f"class {scope}"


class Log:
    """What of ``files`` anything, and what ``parts`` of others, was looked at; ``asked`` are questions about the whole
    project, with digests of their answers. ``named`` are names of which it was looked which functions have them.
    """

    __slots__ = ("asked", "files", "named", "parts")

    def __init__(self, files: Iterable[str] = (), named: Iterable[str] = ()) -> None:
        self.files = set(files)
        self.parts: defaultdict[str, set[FilePart]] = defaultdict(set)
        self.asked: dict[Question, int] = {}
        self.named = set(named)

    def ask(self, question: Question, answer: object) -> None:
        """Notes a question and its answer."""
        if question not in self.asked:
            self.asked[question] = said(answer)

    def add(self, other: Log) -> None:
        """Notes what was looked at for something else, as whole files."""
        self.files |= other.files
        self.files.update(other.parts)
        self.named |= other.named


class Logging:
    """Something that notes what is looked at in ``log``."""

    def __init__(self) -> None:
        self.log = Log()

    @contextmanager
    def logged(self) -> Iterator[Log]:
        """Notes what is looked at from here on, apart from what is noted already."""
        before, self.log = self.log, Log()
        try:
            yield self.log
        finally:
            self.log = before


def said(answer: object) -> int:
    """A digest of an answer that is the same in every run."""
    return number_of(repr(answer).encode("utf-8", "surrogateescape"))
