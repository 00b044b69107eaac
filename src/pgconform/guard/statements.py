"""The rows that statements write: which parameter is which column's, found out by Postgres' grammar, once a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from pgconform.errors import Problem
from pgconform.request import Verb
from pgconform.sql.parser import SqlSyntaxError, Tree, parse
from pgconform.sql.placeholders import made
from pgconform.support.patterns import deferred

_WRITES = deferred(r"[\s(]*(?:insert|update|delete|with|copy)\b|\s*(?:--|/\*)", re.IGNORECASE)
_MOST: Final = 4096
_LONGEST: Final = 100_000
_CONDITIONS: Final = ("fromClause", "whereClause", "havingClause", "limitCount", "limitOffset")
_REWORKED: Final = ("distinctClause", "groupClause", "sortClause", "windowClause", "withClause")


class Row(msgspec.Struct, frozen=True):
    """A row that is written: each column that has a parameter of its own, with the parameter's number and name.

    ``sure``: it is written whatever the tables hold, so that a value no column takes is refused in any case.
    """

    verb: Verb
    columns: tuple[tuple[str, int, str], ...]
    sure: bool = True

    def given(self, parameters: Sequence[Any] | Mapping[str, Any]) -> dict[str, Any]:
        """The values of the columns that have a parameter of their own."""
        if isinstance(parameters, Mapping):
            return {column: parameters[name] for column, _, name in self.columns if name in parameters}
        count = len(parameters)
        return {column: parameters[number] for column, number, _ in self.columns if 0 <= number < count}


class Write(msgspec.Struct, frozen=True):
    """A statement that writes to a table; ``named`` are the columns that a COPY lists."""

    schema: str
    table: str
    rows: tuple[Row, ...] = ()
    named: tuple[str, ...] = ()


class Writes:
    """The statements met so far, by their text; ``style`` is how a driver writes parameters: "pyformat", "numeric"."""

    def __init__(self, style: str) -> None:
        self._style = style
        self._known: dict[str, Write | None] = {}

    def of(self, text: str) -> Write | None:
        """What a text writes; None of one that writes nothing, or is not understood."""
        try:
            return self._known[text]
        except KeyError:
            found = write(text, self._style)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[text] = found
        return found


def write(text: str, style: str) -> Write | None:
    """What one statement writes, and with which of its parameters."""
    if len(text) > _LONGEST or not _WRITES.match(text):
        return None
    copying = text.lstrip()[:4].lower() == "copy"
    sent = made(text, style)
    try:
        parsed = () if sent.reason and not copying else parse((text if copying else sent.sql).encode(), data=True)
    except (SqlSyntaxError, Problem, UnicodeEncodeError):
        return None
    if len(parsed) != 1 or not (target := parsed[0].tree.get("relation")):
        return None
    tree, home = parsed[0].tree, (target.get("schemaname", ""), target["relname"])
    match parsed[0].kind:
        case "InsertStmt":
            return Write(*home, tuple(_inserted(tree, sent.names)))
        case "UpdateStmt":
            return Write(*home, (_updated(tree.get("targetList", ()), sent.names, sure=True),))
        case "DeleteStmt":
            return Write(*home)
        case "CopyStmt" if tree.get("is_from"):
            return Write(*home, named=tuple(item["String"]["sval"] for item in tree.get("attlist", ())))
    return None


def _inserted(tree: Tree, names: Sequence[str]) -> Iterator[Row]:
    """The rows of VALUES or of a SELECT, and what ON CONFLICT sets."""
    columns = [_plain(item) for item in tree.get("cols", ())]
    source = tree.get("selectStmt", {}).get("SelectStmt", {})
    if columns and tree.get("override", "OVERRIDING_NOT_SET") == "OVERRIDING_NOT_SET":
        for values, sure in _values(source):
            if len(values) == len(columns):
                yield Row("insert", tuple(_filled(zip(columns, values, strict=True), names)), sure)
    if conflict := tree.get("onConflictClause", {}).get("targetList"):
        yield _updated(conflict, names, sure=False)


def _values(source: Tree) -> Iterator[tuple[list[Tree], bool]]:
    """Each row of a source as its expressions, and whether there is such a row whatever the tables hold."""
    for listed in source.get("valuesLists", ()):
        yield listed["List"]["items"], not any(source.get(part) for part in _CONDITIONS)
    plain = source.get("op") == "SETOP_NONE" and not any(source.get(part) for part in _REWORKED)
    if plain and (selected := source.get("targetList")):
        values = [item["ResTarget"].get("val", {}) for item in selected]
        yield values, not any(source.get(part) for part in _CONDITIONS)


def _updated(targets: Sequence[Tree], names: Sequence[str], *, sure: bool) -> Row:
    given = ((_plain(item), _single(item["ResTarget"].get("val", {}))) for item in targets)
    return Row("update", tuple(_filled(given, names)), sure)


def _single(value: Tree) -> Tree:
    """The value of one column of ``(a, b) = (…, …)``."""
    several = value.get("MultiAssignRef", {})
    row: Sequence[Tree] = several.get("source", {}).get("RowExpr", {}).get("args", ())
    return row[several["colno"] - 1] if len(row) == several.get("ncolumns") else value


def _filled(given: Any, names: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    for column, value in given:
        number = value.get("ParamRef", {}).get("number", 0)
        if column and 0 < number <= len(names):
            name = names[number - 1]
            yield column, int(name) if name.isdigit() else -1, name


def _plain(item: Tree) -> str:
    """The column that is written whole; "" where it is a part of one."""
    target = item["ResTarget"]
    return "" if target.get("indirection") else str(target.get("name", ""))
