"""What `check` and `judge` add to the rules: stamps, ceilings, order, coverage and status."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from pgconform.check import check, default_rules, judge
from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import FieldPair, RelationPair, UnreadPair
from pgconform.postgrest.config import PostgrestConfig
from pgconform.report import Status
from pgconform.request import Query, Text
from pgconform.rules import Rule
from pgconform.schema import Access, Relation, Unread
from pgconform.shape import Location
from tests.schemas import claim, field, schema, table

TRUTH = schema(table("documents", "id uuid!", "title text"), table("users", "id uuid!"), origin="migrations: db")


def always(pair: RelationPair) -> Iterator[Finding]:
    yield Finding(Severity.ERROR, "always")


ALWAYS = Rule("XXX001", "always", "said of every claim", RelationPair, always)


def test_a_finding_is_stamped_with_its_rule_and_its_pair() -> None:
    (finding,) = check(TRUTH, schema(claim("documents", holder="Document")), rules=[ALWAYS])
    assert (finding.code, finding.name, finding.subject) == ("XXX001", "always", "documents")
    assert (finding.relation, finding.source, finding.holder) == ("public.documents", "model", "Document")
    assert (str(finding.at), str(finding.truth_at)) == ("models.py:1", "1.sql:1")


def test_what_a_rule_says_itself_is_kept() -> None:
    def judge_it(pair: RelationPair) -> Iterator[Finding]:
        yield Finding(Severity.INFO, "m", code="YYY009", subject="s", at=Location("x.py", 9))

    rule = Rule("XXX001", "n", "s", RelationPair, judge_it)
    (finding,) = check(TRUTH, schema(claim("documents")), rules=[rule])
    assert (finding.code, finding.name, finding.subject, str(finding.at)) == ("YYY009", "n", "s", "x.py:9")


def test_a_claim_limits_how_severe_a_finding_may_be() -> None:
    said = [
        claim("documents", holder="certain"),
        claim("documents", holder="inferred", certain=False, at=Location("models.py", 2)),
        claim("documents", holder="told", kind="document", at=Location("README.md", 1)),
    ]
    findings = check(TRUTH, schema(*said), rules=[ALWAYS])
    assert {finding.holder: finding.severity for finding in findings} == {
        "certain": Severity.ERROR,
        "inferred": Severity.WARNING,
        "told": Severity.WARNING,
    }


@pytest.mark.parametrize(
    ("uri", "severity"),
    [
        ("app/contest.py", "error"),
        ("app/latest/x.py", "error"),
        ("app/test.sql", "error"),
        ("ab_test/x.py", "error"),
        ("app/routes/test.py", "error"),
        ("tests/unit/x.py", "info"),
        ("test/x.py", "info"),
        ("app/e2e-tests/x.py", "info"),
        ("app/integration_tests/x.py", "info"),
        ("app/tests.py", "info"),
        ("app/test_x.py", "info"),
        ("app/x_test.py", "info"),
        ("conftest.py", "info"),
    ],
)
def test_what_stands_in_a_test_is_info(uri: str, severity: str) -> None:
    (finding,) = check(TRUTH, schema(claim("documents", at=Location(uri, 1))), rules=[ALWAYS])
    assert finding.severity == severity


def test_the_same_words_at_two_places_are_two_findings_and_at_one_place_one() -> None:
    places = [Location("a.py", 3), Location("a.py", 9), Location("a.py", 3)]
    findings = check(TRUTH, schema(*(claim("documents", at=at) for at in places)), rules=[ALWAYS])
    assert [finding.at for finding in findings] == [Location("a.py", 3), Location("a.py", 9)]


def test_findings_are_sorted_by_place_however_the_claims_come() -> None:
    claims = [schema(claim("users", at=Location(uri, line))) for uri, line in (("b.py", 1), ("a.py", 10), ("a.py", 9))]
    forwards, backwards = (check(TRUTH, *order, rules=[ALWAYS]) for order in (claims, claims[::-1]))
    assert [str(finding.at) for finding in forwards] == ["a.py:9", "a.py:10", "b.py:1"]
    assert [finding.at for finding in backwards] == [finding.at for finding in forwards]


def test_every_claimed_relation_and_column_counts_as_a_site() -> None:
    report = judge(TRUTH, schema(claim("documents", "id UUID", "titel str"), claim("nothing")), rules=[])
    assert (report.judged, report.unjudged) == (4, ())


def test_what_could_not_be_judged_is_counted_and_said() -> None:
    partly = schema(Relation("documents", "public", whole=False), table("users", "id uuid!"))
    dynamic = Unread("the table's name is computed", "dynamic", at=Location("z.py", 4))
    report = judge(
        partly, schema(claim("documents", "id UUID"), claim("users", "id UUID"), unread=(dynamic,)), rules=[]
    )
    assert report.judged == 3
    assert [unread.kind for unread in report.unjudged] == ["partly known", "dynamic"]


def test_a_place_that_is_reached_in_several_ways_gives_one_finding_the_gravest() -> None:
    said = [claim("documents", holder="inferred", certain=False), claim("documents", holder="certain")]
    (finding,) = check(TRUTH, schema(*said), rules=[ALWAYS])
    assert (finding.holder, finding.severity) == ("certain", Severity.ERROR)


def test_the_status_of_each_relation_is_that_of_its_worst_finding() -> None:
    def worse(pair: FieldPair) -> Iterator[Finding]:
        yield Finding(Severity.ERROR if pair.name == "id" else Severity.WARNING, "x")

    rule = Rule("XXX002", "worse", "said of every field", FieldPair, worse)
    truth = schema(*TRUTH.relations, table("tags"), table("other.tags"))
    claims = schema(claim("documents", "title str"), claim("users", "id UUID"))
    report = judge(truth, claims, rules=[rule])
    assert report.relations == (
        ("public.documents", Status.WARNINGS),
        ("public.tags", Status.CONFORMS),
        ("public.users", Status.ERRORS),
    )
    only_warnings = report.of(one for one in report.findings if one.severity is not Severity.ERROR)
    assert dict(only_warnings.relations)["public.users"] is Status.CONFORMS
    assert (len(only_warnings.findings), only_warnings.failed) == (1, True)


def test_a_report_counts_what_truth_and_claims_hold() -> None:
    report = judge(TRUTH, schema(claim("documents"), claim("users")), rules=[])
    assert dict(report.truth.counts) == {"table": 2}
    assert dict(report.claims[0].counts) == {"model": 2}
    assert (report.truth.origin, report.truth.files, report.claims[0].files) == ("migrations: db", 1, 1)


def test_info_fails_nothing() -> None:
    def mild(pair: RelationPair) -> Iterator[Finding]:
        yield Finding(Severity.INFO, "by the way")

    report = judge(TRUTH, schema(claim("documents")), rules=[Rule("XXX003", "mild", "s", RelationPair, mild)])
    assert report.count(Severity.INFO) == 1
    assert not report.failed


def test_the_truth_speaks_for_itself_once_per_claimed_relation() -> None:
    unread = (Unread("syntax error", "statement", at=Location("9.sql", 1)),)
    seen: list[str] = []

    def note(pair: UnreadPair) -> Iterator[Finding]:
        seen.append(pair.unread.reason)
        yield from ()

    truth = schema(*TRUTH.relations, unread=unread)
    check(
        truth,
        schema(claim("documents"), claim("documents", access=Access.INSERT)),
        rules=[Rule("X", "x", "x", UnreadPair, note)],
    )
    assert seen == ["syntax error"]


def test_preview_rules_run_only_when_chosen() -> None:
    assert all(not rule.preview for rule in default_rules())


def test_a_relation_that_does_not_exist_is_one_finding_not_one_per_column() -> None:
    findings = check(TRUTH, schema(claim("nothing", "a ?", "b ?")))
    assert [finding.code for finding in findings] == ["REL001"]


def test_unsaid_parts_are_never_compared() -> None:
    silent = claim("documents", field("id ?"), field("title ?"), access=Access.BOTH)
    assert check(TRUTH, schema(silent)) == []


def test_requests_are_judged_as_the_api_of_the_searched_schemas_would() -> None:
    text = Text("documents", Location("app.py", 4))
    query = Query("select", text, select=(Text("id, stars", Location("app.py", 4)),), at=text.at)
    report = judge(TRUTH, schema(queries=(query, replace(query, relation=Text("nothing", text.at)))))
    assert [(finding.code, finding.consequence) for finding in report.findings] == [
        ("COL001", "the read fails with 42703 (column does not exist)"),
        ("REL001", "the read fails with 404 PGRST205; no migration creates it"),
    ]
    hidden = check(TRUTH, schema(queries=(query,)), postgrest=PostgrestConfig(schemas=("api",)))
    assert "COL001" not in {finding.code for finding in hidden}
