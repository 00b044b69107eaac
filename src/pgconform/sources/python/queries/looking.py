"""Looking at one file after another for chains of calls, and for what is done with their rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial

from pgconform.sources.python.evaluate.clients import made_here
from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.frames import Frame, Place
from pgconform.sources.python.evaluate.log import Log, Question, said
from pgconform.sources.python.evaluate.values import Chain, Class, Later, Response, Rows, Site, Value, options
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.operations import FlowFacts
from pgconform.sources.python.flows.sources import ANSWERS
from pgconform.sources.python.models.proofs import sent
from pgconform.sources.python.modules.memo import Memo
from pgconform.sources.python.queries.build import FILTERS, ORDERS, VERBS
from pgconform.sources.python.queries.choose import convincing, longest, settled
from pgconform.sources.python.queries.outcome import ChainSeen, Origins, Outcome
from pgconform.sources.python.queries.results import Results
from pgconform.sources.python.queries.taint import NONE, Taint
from pgconform.sources.python.queries.wrappers import Wrappers

FRAMES = 20_000
"""Calls that are looked into for one file."""


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
        self.wrappers = Wrappers(self.evaluator)
        self.taint = Taint(self.evaluator)
        self.calls = self.evaluator.calls
        self.calls.asking, self.calls.reads, self.calls.rows = self.wrappers.asking, self.wrappers.reads, self.rows
        self.evaluator.names.classes.families.own = self._own_bases
        self._digests: dict[object, int] = {}
        self._questions: dict[str, Callable[[str, int], object]] = {
            "any reads": lambda name, _: self.wrappers.any_reads(name),
            "derived": lambda uri, scope: self.evaluator.names.classes.derived(Class(uri, scope)),
            "hands on": lambda name, _: self.taint.hands_on(name),
            "reads": lambda uri, scope: self.wrappers.reads((uri, scope)) if self.ground.has(uri, scope) else None,
            "users": lambda name, _: self.ground.users({name}),
        }
        names = frozenset({*self.taint.names, *self.taint.attributes, *self.wrappers.names})
        memo.compare(self._flags(), names, lambda names: {uri for uri, _ in self.ground.users(names)})

    def _flags(self) -> dict[str, int]:
        """What is known of the functions of each file by who calls them, as a digest."""
        found: dict[str, list[object]] = {}
        for place in sorted(self.taint.places):
            found.setdefault(place[0], []).append(place)
        for place, asked in sorted(self.wrappers.asking.items()):
            found.setdefault(place[0], []).append((place, asked))
        for site in sorted(self.wrappers.begun):
            found.setdefault(site[0], []).append(site)
        return {uri: said(flags) for uri, flags in found.items()}

    def logged(self) -> AbstractContextManager[Log]:
        """Notes what is looked at, from a state in which nothing is known."""
        self.forget()
        return self.ground.logged()

    def forget(self) -> None:
        """Drop all values."""
        self.evaluator.forget()
        self.taint.forget()

    def answer(self, question: Question) -> int:
        """A digest of the answer to a question about the whole project."""
        kind, name, number = question
        return said(self._questions[kind](name, number))

    def _own_bases(self, uri: str) -> dict[int, tuple[Class, ...]]:
        return self.memo.result("bases", uri, dict[int, tuple[Class, ...]], partial(self._bases_of, uri), self)

    def _bases_of(self, uri: str) -> dict[int, tuple[Class, ...]]:
        return self.evaluator.names.classes.own_bases(uri)

    def outcomes(self) -> Iterator[Outcome]:
        """What the files come to in which there is something to look at, by path."""
        for uri, places in self.places(frozenset({*ANSWERS, *_STARTS, *self.taint.names, *self.wrappers.names})):
            yield self.memo.result("chains", uri, Outcome, partial(self._outcome, places), self)

    def places(self, names: frozenset[str], more: Iterable[Place] = ()) -> Iterator[tuple[str, list[Place]]]:
        """The scopes that read any of these names, and some ``more``, by file."""
        self.evaluator.names.classes.families.read()
        found: dict[str, dict[Place, None]] = {}
        for place in (*self.ground.users(names), *more):
            found.setdefault(place[0], {})[place] = None
        for uri in sorted(found):
            yield uri, list(found[uri])

    def _outcome(self, places: Sequence[Place]) -> Outcome:
        """What the scopes of one file come to, and the calls that are made in them."""
        look = _Look(self)
        for place in places:
            look.at(self.ground.alone(*place))
        home = next((uri for uri, _ in places), "")
        position = 0
        while position < min(len(self.calls.entered), FRAMES):
            frame = self.calls.entered[position]
            if frame.home == home:
                look.at(frame)
            position += 1
        results = Results(self.evaluator, look.frames, self.origins)
        return results.outcome(look.seen())

    def origins(self, chain: Chain) -> Origins:
        """The calls a chain is made of, as digests."""
        return tuple(sorted({self._digest(step.origin) for step in chain.steps}))

    def _digest(self, origin: object) -> int:
        if (found := self._digests.get(origin)) is None:
            said = hashlib.blake2b(repr(origin).encode("utf-8", "surrogateescape"), digest_size=8).digest()
            found = self._digests[origin] = int.from_bytes(said, "big")
        return found

    def rows(self, frame: Frame) -> bytearray:
        """The operations of a frame that may be rows."""
        if frame.rows is None:
            place = (frame.uri, frame.number)
            if frame.given is None:
                frame.rows = self.taint.of(place)
            else:
                wanted = self.wrappers.reads(place)
                given = {index for index, value in frame.given.items() if wanted >> index & 1 and _are_rows(value)}
                frame.rows = self.taint.given(place, frame.scope, given) if given else NONE
        return frame.rows


class _Look:
    """One file: its frames with rows in them, and its chains by the call that began them."""

    def __init__(self, looker: Looker) -> None:
        self.looker = looker
        self.evaluator = looker.evaluator
        self.wrappers = looker.wrappers
        self.frames: list[tuple[Frame, bytearray]] = []
        self.chains: dict[Site, list[Chain]] = {}

    def at(self, frame: Frame) -> None:
        """All chains of one scope, and the calls in it that have to be looked into."""
        asking = self.wrappers.names if frame.alone else self.wrappers.passes_on(frame)
        rows = self.looker.rows(frame)
        if rows:
            self.frames.append((frame, rows))
        going: set[int] = set()
        for number, op in enumerate(frame.ops):
            if type(op) is not flows.Call:
                continue
            name, function = op.name, frame.ops[op.function]
            goes_on = type(function) is flows.Attr and function.base in going
            if not (goes_on or name in _METHODS or name in asking or (rows and self._takes_rows(name, op, rows))):
                continue
            if self._keep(self.evaluator.value(frame, number), frame):
                going.add(number)

    def _takes_rows(self, name: str, op: flows.Call, rows: bytearray) -> bool:
        """The call may make an object of rows, or be of a function that reads them."""
        if not _passes(op, rows):
            return False
        if name in _MODELS or any(key == "**" for key, _ in op.keywords):
            return True
        return self.wrappers.any_reads(name)

    def _keep(self, value: Value, frame: Frame) -> bool:
        """Keeps the chains a value may be; True when there is one that may go on."""
        goes_on = False
        for option in options(value):
            chain = option.chain if isinstance(option, Response) else option
            if isinstance(chain, Chain) and chain.site is not None:
                site = chain.site
                goes_on = goes_on or chain is option
                if frame.alone or (site.uri, site.scope, site.op) in self.wrappers.begun:
                    self.chains.setdefault(site, []).append(chain)
        return goes_on

    def seen(self) -> Iterator[ChainSeen]:
        """The chains of the file, with the requests they can be."""
        for site, chains in self.chains.items():
            for chain in longest(chains):
                names = tuple(step.name for step in chain.steps)
                queries = tuple(settled(chain)) if convincing(names) else ()
                yield ChainSeen(
                    (site.uri, site.scope, site.op),
                    self.looker.origins(chain),
                    names,
                    _alone(site, chain),
                    made_here(chain.client),
                    queries,
                    tuple(sent(chain, queries, self.looker.ground)),
                )


def _alone(site: Site, chain: Chain) -> bool:
    """The chain as its function says it, whoever calls that."""
    return any(step.origin == ((site.uri, site.scope), site.op) for step in chain.steps)


def _are_rows(value: Value | Later) -> bool:
    found = value.full() if isinstance(value, Later) else value
    return any(isinstance(option, Rows) for option in options(found))


def _passes(op: flows.Call, rows: bytearray) -> bool:
    return any(rows[item] for item in op.arguments) or any(rows[item] for _, item in op.keywords)


_METHODS = frozenset(
    {"table", "from_", "from_table", *VERBS, *FILTERS, *ORDERS, "or_", "single", "maybe_single", "csv", *ANSWERS}
)
_STARTS = frozenset({"table", "from_", "from_table", "rpc"})
_MODELS = frozenset({"model_validate", "parse_obj", "from_orm", "model_construct"})
"""Functions that make an object of a class of what they are given."""
