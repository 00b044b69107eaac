"""The kinds a Python annotation can name, as `Scalar.kind`; Postgres kinds are catalogue names and never have a dot.

``py.x`` is what Pydantic (or a driver) takes and gives for that annotation in its default, lax mode. Not kinds but
shapes: ``Literal`` and enums of strings are `Labels`, ``list[T]``/``set[T]``/``tuple[T, ...]`` are `Array`, models,
TypedDicts and dataclasses are `Struct`, ``A | B`` is a `Union` (None apart: it is the field's ``nullable``).
"""

from __future__ import annotations

from typing import Final

STANDARD: Final = {
    "py.any": "Any, object, an unannotated or unbounded type variable: takes everything",
    "py.none": "None alone",
    "py.str": "str",
    "py.int": "int (any size), PositiveInt and kin, an IntEnum or Literal of ints",
    "py.float": "float, FiniteFloat",
    "py.bool": "bool",
    "py.bytes": "bytes, bytearray",
    "py.decimal": "decimal.Decimal",
    "py.complex": "complex",
    "py.fraction": "fractions.Fraction",
    "py.date": "datetime.date, PastDate, FutureDate",
    "py.datetime": "datetime.datetime, naive or aware; PastDatetime, FutureDatetime",
    "py.datetime_aware": "pydantic.AwareDatetime",
    "py.datetime_naive": "pydantic.NaiveDatetime",
    "py.time": "datetime.time",
    "py.timedelta": "datetime.timedelta",
    "py.uuid": "uuid.UUID, any version",
    "py.uuid1": "pydantic.UUID1",
    "py.uuid3": "pydantic.UUID3",
    "py.uuid4": "pydantic.UUID4",
    "py.uuid5": "pydantic.UUID5",
    "py.uuid6": "pydantic.UUID6",
    "py.uuid7": "pydantic.UUID7",
    "py.uuid8": "pydantic.UUID8",
    "py.dict": "dict, Mapping, dict[str, T]: any object with text keys",
    "py.list": "list, Sequence, list[Any], tuple, set: any items",
    "py.json": "pydantic.Json, Json[T]: a text that holds JSON",
    "py.json_value": "pydantic.JsonValue: any decoded JSON, null included",
    "py.ipv4address": "ipaddress.IPv4Address",
    "py.ipv6address": "ipaddress.IPv6Address",
    "py.ipv4interface": "ipaddress.IPv4Interface",
    "py.ipv6interface": "ipaddress.IPv6Interface",
    "py.ipv4network": "ipaddress.IPv4Network",
    "py.ipv6network": "ipaddress.IPv6Network",
    "py.ipaddress": "pydantic.IPvAnyAddress",
    "py.ipinterface": "pydantic.IPvAnyInterface",
    "py.ipnetwork": "pydantic.IPvAnyNetwork",
    "py.email": "pydantic.EmailStr, NameEmail",
    "py.url": "pydantic.AnyUrl, HttpUrl and kin",
    "py.path": "pathlib.Path, FilePath, DirectoryPath",
    "py.pattern": "re.Pattern",
    "py.secret_str": "pydantic.SecretStr",
    "py.secret_bytes": "pydantic.SecretBytes",
    "py.base64_str": "pydantic.Base64Str: a text that holds base64",
    "py.base64_bytes": "pydantic.Base64Bytes",
}

STRICT: Final = {
    f"py.strict_{name}": f"{name} that converts nothing: Strict{name.title()}, Annotated[{name}, Strict()], strict=True"
    for name in ("str", "int", "float", "bool", "bytes", "decimal", "date", "datetime", "time", "timedelta", "uuid")
}

ANNOTATED: Final = {
    "py.pg_timestamptz": "pgconform.types.Timestamptz: a datetime with offset; holds infinity, BC and years past 9999",
    "py.pg_timestamp": "pgconform.types.Timestamp: a datetime without offset; holds what Timestamptz holds",
    "py.pg_date": "pgconform.types.Date: a date; holds infinity, BC and years past 9999",
    "py.pg_time": "pgconform.types.Time: a time; holds 24:00:00",
    "py.pg_timetz": "pgconform.types.Timetz: a time with any offset",
    "py.pg_interval": "pgconform.types.Interval: months, days and microseconds",
    "py.pg_numeric": "pgconform.types.Numeric: a Decimal; holds NaN and Infinity",
    "py.pg_int2": "pgconform.types.Int2: an int of two bytes",
    "py.pg_int4": "pgconform.types.Int4: an int of four bytes",
    "py.pg_int8": "pgconform.types.Int8: an int of eight bytes",
    "py.pg_oid": "pgconform.types.Oid: an int from 0 to 4294967295",
    "py.pg_float": "pgconform.types.Float: a float; NaN and infinity are texts in JSON",
    "py.pg_bytea": "pgconform.types.Bytea: bytes, in hex over JSON",
    "py.pg_json": "pgconform.types.Json: any decoded JSON but null",
    "py.pg_hstore": "pgconform.types.Hstore: dict[str, str | None]",
    "py.pg_range": "pgconform.types.Range[T]",
    "py.pg_multirange": "pgconform.types.Multirange[T]",
    "py.pg_vector": "pgconform.types.Vector: list[float] of vector or halfvec",
    "py.pg_sparsevec": "pgconform.types.Sparsevec: the indices and values of a sparsevec",
    "py.pg_geometric": "pgconform.types.Geometric: the text of a point, box, path …",
    "py.pg_text": "pgconform.types.Text: the text form of any type, whatever the driver gives",
    "py.pg_geometry": "pgconform.types.Geometry: GeoJSON or the hex text of a PostGIS value",
}

KINDS: Final = {**STANDARD, **STRICT, **ANNOTATED}
