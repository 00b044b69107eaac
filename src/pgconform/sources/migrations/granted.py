"""What a migration fails without, columns or labels: where the database was made, it did not."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.support.patterns import deferred

_ABSENT = deferred(
    r'column "?(?:(?P<of>\w+)\.)?(?P<column>\w+)"?(?: of relation "(?P<relation>[^"]+)")? does not exist'
)
_NAME = r'(?P<name>(?:"[^"]+"|\w+)(?:\s*\.\s*(?:"[^"]+"|\w+))?)'
_NO_ALIAS = "join|left|right|full|inner|cross|natural|lateral|on|using|where|set|group|order|limit|union|for|values|to"
_NULL = deferred(r'null value in column "(?P<column>[^"]+)" of relation "(?P<relation>[^"]+)"')
_INSERTS = deferred(rf"(?i)\binsert\s+into\s+{_NAME}\s*(?:as\s+\w+\s*)?\((?P<columns>[^()]*)\)")
_LABEL = deferred(r'invalid input value for enum (?:"?\w+"?\.)?"?(\w+)"?: "')
_TEXT = deferred(r"'([^'\n]*)'")
_WORDS = deferred(r"\w+")
_COLUMN = deferred(r"(?<![\w.\"])(?P<of>\w+)\.(?P<column>\w+)\b(?!\s*[.(])")
_READS = deferred(
    rf"(?i)\b(?:from|join|update|on)\s+(?:only\s+)?{_NAME}"
    rf'(?:\s+(?:as\s+)?(?!(?:{_NO_ALIAS})\b)(?P<alias>"[^"]+"|\w+))?'
)


def granted(sql: str, refusal: str) -> tuple[str, ...]:
    """The columns, each with the relations that may be meant to have it, without which a server refused a statement.

    The server names the first that is absent; whatever else the statement names of a relation may be so too.
    """
    absent = _ABSENT.search(refusal)
    if absent is None:
        return ()
    column, of = absent["column"], absent["of"]
    if absent["relation"]:
        return (f"{absent['relation']}.{column}",)
    read = tuple(_read(sql))
    found = {f"{name}.{column}" for name, alias in read if of is None or of in (alias, name.rpartition(".")[2])}
    return tuple(sorted(found.union(_qualified(sql, read))))


def left_out(sql: str, refusal: str) -> tuple[str, ...]:
    """The column, with its relation, that an INSERT does not name, and without which a server refused its row."""
    null = _NULL.search(refusal)
    for match in _INSERTS.finditer(sql) if null else ():
        name = "".join(match["name"].replace('"', "").split()).lower()
        if null and name.rpartition(".")[2] == null["relation"].lower():
            named = {word.lower() for word in _WORDS.findall(match["columns"])}
            return () if null["column"].lower() in named else (f"{name}.{null['column']}",)
    return ()


def labelled(sql: str, refusal: str) -> tuple[str, ...]:
    """The texts in a statement, each after the enum that the server named, of which one or more is no label of it."""
    enum = _LABEL.match(refusal)
    return tuple(sorted({f"{enum[1]}.{text}" for text in _TEXT.findall(sql)})) if enum else ()


def _qualified(sql: str, read: tuple[tuple[str, str], ...]) -> Iterator[str]:
    """What a statement names by the relations that it reads: ``p.name``."""
    names = {alias or name.rpartition(".")[2]: name for name, alias in read}
    for match in _COLUMN.finditer(sql):
        if name := names.get(match["of"].lower()):
            yield f"{name}.{match['column'].lower()}"


def _read(sql: str) -> Iterator[tuple[str, str]]:
    """The relations that a statement reads or changes, each with what it calls it, if it does."""
    for match in _READS.finditer(sql):
        yield "".join(match["name"].replace('"', "").split()).lower(), (match["alias"] or "").strip('"').lower()
