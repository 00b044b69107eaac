"""Conditions of SQL that hold for the values which a model refuses, and for no others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace
from psycopg import sql

from pgconform.constraints.edges import Edge, ends, lengths
from pgconform.constraints.regexes import searched
from pgconform.lattice.sides import kind_of
from pgconform.pairs.pair import FieldPair
from pgconform.schema import Transport
from pgconform.shape import Array, Bounds, Field, Labels, Type, Unknown

TEXTS = frozenset({"text", "varchar", "citext", "name"})
_STRINGS = frozenset({"py.str", "py.strict_str"})
_INTS = frozenset({"py.int", "py.strict_int"})
_FLOATS = frozenset({"py.float", "py.strict_float"})
_DECIMALS = frozenset({"py.decimal", "py.strict_decimal"})
_SHORT = frozenset({"int2", "int4"})
_NUMBERS = {
    **dict.fromkeys(_SHORT, (_INTS | _FLOATS | _DECIMALS, "{}")),
    "int8": (_INTS | _DECIMALS, "{}"),
    "float8": (_FLOATS, "{}"),
    "float4": (_FLOATS, "{}::text::float8"),
}
_FINITE = "{} not in ('NaN', 'Infinity', '-Infinity') and "
_ENDS = {(1, False): ">", (1, True): ">=", (-1, False): "<", (-1, True): "<="}


class Refused(NamedTuple):
    """``takes`` says in words what the model takes, ``condition`` holds for what it refuses.

    ``sure`` False: it may refuse more.
    """

    takes: str
    condition: sql.Composable
    sure: bool = True


def refused(pair: FieldPair, *, utf8: bool) -> Iterator[Refused]:
    """What a model that reads a column refuses of it; texts are measured where the database keeps them in UTF-8."""
    truth, claim = pair.truth, pair.claim
    if truth is None or claim is None or isinstance(claim.type, Unknown):
        return
    column = sql.Identifier(truth.name)
    if claim.nullable is False and truth.nullable is not False:
        yield Refused("no None", sql.SQL("{} is null").format(column))
    if utf8 or not _is_text(truth.type):
        yield from _of_labels(pair, claim.type, truth.type)
    bounds = claim.bounds
    if bounds is None:
        return
    if (number := _number(pair, column)) is not None:
        yield from _of_range(pair, number, column)
    if utf8 and not bounds.altered and _is_text(truth.type) and kind_of(claim.type) in _STRINGS:
        yield from _of_text(pair, bounds, sql.SQL("({}::text)").format(column))
    if isinstance(truth.type, Array) and isinstance(claim.type, Array):
        flat = sql.SQL("coalesce(array_ndims({}), 1) = 1 and cardinality({})").format(column, column)
        yield from _of_lengths(pair, flat, "items")


def _is_text(type_: Type) -> bool:
    return kind_of(type_) in TEXTS


def _of_labels(pair: FieldPair, claim: Type, truth: Type) -> Iterator[Refused]:
    theirs = _held(pair).bounds
    listed = truth.values if isinstance(truth, Labels) else theirs.labels if theirs else None
    if not isinstance(claim, Labels) or not (isinstance(truth, Labels) or _is_text(truth)):
        return
    if listed is not None and set(listed) <= set(claim.values):
        return
    column = sql.Identifier(pair.name)
    values = [value for value in claim.values if _is_storable(value)]
    condition = sql.SQL('({}::text) collate "C" <> all ({}::text[])').format(column, sql.Literal(values))
    yield Refused("only " + ", ".join(f'"{value}"' for value in claim.values), condition)


def _is_storable(text: str) -> bool:
    """A text that Postgres can hold, so that a row can be equal to it."""
    return text == text.encode("utf-8", "ignore").replace(b"\0", b"").decode()


def _held(pair: FieldPair) -> Field:
    """The column with the limits that all of its rows keep: none where a CHECK of it was never held to the old ones."""
    relation, truth = pair.relation.truth, pair.truth
    assert relation is not None
    assert truth is not None
    unheld = truth.origin is not None or any(not check.validated for check in relation.checks)
    return replace(truth, bounds=None) if unheld else truth


def _number(pair: FieldPair, column: sql.Composable) -> sql.Composable | None:
    """The column's value as the model has it; None where the two may not be the same number."""
    assert pair.truth is not None
    assert pair.claim is not None
    theirs, mine = kind_of(pair.truth.type), kind_of(pair.claim.type)
    if theirs == "numeric" and mine in _FLOATS:
        return sql.SQL("{}::float8").format(column)
    if theirs == "numeric" and mine in _DECIMALS:
        by_json = pair.relation.claim.transport is Transport.POSTGREST
        return sql.SQL("{}::float8::text::numeric" if by_json else "{}").format(column)
    kinds, form = _NUMBERS.get(theirs, (frozenset(), ""))
    return sql.SQL(form).format(column) if mine in kinds else None


def _of_range(pair: FieldPair, number: sql.Composable, column: sql.Composable) -> Iterator[Refused]:
    assert pair.truth is not None
    assert pair.claim is not None
    kind = kind_of(pair.truth.type)
    whole = kind in (*_SHORT, "int8")
    held = ends(_held(pair), whole=whole)
    finite = sql.SQL("" if whole else _FINITE).format(*(() if whole else (column,)))
    for edge, theirs in zip(ends(pair.claim, whole=whole), held, strict=True):
        if edge is not None and (theirs is None or theirs.beyond(edge)):
            yield Refused(str(edge), finite + _past(edge, number, "float8" if "float" in kind else "numeric"))
    multiple = pair.claim.bounds.multiple_of if pair.claim.bounds else None
    if whole and multiple and multiple.isdecimal() and multiple != "0":
        condition = sql.SQL("mod({}, {}) <> 0").format(number, sql.SQL(multiple))
        yield Refused(f"multiples of {multiple}", condition)


def _past(edge: Edge, value: sql.Composable, kind: str) -> sql.Composable:
    sign = sql.SQL(_ENDS[edge.sign, edge.open])
    return sql.SQL("{} {} {}::" + kind).format(value, sign, sql.Literal(f"{edge.at:f}"))


def _of_lengths(pair: FieldPair, length: sql.Composable, unit: str) -> Iterator[Refused]:
    assert pair.claim is not None
    for edge, theirs in zip(lengths(pair.claim), lengths(_held(pair)), strict=True):
        if edge is not None and (theirs is None or theirs.beyond(edge)):
            word = "at most" if edge.sign > 0 else "at least"
            yield Refused(f"{word} {edge.at} {unit}", _past(edge, length, "int4"))


def _of_text(pair: FieldPair, bounds: Bounds, text: sql.Composable) -> Iterator[Refused]:
    yield from _of_lengths(pair, sql.SQL("char_length({})").format(text), "characters")
    pattern = bounds.pattern
    search = searched(pattern) if pattern is not None and _is_storable(pattern) else None
    if search is None:
        return
    condition = sql.SQL('{} collate "C" !~ {}').format(text, sql.Literal(search.pattern))
    if search.ascii:
        condition += sql.SQL(" and octet_length({}) = char_length({})").format(text, text)
    yield Refused(f"what matches {bounds.pattern}", condition, sure=not search.ascii)
