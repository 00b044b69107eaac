"""TypedDicts of a truth: what PostgREST's JSON holds as it comes, for programs that build no models of it."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator
from typing import Final

from pgconform.generate.header import headed
from pgconform.generate.imports import Imports
from pgconform.generate.layout import INDENT, class_line, docstring, field, indented, string, subscript
from pgconform.generate.models import ENDINGS, changed, written
from pgconform.generate.naming import BUILTINS, Names
from pgconform.generate.options import Options
from pgconform.generate.package import SHARED, package
from pgconform.generate.selection import by_name, chosen, named_by, used_types
from pgconform.schema import NamedType, Relation, Schema
from pgconform.shape import Array, Field, Labels, Scalar, Struct, Type

_JSON: Final = 'Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"'
_ABOUT: Final = "TypedDicts of PostgREST's JSON, a module for each schema."
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
    """One file, or a package with a module for each schema, by path relative to the project."""
    relations = chosen(truth, options)
    whole = Module(truth, relations, options)
    if options.out.endswith(".py"):
        return {options.out: _file(whole, whole.text())}
    parts = {
        schema: Module(truth, tuple(item for item in relations if item.schema == schema), options, whole)
        for schema in dict.fromkeys(item.schema for item in relations)
    }
    texts = {schema: _file(part, part.text()) for schema, part in parts.items()}
    shared = headed(whole.shared(), Schema(types=tuple(whole.types.values())).fingerprint())
    return package(options, _ABOUT, texts, shared)


def _file(module: Module, text: str) -> str:
    return headed(text, Schema(relations=module.relations, types=tuple(module.types.values())).fingerprint())


class Module:
    """Writes one module; ``stems`` are what the relations' classes are called, in their order.

    What stands in ``whole`` is imported from the module that all share; since only its name says whose rows a dict
    holds, a class is called what it is called there.
    """

    stem_of: dict[str, str]
    called: dict[str, str]

    def __init__(
        self, truth: Schema, relations: tuple[Relation, ...], options: Options, whole: Module | None = None
    ) -> None:
        known = by_name(truth)
        used = used_types(one.type for item in relations for one in item.fields)
        named = {kind.raw: known.get(named_by(kind.raw)) for kind in used}
        self.types: dict[str, NamedType] = {text: item for text, item in named.items() if item}
        self.tables = {(item.schema, item.name): item for item in truth.relations}
        self.documents = False
        self.relations = relations
        self.width = options.line_length
        self.imports = Imports()
        self.home = f".{SHARED}" if whole else ""
        names = Names(BUILTINS | {_DOCUMENT, "Json", "Literal", "NotRequired", "TypeAlias", "TypedDict"})
        stems = {
            item.qualified: names.take(item.schema, options.names.get(item.qualified, item.name), ENDINGS)
            for item in relations
        }
        self.stem_of = whole.stem_of if whole else stems
        self.stems = [self.stem_of[item.qualified] for item in relations]
        called = {text: names.take(item.schema, item.name) for text, item in self.types.items()}
        self.called = whole.called if whole else called

    def text(self) -> str:
        """The module's text without its header."""
        if not self.home:
            return self._text([*self._named(), *self._relations()])
        parts = list(self._relations())
        blank = [""] * (2 if parts[0][0].startswith("class ") else 1)
        first = [*self.imports.lines(self.width), *blank, *parts[0]]
        return "\n".join([*first, *(line for part in parts[1:] for line in ("", "", *part))]) + "\n"

    def shared(self) -> str:
        """The text of the module that a package's others import from."""
        self.imports = Imports()
        self.documents = True
        return self._text(list(self._named()))

    def _text(self, parts: list[list[str]]) -> str:
        self.imports.use("TypeAlias")
        lines = [*self.imports.lines(self.width), "", _JSON, *([_NOT_NULL] if self.documents else [])]
        after_alias = True
        for part in parts:
            alias = ": TypeAlias = " in part[0]
            lines += [*([] if alias and after_alias else ["", ""]), *part]
            after_alias = alias
        return "\n".join(lines) + "\n"

    def _theirs(self, name: str) -> str:
        """A name of the module that all share, wherever this is."""
        return self.imports.take(self.home, name) if self.home else name

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
            return self._theirs(_DOCUMENT)
        return shown

    def _nullable(self, one: Field) -> str:
        shown = self._annotation(one.type)
        return shown if one.nullable is False or shown == "Json" else f"{shown} | None"

    def _annotation(self, kind: Type) -> str:
        match kind:
            case Labels() | Struct() if kind.raw in self.called:
                return self._theirs(self.called[kind.raw])
            case Array(of=of):
                item = self._annotation(of)
                return f"list[{item}]" if item == "Json" else f"list[{item} | None]"
            case Labels():
                return "str"
            case Scalar(kind=name) if _KINDS.get(name) != "Json":
                return _KINDS.get(name, "str")
        return self._theirs("Json")


def _needed(one: Field) -> bool:
    return one.nullable is False and one.filled is False


def _mangled(key: str) -> bool:
    return key.startswith("__") and not key.endswith("__")


def _pairs(shown: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{string(key)}: {kind}," for key, kind in shown]
