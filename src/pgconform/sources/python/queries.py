"""What a Python project asks of PostgREST: its supabase-py and postgrest-py chains as queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.request import Query
from pgconform.schema import Schema, Unread
from pgconform.shape import Location
from pgconform.sources.python import flows
from pgconform.sources.python.evaluate import Evaluator
from pgconform.sources.python.evaluate_frames import Frame
from pgconform.sources.python.evaluate_values import (
    MOST,
    UNBOUND,
    Chain,
    Either,
    Response,
    Site,
    Step,
    Value,
    is_none,
    options,
    settle,
)
from pgconform.sources.python.flows import FlowFacts
from pgconform.sources.python.queries_build import FILTERS, ORDERS, VERBS, build

if TYPE_CHECKING:
    from pgconform.sources.python.project import Project

_STARTS = frozenset({"table", "from_", "from_table", "rpc"})


def claims(project: Project) -> Schema:
    """The queries of a project, by place, and the chains whose relation is not known."""
    return read_claims({uri: facts.flows for uri, facts in project.modules.items()})


def read_claims(facts: Mapping[str, FlowFacts]) -> Schema:
    """`claims` of the flows of files by their path."""
    reader = Reader(facts)
    reader.read()
    return Schema(queries=tuple(reader.queries()), unread=tuple(reader.unread()), origin="python")


def parse_chain(source: str) -> Query:
    """The one query of an expression such as ``client.table("a").select("*").execute()``.

    Raises ValueError where there is none, or more than one.
    """
    from pgconform.sources.python.syntax import parse

    reader = Reader({"<chain>": flows.collect(parse(source.encode()))})
    reader.read()
    found = list(reader.queries())
    if len(found) != 1:
        raise ValueError(f"{len(found)} queries in {source!r}")
    return found[0]


class Reader:
    """The chains of a project, each with everything that is ever called on it."""

    def __init__(self, facts: Mapping[str, FlowFacts]) -> None:
        self.facts = facts
        self.evaluator = Evaluator(facts)
        self.chains: dict[Site, list[Chain]] = {}

    def read(self) -> None:
        for uri, facts in self.facts.items():
            for number in range(len(facts.scopes)):
                self.read_frame(self.evaluator.ground.alone(uri, number))

    def read_frame(self, frame: Frame) -> None:
        """All chains of one scope."""
        for number, op in enumerate(frame.scope.ops):
            if type(op) is flows.Call and _speaks(frame.scope, op):
                self.keep(self.evaluator.value(frame, number))

    def keep(self, value: Value) -> None:
        for option in options(value):
            chain = option.chain if isinstance(option, Response) else option
            if isinstance(chain, Chain) and chain.site is not None:
                self.chains.setdefault(chain.site, []).append(chain)

    def queries(self) -> Iterator[Query]:
        for site in sorted(self.chains, key=lambda item: (item.uri, item.scope, item.op)):
            scope = self.facts[site.uri].scopes[site.scope]
            for chain in longest(self.chains[site]):
                if not convincing(chain):
                    continue
                for query in settled(chain):
                    yield replace(query, holder=scope.name)

    def unread(self) -> Iterator[Unread]:
        for query in self.queries():
            if query.relation is None or not query.relation.whole:
                yield Unread("the relation's name is not known", "dynamic", at=query.at)


def _speaks(scope: flows.Scope, op: flows.Call) -> bool:
    function = scope.ops[op.function]
    return type(function) is flows.Attr and function.name in _METHODS


_METHODS = frozenset({*_STARTS, *VERBS, *FILTERS, *ORDERS, "or_", "execute", "single", "maybe_single", "csv"})


def longest(chains: list[Chain]) -> list[Chain]:
    """The chains that are no beginning of another."""
    kept: list[Chain] = []
    covered: list[frozenset[int]] = []
    for chain in sorted(chains, key=lambda item: -len(item.steps)):
        steps = frozenset(id(step.origin or step) for step in chain.steps)
        if not any(steps <= other for other in covered):
            kept.append(chain)
            covered.append(steps)
    return kept


def convincing(chain: Chain) -> bool:
    """The calls are those of a PostgREST client."""
    names = [step.name for step in chain.steps]
    start = next((index for index, name in enumerate(names) if name in _STARTS), len(names))
    if start == len(names):
        return False
    if names[start] == "rpc":
        return "execute" in names
    return start + 1 < len(names) and names[start + 1] in VERBS


def settled(chain: Chain) -> list[Query]:
    """The requests of a chain, one for every combination of choices that changes what it is about."""
    found: list[Query] = []
    queue = [chain]
    while queue and len(found) + len(queue) <= MOST:
        current = queue.pop()
        open_choice = next(_choices(current), None)
        if open_choice is None:
            found.append(build(current))
            continue
        kept = [index for index, option in enumerate(open_choice.options) if not _void(option)]
        queue += [_settle(current, open_choice, index) for index in reversed(kept)]
    known = [query for query in found if query.relation is not None]
    return known or found[:1]


def _void(option: Value) -> bool:
    return option is UNBOUND or is_none(option)


def _settle(chain: Chain, choice: Either, index: int) -> Chain:
    return replace(chain, steps=tuple([_settle_step(step, choice, index) for step in chain.steps]))


def _settle_step(step: Step, choice: Either, index: int) -> Step:
    arguments = tuple([settle(value, choice.choice, index) for value in step.arguments])
    keywords = tuple([(name, settle(value, choice.choice, index)) for name, value in step.keywords])
    return replace(step, arguments=arguments, keywords=keywords)


def _choices(chain: Chain) -> Iterator[Either]:
    """The choices still to be made, in the parts of a chain that name something."""
    for step in chain.steps:
        first = 1 if step.name in FILTERS else 2
        for value in step.arguments[:first]:
            if isinstance(value, Either):
                yield value
        for name, value in step.keywords:
            if isinstance(value, Either) and name in _NAMING:
                yield value


_NAMING = frozenset({"json", "params", "on_conflict", "foreign_table", "reference_table", "column", "columns"})


def place(query: Query) -> Location:
    return query.at or Location("")
