"""What a request asks of each level of its select: conditions, sort keys, limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from pgconform.pairs.world import World
from pgconform.postgrest.cache import Root, cache_of
from pgconform.postgrest.columns import column
from pgconform.postgrest.conditions import RESERVED_LAST, parse_key, parse_logic, parse_operation, parse_path
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.plan import Level, descend, plan
from pgconform.postgrest.received import Request
from pgconform.postgrest.relationships import Id
from pgconform.postgrest.scanner import Scanner
from pgconform.postgrest.select import parse_select
from pgconform.postgrest.syntax import ColumnRef, Condition, Junction, Name, Refusal, Term
from pgconform.schema import Relation
from pgconform.support.patterns import deferred
from pgconform.testing.errors import Unsupported

_ORDER = deferred(r"(?P<column>.*?)(?:\.(?P<way>asc|desc))?(?:\.nulls(?P<nulls>first|last))?\Z")


class Sort(msgspec.Struct, frozen=True):
    """A sort key. NULLs come last going up and first going down, unless it says otherwise."""

    column: ColumnRef
    down: bool = False
    nulls_first: bool = False


class Part:
    """What is asked of one level."""

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self.sorts: list[Sort] = []
        self.limit: int | None = None
        self.offset = 0


class Asked:
    """A request, its levels, and what is asked of each."""

    def __init__(self, request: Request, relation: Relation, world: World, config: PostgrestConfig) -> None:
        selection = parse_select(request.first("select") or "*")
        assert not isinstance(selection, Refusal)
        cache = cache_of(world, config)
        self.top = plan(cache, Root(relation, Id(relation.schema, relation.name)), selection.items, False)
        self._legacy = config.legacy_target_names
        self._parts: dict[int, Part] = {}
        for key, value in request.params:
            self._take(key, value)

    def of(self, level: Level) -> Part:
        return self._parts.setdefault(id(level), Part())

    def _take(self, key: str, value: str) -> None:
        last = key.rsplit(".", 1)[-1]
        if key in ("select", "columns", "on_conflict"):
            return
        if last in RESERVED_LAST:
            self._reserved(key, last, value)
            return
        found, operation = parse_key(key), parse_operation(value)
        assert not isinstance(found, Refusal)
        assert not isinstance(operation, Refusal)
        self.of(self._level(found.path)).terms.append(Condition(found.column, operation))

    def _level(self, path: tuple[Name, ...]) -> Level:
        level, _ = descend(self.top, path, self._legacy)
        assert level is not None
        return level

    def _reserved(self, key: str, last: str, value: str) -> None:
        path = key.removesuffix(last).removesuffix(".")
        negated = path == "not" or path.endswith(".not")
        path = path.removesuffix("not").removesuffix(".") if negated else path
        names = parse_path(path) if path else ()
        assert not isinstance(names, Refusal)
        part = self.of(self._level(names))
        if last in ("and", "or"):
            logic = parse_logic(f"{'not.' if negated else ''}{last}{value}")
            assert not isinstance(logic, Refusal)
            part.terms.append(logic.root)
        elif last == "order":
            part.sorts += _sorts(value)
        elif last == "limit":
            part.limit = int(value)
        else:
            part.offset = int(value)


def _sorts(text: str) -> Iterator[Sort]:
    for term in text.split(","):
        found = _ORDER.match(term.strip())
        if found is None or "(" in term or '"' in term:
            raise Unsupported(f"ordering by {term} is not supported by the double")
        down = found["way"] == "desc"
        first = found["nulls"] == "first" if found["nulls"] else down
        yield Sort(column(Scanner(found["column"])), down, first)


def conditions(term: Term) -> Iterator[Condition]:
    """The conditions in a logic tree."""
    match term:
        case Junction():
            for inner in term.terms:
                yield from conditions(inner)
        case Condition():
            yield term


def embedded(level: Level, condition: Condition) -> Level | None:
    """The embed whose rows a condition asks to be there or not, if it is one."""
    operation: Any = condition.operation
    if condition.column.steps or operation.operator != "is" or operation.value != "null":
        return None
    name = condition.column.name.text
    return next((child for child in level.children if child.embed and child.embed.key.text == name), None)
