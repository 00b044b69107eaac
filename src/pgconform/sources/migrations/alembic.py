"""Alembic's revisions: what these Python files would make or alter, were they run. They are looked at, never run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pgconform.sources.migrations.beside import Spoken, mentioned
from pgconform.sources.migrations.detect import head
from pgconform.sources.migrations.document import Document
from pgconform.sources.migrations.files import Library
from pgconform.support.patterns import deferred

ENVIRONMENT = "env.py"
_FOLDER = "versions"
_OPERATION = deferred(
    rb"\bop\.(?P<verb>create_table|add_column|alter_column|batch_alter_table|rename_table)\s*\(\s*"
    rb"(?:\w+\s*=\s*)?[\"'](?P<name>\w+)[\"'](?:\s*,\s*(?:\w+\s*=\s*)?[\"'](?P<other>\w+)[\"'])?"
)
_COMPUTED = deferred(
    rb"\bop\.(?:create_table|add_column|alter_column|batch_alter_table|rename_table)\s*\(\s*(?:\w+\s*=\s*)?(?![\"'])[\w.\[]"
    rb"|(?i:\b(?:create|alter)\s+table\s+(?:if\s+(?:not\s+)?exists\s+)?[\"\w.]*[{%])"
)
_DOWN = deferred(rb"^def downgrade\b", re.MULTILINE)
_TEXT = deferred(rb"[\"'](\w+)[\"']")
_NEXT = deferred(rb"\bop\.\w|^def ", re.MULTILINE)


def revisions(root: Path, places: Iterable[tuple[str, list[str]]]) -> tuple[str, ...]:
    """The files of revisions in these `folders` of the repository, and of the environments they run in, by path."""
    found: list[str] = []
    for place, names in places:
        if Path(place).name == _FOLDER and (Path(place).parent / ENVIRONMENT).is_file():
            found += [f"{place}/{name}" for name in names if name.endswith(".py") and not name.startswith("_")]
        elif ENVIRONMENT in names and b"alembic" in head(Path(place) / ENVIRONMENT):
            found.append(f"{place}/{ENVIRONMENT}")
    return tuple(sorted(path.removeprefix(f"{root}/") for path in found))


def told(root: Path, uris: Iterable[str]) -> Iterator[Spoken]:
    """What these revisions say of tables, by operations and by the SQL in them."""
    library = Library(root)
    for uri in uris:
        document = library.load(root / uri)
        if isinstance(document, Document):
            yield from _operations(document)
            yield from _computed(document)
            yield from mentioned(document)


def _operations(document: Document) -> Iterator[Spoken]:
    for match in _OPERATION.finditer(document.sql):
        after = _NEXT.search(document.sql, match.end())
        said = document.sql[match.start() : after.start() if after else len(document.sql)]
        renamed = match["verb"] == b"rename_table" and match["other"]
        kind = "made" if renamed or match["verb"] == b"create_table" else "altered"
        name = (renamed or match["name"]).decode()
        yield Spoken(kind, name, said.decode("utf-8", "replace").lower(), document.place(match.start()))


def _computed(document: Document) -> Iterator[Spoken]:
    """Tables whose names a revision computes: it may do to each that it names whatever it says."""
    down = _DOWN.search(document.sql)
    up = document.sql[: down.start()] if down else document.sql
    found = _COMPUTED.search(up)
    if found:
        words = " ".join(sorted({word.decode("utf-8", "replace").lower() for word in re.findall(rb"\w+", up)}))
        at = document.place(found.start())
        yield from (
            Spoken("computed", name.decode("utf-8", "replace"), words, at) for name in sorted(set(_TEXT.findall(up)))
        )
