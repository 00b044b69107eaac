"""What a class's name says: the relation it may be of, and whether it is read, inserted or changed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from pgconform.schema import Access, Relation
from pgconform.support.names import words
from pgconform.support.patterns import deferred

_WORD = deferred(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
ROLES: Final[dict[str, Access]] = {
    **dict.fromkeys(("create", "insert", "new", "add"), Access.INSERT),
    **dict.fromkeys(("update", "patch", "edit"), Access.UPDATE),
}
FRAME: Final = frozenset(
    {*ROLES, "base", "db", "entity", "in", "model", "orm", "out", "read", "record", "row", "schema"}
)
ANSWERS: Final = frozenset({"detail", "details", "full", "out", "public", "read", "response", "result"})
FRAME_TOO: Final = ANSWERS | {"dto", "table"}
ASKED: Final = frozenset({"body", "filter", "filters", "form", "input", "params", "payload", "query", "request"})


@cache
def parts(label: str) -> tuple[str, ...]:
    """The words of a class's name, in lower case: ``DocumentInDB`` has document, in, db."""
    return tuple(word.lower() for word in _WORD.findall(label.replace("InDB", "InDb")))


def access_of(label: str) -> Access:
    """What a class of that name is for: a row read, unless it says otherwise; what an API answers with is read."""
    named = parts(label)
    said = [ROLES[word] for word in named if word in ROLES and ANSWERS.isdisjoint(named)]
    return said[0] if said else Access.READ


def asked(label: str) -> bool:
    """The name of something an API is asked with, which need not be a row at all."""
    return not ASKED.isdisjoint(parts(label))


def subject(label: str) -> tuple[str, ...]:
    """The words of the name without those that say what it is for; singular."""
    bare = list(parts(label))
    while bare and bare[-1] in FRAME | FRAME_TOO:
        bare.pop()
    while len(bare) > 1 and bare[0] in FRAME:
        bare.pop(0)
    return tuple(word for part in bare for word in words(part))


def is_part(label: str) -> bool:
    """The name of a class that others are made of, and rows are not."""
    return parts(label)[-1:] in (("base",), ("mixin",), ("common",), ("shared",))


class ByName:
    """Relations by the words of their names, in whatever case and number."""

    def __init__(self, relations: Iterable[Relation]) -> None:
        self._known: dict[tuple[str, ...], list[Relation]] = {}
        for relation in relations:
            self._known.setdefault(words(relation.name), []).append(relation)

    def find(self, label: str) -> Relation | None:
        """The one relation that a class of that name may be of."""
        found = self._known.get(subject(label), [])
        return found[0] if len(found) == 1 else None
