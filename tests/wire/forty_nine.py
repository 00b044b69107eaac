"""The forty-nine values by which tools are measured: each a trap to some annotation, over some wire."""

from __future__ import annotations

from typing import NamedTuple


class Value(NamedTuple):
    """A Postgres type, and a value of it as Postgres' text."""

    type: str
    text: str


VALUES = (
    Value("bool", "true"), Value("int2", "-7"), Value("int4", "2147483647"), Value("int8", "9223372036854775807"),
    Value("float4", "1.5"), Value("float8", "0.1"), Value("float8", "NaN"), Value("numeric", "12345678901234567.89"),
    Value("numeric", "NaN"), Value("numeric(12,2)", "1.50"), Value("money", "$1,234.50"), Value("text", "hello"),
    Value("varchar(10)", "hello"), Value("char(3)", "a"), Value("citext", "Hello"), Value('"char"', "a"),
    Value("bytea", r"\x6869"), Value("uuid", "f47ac10b-58cc-4372-a567-0e02b2c3d479"),
    Value("uuid", "2f1e4fc0-81fd-11da-9156-00036a0f876a"), Value("uuid", "018f4e3b-7b2a-7c3d-8e4f-5a6b7c8d9e0f"),
    Value("timestamp", "2024-01-01 12:34:56.789"), Value("timestamptz", "2024-01-01 12:34:56+00"),
    Value("timestamptz", "infinity"), Value("timestamp", "0044-03-15 10:00:00 BC"), Value("date", "2024-01-31"),
    Value("date", "10000-01-01"), Value("time", "12:34:56.5"), Value("time", "24:00:00"),
    Value("timetz", "12:34:56+02"), Value("interval", "1 mon"), Value("interval", "1 day 02:03:04"),
    Value("jsonb", '{"a": 1}'), Value("jsonb", '"x"'), Value("jsonb", "null"), Value("text[]", "{a,NULL}"),
    Value("int4[]", "{{1,2},{3,4}}"), Value("int4[]", "{}"), Value("int4range", "[1,5)"),
    Value("tstzrange", '["2024-01-01 00:00:00+00","2024-02-01 00:00:00+00")'), Value("int4multirange", "{[1,5),[7,9)}"),
    Value("inet", "10.0.0.1/24"), Value("cidr", "2001:db8::/32"), Value("macaddr", "08:00:2b:01:02:03"),
    Value("point", "(1,2)"), Value("addr", '("1 Main St",12345)'), Value("hstore", '"a"=>NULL'), Value("oid", "1"),
    Value("mood", "happy"), Value("vector(3)", "[1,2,3]"),
)  # fmt: skip
COLUMNS = tuple(f"c{number:02}" for number in range(1, len(VALUES) + 1))
_DECLARED = ", ".join(f"{column} {value.type} not null" for column, value in zip(COLUMNS, VALUES, strict=True))
SETUP = f"""
set timezone = 'UTC'; set lc_monetary = 'C';
create extension citext; create extension hstore; create extension vector;
create type mood as enum ('sad', 'happy');
create type addr as (street text, zip varchar(10));
create table wire (id int primary key, {_DECLARED});
"""
