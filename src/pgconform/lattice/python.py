"""What Python kinds take of each form (in Pydantic's lax mode unless strict), and in which forms they are sent."""

from __future__ import annotations

from functools import cache
from typing import Final

from pgconform.lattice.table import Arrival, Cell, arrivals, takes
from pgconform.schema import Transport

_TEXTS: Final = """
own_text text opaque mac8 money nan_text decimal_text whole_text long_text number_text bits url mask bytes_text hex
uuid uuid_other aware naive endless endless_day day clock clock_hour clock_minute midnight duration mixed_duration
months iso_duration iso_negative ip4 ip6 ip4_mask ip6_mask net4 net6 json_text numbers sparse pairs range multirange
geometric record_text array_text ewkb snapshot point_text midnight_offset bit
"""
_TEXT = " ".join(_TEXTS.split())
_TEXT_AS_BYTES = " ".join(f"{form}~" for form in _TEXTS.split() if form not in ("text", "bytes_text"))
_WHOLE = "int i16 i32 i64 bigint"
_EPOCH = "int~ i16~ i32~ float~ decimal~ whole_decimal~ number_text~ whole_text~ decimal_text~ bits~ position~ text?"
_IP4_NUMBER = "int~ i16~ i32~ bool~ position~ text%"
_IP6_NUMBER = "bytes~=\\x00112233445566778899aabbccddeeff int~ i16~ i32~ i64~ bigint~ bool~ position~ mac8~ text%"
_IP_TUPLE = "tuple~ text%"
_SECONDS = "snapshot~ int~ i16~ i32~ float~ decimal~ whole_decimal~ bool~ clock~ midnight~ position~ text?"

