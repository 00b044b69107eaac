"""What the truth's own SQL says otherwise: CREATEs that came too late, columns it takes for granted or adds by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from pgconform.pairs.world import World
from pgconform.schema import Unread
from pgconform.shape import Location
from pgconform.sources.migrations.beside import Spoken, commented, spoken
from pgconform.sources.migrations.document import Document
from pgconform.sources.migrations.files import Library
from pgconform.sources.migrations.layout import version
from pgconform.sources.migrations.listed import LISTING
from pgconform.support.patterns import deferred

ABSENT = deferred(r"\b(?P<what>column|function|procedure) \"?(?:\w+\.)?(?P<name>\w+)\b.* does not exist")
"""What a server says of a column, a function or a procedure that is not there."""
_WORDS = deferred(r"\w+")
_ADDS = deferred(rb"(?i)\badd\s+column\b")
_ADDED = deferred(r"\badd\s+column\s+(?:if\s+not\s+exists\s+)?\"?(\w+)")
_TAKEN = deferred(r'^relation "[^"]+" already exists')
_FAILED = ("statement", "unparsed")


def shadowed(truth: World, root: Path) -> Iterator[Spoken]:
    """What a CREATE would have made that another's came before, which was not so where the database was made.

    One of another source was put in front by guess, and of two migrations of one number (``3_carts.sql`` and
    ``3_carts_fixed.sql``) nobody knows which ran first, if both did. And where a later migration fails for want of a
    column that only the void CREATE has, it was the first that never ran, and what else stands in the file of the other
    did.
    """
    void = [unread for unread in truth.truth.unread if unread.kind == "shadowed" and unread.at]
    needed = {absent["name"] for unread in truth.truth.unread if (absent := _needed(unread))}
    contradicted = {unread.at.uri for unread in void if unread.at and not needed.isdisjoint(_lacked(unread))}
    places: set[Location] = set()
    for unread in void:
        schema, name = truth.split(unread.subject)
        made = truth.relation(name, schema)
        if not (made and made.at and unread.at):
            continue
        if unread.at.uri in contradicted or not _is_before(Path(made.at.uri), Path(unread.at.uri)):
            yield Spoken("made", name if schema == "public" else unread.subject, unread.reason.lower(), unread.at)
            places.add(unread.at)
    lines = {f"{place.uri}:{place.line}" for place in places}
    found = [item for item in _made(root, {place.uri for place in places}) if _line(item) in lines]
    yield from (replace(item, kind="void") for item in found)
    yield from _first(truth, root, {item.name for item in found}, lines)


def _is_before(first: Path, other: Path) -> bool:
    """They are migrations of one folder, and the number of the first says that it ran before."""
    number = version(first.name)
    return first.parent == other.parent and (number is None or first == other or number != version(other.name))


def granted(truth: World) -> Iterator[Spoken]:
    """The columns that migrations take for granted and none makes, and those that rows they insert do without.

    Where the database was made, all that went well: there is such a column, or it may be NULL.
    """
    for unread in truth.truth.unread:
        for name, _, column in (granted.rpartition(".") for granted in unread.granted if unread.at):
            relation = truth.relation(*reversed(truth.split(name)))
            if relation and unread.at:
                kind = "unfilled" if column in truth.fields(relation) else "granted"
                schema = relation.schema
                yield Spoken(kind, relation.name if schema == "public" else relation.qualified, column, unread.at)


def labelled(truth: World) -> Iterator[Spoken]:
    """The texts that rows, or tests of them, take for labels of an enum which it has not."""
    for unread in truth.truth.unread:
        texts = [granted.partition(".") for granted in unread.granted if unread.kind == "data"]
        if texts and unread.at:
            yield Spoken("labelled", texts[0][0], "", unread.at, tuple([text for _, _, text in texts]))


def rivals(truth: World, root: Path) -> Iterator[Spoken]:
    """What CREATE TABLEs say that failed where another made the table, and that one: nobody knows which of them ran."""
    failed = {unread.at for unread in truth.truth.unread if unread.at and _is_failed(unread)}
    over = {f"{item.uri}:{item.line}" for item in failed}
    found = [item for item in _made(root, {place.uri for place in failed}) if _line(item) in over]
    yield from (replace(item, kind="rival") for item in found)
    yield from _first(truth, root, {item.name for item in found}, {_line(item) for item in found})


def _is_failed(unread: Unread) -> bool:
    """A statement that could not be applied and is of a relation, or that found one of its name."""
    return bool(unread.subject and unread.kind in _FAILED) or _TAKEN.search(unread.reason) is not None


def _first(truth: World, root: Path, names: set[str], others: set[str]) -> Iterator[Spoken]:
    """What the CREATE TABLEs say that made these relations, which stand on none of the ``others``' lines."""
    for name in sorted(names):
        relation = truth.relation(*reversed(truth.split(name)))
        if relation and relation.at:
            first = (item for item in _made(root, {relation.at.uri}) if item.name == name and _line(item) not in others)
            yield from (replace(item, kind="first") for item in first)


def by_hand(truth: World, root: Path) -> Iterator[Spoken]:
    """The columns that the truth lacks, and that SQL in comments of its files adds: somebody was to run that."""
    uris = {item.at.uri for item in truth.truth.relations if item.at}
    for item in commented(root, sorted(uri for uri in uris if uri.endswith(".sql")), _ADDS):
        for column in _ADDED.findall(item.text) if item.kind == "altered" else ():
            if lacks(truth, item.name, column):
                yield Spoken("by hand", item.name, column, item.at)


def listings(truth: World, root: Path) -> Iterator[Spoken]:
    """The truth's files that a dashboard wrote of a database's tables, which have no function and no index of it."""
    library = Library(root)
    for uri in sorted({item.at.uri for item in truth.truth.relations if item.at}):
        document = library.load(root / uri) if uri.endswith(".sql") else None
        if isinstance(document, Document) and (found := LISTING.search(document.sql)):
            yield Spoken("listing", "", "", document.place(found.start()))


def _made(root: Path, uris: Iterable[str]) -> Iterator[Spoken]:
    return (item for item in spoken(root, sorted(uris)) if item.kind == "made")


def _line(item: Spoken) -> str:
    return f"{item.at.uri}:{item.at.line}"


def _needed(unread: Unread) -> re.Match[str] | None:
    """The column that a migration failed without."""
    found = ABSENT.search(unread.reason) if unread.kind in ("statement", "function") else None
    return found if found and found["what"] == "column" else None


def _lacked(unread: Unread) -> list[str]:
    """The columns that a void CREATE has and the table in its place has not."""
    return _WORDS.findall(unread.reason.partition(" without ")[2].partition(" and with ")[0])


def lacks(truth: World, name: str, column: str) -> bool:
    """The relation is there without the column."""
    relation = truth.relation(*reversed(truth.split(name)))
    return relation is not None and column not in truth.fields(relation)
