"""Lists of which some items are not known: an UPDATE's assignments, an INSERT's columns and rows, rows of a FROM."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pgconform.sql.clauses import Level, Place
from pgconform.sql.standing import PARAMETER, Open, StandIn, UnknownPartError

_NAMED = 4
"""How many tokens there may be from the end of rows to the beginning of their columns' names: ``) AS name (``."""


class _Item(NamedTuple):
    """What stands between commas: the numbers of its first token and of the one after its last."""

    first: int
    end: int


def rewritten(found: Sequence[Place]) -> list[StandIn]:
    """What stands for items that are not known, or for a whole list of them."""
    return [made for number, place in enumerate(found) for made in _begun(found, number, place)]


def _begun(found: Sequence[Place], number: int, place: Place) -> Iterator[StandIn]:
    """For the list that a token begins."""
    match place.token.word or place.token.text:
        case "set" if place.clause == "set" and place.level.whole:
            yield from _assignments(found, number)
        case "into" if place.clause == "into":
            yield from _insert(found, number)
        case "values" if number and found[number - 1].token.text == "(" and place.level.around is not None:
            yield from _source(found, number, place.level.around)
        case "(" if place.clause == "conflict" and place.level.whole:
            end = _end(found, number + 1, place.level)
            if any(item.token.unsure for item in found[number:end]):
                yield StandIn(place.token.start, found[end].token.end, "((NULL))", Open.VALUES)


def _end(found: Sequence[Place], number: int, around: Level) -> int:
    """The number of the parenthesis that ends what begins there within the level."""
    while number < len(found) and found[number].level is not around:
        number += 1
    if number == len(found):
        raise UnknownPartError
    return number


def _items(found: Sequence[Place], first: int, end: int) -> list[_Item]:
    level = found[first].level if first < end else None
    cuts = [number for number in range(first, end) if found[number].level is level and found[number].token.text == ","]
    return [_Item(start + 1, stop) for start, stop in zip([first - 1, *cuts], [*cuts, end], strict=True)]


def _clause_end(found: Sequence[Place], first: int) -> int:
    """The number of the token after the clause that the one before ``first`` begins."""
    level, clause = found[first - 1].level, found[first - 1].clause
    number = first
    while number < len(found) and found[number].level is not level.around:
        if found[number].level is level and (found[number].clause != clause or found[number].token.text == ";"):
            break
        number += 1
    return number


def _unsure(found: Sequence[Place], item: _Item) -> bool:
    return item.first < item.end and found[item.first].token.unsure


def _without(found: Sequence[Place], items: Sequence[_Item], leaves: Open) -> Iterator[StandIn]:
    """The list without the items that are not known, of which there are others."""
    leading = True
    for item in items:
        if not _unsure(found, item):
            leading = False
            continue
        first, last = (item.first, item.end) if leading else (item.first - 1, item.end - 1)
        yield StandIn(found[first].token.start, found[last].token.end, "", leaves)


def _assignments(found: Sequence[Place], number: int) -> Iterator[StandIn]:
    """Without the columns that are not known; where none is, rows are looked for and returned as by a DELETE."""
    end = _clause_end(found, number + 1)
    items = _items(found, number + 1, end)
    unsure = [item for item in items if _unsure(found, item)]
    if not unsure:
        return
    if len(unsure) < len(items):
        yield from _without(found, items, Open.VALUES)
        return
    update = next(i for i in range(number, -2, -1) if i < 0 or found[i].token.word == "update")
    before = found[update - 1].token.word if update > 0 else ""
    following = found[end].token.word if end < len(found) else ""
    last = found[end - 1].token.end
    if before == "do" and following != "where":
        yield StandIn(found[update].token.start, last, "NOTHING", Open.VALUES)
        return
    if update < 0 or before:
        raise UnknownPartError
    yield StandIn(found[update].token.start, found[update].token.end, "DELETE FROM", Open.VALUES)
    yield StandIn(found[number].token.start, last, "", Open.VALUES)
    if following == "from":
        yield StandIn(found[end].token.start, found[end].token.end, "USING", Open.VALUES)


def _insert(found: Sequence[Place], number: int) -> Iterator[StandIn]:
    """The columns that are known, with as many values; all that is left of none is ``DEFAULT VALUES``."""
    level = found[number].level
    opening = next((i for i in range(number, len(found)) if found[i].token.text == "("), len(found))
    columns: list[_Item] | None = None
    following = number + 2
    if opening + 1 < len(found) and found[opening + 1].level.kind == "columns":
        closing = _end(found, opening + 1, level)
        columns, following = _items(found, opening + 1, closing), closing + 1
    while following < len(found) and found[following].token.word in ("as", "overriding", "system", "user", "value"):
        following += 1
    values = following + 1 < len(found) and found[following].token.word == "values"
    unsure = [item for item in columns or () if _unsure(found, item)]
    if unsure and not values:
        raise UnknownPartError
    if not values:
        return
    end = _clause_end(found, following + 1)
    if not unsure:
        yield from _rows(found, _items(found, following + 1, end), len(columns) if columns else 0)
    elif columns and len(unsure) < len(columns):
        yield from _without(found, columns, Open.VALUES | Open.LISTED)
        given = _row(len(columns) - len(unsure))
        yield StandIn(found[following + 1].token.start, found[end - 1].token.end, given, Open.VALUES)
    else:
        start = found[opening].token.start
        yield StandIn(start, found[end - 1].token.end, "DEFAULT VALUES", Open.VALUES | Open.LISTED)


def _source(found: Sequence[Place], number: int, around: Level) -> Iterator[StandIn]:
    """The rows of ``(VALUES …) AS name (columns)``."""
    end = _end(found, number + 1, around)
    opening = next((i for i in range(end, min(end + _NAMED, len(found))) if found[i].token.text == "("), 0)
    if opening:
        columns = _items(found, opening + 1, _end(found, opening + 1, around))
        yield from _rows(found, _items(found, number + 1, end), len(columns))


def _row(count: int) -> str:
    return f"({', '.join([PARAMETER] * count)})"


def _rows(found: Sequence[Place], rows: Sequence[_Item], count: int) -> Iterator[StandIn]:
    """Rows for so many columns, 0 where nobody knows: without those that are not known, each with what it lacks."""
    unsure = [row for row in rows if _unsure(found, row)]
    if unsure and len(unsure) < len(rows):
        yield from _without(found, rows, Open.VALUES)
    elif unsure and count:
        yield StandIn(found[rows[0].first].token.start, found[rows[-1].end - 1].token.end, _row(count), Open.VALUES)
    for row in rows:
        opened = row.first < row.end and found[row.first].token.text == "("
        items = _items(found, row.first + 1, row.end - 1) if opened else []
        open_ = [item for item in items if item.end - item.first == 1 and found[item.first].token.hole]
        if count and open_ and len(items) != count:
            if len(items) > count:
                raise UnknownPartError
            place = found[open_[0].first]
            lacking = ", ".join([PARAMETER] * (count - len(items) + 1))
            yield StandIn(place.token.start, place.token.end, lacking, Open.VALUES)
