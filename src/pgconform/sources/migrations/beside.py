"""SQL of a repository beside the files that made a truth: what it would make or alter, were it part of it.

It is looked at, not understood: whoever finds a name here knows only that somebody speaks of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from pgconform.request import HOLE
from pgconform.shape import Location
from pgconform.sources.migrations.apart import is_apart
from pgconform.sources.migrations.detect import folded, head
from pgconform.sources.migrations.document import Document
from pgconform.sources.migrations.files import Library
from pgconform.sources.migrations.layout import is_backward, migrations, version
from pgconform.sql.foreign import is_foreign
from pgconform.support.patterns import deferred

_FILE = deferred(r"(?P<sql>.+\.sql)(?:\.(?!py\b)[\w-]+)?", re.DOTALL)
_COMMENT = deferred(rb"--[^\n]*")
_COMMENTS = deferred(rb"(?:^[ \t]*--[^\n]*(?:\n|\Z))+", re.MULTILINE)
_DASHES = deferred(rb"^([ \t]*)--", re.MULTILINE)
_NAME = rb'(?!if\s+(?:not\s+)?exists\b)(?P<name>(?:"[^"]+"|[\w$\x00]+)(?:\s*\.\s*(?:"[^"]+"|[\w$\x00]+))?)'
_SPEAKS = (
    rb"(?i)\b(?:(?P<made>CREATE\s+(?:UNLOGGED\s+|FOREIGN\s+|OR\s+REPLACE\s+|MATERIALIZED\s+)*(?:TABLE|VIEW)\s+"
    rb"(?:IF\s+NOT\s+EXISTS\s+)?)"
    rb"|(?P<function>CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE|AGGREGATE)\s+)|(?P<type>(?:CREATE|ALTER)\s+TYPE\s+)"
    rb'|ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?|CREATE\s+UNIQUE\s+INDEX\s+[\w\s".]*?\bON\s+(?:ONLY\s+)?)'
    + _NAME
)


_USES = (
    rb"(?i)\b(?:CREATE\s+POLICY\s+(?:\"[^\"]+\"|\w+)\s+ON"
    rb"|CREATE\s+(?:OR\s+REPLACE\s+)?TRIGGER\s+[\w\s\",]*?\bON|COMMENT\s+ON\s+TABLE|TRUNCATE(?:\s+TABLE)?(?:\s+ONLY)?"
    rb"|COPY|FROM|JOIN|REFERENCES|RETURNS\s+SETOF)\s+" + _NAME
)
_INDEXES = (
    rb"(?i)\bCREATE\s+INDEX\s+[\w\s\".]*?\bON(?:\s+ONLY)?\s+" + _NAME + rb"(?P<columns>\s*(?:USING\s+\w+\s*)?\([^;]*)?"
)
_FILLS = (
    rb"(?i)\b(?:INSERT\s+INTO|UPDATE(?:\s+ONLY)?(?=\s+[\w\".]+\s+(?:(?:AS\s+)?\w+\s+)?SET\b))\s+"
    + _NAME
    + rb"(?P<columns>"
    rb"(?:\s+AS\s+\w+)?\s*\([^();]*\)|\s+(?:(?:AS\s+)?\w+\s+)?SET\b(?:[^;'](?!\bWHERE\b)|'[^']*')*)?"
)
_BLOCK = deferred(
    rb"^[ \t]*```[ \t]*(?:sql|postgres\w*)[ \t]*\n(?P<sql>.*?)^[ \t]*```", re.DOTALL | re.MULTILINE | re.IGNORECASE
)
_MAKES = deferred(rb"\b(?:create|alter)\s+table\b", re.IGNORECASE)
_TEXT = deferred(r"'([^'\n]*)'")
_FILLED_IN = deferred(rb"%(?:\d+\$)?[Is]\b")
"""What ``format`` fills in, in statements that a DO block or a function puts together."""
_RENAMED = deferred(r"\brename\s+value\s+'[^']*'", re.IGNORECASE)
_DROPS = deferred(r'\bdrop\s+(?:column\s+)?(?:if\s+exists\s+)?"?\Z')
_BEFORE = 80
"""Characters in which that stands, with white space."""
_ADDED = deferred(
    rf'\badd\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?(?:"([^"\s]*{HOLE}[^"\s]*)"|([\w{HOLE}]*{HOLE}[\w{HOLE}]*))'
    rf'|\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?[\w."{HOLE}]+\s+({HOLE})'
)
"""The columns that a statement adds whose names are not known, or not wholly; or nobody knows what it does at all."""
_FILLED = deferred(r"\bdefault\b|serial\b|\bgenerated\b")
_REQUIRED = deferred(r"\bnot\s+null\b|\bprimary\s+key\b")
_DBT = deferred(rb"\{\{-?\s*(?:ref|source|config)\s*\(|\{%-?\s*snapshot\s+(?P<snapshot>\w+)")
_ALIAS = deferred(rb"\{\{-?\s*config\s*\([^}]*?\balias\s*=\s*['\"](\w+)['\"]")


class Spoken(msgspec.Struct, frozen=True):
    """A statement about ``name`` (no "public."), its ``text`` folded. ``kind``: "made", "altered", "function", "type".

    "used": one that needs the relation, or may stand in a function that does; of its text nothing is kept but the
    columns that it fills, or has an index on.
    "dbt": a file of which dbt makes the relation, in a schema that its settings name. To whoever asks, it may be more:
    "computed" (of a table whose name is computed, ``text`` is all words of the file),
    "granted" (it takes the column ``text`` for granted), a "rival" of the "first", or a CREATE that was "void".
    "listing": the file is one of a database's tables only. ``labels`` are the texts in quotes in it.
    """

    kind: str
    name: str
    text: str
    at: Location
    labels: tuple[str, ...] = ()

    def says(self, word: str) -> bool:
        """It names the word, and not only to drop what is called so."""
        if (sought := word.lower()) not in self.text:
            return False
        named = re.finditer(rf"\b{re.escape(sought)}\b", self.text)
        return any(not _DROPS.search(self.text, max(0, found.start() - _BEFORE), found.start()) for found in named)

    def adds(self, column: str) -> bool:
        """It adds columns by names that a program computes, and that may be one of them."""
        if HOLE not in self.text:
            return False
        names = ("".join(found) for found in _ADDED.findall(self.text))
        return any(is_like(name, column.lower()) for name in names)

    def allows(self, column: str, labels: Iterable[str]) -> bool:
        """It names the column and these labels, as it would to hold one to the other."""
        return self.says(column) and set(labels) <= set(self.labels)

    def leaves_open(self, column: str) -> bool:
        """It makes the column a text, and no CHECK in it is of that."""
        name = re.escape(column.lower())
        if not re.search(rf'(?:^|[(,])\s*"?{name}"?\s+(?:text|varchar|character|citext)\b', self.text, re.MULTILINE):
            return False
        return re.search(rf"\bcheck\s*\((?:[^()]|\([^()]*\))*\b{name}\b", self.text) is None

    def has_line(self, words: Iterable[str], mark: re.Pattern[str]) -> bool:
        """One of its lines says these words, and what is marked."""
        wanted = [re.compile(rf"\b{re.escape(word.lower())}\b") for word in words]
        lines = (line for line in self.text.splitlines() if mark.search(line))
        return any(all(word.search(line) for word in wanted) for line in lines)

    def needs(self, column: str) -> bool:
        """A row may have to have the column: the line that makes it neither fills it in nor lets it be NULL."""
        line = self.line_of(column)
        return bool(line) and not _FILLED.search(line) and bool(_REQUIRED.search(line))

    def leaves(self, column: str) -> bool:
        """It makes the column and leaves it to whoever writes a row to fill it."""
        found = re.search(rf"\b{re.escape(column.lower())}\b(?:[^,;]|,(?!\s*\n))*", self.text)
        return found is not None and "generated" not in found[0]

    def line_of(self, word: str) -> str:
        """The first line that says a word, or ""."""
        sought = word.lower()
        if sought not in self.text:
            return ""
        named = re.compile(rf"\b{re.escape(sought)}\b")
        return next((" ".join(line.split()) for line in self.text.split("\n") if named.search(line)), "")


def is_like(computed: str, name: str) -> bool:
    """What a program computes, of which some is not known, may come to that name."""
    return re.fullmatch(re.escape(computed).replace(HOLE, ".+"), name) is not None


def beside(root: Path, applied: Iterable[str], places: Iterable[tuple[str, list[str]]]) -> tuple[str, ...]:
    """The SQL files in these `folders` of the repository that go forward and that were not applied, by path."""
    known = {uri for uri in _together(root, frozenset(applied)) if not is_apart(head(root / uri))}
    found = (f"{place}/{name}" for place, names in places for name in names if is_sql(name))
    uris = (path.removeprefix(f"{root}/") for path in found)
    library = Library(root)
    return tuple(sorted(uri for uri in uris if uri not in known and _is_ours(library, root / uri)))


def is_sql(name: str) -> bool:
    """A file of that name holds SQL, or did until somebody put it out of its tool's sight: ``1_users.sql.applied``."""
    return ".sql" in name and _FILE.fullmatch(name) is not None


