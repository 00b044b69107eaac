"""From what each file came to, to the requests of the project: a place may be reached from several files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, cached_property

import msgspec
from msgspec.structs import replace

from pgconform.request import Query, Read
from pgconform.schema import Unread
from pgconform.shape import Location
from pgconform.sources.python.evaluate.chains import ALIKE, OTHERS
from pgconform.sources.python.evaluate.library.clients import schema_named
from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.models.evidence import Evidence
from pgconform.sources.python.passes.outcome import (
    ANY,
    ChainSeen,
    MadeSeen,
    Of,
    Outcome,
    ReadSeen,
    Site,
    about,
    about_rows,
    copies,
    in_order,
    known_of,
    other_rows,
)
from pgconform.sources.python.queries.attempts import Beside, sought, spared
from pgconform.sources.python.requests.choose import convincing, longest, said
from pgconform.support.patterns import deferred
from pgconform.support.testfiles import in_tests

SURELY = 2
"""How much speaks for a chain that is surely PostgREST's."""
SPEAKING = 1
"""How much its project does that has a client of PostgREST's anywhere."""


class Gathered:
    """What the files of a project, each by its path, come to together; ``begun`` are the chains that callers decide.

    What tests hand to functions of the program is no concern of its schema.
    """

    def __init__(self, ground: Ground, outcomes: Iterable[tuple[str, Outcome]], begun: Collection[Site]) -> None:
        self.ground = ground
        self.begun = begun
        self._made: list[MadeSeen] = []
        self._chains: dict[Site, list[ChainSeen]] = {}
        self._reads: list[ReadSeen] = []
        self._killed: dict[Of, set[str]] = {}
        self._tested: set[Of] = set()
        self._beyond: set[tuple[Location, str]] = set()
        self._evidence = cache(self._evidence_in)
        self._keys = cache(self._keys_of)
        for uri, outcome in outcomes:
            self._add(uri, outcome)

    def _add(self, uri: str, outcome: Outcome) -> None:
        self._made += outcome.made
        self._reads += outcome.reads
        self._beyond.update(outcome.beyond)
        self._tested.update(kept for rows in outcome.tested for kept in known_of(rows))
        for rows, keys in outcome.killed:
            for kept in known_of(rows):
                self._killed.setdefault(kept, set()).update(keys)
        tests = in_tests(uri)
        for chain in outcome.chains:
            if not tests or in_tests(chain.site[0]):
                self._chains.setdefault(chain.site, []).append(chain)

    @cached_property
    def reads(self) -> list[ReadSeen]:
        """Every key read from rows, but for those the program itself put there or asks for first."""
        return [self._told(seen) for seen in self._reads if not self._dead(seen)]

    @cached_property
    def made(self) -> list[MadeSeen]:
        """Every object made of rows; keys that the program puts into the rows, or asks for, are none of theirs."""
        return [self._apart(seen) for seen in self._made]

    def _apart(self, seen: MadeSeen) -> MadeSeen:
        changed = self._changed(seen)
        if not changed:
            return seen
        any_other, keys = ANY in changed, tuple(sorted(changed - {ANY}))
        shown = [
            replace(item, straight=item.straight and not any_other, added=(*item.added, *keys)) for item in seen.shown
        ]
        return replace(seen, whole=seen.whole and not any_other, added=(*seen.added, *keys), shown=tuple(shown))

    def _changed(self, seen: ReadSeen | MadeSeen) -> set[str]:
        """The keys that the program puts into the rows or takes out of them somewhere, or asks for first."""
        key, path = seen.rows
        if any(
            not {ANY, name}.isdisjoint(self._keys((key, path[:depth]), seen.copied)) for depth, name in enumerate(path)
        ):
            return {ANY}
        return self._keys(seen.rows, seen.copied)

    def _keys_of(self, rows: Of, copied: bool) -> set[str]:
        places = [*about_rows(rows), *(about_rows(copies(rows)) if copied else ())]
        return set().union(*[self._killed.get(place, ()) for place in places])

    def _dead(self, seen: ReadSeen) -> bool:
        killed = self._changed(seen)
        return ANY in killed or seen.read.key.value in killed or (seen.only and self._is_tested(seen))

    def _is_tested(self, seen: ReadSeen) -> bool:
        return any(place in self._tested for rows in seen.embeds for place in about_rows(rows))

    def _told(self, seen: ReadSeen) -> ReadSeen:
        """The read, as one of an embed just as the row has it where nothing tests what that is."""
        if seen.read.where:
            seen = self._asked(seen)
        if seen.only or not seen.embeds or self._is_tested(seen):
            return seen
        return replace(seen, read=replace(seen.read, direct=True))

    def _asked(self, seen: ReadSeen) -> ReadSeen:
        """The read, without the tests that a key may pass as the program itself puts something there."""
        changed = self._changed(seen)
        where = [test for test in seen.read.where if test[0] not in changed or test[1] == "has" or not test[2]]
        return replace(seen, read=replace(seen.read, where=tuple(where)))

    def evidence(self) -> Iterator[Evidence]:
        """What the requests show of the project's classes."""
        for made in self.made:
            yield from made.shown
        for chains in self._chains.values():
            for chain in chains:
                yield from chain.sent

    def queries(self) -> Iterator[Query]:
        """All requests by place, those that may be meant to fail marked."""
        reads: dict[Site, list[ReadSeen]] = {}
        for seen in self.reads:
            if seen.site is not None:
                reads.setdefault(seen.site, []).append(seen)
        beside: dict[tuple[str, int], list[tuple[Site, Query]]] = {}
        for site in sorted(self._chains):
            found = ((site, query) for query in self._at(site, reads.get(site, [])))
            beside.setdefault((site[0], site[1]), []).extend(found)
        for several in beside.values():
            alike = Beside(several)
            for site, query in several:
                meant = spared(self._chains[site], site, query, alike)
                known = sought(self._chains[site], site, query, alike)
                one = replace(query, payload=replace(query.payload, sought=known)) if known and query.payload else query
                yield replace(one, fallback=True) if meant else one

    def _at(self, site: Site, reads: list[ReadSeen]) -> list[Query]:
        """The queries of one place, those that say the same once.

        What is read of rows where a function is looked at by itself is read of those that its callers ask for too.
        """
        found: dict[bytes, tuple[Query, dict[bytes, Read]]] = {}
        decided: set[tuple[object, ...]] = set()
        for chain in sorted(longest(self._chains[site], _calls, _count), key=lambda chain: chain.alone):
            if not self._convinces(site, chain):
                continue
            queries = every = [self._somewhere(query, chain) for query in chain.queries]
            if chain.alone:
                queries = [query for query in queries if _named(query) not in decided]
                if len(queries) < len(every) and _alike((*every, *[query for query, _ in found.values()])):
                    next(iter(found.values()))[1].update(_by_text(_of(chain, reads)))
            elif site in self.begun:
                decided.update(map(_named, queries))
            own = _of(chain, reads)
            several = not _alike(every)
            for number, query in enumerate(queries):
                held = found.setdefault(said(query), (replace(query, holder=chain.holder), {}))
                of_it = own if not several else _beside(query, every, own) if number == 0 else []
                held[1].update(_by_text(of_it))
        known = any(query.relation is not None for query, _ in found.values())
        return [
            replace(query, reads=in_order(reads.values()))
            for query, reads in found.values()
            if query.relation is not None or not known
        ]

    def unsure(self) -> Iterator[Unread]:
        """The calls that would be requests, were it not for another library in their file that has such calls too.

        And what was called and not looked into.
        """
        for site, chains in sorted(self._chains.items()) if self._speaks_postgrest else ():
            looking = [chain for chain in chains if chain.queries and convincing(chain.names, SPEAKING)]
            if looking and not any(self._convinces(site, chain) for chain in chains):
                at = looking[0].queries[0].at
                yield Unread("which library has its client is not known: the file imports another", "dynamic", at=at)
        for at, kind in sorted(self._beyond):
            yield Unread(_BEYOND[kind], kind, at=at)

    def _convinces(self, site: Site, chain: ChainSeen) -> bool:
        return convincing(chain.names, SURELY if chain.known else self._evidence(site[0]))

    def _evidence_in(self, uri: str) -> int:
        """How much a file's imports, and its project's, speak for chains being PostgREST's, or against it."""
        if any(_POSTGREST.search(name) for name in self.ground.facts[uri].imports):
            return SURELY
        imported = {name.partition(".")[0] for name in self.ground.facts[uri].imports}
        if imported & ALIKE:
            return -2
        if self._speaks_postgrest:
            return SPEAKING
        return -2 if imported & OTHERS else 0

    @cached_property
    def _speaks_postgrest(self) -> bool:
        if any(chain.known for chains in self._chains.values() for chain in chains):
            return True
        return any(_POSTGREST.search(name) for uri in self.ground.speaking for name in self.ground.facts[uri].imports)

    def _somewhere(self, query: Query, chain: ChainSeen) -> Query:
        """The query; of a client from anywhere the schema is not known where some are made for one of their own."""
        if query.schema is not None or not self._schema_named or chain.made:
            return query
        return replace(query, schema_known=False)

    @cached_property
    def _schema_named(self) -> bool:
        return schema_named(self.ground)


