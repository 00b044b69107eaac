"""A report with what the rows of the live database say of its claims."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from pgconform.check import said_of
from pgconform.constraints.jsonshapes import refusals, taken
from pgconform.finding import Finding
from pgconform.pairs.pair import FieldPair, Pair, RelationPair
from pgconform.pairs.pairing import relation_pairs
from pgconform.pairs.rows import CountedPair, LookupPair
from pgconform.pairs.shapes import ShapePair, shaped
from pgconform.pairs.world import World
from pgconform.project.rows.looking import Looking, looking
from pgconform.project.rows.refused import TEXTS, Refused, refused
from pgconform.report import Report
from pgconform.rules import Rule
from pgconform.schema import Relation, Schema
from pgconform.shape import Labels, Scalar, Type

_LOOKED_AT = frozenset({"table", "partitioned table", "partition", "view", "materialized view"})


def with_rows(report: Report, world: World, dsn: str, claims: Iterable[Schema], rules: Iterable[Rule]) -> Report:
    """The report and what the rules say of rows; what could not be looked at is not judged."""
    wanted = [rule for rule in rules if rule.on in (CountedPair, LookupPair, ShapePair)]
    fields = [pair for claim in claims for pair in _fields(world, claim)]
    if not wanted or not fields:
        return report
    with looking(dsn) as look:
        pairs = [*_counted(fields, look), *_looked_up(fields, look), *_sampled(fields, look)]
    found = {(one.code, one.message, one.at): one for one in said_of(pairs, wanted)}
    full = report.of(sorted([*report.findings, *found.values()], key=Finding.order))
    return replace(full, unjudged=(*full.unjudged, *look.unread))


def _fields(world: World, claim: Schema) -> Iterator[FieldPair]:
    """The columns of models that a row is made into, or that are sent, of relations that have rows."""
    for said in claim.relations:
        truth = world.relation(said.name, said.schema)
        if said.kind == "model" and said.enforced and truth is not None and truth.kind in _LOOKED_AT:
            pairs = relation_pairs(RelationPair(world, truth, said))
            yield from (pair for pair in pairs if isinstance(pair, FieldPair) and pair.truth and pair.claim)


def _home(pair: FieldPair) -> Relation:
    assert pair.relation.truth is not None
    return pair.relation.truth


def _counted(fields: Iterable[FieldPair], look: Looking) -> Iterator[Pair]:
    asked: defaultdict[str, list[tuple[FieldPair, Refused]]] = defaultdict(list)
    for pair in fields:
        if pair.access.reads:
            asked[_home(pair).qualified] += [(pair, one) for one in refused(pair, utf8=look.utf8)]
    for _, questions in sorted(asked.items()):
        relation = _home(questions[0][0]) if questions else None
        counts = look.counted(relation, [one for _, one in questions]) if relation else []
        for (pair, one), rows in zip(questions, counts, strict=False):
            yield CountedPair(pair, one.takes, rows, look.written(_home(pair), one.condition))


def _looked_up(fields: Iterable[FieldPair], look: Looking) -> Iterator[Pair]:
    known: dict[tuple[str, str], tuple[str, ...]] = {}
    for pair in fields:
        mine = _labels(pair.claim.type if pair.claim else None)
        found = _lookup(pair) if mine else None
        if found is None:
            continue
        relation, column = found
        key = (relation.qualified, column)
        if key not in known:
            known[key] = look.labels(relation, column)
        if known[key]:
            yield LookupPair(pair, mine, known[key], relation.name)


def _labels(type_: Type | None) -> tuple[str, ...]:
    return type_.values if isinstance(type_, Labels) else ()


def _lookup(pair: FieldPair) -> tuple[Relation, str] | None:
    """The table and the column of text that the claimed column alone refers to."""
    assert pair.truth is not None
    for link in pair.world.unfolded(_home(pair)).links:
        target = pair.world.relation(link.target, link.target_schema)
        if link.columns == (pair.truth.name,) and target is not None and link.enforced:
            key = target.field(link.target_columns[0])
            if key is not None and isinstance(key.type, Scalar) and key.type.kind in TEXTS:
                return target, key.name
    return None


def _sampled(fields: Iterable[FieldPair], look: Looking) -> Iterator[Pair]:
    for pair in fields:
        claim = pair.claim
        if claim is None or pair.truth is None or not (pair.access.reads and shaped(pair)):
            continue
        values, every = look.values(_home(pair), pair.truth.name)
        counts = Counter(shape for value in values for shape in {*refusals(value, taken(claim))})
        for shape, count in sorted(counts.items(), key=lambda item: (item[0].path, item[0].what, item[0].said)):
            yield ShapePair(pair, "rows", shape, (count, len(values)), every=every)
