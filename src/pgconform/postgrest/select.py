"""The grammar of ``select``."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from pgconform.postgrest.columns import column
from pgconform.postgrest.scanner import IDENTIFIER, Scanner, comma, name, parsed, several
from pgconform.postgrest.syntax import Column, Embed, Item, Name, Refusal, Star
from pgconform.request import HOLE

AGGREGATES = ("sum", "avg", "count", "max", "min")


class Selection(msgspec.Struct, frozen=True):
    """What a ``select`` asks for; the server does not look at what stands after ``end``."""

    items: tuple[Item, ...]
    end: int


@lru_cache(maxsize=8192)
def parse_select(text: str) -> Selection | Refusal:
    """The items of a ``select`` as the server gets it. None at all means every column."""
    return parsed(text, lambda scanner: Selection(_forest(scanner), scanner.pos))


def _forest(scanner: Scanner) -> tuple[Item, ...]:
    return several(scanner, _item, comma) if _begins(scanner) else ()


def _begins(scanner: Scanner) -> bool:
    """An item begins here; if not, the server takes the list for an empty one."""
    start = scanner.pos
    if scanner.peek() in tuple(' \t"') or scanner.match(IDENTIFIER):
        begun = True
    else:
        begun = bool(scanner.attempt(_spread_head) or scanner.attempt(_star))
    scanner.pos = start
    return begun


def _item(scanner: Scanner) -> Item:
    scanner.space()
    head = scanner.attempt(_spread_head) or scanner.attempt(_embed_head)
    if head:
        return _embed(scanner, head)
    item = _column(scanner)
    scanner.space()
    return item


def _embed(scanner: Scanner, head: Embed) -> Embed:
    scanner.need("(")
    items = _forest(scanner)
    scanner.need(")")
    return msgspec.structs.replace(head, items=items, end=scanner.pos)


def _spread_head(scanner: Scanner) -> Embed:
    start = scanner.pos
    scanner.need("...")
    return _head(scanner, start, None, spread=True)


def _embed_head(scanner: Scanner) -> Embed:
    start = scanner.pos
    return _head(scanner, start, scanner.attempt(_alias), spread=False)


def _head(scanner: Scanner, start: int, alias: Name | None, *, spread: bool) -> Embed:
    target = name(scanner)
    if target.text == "count" and not spread:
        scanner.fail("an embed that is not named count")
    first, second = _parameter(scanner), _parameter(scanner)
    hint = next((given for given in (first, second) if isinstance(given, Name)), None)
    join = next((given for given in (first, second) if isinstance(given, str)), "")
    if scanner.peek() != "(":
        scanner.fail('"("')
    unclear = HOLE in scanner.text[start : scanner.pos]
    return Embed(target, alias, hint, join, spread, (), unclear, start)


def _parameter(scanner: Scanner) -> Name | str | None:
    if not scanner.take("!"):
        return None
    for join in ("left", "inner"):
        if scanner.take(join):
            return join
    return name(scanner)


def _alias(scanner: Scanner) -> Name:
    alias = name(scanner)
    scanner.need(":")
    if scanner.peek() == ":":
        scanner.fail("an alias")
    return alias


def _column(scanner: Scanner) -> Star | Column:
    return scanner.attempt(_star) or scanner.attempt(_count) or _plain(scanner)


def _star(scanner: Scanner) -> Star:
    start = scanner.pos
    scanner.need("*")
    _end(scanner)
    return Star(start)


def _count(scanner: Scanner) -> Column:
    start = scanner.pos
    alias = scanner.attempt(_alias)
    scanner.need("count()")
    cast = _cast(scanner)
    _end(scanner)
    return Column(None, alias, None, "count", cast, False, start, scanner.pos)


def _plain(scanner: Scanner) -> Column:
    start = scanner.pos
    alias = scanner.attempt(_alias)
    ref = column(scanner)
    cast = _cast(scanner)
    aggregate = scanner.attempt(_aggregate) or ""
    aggregate_cast = _cast(scanner)
    _end(scanner)
    unclear = HOLE in scanner.text[start : scanner.pos]
    return Column(ref, alias, cast, aggregate, aggregate_cast, unclear, start, scanner.pos)


def _cast(scanner: Scanner) -> Name | None:
    if not scanner.take("::"):
        if scanner.peek() == ":":
            scanner.fail('"::"')
        return None
    start = scanner.pos
    found = scanner.match(IDENTIFIER)
    return Name(found[0].strip(), start, scanner.pos) if found else scanner.fail("a type's name")


def _aggregate(scanner: Scanner) -> str:
    scanner.need(".")
    for aggregate in AGGREGATES:
        if scanner.take(f"{aggregate}()"):
            return aggregate
    return scanner.fail("sum(), avg(), count(), max() or min()")


def _end(scanner: Scanner) -> None:
    if scanner.peek() not in ("", ",", ")"):
        scanner.fail('",", ")" or the end')
