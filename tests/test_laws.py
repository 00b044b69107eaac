"""The laws that hold for every schema and every claim, whatever they are about."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pgconform.check import check, judge
from pgconform.drift.differences import differences
from pgconform.finding import Severity
from pgconform.lattice import Verdict, fits
from pgconform.pairs.pair import FieldPair
from pgconform.pairs.pairing import pairs
from pgconform.pairs.world import World
from pgconform.report import Status
from pgconform.schema import Relation, Schema, Transport
from pgconform.shape import Field, Location, Type, Unknown, Value
from pgconform.sources import migrations, postgres, snapshot
from tests.conftest import ROOT
from tests.strategies import claims_of, near, python_types, truths, types

law = settings(max_examples=60, phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])
transports = st.sampled_from(Transport)
claimed = truths().flatmap(lambda truth: st.tuples(st.just(truth), claims_of(truth)))


@law
@given(types | python_types, transports)
def test_a_type_fits_itself(type_: Type, transport: Transport) -> None:
    assert fits(type_, type_, transport).verdict in (Verdict.YES, Verdict.UNKNOWN)


@law
@given(types, python_types, python_types, transports)
def test_what_passes_through_another_type_fits(source: Type, middle: Type, target: Type, transport: Transport) -> None:
    steps = fits(source, middle, transport).verdict, fits(middle, target, transport).verdict
    if max(steps) is Verdict.YES:
        assert fits(source, target, transport).verdict in (Verdict.YES, Verdict.UNKNOWN)


@law
@given(truths())
def test_a_truth_conforms_to_itself(truth: Schema) -> None:
    assert check(truth, truth) == []


@law
@given(truths(), st.randoms(use_true_random=False))
def test_the_fingerprint_ignores_order_and_places(truth: Schema, chance: random.Random) -> None:
    assert _elsewhere(_shuffled(truth, chance)).fingerprint() == truth.fingerprint()


@law
@given(truths())
def test_a_snapshot_round_trips(snapshot_file: Path, truth: Schema) -> None:
    snapshot.write(truth, snapshot_file)
    again = snapshot.read(snapshot_file)
    assert again.normal() == truth.normal()
    assert again.fingerprint() == truth.fingerprint()
    assert check(truth, again) == []


@law
@given(truths().flatmap(lambda now: st.tuples(st.just(now), near(now) | truths())))
def test_drift_is_empty_exactly_when_the_normal_forms_are_equal(pair: tuple[Schema, Schema]) -> None:
    now, then = pair
    equal = now.normal() == then.normal()
    assert (not list(differences(now, then))) == equal
    assert (not check(now, then)) == equal


@law
@given(truths(), st.randoms(use_true_random=False))
def test_drift_ignores_order_and_places(truth: Schema, chance: random.Random) -> None:
    assert check(truth, _elsewhere(_shuffled(truth, chance))) == []


@law
@given(truths(), truths())
def test_drift_the_other_way_round_has_the_same_subjects(now: Schema, then: Schema) -> None:
    assert [found.subject for found in differences(now, then)] == [found.subject for found in differences(then, now)]


@law
@given(claimed)
def test_silence_is_not_a_claim(pair: tuple[Schema, Schema]) -> None:
    truth, claim = pair
    names = {relation.name: {field.name for field in relation.fields} for relation in truth.relations}
    silent = [
        replace(
            relation,
            fields=tuple(Field(field.name) for field in relation.fields if field.name in names.get(relation.name, ())),
            keys=(),
            whole=False,
        )
        for relation in claim.relations
    ]
    reading = [relation for relation in silent if not relation.access.writes]
    findings = judge(truth, Schema(relations=tuple(reading))).findings
    told = {finding.code for finding in findings if finding.source != "truth"}
    assert told <= {"REL001", "COL001"}
    assert all(finding.code != "COL001" or _in_other_schema(truth, finding.relation) for finding in findings)


@law
@given(claimed)
def test_a_finding_says_what_it_is_about_and_no_more_than_its_claim_allows(pair: tuple[Schema, Schema]) -> None:
    truth, claim = pair
    certain = {relation.kind for relation in claim.relations if relation.certain}
    for finding in check(truth, claim):
        assert finding.message
        assert "\n" not in finding.message
        assert finding.code
        assert finding.subject
        if finding.severity is Severity.ERROR:
            assert finding.source in certain - {"document"}


@law
@given(claimed, st.randoms(use_true_random=False))
def test_findings_do_not_depend_on_the_order_of_what_is_read(
    pair: tuple[Schema, Schema], chance: random.Random
) -> None:
    truth, claim = pair
    turned = replace(claim, relations=tuple(reversed(claim.relations)))
    assert check(_shuffled(truth, chance), turned) == check(truth, claim)


@law
@given(claimed)
def test_every_site_is_judged_or_said_not_to_be(pair: tuple[Schema, Schema]) -> None:
    truth, claim = pair
    report = judge(truth, claim)
    world = World(truth)
    sites = sum(found.site for found in pairs(world, claim))
    assert report.judged + len(report.unjudged) == sites
    worst = {finding.relation for finding in report.findings if finding.severity is Severity.ERROR}
    assert {name for name, status in report.relations if status is Status.ERRORS} <= worst


@law
@given(claimed)
def test_unknown_types_give_no_finding_about_types(pair: tuple[Schema, Schema]) -> None:
    truth, claim = pair
    for found in pairs(World(truth), claim):
        if isinstance(found, FieldPair) and found.claim and isinstance(found.claim.type, Unknown):
            worst, _ = found.judged
            assert worst is None or worst.verdict is Verdict.UNKNOWN


def test_migrations_and_the_database_they_build_are_equal(pg_dsn: str, tmp_path: Path) -> None:
    sql = (ROOT / "tests" / "sql" / "everything.sql").read_bytes()
    (tmp_path / "1.sql").write_bytes(sql)
    migrated = migrations.read([tmp_path / "1.sql"], tmp_path, supabase=False, cached=False)
    assert not migrated.unread
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(sql)
    assert [finding.message for finding in check(postgres.read(pg_dsn), migrated)] == []


@pytest.fixture(scope="module")
def snapshot_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("snapshot") / "pgconform.lock.json"


def _in_other_schema(truth: Schema, qualified: str) -> bool:
    """Another relation of that name has the columns that this one lacks."""
    name = qualified.rpartition(".")[2]
    return sum(relation.name == name for relation in truth.relations) > 1


def _shuffled(schema: Schema, chance: random.Random) -> Schema:
    def mixed(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(items, len(items)))

    def within(one: Relation) -> Relation:
        parts = ("fields", "keys", "links", "checks", "policies", "triggers")
        return replace(one, **{part: mixed(getattr(one, part)) for part in parts})

    return replace(
        schema,
        relations=mixed(tuple(map(within, schema.relations))),
        types=mixed(schema.types),
        functions=mixed(schema.functions),
    )


def _elsewhere(schema: Schema) -> Schema:
    """The same schema with every place moved."""

    def moved(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(moved, value))
        if not isinstance(value, Value | Schema):
            return value
        parts = {name: moved(getattr(value, name)) for name in value.__struct_fields__}
        if "at" in parts:
            parts["at"] = Location("elsewhere.sql", 7)
        return replace(value, **parts)

    found: Schema = moved(schema)
    return found
