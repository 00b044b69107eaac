"""What looking at one file came to: nothing but values, so that it can be kept, sent to another process and merged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from pgconform.request import Query, Read
from pgconform.shape import Location
from pgconform.sources.python.flows.heads import Attempt
from pgconform.sources.python.models.evidence import Evidence

Origins: TypeAlias = tuple[int, ...]
"""The calls a chain is made of, each as a digest that is the same in every run."""
Site: TypeAlias = tuple[str, int, int]
"""The call that began a chain: file, scope and operation."""
Name: TypeAlias = tuple[str, ...]
"""The rows of a request, as texts: the call that began it; what it asks where that is known, and the calls that led to
it, the innermost first, as far as that is known. None: nothing is."""
Of: TypeAlias = tuple[Name, tuple[str, ...]]
"""The rows of a request, and the keys passed through to them."""
ANY = "*"
"""Stands for every key, and for whatever a request asks."""
_COPIES = "(copies)"


class Tries(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What callers of a function do: one calls it in a ``try`` that goes on after an error (``tried``), and where it
    fails calls it once more in another way (``again``).
    """

    tried: bool = False
    again: bool = False


NOT_TRIED = Tries()


class ChainSeen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A chain of calls that is no beginning of another in its file. ``names`` are its calls.

    ``alone``: as its function says it, whoever calls that. ``made``: it is known which call made its client; ``known``:
    that this is one of the library.
    ``queries`` are the requests it can be; ``sent`` what it shows of the classes whose dumps it sends. ``holder`` names
    the scope it began in, ``attempts`` are that one's. ``turns``: some of what it asks is an item of a list that a loop
    goes through. ``asks_first``: its function asks another one whether something is there. ``tries``: what callers of
    its function do.
    """

    site: Site
    origins: Origins
    names: tuple[str, ...]
    alone: bool
    made: bool
    known: bool = False
    queries: tuple[Query, ...] = ()
    sent: tuple[Evidence, ...] = ()
    holder: str = ""
    attempts: tuple[Attempt, ...] = ()
    turns: bool = False
    asks_first: bool = False
    tries: Tries = NOT_TRIED


class ReadSeen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A key read from the rows of a chain. ``statement`` is the text and place of a statement's, None of a request's.

    ``embeds`` are the rows it is an embed of, just as the row has it: so it is only as long as nothing tests what they
    are. ``only``: of anything else it is no read at all. ``copied``: of copies of the rows.
    """

    rows: Of
    read: Read
    site: Site | None
    origins: Origins
    statement: tuple[str, Location | None] | None = None
    embeds: tuple[Of, ...] = ()
    only: bool = False
    copied: bool = False


class MadeSeen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An object of a class made of ``rows`` and ``added`` keys. ``whole``: of one row, as it is. ``copied``: of copies.

    ``statement`` is the text and place of the statement whose rows they are, else ``queries`` are the requests;
    ``shown`` is what that shows of the class.
    """

    uri: str
    path: str
    whole: bool
    added: tuple[str, ...]
    at: Location
    rows: Of
    copied: bool = False
    statement: tuple[str, Location | None] | None = None
    queries: tuple[Query, ...] = ()
    shown: tuple[Evidence, ...] = ()


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """All of one file. ``killed`` are keys of rows that the program itself changes or asks for; of ``tested`` rows it
    asks what they are. ``beyond`` are calls that decide what is asked and were not looked into ("dynamic"), and
    functions that are called and do not parse ("syntax").
    """

    chains: tuple[ChainSeen, ...] = ()
    reads: tuple[ReadSeen, ...] = ()
    killed: tuple[tuple[Of, tuple[str, ...]], ...] = ()
    tested: tuple[Of, ...] = ()
    made: tuple[MadeSeen, ...] = ()
    beyond: tuple[tuple[Location, str], ...] = ()


def copies(rows: Of) -> Of:
    """Copies of rows: what is done to them is not done to the rows themselves."""
    name, path = rows
    return name, (_COPIES, *path)


def known_of(rows: Of) -> list[Of]:
    """What holds of rows is kept as that, and as what holds of some of those of which less is known."""
    name, path = rows
    return [rows, *[((*name[:known], ANY), path) for known in range(1, len(name))]]


def about_rows(rows: Of) -> list[Of]:
    """Where it is kept what holds of rows, or may hold of them for all that is known of them or of the others."""
    name, path = rows
    return [((*name, ANY), path), *[(name[:known], path) for known in range(1, len(name) + 1)]]


def about(query: Query) -> tuple[object, ...]:
    """What decides which columns a query's rows have."""
    return (query.verb, query.relation, query.schema, query.select)


def other_rows(query: Query, others: Iterable[Query]) -> tuple[Query, ...]:
    """What decides which columns the rows of other queries have, each once; not those with the same as this one's."""
    found = {about(other): other for other in others}
    found.pop(about(query), None)
    return tuple([_giving(other) for other in found.values()])


def _giving(query: Query) -> Query:
    payload = query.payload if query.verb == "rpc" else None
    return replace(query, filters=(), logics=(), orders=(), payload=payload, on_conflict=None, reads=(), holder="")


def in_order(reads: Iterable[Read]) -> tuple[Read, ...]:
    """Reads by where they stand."""
    return tuple(sorted(reads, key=_place))


def _place(read: Read) -> tuple[str, int, int]:
    return (read.at.uri, read.at.line, read.at.column) if read.at else ("", 0, 0)
