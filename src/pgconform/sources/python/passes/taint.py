"""Which values may be rows of a response, by the names of what is called: what is not, need not be worked out."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, partial

import msgspec

from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.scopes.renamed import own_names
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import Function
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.chained import STARTS
from pgconform.sources.python.flows.heads import Scope, Summary
from pgconform.sources.python.flows.operations import Op
from pgconform.sources.python.flows.sending import OPENING, SENDING, SENT
from pgconform.sources.python.flows.sources import ASKING, EXECUTED, NAMED, source
from pgconform.sources.python.flows.spelling import INJECTING
from pgconform.sources.python.modules.answers import Answers
from pgconform.sources.python.modules.memo import State
from pgconform.sources.python.passes.settling import Its, Settled
from pgconform.sources.python.passes.spreading import Spreading, flags
from pgconform.sql.drivers import is_foreign, may_be_known

NONE = bytearray()
ROUNDS = 12


class _Giving(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Of one file: the functions that give rows, and the attributes in which some are kept."""

    places: tuple[Place, ...]
    kept: tuple[str, ...]


class Taint:
    """The operations of each scope whose value may be rows, or hold some.

    ``names`` are what the functions that may return rows, ``places``, are called by, and attributes that may keep them.
    """

    def __init__(self, evaluator: Evaluator, answers: Answers) -> None:
        self.evaluator = evaluator
        self.ground = evaluator.ground
        self.names: set[str] = {EXECUTED}
        self.places: set[Place] = set()
        self.attributes: set[str] = set()
        self._found: dict[Place, bytearray] = {}
        self._handed: dict[tuple[Place, frozenset[int]], bytearray] = {}
        self._handing: Settled[str] = Settled(self.ground, answers, lambda name: ("hands on", name, 0), self._hands)

    def spread(self, rounds: Spreading) -> None:
        """All functions that give rows, from those that give what others give."""
        names = ASKING
        for number in range(ROUNDS):
            known = State(flags((place, True) for place in self.places), frozenset({*self.names, *self.attributes}))
            found = list(rounds.round(f"giving {number}", names, known, _Giving, partial(self._giving, names)))
            places = {place for here in found for place in here.places} - self.places
            kept = {name for here in found for name in here.kept} - self.attributes
            self.places |= places
            self.attributes |= kept
            names = own_names(self.ground, places) | kept
            self.names |= names
            if not names:
                break

    def _giving(self, names: frozenset[str], places: Iterable[Place]) -> _Giving:
        """Which of these places give rows, or keep some, as far as is known which do."""
        before = set(self.places)
        kept: set[str] = set()
        for place in places:
            if self.ground.calls(place, names):
                self._found.pop(place, None)
                kept |= self._given(place)
        found, self.places = self.places - before, before
        return _Giving(tuple(sorted(found)), tuple(sorted(kept)))

    def _given(self, place: Place) -> set[str]:
        """The attributes in which a scope keeps rows; it is noted when it gives some."""
        scope = self.ground.scope(*place)
        summary = scope.summary
        kept = {name for name, ways in summary.keeps if self._any(place[0], summary, ways)}
        kept = self._stored(place, scope, kept) if kept else kept
        if place in self.places or not scope.name or not self._any(place[0], summary, summary.gives):
            return kept  # a module, even of an example that ends with a return, gives nothing to those who call it
        rows = self.of(place)
        if not rows or not any(rows[op] for op in (*scope.returns, *scope.yields)):
            return kept
        self.places.add(place)
        if self.ground.nested(*place):
            self._found.pop((place[0], scope.outer), None)
            kept |= self._given((place[0], scope.outer))
        return kept

    def _stored(self, place: Place, scope: Scope, names: set[str]) -> set[str]:
        """Those of these attributes in which a scope stores what may be rows, and not only comes of what is called so.

        What a constructor is given may be an object that only those who call it know.
        """
        rows, frame = self.of(place), self.ground.alone(*place)
        if scope.name.endswith(".__init__") and any(map(partial(self._asks_unknown, frame), frame.ops)):
            return names
        stored = {op.name for number, op in enumerate(frame.ops) if type(op) is flows.Store and rows and rows[number]}
        return names & stored

    def _asks_unknown(self, frame: Frame, op: Op) -> bool:
        """It calls what may give rows of an object that nobody knows."""
        if type(op) is not flows.Call or op.name not in self.names:
            return False
        return not any(isinstance(option, Function) for option in options(self.evaluator.value(frame, op.function)))

    def _any(self, uri: str, summary: Summary, ways: Iterable[tuple[str, ...]]) -> bool:
        called, sends = partial(self._called, uri), SENT in summary.uses
        return any(
            (self._known(uri, way[-1]) or (sends and way[-1] in _SENDING))
            and all(map(self.hands_on, map(called, way[:-1])))
            for way in ways
        )

    def _called(self, uri: str, name: str) -> str:
        """What a function is called by; one of the same file may be named by its scope."""
        return self.ground.head(uri, int(name[1:])).name.rpartition(".")[2] if name.startswith("#") else name

    def _known(self, uri: str, name: str) -> bool:
        if name == EXECUTED:
            return self.answers(uri)
        return self._is_one(uri, int(name[1:])) if name.startswith("#") else name in self.names

    def answers(self, uri: str) -> bool:
        """What a file is answered by databases may be rows of one whose schema is known."""
        found = uri not in self._elsewhere
        self.ground.log.ask(("answers", uri, 0), found)
        return found

    @cached_property
    def _elsewhere(self) -> frozenset[str]:
        """The files that speak to databases of other kinds, in a project that has no library for a Postgres."""
        imports = {uri: self.ground.facts[uri].imports for uri in self.ground.speaking}
        if any(map(may_be_known, frozenset().union(*imports.values()))):
            return frozenset()
        found = frozenset(uri for uri, modules in imports.items() if any(map(is_foreign, modules)))
        return found - self.ground.reading(STARTS)

    def hands_on(self, name: str) -> bool:
        """A function of that name gives back what it is handed, or a part of it."""
        return bool(self._handing.of(name))

    def forget(self) -> None:
        """Drop what was found of single scopes."""
        self._found.clear()
        self._handed.clear()

    def _hands(self, name: str, _: int, its: Its[str]) -> int:
        return int(any(self._gives_back(place, its) for place in self.ground.functions(name)))

    def _gives_back(self, place: Place, its: Its[str]) -> bool:
        own = "@0" if self.ground.head(*place).owner >= 0 else ""
        ways = self.ground.scope(*place).summary.gives
        called = partial(self._called, place[0])
        return any(way[-1].startswith("@") and way[-1] != own and all(map(its, map(called, way[:-1]))) for way in ways)

    def of(self, place: Place) -> bytearray:
        """A 1 for every operation of a scope that may be rows; empty: none is."""
        if (found := self._found.get(place)) is None:
            scope = self.ground.scope(*place)
            self._found[place] = NONE
            given = self._given_by_framework(place, scope)
            used = given or scope.captured or not (ASKING.isdisjoint(scope.summary.uses) and self._clean(scope))
            found = self._found[place] = self._scan(place, scope, given, self.names) if used else NONE
        return found

    def _given_by_framework(self, place: Place, scope: Scope) -> set[int]:
        """The parameters that a framework gives rows: what a function comes to that their defaults name."""
        defaults = {item.default: index for index, item in enumerate(scope.parameters) if item.default >= 0}
        if not defaults:
            return set()
        outer = self.ground.holding(place[0], scope.outer, *defaults)
        return {index for default, index in defaults.items() if self._injects(outer, outer.ops[default])}

    def injected(self, frame: Frame) -> frozenset[int]:
        """The defaults that stand for rows which a framework gives a parameter."""
        return frozenset(number for number, op in enumerate(frame.ops) if self._injects(frame, op))

    def _injects(self, frame: Frame, op: Op) -> bool:
        if type(op) is not flows.Call or op.name not in INJECTING or not op.arguments:
            return False
        providers = options(self.evaluator.value(frame, op.arguments[0]))
        return any(isinstance(option, Function) and self._provides((option.uri, option.scope)) for option in providers)

    def _provides(self, place: Place) -> bool:
        """A function gives rows, or hands on those that a framework gives it."""
        if self._is_one(*place):
            return True
        if not any(item.default >= 0 for item in self.ground.head(*place).parameters):
            return False
        rows, scope = self.of(place), self.ground.scope(*place)
        return bool(rows) and any(rows[op] for op in (*scope.returns, *scope.yields))

    def _clean(self, scope: Scope) -> bool:
        return self.names.isdisjoint(scope.summary.uses)

    def given(self, place: Place, scope: Scope, parameters: set[int]) -> bytearray:
        """The operations that may be rows because these parameters are; many calls may hand over the same."""
        key = place, frozenset(parameters)
        if (found := self._handed.get(key)) is None:
            found = self._handed[key] = self._scan(place, scope, parameters, set())
        return found

    def _scan(self, place: Place, scope: Scope, parameters: set[int], names: set[str]) -> bytearray:
        ops = self.ground.alone(*place).ops
        found = bytearray(len(ops))
        self._mark(place, scope, found, parameters, names)
        while any(found) and _carry(ops, found):
            self._mark(place, scope, found, parameters, names)
        return found if any(found) else NONE

    def _mark(self, place: Place, scope: Scope, found: bytearray, parameters: set[int], names: set[str]) -> None:
        """Mark what may be rows because of what comes before it."""
        ops = self.ground.alone(*place).ops
        some, sends = False, bool(names) and SENT in scope.summary.uses
        for number, op in enumerate(ops):
            kind = type(op)
            if kind is flows.Param:
                found[number] = found[number] or op.index in parameters  # type: ignore[union-attr]
            elif not found[number] and ((some and kind not in _NEVER) or kind in NAMED):
                found[number] = self._one(place, ops, number, found, names) or (sends and _sends(op))
            some = some or found[number] == 1
        if scope.captured and names:
            self._take_captured(place, scope, ops, found)

    def _one(self, place: Place, ops: tuple[Op, ...], number: int, found: bytearray, names: set[str]) -> bool:
        said = source(ops, ops[number])
        if names and (said.name in names or said.name[:1] == "#") and self._gives(place, number, said.name):
            return True
        for item in said.ops:
            if found[item]:
                return not said.handed or self.hands_on(self._called(place[0], said.name))
        return False

    def _gives(self, place: Place, number: int, name: str) -> bool:
        """The operation is a function that gives rows, a call of one, or an attribute that keeps some."""
        if name[0] == "#":
            return self._is_one(place[0], int(name[1:]))
        if name == EXECUTED:
            return self.answers(place[0])
        frame = self.ground.alone(*place)
        op = frame.ops[number]
        if name in self.attributes and type(op) is not flows.Call:
            return True
        called = options(self.evaluator.value(frame, op.function if type(op) is flows.Call else number))
        return any(isinstance(option, Function) and self._is_one(option.uri, option.scope) for option in called)

    def _is_one(self, uri: str, scope: int) -> bool:
        """The function gives rows."""
        self.ground.log.parts[uri].add(scope)
        return (uri, scope) in self.places

    def _take_captured(self, place: Place, scope: Scope, ops: tuple[Op, ...], found: bytearray) -> None:
        """What a function takes from the one around it, and what comes of that."""
        around = self.of((place[0], scope.outer))
        taken = {name for name, held in scope.captured.items() if held < len(around) and around[held]}
        if not taken:
            return
        for number, op in enumerate(ops):
            if type(op) is flows.Free:
                found[number] = found[number] or op.name in taken
            elif type(op) not in _NEVER:
                found[number] = found[number] or self._one(place, ops, number, found, self.names)


def _carry(ops: tuple[Op, ...], found: bytearray) -> bool:
    """Mark what names hold at the start of a round, where a round may leave rows in them; False: that is known."""
    left = [op for number, op in enumerate(ops) if found[number] and type(op) is flows.Either and op.earlier != -1]
    held = [op.earlier if op.earlier >= 0 else op.options[0] for op in left]
    fresh = [number for number in held if not found[number]]
    for number in fresh:
        found[number] = 1
    return bool(fresh)


def _sends(op: Op) -> bool:
    return type(op) is flows.Call and op.name in _SENDING


_SENDING = SENDING | {OPENING}
_NEVER = frozenset({flows.Const, flows.Typed, flows.Class, flows.Import, flows.Join, flows.Percent, flows.Has})
