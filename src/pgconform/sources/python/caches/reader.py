"""What a Python project keeps in Redis: calls that write and read keys, and the patterns these follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from pgconform.caching import CacheUse
from pgconform.schema import Unread
from pgconform.shape import Location
from pgconform.sources.python.caches.calls import KEYED, OWN, WORD, Call, Taker, as_call, handed, speaks, through
from pgconform.sources.python.caches.keys import keys, taken
from pgconform.sources.python.caches.payload import described, seconds
from pgconform.sources.python.evaluate.frames import Frame, Place
from pgconform.sources.python.evaluate.values import Function, Lit, is_none, options
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_COMMON = frozenset({"get", "set", "setex", "delete"})
ROUNDS = 3
"""How many wrappers, one around another, are looked through."""


class Found(NamedTuple):
    """The uses of Redis, by place, and the calls of which the key is not known."""

    uses: tuple[CacheUse, ...] = ()
    unread: tuple[Unread, ...] = ()


def read(evaluator: Evaluator) -> Found:
    """What a project keeps in Redis; nothing where no file imports a client."""
    ground = evaluator.ground
    if not any(speaks(name) for uri in ground.speaking for name in ground.facts[uri].imports):
        return Found()
    reader = _Reader(evaluator)
    reader.read()
    uses = sorted(reader.found.values(), key=lambda use: (use.at or Location(""), use.pattern, use.verb))
    places = {use.at for use in uses}
    unread = (item for at, item in sorted(reader.unread.items()) if at not in places)
    return Found(tuple(uses), tuple(unread))


class _Reader:
    """Looks at every call of a client, then at those of functions that are handed a key."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.ground = evaluator.ground
        self.takers: dict[tuple[Place, str], Taker] = {}
        self.found: dict[tuple[Location | None, str, str], CacheUse] = {}
        self.unread: dict[Location, Unread] = {}

    def read(self) -> None:
        for place in self.ground.users(OWN):
            if not self._spoken(place, WORD):
                continue
            frame = self.ground.alone(*place)
            for op in frame.ops:
                if type(op) is flows.Call and (call := as_call(self.evaluator, frame, op)):
                    self._take(frame, call)
        fresh = dict(self.takers)
        for _ in range(ROUNDS):
            before = set(self.takers)
            self._wrapped(fresh)
            fresh = {key: taker for key, taker in self.takers.items() if key not in before}

    def _spoken(self, place: Place, word: re.Pattern[str]) -> bool:
        """A scope, or its file's imports, speaks of a cache, so that it is worth following."""
        if any(map(WORD.search, self.ground.facts[place[0]].imports)):
            return True
        return any(map(word.search, self.ground.uses(place)))

    def _take(self, frame: Frame, call: Call) -> None:
        """The uses that a call is; of a key that callers give, those of its callers."""
        if (outer := taken(frame, call.key)) is not None:
            taker = handed(frame, call, outer)
            self.takers.setdefault(((frame.uri, frame.number), call.verb), taker)
            return
        patterns = keys(self.evaluator, frame, call.key)
        for pattern in patterns:
            self._keep(frame, call, f"{call.before}{pattern}{call.after}")
        if not patterns:
            at = Location(frame.uri, call.op.line, call.op.column)
            self.unread.setdefault(at, Unread("the key of the cache is not known", "dynamic", at=at))

    def _keep(self, frame: Frame, call: Call, pattern: str) -> None:
        payload = described(self.evaluator, frame, call)
        holder = self.ground.head(frame.uri, frame.number).name
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
        self.found.setdefault((use.at, pattern, call.verb), use)

    def _wrapped(self, takers: Mapping[tuple[Place, str], Taker]) -> None:
        """Calls of the project's own functions that are handed a key."""
        names = frozenset(self.ground.head(*place).name.rpartition(".")[2] for place, _ in takers)
        for place in self.ground.users(names) if names else ():
            if names <= _COMMON and not self._spoken(place, KEYED):
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
