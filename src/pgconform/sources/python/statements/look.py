"""Looking at one file for SQL: the statements that it hands to drivers, and its functions that callers hand some."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.request import HOLE, RPC, Statement, Text
from pgconform.shape import Location
from pgconform.sources.python.evaluate.scopes.absence import heeding
from pgconform.sources.python.evaluate.scopes.given import argument_of
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import External, Function, Str, Template, Value
from pgconform.sources.python.evaluate.values.texts import is_text
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.statements.calls import (
    CALLS,
    EXTRAS,
    FILLERS,
    KEYWORDS,
    LOADERS,
    OF_ONE,
    SQL,
    is_aliased,
)
from pgconform.sources.python.statements.copying import COPIERS, copied
from pgconform.sources.python.statements.dialects import is_not_of_sqlite, is_of_another
from pgconform.sources.python.statements.engines import Engines
from pgconform.sources.python.statements.expected import expected, instead, looks
from pgconform.sources.python.statements.filling import filled
from pgconform.sources.python.statements.loading import loaded
from pgconform.sources.python.statements.making import makers
from pgconform.sources.python.statements.origins import Origins, one_driver, waiting
from pgconform.sources.python.statements.outcome import Handed, Maker, SqlSeen, Taker
from pgconform.sources.python.statements.picking import picks, reached
from pgconform.sources.python.statements.pieces import asks, is_quoted, pieces, takes_several
from pgconform.sources.python.statements.remaking import remade, remakes
from pgconform.sources.python.statements.rpcs import SENDERS, sent_by_name
from pgconform.sources.python.statements.sent import sent
from pgconform.sources.python.statements.sites import calls, handed, name_of
from pgconform.sources.python.statements.styles import READS, TEXTS, guessed, style_of, told
from pgconform.sources.python.statements.values import parameter_at, values_of, with_values
from pgconform.sql.drivers import HANDED, POSTGRES, TEMPLATES, TOOLKITS
from pgconform.sql.history import is_history
from pgconform.support.patterns import deferred
from pgconform.support.testfiles import in_tests

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

OTHERWISE = LOADERS | SENDERS | FILLERS | COPIERS.keys()
"""Names of what loads files of statements, or makes one of what it is handed."""
UNTOLD = "which database this is for is not known"
_OF_FRAME = "which columns a frame has is not known"
_MAKES = deferred(r"\s*(?:(?:create|alter)\s|set\s[\w\s]*search_path\b)", re.IGNORECASE)
_OF_POSTGRES = deferred(r"\$\d|%s|%\(\w+\)s")
"""Placeholders of Postgres' drivers; SQLite, which programs have in its place, has others."""
_ASYNCPG = frozenset({"fetch", "fetchrow", "fetchval"})


