"""MIG003: SQL of the repository that makes what the code asks for, and that is no part of a truth nobody named."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.leftout import LeftOutPair
from pgconform.rules._wording import quoted
from pgconform.rules.registry import Rule

_LIST = "list all SQL that makes the database under sql in the settings, in order, or check against the database"
_DUMP = "check against the database, or write down what it has:  pg_dump --schema-only $DATABASE_URL > schema.sql"
_WRITE = "write their SQL with  alembic upgrade head --sql > schema.sql  and "


def judge(pair: LeftOutPair) -> Iterator[Finding]:
    yield Finding(
        Severity.WARNING,
        f"{_said(pair)} {quoted(pair.names, most=3)}",
        consequence=f"{pair.places} {'finding is a note' if pair.places == 1 else 'findings are notes'} only",
        help=_DUMP if pair.types else _WRITE + _LIST if pair.alembic else _LIST,
    )


def _said(pair: LeftOutPair) -> str:
    if pair.types:
        return "these types of a database are not of the truth, and have"
    if pair.alembic:
        return "Alembic's revisions are no part of the truth, and speak of"
    if pair.files == 1:
        return "this file is no part of the truth, and speaks of"
    folder = pair.at.uri.rpartition("/")[0] or "this folder"
    return f"{pair.files} files of {folder} are no part of the truth, and speak of"


RULE = Rule("MIG003", "sql-left-out", "SQL that may be a part of the truth", LeftOutPair, judge, Severity.WARNING)
