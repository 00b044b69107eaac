"""SQLModel classes of a truth's tables: what SQLAlchemy needs to read, write and make the same table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pgconform.generate.header import headed
from pgconform.generate.imports import HOMES, Imports
from pgconform.generate.layout import INDENT
from pgconform.generate.named import enum_lines
from pgconform.generate.naming import BUILTINS, Names
from pgconform.generate.options import Options
from pgconform.generate.sa_classes import BASE, TAKEN, Classes, primary
from pgconform.generate.sa_types import ColumnTypes
from pgconform.generate.selection import by_name, chosen, named_by, used_types
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
        self.imports = Imports()
        names = Names(BUILTINS | frozenset(HOMES) | TAKEN)
        stems = [names.take(item.schema, options.names.get(item.qualified, item.name)) for item in relations]
        self.relations = tuple(zip(relations, stems, strict=True))
        self.called = {text: names.take(item.schema, item.name) for text, item in self.enums.items()}
        types = ColumnTypes(named, self.called, options, self.imports)
        mapped = frozenset((item.schema, item.name) for item in relations if primary(item))
        self.classes = Classes(types, mapped, self.imports, options.line_length)

    def text(self) -> str:
        """The module's text without its header."""
        enums = [enum_lines(item, self.called[text], self.options, self.imports) for text, item in self.enums.items()]
        classes = [self.classes.of(item, stem) for item, stem in self.relations]
        if self.classes.mapped:
            self.imports.module("sqlalchemy as sa")
        for name in ("Any", "ClassVar", "cast"):
            self.imports.take("typing", name)
        self.imports.take("sqlmodel", "SQLModel")
        aliases, enum_classes = ([part for part in enums if _is_class(part) is wanted] for wanted in (False, True))
        lines = self.imports.lines(self.options.line_length)
        lines += [*([""] if aliases else []), *(line for part in aliases for line in part)]
        for part in (*enum_classes, _base(), *classes):
            lines += ["", "", *part]
        return "\n".join(lines) + "\n"


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


def _is_class(part: list[str]) -> bool:
    return part[0].startswith("class ")
