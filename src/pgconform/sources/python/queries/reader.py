"""What a Python project asks of PostgREST: its supabase-py and postgrest-py chains as queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from pgconform.request import Query
from pgconform.schema import Schema, Unread
from pgconform.shape import Location
from pgconform.sources.python.flows.heads import FlowFacts
from pgconform.sources.python.modules.memo import Memo
from pgconform.sources.python.passes.looking import Looker
from pgconform.sources.python.queries.chains import chains
from pgconform.sources.python.queries.gathering import Gathered

if TYPE_CHECKING:
    from pgconform.sources.python.facts.facts import ModuleFacts
    from pgconform.sources.python.modules.project import Project


def claims(project: Project) -> Schema:
    """The queries of a project, by place, and the chains whose relation is not known."""
    found = reader(project)
    return Schema(queries=tuple(found.read()), unread=tuple(unread(found)), origin="python")


def reader(project: Project, memo: Memo | None = None) -> Reader:
    """A reader of the chains of a project; files in which nothing matters are read only when others refer to them."""
    return Reader(_Flows(project.modules), project.speaking, memo)


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
    """The files whose chains could not be followed, and chains that may be another library's; a query of which
    something is not known says so itself.
    """
    for uri in reader.ground.speaking:
        if error := reader.ground.facts[uri].error:
            yield Unread(error, "syntax", at=Location(uri))
    yield from reader.gathered.unsure()


class Reader:
    """The chains of a project, each with everything that is ever called on it.

    ``facts`` are the flows of its files by path; of those outside ``speaking`` (default: all) only what others refer to
    is looked at.
    """

    def __init__(
        self, facts: Mapping[str, FlowFacts], speaking: Iterable[str] | None = None, memo: Memo | None = None
    ) -> None:
        self.looker = Looker(facts, facts if speaking is None else speaking, memo or Memo.of_this_run(facts))
        self._chains = chains(self.looker)
        self.looker.add(self._chains)
        self.evaluator = self.looker.evaluator
        self.ground = self.looker.ground

    def read(self) -> list[Query]:
        """All queries, by place."""
        return list(self.gathered.queries())

    @cached_property
    def gathered(self) -> Gathered:
        """What all files come to together."""
        return Gathered(self.ground, self.looker.of(self._chains), self.looker.wrappers.begun)
