"""Annotations as objects, in the form pgconform keeps types in."""

from __future__ import annotations

import collections.abc
import dataclasses
import datetime
import decimal
import enum
import fractions
import ipaddress
import pathlib
import re
import types
import typing
import uuid
from typing import Any

Json = dict[str, Any]
DEPTH = 3
NONE: Json = {"type": "scalar", "kind": "py.none"}
KINDS: dict[Any, str] = {
    Any: "any",
    object: "any",
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    bytes: "bytes",
    bytearray: "bytes",
    complex: "complex",
    dict: "dict",
    list: "list",
    set: "list",
    frozenset: "list",
    tuple: "list",
    decimal.Decimal: "decimal",
    fractions.Fraction: "fraction",
    datetime.datetime: "datetime",
    datetime.date: "date",
    datetime.time: "time",
    datetime.timedelta: "timedelta",
    uuid.UUID: "uuid",
    pathlib.Path: "path",
    pathlib.PurePath: "path",
    re.Pattern: "pattern",
    type(None): "none",
    typing.Hashable: "any",
    collections.abc.Hashable: "any",
}
KINDS.update(
    {
        getattr(ipaddress, f"IPv{v}{what}"): f"ipv{v}{what.lower()}"
        for v in (4, 6)
        for what in ("Address", "Interface", "Network")
    }
)
NAMED = {
    "AwareDatetime": "datetime_aware",
    "NaiveDatetime": "datetime_naive",
    "PastDatetime": "datetime",
    "FutureDatetime": "datetime",
    "PastDate": "date",
    "FutureDate": "date",
    "EmailStr": "email",
    "NameEmail": "email",
    "SecretStr": "secret_str",
    "SecretBytes": "secret_bytes",
    "Json": "json",
    "JsonValue": "json_value",
    "IPvAnyAddress": "ipaddress",
    "IPvAnyInterface": "ipinterface",
    "IPvAnyNetwork": "ipnetwork",
}
LIMITS = ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "max_digits", "decimal_places")
ALTERING = ("strip_whitespace", "to_lower", "to_upper")
LIMITS_TOO = ("pattern", "strict", "allow_inf_nan")
STRICT = "str int float bool bytes decimal date datetime time timedelta uuid".split()  # noqa: SIM905
FREE = {"WrapValidator", "PlainValidator", "GetPydanticSchema", "SkipValidation", "InstanceOf", "ValidateAs"}
TAKEN = FREE | {"BeforeValidator"}
GIVEN = FREE | {"PlainSerializer", "WrapSerializer", "SerializeAsAny"}
LISTS = (list, set, frozenset, collections.abc.Sequence, collections.abc.Set, collections.deque)
LISTS_TOO = (collections.abc.Iterable, collections.abc.Collection, collections.abc.MutableSequence)


class Said:
    """A type in pgconform's own form, with what stands beside it."""

    def __init__(self, type_: Json, nullable: bool = False, bounds: Json | None = None) -> None:
        self.type = type_
        self.nullable = nullable
        self.bounds = bounds or {}
        self.taken = False
        self.given = False


def scalar(kind: str) -> Said:
    return Said({"type": "scalar", "kind": f"py.{kind}"}, kind in ("any", "none", "json_value"))


def unknown() -> Said:
    said = Said({"type": "unknown"}, nullable=True)
    said.taken = said.given = True
    return said


