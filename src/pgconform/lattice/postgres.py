"""What Postgres kinds take of each form a program sends: of JSON through PostgREST, of parameters through a driver."""

from __future__ import annotations

from functools import cache
from typing import Final

from pgconform.lattice.table import Cell, takes
from pgconform.schema import Transport

_KNOWN = "text% opaque%"
_TEXTUAL = "endless endless_day midnight midnight_offset months mixed_duration range multirange sparse numbers pairs"
_NUMBER = "int~ i16~ i32~ i64~ bool~"

_JSON: Final = f"""
bool: bool int?=2 whole_text?=2 text?
int2: int i16- whole_text decimal_text? text?
int4: int i16 i32- whole_text decimal_text? text?
int8: int i16 i32 i64- whole_text decimal_text? text?
float4: int i16 i32~ i64~ float decimal_text whole_text long_text~ nan_text endless~ endless_day~ text?
float8: int i16 i32 i64 float decimal_text whole_text long_text~ nan_text endless~ endless_day~ text?
numeric: int i16 i32 i64 float decimal_text whole_text long_text nan_text endless~ endless_day~ text?
money: int i16 i32 float decimal_text whole_text long_text money {_KNOWN}
text varchar citext bpchar name refcursor: * nan- object~ array~ mask~
bytea: hex text~ bytes_text *~ nan-
uuid: uuid uuid_other {_KNOWN}
timestamptz: aware naive~ day~ endless endless_day {_KNOWN}
timestamp: aware~ naive day endless endless_day {_KNOWN}
date: day endless_day endless aware~ naive~ {_KNOWN}
time: clock clock_hour~ clock_minute~ midnight midnight_offset~ {_KNOWN}
timetz: clock clock_hour clock_minute midnight midnight_offset {_KNOWN}
interval: duration mixed_duration months iso_duration clock midnight~ int~ i16~ i32~ float~ decimal_text~ \
whole_text~ ip6~ endless endless_day {_KNOWN}
json jsonb: * nan- mask~
inet: ip4 ip6 ip4_mask ip6_mask net4 net6 {_KNOWN}
cidr: ip4 ip6 net4 net6 ip4_mask? ip6_mask? {_KNOWN} *!
macaddr macaddr8: mac8? {_KNOWN} *!
bit varbit: bits bit {_KNOWN} *!
oid lo xid cid: int i16 i32 i64- oid_int number_text whole_text decimal_text? text? *!
xid8: int i16 i32 i64 oid_int number_text whole_text decimal_text? text? *!
regclass regtype regproc regprocedure regoper regoperator regrole regnamespace: {_KNOWN} *!
regconfig regdictionary regcollation: {_KNOWN} *!
char xml jsonpath tid pg_lsn pg_snapshot txid_snapshot aclitem query_int tsvector tsquery: {_KNOWN} *!
ltree lquery ltxtquery cube seg isbn isbn13 issn issn13 ismn ismn13 ean13 upc: {_KNOWN} *!
int2vector oidvector: array {_KNOWN} *!
point line lseg box path polygon circle: geometric point_text {_KNOWN} *!
int4range int8range numrange daterange tsrange tstzrange: range {_KNOWN} array!
int4multirange int8multirange nummultirange datemultirange tsmultirange tstzmultirange: multirange {_KNOWN} object! \
array!
vector halfvec: numbers array% {_KNOWN}
sparsevec: sparse {_KNOWN}
hstore: pairs {_KNOWN}
geometry geography: geojson ewkb object% {_KNOWN}
"""

