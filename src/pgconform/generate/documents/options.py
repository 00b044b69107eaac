"""What a team can decide about its documents."""

from __future__ import annotations

import msgspec


class DocsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[tool.pgconform.docs]``.

    ``check`` False: no document is read. ``include``: patterns of documents that are read though their names say that
    they are plans, notes or of the past; ``exclude``: of documents that are not. ``dictionaries``: YAML and JSON files
    that describe tables. ``out``: the directory of the
    dictionary that `generate docs` writes; ``context`` the file of the schema in short for agents, of at most
    ``budget`` tokens, "" for none; ``site`` the directory of `generate site`. ``omit``: patterns of relations that
    none of these has.
    """

    check: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    dictionaries: tuple[str, ...] = ()
    out: str = "docs/schema"
    context: str = "docs/schema/llms.txt"
    budget: int = 6000
    site: str = "site/schema"
    omit: tuple[str, ...] = ()
