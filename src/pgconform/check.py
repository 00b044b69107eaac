"""The one question: where do these claims differ from that truth?"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from pgconform.caching import Caches
from pgconform.directives import DOCUMENT
from pgconform.drift.differences import is_truth
from pgconform.finding import Finding, Severity
from pgconform.pairs.optional import given_elsewhere, milder_where
from pgconform.pairs.pair import RUN, FieldPair, Pair
from pgconform.pairs.pairing import claimed_pairs, drift_pairs, other_pairs, truth_pairs
from pgconform.pairs.together import Together, heard
from pgconform.pairs.verdict import Verdict, Verdicts
from pgconform.pairs.world import World
from pgconform.report import Report, statuses, summary
from pgconform.request import Query, Statement
from pgconform.rules import Rule, all_rules
from pgconform.schema import Relation, Schema, Unread
from pgconform.shape import Location
from pgconform.support.testfiles import in_tests

if TYPE_CHECKING:
    from pgconform.postgrest.config import PostgrestConfig


NO_CACHES = Caches()


def check(
    truth: Schema,
    *claims: Schema,
    rules: Iterable[Rule] | None = None,
    schemas: tuple[str, ...] = ("public",),
    postgrest: PostgrestConfig | None = None,
) -> list[Finding]:
    """All findings of ``rules`` (default: every rule that is no preview), sorted by place.

    ``schemas`` are searched, in order, for relations and functions that a claim names without a schema. Requests are
    judged as the server of ``postgrest`` would, by default one that exposes those schemas.
    """
    return list(judge(truth, *claims, rules=rules, schemas=schemas, postgrest=postgrest).findings)


def judge(
    truth: Schema,
    *claims: Schema,
    rules: Iterable[Rule] | None = None,
    schemas: tuple[str, ...] = ("public",),
    postgrest: PostgrestConfig | None = None,
) -> Report:
    """`check` with its coverage: how many sites were judged, which were not, and how each relation fares."""
    return judge_each(truth, claims, default_rules() if rules is None else rules, schemas, postgrest)


def judge_each(
    truth: Schema,
    claims: Iterable[Schema],
    rules: Iterable[Rule],
    schemas: tuple[str, ...] = ("public",),
    postgrest: PostgrestConfig | None = None,
    known: Verdicts | None = None,
) -> Report:
    """`judge` for claims that may still be on their way: each is asked for when those before it are judged.

    ``known`` has the verdicts of an earlier run on the same truth, by the same rules.
    """
    started = time.perf_counter()
    world = World(truth, schemas)
    chosen = _by_kind(rule for rule in rules if not set(rule.needs) & set(truth.unsaid))
    together = Together(world)
    before = known or Verdicts()
    each = [(claim, _verdicts(world, claim, chosen, postgrest, before)) for claim in claims]
    said = [pair for _, pairs in each for pair in pairs]
    for item, verdict in said:
        together.add(verdict.heard, item)
    verdicts = [verdict for _, verdict in said]
    optional = given_elsewhere(said)
    verdicts.append(_verdict(truth_pairs(world, together.named), chosen))
    verdicts.append(_verdict(together.pairs(), chosen))
    every = (finding for verdict in verdicts for finding in verdict.findings)
    gravest = _gravest(milder_where(every, optional) if optional else every)
    findings = tuple(sorted(gravest, key=Finding.order))
    names = (item.qualified for item in truth.relations if item.schema in schemas and item.partition_of is None)
    unjudged = [unread for claim, _ in each for unread in _unread(claim)]
    unjudged += [unread for verdict in verdicts for unread in verdict.unjudged]
    return Report(
        truth=summary(truth),
        claims=tuple(summary(claim) for claim, _ in each),
        findings=findings,
        judged=sum(verdict.judged for verdict in verdicts),
        unjudged=tuple(sorted(unjudged, key=_unread_order)),
        relations=statuses(names, findings),
        seconds=time.perf_counter() - started,
    )


def _verdicts(
    world: World,
    claim: Schema,
    rules: Mapping[type, Sequence[Rule]],
    postgrest: PostgrestConfig | None,
    known: Verdicts,
) -> list[tuple[Item, Verdict]]:
    """The items of a claim, each with its verdict."""
    made = list(every_item(world, [claim], postgrest))
    items = [item for item, _ in made]
    return list(zip(items, known.of(items, lambda number: _verdict(made[number][1], rules)), strict=True))


def _verdict(pairs: Iterable[Pair], rules: Mapping[type, Sequence[Rule]]) -> Verdict:
    """What the rules say of the pairs of one item."""
    found: list[Finding] = []
    seen: list[Pair] = []
    unjudged: list[Unread] = []
    judged = 0
    for pair in pairs:
        seen.append(pair)
        for rule in () if isinstance(pair, FieldPair) and pair.bare else rules.get(type(pair), ()):
            for said in rule.judge(pair):
                if said.severity is Severity.ERROR or not _example(pair):
                    found.append(stamped(said, rule, pair))  # noqa: PERF401  a generator for each pair and rule costs a third more
        if pair.site:
            judged += (reason := pair.unjudged) is None
            unjudged += [reason] if reason else []
    return Verdict(tuple(_gravest(found)), judged, tuple(unjudged), heard(seen))


def _gravest(findings: Iterable[Finding]) -> Iterable[Finding]:
    """One finding for each place and message, the gravest: a place may be reached in several ways."""
    found: dict[tuple[str, str, str, Location | str], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.subject, finding.message, finding.at or finding.holder)
        kept = found.get(key)
        if kept is None or (finding.severity.rank, finding.order()) < (kept.severity.rank, kept.order()):
            found[key] = finding
    return found.values()


def _example(pair: Pair) -> bool:
    """The pair is of code that a document shows: of it only is told what would fail, not what could be better."""
    return pair.source in RUN and pair.at is not None and DOCUMENT.search(pair.at.uri) is not None


def default_rules() -> tuple[Rule, ...]:
    """Every rule that is no preview."""
    return tuple(rule for rule in all_rules() if not rule.preview)


def every_pair(world: World, claims: Iterable[Schema], postgrest: PostgrestConfig | None = None) -> Iterator[Pair]:
    """All pairs of all claims, then those of the truth by itself."""
    together = Together(world)
    for item, made in every_item(world, claims, postgrest):
        found = list(made)
        together.add(heard(found), item)
        yield from found
    yield from truth_pairs(world, together.named)
    yield from together.pairs()


Item: TypeAlias = Relation | Query | Statement | None
Made: TypeAlias = tuple[Item, Iterable[Pair]]


def every_item(world: World, claims: Iterable[Schema], postgrest: PostgrestConfig | None = None) -> Iterator[Made]:
    """The items of all claims with their pairs; None for what stands together. The one place where kinds are joined."""
    for claim in claims:
        if is_truth(claim):
            yield None, drift_pairs(world, claim)
            continue
        for relation in claim.relations:
            yield relation, claimed_pairs(world, relation)
        yield None, other_pairs(world, claim)
        yield from _asked(world, claim, postgrest)
        if claim.caches != NO_CACHES:
            from pgconform.pairs.caches import cache_pairs

            yield None, cache_pairs(world, claim.caches)
        if claim.statements:
            from pgconform.sql.pairs import statement_pairs

            for statement in claim.statements:
                yield statement, statement_pairs(world, statement)


def _asked(world: World, claim: Schema, postgrest: PostgrestConfig | None) -> Iterator[Made]:
    if claim.queries:
        from pgconform.postgrest.config import PostgrestConfig
        from pgconform.postgrest.resolve import resolve

        config = postgrest or PostgrestConfig(schemas=world.schemas)
        for query in claim.queries:
            yield query, resolve(query, world, config)


def said_of(pairs: Iterable[Pair], rules: Iterable[Rule]) -> Iterator[Finding]:
    """What the rules for pairs of their kind say of these."""
    by_kind = _by_kind(rules)
    for pair in pairs:
        for rule in by_kind.get(type(pair), ()):
            yield from (stamped(said, rule, pair) for said in rule.judge(pair))


def stamped(finding: Finding, rule: Rule, pair: Pair) -> Finding:
    """The finding with what its rule and its pair know, and no more severe than the claim allows."""
    at = finding.at or pair.at or pair.truth_at
    ceiling = Severity.INFO if at and in_tests(at.uri) else pair.ceiling
    if at and DOCUMENT.search(at.uri):
        ceiling = max(ceiling, Severity.WARNING, key=lambda severity: severity.rank)
    return replace(
        finding,
        severity=max(finding.severity, ceiling, key=lambda severity: severity.rank),
        code=finding.code or rule.code,
        name=finding.name or rule.name,
        subject=finding.subject or pair.subject,
        relation=finding.relation or pair.relation_name,
        source=finding.source or pair.source,
        holder=finding.holder or pair.holder,
        truth_at=finding.truth_at or pair.truth_at,
        at=at,
    )


def _unread(claim: Schema) -> Iterator[Unread]:
    """What the claim's source could not read; of a query its own pairs say what could not be judged."""
    queried = {query.at for query in claim.queries}
    return (unread for unread in claim.unread if unread.kind != "dynamic" or unread.at not in queried)


def _by_kind(rules: Iterable[Rule]) -> dict[type, list[Rule]]:
    found: defaultdict[type, list[Rule]] = defaultdict(list)
    for rule in rules:
        found[rule.on].append(rule)
    return dict(found)


def _unread_order(unread: Unread) -> tuple[Location, str]:
    return (unread.at or Location(""), unread.reason)
