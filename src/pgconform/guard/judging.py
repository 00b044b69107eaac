"""One request, or one set of claims, beside a truth that is kept: what the server would refuse, by `check`'s rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from pgconform.finding import Finding, Severity
from pgconform.guard.uses import Uses
from pgconform.pairs.pair import Pair
from pgconform.pairs.world import World
from pgconform.postgrest.config import PostgrestConfig
from pgconform.request import Query
from pgconform.schema import Relation, Schema
from pgconform.shape import Labels, Location
from pgconform.support.digests import hexadecimal

_ABSENT = frozenset({"unknown-relation", "unknown-function", "unknown-embed", "ambiguous-embed"})
"""What a newer database may have all the same."""


class Judge:
    """Rules over one truth, indexed once. ``live``: it was read from the database itself, so that absence is a fact.

    ``ahead`` are relations that the database has in another form by now: nothing is said of them. Rules and the index
    are made when the first request needs them, for a program that fits never does.
    """

    def __init__(
        self,
        truth: Schema,
        schemas: tuple[str, ...],
        postgrest: PostgrestConfig,
        *,
        live: bool,
        ahead: frozenset[str] = frozenset(),
    ) -> None:
        self.truth = truth
        self.schemas = schemas
        self.postgrest = postgrest
        self.live = live
        self.ahead = ahead

    @cached_property
    def world(self) -> World:
        return World(self.truth, self.schemas)

    @cached_property
    def _rules(self) -> dict[type, list[object]]:
        from pgconform.check import default_rules

        found: defaultdict[type, list[object]] = defaultdict(list)
        for rule in default_rules():
            if not set(rule.needs) & set(self.truth.unsaid):
                found[rule.on].append(rule)
        return dict(found)

    def knows(self, query: Query) -> bool:
        """The request is about something that is in view, as it is now."""
        if self.live or query.relation is None:
            return True
        schema = query.schema.value if query.schema else self.postgrest.schemas[0]
        if query.verb == "rpc":
            return bool(self.world.functions(query.relation.value, schema))
        relation = self.world.relation(query.relation.value, schema)
        return relation is not None and relation.qualified not in self.ahead

    def refusals(self, query: Query, at: Location | None = None) -> tuple[Finding, ...]:
        """What will surely fail; nothing of a request about something that is not in view."""
        if not self.knows(query):
            return ()
        found: dict[tuple[str, str, str], Finding] = {}
        from pgconform.postgrest.resolve import resolve

        for pair in resolve(query, self.world, self.postgrest):
            for finding in self._of(pair):
                sure = finding.severity is Severity.ERROR and not self._mended(query, finding)
                if sure and (self.live or finding.name not in _ABSENT):
                    found.setdefault((finding.code, finding.subject, finding.message), finding)
        return placed(found.values(), at)

    def _mended(self, query: Query, finding: Finding) -> bool:
        """A trigger may put it right before the row is looked at: a NULL of an update, what only a CHECK refuses."""
        relation = self.world.relation(finding.relation.rpartition(".")[2], finding.relation.rpartition(".")[0])
        field = relation.field(finding.subject.rpartition(".")[2]) if relation else None
        if relation is None or field is None or not self._may_mend(relation):
            return False
        stored = self.world.stored(field)
        checked = stored.bounds is not None and not isinstance(stored.type, Labels)
        null = finding.name == "null-written" and query.verb != "insert"
        return null or (checked and finding.code.startswith("ENM"))

    def _may_mend(self, relation: Relation) -> bool:
        """The relation, or a table behind a view, has a trigger that comes before."""
        behind = {field.origin[:2] for field in relation.fields if field.origin}
        homes = (relation, *(self.world.relation(name, schema) for schema, name in behind))
        return any(trigger.mends for home in homes if home for trigger in home.triggers)

    def of_row(self, query: Query, at: Location | None) -> tuple[Finding, ...]:
        """What will fail of a row that a driver sends: an insert of columns that need not be all there are."""
        found = self.refusals(query, at)
        return tuple(finding for finding in found if finding.name not in ("missing-column", "unexposed-schema"))

    def _of(self, pair: Pair) -> Iterable[Finding]:
        from pgconform.check import stamped
        from pgconform.rules import Rule

        for rule in self._rules.get(type(pair), ()):
            assert isinstance(rule, Rule)
            for said in rule.judge(pair):
                yield stamped(said, rule, pair)


def placed(findings: Iterable[Finding], at: Location | None) -> tuple[Finding, ...]:
    """The findings at the call that led to them."""
    from msgspec.structs import replace

    return tuple(replace(finding, at=at) if at else finding for finding in findings)


def mark(finding: Finding) -> str:
    """What tells a finding from others, though the rest of the schema, and with it a proposal, may have changed."""
    said = (finding.code, finding.at.uri if finding.at else "", finding.subject, finding.holder)
    return hexadecimal("\x1f".join((*said, finding.message.partition(";")[0])).encode())[:16]


def news(uses: Uses, truth: Schema) -> tuple[Finding, ...]:
    """What fails, or can fail, with the uses against this truth, and did not when they were written down."""
    from pgconform.check import judge

    known = frozenset(uses.known)
    found = judge(truth, uses.claim, schemas=uses.schemas, postgrest=uses.postgrest).findings
    return tuple(finding for finding in found if finding.severity is not Severity.INFO and mark(finding) not in known)