class Look:
    """The calls in some ``places`` of one file: the statements ``seen``; by scope, functions that are ``takers`` of
    statements that their callers hand them, and ``makers`` of what callers name.
    """

    def __init__(self, evaluator: Evaluator, engines: Engines, places: list[Place]) -> None:
        self.evaluator = evaluator
        self.ground = evaluator.ground
        self.engines = engines
        self.origins = Origins(engines)
        self.places = places
        self.seen: list[SqlSeen] = []
        self.takers: dict[int, Taker] = {}
        self.shared: set[tuple[int, int]] = set()
        self.unknown: set[tuple[int, str]] = set()
        self.makers: list[tuple[int, Maker]] = []

    def own(self, names: frozenset[str]) -> None:
        """The calls of drivers, by these names, and of what says statements otherwise."""
        found = list(calls(self.ground, self.places, names | OTHERWISE))
        for frame, op, name in found:
            if name in names:
                self._own(frame, op, name)
        for frame, op, name in handed(self.ground, self.places):
            self._own(frame, op, name, handed=True)
        self.takers |= {number: replace(self.takers[number], shared=True) for number in self._serving_several()}
        self.takers |= {number: replace(self.takers[number], remade=True) for number in self._remaking()}
        for kinds, look in (LOADERS, self._load), (SENDERS, self._send), (FILLERS, self._fill), (COPIERS, self._copy):
            for frame, op, name in found:
                if name in kinds:
                    look(frame, op)

    def _serving_several(self) -> list[int]:
        """The functions that hand what they are handed to a driver of another database too."""
        found = ((number, taker) for number, taker in self.takers.items() if not taker.path)
        return [number for number, taker in found if (number, taker.parameter) in self.shared]

    def _remaking(self) -> list[int]:
        """The functions that change what they are handed, or hand a driver a text that is not known besides."""
        uri, found = self.places[0][0] if self.places else "", self.takers.items()
        own = [(number, taker) for number, taker in found if not taker.path]
        return [
            number
            for number, taker in own
            if (number, taker.api) in self.unknown or remakes(self.ground.alone(uri, number), taker.parameter)
        ]

    def _send(self, frame: Frame, op: flows.Call) -> None:
        """SQL for a function of the database that runs what it is handed."""
        for text in sent_by_name(self.evaluator, frame, op):
            for one in pieces(text) if SQL.match(text.value) else ():
                at, holder = one.at or Location(frame.uri), self.ground.holder(frame.uri, frame.number)
                statement = Statement(one, RPC, holder=holder, at=at)
                self.seen.append(SqlSeen(frame.uri, at, statement, ours=False))

    def _fill(self, frame: Frame, op: flows.Call) -> None:
        """A table that is made of a frame."""
        for makes in filled(self.evaluator, frame, op):
            at = Location(frame.uri, op.line, op.column)
            self.seen.append(SqlSeen(frame.uri, at, None, _OF_FRAME, ours=False, makes=makes))

    def _copy(self, frame: Frame, op: flows.Call) -> None:
        """A table that a driver copies rows into or out of."""
        driver, waits = self._runs(frame, op, op.name) or ("other", ())
        taker = Taker(0, driver, f"{driver or 'sql'}.{op.name}", "", waits)
        if driver != "other" and not list(self._said(frame, copied(self.evaluator, frame, op), taker, op)):
            at = Location(frame.uri, op.line, op.column)
            self.seen.append(SqlSeen(frame.uri, at, None, "the table is not known", ours=False))

    def _load(self, frame: Frame, op: flows.Call) -> None:
        """The named statements of files that aiosql or pugsql makes functions of."""
        for one in loaded(self.evaluator, frame, op):
            self.seen.append(SqlSeen(frame.uri, one.at or Location(frame.uri), one, ours=False))

    def _own(self, frame: Frame, op: flows.Call, said: str, *, handed: bool = False) -> None:
        """A driver's call, by the name that it has there; ``handed`` to what may call it with other values."""
        given = _argument(op, int(op.name in EXTRAS))
        if given < 0:
            return
        name = said if said in CALLS else "text"
        runs = self._runs(frame, op, name)
        if runs is None:
            return
        found, waits = runs
        if found == "other" and (index := parameter_at(frame, given)) >= 0:
            self.shared.add((frame.number, index))
        if found == "other" or (name == "text" and found not in TEXTS):
            return
        style, values = style_of(found, name, op), parameter_at(frame, values_of(op))
        taker = Taker(0, found, f"{found or 'sql'}.{name}", style, waits, values=values, remade=handed)
        self._take(frame, given, taker, op)

    def _runs(self, frame: Frame, op: flows.Call, name: str) -> tuple[str, tuple[Handed, ...]] | None:
        """The driver whose call it is, or who hands over what it is made on; None of a call of something else."""
        function = self.evaluator.value(frame, op.function)
        if any(isinstance(option, Function) and _counts(frame.uri, option.uri) for option in options(function)):
            return None
        found = self._driver(frame, op, function, name)
        if found not in OF_ONE.get(name, (found,)):
            return None
        return self._followed(frame, op, found) if self._is_open(frame.uri, found) else (found, ())

    def _is_open(self, uri: str, found: str) -> bool:
        """Only where the connection comes from tells which database a call is for."""
        if found in HANDED and not self.engines.judged(uri, found):
            return True
        return (not found or found in HANDED) and self.engines.open_to_others(uri)

    def _driver(self, frame: Frame, op: flows.Call, function: Value, name: str) -> str:
        if name in EXTRAS:
            return self.engines.of_value(function) or "other"
        if name in ("text", *READS):
            names = [option.name for option in options(function) if isinstance(option, External)]
            return self.engines.of_value(function) if names else ""
        what = frame.ops[op.function]
        return one_driver(self.origins.of(frame, what.base)) if type(what) is flows.Attr else ""

    def _followed(self, frame: Frame, op: flows.Call, said: str) -> tuple[str, tuple[Handed, ...]]:
        """The driver of what a call is made on, or pandas is handed: of where that begins, or who hands it over."""
        what = frame.ops[op.function]
        base = _argument(op, 1, ("con",)) if said else what.base if type(what) is flows.Attr else -1
        if base < 0:
            return said, ()
        origins = self.origins.of(frame, base)
        return one_driver(origins) or said, waiting(origins)

    def _take(self, frame: Frame, given: int, taker: Taker, call: flows.Call) -> None:
        """The statements that an operation may be; of a parameter those that callers give."""
        index = parameter_at(frame, given)
        if index >= 0 and frame.alone:
            self._taker(frame, replace(self._of_file(frame, taker, call), parameter=index))
        elif frame.alone and picks(frame, given):
            self._taker(frame, replace(self._of_file(frame, taker, call), path=(given,)))
        elif frame.alone and (index := remade(self.evaluator, frame, given)) >= 0:
            self._taker(frame, replace(self._of_file(frame, taker, call), parameter=index, remade=True))
        value, said = self.evaluator.value(frame, given), False
        for text in self._said(frame, value, taker, call):
            self.makers += [(frame.number, one) for one in makers(frame, given, text)]
            said = True
        if not said and index < 0:
            self.unknown.add((frame.number, taker.api))
        if not said and taker.engine in POSTGRES and _is_sql(value) and all(map(_is_unknown, options(value))):
            at = Location(frame.uri, call.line, call.column)
            self.seen.append(SqlSeen(frame.uri, at, None, "the statement is not known", ours=False))

    def _taker(self, frame: Frame, taker: Taker) -> None:
        """A function that hands on a statement, maybe with values in one call and without in another."""
        known = self.takers.setdefault(frame.number, taker)
        if bool(known.style) != bool(taker.style) and _is_alike(known, taker):
            self.takers[frame.number] = replace(known if known.style else taker, either=True)

    def _said(self, frame: Frame, value: Value, taker: Taker, call: flows.Call) -> Iterator[Text]:
        """The statements that a value may be, which are kept."""
        found = [one for one in options(value) if isinstance(one, Str | Template) and SQL.match(one.text.value)]
        for option in found:
            bare = len(found) > 1 and any(_is_part(option.text, one.text) for one in found)
            if isinstance(option, Str):
                self._keep(frame, option.text, taker, call, bare)
            elif self.engines.judged(frame.uri, taker.engine) in TEMPLATES:
                self._keep(frame, option.text, replace(taker, style="template"), call, bare)
            else:
                at = option.text.at or Location(frame.uri)
                self.seen.append(SqlSeen(frame.uri, at, None, "nothing is known to take t-strings here", ours=False))
            yield option.text

    def _picked(self, frame: Frame, taker: Taker, call: flows.Call) -> None:
        """The statements that a function picks out of what a call hands it; of what that was handed, callers say."""
        number = _number(frame, call)
        values = reached(self.evaluator, frame, number, taker.path)
        if not [text for value in values for text in self._said(frame, value, taker, call)]:
            passed = (*call.arguments, *(one for _, one in call.keywords))
            if frame.alone and any(parameter_at(frame, one) >= 0 or picks(frame, one) for one in passed):
                self.takers.setdefault(frame.number, replace(taker, path=(number, *taker.path)))

    def _of_file(self, frame: Frame, taker: Taker, call: flows.Call) -> Taker:
        """What is known of a function that takes statements by the file it stands in, whoever calls it."""
        if taker.engine or taker.handed or not self.engines.open_to_others(frame.uri):
            return taker
        found, name = self.engines.by_file(frame.uri), taker.api.rpartition(".")[2]
        return (
            replace(taker, engine=found, api=f"{found}.{name}", style=style_of(found, name, call)) if found else taker
        )

    def _keep(self, frame: Frame, text: Text, taker: Taker, call: flows.Call, bare: bool) -> None:
        toolkit = taker.engine in TOOLKITS
        found = self.engines.judged(frame.uri, taker.engine) or self._by_call(frame.uri, taker, text)
        at = text.at or Location(frame.uri)
        if found == "other":
            return
        if taker.api.endswith(".text") and (is_aliased(text.value) or is_quoted(frame, _number(frame, call))):
            self.seen.append(SqlSeen(frame.uri, at, None, "it is a part of a statement", ours=False))
            return
        foreign = (taker.remade or taker.engine not in POSTGRES) and is_of_another(text.value)
        foreign = foreign or (taker.shared and not _OF_POSTGRES.search(text.value))
        why = "" if found and not foreign else UNTOLD
        makes = text.value if _MAKES.match(text.value) else ""
        if why and (foreign or not (toolkit or taker.handed)):
            self.seen.append(SqlSeen(frame.uri, at, None, why, ours=False, makes=makes))
            return
        handed = taker.handed if why else ()
        if is_history(frame.uri) and asks(text.value):
            reason = why or "a migration speaks of its own time"
            self.seen.append(SqlSeen(frame.uri, at, None, reason, not why, makes, handed, toolkit))
            return
        direct = self._direct(call, taker)
        for one in pieces(text) if direct and takes_several(taker, call) else (text,):
            said_so = self._statement(frame, one, taker, call, direct=direct)
            said_so = replace(said_so, bare=True) if bare else said_so
            self.seen.append(SqlSeen(frame.uri, one.at or at, said_so, why, not why, makes, handed, toolkit))

    def _by_call(self, uri: str, taker: Taker, text: Text) -> str:
        """The one driver that takes such SQL, or has such a call and placeholders in a file of no other database."""
        if taker.engine not in TOOLKITS and is_not_of_sqlite(text.value) and (found := self.engines.beside_sqlite(uri)):
            return found
        if taker.engine or self.engines.of_file(uri) & {"other", "apart", "sqlite"}:
            return ""
        told = taker.api.rpartition(".")[2] in _ASYNCPG and re.search(r"\$\d", text.value)
        return "asyncpg" if told and "asyncpg" in self.engines.of_project else self.engines.by_format(text.value)

    def _statement(self, frame: Frame, text: Text, taker: Taker, call: flows.Call, *, direct: bool) -> Statement:
        style = taker.style or ("" if _is_own(taker) else guessed(taker.engine, text.value))
        style = (told(taker.engine, text.value) or style) if taker.remade else style
        unsure = style == "numeric" and not taker.engine
        values = sent(self.evaluator, frame, call, style) if direct and not unsure else None
        holder = self.ground.holder(frame.uri, frame.number)
        said = Statement(text, taker.api, style, values, holder=holder, at=text.at or Location(frame.uri))
        return self._tried(frame, said, call) if frame.scope.attempts else said

    def _tried(self, frame: Frame, said: Statement, call: flows.Call) -> Statement:
        """The statement, with what its function does where it fails."""
        number = _number(frame, call)
        attempts, sql, others = heeding(self.ground, frame.scope), said.text.value, list(self._others(frame))
        wary, looking = expected(attempts, number, sql, others), looks(attempts, number, sql, others)
        feared = any(one.feared and one.holds(number) for one in attempts)
        again = instead(attempts, number, sql, others)
        return replace(said, wary=wary, looking=looking, feared=feared, instead=again)

    def _others(self, frame: Frame) -> Iterator[tuple[int, str]]:
        """The statements of a function's calls, by the numbers of these; a wrapper may be handed a connection first."""
        for number, op in enumerate(frame.ops):
            if type(op) is not flows.Call or name_of(self.ground, frame, op) not in CALLS:
                continue
            for given in (_argument(op, 0), *op.arguments[1:2]):
                said = options(self.evaluator.value(frame, given)) if given >= 0 else ()
                if texts := [one.text.value for one in said if isinstance(one, Str)]:
                    yield from ((number, text) for text in texts)
                    break

    def _direct(self, call: flows.Call, taker: Taker) -> bool:
        """The call is the driver's own, so that what else it is given are the values."""
        return not taker.path and _is_own(taker) and taker.api.rpartition(".")[2] == call.name

    def wrapped(self, names: frozenset[str], takers: Mapping[Place, Taker]) -> None:
        """Calls of the project's own functions that are handed a statement."""
        for frame, op, _ in calls(self.ground, self.places, names):
            for option in options(self.evaluator.value(frame, op.function)):
                taker = takers.get((option.uri, option.scope)) if isinstance(option, Function) else None
                if taker is not None and isinstance(option, Function) and taker.path:
                    self._picked(frame, self._handing(frame, option, taker, op), op)
                elif taker is not None and isinstance(option, Function):
                    scope, bound = self.ground.head(option.uri, option.scope), option.bound is not None
                    given = argument_of(scope, op, taker.parameter, bound=bound)
                    if given >= 0:
                        said = with_values(frame, op, scope, taker, bound=bound)
                        self._take(frame, given, self._handing(frame, option, said, op), op)

    def _handing(self, frame: Frame, function: Function, taker: Taker, op: flows.Call) -> Taker:
        """A function that is handed what it runs statements on, as this call hands it that."""
        own = [one for one in taker.handed if (one.uri, one.scope) == (function.uri, function.scope)]
        if not own:
            return taker
        found: set[str | Handed] = {one for one in taker.handed if one not in own}
        found.update(*(self.origins.given(frame, op, one, bound=function.bound is not None) for one in own))
        return replace(taker, engine=one_driver(found), handed=waiting(found))


