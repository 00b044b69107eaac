"""Annotations for Postgres types that Python has no type for, for generated models and for models written by hand.

Each is an ``Annotated`` alias of an ordinary Python type, so that a type checker sees `datetime`, `Decimal`, `bytes`,
and each takes the value as PostgREST's JSON, psycopg 3, asyncpg or SQLAlchemy gives it. Dumped as JSON a value has the
form Postgres reads back as the same value; dumped as Python it is what a driver is to be given.

    from pgconform.types import Timestamptz, Numeric

    class Row(BaseModel):
        paid_at: Timestamptz    # infinity, years BC and past 9999 included
        amount: Numeric         # NaN included

What Python cannot place is an instance of a subclass that sorts at the end of Python's own range and keeps the exact
text: ``Timestamptz`` of ``infinity`` is a datetime equal to the last one, whose ``str()`` is ``infinity``. Such values,
ranges, vectors and hstore are dumped as Postgres' text even as Python, which psycopg sends as it is. Needs Pydantic 2.
"""

from __future__ import annotations

from pgconform.types.binary import Bytea
from pgconform.types.interval import CalendarInterval, Interval
from pgconform.types.moments import Beyond, Date, Time, Timestamp, Timestamptz, Timetz
from pgconform.types.numbers import Float, Int2, Int4, Int8, Numeric, Oid
from pgconform.types.ranges import Multirange, Range
from pgconform.types.structured import Composite, FromText, Hstore, Json
from pgconform.types.texts import Geometric, Geometry, Padded, Sparsevec, Text, Vector
from pgconform.types.writes import UNSET, Insert, Row, Update, Write

__all__ = [
    "UNSET",
    "Beyond",
    "Bytea",
    "CalendarInterval",
    "Composite",
    "Date",
    "Float",
    "FromText",
    "Geometric",
    "Geometry",
    "Hstore",
    "Insert",
    "Int2",
    "Int4",
    "Int8",
    "Interval",
    "Json",
    "Multirange",
    "Numeric",
    "Oid",
    "Padded",
    "Range",
    "Row",
    "Sparsevec",
    "Text",
    "Time",
    "Timestamp",
    "Timestamptz",
    "Timetz",
    "Update",
    "Vector",
    "Write",
]
