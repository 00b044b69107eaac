"""What a Python project asks of PostgREST: its supabase-py and postgrest-py chains as queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from pgconform.request import Query, Read
from pgconform.schema import Schema, Unread
from pgconform.shape import Location
from pgconform.sources.python.evaluate.chains import OTHERS
from pgconform.sources.python.evaluate.clients import made_here, schema_named
from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.frames import Frame
from pgconform.sources.python.evaluate.statements import is_statement
from pgconform.sources.python.evaluate.values import Chain, Later, Response, Rows, Site, Value, options
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.operations import FlowFacts
from pgconform.sources.python.flows.sources import ANSWERS
from pgconform.sources.python.queries.attempts import spared
from pgconform.sources.python.queries.build import FILTERS, ORDERS, VERBS
from pgconform.sources.python.queries.choose import about, convincing, longest, origins, said, settled
from pgconform.sources.python.queries.places import Reading
from pgconform.sources.python.queries.results import Made, Results
from pgconform.sources.python.queries.taint import NONE, Taint
from pgconform.sources.python.queries.wrappers import Wrappers

if TYPE_CHECKING:
    from pgconform.sources.python.facts.facts import ModuleFacts
    from pgconform.sources.python.modules.project import Project

FRAMES = 20_000
"""Calls that are looked into."""


def claims(project: Project) -> Schema:
    """The queries of a project, by place, and the chains whose relation is not known."""
    found = reader(project)
    return Schema(queries=tuple(found.read()), unread=tuple(unread(found)), origin="python")


def reader(project: Project) -> Reader:
    """A reader of the chains of a project; files in which nothing matters are read only when others refer to them."""
    return Reader(_Flows(project.modules), project.speaking)


class _Flows(Mapping[str, FlowFacts]):
    """The flows of modules by path, read when they are asked for."""

    def __init__(self, modules: Mapping[str, ModuleFacts]) -> None:
        self._modules = modules

    def __getitem__(self, uri: str) -> FlowFacts:
        return self._modules[uri].flows

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


def unread(reader: Reader) -> Iterator[Unread]:
    """The files whose chains could not be followed; a query of which something is not known says so itself."""
    for uri in reader.ground.speaking:
        if error := reader.ground.facts[uri].error:
            yield Unread(error, "syntax", at=Location(uri))


def parse_chain(source: str) -> Query:
    """The one query of an expression such as ``client.table("a").select("*").execute()``.

    Raises ValueError where there is none, or more than one.
    """
    from pgconform.sources.python.facts.syntax import parse
    from pgconform.sources.python.flows.scopes import collect

    found = Reader({"<chain>": collect(parse(source.encode()))}).read()
    if len(found) != 1:
        raise ValueError(f"{len(found)} queries in {source!r}")
    return found[0]


class Reader:
    """The chains of a project, each with everything that is ever called on it.

    ``facts`` are the flows of its files by path; of those outside ``speaking`` (default: all) only what others refer to
    is looked at.
    """

    def __init__(self, facts: Mapping[str, FlowFacts], speaking: Iterable[str] | None = None) -> None:
        self.evaluator = Evaluator(facts, facts if speaking is None else speaking)
        self.ground = self.evaluator.ground
        self.wrappers = Wrappers(self.evaluator)
        self.taint = Taint(self.evaluator)
        calls = self.evaluator.calls
        calls.asking, calls.reads, calls.rows = self.wrappers.asking, self.wrappers.reads, self._rows
        self.chains: dict[Site, list[Chain]] = {}
        self.frames: list[tuple[Frame, bytearray]] = []
        self.made: list[Made] = []
        self.of_statements: list[Reading] = []

    def read(self) -> list[Query]:
        """All queries, by place."""
        wanted = frozenset({*ANSWERS, *_STARTS, *self.taint.names, *self.wrappers.names})
        for place in self.ground.users(wanted):
            self._look(self.ground.alone(*place))
        entered = self.evaluator.calls.entered
        position = 0
        while position < min(len(entered), FRAMES):
            self._look(entered[position])
            position += 1
        results = Results(self.evaluator)
        readings = results.readings(self.frames)
        self.of_statements = [reading for reading in readings if is_statement(reading.chain)]
        reads = self._by_site(readings)
        self.made = list(results.models(self.frames))
        found = {site: self._at(site, reads.get(site, [])) for site in sorted(self.chains, key=_order)}
        return list(self._with_fallbacks(found))

    def _with_fallbacks(self, found: dict[Site, list[Query]]) -> Iterator[Query]:
        """The queries, those that may be meant to fail marked."""
        beside: dict[tuple[str, int], list[tuple[Site, Query]]] = {}
        for site, queries in found.items():
            beside.setdefault((site.uri, site.scope), []).extend((site, query) for query in queries)
        for place, several in beside.items():
            attempts = self.ground.head(*place).attempts
            for site, query in several:
                meant = attempts and spared(attempts, site, query, several)
                yield replace(query, fallback=True) if meant else query

    def _look(self, frame: Frame) -> None:
        """All chains of one scope, and the calls in it that have to be looked into."""
        asking = self.wrappers.names if frame.given is None else self.wrappers.passes_on(frame)
        rows = self._rows(frame)
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
        return any(self.wrappers.reads(place) for place in self.ground.functions.get(name, ()))

    def _rows(self, frame: Frame) -> bytearray:
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

    def _evidence(self, uri: str) -> int:
        """How much a file's imports, and its project's, speak for chains being PostgREST's, or against it."""
        if any(_POSTGREST.search(name) for name in self.ground.facts[uri].imports):
            return 2
        if any(name.partition(".")[0] in OTHERS for name in self.ground.facts[uri].imports):
            return -2
        return 1 if self._speaks_postgrest else 0

    @cached_property
    def _speaks_postgrest(self) -> bool:
        return any(_POSTGREST.search(name) for uri in self.ground.speaking for name in self.ground.facts[uri].imports)

    def _by_site(self, readings: list[Reading]) -> dict[Site, list[Reading]]:
        found: dict[Site, list[Reading]] = {}
        for reading in readings:
            if reading.chain.site is not None:
                found.setdefault(reading.chain.site, []).append(reading)
        return found

    def _at(self, site: Site, readings: list[Reading]) -> list[Query]:
        """The queries of one place, those that say the same once."""
        holder = self.ground.head(site.uri, site.scope).name
        found: dict[bytes, tuple[Query, dict[bytes, Read]]] = {}
        decided: set[tuple[object, ...]] = set()
        for chain in sorted(longest(self.chains[site]), key=lambda chain: _alone(site, chain)):
            if not convincing(chain, self._evidence(site.uri)):
                continue
            queries = [self._somewhere(query, chain) for query in settled(chain)]
            if _alone(site, chain):
                queries = [query for query in queries if _named(query) not in decided]
            elif (site.uri, site.scope, site.op) in self.wrappers.begun:
                decided.update(map(_named, queries))
            reads = _reads(chain, readings) if len({about(query) for query in queries}) == 1 else []
            for query in queries:
                held = found.setdefault(said(query), (replace(query, holder=holder), {}))
                held[1].update({msgspec.msgpack.encode(read): read for read in reads})
        known = any(query.relation is not None for query, _ in found.values())
        return [
            replace(query, reads=tuple(sorted(reads.values(), key=_read_order)))
            for query, reads in found.values()
            if query.relation is not None or not known
        ]

    def _somewhere(self, query: Query, chain: Chain) -> Query:
        """The query; of a client from anywhere the schema is not known where some are made for one of their own."""
        if query.schema is not None or not self._schema_named or made_here(chain.client):
            return query
        return replace(query, schema_known=False)

    @cached_property
    def _schema_named(self) -> bool:
        return schema_named(self.ground)