def _calls(chain: ChainSeen) -> frozenset[int]:
    return frozenset(chain.origins)


def _count(chain: ChainSeen) -> int:
    return len(chain.names)


def _of(chain: ChainSeen, reads: list[ReadSeen]) -> list[Read]:
    """The reads that are of this chain's rows."""
    steps = _calls(chain)
    return [seen.read for seen in reads if steps.issuperset(seen.origins)]


def _beside(query: Query, every: list[Query], reads: list[Read]) -> list[Read]:
    """The reads of one query's rows, or of those of any other that its chain may be."""
    plain = [read for read in reads if not read.path and read.method != "place"]
    return [replace(read, others=other_rows(query, (*read.others, *every))) for read in plain]


def _alike(queries: Sequence[Query]) -> bool:
    """The rows of all of them have the same columns."""
    return len(queries) == 1 or len({about(query) for query in queries}) <= 1


def _by_text(reads: Iterable[Read]) -> dict[bytes, Read]:
    """Reads by all that they say."""
    return {msgspec.msgpack.encode(read): read for read in reads}


def _named(query: Query) -> tuple[object, ...]:
    return (query.verb, query.relation.value if query.relation else None)


_POSTGREST = deferred(r"supabase|postgrest", re.IGNORECASE)
_BEYOND = {
    "dynamic": "what this call asks for was not followed: it is nested too deep, or one of too many",
    "syntax": "what this function does is not known: it does not parse",
}
