"""Names as SQL spells them."""

from __future__ import annotations


def quoted(name: str) -> str:
    """The identifier as SQL spells it, in quotes where it is not plain."""
    plain = name.isascii() and name.replace("_", "a").isalnum() and name == name.lower() and not name[0].isdigit()
    return name if plain else '"' + name.replace('"', '""') + '"'
