"""What a team can decide about generated code."""

from __future__ import annotations

from typing import Literal

import msgspec


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[tool.pgconform.generate]``.

    ``out``: a file (``app/models.py``), or a directory, which becomes a package with a module for each schema.
    ``schemas``: those to write; none: those a name without a schema is looked for in. ``exclude``: patterns of
    qualified names (``public.tmp_*``). ``style``: what a table becomes. ``enums``: what an enum becomes. ``exact``
    False: plain types of Python and Pydantic only, which refuse the rarer values of Postgres. ``functions``: also those
    callable by rpc. ``embeds``: also rows with the rows they refer to. ``references``: keys have types of their own
    names. ``names``: a relation's class name (``public.people`` to ``Person``). ``types``: the annotation of a column
    (``public.documents.metadata``) or of a type (``public.email``), as ``module:Name``. ``line_length``: the project's
    own. What is said of functions, embeds, references, types and ``exact`` is of ``pydantic`` alone.
    """

    out: str = "models.py"
    schemas: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    style: Literal["pydantic", "sqlmodel", "typeddict"] = "pydantic"
    enums: Literal["literal", "strenum"] = "literal"
    exact: bool = True
    functions: bool = True
    embeds: bool = False
    references: bool = False
    names: dict[str, str] = {}
    types: dict[str, str] = {}
    line_length: int = 88
