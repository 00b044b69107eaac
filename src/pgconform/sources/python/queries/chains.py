"""The pass that finds chains of calls in a file, and what is done with their rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from pgconform.sources.python.evaluate.library.clients import is_client, made_here
from pgconform.sources.python.evaluate.objects.fluent import may_carry
from pgconform.sources.python.evaluate.objects.instances import FROM_ROW
from pgconform.sources.python.evaluate.scopes.absence import heeding
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import Chain, Function, Getter, Response, Site, Value
from pgconform.sources.python.evaluate.values.sent import tells_schema
from pgconform.sources.python.evaluate.values.tests import is_shut
from pgconform.sources.python.flows import framed
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.chained import FILTERS, STARTS
from pgconform.sources.python.flows.sending import SENT, sends
from pgconform.sources.python.flows.sources import ANSWERS
from pgconform.sources.python.flows.spelling import INJECTING
from pgconform.sources.python.flows.summary import HANDING
from pgconform.sources.python.models.proofs import sent
from pgconform.sources.python.passes.looking import Looker, Pass
from pgconform.sources.python.passes.outcome import ChainSeen, Outcome
from pgconform.sources.python.queries.asking import asks_first
from pgconform.sources.python.queries.crossing import branched, crossed
from pgconform.sources.python.queries.results import Results
from pgconform.sources.python.queries.trying import differs, tries
from pgconform.sources.python.requests.build import ORDERS, VERBS, asker, beginning
from pgconform.sources.python.requests.choose import (
    convincing,
    distinct,
    goes_through,
    longest,
    origins,
    settlings,
    singled_out,
)


def chains(looker: Looker) -> Pass[Outcome]:
    """Looks for chains, and into the calls that decide what they ask or that read their rows."""
    return Pass("chains", Outcome, _names(looker) | INJECTING, lambda places: _outcome(looker, places))


def _names(looker: Looker) -> frozenset[str]:
    """What has to be read in a scope whose calls are looked at."""
    return frozenset({*ANSWERS, *STARTS, SENT, *_RUNNING, *looker.taint.names, *looker.wrappers.names})


def _outcome(looker: Looker, places: Sequence[Place]) -> Outcome:
    """What the scopes of one file come to, those within that take rows of them, and the calls made in all of these."""
    look = _Look(looker)
    every = [place for place in places if look.may_tell(place)]
    given: set[Place] = set()
    for place in every:
        frame = looker.ground.alone(*place)
        if place in given or look.asks(place):
            look.at(frame)
        inner = [*look.taking_rows(frame)]
        given.update(inner)
        every += [one for one in inner if one not in every]
    home = places[0][0]
    for frame in looker.calls.entered:
        if frame.home == home:
            look.at(frame)
    return Results(looker.evaluator, look.frames, looker.origins).outcome(look.seen)


class _Look:
    """One file: its frames with rows in them, and its chains by the call that began them."""

    def __init__(self, looker: Looker) -> None:
        self.looker = looker
        self.evaluator = looker.evaluator
        self.wrappers = looker.wrappers
        self.frames: list[tuple[Frame, bytearray]] = []
        self.chains: dict[Site, list[Chain]] = {}
        self.names = _names(looker)

    def may_tell(self, place: Place) -> bool:
        """A scope calls what gives rows or is decided by its callers, or reads an attribute in which rows are kept."""
        ground, kept = self.looker.ground, self.looker.taint.attributes
        return ground.calls(place, self.names | INJECTING) or not kept.isdisjoint(ground.uses(place))

    def asks(self, place: Place) -> bool:
        """A scope names some of that itself; one that says what a framework hands over need not."""
        used, kept = self.looker.ground.uses(place), self.looker.taint.attributes
        return not (self.names.isdisjoint(used) and kept.isdisjoint(used))

    def at(self, frame: Frame) -> None:
        """All chains of one scope, and the calls in it that have to be looked into."""
        asking = self.wrappers.names if frame.alone else self.wrappers.passes_on(frame)
        rows, sending = self.looker.rows(frame), SENT in frame.scope.summary.uses
        if rows:
            self.frames.append((frame, rows))
        going: set[int] = set()
        for number, op in enumerate(frame.ops):
            if type(op) is not flows.Call:
                continue
            name, function = op.name, frame.ops[op.function]
            goes_on = type(function) is flows.Attr and self._goes_on(frame, function.base, going)
            wanted = (
                goes_on
                or name in _METHODS
                or (sending and sends(frame.ops, op))
                or (name in _RUNNING and _runs(frame.ops, op, asking))
                or (rows and rows[number] and (name in _RUNNING or _sends(frame.ops, op, going)))
            )
            handing = not wanted and (name in asking or (rows and self._takes_rows(frame, name, op, rows)))
            if not (wanted or handing) or is_shut(self.evaluator, frame, number):
                continue
            if handing and not (rows and rows[number]) and not self.looker.calls.looks_into(frame, op, number):
                continue
            if self._keep(self.evaluator.value(frame, number), frame):
                going.add(number)

    def _goes_on(self, frame: Frame, number: int, going: set[int]) -> bool:
        """It may be a chain, or an object whose methods go on with one."""
        waits, seen = [number], set[int]()
        while waits:
            number = waits.pop()
            op = frame.ops[number]
            if number in going or (type(op) is flows.Call and op.name[:1].isupper() and self._is_made(frame, number)):
                return True
            seen.add(number)
            waits += [one for one in op.options if one not in seen] if type(op) is flows.Either else ()
        return False

    def _is_made(self, frame: Frame, number: int) -> bool:
        return may_carry(self.evaluator.names.classes, self.evaluator.value(frame, number))

    def taking_rows(self, frame: Frame) -> Iterator[Place]:
        """The functions within a scope that take rows from it without being handed them, or by way of a framework."""
        ground, rows, injected = self.looker.ground, self.looker.rows(frame), self.looker.taint.injected(frame)
        for op in frame.ops if rows or injected else ():
            if type(op) is flows.Func:
                captured = ground.scope(frame.uri, op.scope).captured.values() if rows else ()
                if any(rows[held] for held in captured if held < len(rows)) or (
                    injected and any(item.default in injected for item in ground.head(frame.uri, op.scope).parameters)
                ):
                    yield frame.uri, op.scope

    def _takes_rows(self, frame: Frame, name: str, op: flows.Call, rows: bytearray) -> bool:
        """The call may make an object of rows, or be of a function that reads them or that hands them to one."""
        function = frame.ops[op.function]
        if name in HANDING and (op.keywords or len(op.arguments) > 1):
            return _passes(op, rows) or (type(function) is flows.Attr and bool(rows[function.base]))
        if name in framed.HANDING and type(function) is flows.Attr and rows[function.base]:
            return True
        if not _passes(op, rows):
            return False
        if name in FROM_ROW or any(key == "**" for key, _ in op.keywords) or type(function) not in _CALLED_BY_NAME:
            return True
        if name[:1].isupper() and any(rows[item] for _, item in op.keywords):
            return True
        return self.wrappers.any_reads(name) or self._may_use(frame, name, op)

    def _may_use(self, frame: Frame, name: str, op: flows.Call) -> bool:
        """The call is of what ``itemgetter`` gave, or of a function that is called by another name or reads no keys."""
        if type(frame.ops[op.function]) is not flows.Free and not self.looker.ground.functions(name):
            return False
        return any(isinstance(item, Getter | Function) for item in options(self.evaluator.value(frame, op.function)))

    def _keep(self, value: Value, frame: Frame) -> bool:
        """Keeps the chains a value may be; True when there is one that may go on."""
        goes_on = False
        for option in options(value):
            goes_on = goes_on or may_carry(self.evaluator.names.classes, option)
            chain = option.chain if isinstance(option, Response) else option
            if isinstance(chain, Chain) and chain.site is not None:
                site = chain.site
                goes_on = goes_on or chain is option
                elsewhere = (site.uri, site.scope) != (frame.uri, frame.number)
                if frame.alone or elsewhere or (site.uri, site.scope, site.op) in self.wrappers.begun:
                    self.chains.setdefault(site, []).append(chain)
        return goes_on

    def seen(self, read: Iterable[Chain]) -> Iterator[ChainSeen]:
        """The chains of the file, with the requests they can be; of those that are ``read``, all."""
        known = self._also(read)
        for site, chains in self.chains.items():
            ground, place = self.looker.ground, (site.uri, site.scope)
            scope = ground.head(*place)
            kept = longest(chains, origins, lambda chain: len(chain.steps))
            for chain in kept:
                names = tuple(step.name for step in chain.steps)
                requests = settlings(chain) if convincing(names) else []
                found = crossed([query for _, query in requests])
                apart = singled_out(chain) or any(start <= site.op < end for start, end, _ in scope.apart)
                queries = tuple(distinct(branched(found) if apart else found))
                clients = options(chain.client)
                yield ChainSeen(
                    (site.uri, site.scope, site.op),
                    self.looker.origins(chain),
                    names,
                    id(chain) in known or _alone(site, chain),
                    made_here(chain.client) or tells_schema(chain),
                    bool(clients) and all(map(is_client, clients)),
                    queries,
                    tuple(sent(requests, self.looker.ground)),
                    ground.holder(*_asker(chain, place)),
                    heeding(ground, scope),
                    goes_through(chain),
                    differs(queries) and asks_first(ground, place),
                    tries(ground, place, site.op, queries, several=len(kept) > 1),
                )

    def _also(self, read: Iterable[Chain]) -> set[int]:
        """Keeps chains whose rows are read where a caller's object decides what they ask, as its class would."""
        known: set[int] = set()
        for chain in read:
            site = chain.site
            if site is None or _alone(site, chain):
                continue
            kept = self.chains.setdefault(site, [])
            if (site.uri, site.scope, site.op) not in self.wrappers.begun:
                known.add(id(chain))
            elif any(origins(chain) <= origins(other) for other in kept):
                continue
            kept.append(chain)
        return known


