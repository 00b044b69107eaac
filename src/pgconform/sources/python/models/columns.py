"""SQLAlchemy's column types, as the Python values that pass through them."""

from __future__ import annotations

from typing import Final

from pgconform.shape import Array, Labels, Scalar, Type, Union, Unknown
from pgconform.sources.python.facts.classes import ClassFacts
from pgconform.sources.python.facts.expressions import Call, Const, Expr, Ref, Seq, spell
from pgconform.sources.python.models.constants import flag, texts
from pgconform.sources.python.models.enums import member_names
from pgconform.sources.python.models.lineage import Lineage, Scope
from pgconform.sources.python.modules.project import Found

_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "py.str": ("String", "Text", "Unicode", "UnicodeText", "VARCHAR", "NVARCHAR", "CHAR", "NCHAR", "TEXT", "CITEXT"),
    "py.int": ("Integer", "BigInteger", "SmallInteger", "INTEGER", "INT", "BIGINT", "SMALLINT"),
    "py.float": ("Float", "FLOAT", "Double", "DOUBLE", "DOUBLE_PRECISION", "REAL"),
    "py.decimal": ("Numeric", "NUMERIC", "DECIMAL"),
    "py.bool": ("Boolean", "BOOLEAN"),
    "py.datetime": ("DateTime", "DATETIME", "TIMESTAMP"),
    "py.date": ("Date", "DATE"),
    "py.time": ("Time", "TIME"),
    "py.timedelta": ("Interval", "INTERVAL"),
    "py.bytes": ("LargeBinary", "BYTEA", "BLOB", "BINARY", "VARBINARY"),
    "py.uuid": ("UUID", "Uuid"),
    "py.json_value": ("JSON", "JSONB"),
    "py.dict": ("HSTORE",),
}
KIND_OF: Final = {name: kind for kind, names in _KINDS.items() for name in names}


def column_type(expression: Expr, scope: Scope, lineage: Lineage) -> Type | None:
    """What a column's type holds; None when the expression is no type (a default, a foreign key)."""
    call = expression if isinstance(expression, Call) else Call(expression)
    module, _, name = lineage.outside(call.function, scope).rpartition(".")
    if not module.startswith(("sqlalchemy", "sqlmodel")):
        return Unknown(spell(expression)) if isinstance(expression, Ref | Call) and module != "builtins" else None
    raw = spell(expression)
    match name:
        case "ARRAY" if call.arguments:
            return Array(column_type(call.arguments[0], scope, lineage) or Unknown(), raw)
        case "Enum" | "ENUM":
            return _enum(call, scope, lineage, raw)
        case "UUID" | "Uuid" if flag(call.keyword("as_uuid"), scope, lineage) is False:
            return Union((Scalar("py.uuid"), Scalar("py.str")), raw)
        case "Numeric" | "NUMERIC" | "DECIMAL" if flag(call.keyword("asdecimal"), scope, lineage) is False:
            return Scalar("py.float", raw=raw)
        case _ if name in KIND_OF:
            return Scalar(KIND_OF[name], raw=raw)
        case _:
            return None if name in _NOT_TYPES else Unknown(raw)


_NOT_TYPES = frozenset({"ForeignKey", "Sequence", "Identity", "Computed", "CheckConstraint", "DefaultClause"})


def _enum(call: Call, scope: Scope, lineage: Lineage, raw: str) -> Type:
    """An Enum's labels: its texts, or the names, not the values, of a Python enum's members."""
    labels = texts(Seq("[", call.arguments), scope, lineage)
    if labels and len(labels) == len(call.arguments):
        return Labels(labels, raw)
    if call.keyword("values_callable") not in (None, Const(None)) or len(call.arguments) != 1:
        return Unknown(raw)
    match call.arguments[0]:
        case Ref(name):
            match lineage.resolve(name, scope):
                case Found(thing=ClassFacts(), rest=()) as found:
                    names = member_names(lineage.line(found))
                    return Labels(names, raw) if names else Unknown(raw)
    return Unknown(raw)