def read(hint: Any, depth: int) -> Said:
    """What an annotation is, as an object."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return beside(read(arguments[0], depth), arguments[1:])
    if origin in (typing.Union, types.UnionType):
        return union([read(item, depth) for item in arguments])
    if origin is typing.Literal:
        return literal([item.value if isinstance(item, enum.Enum) else item for item in arguments])
    if type(hint).__name__ == "TypeAliasType" and hint.__name__ == "JsonValue":
        return scalar("json_value")
    if type(hint).__name__ == "TypeAliasType":
        return read(hint.__value__, depth)
    if type(origin).__name__ == "TypeAliasType":
        return read(origin.__value__[arguments], depth)
    if hasattr(hint, "__supertype__"):
        return read(hint.__supertype__, depth)
    if isinstance(hint, typing.TypeVar):
        return read(hint.__bound__, depth) if hint.__bound__ is not None else scalar("any")
    if origin is not None and not isinstance(hint, type):
        return container(origin, arguments, depth)
    return plain(hint, depth)


def container(origin: Any, arguments: tuple[Any, ...], depth: int) -> Said:
    if not arguments and origin in KINDS:
        return scalar(KINDS[origin])
    if (arguments and origin in LISTS + LISTS_TOO) or (origin is tuple and len(arguments) == 2 and arguments[1] is ...):
        item = read(arguments[0], depth)
        if item.type.get("kind") == "py.any":
            return scalar("list")
        if item.taken or item.type["type"] == "unknown":
            return Said({"type": "array", "of": {"type": "unknown"}})
        of = {"type": "union", "options": [item.type, NONE]} if item.nullable and item.type != NONE else item.type
        return Said({"type": "array", "of": of})
    if origin in KINDS:
        return scalar(KINDS[origin])
    return scalar("dict") if isinstance(origin, type) and issubclass(origin, collections.abc.Mapping) else unknown()


def plain(hint: Any, depth: int) -> Said:
    name = getattr(hint, "__name__", "")
    module = getattr(hint, "__module__", "")
    if module.startswith("pydantic"):
        if name in NAMED:
            return scalar(NAMED[name])
        if name.endswith(("Url", "Dsn")):
            return scalar("url")
    if hint in KINDS:
        return scalar(KINDS[hint])
    if not isinstance(hint, type):
        return unknown()
    if issubclass(hint, enum.Enum):
        return unknown() if "_missing_" in vars(hint) else literal([item.value for item in hint])
    if issubclass(hint, tuple):
        return scalar("list")
    if issubclass(hint, collections.abc.Mapping) and not hasattr(hint, "__required_keys__"):
        return scalar("dict")
    return nested(hint, depth + 1)


def nested(hint: type, depth: int) -> Said:
    """A class with fields, as an object of that shape."""
    from .fields import custom, functions, model_fields, part, record_fields

    if depth > DEPTH or custom(hint):
        return unknown()
    if hasattr(hint, "model_fields") and "RootModel" in [base.__name__ for base in hint.__mro__]:
        return read_root(hint, depth)
    if hasattr(hint, "model_fields"):
        fields = [part(field) for field in model_fields(hint, depth) if field["taken"]]
    elif hasattr(hint, "__required_keys__") or dataclasses.is_dataclass(hint):
        fields = [part(field) for field in record_fields(hint, depth)]
    else:
        return unknown()
    extra = getattr(hint, "model_config", {}).get("extra") or ""
    said = Said({"type": "struct", "fields": fields, "extra": extra})
    said.taken, said.given = functions(hint) if hasattr(hint, "model_fields") else (False, False)
    return said


def read_root(hint: Any, depth: int) -> Said:
    field = hint.model_fields["root"]
    return beside(read(field.annotation, depth - 1), field.metadata)


def union(options: list[Said]) -> Said:
    values = [option for option in options if option.type != NONE]
    nullable = any(option.nullable for option in options)
    if not values:
        return Said(NONE, nullable=True)
    if len(values) == 1:
        values[0].nullable = nullable
        return values[0]
    kinds: list[Json] = []
    for value in values:
        inner = value.type["options"] if value.type["type"] == "union" else [value.type]
        kinds += [kind for kind in inner if kind not in kinds and kind != NONE]
    said = Said({"type": "union", "options": kinds} if len(kinds) > 1 else kinds[0], nullable)
    if any(kind.get("kind") == "py.any" for kind in kinds):
        said = scalar("any")
    said.taken = any(value.taken for value in values)
    said.given = any(value.given for value in values)
    return said


def literal(values: list[Any]) -> Said:
    texts = list(dict.fromkeys(value for value in values if isinstance(value, str)))
    others = dict.fromkeys(type(value).__name__ for value in values if isinstance(value, (int, float)))
    if any(not isinstance(value, (str, int, float, type(None))) for value in values):
        return unknown()
    kinds: list[Json] = [{"type": "labels", "values": texts}] if texts else []
    kinds += [{"type": "scalar", "kind": f"py.{name if name in ('bool', 'float') else 'int'}"} for name in others]
    if not kinds:
        return Said(NONE, nullable=True)
    numbers = [value for value in values if value is not None]
    ends = {"ge": str(min(numbers)), "le": str(max(numbers))} if list(others) == ["int"] and not texts else None
    return Said(kinds[0] if len(kinds) == 1 else {"type": "union", "options": kinds}, None in values, ends)


def beside(said: Said, metadata: Any) -> Said:
    """The type with the metadata of an Annotated, or of a field."""
    for item in metadata:
        name = getattr(item, "__name__", None) or type(item).__name__
        own = hasattr(item, "__get_pydantic_core_schema__") and not type(item).__module__.startswith("pydantic")
        said.taken = said.taken or own or name in TAKEN
        said.given = said.given or own or name in GIVEN
        if name == "UuidVersion" and said.type.get("kind") == "py.uuid":
            said.type = {"type": "scalar", "kind": f"py.uuid{item.uuid_version}"}
        elif name == "Json":
            said = scalar("json")
        elif name in ("EncodedStr", "EncodedBytes") and item.encoder.__name__.startswith("Base64"):
            said.type = {"type": "scalar", "kind": f"py.base64_{'str' if name == 'EncodedStr' else 'bytes'}"}
        elif name == "FieldInfo":
            said = beside(said, item.metadata)
        else:
            limit(said, item)
    return said


def limit(said: Said, item: Any) -> None:
    values = dict(getattr(item, "__dict__", {}))
    values.update({name: getattr(item, name) for name in (*LIMITS, *LIMITS_TOO, *ALTERING) if hasattr(item, name)})
    if any(values.get(how) is True for how in ALTERING) or isinstance(values.get("pattern"), re.Pattern):
        said.bounds["altered"] = True
    for name in (*LIMITS, *LIMITS_TOO):
        value = values.get(name)
        if value is None or (name == "min_length" and value == 0):
            continue
        said.bounds[name] = bound(name, value)
    if said.bounds.get("strict"):
        tightened(said)


def bound(name: str, value: Any) -> Any:
    if name == "pattern":
        return getattr(value, "pattern", value)
    if name not in LIMITS[:5]:
        return value if isinstance(value, (int, bool, str)) else None
    if isinstance(value, bool) or not isinstance(value, (int, float, decimal.Decimal)):
        return None
    text = format(decimal.Decimal(str(value)).normalize(), "f")
    return "0" if text == "-0" else text


def tightened(said: Said) -> None:
    kind = said.type.get("kind", "").removeprefix("py.")
    if kind in STRICT:
        said.type = {"type": "scalar", "kind": f"py.strict_{kind}"}
        said.bounds.pop("strict", None)
