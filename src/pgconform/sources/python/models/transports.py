"""The wire a project's rows come over, by the libraries it imports."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pgconform.schema import Transport
from pgconform.sources.python.modules.project import Project
from pgconform.sql.drivers import WIRES

RECODING: Final = frozenset(
    {"set_type_codec", "set_builtin_type_codec", "register_loader", "register_type", "register_uuid", "register_inet"}
    | {"register_ipaddress", "register_default_json", "register_default_jsonb", "register_hstore", "register_range"}
)
"""Functions of drivers by which a program says itself in which form values of a type arrive."""


def transport_of(project: Project, *, recoded: bool = False) -> Transport:
    """The wire that most modules speak of; `Transport.SQL`, where only what holds for every wire is said, for none.

    ``recoded``: the program has a driver give values in other forms than it does by itself.
    """
    counts = Counter(
        wire
        for uri in project.speaking
        for wire in {WIRES.get(item.module.partition(".")[0]) for item in project.modules[uri].imports}
        if wire
    )
    ranked = counts.most_common(2)
    tied = len(ranked) == 2 and ranked[0][1] == ranked[1][1]
    found = Transport.SQL if tied or not ranked else ranked[0][0]
    return Transport.SQL if recoded and found is not Transport.POSTGREST else found
