"""Tables that have columns already which later migrations add if need be: where those ran, something else made them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.pairs.world import World
from pgconform.project.inputs import sql_files
from pgconform.sources.migrations.beside import Spoken, mentioned
from pgconform.sources.migrations.document import Document
from pgconform.sources.migrations.files import Library
from pgconform.sources.migrations.layout import migrations, version
from pgconform.support.patterns import deferred

_ADDS = deferred(rb"(?i)\badd\s+column\b")
_ADDED = deferred(r"\badd\s+column\s+(?:if\s+not\s+exists\s+)?\"?(\w+)")
_IF_NEED_BE = deferred(r"\bif\s+not\s+exists\b")
_OF_COLUMNS = frozenset(
    {"COL001", "COL002", "ENM002", "ENM009", "KEY001", "LNK001", "NUL003", "QRY005", "QRY006", "TYP001"}
)


def remade(truth: World, root: Path) -> Iterator[Spoken]:
    """The first column of each table that its CREATE … IF NOT EXISTS has, and that a later migration adds too."""
    library, names = Library(root), set[str]()
    places = {(root / uri).parent for uri in sql_files(truth.truth) if _number(uri)}
    for path in (path for place in sorted(places) for path in migrations(place)):
        document = library.load(path)
        adding = isinstance(document, Document) and _ADDS.search(document.sql)
        for item in mentioned(document) if isinstance(document, Document) and adding else ():
            if item.kind == "altered" and item.name not in names and (column := _in_vain(truth, library, root, item)):
                names.add(item.name)
                yield Spoken("remade", item.name.removeprefix("public."), column, item.at)


def _in_vain(truth: World, library: Library, root: Path, altered: Spoken) -> str:
    """The first column that a statement adds to a table which an earlier migration made with it, or ""."""
    schema, name = truth.split(altered.name)
    relation, columns = truth.relation(name, schema), _ADDED.findall(altered.text)
    if not (columns and relation and relation.at and _number(relation.at.uri) < _number(altered.at.uri)):
        return ""
    document = library.load(root / relation.at.uri)
    for made in mentioned(document) if isinstance(document, Document) else ():
        if made.kind == "made" and truth.split(made.name) == (schema, name) and _IF_NEED_BE.search(made.text):
            had = (column for column in columns if re.search(rf'[(,]\s*"?{column}"?\s', made.text))
            return next((column for column in had if truth.dropped(name, schema, column) is None), "")
    return ""


def _number(uri: str) -> tuple[int, ...]:
    """The number of a migration, by its file; none of what is none."""
    return version(Path(uri).name) or ()


def perhaps_otherwise(finding: Finding, said: Sequence[Spoken], truth: World) -> Finding:
    """The finding; a warning where it is of a column of such a table, unless migrations took the column away."""
    if not said or finding.severity is not Severity.ERROR or finding.code not in _OF_COLUMNS:
        return finding
    schema, name = truth.split(finding.relation)
    if truth.dropped(name, schema, finding.subject.rpartition(".")[2]):
        return finding
    unless = f"unless the table was made otherwise: {said[0].at} adds {said[0].text}, which it has"
    return replace(finding, severity=Severity.WARNING, consequence=f"{finding.consequence}, {unless}")
