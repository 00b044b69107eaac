"""SQLAlchemy's type of a column, and the Python type its values have over psycopg."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from pgconform.generate.annotations import Vocabulary
from pgconform.generate.imports import HOMES, Imports
from pgconform.generate.layout import string
from pgconform.generate.nesting import Call, Node, named
from pgconform.generate.options import Options
from pgconform.generate.selection import named_by
from pgconform.schema import NamedType
from pgconform.shape import Array, Labels, Scalar, Struct, Type
from pgconform.support.patterns import deferred

_PLAIN: Final = {
    "bool": ("sa.Boolean(", "bool"),
    "int2": ("sa.SmallInteger(", "int"),
    "int4": ("sa.Integer(", "int"),
    "int8": ("sa.BigInteger(", "int"),
    "float4": ("sa.REAL(", "float"),
    "float8": ("sa.Double(", "float"),
    "text": ("sa.Text(", "str"),
    "uuid": ("sa.Uuid(", "UUID"),
    "bytea": ("sa.LargeBinary(", "bytes"),
    "date": ("sa.Date(", "date"),
    "oid": ("pg.OID(", "int"),
    "citext": ("pg.CITEXT(", "str"),
    "money": ("pg.MONEY(", "str"),
    "hstore": ("pg.HSTORE(", "dict[str, str | None]"),
    "tsvector": ("pg.TSVECTOR(", "str"),
    "tsquery": ("pg.TSQUERY(", "str"),
    "macaddr": ("pg.MACADDR(", "str"),
    "macaddr8": ("pg.MACADDR8(", "str"),
    "regclass": ("pg.REGCLASS(", "str"),
    "regconfig": ("pg.REGCONFIG(", "str"),
    "cidr": ("pg.CIDR(", "IPv4Network | IPv6Network"),
    "inet": ("pg.INET(", "IPv4Address | IPv6Address | IPv4Interface | IPv6Interface"),
}
_SIZED: Final = {
    "varchar": ("sa.String(", "str"),
    "bpchar": ("sa.CHAR(", "str"),
    "numeric": ("sa.Numeric(", "Decimal"),
    "bit": ("pg.BIT(", "str"),
}
_UNSIZED: Final = frozenset({"numeric", "varchar"})
_TIMES: Final = {
    "timestamptz": ("timezone=True", "pg.TIMESTAMP(", "datetime"),
    "timestamp": ("", "pg.TIMESTAMP(", "datetime"),
    "timetz": ("timezone=True", "pg.TIME(", "time"),
    "time": ("", "pg.TIME(", "time"),
}
_RANGES: Final = {
    "int4range": "int",
    "int8range": "int",
    "numrange": "Decimal",
    "daterange": "date",
    "tsrange": "datetime",
    "tstzrange": "datetime",
}
_PARAMETER: Final = deferred(r"(?<![:\w\\]):(?=\w+(?!:))")
_WORD: Final = deferred(r"(?<![.\w])\w+")
_BY_VALUE: Final = "values_callable=lambda labels: [label.value for label in labels]"
_UNDECODED: Final = frozenset({"citext", "money", "hstore"})


class Typed(NamedTuple):
    """SQLAlchemy's type of a column, and the annotation of its values."""

    column: Node
    annotation: str