def _is_ours(library: Library, path: Path) -> bool:
    said = _FILE.fullmatch(path.name)
    return not (said and is_backward(path, said["sql"], path.parent.glob("*.sql"))) and library.holds(path)


def _together(root: Path, applied: frozenset[str]) -> frozenset[str]:
    """These files, and those that are applied with them: the other migrations of their directory."""
    places = {(root / uri).parent for uri in applied if version(Path(uri).name)}
    places |= {(root / uri).parents[1] for uri in applied if version(Path(uri).parent.name)}
    places |= {place.parent for uri in applied if (place := (root / uri).parent).name == "deploy"}
    siblings = (path for place in places if place.is_dir() for path in migrations(place))
    return applied | {path.relative_to(root).as_posix() for path in siblings}


def spoken_of(sql: bytes) -> Iterator[tuple[str, str]]:
    """(schema or "", name) of the tables that a text that does not parse would make or alter."""
    for match in re.finditer(_SPEAKS, _uncommented(sql)):
        if not (match["function"] or match["type"]):
            schema, _, name = folded(match["name"]).rpartition(".")
            yield schema, name


def _uncommented(sql: bytes) -> bytes:
    return _COMMENT.sub(lambda comment: b" " * len(comment[0]), sql)


def spoken(root: Path, uris: Iterable[str]) -> Iterator[Spoken]:
    """What these files say of tables, views, functions and types of Postgres."""
    library = Library(root)
    for uri in uris:
        document = library.load(root / uri)
        if isinstance(document, Document) and (name := _of_dbt(document)):
            yield Spoken("dbt", name, "", Location(uri))
        elif isinstance(document, Document) and not is_foreign(document.sql):
            yield from mentioned(document)
            yield from _used(document)


