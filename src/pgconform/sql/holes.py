"""What can stand for the parts of a statement that are not known, so that a server can judge the rest.

Whatever the parts are when the program runs, what they leave `Open` is not proven; the rest is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from pgconform.sql.clauses import AWAITING, Place, places
from pgconform.sql.lists import rewritten
from pgconform.sql.standing import PARAMETER, Open, StandIn, UnknownPartError
from pgconform.sql.tokens import Token, tokens
from pgconform.support.patterns import deferred

_TYPED = {"interval": "'1 day'", "date": "'2000-01-01'", "timestamp": "'2000-01-01'", "timestamptz": "'2000-01-01'"}
_AFTER_TYPE = deferred(r"\b(interval|date|timestamp|timestamptz)\s*$", re.IGNORECASE)
_COMPARISONS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!="})
_GOING_ON = frozenset(
    {"and", "or", "is", "in", "like", "ilike", "similar", "between", "as", "from", "where", "group", "order"}
    | {"having", "limit", "offset", "union", "except", "intersect", "on", "using", "returning", "then", "else"}
    | {"when", "end", "asc", "desc", "nulls", "for", "fetch", "window", "over", "filter", "within", "at"}
    | {"collate", "isnull", "notnull", "not", "join", "left", "right", "inner", "full", "cross", "natural"}
    | {"values", "set", "do", "escape", "select", "default"}
)
"""Words that go on with what is whole already, or begin what follows it."""
_TABLES = frozenset({"from", "into", "update", "with", "using", "merge", "delete", "join"})
_ORDERED = {"order": "1", "group": "()"}
_SOURCES = frozenset({"from", "on", "using", "set", "update", "into", "delete"})
"""Clauses after which more relations may be named."""
_STAR = deferred(r"(?:\bselect\s+(?:distinct\s+)?|,\s*)\*", re.IGNORECASE)


def literal(before: str) -> str:
    """For a text of which a part is not known, after ``before``."""
    typed = _AFTER_TYPE.search(before)
    return PARAMETER if typed is None else _TYPED[typed[1].lower()]


def stand_ins(text: str, style: str) -> list[StandIn]:
    """For all parts that are not known but those of literals, in order; `UnknownPartError`: nothing can."""
    found = places(tokens(text, style))
    lists = rewritten(found)
    made = list(lists)
    for number, place in enumerate(found):
        if place.token.unsure and not any(item.start <= place.token.start < item.end for item in lists):
            made.append(_for(found, number))
    if any(Open.SOURCES in item.leaves for item in made) and _STAR.search(text):
        made = [item._replace(leaves=item.leaves | Open.ROWS) for item in made]
    return sorted(made, key=lambda item: item.start)


def _for(found: Sequence[Place], number: int) -> StandIn:
    """For one part, by what stands before and after it."""
    place = found[number]
    token = place.token
    before, after = _beside(found, number, -1), _beside(found, number, 1)
    waited = before is None or _awaits(before)
    goes_on = after is None or _goes_on(after)
    if (
        place.part == "with"
        or _renames(found, number)
        or _names_more(found, number)
        or (place.part in _TABLES and place.level.kind != "call" and waited)
    ):
        raise UnknownPartError
    if place.clause == "for":
        text, leaves = "", Open.VALUES
    elif waited and goes_on:
        text, leaves = _operand(place, before)
    elif not (token.hole or (waited and after is not None and after.text == "(")):
        raise UnknownPartError
    elif waited:
        text, leaves = _prefix(place, after)
    elif goes_on:
        text, leaves = "", _suffix(place) | (Open.COLUMNS if _may_rename(found, number) else Open.VALUES)
    elif place.part in ("where", "having", "on"):
        text, leaves = (
            " = ",
            Open.VALUES | (Open.SOURCES if after is not None and after.kind == "word" else Open.VALUES),
        )
    else:
        raise UnknownPartError
    if Open.OUTPUT in leaves and place.clause == "select" and not _has_sources(found, number):
        leaves |= Open.SOURCES
    return StandIn(token.start, token.end, text, leaves)


def _beside(found: Sequence[Place], number: int, step: int) -> Token | None:
    """The token before or after, on the same level; None where the level begins or ends."""
    other = number + step
    same = 0 <= other < len(found) and (found[other].level is found[number].level)
    return found[other].token if same and found[other].token.text not in (",", ";") else None


def _names_more(found: Sequence[Place], number: int) -> bool:
    """After a part of a FROM names follow that are relations, unless that part goes on with another clause."""
    here = found[number]
    if here.clause not in ("from", "on"):
        return False
    after = (found[later] for later in range(number + 1, len(found)) if found[later].level is here.level)
    return any(place.token.text == "," for place in takewhile(lambda place: place.clause in ("from", "on"), after))


def _awaits(token: Token) -> bool:
    return (token.kind == "sign" and token.text not in (")", "]")) or token.word in AWAITING


def _goes_on(token: Token) -> bool:
    return (token.kind == "sign" and token.text != "(") or token.word in _GOING_ON or token.hole


def _has_sources(found: Sequence[Place], number: int) -> bool:
    """A FROM follows in the same query, so that it is not among what is not known."""
    level = found[number].level
    clauses = (found[later].clause for later in range(number, len(found)) if found[later].level is level)
    return next((clause for clause in clauses if clause != "select"), "") in ("from", "into")


def _operand(place: Place, before: Token | None) -> tuple[str, Open]:
    """An expression, or what a clause has instead of one."""
    said, leaves = before.text.lower() if before is not None else "", _of_output(place)
    if said == "as":
        return ("text" if place.level.kind == "cast" else '"?"'), leaves
    if place.clause in ("limit", "offset"):
        return f" {PARAMETER}", Open.NOTHING if place.level.whole else Open.VALUES
    if said == "::":
        return "text", leaves
    if place.level.kind == "type":
        return "1", leaves
    if said in _TYPED:
        return _TYPED[said], leaves
    if said == "case":
        return " WHEN true THEN NULL ", leaves
    if said in _COMPARISONS or place.level.kind == "row":
        return PARAMETER, leaves
    if said == "in":
        return "(NULL)", leaves
    key = place.level.whole and said in ("", "by") and place.clause in _ORDERED
    leaves |= Open.GROUPS if key and place.clause == "group" else Open.VALUES
    return _ORDERED[place.clause] if key else " NULL ", leaves


def _of_output(place: Place) -> Open:
    """What is open where an expression of a query is not known, which may be several."""
    if not place.level.whole:
        return Open.VALUES
    return Open.VALUES | (Open.SOURCES if place.clause == "on" else _of_list(place))


def _prefix(place: Place, after: Token | None) -> tuple[str, Open]:
    """What stands before an expression; in a list a word after it may be the name of what is not known."""
    named = place.level.whole and place.clause in ("select", "returning") and (after is None or after.text != "(")
    more = Open.SOURCES if after is not None and after.kind == "word" else Open.VALUES
    return " NULL " if named else "", more | _of_list(place)


def _renames(found: Sequence[Place], number: int) -> bool:
    """It is among the names that the columns of a query in a FROM have there."""
    around = found[number].level.around
    opening = next((i for i in range(number - 1, 0, -1) if found[i].level is around), 0) if around else 0
    return opening > 0 and _may_rename(found, opening)


def _may_rename(found: Sequence[Place], number: int) -> bool:
    """After the name of a query in a FROM the names of its columns may follow."""
    before = [item.token.word or item.token.text for item in found[max(0, number - 3) : number]]
    return found[number].clause == "from" and (before[-2:-1] == [")"] or before[:2] == [")", "as"])


def _suffix(place: Place) -> Open:
    """What is open where a clause may go on, or be followed by others."""
    leaves = Open.VALUES | Open.GROUPS
    if place.part in _SOURCES:
        return leaves | Open.SOURCES | (Open.COLUMNS if place.level.derived else leaves)
    return leaves | (_of_list(place) | Open.SOURCES if place.level.whole and place.clause == "select" else leaves)


def _of_list(place: Place) -> Open:
    """What is open where what a query has, or gives back, is not known: for itself, for others, for the program."""
    if place.clause not in ("select", "returning"):
        return Open.VALUES
    others = Open.COLUMNS | Open.ROWS if place.level.derived else Open.VALUES
    return Open.OUTPUT | others | (Open.ROWS if place.level.around is None else Open.VALUES)
