"""The sources as documents in order, with what psql would include, and as statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pgconform.schema import Unread
from pgconform.sources.migrations.apart import is_apart
from pgconform.sources.migrations.document import Document
from pgconform.sources.migrations.files import Library, inside
from pgconform.sources.migrations.layout import migrations
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.migrations.script import Command, Statement

_INCLUDE = deferred(rb"^[ \t]*\\(?:i|ir|include|include_relative)\b", re.MULTILINE)
DEEPEST = 20
_SUPABASE = rb"\bauth\.(?:uid|users|role|jwt|email)\b|\bstorage\.(?:buckets|objects)\b|\bsupabase_\w+|\bservice_role\b"


@dataclass
class Gathered:
    """Documents in the order they are applied, every included one among them, and what could not be read."""

    library: Library
    documents: list[Document] = field(default_factory=list)
    included: dict[tuple[str, int], Document] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    @property
    def everything(self) -> Iterator[Document]:
        yield from self.documents
        yield from self.included.values()

    @property
    def is_supabase(self) -> bool:
        """The SQL stands where Supabase projects keep it, or speaks of what only they have."""
        if any("supabase" in Path(document.uri).parts for document in self.documents):
            return True
        return any(re.search(_SUPABASE, document.sql) for document in self.everything)

    def said(self) -> Iterator[list[Statement | Command]]:
        """What each document says, what it includes in its place."""
        for document in self.documents:
            yield list(self._of(document))

    def _of(self, document: Document) -> Iterator[Statement | Command]:
        from pgconform.sources.migrations.plan import kept
        from pgconform.sources.migrations.script import Include, items

        for item in kept(items(document)):
            if not isinstance(item, Include):
                yield item
            elif inner := self.included.get((document.uri, item.at.line)):
                yield from self._of(inner)


def places(sources: Sequence[Path], root: Path) -> list[tuple[Path, bool]]:
    """The files of the sources, directories and files, in order, and whether each lies among others of a directory.

    `Problem` when a source is not there or outside ``root``.
    """
    found: list[tuple[Path, bool]] = []
    for source in sources:
        path = inside(root, source)
        found += [(file, True) for file in migrations(path)] if path.is_dir() else [(path, False)]
    return found


def gather(sources: Sequence[Path], root: Path) -> Gathered:
    """Read all `places` of the sources."""
    gathered = Gathered(Library(root))
    for file, among in places(sources, root):
        _add(gathered, file, among=among)
    return gathered


def _add(gathered: Gathered, file: Path, *, among: bool) -> None:
    """Read a file, unless it lies ``among`` migrations and says that it is none."""
    match gathered.library.load(file):
        case Unread() as unread:
            gathered.unread.append(unread)
        case Document() as document if among and is_apart(document.sql):
            pass
        case Document() as document:
            gathered.documents.append(document)
            _include(gathered, document, ())


def _include(gathered: Gathered, document: Document, above: tuple[str, ...]) -> None:
    """Load what a document includes, and so on down; a circle or too deep a nesting is not followed."""
    if b"\\i" not in document.sql or not _INCLUDE.search(document.sql):
        return
    from pgconform.sources.migrations.script import Include, items

    chain = (*above, document.uri)
    for item in items(document):
        if not isinstance(item, Include):
            continue
        found = gathered.library.load(gathered.library.include(item.name, document.uri, item.relative))
        if isinstance(found, Unread):
            gathered.unread.append(Unread(f"\\i {item.name}: {found.reason}", found.kind, at=item.at))
        elif found.uri in chain or len(chain) > DEEPEST:
            gathered.unread.append(Unread(f"\\i {item.name}: the files include each other", "decode", at=item.at))
        else:
            gathered.included[document.uri, item.at.line] = found
            _include(gathered, found, chain)