_PSYCOPG: Final = f"""
bool: bool text?
int2: int i16- float~ decimal~ text?
int4: int i16 i32- float~ decimal~ text?
int8: int i16 i32 i64- float~ decimal~ long_decimal~ text?
float4: int i16 i32~ i64~ float nan decimal long_decimal~ decimal_nan endless~ endless_day~ text?
float8: int i16 i32 i64 float nan decimal long_decimal~ decimal_nan endless~ endless_day~ text?
numeric: int i16 i32 i64 float nan decimal long_decimal decimal_nan endless~ endless_day~ text?
money: i16 i32 decimal long_decimal money {_KNOWN}
text varchar citext bpchar name: * object- array~ url- mask-
refcursor: text *!
bytea: bytes hex text~ endless~ endless_day~ midnight~ midnight_offset~ months~ mixed_duration~ range~ multirange~ \
sparse~ numbers~ pairs~
uuid: uuid_object {_KNOWN}
timestamptz: aware_object naive_object~ day_object~ endless endless_day {_KNOWN}
timestamp: aware_object~ naive_object day_object endless endless_day {_KNOWN}
date: day_object aware_object~ naive_object~ endless_day endless {_KNOWN}
time: clock_object clock_tz_object~ aware_object~ naive_object~ timedelta~ midnight midnight_offset~ {_KNOWN}
timetz: clock_object clock_tz_object aware_object~ midnight midnight_offset {_KNOWN}
interval: timedelta duration mixed_duration months clock_object midnight~ clock_tz_object- endless endless_day \
{_KNOWN}
inet: ip4_object ip6_object ip4_mask_object ip6_mask_object net4_object net6_object {_KNOWN}
cidr: ip4_object ip6_object ip4_mask_object~ ip6_mask_object~ net4_object net6_object {_KNOWN} *!
macaddr macaddr8 bit varbit xml jsonpath tid pg_lsn pg_snapshot txid_snapshot aclitem query_int char: {_KNOWN} *!
oid lo xid cid xid8 tsvector tsquery: text% *!
regclass regtype regproc regprocedure regoper regoperator regrole regnamespace: {_KNOWN} *!
regconfig regdictionary regcollation ltree lquery ltxtquery cube seg: {_KNOWN} *!
isbn isbn13 issn issn13 ismn ismn13 ean13 upc: {_KNOWN} *!
point line lseg box path polygon circle: geometric point_text {_KNOWN} *!
int4range int8range numrange daterange tsrange tstzrange: range {_KNOWN}
int4multirange int8multirange nummultirange datemultirange tsmultirange tstzmultirange: multirange {_KNOWN}
vector halfvec: numbers array% {_KNOWN}
sparsevec: sparse {_KNOWN}
hstore: pairs {_KNOWN}
geometry geography: ewkb {_KNOWN}
"""

_SQLALCHEMY: Final = f"""
bool: bool int?=2
json jsonb: text int i16 i32 i64 float bool object array *!
bytea: bytes
int2: int i16- float~ decimal~ bytes text?
int4: int i16 i32- float~ decimal~ bool bytes~ text?
int8: int i16 i32 i64- float~ decimal~ long_decimal~ bytes~ text?
text varchar citext bpchar: * object- array~ url- mask-
hstore: object! pairs {_KNOWN}
"""

_ASYNCPG: Final = f"""
bool: bool
int2: int i16- float~ decimal~ bool ip6_object~
int4: int i16 i32- float~ decimal~ bool ip4_object~ ip4_mask_object~ ip6_object~
int8: int i16 i32 i64- float~ decimal~ long_decimal~ bool ip4_object~ ip4_mask_object~ ip6_object~
float4: int i16 i32~ i64~ float nan decimal long_decimal~ decimal_nan bool
float8: int i16 i32 i64 float nan decimal long_decimal~ decimal_nan bool
numeric: int i16 i32 i64 float nan decimal long_decimal decimal_nan bool endless~ endless_day~ text?
money: money {_KNOWN}
text varchar citext bpchar name: text opaque {_TEXTUAL}
bytea: bytes
uuid: uuid_object uuid text%
timestamptz: aware_object naive_object~ day_object~
timestamp: naive_object day_object
date: day_object aware_object~ naive_object~
time: clock_object clock_tz_object~ aware_object~ naive_object~
timetz: clock_object- clock_tz_object aware_object~
interval: timedelta
inet: ip4_object ip6_object ip4_mask_object ip6_mask_object net4_object net6_object ip4 ip6 text% {_NUMBER}
cidr: ip4_object ip6_object ip4_mask_object? net4_object net6_object net4 net6 text% {_NUMBER}
json jsonb oid lo xid cid xid8 char refcursor macaddr macaddr8 xml jsonpath aclitem query_int tsvector tsquery: *!
ltree lquery ltxtquery cube seg isbn isbn13 issn issn13 ismn ismn13 ean13 upc geometry geography: *!
vector halfvec: numbers {_KNOWN}
sparsevec: sparse {_KNOWN}
hstore: pairs {_KNOWN}
"""


@cache
def taking(transport: Transport) -> dict[str, dict[str, Cell]]:
    """What each Postgres kind takes over a transport; a kind that is not here is not judged."""
    match transport:
        case Transport.POSTGREST | Transport.SQL:
            return takes(_JSON)
        case Transport.PSYCOPG:
            return takes(_PSYCOPG)
        case Transport.SQLALCHEMY:
            return {**takes(_PSYCOPG), **takes(_SQLALCHEMY)}
        case _:
            return takes(_ASYNCPG)
