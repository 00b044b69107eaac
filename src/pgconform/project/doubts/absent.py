"""SQL that documents name beside the truth's own, and that is not there: it made more than anybody can see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from posixpath import dirname, normpath

from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.sources.migrations.beside import Spoken
from pgconform.sources.migrations.document import Document
from pgconform.sources.migrations.files import Library
from pgconform.support.patterns import deferred

_NAMED = deferred(rb"(?<![\w./:-])[\w./-]+/[\w.-]+\.sql\b")
_MISSING = frozenset({"REL001", "COL001", "RPC001"})


def absent(root: Path, pages: Iterable[str], truth: Iterable[str]) -> Iterator[Spoken]:
    """The pages that name a file in a folder of the truth's SQL which is not there, with all that they say."""
    library, homes = Library(root), {dirname(uri) for uri in truth}
    for uri in pages:
        page = library.load(root / uri)
        for found in _NAMED.finditer(page.sql) if isinstance(page, Document) else ():
            name = normpath(found[0].decode())
            if isinstance(page, Document) and dirname(name) in homes and not (root / name).exists():
                text = page.sql.decode("utf-8", "replace").lower()
                yield Spoken("absent", "", text, page.place(found.start()), (name,))
                break


def perhaps_there(finding: Finding, said: Iterable[Spoken], words: Iterable[str]) -> Finding:
    """The finding; a warning where a page that names SQL which is not there speaks of what is missing."""
    wanted = [word for word in words if word] if finding.code in _MISSING else []
    page = next((item for item in said if wanted and all(map(item.says, wanted))), None)
    if page is None or finding.severity is not Severity.ERROR:
        return finding
    unless = f"unless {page.labels[0]} makes it, which {page.at} names beside it and which is not there"
    return replace(finding, severity=Severity.WARNING, consequence=f"{finding.consequence}, {unless}")