def _asker(chain: Chain, place: Place) -> Place:
    """The scope that asks: not one that only names the relation for it."""
    begun = beginning(chain.steps)
    return (asker(begun) if begun else None) or place


def _alone(site: Site, chain: Chain) -> bool:
    """The chain as its function says it, whoever calls that."""
    return any(step.origin == ((site.uri, site.scope), site.op) for step in chain.steps)


def _runs(ops: tuple[flows.Op, ...], op: flows.Call, asking: Collection[str]) -> bool:
    """The call is handed a function that decides what is asked, that stands there, or has arguments of its own."""
    named = {getattr(ops[item], "name", "") for item in op.arguments}
    made = any(type(ops[item]) is flows.Func for item in op.arguments)
    return made or "partial" in named or not named.isdisjoint(asking)


def _sends(ops: tuple[flows.Op, ...], op: flows.Call, going: set[int]) -> bool:
    """The call is handed a chain, or a method of one."""
    passed = (*op.arguments, *[item for _, item in op.keywords])
    return any(item in going or getattr(ops[item], "base", -1) in going for item in passed)


def _passes(op: flows.Call, rows: bytearray) -> bool:
    for item in op.arguments:
        if rows[item]:
            return True
    return bool(op.keywords) and any(rows[item] for _, item in op.keywords)


_METHODS = frozenset(
    {"table", "from_", "from_table", *VERBS, *FILTERS, *ORDERS, "or_", "single", "maybe_single", "csv", *ANSWERS}
)
_RUNNING = frozenset({"submit", "add_task", "map"})
"""Functions that call another with what else they are given."""
_CALLED_BY_NAME = frozenset({flows.Free, flows.Attr, flows.Func, flows.Param, flows.Import, flows.Class})
