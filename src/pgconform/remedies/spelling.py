"""Types of the truth as a program's own annotations say them: what `generate` would write."""

from __future__ import annotations

from pgconform.generate.annotations import Vocabulary, annotation
from pgconform.generate.imports import Imports
from pgconform.generate.options import Options
from pgconform.shape import Type

_WORDS = Vocabulary(Options(exact=False), {}, {})


def spelled(kind: Type) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The plain annotation of a type, and the names it needs."""
    imports = Imports()
    return annotation(kind, _WORDS, imports), imports.names()
