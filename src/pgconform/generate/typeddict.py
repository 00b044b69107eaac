"""TypedDicts of a truth: what PostgREST's JSON holds as it comes, for programs that build no models of it."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator
from typing import Final

from pgconform.generate.header import headed
from pgconform.generate.imports import Imports
from pgconform.generate.layout import INDENT, class_line, docstring, field, indented, string, subscript
from pgconform.generate.models import changed, written
from pgconform.generate.naming import BUILTINS, Names
from pgconform.generate.options import Options
from pgconform.generate.selection import by_name, chosen, named_by, used_types
from pgconform.schema import NamedType, Relation, Schema
from pgconform.shape import Array, Field, Labels, Scalar, Struct, Type

ENDINGS = ("Row", "Insert", "Update")
_JSON: Final = 'Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"'
_DOCUMENT: Final = "Document"
_NOT_NULL: Final = 'Document: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool"'
_KINDS: Final = {
    "bool": "bool",
    **dict.fromkeys(("int2", "int4", "int8"), "int"),
    **dict.fromkeys(("float4", "float8", "numeric"), "float"),
    **dict.fromkeys(("json", "jsonb", "geometry"), "Json"),
    "hstore": "dict[str, str | None]",
    "int2vector": "list[int]",
    "oidvector": "list[str]",
}


def render(truth: Schema, options: Options) -> dict[str, str]:
    """One file, by path relative to the project; a directory gets it as its ``__init__``."""
    relations = chosen(truth, options)
    module = Module(truth, relations, options)
    body = module.text()
    path = options.out if options.out.endswith(".py") else f"{options.out.rstrip('/')}/__init__.py"
    return {path: headed(body, Schema(relations=relations, types=tuple(module.types.values())).fingerprint())}


class Module:
    """Writes one module; ``stems`` are what the relations' classes are called, in their order."""

    def __init__(self, truth: Schema, relations: tuple[Relation, ...], options: Options) -> None:
        known = by_name(truth)
        used = used_types(one.type for item in relations for one in item.fields)
        named = {kind.raw: known.get(named_by(kind.raw)) for kind in used}
        self.types: dict[str, NamedType] = {text: item for text, item in named.items() if item}
        self.tables = {(item.schema, item.name): item for item in truth.relations}
        self.documents = False
        self.relations = relations
        self.width = options.line_length
        self.imports = Imports()
        names = Names(BUILTINS | {_DOCUMENT, "Json", "Literal", "NotRequired", "TypeAlias", "TypedDict"})
        self.stems = [
            names.take(item.schema, options.names.get(item.qualified, item.name), ENDINGS) for item in relations
        ]
        self.called = {text: names.take(item.schema, item.name) for text, item in self.types.items()}

    def text(self) -> str:
        parts = [*self._named(), *self._relations()]
        self.imports.use("TypeAlias")
        lines = [*self.imports.lines(self.width), "", _JSON, *([_NOT_NULL] if self.documents else [])]
        after_alias = True
        for part in parts:
            alias = ": TypeAlias = " in part[0]
            lines += [*([] if alias and after_alias else ["", ""]), *part]
            after_alias = alias
        return "\n".join(lines) + "\n"

    def _named(self) -> Iterator[list[str]]:
        for text, item in self.types.items():
            name = self.called[text]
            if isinstance(item.type, Struct):
                yield self._dict(name, [(one.name, self._nullable(one), False) for one in item.type.fields])
            elif isinstance(item.type, Labels):
                self.imports.use("Literal")
                yield subscript(
                    f"{name}: TypeAlias = Literal", [string(value) for value in item.type.values], self.width
                )

    def _relations(self) -> Iterator[list[str]]:
        for item, stem in zip(self.relations, self.stems, strict=True):
            yield self._dict(
                f"{stem}Row", [(one.name, self._nullable(one), False) for one in item.fields], item.comment
            )
            if item.writable is None or item.writable.insert:
                sent = written(item, self.tables)
                yield self._dict(f"{stem}Insert", [(one.name, self._sent(one), not _needed(one)) for one in sent])
            if item.writable is None or item.writable.update:
                sent = changed(item, self.tables)
                yield self._dict(f"{stem}Update", [(one.name, self._sent(one), True) for one in sent])

    def _dict(self, name: str, parts: list[tuple[str, str, bool]], comment: str | None = None) -> list[str]:
        """A TypedDict of (key, annotation, may be left out)."""
        shown = [(key, self._left_out(kind) if optional else kind) for key, kind, optional in parts]
        self.imports.use("TypedDict")
        if all(key.isidentifier() and not keyword.iskeyword(key) and not _mangled(key) for key, _ in shown):
            told = docstring(comment or "")
            lines = [line for key, kind in shown for line in field(key, kind, "", (), self.width - len(INDENT))]
            body = [*told, *([""] if told and lines else []), *lines] or ["pass"]
            return [*class_line(name, "TypedDict", self.width), *indented(body)]
        return [
            f"{name} = TypedDict(",
            f"{INDENT}{string(name)},",
            f"{INDENT}{{",
            *indented(_pairs(shown), 2),
            f"{INDENT}}},",
            ")",
        ]

    def _left_out(self, kind: str) -> str:
        return f"{self.imports.use('NotRequired')}[{kind}]"

    def _sent(self, one: Field) -> str:
        """The column's JSON as it is sent: a null is stored as NULL, and an hstore is read from its text."""
        shown = self._nullable(one)
        if isinstance(one.type, Scalar) and one.type.kind == "hstore":
            return "str" if one.nullable is False else "str | None"
        if shown == "Json" and one.nullable is False:
            self.documents = True
            return _DOCUMENT
        return shown

    def _nullable(self, one: Field) -> str:
        shown = self._annotation(one.type)
        return shown if one.nullable is False or shown == "Json" else f"{shown} | None"

    def _annotation(self, kind: Type) -> str:
        match kind:
            case Labels() | Struct() if kind.raw in self.called:
                return self.called[kind.raw]
            case Array(of=of):
                item = self._annotation(of)
                return f"list[{item}]" if item == "Json" else f"list[{item} | None]"
            case Labels():
                return "str"
            case Scalar(kind=name):
                return _KINDS.get(name, "str")
        return "Json"


def _needed(one: Field) -> bool:
    return one.nullable is False and one.filled is False


def _mangled(key: str) -> bool:
    return key.startswith("__") and not key.endswith("__")


def _pairs(shown: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{string(key)}: {kind}," for key, kind in shown]
