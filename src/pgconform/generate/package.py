"""A package of generated modules, one for each schema, and what they share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pgconform.generate.header import headed
from pgconform.generate.imports import Imports
from pgconform.generate.layout import string, subscript
from pgconform.generate.naming import identifier
from pgconform.generate.options import Options

SHARED: Final = "_types"


def package(
    options: Options, about: str, texts: Mapping[str, str], shared: str = "", *, together: bool = False
) -> dict[str, str]:
    """The files, by path: ``texts`` are the modules' by schema; ``together``: who imports one imports all."""
    files = {"__init__": ""} | ({SHARED: shared} if shared else {})
    for schema, text in texts.items():
        files[identifier(schema, files.keys(), frozenset())] = text
    named = sorted(files.keys() - {"__init__", SHARED}) if together else []
    files["__init__"] = headed("\n".join([f'"""{about}"""', *_imported(named, options.line_length)]) + "\n", "")
    return {f"{options.out.rstrip('/')}/{name}.py": text for name, text in files.items()}


def _imported(names: list[str], width: int) -> list[str]:
    imports = Imports()
    for name in names:
        imports.take(".", name)
    listed = subscript("__all__ = ", [string(name) for name in names], width)
    return ["", *imports.lines(width), "", *listed] if names else []