def _named(query: Query) -> tuple[object, ...]:
    return (query.verb, query.relation.value if query.relation else None)


def _alone(site: Site, chain: Chain) -> bool:
    """The chain as its function says it, whoever calls that."""
    return any(step.origin == ((site.uri, site.scope), site.op) for step in chain.steps)


def _reads(chain: Chain, readings: list[Reading]) -> list[Read]:
    """The reads that are of this chain's rows."""
    steps = origins(chain)
    return [reading.read for reading in readings if origins(reading.chain) <= steps]


def _read_order(read: Read) -> tuple[object, ...]:
    return (read.at.uri, read.at.line, read.at.column) if read.at else ("", 0, 0)


def _order(site: Site) -> tuple[str, int, int]:
    return (site.uri, site.scope, site.op)


def _are_rows(value: Value | Later) -> bool:
    found = value.full() if isinstance(value, Later) else value
    return any(isinstance(option, Rows) for option in options(found))


def _passes(op: flows.Call, rows: bytearray) -> bool:
    return any(rows[item] for item in op.arguments) or any(rows[item] for _, item in op.keywords)


_POSTGREST = re.compile(r"supabase|postgrest", re.IGNORECASE)
_METHODS = frozenset(
    {"table", "from_", "from_table", *VERBS, *FILTERS, *ORDERS, "or_", "single", "maybe_single", "csv", *ANSWERS}
)
_STARTS = frozenset({"table", "from_", "from_table", "rpc"})
_MODELS = frozenset({"model_validate", "parse_obj", "from_orm", "model_construct"})
