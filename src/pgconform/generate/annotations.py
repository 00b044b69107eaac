"""The annotation of a Postgres type: one that holds every value the database can send, and says no more than is so."""

from __future__ import annotations

from typing import Final

from pgconform.generate.imports import HOMES, Imports
from pgconform.generate.options import Options
from pgconform.shape import Array, Labels, Scalar, Struct, Type

_BUILTIN: Final = {
    "bool": "bool",
    **dict.fromkeys(("int2", "int4", "int8", "oid", "xid", "xid8", "cid", "lo"), "int"),
    **dict.fromkeys(("text", "varchar", "bpchar", "citext", "name"), "str"),
    "int2vector": "list[int]",
    "oidvector": "list[int]",
}
_TEXTUAL: Final = (
    "char", "money", "xml", "jsonpath", "macaddr", "macaddr8", "tsvector", "tsquery", "aclitem", "refcursor",
    "regclass", "regtype", "regproc", "regprocedure", "regoper", "regoperator", "regrole", "regnamespace",
    "regconfig", "regdictionary", "regcollation", "gtsvector", "ltree", "lquery", "ltxtquery", "cube", "seg",
    "query_int", "isbn", "isbn13", "issn", "issn13", "ismn", "ismn13", "ean13", "upc", "bit", "varbit", "tid",
    "pg_snapshot", "txid_snapshot", "pg_lsn",
)  # fmt: skip
_GEOMETRIC: Final = ("point", "line", "lseg", "box", "path", "polygon", "circle")
_EXACT: Final = {
    **dict.fromkeys(_TEXTUAL, "Text"),
    "uuid": "UUID",
    "float4": "Float",
    "float8": "Float",
    "numeric": "Numeric",
    "bytea": "Bytea",
    "timestamptz": "Timestamptz",
    "timestamp": "Timestamp",
    "date": "Date",
    "time": "Time",
    "timetz": "Timetz",
    "interval": "Interval",
    "json": "JsonValue",
    "jsonb": "JsonValue",
    "inet": "IPvAnyInterface",
    "cidr": "IPvAnyNetwork",
    "hstore": "Hstore",
    "vector": "Vector",
    "halfvec": "Vector",
    "sparsevec": "Sparsevec",
    **dict.fromkeys(_GEOMETRIC, "Geometric"),
    **dict.fromkeys(("geometry", "geography"), "Geometry"),
}
_PLAIN: Final = {
    **_EXACT,
    **dict.fromkeys((*_TEXTUAL, *_GEOMETRIC), "str"),
    **dict.fromkeys(("vector", "halfvec", "sparsevec", "geography", "bytea", "timetz", "interval"), "str"),
    "float4": "float",
    "float8": "float",
    "numeric": "Decimal",
    "timestamptz": "AwareDatetime",
    "timestamp": "NaiveDatetime",
    "date": "date",
    "time": "time",
    "geometry": "JsonValue",
    "hstore": "dict[str, str | None]",
}
_WRITTEN: Final = {
    **{kind: kind.title() for kind in ("int2", "int4", "int8", "oid")},
    **dict.fromkeys(("xid", "cid", "lo"), "Oid"),
}
RANGES: Final = {
    "int4range": "int4",
    "int8range": "int8",
    "numrange": "numeric",
    "daterange": "date",
    "tsrange": "timestamp",
    "tstzrange": "timestamptz",
}


class Vocabulary:
    """What the named types of a truth are called in the module that is being written.

    ``named`` maps a type's own text to its class, ``ranges`` a range's kind to the subtype it is of, ``own`` columns
    and types to the team's own annotations, ``keys`` columns to the name of the key that they are or refer to.
    ``home`` is the module that the classes are imported from, "" where they are written in this one.
    """

    def __init__(self, options: Options, named: dict[str, str], ranges: dict[str, Type], home: str = "") -> None:
        self.exact = options.exact
        self.own = options.types
        self.keys: dict[str, str] = {}
        self.named = named
        self.ranges = ranges
        self.home = home

    def called(self, kind: Type, imports: Imports) -> str:
        """The class of a named type; "" where it has none."""
        name = self.named.get(kind.raw, "")
        return imports.take(self.home, name) if name and self.home else name


def part_annotation(kind: Type, words: Vocabulary, imports: Imports) -> str:
    """The annotation of a composite's part, which psycopg gives as text, arrays too."""
    if isinstance(kind, Array) and words.exact:
        return _from_text(_listed(kind.of, words, imports), imports)
    return annotation(kind, words, imports, written=True)


def annotation(kind: Type, words: Vocabulary, imports: Imports, written: bool = False) -> str:
    """The annotation of a type, its imports noted; ``written``: in a model that is sent to the database."""
    if written and words.exact and isinstance(kind, Scalar) and kind.kind in _WRITTEN:
        return imports.use(_WRITTEN[kind.kind])
    return _annotation(kind, words, imports)


def _annotation(kind: Type, words: Vocabulary, imports: Imports) -> str:
    if kind.raw in words.own:
        return imports.own(words.own[kind.raw])
    match kind:
        case Labels(values=values):
            return words.called(kind, imports) or labels(values, imports)
        case Struct(raw=raw) if raw in words.named:
            return words.called(kind, imports)
        case Array(of=of):
            return _array(of, words, imports)
        case Scalar():
            return _scalar(kind, words, imports)
    return imports.use("JsonValue")


def labels(values: tuple[str, ...], imports: Imports) -> str:
    from pgconform.generate.layout import string

    return f"{imports.use('Literal')}[{', '.join(map(string, values))}]" if values else imports.use("JsonValue")


def _scalar(kind: Scalar, words: Vocabulary, imports: Imports) -> str:
    if known := _BUILTIN.get(kind.kind):
        return known
    if known := (_EXACT if words.exact else _PLAIN).get(kind.kind):
        return imports.use(known) if known in HOMES else known
    return _range(kind.kind, words, imports) or imports.use("JsonValue")


def _range(kind: str, words: Vocabulary, imports: Imports) -> str:
    multi = kind.endswith("multirange")
    single = kind.replace("multirange", "range") if multi else kind
    of = words.ranges.get(kind) or (Scalar(RANGES[single]) if single in RANGES else None)
    if of is None:
        return ""
    if not words.exact:
        return "str"
    return f"{imports.use('Multirange' if multi else 'Range')}[{_annotation(of, words, imports)}]"


def _array(of: Type, words: Vocabulary, imports: Imports) -> str:
    listed = _listed(of, words, imports)
    untold = isinstance(of, Labels | Struct) or "." in of.raw
    return _from_text(listed, imports) if untold and words.exact else listed


def _listed(of: Type, words: Vocabulary, imports: Imports) -> str:
    item = _annotation(of, words, imports)
    return f"list[{item}]" if item == "JsonValue" else f"list[{item} | None]"


def _from_text(listed: str, imports: Imports) -> str:
    return f"{imports.use('Annotated')}[{listed}, {imports.use('FromText')}]"