def _number(frame: Frame, call: flows.Call) -> int:
    """The number of a call, or of the one that hands on what is called."""
    found = -1
    for number, op in enumerate(frame.ops):
        if op is call:
            return number
        if type(op) is flows.Call and (op.line, op.column) == (call.line, call.column):
            found = number
    return found


def _is_alike(one: Taker, other: Taker) -> bool:
    """Both are of the same parameter, and the same driver runs what it is handed."""
    alike = (other.parameter, other.path, other.engine, other.handed)
    return (one.parameter, one.path, one.engine, one.handed) == alike


def _is_sql(value: Value) -> bool:
    """It is a text, or a t-string, even if nothing of it is known."""
    return is_text(value) or any(isinstance(one, Template) for one in options(value))


def _is_unknown(said: Value) -> bool:
    """Nobody knows how a text begins."""
    return not isinstance(said, Str | Template) or said.text.value.lstrip().startswith(HOLE)


def _is_part(text: Text, whole: Text) -> bool:
    """All that is in a text is in the other too, and more."""
    return len(text.value) < len(whole.value) and _places(text) <= _places(whole)


def _places(text: Text) -> set[tuple[int, int]]:
    """Where in its file the parts of a text stand."""
    return {(line, column) for _, line, column in text.marks}


def _counts(uri: str, home: str) -> bool:
    """A function of one file is one that another may call: what tests put in a driver's place is theirs alone."""
    return in_tests(uri) or not in_tests(home)


def _is_own(taker: Taker) -> bool:
    """The call that runs the statement is known to be that of a driver of Postgres, and not only by who calls it."""
    return taker.engine in POSTGRES and taker.api.startswith(f"{taker.engine}.")


def _argument(op: flows.Call, place: int, names: Iterable[str] = KEYWORDS) -> int:
    if len(op.arguments) > place:
        return op.arguments[place]
    said = dict(op.keywords)
    return next((said[name] for name in names if name in said), -1)
