"""What a program itself says of the truth it runs on: that it makes or alters a part, or that one may be missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set

from pgconform.finding import Finding, Severity
from pgconform.pairs.world import World
from pgconform.project.doubts.beside import note
from pgconform.project.doubts.index import Index, column_of
from pgconform.project.doubts.otherwise import ABSENT
from pgconform.request import RPC, Statement
from pgconform.schema import Schema
from pgconform.shape import Location
from pgconform.sources.migrations.beside import told_by
from pgconform.sql.history import is_history, migrates
from pgconform.sql.leading import LEADING
from pgconform.support.patterns import deferred
from pgconform.support.testfiles import in_tests

_CATALOGUE = deferred(r"(?i)\b(?:information_schema\.|pg_class\b|pg_attribute\b|pg_tables\b|to_regclass\b)")
_BLOCK = deferred(rf"(?i){LEADING}do\b")
_MAKES = deferred(r"(?i)\b(?:create|alter)\s")
_WORDS = deferred(r"\w+")
_TYPES = deferred(r"(?i)\bcreate\s+(?:extension|type|domain)\b")
_NO_TYPE = deferred(r'type "(?:\w+\.)?(\w+)" does not exist')
_UNMADE = ("REL001", "COL001")
"""Findings of relations and columns that are not there."""
_RUN = "makes or alters it when the program runs, and is no part of the truth"


class _Texts:
    """The texts of statements, to be asked for names; many findings ask for the same."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._texts = [(one.text.value.lower(), one.at) for one in statements if one.at]
        self._found: dict[tuple[str, ...], Location | None] = {}

    def naming(self, names: tuple[str, ...], form: str) -> Location | None:
        """Where the first stands that has all names in this form; None where none has, or without names."""
        if names not in self._found:
            self._found[names] = self._naming([name.lower() for name in names if name], form)
        return self._found[names]

    def _naming(self, names: list[str], form: str) -> Location | None:
        likely = [(text, at) for text, at in self._texts if all(name in text for name in names)] if names else []
        if not likely:
            return None
        forms = [re.compile(form.format(re.escape(name))) for name in names]
        return next((at for text, at in likely if all(one.search(text) for one in forms)), None)


def of_program(findings: Iterable[Finding], truth: World, claim: Schema, *, named: bool) -> Iterator[Finding]:
    """The findings; those that the program knows of are notes.

    It makes or alters the table itself, asks the catalogue first, goes on where the server says it is not there, sends
    what is missing where that fails, means it to fail, or migrates what was dropped since.
    Where somebody ``named`` the truth, that is what migrations made.
    """
    statements = claim.statements
    run = [(sql, one.at) for one in statements if one.at for sql in one.texts if _MAKES.search(sql)]
    run += [(one.makes, one.at) for one in claim.unread if one.at and one.makes]
    own = [(sql, at) for sql, at in run if _is_own(at.uri) and not (named and is_history(at.uri))]
    index = Index((spoken for sql, at in own for spoken in told_by(sql, at)), of=truth)
    asking = _Texts(filter(_asks, statements))
    typed = " ".join(sql for sql, _ in own if _TYPES.search(sql))
    wary = _Texts(one for one in statements if one.wary)
    looking = {place for one in statements if one.looking for place in _lines(one)}
    feared = {place for one in statements if one.feared for place in _lines(one)}
    retried = {place: one.instead for one in statements if one.instead for place in _lines(one)}
    for finding in findings:
        if finding.severity is Severity.INFO:
            yield finding
        elif against := index.against(finding, truth):
            yield note(finding, against, _RUN)
        elif (
            known := _looked(finding, looking)
            or _sought(finding, asking)
            or _awaited(finding, wary)
            or _retried(finding, retried)
            or _feared(finding, feared)
            or _of_before(finding, truth)
            or _typed(finding, typed)
        ):
            yield finding.noted(known)
        else:
            yield index.unsure(finding, truth)


def by_texts(findings: Iterable[Finding], truth: World, making: Iterable[tuple[str, Location]]) -> Iterator[Finding]:
    """The findings; those are notes that texts of the program speak against which nobody was seen to run.

    Somebody may be told to run them, or another tool is handed them.
    """
    own = ((sql, at) for sql, at in making if not in_tests(at.uri))
    index = Index((spoken for sql, at in own for spoken in told_by(sql, at)), of=truth)
    for finding in findings:
        against = None if finding.severity is Severity.INFO else index.against(finding, truth)
        yield note(finding, against) if against else finding