_TAKES: Final = f"""
py.any: *
py.none: null
py.json_value: {_TEXT} {_WHOLE} null bool float nan digits position object array geojson
py.pg_json: {_TEXT} {_WHOLE} bool float nan digits position object array geojson
py.str: {_TEXT} bytes~ char_byte
py.secret_str: {_TEXT} bytes~ char_byte
py.strict_str: {_TEXT}
py.bytes py.secret_bytes: text bytes char_byte bytes_text {_TEXT_AS_BYTES}
py.strict_bytes: bytes char_byte
py.int: {_WHOLE} bool number_text whole_text whole_decimal float? decimal? digits~ decimal_text? text? bits~ position~
py.strict_int: {_WHOLE} position~
py.pg_int8: int i16 i32 bigint bool number_text whole_text whole_decimal float? decimal? decimal_text? text? bits~ \
position~
py.pg_int4: int i16 bool number_text?=3000000000 whole_text whole_decimal float? decimal? decimal_text? text? bits~ \
position~
py.pg_int2: int bool number_text?=3000000000 whole_text whole_decimal? float? decimal? decimal_text? text? bits~
py.pg_oid: int?=-1 oid_int i16 i32 bool number_text whole_text whole_decimal float? decimal? text? bits~ position~
py.float py.pg_float: int i16 i32 i64 bigint~ bool float nan nan_text digits~ decimal whole_decimal long_decimal~ \
decimal_nan number_text whole_text decimal_text long_text~ text? bits~ position~ endless~ endless_day~
py.strict_float: int i16 i32 i64 bigint~ float nan digits~ decimal whole_decimal long_decimal~ decimal_nan position~
py.bool: bool int?=2 float?=1.5 decimal?=1.5 whole_decimal?=2 number_text?=2 whole_text? bits- bit text?
py.strict_bool: bool
py.decimal: {_WHOLE} float digits~ decimal whole_decimal long_decimal number_text whole_text decimal_text long_text \
text? bits~ position~
py.strict_decimal: decimal whole_decimal long_decimal
py.date: day day_object aware? naive? aware_object? naive_object? clamped? clamped_day int~=0 float~=0 decimal~=0 \
whole_decimal~=0 number_text~=0 text?
py.strict_date: day_object clamped_day
py.datetime: aware naive day aware_object naive_object day_object clamped clamped_day {_EPOCH}
py.datetime_aware: aware aware_object {_EPOCH}
py.datetime_naive: naive day naive_object day_object clamped clamped_day text?
py.strict_datetime: aware_object naive_object clamped
py.time: clock clock_minute clock_object int~ i16~ float~ decimal~ whole_decimal~ duration~=03:00:00 snapshot~ text?
py.strict_time: clock_object
py.timedelta: duration iso_duration iso_negative timedelta months_guessed {_SECONDS}
py.strict_timedelta: timedelta months_guessed
py.uuid: uuid uuid_other uuid_object uuid_object_other bytes~=\\x00112233445566778899aabbccddeeff text%
py.strict_uuid: uuid_object uuid_object_other
py.uuid4: uuid uuid_object text%
py.uuid7: uuid_other uuid_object_other text%
py.uuid1 py.uuid3 py.uuid5 py.uuid6 py.uuid8: uuid_other? uuid_object_other? text%
py.dict: object geojson
py.list: array record~ tuple~ nested_tuple~ multirange_list multirange_object geometric_object~ bit_object~
py.json: json_text opaque% numbers number_text whole_text decimal_text nan_text bits~ text%
py.ipv4address: ip4 ip4_object ip4_mask_object {_IP4_NUMBER}
py.ipv6address: ip6 ip6_object ip6_mask_object {_IP6_NUMBER}
py.ipv4interface: ip4 ip4_mask net4 ip4_object ip4_mask_object net4_object {_IP4_NUMBER} {_IP_TUPLE}
py.ipv6interface: ip6 ip6_mask net6 ip6_object ip6_mask_object net6_object {_IP6_NUMBER} {_IP_TUPLE}
py.ipv4network: ip4 net4 ip4_object net4_object {_IP4_NUMBER} {_IP_TUPLE}
py.ipv6network: ip6 net6 ip6_object net6_object {_IP6_NUMBER} {_IP_TUPLE}
py.ipaddress: ip4 ip6 ip4_object ip6_object {_IP6_NUMBER}
py.ipinterface: ip4 ip6 ip4_mask ip6_mask net4 net6 ip4_object ip6_object ip4_mask_object ip6_mask_object \
net4_object net6_object {_IP6_NUMBER} {_IP_TUPLE}
py.ipnetwork: ip4 ip6 net4 net6 ip4_object ip6_object net4_object net6_object {_IP6_NUMBER} {_IP_TUPLE}
py.email: text%
py.url: url text%
py.pg_timestamptz: aware endless endless_day aware_object clamped {_EPOCH}
py.pg_timestamp: naive endless naive_object day day_object clamped clamped_day endless_day text?
py.pg_date: day endless_day day_object clamped_day aware? naive? aware_object? naive_object? clamped? int~=0 \
float~=0 decimal~=0 whole_decimal~=0 number_text~=0 text?
py.pg_time: clock midnight clock_object duration? snapshot~ text?
py.pg_timetz: clock clock_hour clock_minute midnight midnight_offset clock_object int~ i16~ float~ decimal~ \
whole_decimal~ duration? snapshot~ text?
py.pg_interval: duration mixed_duration months iso_duration timedelta months_guessed {_SECONDS}
py.pg_numeric: {_WHOLE} float digits~ decimal whole_decimal long_decimal decimal_nan nan nan_text endless~ \
endless_day~ bits~ position~ number_text whole_text decimal_text long_text text?
py.pg_bytea: hex bytes char_byte~ text?
py.pg_hstore: object pairs text?
py.pg_range: range range_object point_text json_text~=[1,_2] text?
py.pg_multirange: multirange multirange_object multirange_list text?
py.pg_vector: numbers array json_text? text?
py.pg_sparsevec: sparse text?
py.pg_geometry: geojson ewkb text?
py.pg_text py.pg_geometric: {_TEXT} bytes~ char_byte bit_object geometric_object tuple nested_tuple
"""

