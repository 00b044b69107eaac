"""Shapes: places, types and fields, the values every other noun is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias

import msgspec


class Location(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """A place a person can open. Lines and columns count from 1, in characters; 0 is not known."""

    uri: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.uri, self.line, self.column) if part)


class Value(msgspec.Struct, frozen=True, eq=False, omit_defaults=True, gc=False):
    """A frozen value whose place, ``at``, is no part of what it says. Made of values, it is never in a cycle."""

    def __eq__(self, other: object) -> bool:
        said = _said(type(self))
        return type(self) is type(other) and bool(said(self) == said(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), _said(type(self))(self)))


@cache
def _said(kind: type[Value]) -> Callable[[object], Any]:
    """Reads what values of a class say."""
    return attrgetter(*[name for name in kind.__struct_fields__ if name != "at"])


class Scalar(Value, frozen=True, eq=False, tag="scalar", omit_defaults=True):
    """A single value: a Postgres kind by its catalogue name (``int4``, ``timestamptz``) or a Python one (``py.int``).

    ``size`` is the decoded type modifier: ``(n,)`` of varchar(n), ``(p, s)`` of numeric(p, s), ``(n,)`` of vector(n).
    ``raw`` is the text as written: `format_type()`'s for Postgres, which names a domain where there is one.
    """

    kind: str
    size: tuple[int, ...] = ()
    raw: str = ""


WIDTHS = {"int2": 15, "int4": 31, "int8": 63}
"""Bits of a whole number of Postgres beside its sign."""
TEXTS = frozenset({"text", "varchar", "bpchar", "citext", "name"})
JSONS = frozenset({"json", "jsonb"})


class Labels(Value, frozen=True, eq=False, tag="labels", omit_defaults=True):
    """One of a closed, ordered set of texts: an enum, a Literal, a CHECK … IN."""

    values: tuple[str, ...]
    raw: str = ""


class Array(Value, frozen=True, eq=False, tag="array", omit_defaults=True):
    """Zero or more of one type. Postgres does not enforce dimensions, so depth is the claimant's own affair."""

    of: Type
    raw: str = ""


class Struct(Value, frozen=True, eq=False, tag="struct", omit_defaults=True):
    """Named parts: a composite, a nested model, a JSON object, a cached payload.

    ``extra`` is what a model does with keys it has no field for: "forbid", "allow", "ignore"; "": not said.
    """

    fields: tuple[Field, ...] = ()
    raw: str = ""
    extra: str = ""


class Union(Value, frozen=True, eq=False, tag="union", omit_defaults=True):
    """Any one of several types. NULL is no option of a union; it is the field's ``nullable``."""

    options: tuple[Type, ...]
    raw: str = ""


class Unknown(Value, frozen=True, eq=False, tag="unknown", omit_defaults=True):
    """A type that was not said or not understood; ``raw`` keeps its text."""

    raw: str = ""


Type: TypeAlias = Scalar | Labels | Array | Struct | Union | Unknown


class Bounds(Value, frozen=True, eq=False, omit_defaults=True):
    """Limits on a value beyond its type: of a CHECK that could be read, or of a Pydantic ``Field``.

    Numbers are kept as decimal text so that nothing is lost; lengths are in characters (of text) or items (of arrays).
    ``labels`` is the closed set of a CHECK … IN. ``altered``: texts are stripped or
    their case is changed first, or patterns are Python's own.
    """

    ge: str | None = None
    gt: str | None = None
    le: str | None = None
    lt: str | None = None
    multiple_of: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    labels: tuple[str, ...] | None = None
    max_digits: int | None = None
    decimal_places: int | None = None
    allow_inf_nan: bool | None = None
    strict: bool | None = None
    altered: bool | None = None


class Field(Value, frozen=True, eq=False, omit_defaults=True):
    """A column, a model's field, a payload's key.

    ``name`` is the column's name as the claim reaches it (after aliases); ``attribute`` the claimant's own, if other.
    ``required``: whoever makes a row must give it. ``filled``: the database gives a value when none is sent.
    ``default``: the SQL expression, or the claimant's default spelled in its own language.
    ``generated`` is "", "stored" or "virtual"; ``identity`` is "", "always" or "by default".
    ``mended``: a trigger may set it before its limits are looked at. ``origin`` is the base column of a view's column,
    or that of a view in between that does something of its own with what is written: (schema, relation, column).
    ``enforced`` False: nothing holds values to the claimed type, which an annotation tells.
    """

    name: str
    type: Type = Unknown()
    nullable: bool | None = None
    required: bool | None = None
    default: str | None = None
    filled: bool | None = None
    mended: bool = False
    generated: str = ""
    identity: str = ""
    bounds: Bounds | None = None
    comment: str | None = None
    attribute: str = ""
    origin: tuple[str, str, str] | None = None
    enforced: bool = True
    at: Location | None = None
