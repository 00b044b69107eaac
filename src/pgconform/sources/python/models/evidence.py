"""What the code itself says of a class: that rows of a relation are made into it, or that it is written to one."""

from __future__ import annotations

import msgspec

from pgconform.schema import Access, Transport
from pgconform.shape import Location


class Evidence(msgspec.Struct, frozen=True):
    """One place where a class and a relation meet.

    ``uri`` and ``path`` are the class's module and its qualified name there; ``relation`` is ``table`` or
    ``schema.table`` as the code says it. ``access``: READ for ``Model(**row)`` and ``Model.model_validate(row)``,
    INSERT or UPDATE for a dump of it that is sent.

    ``straight``: the row is passed on as it came, or the dump is sent as it is; nothing out of sight changes it.
    ``added`` are keys it has beside the relation's columns or the class's fields: aliases and embeds of the select,
    keyword arguments, keys set later. ``columns`` are those the select names, None for all; ``filled`` those that hold
    no NULL in these rows, or only one that the program has just sent. Of a dump, ``omitted`` are
    fields left out, ``sparse`` that unset or None ones are, ``by_alias`` that it goes by serialization aliases, and
    ``assigned`` fields that the program sets before.
    """

    uri: str
    path: str
    relation: str
    access: Access
    transport: Transport = Transport.POSTGREST
    straight: bool = True
    added: tuple[str, ...] = ()
    columns: tuple[str, ...] | None = None
    omitted: tuple[str, ...] = ()
    sparse: bool = False
    by_alias: bool = False
    assigned: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    at: Location | None = None
