"""Which clause of a statement each of its words and signs stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pgconform.sql.tokens import Token

_PLAIN = frozenset(
    {"select", "from", "where", "having", "returning", "set", "values", "limit", "offset", "window"}
    | {"into", "update", "delete", "merge", "fetch"}
)
_BY = frozenset({"group", "order", "partition"})
_QUERIES = frozenset({"select", "with", "insert", "update", "delete", "values", "merge"})
_LISTS = {"into": "columns", "values": "row", "conflict": "conflict", "using": "using"}
_SOURCES = frozenset({"from", "with", "using"})

AWAITING = frozenset(
    {"select", "distinct", "all", "where", "and", "or", "not", "on", "having", "by", "set", "values"}
    | {"returning", "limit", "offset", "in", "like", "ilike", "similar", "to", "between", "is", "case", "when"}
    | {"then", "else", "any", "some", "as", "from", "join", "into", "update", "table", "only", "using", "with"}
    | {"union", "except", "intersect", "zone", "interval", "date", "timestamp", "timestamptz", "array"}
    | {"exists", "lateral", "escape", "filter", "over", "cast", "first", "rows", "range", "preceding", "cross"}
    | {"left", "right", "inner", "outer", "full", "natural", "conflict"}
)
"""Words after which a statement has to go on."""


class Level:
    """What stands between two parentheses, or the whole text.

    ``kind``: "query"; "derived", a query whose columns others name; a list ("columns", "row", "conflict", "using",
    "in"); what a "type" or a "cast" has; or a "call", an expression's "group". ``within`` is the clause it stands in.
    """

    def __init__(self, kind: str, around: Level | None = None, within: str = "") -> None:
        self.kind = kind
        self.around = around
        self.within = within
        self.clause = ""

    @property
    def whole(self) -> bool:
        """It is a query, and no part of one."""
        return self.kind in ("query", "derived")

    @property
    def derived(self) -> bool:
        """It is within a query whose columns others name."""
        level: Level | None = self
        while level is not None and level.kind != "derived":
            level = level.around
        return level is not None


class Place(NamedTuple):
    """A token, the level it stands on, and the clause of that level it belongs to or begins."""

    token: Token
    level: Level
    clause: str

    @property
    def part(self) -> str:
        """The clause of the query that it is in, through whatever parentheses."""
        level, clause = self.level, self.clause
        while not level.whole and level.around is not None:
            level, clause = level.around, level.within
        return clause


def places(tokens: Iterable[Token]) -> list[Place]:
    """Every token in its clause; parentheses belong to the level around them."""
    found = list(tokens)
    level = Level("query")
    made: list[Place] = []
    for number, token in enumerate(found):
        if token.text in ("(", "["):
            made.append(Place(token, level, level.clause))
            level = Level(_kind(made, found, number), level, level.clause)
        elif token.text in (")", "]") and level.around is not None:
            level = level.around
            made.append(Place(token, level, level.clause))
        else:
            if token.word:
                level.clause = _clause(made, found, number, level)
            made.append(Place(token, level, level.clause))
    return made


def _clause(made: Sequence[Place], found: Sequence[Token], number: int, level: Level) -> str:
    """The clause that a word begins, or that it is in."""
    word = found[number].word
    before = [item.token.word for item in made[-2:] if item.level is level]
    last = before[-1] if before else ""
    after = found[number + 1].word if number + 1 < len(found) else ""
    if word in _BY and after == "by":
        return word
    if not level.whole:
        return "where" if word == "where" else level.clause
    return _begun(word, last, before, after, level.clause)


def _begun(word: str, last: str, before: Sequence[str], after: str, clause: str) -> str:
    match word:
        case "with" if not last:
            return "with"
        case "join":
            return "from"
        case "on":
            return "conflict" if after == "conflict" else clause if last == "distinct" else "on"
        case "using":
            return "using" if clause in ("from", "on") and not after else "from"
        case "for" if clause in ("from", "on", "where", "having", "group", "order", "limit", "offset"):
            return "for"
        case "update" if clause == "for":
            return clause
        case "from" if last == "distinct" and before[0] in ("is", "not"):
            return clause
        case "union" | "except" | "intersect":
            return ""
        case _ if word in _PLAIN:
            return word
    return clause


def _kind(made: Sequence[Place], found: Sequence[Token], number: int) -> str:
    """What an opening parenthesis begins."""
    here, following = made[-1], found[number + 1] if number + 1 < len(found) else None
    word = made[-2].token.word if len(made) > 1 else ""
    if following is not None and following.word in _QUERIES:
        return "derived" if _is_source(here) else "query"
    if here.level.whole and here.clause in _LISTS:
        return _LISTS[here.clause]
    if word in ("in", "cast"):
        return word
    if len(made) > 2 and made[-3].token.text == "::":
        return "type"
    called = len(made) > 1 and made[-2].token.kind == "word" and word not in AWAITING and here.token.text == "("
    return "call" if called else "group"


def _is_source(place: Place) -> bool:
    level, clause = place.level, place.clause
    while level.kind == "group" and level.around is not None:
        level, clause = level.around, level.within
    return clause in _SOURCES
