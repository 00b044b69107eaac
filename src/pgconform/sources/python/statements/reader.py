"""The SQL that a Python project holds in texts and hands to a driver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.request import Statement
from pgconform.schema import Schema, Unread
from pgconform.shape import Location
from pgconform.sources.python.evaluate.scopes.renamed import own_names
from pgconform.sources.python.evaluate.values.frames import Place
from pgconform.sources.python.modules.log import said
from pgconform.sources.python.passes.looking import Looker, Pass
from pgconform.sources.python.statements.calls import CALLS
from pgconform.sources.python.statements.databases import Databases
from pgconform.sources.python.statements.dialects import is_not_of_sqlite
from pgconform.sources.python.statements.engines import Engines
from pgconform.sources.python.statements.handing import Handings
from pgconform.sources.python.statements.look import OTHERWISE, UNTOLD, Look
from pgconform.sources.python.statements.making import Makings
from pgconform.sources.python.statements.outcome import SqlOutcome, SqlSeen, Taker
from pgconform.sources.python.statements.reads import with_reads
from pgconform.sources.python.statements.sites import holders
from pgconform.sources.python.statements.styles import TEXTS
from pgconform.sql.drivers import POSTGRES, engine
from pgconform.sql.history import is_history
from pgconform.support.testfiles import in_tests

IDLE = "nothing is known to run it"

if TYPE_CHECKING:
    from pgconform.sources.python.facts.facts import Import, ModuleFacts
    from pgconform.sources.python.queries.reader import Reader


class Statements:
    """The statements of a project, to be looked for in one pass with its chains.

    ``needs`` are the texts of its lists of requirements, which tell what database it speaks to. ``lines`` are those of
    its files on which a text opens that is SQL.
    """

    def __init__(
        self,
        reader: Reader,
        modules: Mapping[str, ModuleFacts],
        needs: Iterable[str] = (),
        lines: Mapping[str, tuple[int, ...]] = MappingProxyType({}),
    ) -> None:
        self.reader = reader
        self._lines = lines
        self._found = _Reader(reader.looker, Engines(reader.evaluator, modules, needs))

    def read(self) -> Schema:
        """The statements by place, and the calls whose statement, or database, is not known."""
        self._found.read()
        makings = self._found.makings
        statements = sorted(map(makings.of, self._found.found.values()), key=_order)
        said = tuple(with_reads(statements, self.reader.gathered.reads))
        unread = tuple(map(makings.of_unread, self._found.unread.values()))
        return Schema(statements=said, unread=(*unread, *self._idle(said, unread)), origin="python")

    def _idle(self, statements: Iterable[Statement], unread: Iterable[Unread]) -> Iterator[Unread]:
        """SQL that is handed to nothing which is known to run any, in a project that speaks to Postgres alone."""
        if not self._lines or not self._found.engines.alone:
            return
        told = {(one.at.uri, one.at.line) for one in unread if one.at}
        for text in (one.text for one in statements):
            if at := text.at:
                told.add((at.uri, at.line))
                told.update([(at.uri, line) for _, line, _ in text.marks])
        for uri, lines in self._lines.items():
            if not in_tests(uri) and not is_history(uri):
                yield from (
                    Unread(IDLE, "statement", at=Location(uri, line)) for line in lines if (uri, line) not in told
                )


def _again(found: Statement, said: Statement) -> Statement:
    """A statement that another call may run too, each with values of its own."""
    return replace(said, parameters=None, bare=found.bare and said.bare)


def _order(statement: Statement) -> tuple[Location, str]:
    return (statement.at or Location(""), statement.text.value)


class _Reader:
    """Looks at every call that may run a statement, then at those of functions that are handed one."""

    def __init__(self, looker: Looker, engines: Engines) -> None:
        self.looker = looker
        self.ground = looker.ground
        self.engines = engines
        self.databases = Databases(looker, engines)
        self._own = self._passing()
        looker.add(self._own)
        self.takers: dict[Place, Taker] = {}
        self.found: dict[tuple[Location, str], Statement] = {}
        self.unread: dict[Location, Unread] = {}
        self.waiting: list[SqlSeen] = []
        self.handings = Handings(looker, engines)
        self.makings = Makings(looker)

    def _passing(self) -> Pass[SqlOutcome]:
        """The calls of drivers, by their own names or those they are imported by."""
        named = {name for item in self._imported() for name in (item.name, item.attribute)}
        names = CALLS | named
        homes = sorted((uri, 0) for uri in self.ground.speaking if self._imports(uri))
        key = said((sorted(named), sorted(self.engines.of_project)))
        look = partial(self._outcome, partial(Look.own, names=names))
        return Pass("sql", SqlOutcome, names | OTHERWISE, look, homes, key)

    def read(self) -> None:
        self._add(self.looker.of(self._own))
        self.looker.through(self.takers, self._wrapped, self._add)
        self.makings.read()
        self.handings.read(one for seen in self.waiting for one in seen.handed)
        for seen in self.waiting:
            self._keep(replace(seen, why="" if self.handings.are_postgres(seen.handed) else seen.why, handed=()))

    def _outcome(self, look: Callable[[Look], None], places: list[Place]) -> SqlOutcome:
        found = Look(self.looker.evaluator, self.engines, places)
        look(found)
        return SqlOutcome(tuple(found.seen), tuple(found.takers.items()), tuple(found.makers))

    def _wrapped(self, takers: Mapping[Place, Taker], number: int) -> Pass[SqlOutcome]:
        """Calls of the project's own functions that are handed a statement."""
        names = own_names(self.ground, takers)
        key = said((sorted(takers.items()), sorted(self.engines.of_project)))
        look = partial(self._outcome, partial(Look.wrapped, names=names, takers=takers))
        return Pass(f"sql {number}", SqlOutcome, names, look, holders(self.ground, takers), key)

    def _add(self, outcomes: Iterable[tuple[str, SqlOutcome]]) -> None:
        for uri, outcome in outcomes:
            for scope, taker in outcome.takers:
                self.takers.setdefault((uri, scope), taker)
            for seen in outcome.seen:
                self._keep(seen)
            self.makings.add(uri, outcome.makers)

    def _keep(self, seen: SqlSeen) -> None:
        if seen.handed:
            self.waiting.append(seen)
            return
        why = self._doubt(seen) if seen.toolkit else seen.why
        if (seen.ours or seen.why != why) and self.databases.several(seen.uri):
            self._unknown(seen.at, "which of several databases this is for is not known")
        elif seen.ours and self.databases.akin(seen.uri):
            self._unknown(seen.at, "it is for a server that only speaks as Postgres does")
        elif seen.statement is None or why:
            self._unknown(seen.at, why, seen.makes)
        else:
            place = (seen.at, seen.statement.text.value)
            known = self.found.setdefault(place, seen.statement)
            if known is not seen.statement:
                self.found[place] = _again(known, seen.statement)

    def _doubt(self, seen: SqlSeen) -> str:
        """Why a toolkit's statement is not judged, as far as it is known what its engines are told to speak to."""
        kind, sql = self.databases.kind(seen.uri), seen.statement.text.value if seen.statement else ""
        if kind == "sqlite" and is_not_of_sqlite(sql) and self.engines.of_project & POSTGRES:
            kind = "postgres"
        if kind in ("sqlite", "other"):
            return UNTOLD
        return "" if kind == "postgres" and seen.statement else seen.why

    def _unknown(self, at: Location, why: str, makes: str = "") -> None:
        self.unread.setdefault(at, Unread(why, "statement", at=at, makes=makes))

    def _imports(self, uri: str) -> list[Import]:
        """What a file imports that makes a statement of a text, under whatever name."""
        found = self.engines.modules[uri].imports
        return [item for item in found if item.attribute in ("text", "DDL") and engine(item.module) in TEXTS]

    def _imported(self) -> Iterator[Import]:
        return (item for uri in self.ground.speaking for item in self._imports(uri))
