"""REL and KEY, LNK, MIG, SRC: existence, keys and what could not be read."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pgconform.finding import Rename
from pgconform.schema import Access, Check, Dropped, Key, Link, Relation, Transport, Unread, Writable
from pgconform.shape import Location
from tests.schemas import claim, column, only, said, schema, table

TRUTH = schema(
    table("documents", "id uuid!", "title text"),
    table("credit_accounts", "id uuid!"),
    table("credit_ledger", "id uuid!"),
    table("blog_entries", "id uuid!"),
    table("log_entries", "id uuid!"),
    table("auth.users", "id uuid!"),
    table("basejump.account_user", "id uuid!"),
    origin="migrations: db",
    dropped=(
        Dropped("user_mcp_credentials", "public", at=Location("7.sql", 3)),
        Dropped("papers", "public", renamed_to="documents", at=Location("8.sql", 1)),
    ),
)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("trigger_event_logs", 'there is no table "trigger_event_logs" in schema public'),
        ("document", 'there is no table "document" in schema public; did you mean "documents"?'),
        ("credits", 'there is no table "credits" in schema public'),
        ("entries", 'there is no table "entries" in schema public; did you mean "blog_entries" or "log_entries"?'),
        ("users", 'there is no table "users" in schema public; schema auth has one'),
        (
            "user_mcp_credentials",
            'there is no table "user_mcp_credentials" in schema public; a migration drops it',
        ),
        ("papers", 'there is no table "papers" in schema public; it was renamed to "documents"'),
        ("auth.user", 'there is no table "user" in schema auth; did you mean "users"?'),
    ],
)
def test_an_unknown_relation_says_where_else_to_look(name: str, message: str) -> None:
    assert said(only("REL001", TRUTH, claim(name))) == [f"error {message}"]


def test_a_qualified_name_in_the_tables_place_is_told_apart() -> None:
    chain = Relation("basejump.account_user", "public", "query", transport=Transport.POSTGREST, access=Access.READ)
    (finding,) = only("REL001", TRUTH, chain)
    assert finding.message.endswith("; basejump.account_user is a table of schema basejump")
    assert '.schema("basejump").table("account_user")' in finding.help
    assert finding.consequence == "the read fails with 404 PGRST205; no migration creates it"


def test_a_name_with_its_own_schema_before_it_is_written_without() -> None:
    chain = Relation("public.documents", "public", "query", transport=Transport.POSTGREST, access=Access.READ)
    (finding,) = only("REL001", TRUTH, chain)
    assert finding.message.endswith('in schema public; did you mean "documents"?')
    assert (finding.help, finding.safe) == ('write "documents"', True)
    assert finding.change == Rename("public.documents", "documents")


@pytest.mark.parametrize(
    ("name", "transport", "told"),
    [
        ("information_schema.columns", Transport.POSTGREST, True),
        ("pg_tables", Transport.POSTGREST, True),
        ("pg_tables", Transport.PSYCOPG, False),
        ("pages", Transport.POSTGREST, False),
    ],
)
def test_the_api_exposes_no_catalogue(name: str, transport: Transport, *, told: bool) -> None:
    (finding,) = only("REL001", TRUTH, Relation(name, "public", "query", transport=transport, access=Access.READ))
    assert finding.help.startswith("the API exposes no catalogue") is told


def test_one_near_name_is_proposed_as_a_rename_and_two_are_not() -> None:
    assert only("REL001", TRUTH, claim("document"))[0].change == Rename("document", "documents")
    assert only("REL001", TRUTH, claim("entries"))[0].change is None


def test_a_near_name_without_the_columns_that_are_used_is_not_proposed() -> None:
    truth = schema(table("audit_log", "id uuid!", "account_id uuid!", "action text!", "details jsonb"))
    missing = 'there is no table "admin_audit_log" in schema public'
    used = [f"{name} ?" for name in ("admin_id", "target_id", "action", "details")]
    assert said(only("REL001", truth, claim("admin_audit_log", *used))) == [f"error {missing}"]
    near = f'error {missing}; did you mean "audit_log"?'
    assert said(only("REL001", truth, claim("admin_audit_log", *used[2:]))) == [near]
    assert said(only("REL001", truth, claim("audit_logs", *used)))[0].endswith('did you mean "audit_log"?')


def test_the_prefix_of_a_product_is_known_and_another_kind_of_thing_is_not_meant() -> None:
    names = ("sources", "projects", "document_versions", "tasks")
    truth = schema(*(table(f"archon_{name}", "id uuid!") for name in names))
    assert only("REL001", truth, claim("sources"))[0].change == Rename("sources", "archon_sources")
    assert only("REL001", truth, claim("documents"))[0].change is None


def test_a_dropped_relation_points_at_the_migration_that_drops_it() -> None:
    assert str(only("REL001", TRUTH, claim("user_mcp_credentials"))[0].truth_at) == "7.sql:3"


def test_what_only_tells_of_an_unknown_relation_is_warned_of_and_an_inference_is_info() -> None:
    told = claim("nowhere", kind="document", access=Access.MENTION)
    assert [finding.severity.value for finding in only("REL001", TRUTH, told)] == ["warning"]
    assert [finding.severity.value for finding in only("REL001", TRUTH, claim("nowhere", certain=False))] == ["info"]


@pytest.mark.parametrize(
    ("name", "severity"),
    [("account_user", "info"), ("users", "warning"), ("auth.account_user", "warning")],
)
def test_a_document_that_leaves_out_the_schema_of_a_table_only_leaves_it_out(name: str, severity: str) -> None:
    """Of another schema of the project, that is: "users" is not said of the platform's "auth.users"."""
    told = claim(name, kind="document", access=Access.MENTION)
    assert [finding.severity.value for finding in only("REL001", TRUTH, told)] == [severity]


