"""SQLModel classes of a truth's tables: what SQLAlchemy needs to read, write and make the same table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pgconform.generate.annotations import Vocabulary
from pgconform.generate.header import headed
from pgconform.generate.imports import HOMES, Imports
from pgconform.generate.layout import INDENT
from pgconform.generate.models import Models
from pgconform.generate.module import spaced
from pgconform.generate.named import enum_lines
from pgconform.generate.naming import BUILTINS, Names
from pgconform.generate.options import Options
from pgconform.generate.sa_classes import BASE, TAKEN, Classes, primary
from pgconform.generate.sa_types import ColumnTypes
from pgconform.generate.selection import by_name, chosen, named_by, range_subtypes, used_types
from pgconform.schema import NamedType, Relation, Schema
from pgconform.shape import Labels, Type


def render(truth: Schema, options: Options) -> dict[str, str]:
    """One file, by path relative to the project; a directory gets it as its ``__init__``."""
    relations = tuple(item for item in chosen(truth, options) if item.fields)
    module = _Module(truth, relations, options)
    written = Schema(relations=relations, types=tuple(module.enums.values()))
    path = options.out if options.out.endswith(".py") else f"{options.out.rstrip('/')}/__init__.py"
    return {path: headed(module.text(), written.fingerprint())}


class _Module:
    def __init__(self, truth: Schema, relations: tuple[Relation, ...], options: Options) -> None:
        named = by_name(truth)
        used = used_types(kind for item in relations for one in item.fields for kind in _bases(one.type, named))
        found = {kind.raw: named.get(named_by(kind.raw)) for kind in used if isinstance(kind, Labels)}
        self.enums = {text: item for text, item in found.items() if item and item.kind == "enum"}
        self.options = options
        self.imports = Imports(field="sqlmodel")
        names = Names(BUILTINS | frozenset(HOMES) | TAKEN)
        stems = [names.take(item.schema, options.names.get(item.qualified, item.name)) for item in relations]
        self.relations = tuple(zip(relations, stems, strict=True))
        self.called = {text: names.take(item.schema, item.name) for text, item in self.enums.items()}
        types = ColumnTypes(named, self.called, options, self.imports)
        mapped = frozenset((item.schema, item.name) for item in relations if primary(item))
        words = Vocabulary(options, self.called, range_subtypes(truth))
        rows = Models(words, self.imports, {}, names, options.line_length)
        self.classes = Classes(types, mapped, rows)

    def text(self) -> str:
        """The module's text without its header."""
        enums = [enum_lines(item, self.called[text], self.options, self.imports) for text, item in self.enums.items()]
        classes = [part for item, stem in self.relations for part in self.classes.of(item, stem)]
        if self.classes.mapped:
            self.imports.module("sqlalchemy as sa")
            self.imports.take("sqlmodel", "SQLModel")
            for name in ("Any", "ClassVar", "cast"):
                self.imports.take("typing", name)
        imports = self.imports.lines(self.options.line_length)
        table = [_base()] if self.classes.mapped else []
        return "\n".join([*imports, *spaced([*enums, *table, *classes], bool(imports))]) + "\n"


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
