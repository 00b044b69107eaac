"""Types that ``supabase gen types`` wrote: what a database had when they were read from it.

They are looked at as SQL beside the truth is, and are said as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pgconform.sources.migrations.beside import Spoken
from pgconform.sources.migrations.document import Document
from pgconform.sources.migrations.files import Library
from pgconform.support.patterns import deferred

_FILE = deferred(
    r"(?:.*[/_.-])?(?:supabase|database|db)(?:[/_.-][\w.-]*)?\.tsx?|(?:.*/)?(?:supabase|database|db)/types\.ts",
    re.IGNORECASE,
)
_SCHEMA = deferred(rb"[\"']?(\w+)[\"']?\s*:\s*\{\s*Tables\s*:\s*\{")
_BLOCK = deferred(rb"[\"']?([\w$]+)[\"']?\s*:\s*\{")
_BRACE = deferred(rb"[{}]")
_FIELD = deferred(rb"(?:^|[\n;,{])[ \t]*[\"']?([\w$]+)[\"']?(\??)[ \t]*:[ \t]*([^\n;,]*)")
_REFERS = deferred(rb"columns\s*:\s*\[([^\]]*)\][^}]*?referencedRelation\s*:\s*[\"'](\w+)")
_LABELS = deferred(rb"[\"']([^\"'\n\[\]]+)[\"'](?!\s*\])")
_ENUM = deferred(rb"\[[\"']Enums[\"']\]\[[\"'](\w+)[\"']\]")
_ENUMS = deferred(rb"[\"']?(\w+)[\"']?\s*:\s*((?:\s*\|?\s*[\"'][^\"'\n]*[\"'])+)")


class _Part(NamedTuple):
    """``name: { … }``: where its text within the braces begins, and that."""

    name: str
    start: int
    body: bytes


def is_generated(path: str) -> bool:
    """A file of that path may hold types of a database."""
    return path.endswith((".ts", ".tsx")) and _FILE.fullmatch(path) is not None


def files(root: Path, places: Iterable[tuple[str, list[str]]]) -> tuple[str, ...]:
    """The files in these folders that may hold types of a database, by path."""
    found = (f"{place}/{name}" for place, names in places for name in names if name.endswith((".ts", ".tsx")))
    return tuple(sorted(path.removeprefix(f"{root}/") for path in found if is_generated(path)))


def read(root: Path, uris: Iterable[str]) -> Iterator[Spoken]:
    """What the types in these files say of tables, views and functions."""
    library = Library(root)
    for uri in uris:
        document = library.load(root / uri)
        if isinstance(document, Document) and b"Tables" in document.sql:
            for found in _SCHEMA.finditer(document.sql):
                yield from _of_schema(document, found[1].decode(), found.end(1))


def _of_schema(document: Document, schema: str, start: int) -> Iterator[Spoken]:
    opened = document.sql.index(b"{", start) + 1
    sections = {part.name: part for part in _parts(document.sql, opened, _end(document.sql, opened))}
    enums = {}
    if "Enums" in sections:
        enums = {found[1].decode(): _texts(found[2]) for found in _ENUMS.finditer(sections["Enums"].body)}
    prefix = "" if schema == "public" else f"{schema}."
    for section in ("Tables", "Views", "Functions"):
        if section not in sections:
            continue
        base = sections[section].start
        for part in _parts(sections[section].body, 0, len(sections[section].body)):
            at = document.place(base + part.start)
            if section == "Functions":
                yield Spoken("function", f"{prefix}{part.name}", "", at)
            else:
                inner = {one.name: one.body for one in _parts(part.body, 0, len(part.body))}
                labels = _labels(inner.get("Row", b""), enums)
                yield Spoken("made", f"{prefix}{part.name}", _columns(inner, part.body), at, labels)


def _parts(text: bytes, start: int, end: int) -> Iterator[_Part]:
    """What stands in braces, one beside the other."""
    while (found := _BLOCK.search(text, start, end)) is not None:
        close = _end(text, found.end())
        yield _Part(found[1].decode(), found.end(), text[found.end() : close])
        start = close + 1


def _end(text: bytes, start: int) -> int:
    """Where the brace closes that was opened before."""
    depth = 1
    for brace in _BRACE.finditer(text, start):
        depth += 1 if brace[0] == b"{" else -1
        if not depth:
            return brace.start()
    return len(text)


def _columns(parts: dict[str, bytes], body: bytes) -> str:
    """The table as a CREATE would have it, without types: what a row has to have, and what the database fills."""
    sent = {name: (optional, kind) for name, optional, kind in _fields(parts.get("Insert", b""))}
    lines = [f"{name}{_word(*sent.get(name, (True, '')))}" for name, _, _ in _fields(parts.get("Row", b""))]
    lines += [f"{' '.join(_texts(found[1]))} references {found[2].decode()}" for found in _REFERS.finditer(body)]
    return "create table (\n" + ",\n".join(lines).lower() + "\n)"


def _word(optional: bool, kind: str) -> str:
    return " generated" if kind == "never" else "" if optional else " not null"


def _fields(body: bytes) -> Iterator[tuple[str, bool, str]]:
    """Each property's name, whether it may be left out, and its type."""
    for found in _FIELD.finditer(body):
        yield found[1].decode(), bool(found[2]), found[3].decode("utf-8", "replace").strip()


def _labels(body: bytes, enums: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The labels that columns may have: those written in place, and those of the enums that are named."""
    named = [label for found in _ENUM.finditer(body) for label in enums.get(found[1].decode(), ())]
    return tuple(dict.fromkeys([*_texts(body), *named]))


def _texts(text: bytes) -> tuple[str, ...]:
    return tuple(found.decode("utf-8", "replace") for found in _LABELS.findall(text))