def test_a_relation_that_could_not_be_read_is_not_called_unknown() -> None:
    unread = Unread('relation "base" does not exist', "statement", subject="base", at=Location("1.sql", 1))
    truth = schema(*TRUTH.relations, unread=(unread,))
    assert only("REL001", truth, claim("base")) == []
    (finding,) = only("REL003", truth, claim("base"))
    assert (finding.message, str(finding.at)) == ("base is only partly known: none of it is in view", "1.sql:1")


def test_system_catalogues_are_left_alone() -> None:
    assert only("REL001", TRUTH, claim("pg_catalog.pg_class"), claim("information_schema.tables")) == []


def test_a_name_of_two_searched_schemas_is_ambiguous_unless_the_schema_is_said() -> None:
    truth = schema(table("a.tags"), table("b.tags"), table("b.only"))
    found = only("REL002", truth, claim("tags"), claim("a.tags"), claim("only"), schemas=("a", "b"))
    assert said(found) == ['info "tags" is a table of the schemas a and b; taken as a.tags']


@pytest.mark.parametrize(
    ("kind", "writable", "access", "code"),
    [
        ("view", Writable(insert=False), Access.INSERT, "55000"),
        ("view", Writable(insert=False), Access.UPDATE, None),
        ("view", Writable(update=False), Access.UPDATE, "55000"),
        ("view", None, Access.INSERT, None),
        ("view", Writable(insert=False, update=False), Access.READ, None),
        ("materialized view", None, Access.INSERT, "42809"),
        ("table", Writable(), Access.INSERT, None),
    ],
)
def test_a_write_to_what_takes_none(kind: str, writable: Writable | None, access: Access, code: str | None) -> None:
    truth = schema(table("totals", "n int8", kind=kind, writable=writable))
    found = only("REL004", truth, claim("totals", access=access))
    assert [code in finding.consequence for finding in found if code] == ([True] if code else [])
    assert len(found) == (code is not None)


def test_a_partition_is_not_there_over_the_api_and_worth_knowing_elsewhere() -> None:
    truth = schema(table("logs", "id int8!"), Relation("logs_2024", "public", partition_of=("public", "logs")))
    over_api = claim("logs_2024", kind="query", transport=Transport.POSTGREST)
    assert said(only("REL005", truth, over_api)) == ["error logs_2024 is a partition of logs"]
    assert said(only("REL005", truth, claim("logs_2024", "id int"))) == ["info logs_2024 is a partition of logs"]
    assert only("COL001", truth, claim("logs_2024", "id int")) == []


KEYED = schema(
    table(
        "members",
        "team int8!",
        "person int8!",
        "email text",
        "slug text",
        keys=(
            Key(("team", "person"), "primary"),
            Key(("slug",), "index", partial="slug IS NOT NULL"),
            Key(("email",), "unique", deferrable=True),
        ),
    )
)


def target(*columns: str) -> Relation:
    return claim("members", kind="payload", access=Access.INSERT, keys=(Key(columns, "target"),))


def test_a_conflict_target_matches_a_unique_set_in_any_order() -> None:
    assert only("KEY001", KEYED, target("person", "team")) == []


@pytest.mark.parametrize(
    ("columns", "rest"),
    [
        (("team",), ""),
        (("slug",), ", only a partial, expression or deferrable one"),
        (("email",), ", only a partial, expression or deferrable one"),
    ],
)
def test_a_conflict_target_without_a_usable_constraint(columns: tuple[str, ...], rest: str) -> None:
    (finding,) = only("KEY001", KEYED, target(*columns))
    assert finding.message == f"members has no unique constraint on ({', '.join(columns)}){rest}"
    assert "42P10" in finding.consequence
    assert finding.help == "unique are (team, person)"


def test_a_conflict_target_of_unknown_columns_is_the_columns_affair() -> None:
    assert only("KEY001", KEYED, target("nothing")) == []


def test_a_models_key_must_identify_a_row() -> None:
    keyed = [claim("members", keys=(Key(columns, "primary"),)) for columns in (("team",), ("team", "person", "email"))]
    assert said(only("KEY002", KEYED, *keyed)) == ["warning (team) does not identify a row of members"]


