"""Looking at the files of a project one after another, in passes, each result kept as long as it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from operator import or_
from typing import Any, Generic, NamedTuple, TypeVar

from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.values.choices import holds_chain, holds_rows
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import Chain, Class
from pgconform.sources.python.flows.heads import FlowFacts
from pgconform.sources.python.flows.scopes import outermost
from pgconform.sources.python.modules.log import Log, Question, said
from pgconform.sources.python.modules.memo import Memo, Stage, State
from pgconform.sources.python.passes.altering import Altering
from pgconform.sources.python.passes.outcome import Origins
from pgconform.sources.python.passes.receivers import Receivers
from pgconform.sources.python.passes.sharing import Item, share
from pgconform.sources.python.passes.spreading import Spreading, flags
from pgconform.sources.python.passes.taint import NONE, Taint
from pgconform.sources.python.passes.wrappers import Wrappers

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")
ROUNDS = 3
"""How many wrappers, one around another, are looked through."""
TOGETHER = 16
"""Scopes of a file that are looked at together; an edit of one reaches all."""


class Pass(Generic[T]):
    """One pass over the scopes of each file that read some ``names``, and some ``more``; ``look`` is handed them.

    What it gives is a value of ``type``. ``key`` is what else decides it.
    """

    def __init__(
        self,
        name: str,
        type_: Any,
        names: frozenset[str],
        look: Callable[[list[Place]], T],
        more: Iterable[Place] = (),
        key: int = 0,
    ) -> None:
        self.name = name
        self.type = type_
        self.names = names
        self.look = look
        self.more = tuple(more)
        self.key = key


class Looker:
    """Looks at the files of a project. What one comes to does not hang on which others were looked at before.

    ``facts`` are the flows of its files by path; of those outside ``speaking`` only what others refer to is looked at.
    ``memo`` knows what files came to in an earlier run.
    """

    def __init__(self, facts: Mapping[str, FlowFacts], speaking: Iterable[str], memo: Memo) -> None:
        self.evaluator = Evaluator(facts, speaking)
        self.ground = self.evaluator.ground
        self.memo = memo
        self.ground.remember(memo.searched(), memo.touched)
        self.wrappers = Wrappers(self.evaluator, memo.answers)
        self.taint = Taint(self.evaluator, memo.answers)
        self.receivers = Receivers(self.evaluator)
        self.altering = Altering(self.evaluator, self.taint)
        self.calls = self.evaluator.calls
        self._digests: dict[object, int] = {}
        self._waiting: list[Pass[Any]] = []
        self._found: dict[str, list[tuple[str, Any]]] = {}
        self._questions: dict[str, Callable[[str, int], object]] = {
            "answers": lambda uri, _: self.taint.answers(uri),
            "any reads": lambda name, _: int(self.wrappers.any_reads(name)),
            "called on": lambda uri, scope: sorted(self.receivers.of((uri, scope)), key=repr),
            "derived": lambda uri, scope: self.evaluator.names.classes.derived(Class(uri, scope)),
            "hands on": lambda name, _: int(self.taint.hands_on(name)),
            "reads": lambda uri, scope: self.wrappers.reads((uri, scope)),
            "readers": lambda said, _: self.ground.readers(said.partition(" ")[2], said.partition(" ")[0]),
            "users": lambda name, _: self.ground.using(name),
        }
        self._stage = self._spread()

    def _spread(self) -> Stage:
        """Finds out of which functions callers decide what is asked, and which of them give rows."""
        families = self.evaluator.names.classes.families
        families.own = self._own_bases
        families.read()
        rounds = Spreading(self.ground, self.memo, self)
        self.wrappers.spread(rounds)
        self.taint.spread(rounds)
        self.receivers.spread(rounds)
        self.evaluator.names.classes.called = self._called_on
        self.calls.asking, self.calls.reads, self.calls.rows = self.wrappers.asking, self.wrappers.reads, self.rows
        known: list[tuple[Place, object]] = [(place, "gives") for place in self.taint.places]
        known += [(place, ("asks", asked)) for place, asked in self.wrappers.asking.items()]
        known += [((uri, scope), ("begun", op)) for uri, scope, op in self.wrappers.begun]
        self.calls.alters = self.altering.of
        names = frozenset({*self.taint.names, *self.taint.attributes, *self.wrappers.names})
        return self.memo.stage("looks", State(flags(known), names), self.ground.reading)

    def _called_on(self, method: Place) -> frozenset[Class]:
        found = self.receivers.of(method)
        self.ground.log.ask(("called on", *method), sorted(found, key=repr))
        return found

    def logged(self) -> AbstractContextManager[Log]:
        """Notes what is looked at, from a state in which nothing is known."""
        self.forget()
        return self.ground.logged()

    def forget(self) -> None:
        """Drop all values."""
        self.evaluator.forget()
        self.taint.forget()
        self.altering.forget()

    def answer(self, question: Question) -> int:
        """A digest of the answer to a question about the whole project."""
        kind, name, number = question
        return said(self._questions[kind](name, number))

    def _own_bases(self, uri: str) -> dict[int, tuple[Class, ...]]:
        make = partial(self.evaluator.names.classes.own_bases, uri)
        return self.memo.result("bases", uri, dict[int, tuple[Class, ...]], make, self)

    def add(self, one: Pass[Any]) -> None:
        """A pass over the project's files; those that are added before any is asked for are made in one."""
        self._waiting.append(one)

    def of(self, one: Pass[T]) -> list[tuple[str, T]]:
        """What each file came to that has something for a pass, by path."""
        if one in self._waiting:
            self._look()
        return self._found[one.name]

    def through(
        self,
        takers: Mapping[K, V],
        wrapped: Callable[[dict[K, V], int], Pass[T]],
        take: Callable[[list[tuple[str, T]]], None],
        rounds: int = ROUNDS,
    ) -> None:
        """Follows what functions are handed to their callers, round by round; ``take`` may add to ``takers``."""
        fresh = dict(takers)
        for number in range(rounds):
            if not fresh:
                break
            before = set(takers)
            one = wrapped(fresh, number)
            self.add(one)
            take(self.of(one))
            fresh = {key: taker for key, taker in takers.items() if key not in before}

    def _look(self) -> None:
        """Makes the passes that wait, file by file, in several processes where that is worth it."""
        passes, self._waiting = self._waiting, []
        types: Any = tuple.__class_getitem__(tuple(one.type | None for one in passes))
        groups = dict(self._groups(passes))

        def outcomes(item: Item) -> tuple[Any, ...]:
            group = groups[item]
            return self._stage.result(
                *item, types, partial(_together, passes, group.places), self, group.key, group.scopes
            )

        lacking = {item: group.size for item, group in groups.items() if self._stage.lacks(*item, self, group.key)}
        share(self.ground, self.memo, lacking, outcomes)
        for one in passes:
            self._found[one.name] = []
        for item in groups:
            for one, outcome in zip(passes, outcomes(item), strict=True):
                if outcome is not None:
                    self._found[one.name].append((item[1], outcome))

    def _groups(self, passes: Sequence[Pass[Any]]) -> Iterator[tuple[Item, _Group]]:
        """The scopes that passes look at together, those of a file after one another."""
        kind, keys = "+".join(one.name for one in passes), tuple([one.key for one in passes])
        wanted: dict[str, list[list[Place]]] = {}
        for number, one in enumerate(passes):
            for uri, places in self._places(one.names, one.more):
                wanted.setdefault(uri, [[] for _ in passes])[number] = places
        for uri, every in sorted(wanted.items()):
            numbers = [[scope for _, scope in places] for places in every]
            groups = _grouped(frozenset().union(*numbers))
            for number, some in enumerate(groups):
                here, own = every, numbers
                if len(groups) > 1:
                    here = [[place for place in places if place[1] in some] for places in every]
                    own = [[scope for scope in scopes if scope in some] for scopes in numbers]
                yield (f"{kind} {number}", uri), _Group(here, some, hash((keys, *map(tuple, own))))

    def _places(self, names: frozenset[str], more: Iterable[Place]) -> Iterator[tuple[str, list[Place]]]:
        """The scopes that read any of these names, and some ``more``, by file."""
        found: dict[str, dict[Place, None]] = {}
        for place in (*self.ground.users(names), *more):
            found.setdefault(place[0], {})[place] = None
        for uri, places in found.items():
            yield uri, list(places)

    def origins(self, chain: Chain) -> Origins:
        """The calls a chain is made of, as digests."""
        return tuple(sorted({self._digest(step.origin) for step in chain.steps}))

    def _digest(self, origin: object) -> int:
        if (found := self._digests.get(origin)) is None:
            found = self._digests[origin] = said(origin)
        return found

    def rows(self, frame: Frame) -> bytearray:
        """The operations of a frame that may be rows."""
        if frame.rows is None:
            place = (frame.uri, frame.number)
            if frame.given is None:
                frame.rows = self.taint.of(place)
            else:
                read = {index: value for index, value in frame.given.items() if self.calls.uses_rows(place, index)}
                given = {index for index, value in read.items() if holds_rows(value)}
                frame.rows = self.taint.given(place, frame.scope, given) if given else NONE
                if any(map(holds_chain, read.values())):
                    frame.rows = _either(frame.rows, self.taint.of(place))
        return frame.rows


