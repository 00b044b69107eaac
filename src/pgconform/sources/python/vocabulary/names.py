"""What the names of other people's libraries mean in an annotation: the kinds of `kinds`, and limits."""

from __future__ import annotations

import enum
import typing
from functools import cache
from typing import Final

from pgconform.shape import Bounds
from pgconform.sources.python.vocabulary.kinds import ANNOTATED

_DATETIME = {
    "datetime": "py.datetime",
    "date": "py.date",
    "time": "py.time",
    "timedelta": "py.timedelta",
}
_IP = {
    f"IPv{version}{what}": f"py.ipv{version}{what.lower()}"
    for version in (4, 6)
    for what in ("Address", "Interface", "Network")
}
_URL = (
    *("AnyUrl", "AnyHttpUrl", "FileUrl", "HttpUrl", "FtpUrl", "WebsocketUrl", "AnyWebsocketUrl"),
    *(f"{server}Dsn" for server in ("Postgres", "Cockroach", "Amqp", "Redis", "Mongo", "Kafka", "Nats")),
    *(f"{server}Dsn" for server in ("MySQL", "MariaDB", "ClickHouse", "Snowflake")),
)

_BUILTIN = {
    **{name: f"py.{name}" for name in ("str", "int", "float", "bool", "bytes", "complex", "dict", "list")},
    "bytearray": "py.bytes",
    "object": "py.any",
    "set": "py.list",
    "frozenset": "py.list",
    "tuple": "py.list",
}
_TYPING = {
    "Any": "py.any",
    "Hashable": "py.any",
    "Text": "py.str",
    "LiteralString": "py.str",
    "Pattern": "py.pattern",
    **dict.fromkeys(("Dict", "Mapping", "MutableMapping", "OrderedDict", "DefaultDict", "Counter"), "py.dict"),
    **dict.fromkeys(("List", "Sequence", "MutableSequence", "Iterable", "Collection", "Tuple"), "py.list"),
    **dict.fromkeys(("Set", "FrozenSet", "AbstractSet", "MutableSet", "Deque"), "py.list"),
}
_PYDANTIC = {
    **{f"UUID{version}": f"py.uuid{version}" for version in (1, 3, 4, 5, 6, 7, 8)},
    **dict.fromkeys(_URL, "py.url"),
    **dict.fromkeys(("FilePath", "DirectoryPath", "NewPath", "SocketPath"), "py.path"),
    "AwareDatetime": "py.datetime_aware",
    "NaiveDatetime": "py.datetime_naive",
    "PastDatetime": "py.datetime",
    "FutureDatetime": "py.datetime",
    "PastDate": "py.date",
    "FutureDate": "py.date",
    "EmailStr": "py.email",
    "NameEmail": "py.email",
    "SecretStr": "py.secret_str",
    "SecretBytes": "py.secret_bytes",
    "Json": "py.json",
    "JsonValue": "py.json_value",
    "IPvAnyAddress": "py.ipaddress",
    "IPvAnyInterface": "py.ipinterface",
    "IPvAnyNetwork": "py.ipnetwork",
    "Base64Str": "py.base64_str",
    "Base64UrlStr": "py.base64_str",
    "Base64Bytes": "py.base64_bytes",
    "Base64UrlBytes": "py.base64_bytes",
    **{f"Strict{name.title()}": f"py.strict_{name}" for name in ("str", "int", "float", "bool", "bytes")},
    **dict.fromkeys(("PositiveInt", "NegativeInt", "NonNegativeInt", "NonPositiveInt", "conint"), "py.int"),
    **dict.fromkeys(("PositiveFloat", "NegativeFloat", "NonNegativeFloat", "NonPositiveFloat"), "py.float"),
    **dict.fromkeys(("FiniteFloat", "confloat"), "py.float"),
    "constr": "py.str",
    "conbytes": "py.bytes",
    "condecimal": "py.decimal",
    "condate": "py.date",
}
_OWN = {line.removeprefix("pgconform.types.").split(":")[0].split("[")[0]: kind for kind, line in ANNOTATED.items()}

KIND_OF: Final[dict[str, str]] = {
    **{f"builtins.{name}": kind for name, kind in _BUILTIN.items()},
    **{f"typing.{name}": kind for name, kind in _TYPING.items()},
    **{f"collections.abc.{name}": kind for name, kind in _TYPING.items()},
    **{f"collections.{name}": "py.dict" for name in ("OrderedDict", "defaultdict", "Counter")},
    "collections.deque": "py.list",
    **{f"datetime.{name}": kind for name, kind in _DATETIME.items()},
    **{f"ipaddress.{name}": kind for name, kind in _IP.items()},
    **{f"pydantic.{name}": kind for name, kind in _PYDANTIC.items()},
    **{f"pgconform.types.{name}": kind for name, kind in _OWN.items()},
    "uuid.UUID": "py.uuid",
    "decimal.Decimal": "py.decimal",
    "fractions.Fraction": "py.fraction",
    "re.Pattern": "py.pattern",
    "pathlib.Path": "py.path",
    "pathlib.PurePath": "py.path",
    "pathlib.PosixPath": "py.path",
    "os.PathLike": "py.path",
    "types.NoneType": "py.none",
}

