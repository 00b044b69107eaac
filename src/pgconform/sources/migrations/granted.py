"""Columns that a migration takes for granted: it fails without them, so that the database has them from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ABSENT = re.compile(
    r'column "?(?:(?P<of>\w+)\.)?(?P<column>\w+)"?(?: of relation "(?P<relation>[^"]+)")? does not exist'
)
_NAME = r'(?P<name>(?:"[^"]+"|\w+)(?:\s*\.\s*(?:"[^"]+"|\w+))?)'
_NO_ALIAS = "join|left|right|full|inner|cross|natural|lateral|on|using|where|set|group|order|limit|union|for|values|to"
_READS = re.compile(
    rf"(?i)\b(?:from|join|update|on)\s+(?:only\s+)?{_NAME}"
    rf'(?:\s+(?:as\s+)?(?!(?:{_NO_ALIAS})\b)(?P<alias>"[^"]+"|\w+))?'
)


def granted(sql: str, refusal: str) -> tuple[str, ...]:
    """The columns, each with the relations that may be meant to have it, without which a server refused a statement."""
    absent = _ABSENT.search(refusal)
    if absent is None:
        return ()
    column, of = absent["column"], absent["of"]
    if absent["relation"]:
        return (f"{absent['relation']}.{column}",)
    found = {name for name, alias in _read(sql) if of is None or of in (alias, name.rpartition(".")[2])}
    return tuple(sorted(f"{name}.{column}" for name in found))


def _read(sql: str) -> Iterator[tuple[str, str]]:
    """The relations that a statement reads or changes, each with what it calls it, if it does."""
    for match in _READS.finditer(sql):
        yield "".join(match["name"].replace('"', "").split()).lower(), (match["alias"] or "").strip('"').lower()
