"""The annotation of each Python kind, and values of it to write."""

from __future__ import annotations

import ipaddress as ip
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import pydantic as pd
from pydantic import Strict

import pgconform.types as pg
from pgconform.shape import Array, Field, Labels, Scalar, Struct, Type, Union

ANNOTATIONS: Final[dict[str, Any]] = {
    "py.any": Any,
    "py.none": type(None),
    "py.str": str,
    "py.int": int,
    "py.float": float,
    "py.bool": bool,
    "py.bytes": bytes,
    "py.decimal": Decimal,
    "py.date": date,
    "py.datetime": datetime,
    "py.datetime_aware": pd.AwareDatetime,
    "py.datetime_naive": pd.NaiveDatetime,
    "py.time": time,
    "py.timedelta": timedelta,
    "py.uuid": UUID,
    "py.uuid1": pd.UUID1,
    "py.uuid3": pd.UUID3,
    "py.uuid4": pd.UUID4,
    "py.uuid5": pd.UUID5,
    "py.uuid7": pd.UUID7,
    "py.dict": dict[str, Any],
    "py.list": list[Any],
    "py.json": pd.Json,
    "py.json_value": pd.JsonValue,
    "py.ipv4address": ip.IPv4Address,
    "py.ipv6address": ip.IPv6Address,
    "py.ipv4interface": ip.IPv4Interface,
    "py.ipv6interface": ip.IPv6Interface,
    "py.ipv4network": ip.IPv4Network,
    "py.ipv6network": ip.IPv6Network,
    "py.ipaddress": pd.IPvAnyAddress,
    "py.ipinterface": pd.IPvAnyInterface,
    "py.ipnetwork": pd.IPvAnyNetwork,
    "py.url": pd.AnyUrl,
    "py.secret_str": pd.SecretStr,
    "py.secret_bytes": pd.SecretBytes,
    "py.strict_str": pd.StrictStr,
    "py.strict_int": pd.StrictInt,
    "py.strict_float": pd.StrictFloat,
    "py.strict_bool": pd.StrictBool,
    "py.strict_bytes": pd.StrictBytes,
    "py.strict_decimal": Annotated[Decimal, Strict()],
    "py.strict_date": Annotated[date, Strict()],
    "py.strict_datetime": Annotated[datetime, Strict()],
    "py.strict_time": Annotated[time, Strict()],
    "py.strict_timedelta": Annotated[timedelta, Strict()],
    "py.strict_uuid": Annotated[UUID, Strict()],
    "py.pg_timestamptz": pg.Timestamptz,
    "py.pg_timestamp": pg.Timestamp,
    "py.pg_date": pg.Date,
    "py.pg_time": pg.Time,
    "py.pg_timetz": pg.Timetz,
    "py.pg_interval": pg.Interval,
    "py.pg_numeric": pg.Numeric,
    "py.pg_int2": pg.Int2,
    "py.pg_int4": pg.Int4,
    "py.pg_int8": pg.Int8,
    "py.pg_oid": pg.Oid,
    "py.pg_float": pg.Float,
    "py.pg_bytea": pg.Bytea,
    "py.pg_json": pg.Json,
    "py.pg_hstore": pg.Hstore,
    "py.pg_range": pg.Range[Any],
    "py.pg_multirange": pg.Multirange[Any],
    "py.pg_vector": pg.Vector,
    "py.pg_sparsevec": pg.Sparsevec,
    "py.pg_geometric": pg.Geometric,
    "py.pg_text": pg.Text,
}

NONE: Final = Scalar("py.none")


def listed(of: Type, item: Any) -> tuple[Type, Any]:
    return Array(of, "list[…]"), list[item]


class Address(pd.BaseModel):
    street: str | None
    zip: str | None


class OtherAddress(pd.BaseModel):
    street: str
    zip: int | None


STRUCT: Final = Struct((Field("street", Scalar("py.str"), True, True), Field("zip", Scalar("py.str"), True, True)))
OTHER: Final = Struct((Field("street", Scalar("py.str"), False, True), Field("zip", Scalar("py.int"), True, True)))
MOODS: Final = Labels(("sad", "happy"), "Literal['sad', 'happy']")
SAD: Final = Labels(("sad",), "Literal['sad']")

SHAPES: Final[dict[str, tuple[Type, Any]]] = {
    "Any": (Scalar("py.any"), Any),
    "str": (Scalar("py.str"), str),
    "int": (Scalar("py.int"), int),
    "dict": (Scalar("py.dict"), dict[str, Any]),
    "list": (Scalar("py.list"), list[Any]),
    "JsonValue": (Scalar("py.json_value"), pd.JsonValue),
    "list[int]": listed(Scalar("py.int"), int),
    "list[int | None]": listed(Union((Scalar("py.int"), NONE)), int | None),
    "list[str]": listed(Scalar("py.str"), str),
    "list[str | None]": listed(Union((Scalar("py.str"), NONE)), str | None),
    "list[JsonValue]": listed(Scalar("py.json_value"), pd.JsonValue),
    "list[UUID]": listed(Scalar("py.uuid"), UUID),
    "list[Literal]": listed(MOODS, Literal["sad", "happy"]),
    "list[Literal | None]": listed(Union((MOODS, NONE)), Literal["sad", "happy"] | None),
    "list[datetime]": listed(Scalar("py.datetime"), datetime),
    "list[dict]": listed(Scalar("py.dict"), dict[str, Any]),
    "list[Address]": listed(STRUCT, Address),
    "list[Address | None]": listed(Union((STRUCT, NONE)), Address | None),
    "list[int] | str": (Union((Array(Scalar("py.int"), "list[int]"), Scalar("py.str"))), list[int] | str),
    "Literal": (MOODS, Literal["sad", "happy"]),
    "one label": (SAD, Literal["sad"]),
    "int | str": (Union((Scalar("py.int"), Scalar("py.str"))), int | str),
    "int | None": (Union((Scalar("py.int"), NONE)), int | None),
    "dict | list": (Union((Scalar("py.dict"), Scalar("py.list"))), dict[str, Any] | list[Any]),
    "Address": (STRUCT, Address),
    "other model": (OTHER, OtherAddress),
    "FromText": (
        Array(Union((MOODS, NONE)), "list[Mood | None, FromText]"),
        Annotated[list[Literal["sad", "happy"] | None], pg.FromText],
    ),
}