LIMITS_OF: Final[dict[str, Bounds]] = {
    **{f"pydantic.Positive{name}": Bounds(gt="0") for name in ("Int", "Float")},
    **{f"pydantic.Negative{name}": Bounds(lt="0") for name in ("Int", "Float")},
    **{f"pydantic.NonNegative{name}": Bounds(ge="0") for name in ("Int", "Float")},
    **{f"pydantic.NonPositive{name}": Bounds(le="0") for name in ("Int", "Float")},
    "pydantic.FiniteFloat": Bounds(allow_inf_nan=False),
}

OWN_ROLES: Final = {f"pgconform.types.{role.title()}": role for role in ("row", "insert", "update")}
OWN_MODELS: Final = frozenset({"pgconform.types.Composite", "pgconform.types.Write", *OWN_ROLES})
"""The bases of generated models, which are Pydantic's, and what those are for that hold rows."""

ARRAYS: Final = frozenset(
    {f"builtins.{name}" for name in ("list", "set", "frozenset")}
    | {f"collections.abc.{name}" for name in ("Sequence", "MutableSequence", "Iterable", "Collection")}
    | {f"collections.abc.{name}" for name in ("Set", "MutableSet")}
    | {"collections.deque"}
)
CONSTRAINED_ARRAYS: Final = frozenset({"pydantic.conlist", "pydantic.conset", "pydantic.confrozenset"})
LEGACY: Final = {
    **{f"typing.{name.title()}": f"builtins.{name}" for name in ("list", "set", "dict", "tuple", "type")},
    "typing.FrozenSet": "builtins.frozenset",
    "typing.AbstractSet": "collections.abc.Set",
    "typing.Deque": "collections.deque",
    **{f"typing.{name}": f"collections.abc.{name}" for name in ("Sequence", "MutableSequence", "Iterable", "Mapping")},
    **{f"typing.{name}": f"collections.abc.{name}" for name in ("Collection", "MutableSet", "MutableMapping")},
}


_SQLALCHEMY = ("sqlalchemy.orm", "sqlalchemy.ext.declarative", "flask_sqlalchemy.SQLAlchemy")
STARRED: Final[dict[str, frozenset[str]]] = {
    "pydantic": frozenset({name.removeprefix("pydantic.") for name in KIND_OF if name.startswith("pydantic.")})
    | {
        "AliasChoices",
        "AliasGenerator",
        "AliasPath",
        "BaseModel",
        "BeforeValidator",
        "ConfigDict",
        "Field",
        "RootModel",
    }
    | {"AfterValidator", "PlainSerializer", "PlainValidator", "PrivateAttr", "SerializeAsAny", "SkipValidation"}
    | {"Strict", "StringConstraints", "WrapSerializer", "WrapValidator", "computed_field", "confrozenset", "conlist"}
    | {"conset", "field_serializer", "field_validator", "model_serializer", "model_validator", "root_validator"}
    | {"validator"},
    "sqlmodel": frozenset({"Column", "Field", "Relationship", "SQLModel"}),
    "sqlalchemy": frozenset({"ARRAY", "Column", "Enum", "ForeignKey", "JSON", "MetaData", "Table", "UniqueConstraint"})
    | {"BigInteger", "Boolean", "Date", "DateTime", "Float", "Integer", "Interval", "LargeBinary", "Numeric"}
    | {"SmallInteger", "String", "Text", "Time", "Unicode", "Uuid"},
    "sqlalchemy.orm": frozenset({"DeclarativeBase", "Mapped", "declarative_base", "mapped_column", "relationship"}),
    "typing": frozenset(typing.__all__),
    "dataclasses": frozenset({"Field", "FrozenInstanceError", "InitVar", "KW_ONLY", "MISSING", "asdict", "astuple"})
    | {"dataclass", "field", "fields", "is_dataclass", "make_dataclass", "replace"},
    "datetime": frozenset(_DATETIME),
    "decimal": frozenset({"Decimal"}),
    "enum": frozenset(enum.__all__),
    "uuid": frozenset({"UUID"}),
}
"""What ``from … import *`` brings of the libraries that are known here."""


@cache
def canonical(name: str) -> str:
    """One name for what has several: ``typing_extensions.Literal`` is ``typing.Literal``."""
    module, _, last = name.rpartition(".")
    if module == "typing_extensions":
        name = f"typing.{last}"
    elif module.startswith("pydantic.") and not module.startswith("pydantic.dataclasses"):
        name = f"pydantic.{last}"
    elif module.startswith(_SQLALCHEMY) and last != "Model":
        name = f"sqlalchemy.{last}"
    return LEGACY.get(name, name)