@pytest.mark.parametrize(
    ("made", "severity"),
    [
        ({"default": "nextval('log_id_seq'::regclass)"}, "info"),
        ({"default": "gen_random_uuid()"}, "info"),
        ({"identity": "always"}, "info"),
        ({"default": "now()"}, "warning"),
    ],
)
def test_a_column_that_the_database_numbers_does_what_a_partitioned_tables_key_cannot(
    made: dict[str, str], severity: str
) -> None:
    numbered = replace(column("id int8!"), **made)
    truth = schema(table("log", numbered, "at timestamptz!", keys=(Key(("id", "at"), "primary"),)))
    one = claim("log", "id int", keys=(Key(("id",), "primary"),))
    assert [finding.severity for finding in only("KEY002", truth, one)] == [severity]


def test_a_declared_foreign_key_is_held_against_the_databases() -> None:
    here = Link(("owner",), "public", "users", ("id",))
    truth = schema(table("notes", "owner uuid", "team uuid", links=(here,)), table("users", "id uuid!"))
    declared = [
        claim("notes", links=(Link(("owner",), "", "users", ("id",)),), holder="Same"),
        claim("notes", links=(Link(("owner",), "", "teams", ("id",)),), holder="Other"),
        claim("notes", links=(Link(("team",), "", "teams", ("id",)),), holder="None"),
    ]
    assert {finding.holder: finding.message for finding in only("LNK101", truth, *declared)} == {
        "Other": "notes (owner) refers to users, not to teams",
        "None": "notes has no foreign key on (team)",
    }


def test_a_foreign_key_between_different_types_is_told_at_its_column() -> None:
    links = (Link(("owner",), "public", "users", ("id",)),)
    truth = schema(table("notes", column("owner int4"), links=links), table("users", "id int8!"))
    (finding,) = only("LNK102", truth, claim("notes"))
    assert (finding.subject, finding.message) == (
        "notes.owner",
        "notes.owner is int4, but refers to users.id, which is int8",
    )


def test_what_the_migrations_and_sources_could_not_give() -> None:
    at = Location("3.sql", 5)
    unread = tuple(Unread("because", kind, "documents", at) for kind in ("statement", "shadowed", "dynamic"))
    truth = schema(*TRUTH.relations, unread=unread)
    assert said(only("MIG001", truth)) == ["info this statement could not be applied: because"]
    assert said(only("MIG002", truth)) == ["warning this CREATE does nothing: because"]


def test_sql_of_the_truth_is_not_left_out_as_python_is() -> None:
    """`exclude` is of Python files alone."""
    broken = Unread("no text", "decode", at=Location("schema.sql"))
    (finding,) = only("SRC001", schema(*TRUTH.relations, unread=(broken,)))
    assert "under sql in [tool.pgconform]" in finding.help


def test_an_unreadable_file_of_a_claim_is_said_and_not_judged() -> None:
    from pgconform.check import judge

    broken = Unread("invalid syntax", "syntax", at=Location("old.py", 2))
    report = judge(TRUTH, schema(unread=(broken,)))
    assert [(finding.code, str(finding.at)) for finding in report.findings] == [("SRC001", "old.py:2")]
    assert report.unjudged == (broken,)


def test_a_statement_of_a_program_that_is_not_judged_is_none_of_a_migration() -> None:
    from pgconform.check import judge

    other = Unread("which database this is for is not known", "statement", at=Location("app.py", 2))
    report = judge(TRUTH, schema(unread=(other,)))
    assert (report.findings, report.unjudged) == ((), (other,))


def test_a_check_that_was_not_understood_is_said_once_for_a_claimed_table() -> None:
    checks = (
        Check("a < b", "ordered", ("a", "b")),
        Check("a > 0", "positive", ("a",), understood=True),
    )
    truth = schema(table("spans", "a int4", "b int4", checks=checks))
    found = only("CON010", truth, claim("spans"), claim("spans", access=Access.INSERT))
    assert said(found) == ["info CHECK ordered of spans compares a, b: not held against any claim"]
    assert only("CON010", truth) == []


def test_what_a_declared_foreign_key_does_on_delete() -> None:
    def link(on_delete: str = "no action", on_update: str = "no action") -> Link:
        return Link(("owner",), "public", "users", ("id",), on_delete=on_delete, on_update=on_update)

    def declared(on_delete: str = "no action", on_update: str = "no action") -> list[str]:
        return said(only("LNK103", truth, claim("notes", links=(link(on_delete, on_update),))))

    truth = schema(table("notes", "owner uuid", links=(link(on_delete="cascade", on_update="restrict"),)))
    assert declared(on_delete="set null") == [
        "warning on delete, the foreign key (owner) of notes does cascade, not set null"
    ]
    assert declared(on_delete="cascade") == declared() == declared(on_update="restrict") == []


def test_what_a_library_makes_for_itself_is_no_fault_of_the_migrations() -> None:
    asked = claim("langchain_pg_embedding", kind="statement")
    (finding,) = only("REL001", TRUTH, asked)
    assert (finding.severity.value, finding.help.split()[0]) == ("info", "LangChain")
    gone = schema(dropped=(Dropped("langchain_pg_embedding", "public"),))
    assert [item.severity.value for item in only("REL001", gone, asked)] == ["error"]
