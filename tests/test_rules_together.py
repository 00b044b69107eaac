"""What only shows when all claims of a relation are seen together, and rules of the truth that run on request."""

from __future__ import annotations

from msgspec.structs import replace

from pgconform.check import check
from pgconform.finding import Finding
from pgconform.request import Query
from pgconform.rules import all_rules
from pgconform.schema import Access, Check, Key, Link, NamedType, Relation, Schema
from pgconform.shape import Labels
from tests.flowing import queries
from tests.schemas import claim, column, only, said, schema, table

JOBS = schema(table("jobs", "id int4! = 1", "state text", "note text = 'x'"))
ROW = claim("jobs", "id int", "state 'new'|'done'", holder="Job", access=Access.READ)


def asked(code: str, truth: Schema, body: str, *claims: Relation) -> list[Finding]:
    """The findings of one rule on requests and further claims."""
    rules = [rule for rule in all_rules() if rule.code == code]
    found: list[Query] = queries(body)
    return check(truth, Schema(relations=claims, queries=tuple(found)), rules=rules)


def test_a_model_of_any_role_describes_a_relation_and_a_document_does_not() -> None:
    use = "db.table('jobs').select('id').execute()"
    assert len(asked("REL006", JOBS, use)) == 1
    assert len(asked("REL006", JOBS, use, claim("jobs", "id int", kind="document"))) == 1
    assert asked("REL006", JOBS, use, ROW) == []


def test_models_of_two_roles_may_differ_and_of_one_may_not() -> None:
    other = claim("jobs", "id str", "state 'new'|'done'", holder="JobRow", access=Access.READ)
    assert said(only("COL010", JOBS, ROW, other)) == ["info JobRow.id is str, Job.id is int: both are of jobs.id"]
    assert only("COL010", JOBS, ROW, replace(other, access=Access.INSERT)) == []
    assert only("COL010", JOBS, ROW, replace(other, certain=False)) == []


def test_a_column_is_always_given_only_when_all_writers_are_known() -> None:
    insert = "db.table('jobs').insert({'state': 'a'}).execute()\n"
    assert said(asked("NUL004", JOBS, insert)) == [
        "info jobs.state may be NULL, and every insert gives it a value (1 in all)"
    ]
    for more in (
        "db.table('jobs').insert({'note': 'b'}).execute()",
        "def f(rows):\n    db.table('jobs').insert(rows).execute()",
        "db.table('jobs').update({'state': None}).eq('id', 1).execute()",
        "def f(state):\n    db.table('jobs').update({'state': state}).eq('id', 1).execute()",
    ):
        assert asked("NUL004", JOBS, insert + more) == []


def test_a_label_that_is_written_and_that_no_reader_knows() -> None:
    body = "db.table('jobs').update({'state': 'lost'}).eq('id', 1).execute()"
    assert said(asked("ENM008", JOBS, body, ROW)) == ['info jobs.state is set to "lost", which Job.state does not know']
    assert asked("ENM008", JOBS, body.replace("lost", "done"), ROW) == []
    closed = schema(table("jobs", "id int4!", "state new|done"))
    assert asked("ENM008", closed, body, ROW) == []


def test_models_whose_sets_of_one_open_column_differ() -> None:
    other = claim("jobs", "state 'new'|'old'", holder="Form", access=Access.INSERT)
    (finding,) = only("ENM008", JOBS, ROW, other)
    assert 'Job.state and Form.state differ in "done", "old"' in finding.message


def test_labels_of_another_schemas_enum_of_that_name_are_told_apart() -> None:
    states = (
        NamedType("state", "billing", "enum", Labels(("paid", "due"))),
        NamedType("state", "public", "enum", Labels(("new", "done"))),
    )
    jobs = table("jobs", replace(column("state text"), type=Labels(("new", "done"), "state")))
    truth = schema(jobs, types=states)
    (finding,) = only("ENM001", truth, claim("jobs", "state 'paid'|'due'", holder="Job", access=Access.READ))
    assert finding.help.endswith("; those of Job.state are of billing.state")


def test_only_a_key_that_always_holds_makes_an_insert_fail() -> None:
    body = "def f(state):\n    db.table('jobs').insert({'state': state}).execute()"
    for key, count in (
        (Key(("state",), "unique", "jobs_state"), 1),
        (Key(("state",), "index", "jobs_state", partial="(id > 1)"), 0),
        (Key(("state", "note"), "unique", "jobs_both"), 0),
        (Key(("state",), "primary", "jobs_pkey"), 0),
    ):
        truth = schema(replace(JOBS.relations[0], keys=(key,)))
        assert len(asked("KEY003", truth, body)) == count
        assert asked("KEY003", truth, body.replace("insert(", "upsert(")) == []


def test_foreign_keys_that_null_puts_out_of_force_or_no_index_helps() -> None:
    link = Link(("state", "note"), "public", "states", ("a", "b"), "fk", indexed=False)
    jobs = replace(JOBS.relations[0], links=(link,))
    assert len(only("LNK104", schema(jobs), claim("jobs", "id int"))) == 1
    assert len(only("LNK105", schema(jobs), claim("jobs", "id int"))) == 1
    guarded = replace(jobs, checks=(Check("num_nulls(state, note) <> 1", "both", ("state", "note")),))
    assert only("LNK104", schema(guarded), claim("jobs", "id int")) == []
    for better in (replace(link, full_match=True), replace(link, columns=("id", "note"))):
        assert only("LNK104", schema(replace(jobs, links=(better,))), claim("jobs", "id int")) == []
    for indexed in (True, None):
        silent = schema(replace(jobs, links=(replace(link, indexed=indexed),)))
        assert only("LNK105", silent, claim("jobs", "id int")) == []


def test_constraints_that_rows_need_not_fulfil() -> None:
    checks = (Check("id > 0", "fresh", validated=False), Check("id > 1", "idle", enforced=False), Check("id > 2", "on"))
    truth = schema(replace(JOBS.relations[0], checks=checks))
    assert said(only("CON006", truth, claim("jobs", "id int"))) == [
        "info CHECK fresh of jobs is not validated",
        "info CHECK idle of jobs is not enforced",
    ]
