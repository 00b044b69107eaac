"""Connections that functions are handed: what all their callers hand them, from one to the next, tells the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from pgconform.sources.python.evaluate.values.frames import Place
from pgconform.sources.python.evaluate.values.kinds import Class
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.scopes import called_name
from pgconform.sources.python.modules.log import said
from pgconform.sources.python.passes.looking import Looker, Pass
from pgconform.sources.python.statements.engines import Engines
from pgconform.sources.python.statements.origins import Found, Origins, in_order
from pgconform.sources.python.statements.outcome import Handed, Handing
from pgconform.sql.drivers import POSTGRES
from pgconform.support.testfiles import in_tests

_ROUNDS = 6
"""How many functions, one calling another, a connection is handed on by."""


class Handings:
    """What callers hand over to the parameters that are asked about."""

    def __init__(self, looker: Looker, engines: Engines) -> None:
        self.looker = looker
        self.ground = looker.ground
        self.engines = engines
        self._found: dict[Handed, list[tuple[str, Handing]]] = {}

    def read(self, wanted: Iterable[Handed]) -> None:
        """Looks at the callers of these parameters' functions, and at theirs where they only hand on."""
        waits = dict.fromkeys(wanted)
        self.looker.through(waits, self._passing, partial(self._hear, waits), _ROUNDS)

    def are_postgres(self, handed: Iterable[Handed]) -> bool:
        """All that callers hand over there is Postgres'; what tests hand over is their own."""
        found: set[str] = set()
        seen = dict.fromkeys(handed)
        for one in (todo := list(seen)):
            given = [given for uri, given in self._found.get(one, ()) if not in_tests(uri)]
            found.update(*(one.drivers for one in given), () if given else ("",))
            fresh = dict.fromkeys(more for one in given for more in one.passed if more not in seen)
            seen |= fresh
            todo += fresh
        return bool(found) and found <= POSTGRES

    def _passing(self, wanted: Mapping[Handed, None], number: int) -> Pass[tuple[Handing, ...]]:
        """The calls of functions that are handed what they run statements on."""
        names = _names(self.engines, {(one.uri, one.scope) for one in wanted})
        homes = [(one.uri, outer) for one in wanted if (outer := self.ground.head(one.uri, one.scope).outer) >= 0]
        look = partial(_handings, self.engines, names, tuple(wanted))
        key = said((sorted(names), in_order(wanted)))
        return Pass(f"handed {number}", tuple[Handing, ...], names, look, homes, key)

    def _hear(self, waits: dict[Handed, None], outcomes: Iterable[tuple[str, tuple[Handing, ...]]]) -> None:
        for uri, found in outcomes:
            for one in found:
                self._found.setdefault(one.to, []).append((uri, one))
                waits |= dict.fromkeys(one.passed)


def _handings(
    engines: Engines, names: frozenset[str], wanted: Iterable[Handed], places: Iterable[Place]
) -> tuple[Handing, ...]:
    """What calls in these scopes hand over to parameters that are wanted."""
    by_place: dict[Place, list[Handed]] = {}
    for one in wanted:
        by_place.setdefault((one.uri, one.scope), []).append(one)
    origins, evaluator = Origins(engines), engines.evaluator
    frames = (engines.ground.alone(*place) for place in places)
    calls = [(frame, op) for frame in frames for op in frame.ops if type(op) is flows.Call and op.name in names]
    return tuple(
        _handing(one, origins.given(frame, op, one, bound=function.bound is not None))
        for frame, op in calls
        for function in evaluator.calls.run_by(evaluator.value(frame, op.function))
        for one in by_place.get((function.uri, function.scope), ())
    )


def _names(engines: Engines, places: Iterable[Place]) -> frozenset[str]:
    """The names of calls that may run these functions: a constructor has those of the classes derived from its own."""
    names: set[str] = set()
    for uri, scope in places:
        head = engines.ground.head(uri, scope)
        names.add(called_name(head))
        if head.owner >= 0 and head.name.endswith(".__init__"):
            derived = engines.evaluator.names.classes.derived(Class(uri, head.owner))
            names.update(("__init__", *(engines.ground.head(item.uri, item.scope).name for item in derived)))
    return engines.ground.renamed.called(names)


def _handing(to: Handed, what: Found) -> Handing:
    passed = in_order(one for one in what if isinstance(one, Handed))
    return Handing(to, tuple(sorted(one for one in what if isinstance(one, str))), passed)
