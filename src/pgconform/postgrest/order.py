"""The grammar of ``order``."""

from __future__ import annotations

from functools import lru_cache

from pgconform.postgrest.columns import column
from pgconform.postgrest.scanner import Scanner, name, parsed, several
from pgconform.postgrest.syntax import OrderTerm, Refusal


@lru_cache(maxsize=4096)
def parse_order(text: str) -> tuple[OrderTerm, ...] | Refusal:
    """``name.desc.nullslast,clients(name)``; the whole text must parse."""
    return parsed(text, lambda scanner: several(scanner, _term, lambda here: here.take(",")))


def _term(scanner: Scanner) -> OrderTerm:
    scanner.space()
    found = scanner.attempt(_related) or _plain(scanner)
    scanner.space()
    return found


def _related(scanner: Scanner) -> OrderTerm:
    relation = name(scanner)
    scanner.need("(")
    ref = column(scanner)
    scanner.need(")")
    _direction(scanner)
    return OrderTerm(ref, relation)


def _plain(scanner: Scanner) -> OrderTerm:
    ref = column(scanner)
    _direction(scanner)
    return OrderTerm(ref)


def _direction(scanner: Scanner) -> None:
    _one_of(scanner, ".asc", ".desc")
    _one_of(scanner, ".nullsfirst", ".nullslast")
    if scanner.peek() not in ("", ","):
        scanner.fail('"," or the end (a direction is given once)')


def _one_of(scanner: Scanner, *words: str) -> None:
    for word in words:
        if scanner.take(word):
            return
