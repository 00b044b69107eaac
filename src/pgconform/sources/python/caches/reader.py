"""What a Python project keeps in Redis: calls that write and read keys, and the patterns these follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pgconform.caching import CacheUse
from pgconform.schema import Unread
from pgconform.shape import Location
from pgconform.sources.python.caches.calls import KEYED, OWN, WORD, Call, Taker, as_call, handed, speaks, through
from pgconform.sources.python.caches.keys import keys, taken
from pgconform.sources.python.caches.outcome import CacheOutcome
from pgconform.sources.python.caches.payload import described, seconds
from pgconform.sources.python.evaluate.scopes.renamed import own_names
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import Function, Lit, is_none
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.modules.log import said
from pgconform.sources.python.passes.looking import Looker, Pass

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_COMMON = frozenset({"get", "set", "setex", "delete"})


class Found(NamedTuple):
    """The uses of Redis, by place, and the calls of which the key is not known."""

    uses: tuple[CacheUse, ...] = ()
    unread: tuple[Unread, ...] = ()


class Keys:
    """What a project keeps in Redis, to be looked for in one pass with its chains; nothing where it has no client."""

    def __init__(self, looker: Looker) -> None:
        ground = looker.ground
        spoken = any(speaks(name) for uri in ground.speaking for name in ground.facts[uri].imports)
        self._reader = _Reader(looker) if spoken else None

    def read(self) -> Found:
        """The uses of keys, and the calls of which the key is not known."""
        if self._reader is None:
            return Found()
        self._reader.read()
        uses = sorted(self._reader.found.values(), key=lambda use: (use.at or Location(""), use.pattern, use.verb))
        places = {use.at for use in uses}
        unread = (_unknown(at) for at in sorted(self._reader.unknown) if at not in places)
        return Found(tuple(uses), tuple(unread))


def _unknown(at: Location) -> Unread:
    return Unread("the key of the cache is not known", "dynamic", at=at)


class _Reader:
    """Looks at every call of a client, then at those of functions that are handed a key."""

    def __init__(self, looker: Looker) -> None:
        self.looker = looker
        self.ground = looker.ground
        self.takers: dict[tuple[Place, str], Taker] = {}
        self.found: dict[tuple[Location | None, str, str], CacheUse] = {}
        self.unknown: set[Location] = set()
        self._own = Pass("caches", CacheOutcome, OWN, partial(self._outcome, _Look.own))
        looker.add(self._own)

    def read(self) -> None:
        self._add(self.looker.of(self._own))
        self.looker.through(self.takers, self._wrapped, self._add)

    def _wrapped(self, takers: Mapping[tuple[Place, str], Taker], number: int) -> Pass[CacheOutcome]:
        """Calls of the project's own functions that are handed a key."""
        names = own_names(self.ground, (place for place, _ in takers))
        look = partial(_Look.wrapped, names=names, takers=takers)
        key = said(sorted(takers.items()))
        return Pass(f"caches {number}", CacheOutcome, names, partial(self._outcome, look), key=key)

    def _outcome(self, look: Callable[[_Look], None], places: list[Place]) -> CacheOutcome:
        found = _Look(self.looker.evaluator, places)
        look(found)
        takers = tuple((scope, verb, taker) for (scope, verb), taker in found.takers.items())
        return CacheOutcome(tuple(found.uses.values()), tuple(found.unknown), takers)

    def _add(self, outcomes: Iterable[tuple[str, CacheOutcome]]) -> None:
        for uri, outcome in outcomes:
            for scope, verb, taker in outcome.takers:
                self.takers.setdefault(((uri, scope), verb), taker)
            for use in outcome.uses:
                self.found.setdefault((use.at, use.pattern, use.verb), use)
            self.unknown.update(outcome.unknown)


class _Look:
    """One file."""

    def __init__(self, evaluator: Evaluator, places: list[Place]) -> None:
        self.evaluator = evaluator
        self.ground = evaluator.ground
        self.places = places
        self.uses: dict[tuple[Location | None, str, str], CacheUse] = {}
        self.unknown: dict[Location, None] = {}
        self.takers: dict[tuple[int, str], Taker] = {}

    def own(self) -> None:
        """The calls of a client."""
        for place in self.places:
            if not self._spoken(place, WORD):
                continue
            frame = self.ground.alone(*place)
            for op in frame.ops:
                if type(op) is flows.Call and (call := as_call(self.evaluator, frame, op)):
                    self._take(frame, call)

    def _spoken(self, place: Place, word: re.Pattern[str]) -> bool:
        """A scope, or its file's imports, speaks of a cache, so that it is worth following."""
        return any(map(word.search, (*self.ground.imports(place[0]), *self.ground.uses(place))))

    def _take(self, frame: Frame, call: Call) -> None:
        """The uses that a call is; of a key that callers give, those of its callers."""
        if (outer := taken(frame, call.key)) is not None:
            taker = handed(frame, call, outer)
            self.takers.setdefault((frame.number, call.verb), taker)
            return
        patterns = keys(self.evaluator, frame, call.key)
        for pattern in patterns:
            self._keep(frame, call, f"{call.before}{pattern}{call.after}")
        if not patterns:
            self.unknown[Location(frame.uri, call.op.line, call.op.column)] = None

    def _keep(self, frame: Frame, call: Call, pattern: str) -> None:
        payload = described(self.evaluator, frame, call)
        holder = self.ground.holder(frame.uri, frame.number)
        use = CacheUse(
            pattern,
            call.verb,
            payload.encoding or call.encoding,
            payload.payload,
            seconds(self.evaluator, frame, call),
            payload.relation,
            payload.columns,
            payload.row,
            payload.scalar,
            holder,
            Location(frame.uri, call.op.line, call.op.column),
        )
        self.uses.setdefault((use.at, pattern, call.verb), use)

    def wrapped(self, names: frozenset[str], takers: Mapping[tuple[Place, str], Taker]) -> None:
        """Calls of the project's own functions, by these names, that are handed a key."""
        for place in self.places:
            common = names.intersection(self.ground.uses(place)) <= _COMMON
            if not self.ground.calls(place, names) or (common and not self._spoken(place, KEYED)):
                continue
            frame = self.ground.alone(*place)
            for op in frame.ops:
                if type(op) is flows.Call and op.name in names and KEYED.search(through(frame, op)):
                    self._of_wrapper(frame, op, takers)

    def _of_wrapper(self, frame: Frame, op: flows.Call, takers: Mapping[tuple[Place, str], Taker]) -> None:
        for option in options(self.evaluator.value(frame, op.function)):
            if not isinstance(option, Function):
                continue
            scope = self.ground.head(option.uri, option.scope)
            for verb in ("read", "write"):
                taker = takers.get(((option.uri, option.scope), verb))
                call = taker.called(scope, op, bound=option.bound is not None) if taker else None
                if taker is not None and call is not None:
                    unsaid = call.ttl < 0 <= taker.ttl
                    self._take(frame, call._replace(given=self._default(option, taker)) if unsaid else call)

    def _default(self, function: Function, taker: Taker) -> int | None:
        """The seconds that a wrapper sets when its caller names none."""
        home = self.ground.alone(function.uri, function.scope)
        if home.scope.parameters[taker.ttl].default < 0:
            return None
        value = self.evaluator.names.default(home, taker.ttl)
        if is_none(value):
            return 0
        return value.value if isinstance(value, Lit) and type(value.value) is int else None