class ColumnTypes:
    """Writes column types down. ``named`` are the truth's enums and domains, ``words`` has the enums' classes."""

    def __init__(
        self, named: Mapping[tuple[str, str], NamedType], words: Vocabulary, options: Options, imports: Imports
    ) -> None:
        self.named = named
        self.words = words
        self.options = options
        self.imports = imports

    def of(self, kind: Type) -> Typed:
        """The type as SQLAlchemy has it, else by the database's own name for it."""
        named = self.named.get(named_by(kind.raw))
        if named is not None and named.kind == "domain":
            return self._domain(named, kind)
        match kind:
            case Labels() if named is not None:
                return self._enum(kind, named)
            case Array(of=of):
                return self._array(of, kind)
            case Scalar():
                return _scalar(kind)
        return _native(kind, "str" if isinstance(kind, Struct | Labels) else "JsonValue")

    def _enum(self, kind: Labels, named: NamedType) -> Typed:
        name = self.words.called(kind, self.imports)
        told = (f"name={string(named.name)}", f"schema={string(named.schema)}")
        if self.options.enums == "literal":
            return Typed(Call("sa.Enum(", (*map(string, kind.values), *told)), name)
        return Typed(Call("sa.Enum(", (name, *told, _BY_VALUE)), name)

    def _array(self, of: Type, kind: Array) -> Typed:
        inner = self.named.get(named_by(of.raw))
        if (inner is not None and inner.kind == "domain") or (isinstance(of, Scalar) and of.kind in _UNDECODED):
            return _native(kind, "str")
        item = self.of(of)
        if isinstance(item.column, Call) and item.column.head == "Native(":
            return _native(kind, "str")
        return Typed(Call("pg.ARRAY(", (item.column,)), f"list[{item.annotation} | None]")

    def _domain(self, domain: NamedType, kind: Type) -> Typed:
        base = self.of(domain.type)
        if len(domain.checks) > 1:
            return _native(kind, base.annotation)
        said = [string(domain.name), base.column, f"schema={string(domain.schema)}"]
        if domain.default:
            said.append(named("default", sql_text(domain.default)))
        if not domain.nullable:
            said.append("not_null=True")
        for check in domain.checks:
            said += [f"constraint_name={string(check.name)}", named("check", sql_text(check.expression))]
        return Typed(Call("pg.DOMAIN(", tuple(said)), base.annotation)

    def noted(self, typed: Typed) -> Typed:
        """The types, with what they are spelled with imported."""
        for name in _WORD.findall(typed.annotation):
            if name in HOMES:
                self.imports.use(name)
        heads = set(_heads(typed.column))
        if "pg.Range[" in typed.annotation or any(head.startswith("pg.") for head in heads):
            self.imports.take("sqlalchemy.dialects", "postgresql as pg")
        if "Native(" in heads:
            self.imports.take("pgconform.types.sqlalchemy", "Native")
        return typed


def _scalar(kind: Scalar) -> Typed:
    size = tuple(map(str, kind.size))
    if kind.kind in _PLAIN:
        head, annotation = _PLAIN[kind.kind]
        return Typed(Call(head, ()), annotation)
    if kind.kind in _SIZED and (size or kind.kind in _UNSIZED):
        head, annotation = _SIZED[kind.kind]
        return Typed(Call(head, size), annotation)
    match kind.kind:
        case "varbit":
            return Typed(Call("pg.BIT(", (*size, "varying=True")), "str")
        case "json" | "jsonb":
            return Typed(Call(f"pg.{kind.kind.upper()}(", ("none_as_null=True",)), "JsonValue")
        case "interval":
            return (
                Typed(Call("pg.INTERVAL(", ()), "timedelta") if kind.raw == "interval" else _native(kind, "timedelta")
            )
        case name if name in _TIMES:
            return _time(kind.size, *_TIMES[name])
    return _range(kind)


def _time(size: tuple[int, ...], zone: str, head: str, annotation: str) -> Typed:
    said = (zone, f"precision={size[0]}" if size else "")
    return Typed(Call(head, tuple(filter(None, said))), annotation)


def _range(kind: Scalar) -> Typed:
    of = _RANGES.get(kind.kind.replace("multirange", "range"))
    if of is None:
        return _native(kind, "str")
    annotation = f"list[pg.Range[{of}]]" if "multi" in kind.kind else f"pg.Range[{of}]"
    return Typed(Call(f"pg.{kind.kind.upper()}(", ()), annotation)


def _native(kind: Type, annotation: str) -> Typed:
    return Typed(Call("Native(", (string(kind.raw),)), annotation)


def _heads(node: Node) -> Iterator[str]:
    if isinstance(node, Call):
        yield node.head
        for part in node.parts:
            yield from _heads(part)


def sql_text(expression: str) -> Call:
    """SQL as SQLAlchemy is to hold it: a colon before a word would be a parameter to it."""
    return Call("sa.text(", (string(escaped(expression)),))


def escaped(expression: str) -> str:
    """SQL whose colons mean no parameters of SQLAlchemy."""
    return _PARAMETER.sub(r"\:", expression)