_SENT_AS_JSON: Final = """
py.none: null
py.str py.strict_str py.email: text
py.pg_text: own_text
py.url: url
py.int py.strict_int: int ; i16 i32 i64
py.pg_int2: int
py.pg_int4: int ; i16
py.pg_int8 py.pg_oid: int ; i16 i32
py.pg_float: float ; nan_text
py.float py.strict_float: float ; nan
py.bool py.strict_bool: bool
py.bytes py.strict_bytes: bytes_text
py.decimal py.strict_decimal: decimal_text ; long_text
py.date py.strict_date: day
py.datetime py.strict_datetime: aware|naive
py.datetime_aware: aware
py.datetime_naive: naive
py.time py.strict_time: clock
py.timedelta py.strict_timedelta: iso_duration ; iso_negative
py.uuid py.strict_uuid py.uuid1 py.uuid3 py.uuid4 py.uuid5 py.uuid6 py.uuid7 py.uuid8: uuid
py.dict: object
py.list: array
py.json py.json_value py.pg_json: object|array|text|int|float|bool
py.ipv4address: ip4
py.ipv6address: ip6
py.ipaddress: ip4 ip6
py.ipv4interface: ip4_mask
py.ipv6interface: ip6_mask
py.ipinterface: ip4_mask ip6_mask
py.ipv4network: net4
py.ipv6network: net6
py.ipnetwork: net4 net6
py.secret_str py.secret_bytes: mask
py.pg_timestamptz: aware ; endless
py.pg_timestamp: naive ; endless
py.pg_date: day ; endless_day
py.pg_time: clock ; midnight
py.pg_timetz: clock_hour clock_minute ; midnight_offset
py.pg_interval: duration months ; mixed_duration
py.pg_numeric: decimal_text ; long_text nan_text
py.pg_bytea: hex
py.pg_hstore: pairs
py.pg_range: range
py.pg_multirange: multirange
py.pg_vector: numbers
py.pg_sparsevec: sparse
py.pg_geometric: geometric
py.pg_geometry: ewkb
"""

_SENT_AS_OBJECT: Final = """
py.pg_float: float ; nan
py.decimal py.strict_decimal: decimal ; long_decimal
py.bytes py.strict_bytes py.pg_bytea: bytes
py.uuid py.strict_uuid py.uuid1 py.uuid3 py.uuid4 py.uuid5 py.uuid6 py.uuid7 py.uuid8: uuid_object
py.date py.strict_date: day_object
py.pg_date: day_object ; endless_day
py.datetime py.strict_datetime: aware_object|naive_object
py.datetime_aware: aware_object
py.pg_timestamptz: aware_object ; endless
py.datetime_naive: naive_object
py.pg_timestamp: naive_object ; endless
py.time py.strict_time: clock_object
py.pg_time: clock_object ; midnight
py.pg_timetz: clock_tz_object ; midnight_offset
py.timedelta py.strict_timedelta: timedelta
py.pg_interval: timedelta months ; mixed_duration
py.ipv4address: ip4_object
py.ipv6address: ip6_object
py.ipaddress: ip4_object ip6_object
py.ipv4interface: ip4_mask_object
py.ipv6interface: ip6_mask_object
py.ipinterface: ip4_mask_object ip6_mask_object
py.ipv4network: net4_object
py.ipv6network: net6_object
py.ipnetwork: net4_object net6_object
py.pg_numeric: decimal ; long_decimal decimal_nan
"""


@cache
def taking() -> dict[str, dict[str, Cell]]:
    """What each Python kind takes; a kind that is not here is not judged."""
    return takes(_TAKES)


@cache
def sending(transport: Transport) -> dict[str, tuple[Arrival, ...]]:
    """The forms in which each Python kind is sent: as JSON, or as the objects that a driver is given."""
    as_json = arrivals(_SENT_AS_JSON)
    if transport in (Transport.POSTGREST, Transport.SQL):
        return as_json
    return {**as_json, **arrivals(_SENT_AS_OBJECT)}
