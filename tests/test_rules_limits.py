"""ENM and CON: closed sets, ranges, lengths and patterns on both sides."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pgconform.finding import Rebound, Relabel, Rename
from pgconform.schema import Access, Relation
from pgconform.shape import Bounds
from tests.schemas import claim, column, field, only, said, schema, table

TRUTH = schema(
    table(
        "jobs",
        "status new|running|done!",
        column("kind text", bounds=Bounds(labels=("in progress", "ended"))),
        "tags a|b[]",
        "note text",
        "code varchar(5)",
        column("name text", bounds=Bounds(min_length=2, max_length=40)),
        column("price numeric(10,2)", bounds=Bounds(gt="0")),
        column("qty int4", bounds=Bounds(ge="1", lt="100")),
        column("slug text", bounds=Bounds(pattern="^[a-z]+$")),
        "total int8",
    )
)
WRITE = Access.INSERT


def sent(text: str) -> Relation:
    return claim("jobs", text, access=WRITE, kind="payload")


def test_a_label_that_a_reader_does_not_know() -> None:
    (finding,) = only("ENM001", TRUTH, claim("jobs", "status 'new'|'done'"))
    assert said([finding]) == ['warning jobs.status may be "running", which Model.status does not know']
    assert (finding.witness, finding.change) == ("running", Relabel(("new", "running", "done")))


def test_a_reader_that_knows_no_label_at_all_always_fails() -> None:
    (finding,) = only("ENM001", TRUTH, claim("jobs", "status 'open'|'shut'"))
    assert finding.severity == "error"
    assert only("ENM001", TRUTH, claim("jobs", "status 'open'", certain=False))[0].severity == "warning"


@pytest.mark.parametrize(
    ("code", "fields", "access", "severity"),
    [
        ("ENM001", ("status 'new'|'done'", "note str"), Access.READ, "warning"),
        ("ENM001", ("status 'new'|'done'", "words str"), Access.READ, "info"),
        ("ENM002", ("status 'new'|'gone'", "note str"), Access.INSERT, "info"),
        ("ENM009", ("kind 'in_progress'|'ended'", "note str"), Access.UPDATE, "info"),
        ("ENM009", ("kind 'in_progress'|'ended'", "note str"), Access.READ, "warning"),
    ],
)
def test_labels_of_a_class_that_only_its_name_binds(
    code: str, fields: tuple[str, ...], access: Access, severity: str
) -> None:
    """It may be a request, of which the program makes the row, or another thing of that name."""
    assert [one.severity for one in only(code, TRUTH, claim("jobs", *fields, access=access, certain=False))] == [
        severity
    ]


def test_a_checks_list_and_an_arrays_labels_count_too() -> None:
    found = only("ENM001", TRUTH, claim("jobs", "kind 'in progress'", "tags list['a']"))
    assert [finding.witness for finding in found] == ["ended", "b"]


def test_the_same_labels_in_another_order_conform() -> None:
    same = claim("jobs", "status 'done'|'running'|'new'", access=Access.BOTH)
    assert [only(code, TRUTH, same) for code in ("ENM001", "ENM002", "ENM009")] == [[], [], []]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (sent("status 'gone'"), 'error "gone" is no label of jobs.status'),
        (sent("status 'gone'|'new'"), 'warning "gone" is no label of jobs.status'),
        (
            claim("jobs", "status 'gone'|'lost'|'new'", access=WRITE),
            'warning "gone", "lost" are no label of jobs.status',
        ),
        (claim("jobs", "status 'gone'|'new'|'running'|'done'"), 'info "gone" is no label of jobs.status'),
        (sent("kind 'gone'"), 'error "gone" is no label of jobs.kind'),
    ],
)
def test_a_label_that_the_database_does_not_have(one: Relation, expected: str) -> None:
    assert said(only("ENM002", TRUTH, one)) == [expected]


def test_the_servers_error_tells_an_enum_from_a_check() -> None:
    assert "22P02" in only("ENM002", TRUTH, sent("status 'gone'"))[0].consequence
    assert "23514" in only("ENM002", TRUTH, sent("kind 'gone'"))[0].consequence


@pytest.mark.parametrize("access", [Access.INSERT, Access.UPDATE])
def test_what_a_trigger_may_put_right_before_a_check_sees_it_is_no_error(access: Access) -> None:
    """An enum and the size of a type are looked at when the value arrives; a CHECK only once triggers have run."""
    mended = schema(
        table(
            "jobs",
            replace(column("kind text", bounds=Bounds(labels=("in progress", "ended"))), mended=True),
            replace(column("status new|done"), mended=True),
            replace(column("code text", bounds=Bounds(max_length=2)), mended=True),
            replace(column("note text!"), mended=True),
        )
    )
    for code, text, severity in (
        ("ENM002", "kind 'gone'", "warning"),
        ("ENM009", "kind 'in_progress'", "warning"),
        ("ENM002", "status 'gone'", "error"),
        ("CON002", "code 'long'", "warning"),
        ("NUL003", "note None?", "warning"),
    ):
        one = claim("jobs", text, access=access, kind="payload")
        assert [item.severity.value for item in only(code, mended, one)] == [severity], (code, text)


def test_a_label_spelled_otherwise_is_one_finding_with_the_right_spelling() -> None:
    one = sent("kind 'in_progress'")
    assert said(only("ENM009", TRUTH, one)) == [
        'error "in_progress" is no label of jobs.kind; did you mean "in progress"?'
    ]
    assert only("ENM009", TRUTH, one)[0].change == Rename("in_progress", "in progress")
    assert only("ENM002", TRUTH, one) == only("ENM001", TRUTH, one) == []
    read = claim("jobs", "status 'New'|'RUNNING'|'done'")
    assert [finding.severity.value for finding in only("ENM009", TRUTH, read)] == ["warning", "warning"]


def test_any_text_for_a_column_of_few_labels_is_info_in_a_model() -> None:
    model = claim("jobs", "status str", "tags list[str]", "note str", access=WRITE)
    found = only("ENM003", TRUTH, model)
    assert [finding.subject for finding in found] == ["jobs.status", "jobs.tags"]
    assert only("ENM003", TRUTH, sent("status str"), claim("jobs", "status str")) == []


def test_a_closed_set_over_free_text_is_info() -> None:
    found = only("ENM005", TRUTH, claim("jobs", "note 'a'|'b'", "kind 'ended'", "status 'new'"))
    assert said(found) == ['info jobs.note is text without a CHECK; Model.note takes only "a", "b"']


@pytest.mark.parametrize(
    ("limits", "access", "expected"),
    [
        (Bounds(ge="0"), WRITE, "warning jobs.price takes > 0, Model.price >= 0"),
        (None, WRITE, "info jobs.price takes > 0, Model.price any"),
        (Bounds(gt="0"), WRITE, None),
        (Bounds(ge="1"), WRITE, None),
        (Bounds(ge="1"), Access.READ, "warning Model.price takes >= 1, jobs.price > 0"),
        (Bounds(gt="0"), Access.READ, None),
        (Bounds(le="9"), Access.READ, "info Model.price takes <= 9, jobs.price any"),
    ],
)
def test_ranges_are_held_against_each_other_by_direction(
    limits: Bounds | None, access: Access, expected: str | None
) -> None:
    one = claim("jobs", field("price Decimal", bounds=limits), access=access)
    assert said(only("CON001", TRUTH, one)) == ([expected] if expected else [])


def test_whole_numbers_make_open_and_closed_ends_alike() -> None:
    same = claim("jobs", field("qty int", bounds=Bounds(gt="0", le="99")), access=Access.BOTH)
    wider = claim("jobs", field("qty int", bounds=Bounds(ge="0", le="100")), access=WRITE)
    assert only("CON001", TRUTH, same) == []
    found = only("CON001", TRUTH, wider)
    assert [(finding.witness, finding.change) for finding in found] == [
        ("100", Rebound("le", "99")),
        ("0", Rebound("ge", "1")),
    ]


def test_a_column_of_whole_numbers_makes_the_models_ends_whole() -> None:
    same = claim("jobs", field("qty ?", bounds=Bounds(gt="0", lt="100")), access=Access.BOTH)
    assert only("CON001", TRUTH, same) == []


def test_a_limit_of_zero_is_a_limit() -> None:
    truth = schema(table("t", column("n int4", bounds=Bounds(ge="0"))))
    assert [finding.witness for finding in only("CON001", truth, claim("t", "n int", access=WRITE))] == ["-1"]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (claim("jobs", "code str", access=WRITE), ["info jobs.code takes at most 5 characters, Model.code any"]),
        (
            claim("jobs", field("code str", bounds=Bounds(max_length=9)), access=WRITE),
            ["warning jobs.code takes at most 5 characters, Model.code at most 9 characters"],
        ),
        (claim("jobs", field("code str", bounds=Bounds(max_length=5)), access=Access.BOTH), []),
        (
            claim("jobs", field("code str", bounds=Bounds(max_length=3))),
            ["warning Model.code takes at most 3 characters, jobs.code at most 5 characters"],
        ),
        (
            claim("jobs", field("note str", bounds=Bounds(max_length=3))),
            ["info Model.note takes at most 3 characters, jobs.note any"],
        ),
        (sent("code str"), []),
        (sent("code 'abcdef'"), ['error jobs.code takes 5 characters; "abcdef" is longer']),
        (sent("code 'abcdef'|'abc'"), ['warning jobs.code takes 5 characters; "abcdef" is longer']),
        (sent("code 'abc'"), []),
    ],
)
def test_lengths_of_varchar_and_literals(one: Relation, expected: list[str]) -> None:
    assert said(only("CON002", TRUTH, one)) == expected


def test_lengths_of_a_check_have_two_ends() -> None:
    one = claim("jobs", field("name str", bounds=Bounds(max_length=50)), access=WRITE)
    assert said(only("CON002", TRUTH, one)) == [
        "info jobs.name takes at least 2 characters, Model.name any",
        "warning jobs.name takes at most 40 characters, Model.name at most 50 characters",
    ]


def test_patterns_are_compared_by_their_text() -> None:
    same = claim("jobs", field("slug str", bounds=Bounds(pattern="^[a-z]+$")), access=Access.BOTH)
    other = claim("jobs", field("note str", bounds=Bounds(pattern="^x")), "slug str", access=Access.BOTH)
    assert only("CON003", TRUTH, same) == []
    assert said(only("CON003", TRUTH, other)) == [
        "info Model.note must match ^x, jobs.note takes any text",
        "info jobs.slug must match ^[a-z]+$, Model.slug takes any text",
    ]


def test_an_inferred_binding_makes_limits_info() -> None:
    one = claim("jobs", field("price Decimal", bounds=Bounds(ge="0")), access=WRITE, certain=False)
    assert [finding.severity.value for finding in only("CON001", TRUTH, one)] == ["info"]


def test_a_label_that_is_not_known_is_not_judged() -> None:
    one = claim("jobs", field("status ?"), access=WRITE)
    assert only("ENM002", TRUTH, one) == []
