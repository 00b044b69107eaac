"""Rows as they arrive, held to what the truth says they are: a sample of them, or all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from pgconform.finding import Finding, Severity
from pgconform.guard.judging import Judge
from pgconform.guard.sites import call_site
from pgconform.postgrest.cache import Root, cache_of
from pgconform.postgrest.literals import readable
from pgconform.postgrest.plan import Level, output_type, plan
from pgconform.postgrest.received import Request
from pgconform.postgrest.relationships import Id
from pgconform.postgrest.select import parse_select
from pgconform.postgrest.syntax import Refusal
from pgconform.shape import Labels, Location

_ROWS = 100


class Arrivals:
    """Looks at rows that arrive, and tells a guard of labels and NULLs that the truth does not have."""

    def __init__(self, judge: Judge, tell: Any) -> None:
        self.judge = judge
        self.tell = tell
        self.looked = 0
        self._levels: dict[tuple[str, str, str], Level | None] = {}

    def response(self, request: Request, content: bytes) -> None:
        """Look at the rows of a response."""
        level = None if request.calls else self._level(request)
        if level is None or level.relation is None:
            return
        try:
            body = msgspec.json.decode(content)
        except msgspec.MsgspecError:
            return
        found: dict[str, Finding] = {}
        for row in (body if isinstance(body, list) else [body])[:_ROWS]:
            if isinstance(row, dict):
                self.looked += 1
                for one in self.row(level, row, None):
                    found.setdefault(one.message, one)
        if found:
            self.tell(f"rows of {level.relation.name} are not as the schema says", tuple(found.values()))

    def _level(self, request: Request) -> Level | None:
        key = (request.schema, request.relation, request.first("select") or "*")
        if key not in self._levels:
            self._levels[key] = self._planned(*key)
        return self._levels[key]

    def _planned(self, schema: str, name: str, select: str) -> Level | None:
        cache = cache_of(self.judge.world, self.judge.postgrest)
        schema = schema or self.judge.postgrest.schemas[0]
        relation = cache.relation(schema, name)
        selection = parse_select(select)
        if relation is None or isinstance(selection, Refusal):
            return None
        return plan(cache, Root(relation, Id(schema, name)), selection.items, False)

    def row(self, level: Level, row: Mapping[str, Any], at: Location | None) -> list[Finding]:
        """What of one row the truth does not have."""
        found = []
        relation = level.relation
        for name, value in row.items():
            type_ = output_type(level, name)
            if relation is None or type_ is None:
                continue
            subject = f"{relation.name}.{name}"
            if isinstance(type_, Labels) and isinstance(value, str) and readable(value, type_) is False:
                found.append(_finding("label-missing", f'{subject} is "{value}", no label that was known', subject, at))
            field = relation.field(name)
            if value is None and field is not None and field.nullable is False:
                found.append(_finding("null-arrives", f"{subject} is NULL, which it was never to be", subject, at))
        return found


def _finding(name: str, message: str, subject: str, at: Location | None) -> Finding:
    from pgconform.guard.translating import code_of

    told = "the schema has changed since the program was checked"
    return Finding(
        Severity.WARNING,
        message,
        told,
        code=code_of(name),
        name=name,
        subject=subject,
        source="runtime",
        at=at or call_site(),
    )