def in_pages(root: Path, uris: Iterable[str]) -> Iterator[Spoken]:
    """What blocks of SQL in these Markdown files make or alter: what somebody is told to run."""
    library = Library(root)
    for uri in uris:
        document = library.load(root / uri)
        if isinstance(document, Document) and _MAKES.search(document.sql):
            yield from (said for said in mentioned(_blocks(document)) if said.kind != "function")


def _blocks(document: Document) -> Document:
    """The document with nothing left but its blocks of SQL."""
    edges = [0]
    for block in _BLOCK.finditer(document.sql):
        edges += block.span("sql")
    edges.append(len(document.sql))
    return document.blanked(*zip(edges[::2], edges[1::2], strict=True))


def _used(document: Document) -> Iterator[Spoken]:
    """What the SQL in a text puts rows into, refers to, or has policies and indexes on: each relation once."""
    sql = _uncommented(document.sql)
    found = {(folded(match["name"]), b""): match.start() for match in re.finditer(_USES, sql)}
    for pattern in (_INDEXES, _FILLS):
        found |= {
            (folded(match["name"]), match["columns"] or b""): match.start() for match in re.finditer(pattern, sql)
        }
    for (name, said), start in found.items():
        yield Spoken("used", name, said.decode("utf-8", "replace").lower(), document.place(start))


def _of_dbt(document: Document) -> str:
    """The relation that dbt makes of a file in its language, "" for one that is not."""
    if not (found := _DBT.search(document.sql)):
        return ""
    alias = _ALIAS.search(document.sql)
    name = alias[1] if alias else found["snapshot"]
    return name.decode() if name else Path(document.uri).stem


def mentioned(document: Document) -> Iterator[Spoken]:
    """What the SQL in a text says of tables, views, functions and types of Postgres."""
    return (_spoken(kind, name, said, document.place(start)) for kind, name, said, start in _said(document.sql))


def commented(root: Path, uris: Iterable[str], sought: re.Pattern[bytes]) -> Iterator[Spoken]:
    """What the SQL in comments of these files says of tables, views and functions, if it has what is ``sought``."""
    library = Library(root)
    for uri in uris:
        document = library.load(root / uri)
        if isinstance(document, Document):
            found = _COMMENTS.finditer(document.sql) if sought.search(document.sql) else ()
            for block in (item for item in found if sought.search(item[0])):
                for kind, name, said, start in _said(_DASHES.sub(rb"\1  ", block[0])):
                    yield _spoken(kind, name, said, document.place(block.start() + start))


def told_by(sql: str, at: Location) -> Iterator[Spoken]:
    """What a statement that a program runs says of tables, views and functions."""
    for kind, name, said, _ in _said(sql.encode("utf-8", "replace")):
        schema, _, own = name.rpartition(".")
        yield _spoken(kind, own if HOLE in schema else name, said, at)


def _spoken(kind: str, name: str, said: str, at: Location) -> Spoken:
    labels = () if kind == "function" else tuple(_TEXT.findall(_RENAMED.sub("", said) if kind == "type" else said))
    return Spoken(kind, name, said.lower(), at, labels)


def _hole(found: re.Match[bytes]) -> bytes:
    return HOLE.encode().ljust(len(found[0]))


def _said(sql: bytes) -> Iterator[tuple[str, str, str, int]]:
    """Of each statement about a table, view, function or type its kind, the name, its text and where it starts."""
    text = _FILLED_IN.sub(_hole, _uncommented(sql))
    for match in re.finditer(_SPEAKS, text):
        end = text.find(b";", match.end())
        said = text[match.start() : end if end >= 0 else len(text)].decode("utf-8", "replace")
        kind = next((kind for kind in ("made", "function", "type") if match[kind]), "altered")
        yield kind, folded(match["name"]), said, match.start()
