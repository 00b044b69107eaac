"""The grammar of filters: a key with its value, and the texts of ``or_``."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from pgconform.postgrest.columns import column, json_path
from pgconform.postgrest.operators import logic_value, operation, rest
from pgconform.postgrest.scanner import Scanner, comma, dot, name, parsed, several
from pgconform.postgrest.syntax import ColumnRef, Condition, Junction, Name, Operation, Refusal, Term, Unclear
from pgconform.support.patterns import deferred

RESERVED_LAST = ("order", "limit", "offset", "and", "or")
RESERVED = ("select", "columns", "on_conflict")

_COMPUTED_TERM = deferred(r"[^,)]*\x00[^,)]*")


class Key(msgspec.Struct, frozen=True):
    """The key of a filter: embeds passed through, and a column. Nobody looks at what stands after ``end``."""

    path: tuple[Name, ...]
    column: ColumnRef
    end: int


class Logic(msgspec.Struct, frozen=True):
    """A logic text as a tree. Nobody looks at what stands after ``end``."""

    root: Junction
    end: int


@lru_cache(maxsize=8192)
def parse_key(text: str) -> Key | Refusal:
    """``clients.address->>city``."""
    return parsed(text, _key)


def _key(scanner: Scanner) -> Key:
    *path, last = several(scanner, name, dot)
    return Key(tuple(path), ColumnRef(last, json_path(scanner)), scanner.pos)


@lru_cache(maxsize=8192)
def parse_operation(text: str) -> Operation | Refusal:
    """``not.eq.5``."""
    return parsed(text, lambda scanner: operation(scanner, rest))


@lru_cache(maxsize=4096)
def parse_logic(text: str) -> Logic | Refusal:
    """``or(a.eq.1,not.and(b.is.null,c.in.(1,2)))``: the operator of the key and the text in parentheses, joined."""
    return parsed(text, lambda scanner: Logic(_junction(scanner), scanner.pos))


@lru_cache(maxsize=4096)
def parse_path(text: str) -> tuple[Name, ...] | Refusal:
    """The embeds of a ``foreign_table`` or ``reference_table``."""
    return parsed(text, lambda scanner: several(scanner, name, dot))


def _term(scanner: Scanner) -> Term:
    start = scanner.pos
    found: Term | None = scanner.attempt(_condition) or scanner.attempt(_junction)
    if found is None and (computed := scanner.match(_COMPUTED_TERM)):
        return Unclear(start, computed.end())
    if found is None:
        raise scanner.furthest
    return found


def _condition(scanner: Scanner) -> Condition:
    ref = column(scanner)
    scanner.need(".")
    return Condition(ref, operation(scanner, logic_value))


def _junction(scanner: Scanner) -> Junction:
    negated = scanner.take("not.")
    operator = next((word for word in ("and", "or") if scanner.take(word)), None)
    if operator is None:
        scanner.fail("a column, an operator and a value, like id.eq.1, or and(…), or(…)")
    _bracket(scanner, "(")
    terms = several(scanner, _term, comma)
    _bracket(scanner, ")")
    return Junction(operator, terms, negated)


def _bracket(scanner: Scanner, mark: str) -> None:
    scanner.space()
    scanner.need(mark)
    scanner.space()
