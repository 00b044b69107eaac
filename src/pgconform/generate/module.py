"""One generated module: its names are given out first, then its parts are written with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from pgconform.generate import embeds, functions, models, references
from pgconform.generate.annotations import Vocabulary
from pgconform.generate.imports import HOMES, Imports
from pgconform.generate.named import composite_lines, enum_lines
from pgconform.generate.naming import BUILTINS, Names
from pgconform.generate.options import Options
from pgconform.generate.selection import range_subtypes
from pgconform.schema import Function, NamedType, Relation, Schema
from pgconform.shape import Struct


class Content(msgspec.Struct, frozen=True):
    """What one module is written of. ``types`` are the enums and composites, by their text, inner ones first."""

    relations: tuple[Relation, ...] = ()
    functions: tuple[Function, ...] = ()
    types: dict[str, NamedType] = {}

    def fingerprint(self) -> str:
        """The digest of what the module was written from."""
        return Schema(
            relations=self.relations, types=tuple(self.types.values()), functions=self.functions
        ).fingerprint()


class Module:
    """Writes one module. ``elsewhere`` are classes of named types that are written in the module ``home``."""

    def __init__(
        self,
        truth: Schema,
        content: Content,
        options: Options,
        elsewhere: Mapping[str, str] | None = None,
        home: str = "",
    ) -> None:
        self.content = content
        self.options = options
        self.imports = Imports()
        other = dict(elsewhere or {})
        names = Names(BUILTINS | frozenset(HOMES) | frozenset(other.values()))
        self.stems = {
            (item.schema, item.name): names.take(
                item.schema, options.names.get(item.qualified, item.name), _endings(options)
            )
            for item in content.relations
        }
        self.called = {text: names.take(item.schema, item.name) for text, item in content.types.items()}
        self.callables = [
            (item, names.take("", item.name, (*functions.ENDINGS, "Record"))) for item in content.functions
        ]
        self.words = Vocabulary(options, self.called | other, range_subtypes(truth), home)
        tables = {(item.schema, item.name): item for item in truth.relations}
        self.models = models.Models(self.words, self.imports, tables, names, options.line_length)
        self.keys = references.named_keys(content.relations, self.stems) if options.references else references.Keys()
        self.words.keys = self.keys.columns

    def text(self) -> str:
        """The module's text without its header."""
        keys = references.key_lines(self.keys, self.models)
        parts = [*self._named(), *keys, *self._relations(), *self._embeds(), *self._functions()]
        imports = self.imports.lines(self.options.line_length)
        return "\n".join([*imports, *spaced(parts, bool(imports))]).rstrip("\n") + "\n"

    def _named(self) -> Iterator[list[str]]:
        width = self.options.line_length
        for text, item in self.content.types.items():
            name = self.called[text]
            if isinstance(item.type, Struct):
                yield composite_lines(item.type, name, self.words, self.imports, width)
            else:
                yield enum_lines(item, name, self.options, self.imports)

    def _relations(self) -> Iterator[list[str]]:
        for item in self.content.relations:
            yield from self.models.of(item, self.stems[item.schema, item.name])

    def _embeds(self) -> Iterator[list[str]]:
        if self.options.embeds:
            yield from embeds.embed_lines(self.content.relations, self.stems, self.models)

    def _functions(self) -> Iterator[list[str]]:
        rows = {key: f"{stem}Row" for key, stem in self.stems.items()}
        for item, stem in self.callables:
            yield from functions.function_lines(item, stem, rows, self.models)


def _endings(options: Options) -> tuple[str, ...]:
    embedded = (embeds.ENDING,) if options.embeds else ()
    return (*models.ENDINGS, *embedded, *((references.ENDING,) if options.references else ()))


def spaced(parts: Iterable[list[str]], after: bool) -> list[str]:
    """Two empty lines around classes, none between aliases; one between the imports and an alias."""
    lines: list[str] = []
    before = "import" if after else ""
    for part in parts:
        kind = "class" if part[0].startswith("class ") else "alias"
        blank = 0 if not before or before == kind == "alias" else 1 if (before, kind) == ("import", "alias") else 2
        lines += [*[""] * blank, *part]
        before = kind
    return lines