def _either(one: bytearray, other: bytearray) -> bytearray:
    """The operations that are among those of one or of the other; of none if both are empty."""
    return bytearray(map(or_, one, other)) if one and other else one or other


class _Group(NamedTuple):
    """Scopes of a file that are looked at together: for each pass those for it.

    ``key`` tells them, and what else decides what they come to: a hash of nothing but numbers, the same in every run.
    """

    places: list[list[Place]]
    scopes: frozenset[int]
    key: int

    @property
    def size(self) -> int:
        return sum(map(len, self.places))


def _grouped(scopes: frozenset[int]) -> list[frozenset[int]]:
    """The scopes of a file by what is looked at together: of many, the module's by itself, and some after others."""
    if len(scopes) <= TOGETHER:
        return [scopes]
    functions = sorted(scopes - {0}, key=lambda scope: (outermost(scope), scope))
    groups = [frozenset(functions[start : start + TOGETHER]) for start in range(0, len(functions), TOGETHER)]
    return [frozenset({0}), *groups] if 0 in scopes else groups


def _together(passes: Iterable[Pass[Any]], places: Iterable[list[Place]]) -> tuple[Any, ...]:
    """What scopes of one file come to in each pass; None where there are none for one."""
    return tuple([one.look(here) if here else None for one, here in zip(passes, places, strict=True)])
