"""COL and NUL: columns that are not there, are left out, or take no NULL."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pgconform.finding import AddField, DropField, Rename, Renull
from pgconform.rules.default_differs import constant
from pgconform.schema import Access, Argument, Dropped, Function, Key, Link, Relation, Transport, Unread
from pgconform.shape import Location, Scalar
from tests.schemas import claim, column, field, only, said, schema, table

TRUTH = schema(
    table(
        "documents",
        "id uuid! = gen_random_uuid()",
        "title text!",
        "notes text",
        "ip_address inet",
        "created_at timestamptz! = now()",
    ),
    dropped=(
        Dropped("documents", "public", "body", at=Location("5.sql", 2)),
        Dropped("documents", "public", "caption", renamed_to="title", at=Location("6.sql", 1)),
    ),
)


def payload(*fields: str, access: Access = Access.INSERT, whole: bool = True) -> Relation:
    return claim("documents", *fields, access=access, kind="payload", whole=whole, transport=Transport.POSTGREST)


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("error_message", ""),
        ("note", '; did you mean "notes"?'),
        ("createdAt", '; did you mean "created_at"?'),
        ("ip", '; did you mean "ip_address"?'),
        ("titel", '; did you mean "title"?'),
        ("body", "; a migration drops it"),
        ("caption", '; it was renamed to "title"'),
    ],
)
def test_an_unknown_column_says_what_was_meant(name: str, rest: str) -> None:
    found = only("COL001", TRUTH, payload(f"{name} ?", access=Access.UPDATE))
    assert said(found) == [f'error documents has no column "{name}"{rest}']
    assert found[0].consequence == "the update fails with PGRST204"
    assert isinstance(found[0].change, Rename) == ("did you mean" in rest or "renamed" in rest)


def test_a_bare_id_is_meant_only_of_its_own_table() -> None:
    truth = schema(table("uploads", "id uuid!", "created_by uuid"))
    (own,) = only("COL001", truth, claim("uploads", "upload_id uuid"))
    assert own.change == Rename("upload_id", "id")
    (other,) = only("COL001", truth, claim("uploads", "user_id uuid"))
    assert other.change is None


def test_a_constraint_that_kept_the_old_name_tells_the_column() -> None:
    link = Link(("created_by",), "auth", "users", ("id",), name="uploads_user_id_fkey")
    truth = schema(table("uploads", "id uuid!", "created_by uuid", links=(link,)))
    (found,) = only("COL001", truth, claim("uploads", "user_id uuid"))
    assert (found.change, found.safe) == (Rename("user_id", "created_by"), False)


def test_of_a_claim_that_is_only_inferred_no_longer_name_is_proposed() -> None:
    truth = schema(table("projects", "id uuid!", "prompt_template text"))
    assert only("COL001", truth, claim("projects", "template str"))[0].change is not None
    assert only("COL001", truth, claim("projects", "template str", certain=False))[0].change is None
    keys = schema(table("keys", "id uuid!", "secret_hash text", "name text"))
    assert only("COL001", keys, claim("keys", "secret str", "name str", certain=False))[0].change is None
    assert only("COL001", keys, claim("keys", "key_id uuid", certain=False))[0].change == Rename("key_id", "id")


def test_a_column_that_the_claim_already_names_is_not_proposed() -> None:
    (finding,) = only("COL001", TRUTH, payload("title ?", "titel ?"))
    assert finding.message == 'documents has no column "titel"'


def test_the_type_and_the_place_decide_between_names_equally_near() -> None:
    truth = schema(table("people", "name_first text", "name_age int4", "id uuid"))
    (finding,) = only("COL001", truth, claim("people", "name str"))
    assert finding.change == Rename("name", "name_first")
    truth = schema(table("people", "id uuid", "name_first text", "rank int4", "name_last text", "age int4"))
    (finding,) = only("COL001", truth, claim("people", "rank int", "name str", "age int"))
    assert finding.change == Rename("name", "name_last")


@pytest.mark.parametrize(
    ("one", "severity", "consequence"),
    [
        (
            claim("documents", "stars int"),
            "error",
            'no row has it: validation fails with "Field required"',
        ),
        (claim("documents", "stars int = 0"), "warning", "no row ever fills Model.stars: it keeps its default"),
        (claim("documents", "stars int", certain=False), "info", "no row has it"),
        (claim("documents", "stars int", kind="class", enforced=False), "error", "no row has a value for Model.stars"),
        (claim("documents", "stars int", access=Access.INSERT), "error", "the insert fails with 42703"),
        (claim("documents", "stars ?", kind="query"), "error", "the read fails with 42703"),
        (claim("documents", "stars ?", kind="document", access=Access.MENTION), "warning", "whoever follows this"),
        (
            claim("documents", "stars int = 0", access=Access.BOTH, transport=Transport.SQLALCHEMY),
            "error",
            "each query of it fails with 42703",
        ),
    ],
)
def test_how_bad_an_unknown_column_is_depends_on_who_names_it(one: Relation, severity: str, consequence: str) -> None:
    (finding,) = only("COL001", TRUTH, one)
    assert finding.severity == severity
    assert finding.consequence.startswith(consequence)


def test_nothing_is_said_about_columns_of_a_partly_known_relation() -> None:
    partly = schema(table("documents", "id uuid", whole=False))
    altered = schema(*TRUTH.relations, unread=(Unread("type vector does not exist", "statement", "documents"),))
    assert only("COL001", partly, payload("stars ?")) == only("COL001", altered, payload("stars ?")) == []


def test_system_columns_and_functions_of_the_row_can_be_read_and_not_written() -> None:
    shout = Function("shout", "public", (Argument("", Scalar("documents", raw="documents")),))
    truth = schema(*TRUTH.relations, functions=(shout,))
    names = ("ctid ?", "shout ?")
    assert only("COL001", truth, claim("documents", *names, kind="query")) == []
    assert len(only("COL001", truth, payload(*names))) == 2


def test_an_insert_must_give_what_has_no_default() -> None:
    (finding,) = only("COL002", TRUTH, payload("notes str"))
    assert (finding.severity, finding.message) == (
        "error",
        "Model leaves out documents.title, which is NOT NULL and has no default",
    )
    assert finding.consequence == 'the insert fails with 23502 (null value in column "title")'
    assert finding.change == AddField("title", Scalar("text", raw="text"))


@pytest.mark.parametrize(
    "one",
    [
        payload("title str"),
        payload("notes str", access=Access.UPDATE),
        payload("notes str", whole=False),
        claim("documents", "notes str", whole=True),
    ],
)
def test_an_update_a_read_and_an_unfinished_payload_may_leave_columns_out(one: Relation) -> None:
    assert only("COL002", TRUTH, one) == []


def test_a_key_sent_only_sometimes_is_a_warning_and_a_models_default_is_sent() -> None:
    maybe = claim("documents", column("title text", required=False), kind="payload", access=Access.INSERT)
    (finding,) = only("COL002", TRUTH, maybe)
    assert (finding.severity.value, finding.change) == ("warning", None)
    assert finding.message.startswith("Model may leave out documents.title")
    assert only("COL002", TRUTH, claim("documents", "title str = 'x'", access=Access.INSERT)) == []
    left_out = payload()
    model = claim("documents", "notes str", access=Access.INSERT, whole=True)
    inferred = claim("documents", "notes str", access=Access.INSERT, whole=True, certain=False)
    severities = [only("COL002", TRUTH, one)[0].severity.value for one in (left_out, model, inferred)]
    assert severities == ["error", "warning", "info"]


def test_a_column_that_a_trigger_or_who_knows_may_fill_is_not_missed() -> None:
    truth = schema(table("documents", replace(column("title text!"), filled=None)))
    assert only("COL002", truth, payload()) == []


def test_none_that_a_trigger_may_mend_is_not_an_error() -> None:
    truth = schema(table("documents", replace(column("title text!"), filled=None)))
    assert only("NUL003", truth, payload("title None?")) == []
    assert len(only("NUL003", truth, payload("title None?", access=Access.UPDATE))) == 1


def test_a_view_may_have_a_default_of_its_own() -> None:
    base = table("t", "n int4!", "m int4!")
    shown = (column("n int4!", origin=("public", "t", "n")), column("m int4! = 1", origin=("public", "t", "m")))
    truth = schema(base, Relation("v", "public", "view", shown))
    sent = claim("v", access=Access.INSERT, kind="payload", whole=True)
    assert [finding.subject for finding in only("COL002", truth, sent)] == ["v.n"]


def test_a_row_model_that_leaves_out_a_column() -> None:
    truth = schema(table("documents", "id uuid!", "title text"))
    open_, closed, inferred = (
        claim("documents", "id UUID", whole=True, extra=extra, certain=certain)
        for extra, certain in (("", True), ("forbid", True), ("forbid", False))
    )
    assert said(only("COL003", truth, open_)) == ["info Model does not say documents.title (text)"]
    assert said(only("COL003", truth, closed)) == ["warning Model does not say documents.title (text)"]
    assert [finding.severity.value for finding in only("COL003", truth, inferred)] == ["info"]
    assert only("COL003", truth, claim("documents", "id UUID", whole=True, kind="query")) == []


GENERATED = schema(
    table(
        "orders",
        column("id int8!", identity="always"),
        column("number int8!", identity="by default"),
        column("legacy int4! = nextval('orders_legacy_seq'::regclass)"),
        column("total numeric", generated="stored"),
        "qty int4! = 1",
    )
)


def test_only_the_database_writes_generated_columns() -> None:
    sent = claim("orders", "id int", "total Decimal", "number int", access=Access.UPDATE, kind="payload")
    assert said(only("COL004", GENERATED, sent)) == [
        "error orders.id is GENERATED ALWAYS AS IDENTITY; Model.id writes to it",
        "error orders.total is a generated column; Model.total writes to it",
    ]
    unset = claim("orders", "total Decimal? = None", access=Access.INSERT)
    (finding,) = only("COL004", GENERATED, unset)
    assert (finding.severity.value, finding.change) == ("warning", DropField("total"))
    assert only("COL004", GENERATED, claim("orders", "id int", "total Decimal")) == []


def test_a_number_given_past_its_sequence_is_worth_knowing() -> None:
    sent = claim("orders", "id int", "number int", "legacy int", "qty int", access=Access.INSERT, kind="payload")
    assert [finding.subject for finding in only("COL006", GENERATED, sent)] == ["orders.legacy", "orders.number"]
    assert only("COL006", GENERATED, claim("orders", "number int = None", access=Access.INSERT)) == []


def test_a_view_passes_its_base_columns_facts_on_to_a_write() -> None:
    fields = tuple(column(f"{name} int8", origin=("public", "orders", name)) for name in ("id", "qty"))
    view = Relation("open_orders", "public", "view", fields)
    truth = schema(*GENERATED.relations, view)
    sent = claim("open_orders", "id int", "qty int?", access=Access.INSERT, kind="payload")
    assert [finding.subject for finding in only("COL004", truth, sent)] == ["open_orders.id"]
    assert [finding.subject for finding in only("NUL003", truth, sent)] == ["open_orders.qty"]


def test_a_field_that_hides_a_method() -> None:
    truth = schema(table("files", "schema text", "copy text", "size int8"))
    model = claim("files", "schema str", field("copy str", attribute="copy_"), "size int")
    assert said(only("COL005", truth, model)) == ["info Model.schema hides the method BaseModel.schema()"]


def test_an_insert_model_that_demands_what_has_a_default() -> None:
    model = claim("documents", "title str", "created_at datetime", access=Access.INSERT)
    assert said(only("COL007", TRUTH, model)) == [
        "info Model.created_at is required; the database fills documents.created_at (default now())"
    ]


@pytest.mark.parametrize(
    ("sql", "python", "differs"),
    [
        ("'draft'::text", "'draft'", False),
        ("'draft'::public.status", '"new"', True),
        ("0", "0", False),
        ("0.00", "0", False),
        ("'1'::numeric", "1", False),
        ("(-1)", "-1", False),
        ("true", "True", False),
        ("true", "False", True),
        ("now()", "datetime.now", False),
        ("'it''s'::text", '"it\'s"', False),
        ("'{}'::jsonb", "{}", False),
    ],
)
def test_defaults_are_compared_by_value_and_only_when_both_are_constant(sql: str, python: str, differs: bool) -> None:
    truth = schema(table("t", f"c text = {sql}"))
    assert bool(only("COL008", truth, claim("t", f"c str = {python}", access=Access.INSERT))) == differs
    assert constant("now()") is None


def test_a_nullable_column_read_as_required() -> None:
    (finding,) = only("NUL001", TRUTH, claim("documents", "notes str", "title str"))
    assert said([finding]) == ["warning documents.notes is nullable, Model.notes takes no None"]
    assert (finding.change, finding.witness) == (Renull(nullable=True), "NULL")
    assert finding.help == "write  str | None = None"


def test_null_arrives_is_info_where_the_binding_was_inferred_and_nothing_where_nothing_is_known() -> None:
    assert only("NUL001", TRUTH, claim("documents", "notes str", certain=False))[0].severity == "info"
    filled = schema(table("documents", "made_at timestamptz = now()"))
    assert only("NUL001", filled, claim("documents", "made_at datetime"))[0].severity == "info"
    assert only("NUL001", TRUTH, claim("documents", "notes str?", "title str")) == []
    view = schema(Relation("v", "public", "view", (field("c ?"),)))
    assert only("NUL001", view, claim("v", "c str")) == []


def test_a_document_that_says_not_null() -> None:
    told = claim("documents", "notes str", kind="document", access=Access.MENTION)
    (finding,) = only("NUL001", TRUTH, told)
    assert said([finding]) == ["warning documents.notes is nullable; the document's notes is said to be NOT NULL"]
    assert finding.help == "say that it may be NULL"
    told = claim("documents", "title str?", kind="document", access=Access.MENTION)
    (finding,) = only("NUL002", TRUTH, told)
    assert said([finding]) == ["info documents.title is NOT NULL; the document's title is said to be nullable"]
    assert finding.help == "say that it is NOT NULL"


def test_a_never_null_column_read_as_nullable_is_info_and_only_in_a_read() -> None:
    assert said(only("NUL002", TRUTH, claim("documents", "title str?"))) == [
        "info documents.title is NOT NULL, Model.title allows None"
    ]
    assert only("NUL002", TRUTH, claim("documents", "title str?", access=Access.BOTH)) == []


@pytest.mark.parametrize(
    ("one", "severity"),
    [
        (payload("title None?"), "error"),
        (payload("title str?"), "info"),
        (payload("title None?", access=Access.UPDATE), "error"),
        (claim("documents", "title str? = None", access=Access.INSERT), "warning"),
        (claim("documents", "title str? = None", access=Access.INSERT, certain=False), "info"),
        (claim("documents", "title str? = None", access=Access.UPDATE), "info"),
        (claim("documents", "id UUID? = None", access=Access.INSERT), "info"),
        (payload("notes None?"), None),
        (claim("documents", "title Any?", access=Access.INSERT), None),
        (claim("documents", "title str?"), None),
    ],
)
def test_none_written_to_a_not_null_column(one: Relation, severity: str | None) -> None:
    assert [finding.severity.value for finding in only("NUL003", TRUTH, one)] == ([severity] if severity else [])


def test_a_views_column_that_nothing_proves_not_null_is_info() -> None:
    column_ = replace(column("n int8"), nullable=None)
    truth = schema(Relation("totals", "public", "view", (column_,)), table("t", column_))
    assert len(only("NUL006", truth, claim("totals", "n int"))) == 1
    others = [claim("totals", "n int?"), claim("t", "n int"), claim("totals", "n int", access=Access.INSERT)]
    assert only("NUL006", truth, *others) == []


def test_an_update_that_holds_the_primary_key_is_info() -> None:
    truth = schema(table("documents", "id uuid!", "title text", keys=(Key(("id",), "primary"), Key(("title",)))))
    found = only("COL009", truth, claim("documents", "id UUID", "title str", access=Access.UPDATE))
    assert [finding.subject for finding in found] == ["documents.id"]
    assert only("COL009", truth, claim("documents", "id UUID", access=Access.INSERT)) == []


def test_what_a_missing_key_may_be_is_said() -> None:
    truth = schema(table("calls", "id uuid! = uuid()", "direction inbound|outbound!", "body text!"))
    sent = claim("calls", access=Access.INSERT, kind="payload", whole=True)
    assert [finding.help for finding in only("COL002", truth, sent)] == [
        "send body (text), or give the column a default",
        'send direction (one of "inbound", "outbound"): "inbound" or "outbound", or give the column a default',
    ]
