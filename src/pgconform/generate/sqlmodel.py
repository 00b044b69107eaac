"""SQLModel classes of a truth's tables: what SQLAlchemy needs to read, write and make the same table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pgconform.generate.annotations import Vocabulary
from pgconform.generate.header import headed
from pgconform.generate.imports import HOMES, Imports
from pgconform.generate.layout import INDENT
from pgconform.generate.models import Models
from pgconform.generate.module import spaced
from pgconform.generate.named import enum_lines
from pgconform.generate.naming import BUILTINS, Names
from pgconform.generate.options import Options
from pgconform.generate.package import SHARED, package
from pgconform.generate.sa_classes import BASE, TAKEN, Classes, primary
from pgconform.generate.sa_types import ColumnTypes
from pgconform.generate.selection import by_name, chosen, named_by, range_subtypes, used_types
from pgconform.schema import NamedType, Relation, Schema
from pgconform.shape import Labels, Type

_ABOUT: Final = "SQLModel classes of the database, a module for each schema, all imported: foreign keys need them."


def render(truth: Schema, options: Options) -> dict[str, str]:
    """One file, or a package with a module for each schema, by path relative to the project."""
    relations = tuple(item for item in chosen(truth, options) if item.fields)
    whole = _Module(truth, relations, options)
    if options.out.endswith(".py"):
        return {options.out: _file(whole, whole.text())}
    schemas = list(dict.fromkeys(item.schema for item in relations))
    parts = {
        schema: _Module(truth, tuple(item for item in relations if item.schema == schema), options, whole)
        for schema in schemas
    }
    texts = {schema: _file(part, part.text()) for schema, part in parts.items()}
    shared = headed(whole.shared(), Schema(types=tuple(whole.enums.values())).fingerprint())
    return package(options, _ABOUT, texts, shared, together=True)


def _file(module: _Module, text: str) -> str:
    relations = tuple(item for item, _ in module.relations)
    return headed(text, Schema(relations=relations, types=tuple(module.enums.values())).fingerprint())


class _Module:
    """Writes one module; what of it stands in ``whole`` is imported from the module that all share."""

    called: dict[str, str]
    mapped: frozenset[tuple[str, str]]

    def __init__(
        self, truth: Schema, relations: tuple[Relation, ...], options: Options, whole: _Module | None = None
    ) -> None:
        named = by_name(truth)
        used = used_types(kind for item in relations for one in item.fields for kind in _bases(one.type, named))
        found = {kind.raw: named.get(named_by(kind.raw)) for kind in used if isinstance(kind, Labels)}
        self.enums = {text: item for text, item in found.items() if item and item.kind == "enum"}
        self.options = options
        self.imports = Imports(field="sqlmodel")
        self.apart = whole is not None
        other = frozenset(whole.called.values()) if whole else frozenset[str]()
        names = Names(BUILTINS | frozenset(HOMES) | TAKEN | other)
        stems = [names.take(item.schema, options.names.get(item.qualified, item.name)) for item in relations]
        self.relations = tuple(zip(relations, stems, strict=True))
        self.called = (
            whole.called if whole else {text: names.take(one.schema, one.name) for text, one in self.enums.items()}
        )
        words = Vocabulary(options, self.called, range_subtypes(truth), f".{SHARED}" if whole else "")
        types = ColumnTypes(named, words, options, self.imports)
        mapped = frozenset((item.schema, item.name) for item in relations if primary(item))
        self.mapped = whole.mapped if whole else mapped
        self.classes = Classes(types, self.mapped, Models(words, self.imports, {}, names, options.line_length))

    def text(self) -> str:
        """The module's text without its header."""
        classes = [part for item, stem in self.relations for part in self.classes.of(item, stem)]
        if self.apart:
            if any(primary(item) for item, _ in self.relations):
                self.imports.module("sqlalchemy as sa")
                self.imports.take(f".{SHARED}", BASE)
            return self._lines(classes)
        if self.mapped:
            self.imports.module("sqlalchemy as sa")
        return self._lines([*self._enums(self.imports), *self._table(self.imports), *classes])

    def shared(self) -> str:
        """The text of the module that a package's others import from: the enums, and what their tables are made on."""
        self.imports = Imports(field="sqlmodel")
        return self._lines([*self._enums(self.imports), *self._table(self.imports)])

    def _lines(self, parts: list[list[str]]) -> str:
        imports = self.imports.lines(self.options.line_length)
        return "\n".join([*imports, *spaced(parts, bool(imports))]) + "\n"

    def _enums(self, imports: Imports) -> Iterator[list[str]]:
        for text, item in self.enums.items():
            yield enum_lines(item, self.called[text], self.options, imports)

    def _table(self, imports: Imports) -> Iterator[list[str]]:
        if self.mapped:
            imports.take("sqlmodel", "SQLModel")
            for name in ("Any", "ClassVar", "cast"):
                imports.take("typing", name)
            yield _base()


def _bases(kind: Type, named: Mapping[tuple[str, str], NamedType]) -> Iterator[Type]:
    """The type, or what a domain is over."""
    domain = named.get(named_by(kind.raw))
    if domain is not None and domain.kind == "domain":
        yield from _bases(domain.type, named)
    else:
        yield kind


def _base() -> list[str]:
    return [
        f"class {BASE}(SQLModel):",
        f"{INDENT}__tablename__: ClassVar[str]  # pyright: ignore",
        f"{INDENT}model_config = cast(",
        f'{INDENT * 2}Any, {{"arbitrary_types_allowed": True, "protected_namespaces": ()}}',
        f"{INDENT})",
    ]
