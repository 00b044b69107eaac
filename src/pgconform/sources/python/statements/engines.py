"""Which database a call speaks to: what its receiver was made by, what its file imports, what its project needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import External, Method, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.modules.log import IMPORTS
from pgconform.sources.python.statements.dialects import QUOTED
from pgconform.sql.drivers import EITHER, FORMAT, OTHERS, POSTGRES, TOOLKITS, driver_of, engine, told
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator
    from pgconform.sources.python.facts.facts import ModuleFacts

_FORMATTED = deferred(r"%s|%\(\w+\)s")
_BELOW = frozenset({"cursor", "raw_connection", "get_raw_connection", "dbapi_connection", "driver_connection"})
"""Names by which a toolkit hands out the connection of the driver below it."""
_NEEDS = deferred(r"(?im)^[\s\"']*(psycopg2?(?:-binary|-pool)?|asyncpg|aiopg|pg8000)\b")
_NEEDS_SQLITE = deferred(r"(?im)^[\s\"']*aiosqlite\b")
_NEEDS_OTHER = deferred(
    r"(?im)^[\s\"']*(pymysql|aiomysql|mysqlclient|mysql-connector[\w-]*|mariadb|oracledb|cx_oracle|pyodbc|pymssql|trino"
    r"|duckdb[-_]engine|(?:clickhouse|snowflake|sqlalchemy)[-_](?:sqlalchemy|bigquery|hana|libsql|redshift)[\w-]*)\b"
)
_NEEDS_APART = deferred(
    r"(?im)^[\s\"']*(duckdb|clickhouse[\w-]*|snowflake[\w-]*|google-cloud-bigquery|hdbcli|libsql[\w-]*"
    r"|firebird[\w-]*|fdb|ibm[-_]db|jaydebeapi|teradatasql|pyexasol|pymonetdb)\b"
)
_NEEDS_FORMAT = deferred(r"(?im)^[\s\"']*(clickhouse|pymysql|aiomysql|mysqlclient|mysql-connector|snowflake|pymssql)")


def _foreign(found: str, evidence: frozenset[str]) -> frozenset[str]:
    """The kinds of other databases that a call of ``found`` may be for by this evidence."""
    return evidence & (OTHERS if found not in TOOLKITS else {"other"})


def _one(drivers: Iterable[str]) -> str:
    """The first that is known, unless one of another database is among them beside it."""
    known = list(dict.fromkeys(filter(None, drivers)))
    return "" if "other" in known and len(known) > 1 else next(iter(known), "")


def under(found: str, name: str) -> str:
    """The driver of an attribute of what comes from ``found``; "" of a connection below a toolkit, which may be any."""
    return "" if found in EITHER and name in _BELOW else found


class Engines:
    """Tells which driver runs a call. ``needs`` is the text of the project's lists of requirements."""

    def __init__(self, evaluator: Evaluator, modules: Mapping[str, ModuleFacts], needs: Iterable[str] = ()) -> None:
        self.evaluator = evaluator
        self.ground = evaluator.ground
        self.modules = modules
        self.needs = tuple(needs)
        self._files: dict[str, frozenset[str]] = {}

    def of_value(self, value: Value) -> str:
        """The driver that a value comes from; "" where it may come from another database's as well."""
        found = [self._of_option(option) for option in options(value)]
        return found[0] if len(found) == 1 else _one(found)

    def _of_option(self, option: Value) -> str:
        match option:
            case External(name=name):
                return engine(name)
            case Method(base=base, name=name):
                return under(self.of_value(base), name)
        return ""

    def noted(self, frame: Frame, annotation: str) -> str:
        """The driver that an annotation names, in itself or by an import."""
        for name in re.findall(r"[A-Za-z_][\w.]*", annotation):
            head = self.evaluator.names.module_name(frame.uri, name.partition(".")[0])
            if found := self.of_value(head) if head is not None else "":
                return found
        return ""

    def of_file(self, uri: str) -> frozenset[str]:
        """The drivers that a file imports, anywhere in it."""
        self.ground.log.parts[uri].add(IMPORTS)
        if (found := self._files.get(uri)) is None:
            with self.ground.logged():
                found = self._files[uri] = frozenset(filter(None, map(told, self._named(uri))))
        return found

    def _named(self, uri: str) -> Iterator[str]:
        """What a file imports by its whole name."""
        for item in self.modules[uri].imports:
            if not item.level:
                yield f"{item.module}.{item.attribute}" if item.attribute else item.module
        for number, head in enumerate(self.ground.heads(uri)):
            if head.source and b"import" not in head.source:
                continue
            for place in (number, *self.ground.inner(uri, number)):
                ops = self.ground.alone(uri, place).ops
                yield from [f"{op.module}.{op.attribute}" for op in ops if type(op) is flows.Import and not op.level]

    @cached_property
    def of_project(self) -> frozenset[str]:
        """The drivers that the project imports or asks for.

        One that asks for SQLite too has a second engine for the same tables, in its tests or while it is developed.
        """
        imported = map(told, self._imported)
        needed = ["psycopg" for text in self.needs if _NEEDS.search(text)]
        others = ["other" for text in self.needs if _NEEDS_OTHER.search(text)]
        others += ["apart" for text in self.needs if _NEEDS_APART.search(text)]
        found = {*filter(None, imported), *needed, *others}
        second = not found & POSTGRES and any(_NEEDS_SQLITE.search(text) for text in self.needs)
        return frozenset({*found, "other"}) if second else frozenset(found)

    @cached_property
    def _imported(self) -> frozenset[str]:
        """The modules that the files of the project import at their top."""
        imports = (item for uri in self.ground.speaking for item in self.modules[uri].imports)
        return frozenset([item.module for item in imports if not item.level])

    @cached_property
    def _formats(self) -> str:
        """A Postgres driver of the project that has the placeholder ``%s``, where none of another database has it."""
        drivers = map(driver_of, self._imported)
        others = any(driver.style for driver in drivers if driver is not None and driver.of in OTHERS)
        if others or any(_NEEDS_FORMAT.search(text) for text in self.needs):
            return ""
        return min(self.of_project & FORMAT, default="")

    def by_format(self, sql: str) -> str:
        """The one kind of driver of the project that has the placeholder ``%s``, of a statement with one; or ""."""
        return self._formats if _FORMATTED.search(QUOTED.sub("", sql)) else ""

    def judged(self, uri: str, found: str) -> str:
        """The Postgres driver a call uses, as sure as a reader can be; "other": another's; "": nobody can tell."""
        if found in POSTGRES or found == "other":
            return found
        for evidence in (self.of_file(uri), self.of_project):
            drivers, foreign = sorted(evidence & POSTGRES), _foreign(found, evidence)
            if drivers and not foreign:
                return found or drivers[0]
            if foreign:
                return "other" if not drivers and not found else ""
        return ""

    def open_to_others(self, uri: str) -> bool:
        """A call of which nothing is known may be for another database, by what its file imports or its project."""
        return bool(_foreign("", self.of_file(uri)) or _foreign("", self.of_project))

    def beside_sqlite(self, uri: str) -> str:
        """A Postgres driver of a project that speaks to no third kind of database than SQLite."""
        others = _foreign("", self.of_file(uri)) | _foreign("", self.of_project)
        return min(self.of_project & POSTGRES, default="") if others <= {"sqlite"} else ""

    @property
    def alone(self) -> bool:
        """The project speaks to Postgres and to no other kind of database, as far as is known."""
        return bool(self.of_project & POSTGRES) and not _foreign("", self.of_project)

    def by_file(self, uri: str) -> str:
        """The one kind of Postgres driver that a file imports, where it imports none of another database."""
        found = self.of_file(uri)
        drivers = sorted(found & POSTGRES)
        return "" if _foreign("", found) or len(drivers) != 1 else drivers[0]