def asks(claim: Schema) -> bool:
    """A statement of the program asks the catalogue what there is."""
    return any(map(_asks, claim.statements))


def _asks(statement: Statement) -> bool:
    """It asks the catalogue; what a DO block asks, the program never hears."""
    sql = statement.text.value
    return statement.api != RPC and bool(_CATALOGUE.search(sql)) and not _BLOCK.match(sql)


def brought(missing: Iterable[str], claim: Schema) -> set[str]:
    """Those of the missing relations that SQL makes which is sent to be run as migrations are."""
    sent = [(one.text.value, one.at) for one in claim.statements if one.api == RPC and one.at]
    made = {
        spoken.name for sql, at in sent if _MAKES.search(sql) for spoken in told_by(sql, at) if spoken.kind == "made"
    }
    return {name for name in missing if name in made}


def _typed(finding: Finding, made: str) -> str:
    """That the program makes the type itself, or the extension that brings it, or ""."""
    absent = _NO_TYPE.search(finding.message) if finding.code == "SQL002" else None
    found = absent is not None and re.search(rf"(?i)\b{re.escape(absent[1])}\b", made)
    return "the program makes that type when it runs" if found else ""


def _looked(finding: Finding, looking: Set[tuple[str, int]]) -> str:
    """That it stands where the program looks whether that relation is there, or ""."""
    here = (finding.at.uri, finding.at.line) if finding.at else ("", 0)
    return "the program looks whether it is there" if finding.code == "REL001" and here in looking else ""


def _lines(statement: Statement) -> Iterator[tuple[str, int]]:
    """The lines that a statement's text comes from."""
    if statement.text.at:
        yield statement.text.at.uri, statement.text.at.line
        yield from ((statement.text.at.uri, line) for _, line, _ in statement.text.marks)


def _is_own(uri: str) -> bool:
    return uri.endswith(".py") and not in_tests(uri)


def _sought(finding: Finding, asking: _Texts) -> str:
    """Where a program asks the catalogue whether that relation or column is there, or ""."""
    if finding.code not in ("REL001", "COL001"):
        return ""
    name = column_of(finding) if finding.code == "COL001" else finding.subject.rpartition(".")[2]
    place = asking.naming((name,), r"'(?:\w+\.)?{}'")
    return f"{place} asks the catalogue for it first" if place else ""


def _awaited(finding: Finding, wary: _Texts) -> str:
    """Where a program is prepared for that relation or column not to be there, or ""."""
    place = wary.naming(_missing(finding), r"\b{}\b")
    return f"the program goes on where what {place} names is not there" if place else ""


def _retried(finding: Finding, retried: Mapping[tuple[str, int], str]) -> str:
    """That a handler sends the column which is left out, or ""."""
    if finding.code != "COL002" or finding.at is None:
        return ""
    text = retried.get((finding.at.uri, finding.at.line), "").lower()
    sent = column_of(finding).lower() in _WORDS.findall(text)
    return "the program sends it where that fails" if sent else ""


def _feared(finding: Finding, feared: Set[tuple[str, int]]) -> str:
    """That the program tells it as a failure where what stands there does not fail, or "".

    What it means to fail is a value or a rule of the schema: not what nobody has made.
    """
    if finding.code in _UNMADE:
        return ""
    here = (finding.at.uri, finding.at.line) if finding.at else ("", 0)
    return "the program means it to fail" if here in feared else ""


def _of_before(finding: Finding, truth: World) -> str:
    """That a program which migrates data was to run before migrations dropped what it needs, or ""."""
    if finding.code not in _UNMADE or finding.at is None or not migrates(finding.at.uri):
        return ""
    schema, name = truth.split(finding.relation or finding.subject)
    return "the program migrates, and was to run before that" if truth.dropped(name, schema, column_of(finding)) else ""


def _missing(finding: Finding) -> tuple[str, ...]:
    """The names that are in every statement in which this is missing."""
    if finding.code == "SQL002" and (absent := ABSENT.search(finding.message)):
        return (absent["name"],)
    if finding.code == "REL001":
        return (finding.subject.rpartition(".")[2],)
    return (finding.relation.rpartition(".")[2], column_of(finding)) if finding.code == "COL001" else ()
