"""Pydantic models of a truth, in one module or in a package with a module for each schema."""

from __future__ import annotations

from typing import Final

from pgconform.generate import sqlmodel, typeddict
from pgconform.generate.functions import callable_by_name
from pgconform.generate.header import headed
from pgconform.generate.module import Content, Module
from pgconform.generate.options import Options
from pgconform.generate.package import SHARED, package
from pgconform.generate.selection import by_name, chosen, named_by, used_types
from pgconform.schema import Function, NamedType, Relation, Schema

_ABOUT: Final = "Models of the database, a module for each schema."


def render(truth: Schema, options: Options) -> dict[str, str]:
    """The files to write, by path relative to the project, each whole and as ruff would format it."""
    if options.style == "sqlmodel":
        return sqlmodel.render(truth, options)
    if options.style == "typeddict":
        return typeddict.render(truth, options)
    relations = chosen(truth, options)
    functions = _functions(truth, options)
    content = Content(relations, functions, _types_of(truth, relations, functions))
    if options.out.endswith(".py"):
        return {options.out: _file(Module(truth, content, options))}
    return _package(truth, content, options)


def _file(module: Module) -> str:
    return headed(module.text(), module.content.fingerprint())


def _package(truth: Schema, content: Content, options: Options) -> dict[str, str]:
    """A module for each schema, and one for the types that they share."""
    shared = Module(truth, Content(types=content.types), options)
    schemas = [item.schema for item in content.relations] + [item.schema for item in content.functions]
    texts = {}
    for schema in dict.fromkeys(schemas):
        own = Content(
            tuple(item for item in content.relations if item.schema == schema),
            tuple(item for item in content.functions if item.schema == schema),
        )
        texts[schema] = _file(Module(truth, own, options, shared.called, f".{SHARED}"))
    return package(options, _ABOUT, texts, _file(shared) if content.types else "")


def _functions(truth: Schema, options: Options) -> tuple[Function, ...]:
    if not options.functions:
        return ()
    schemas = options.schemas or ("public",)
    found = [item for item in truth.functions if item.schema in schemas and callable_by_name(item)]
    return tuple(
        sorted(found, key=lambda item: (schemas.index(item.schema), item.name, len(item.arguments), repr(item)))
    )


def _types_of(truth: Schema, relations: tuple[Relation, ...], functions: tuple[Function, ...]) -> dict[str, NamedType]:
    """The enums and composites that all these are made of, by their text, inner ones first."""
    known = by_name(truth)
    of_columns = [one.type for item in relations for one in item.fields]
    of_functions = [one.type for item in functions for one in item.arguments] + [item.returns for item in functions]
    used = {kind.raw: named_by(kind.raw) for kind in used_types([*of_columns, *of_functions])}
    return {text: known[name] for text, name in used.items() if name in known}
