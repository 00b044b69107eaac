"""Forms: the shapes in which values cross a wire, each with values that show it, and which kinds come in which.

A form is as fine as the differences between those who take it: ``duration`` and ``months`` are two because timedelta
takes one only. The tables are measured, not read up: `tests/test_wire.py` sends all of these over every transport.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from pgconform.lattice.table import Arrival, arrivals
from pgconform.schema import Transport

WITNESS: Final = {
    "null": "null",
    "bool": "true",
    "int": "1",
    "i16": "40000",
    "i32": "3000000000",
    "i64": "10000000000000000000",
    "bigint": "9007199254740993",
    "float": "1.5",
    "nan": "NaN",
    "digits": "12345678901234567.89",
    "decimal": "1.5",
    "whole_decimal": "2",
    "long_decimal": "12345678901234567.89",
    "decimal_nan": "NaN",
    "nan_text": "NaN",
    "decimal_text": "1.5",
    "whole_text": "2",
    "long_text": "12345678901234567.89",
    "number_text": "1",
    "bits": "101",
    "bit": "1",
    "oid_int": "1",
    "bit_object": "101",
    "money": "$1,234.50",
    "text": "hello",
    "opaque": "…",
    "own_text": "…",
    "snapshot": "10:20:10,14",
    "point_text": "(1,2)",
    "char_byte": "a",
    "mac8": "08:00:2b:01:02:03:04:05",
    "mask": "**********",
    "url": "https://example.org/",
    "bytes": "\\x6869",
    "bytes_text": "hi",
    "hex": "\\x6869",
    "uuid": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "uuid_other": "018f4e3b-7b2a-7c3d-8e4f-5a6b7c8d9e0f",
    "uuid_object": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "uuid_object_other": "018f4e3b-7b2a-7c3d-8e4f-5a6b7c8d9e0f",
    "aware": "2024-01-01T12:34:56+00:00",
    "naive": "2024-01-01T12:34:56",
    "aware_object": "2024-01-01 12:34:56+00",
    "naive_object": "2024-01-01 12:34:56",
    "endless": "infinity",
    "endless_day": "infinity",
    "clamped": "infinity",
    "clamped_day": "infinity",
    "undecodable": "0044-03-15 BC",
    "undecodable_time": "24:00:00",
    "day": "2024-01-31",
    "day_object": "2024-01-31",
    "clock": "12:34:56",
    "clock_hour": "12:34:56+02",
    "clock_minute": "12:34:56+05:30",
    "clock_object": "12:34:56",
    "clock_tz_object": "12:34:56+02",
    "midnight": "24:00:00",
    "midnight_offset": "24:00:00+00",
    "duration": "1 day 02:03:04",
    "mixed_duration": "1 day -02:00:00",
    "months": "1 mon",
    "months_guessed": "1 mon",
    "timedelta": "1 day 02:03:04",
    "iso_duration": "P1DT5S",
    "iso_negative": "-PT1.5S",
    "ip4": "10.0.0.1",
    "ip6": "::1",
    "ip4_mask": "10.0.0.1/24",
    "ip6_mask": "2001:db8::1/64",
    "net4": "10.0.0.0/24",
    "net6": "2001:db8::/32",
    "ip4_object": "10.0.0.1",
    "ip6_object": "::1",
    "ip4_mask_object": "10.0.0.1/24",
    "ip6_mask_object": "2001:db8::1/64",
    "net4_object": "10.0.0.0/24",
    "net6_object": "2001:db8::/32",
    "object": '{"a": 1}',
    "array": "[1, 2]",
    "json_text": "'{\"a\": 1}'",
    "numbers": "[1,2,3]",
    "sparse": "{1:1,3:2}/3",
    "pairs": '"a"=>"1"',
    "range": "[1,5)",
    "multirange": "{[1,5)}",
    "range_object": "[1,5)",
    "multirange_object": "{[1,5)}",
    "multirange_list": "{[1,5)}",
    "geometric": "(1,2)",
    "geometric_object": "(1,2)",
    "record": "(1,2)",
    "record_text": "(1,2)",
    "array_text": "{a}",
    "tuple": "(0,1)",
    "nested_tuple": "10:20:10,14",
    "position": "0/16B3748",
    "geojson": '{"type": "Point", "coordinates": [1, 2]}',
    "ewkb": "0101000000000000000000F03F0000000000000040",
}

SAID: Final = {
    "text": "the text's own bytes are kept",
    "position": "the driver gives the position as a number",
    "digits": "a JSON number of more than 15 digits becomes a float before anything else sees it",
    "bigint": "a float holds whole numbers exactly up to 2^53 only",
    "clamped": "the driver turns infinity into the last moment it can hold",
    "clamped_day": "the driver turns infinity into the last day it can hold",
    "undecodable": "the driver cannot decode it",
    "undecodable_time": "the driver cannot decode it",
    "months_guessed": "the driver takes a month for 30 days and a year for 365",
    "hex": "the value arrives as hexadecimal text",
    "bytes": "the bytes are decoded as UTF-8",
    "mask": "the secret is dumped as asterisks",
    "naive": "without an offset the session's time zone is assumed",
    "naive_object": "without an offset the session's time zone is assumed",
    "aware": "the offset is dropped",
    "aware_object": "the offset is dropped",
    "object": "it is kept as JSON text",
    "array": "it is kept as JSON text",
    "iso_negative": "Pydantic writes a negative duration with a sign before the P, which Postgres refuses",
}

DROPPED: Final = {
    "date": "the time of day is dropped",
    "time": "all but the time of day is dropped",
    "timetz": "all but the time of day is dropped",
    "int2": "digits after the point are rounded away",
    "int4": "digits after the point are rounded away",
    "int8": "digits after the point are rounded away",
}

KIN: Final = {"clock_tz_object": "clock_object", "oid_int": "int", "bit": "bits"}

LOST: Final = frozenset({"position", "digits", "clamped", "clamped_day", "months_guessed"})
UNDECODABLE: Final = frozenset({"undecodable", "undecodable_time"})
FLOAT_DIGITS: Final = 15

_OPAQUE = """
xml jsonpath macaddr tsvector tsquery regclass regtype regproc regprocedure regoper regoperator regrole: opaque
regnamespace regconfig regdictionary regcollation aclitem refcursor gtsvector ltree lquery ltxtquery cube seg: opaque
isbn isbn13 issn issn13 ismn ismn13 ean13 query_int pg_node_tree pg_ndistinct pg_dependencies pg_mcv_list: opaque
"""

_JSON = f"""
bool: bool
int2: int
int4: int i16
int8: int i16 i32 ; bigint
float4 float8: float int ; nan_text
money: money
text varchar bpchar name citext char: text
bytea: hex
uuid: uuid ; uuid_other
timestamptz: aware ; endless
timestamp: naive ; endless
date: day ; endless_day
time: clock ; midnight
timetz: clock_hour clock_minute ; midnight_offset
interval: duration months ; mixed_duration
json jsonb: object|array ; text int float bool null
inet: ip4 ip6 ; ip4_mask ip6_mask
cidr: net4 net6
bit: bits
varbit: bits bit
oid xid xid8 cid lo: number_text
macaddr8: mac8
tid: point_text
pg_snapshot txid_snapshot: snapshot
pg_lsn: opaque
upc: bits
point: point_text
line lseg box path polygon circle: geometric
vector halfvec: numbers
sparsevec: sparse
int4range int8range numrange daterange tsrange tstzrange: range
int4multirange int8multirange nummultirange datemultirange tsmultirange tstzmultirange: multirange
hstore: object
geometry: geojson
geography raster box2d box3d: ewkb
oidvector: array
int2vector: array
{_OPAQUE.strip()}
"""

_PSYCOPG = f"""
bool: bool
int2: int
int4: int i16
oid lo: oid_int i16 i32
int8: int i16 i32 ; bigint
float4 float8: float ; nan
money: money
text varchar bpchar name citext char: text
bytea: bytes
uuid: uuid_object ; uuid_object_other
timestamptz: aware_object ; undecodable
timestamp: naive_object ; undecodable
date: day_object ; undecodable
time timetz: clock_object ; undecodable_time
interval: timedelta months_guessed
json jsonb: object|array ; text int float bool null
inet: ip4_object ip6_object ; ip4_mask_object ip6_mask_object
cidr: net4_object net6_object
bit: bits
varbit: bits bit
xid xid8 cid: number_text
macaddr8: mac8
tid: point_text
pg_snapshot txid_snapshot: snapshot
pg_lsn oidvector int2vector: opaque
upc: bits
point: point_text
line lseg box path polygon circle: geometric
vector halfvec: numbers
sparsevec: sparse
int4range int8range numrange daterange tsrange tstzrange: range_object
int4multirange int8multirange nummultirange datemultirange tsmultirange tstzmultirange: multirange_object
hstore: pairs
geometry geography raster box2d box3d: ewkb
{_OPAQUE.strip()}
"""

_ASYNCPG = """
int4multirange int8multirange nummultirange datemultirange tsmultirange tstzmultirange: multirange_list
json jsonb: json_text ; number_text
char: char_byte
bit varbit: bit_object
xid xid8 cid: oid_int i16 i32
pg_lsn: position
tid: tuple
pg_snapshot txid_snapshot: nested_tuple
oidvector int2vector: array
point line lseg box path polygon circle: geometric_object
timestamptz: aware_object ; clamped undecodable
timestamp: naive_object ; clamped undecodable
date: day_object ; clamped_day undecodable
"""

_SQLALCHEMY = """
hstore: object
"""


@cache
def arriving(transport: Transport) -> dict[str, tuple[Arrival, ...]]:
    """The forms in which each Postgres kind arrives over a transport."""
    match transport:
        case Transport.POSTGREST | Transport.SQL:
            return arrivals(_JSON)
        case Transport.ASYNCPG:
            return {**arrivals(_PSYCOPG), **arrivals(_ASYNCPG)}
        case Transport.SQLALCHEMY:
            return {**arrivals(_PSYCOPG), **arrivals(_SQLALCHEMY)}
        case _:
            return arrivals(_PSYCOPG)


def numeric(size: tuple[int, ...], transport: Transport) -> tuple[Arrival, ...]:
    """The forms of a numeric: what its precision and scale rule out never arrives."""
    whole = bool(size) and (size[1:] or (0,))[0] <= 0
    short = bool(size) and size[0] <= FLOAT_DIGITS
    if transport in (Transport.POSTGREST, Transport.SQL):
        usual = ("int",) if whole else ("float", "int") if not size else ("float",)
        long = () if short else ("bigint",) if whole else ("digits",) if size else ("digits", "bigint")
        return _listed(usual, (*long, "nan_text"))
    usual = ("whole_decimal",) if whole else ("decimal",)
    return _listed(usual, (*(() if short else ("long_decimal",)), "decimal_nan"))


def _listed(usual: tuple[str, ...], rare: tuple[str, ...]) -> tuple[Arrival, ...]:
    return (*(Arrival((form,)) for form in usual), *(Arrival((form,), rare=True) for form in rare))
