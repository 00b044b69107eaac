"""TYP: which rule speaks of which pair of types, how gravely, and in which direction."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pgconform.check import check
from pgconform.finding import Retype
from pgconform.rules import all_rules
from pgconform.schema import Access, Relation, Transport
from pgconform.shape import Bounds, Scalar
from tests.schemas import claim, field, only, said, schema, table

TYPES = [rule for rule in all_rules() if rule.code.startswith("TYP")]


def types(
    column: str, field: str, access: Access = Access.READ, transport: Transport = Transport.POSTGREST
) -> list[str]:
    """``severity code`` of each finding about the types of one column."""
    one = claim("t", f"c {field}", access=access, transport=transport)
    found = check(schema(table("t", f"c {column}!")), schema(one), rules=TYPES)
    return [f"{finding.severity} {finding.code}" for finding in found]


@pytest.mark.parametrize(
    ("column", "field", "expected"),
    [
        ("uuid", "int", "error TYP001"),
        ("int8", "float", "info TYP001"),
        ("numeric", "Decimal", "info TYP004"),
        ("numeric", "float", "info TYP004"),
        ("bpchar(3)", "'a'|'b'", "error TYP008"),
        ("bpchar(3)", "'a'|'abc'", "warning TYP008"),
        ("bytea", "bytes", "warning TYP009"),
        ("uuid", "uuid4", "info TYP010"),
        ("timestamp", "datetime_aware", "error TYP011"),
        ("timestamptz", "datetime_naive", "error TYP011"),
        ("timestamptz", "time", "error TYP012"),
        ("date", "time", "error TYP012"),
        ("interval", "timedelta", "warning TYP014"),
        ("date", "date", "info TYP015"),
        ("text[]", "str", "error TYP016"),
        ("text", "list[str]", "error TYP016"),
        ("text[]", "list[str]", "info TYP017"),
        ("text[]", "list[str|None]", "info TYP031"),
        ("int4range", "list[int]", "error TYP018"),
        ("jsonb", "json", "warning TYP019"),
        ("inet", "ipv4address", "warning TYP025"),
        ("timestamptz", "strict_datetime", "error TYP030"),
        ("uuid", "strict_uuid", "error TYP030"),
    ],
)
def test_each_misfit_of_a_read_has_one_rule(column: str, field: str, expected: str) -> None:
    assert types(column, field) == [expected]


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("text", "str"),
        ("uuid", "UUID"),
        ("uuid", "str"),
        ("int4", "int"),
        ("bool", "bool"),
        ("jsonb", "json_value"),
        ("numeric(10,2)", "float"),
        ("int4range", "str"),
        ("text", "?"),
        ("?", "int"),
        ("new|done", "str"),
        ("text", "'a'|'b'"),
        ("bpchar(3)", "'abc'"),
        ("int4[]", "list[json_value]"),
        ("int4[]", "list[?|None]"),
    ],
)
def test_what_fits_or_is_not_known_gives_nothing(column: str, field: str) -> None:
    assert types(column, field) == []


@pytest.mark.parametrize(
    ("column", "field", "expected"),
    [
        ("int2", "int", "info TYP002"),
        ("numeric", "float", "info TYP005"),
        ("timestamptz", "datetime", "info TYP011"),
        ("timestamp", "datetime_aware", "warning TYP011"),
        ("date", "datetime", "warning TYP012"),
        ("text[]", "str", "error TYP016"),
        ("int4range", "int", "error TYP018"),
        ("uuid", "int", "error TYP001"),
    ],
)
def test_each_misfit_of_a_write_has_one_rule(column: str, field: str, expected: str) -> None:
    assert types(column, field, Access.INSERT) == [expected]


def test_a_type_that_an_annotation_alone_tells_refuses_nothing_by_itself() -> None:
    said = claim("t", "c int", access=Access.INSERT)
    loose = replace(said, fields=tuple([replace(one, enforced=False) for one in said.fields]))
    found = check(schema(table("t", "c uuid!")), schema(loose), rules=TYPES)
    assert [f"{finding.severity} {finding.code}" for finding in found] == ["warning TYP001"]


def test_the_transport_decides() -> None:
    assert types("uuid", "str", transport=Transport.PSYCOPG) == ["error TYP001"]
    assert types("uuid", "str", transport=Transport.POSTGREST) == []


def test_the_graver_direction_speaks() -> None:
    assert types("timestamptz", "datetime_naive", Access.BOTH) == ["error TYP011"]


@pytest.mark.parametrize(
    ("column", "field", "transport", "severity"),
    [
        ("uuid", "int", Transport.POSTGREST, "warning"),
        ("uuid", "int", Transport.PSYCOPG, "info"),
        ("bytea", "bytes", Transport.POSTGREST, "info"),
    ],
)
def test_an_inferred_binding_is_never_an_error(column: str, field: str, transport: Transport, severity: str) -> None:
    one = claim("t", f"c {field}", transport=transport, certain=False)
    found = check(schema(table("t", f"c {column}!")), schema(one), rules=TYPES)
    assert [finding.severity.value for finding in found] == [severity]


@pytest.mark.parametrize(
    ("fields", "kind", "severity"),
    [
        (("a str", "b str", "d str", "c int"), "uuid", "warning"),
        (("a str", "x str", "d str", "c int"), "uuid", "info"),
        (("a str", "b str", "d str", "c int? = None"), "uuid", "info"),
        (("a str", "b str", "d str", "c strict_int"), "text", "info"),
    ],
)
def test_a_class_bound_by_its_name_is_warned_of_only_where_nearly_all_of_it_is_read_from_columns(
    fields: tuple[str, ...], kind: str, severity: str
) -> None:
    one = claim("t", *fields, transport=Transport.POSTGREST, certain=False)
    found = check(schema(table("t", "a text!", "b text!", "d text!", f"c {kind}!")), schema(one), rules=TYPES)
    assert [(finding.subject, finding.severity.value) for finding in found] == [("t.c", severity)]


def test_a_finding_names_both_types_a_witness_and_the_remedy() -> None:
    truth = schema(table("documents", "at timestamp!"))
    (finding,) = only("TYP011", truth, claim("documents", "at datetime_aware", transport=Transport.POSTGREST))
    assert finding.message == "documents.at is timestamp, Model.at is datetime_aware"
    assert finding.witness == "2024-01-01T12:34:56"
    assert finding.change == Retype(Scalar("timestamp", raw="timestamp"))


@pytest.mark.parametrize(
    ("column", "told", "expected"),
    [
        ("text", "varchar(20)", ["info"]),
        ("int8", "int4", ["info"]),
        ("varchar(10)", "varchar(20)", ["warning"]),
        ("uuid", "text", ["warning"]),
        ("text[]", "text", ["warning"]),
        ("timestamptz", "timestamptz", []),
        ("text[]", "varchar[]", ["info"]),
        ("uuid", "?", []),
    ],
)
def test_a_type_that_a_document_tells_is_compared_by_name(column: str, told: str, expected: list[str]) -> None:
    document = Relation(
        "t", kind="document", fields=table("t", f"c {told}!").fields, access=Access.MENTION, whole=False
    )
    found = check(schema(table("t", f"c {column}!")), schema(document), rules=TYPES)
    assert [finding.severity.value for finding in found] == expected


def test_rules_about_values_that_every_column_of_a_type_may_hold_are_run_on_request() -> None:
    assert {rule.code for rule in TYPES if rule.preview} == {"TYP005", "TYP015", "TYP017", "TYP024", "TYP031"}
    one = claim("t", "c date", "d list[str]", "e list[int|None]", transport=Transport.POSTGREST)
    assert said(check(schema(table("t", "c date!", "d text[]!", "e int4[]!")), schema(one))) == []


@pytest.mark.parametrize("transport", [Transport.ASYNCPG, Transport.PSYCOPG, Transport.SQLALCHEMY])
@pytest.mark.parametrize(("column", "field"), [("timestamptz", "pg_timestamptz"), ("date", "pg_date"), ("date", "Any")])
def test_what_a_driver_cannot_give_of_endless_times_is_no_matter_of_the_type(
    column: str, field: str, transport: Transport
) -> None:
    for access in (Access.READ, Access.INSERT):
        assert set(types(column, field, access, transport)) - {"info TYP029"} <= {"info TYP015"}


def test_of_what_is_sent_only_what_always_happens_is_said() -> None:
    truth = schema(table("t", "n int4!", "at date!", "id uuid!", "raw bytea!"))
    sent = claim("t", "n int|float", "at datetime", "id str", "raw str", kind="payload", access=Access.INSERT)
    found = check(truth, schema(sent), rules=TYPES)
    assert [(finding.subject, finding.severity.value) for finding in found] == [("t.at", "warning")]
    assert len(check(truth, schema(claim("t", "n list[int]", kind="payload", access=Access.INSERT)), rules=TYPES)) == 1


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (None, ["info"]),
        (Bounds(ge="0"), ["info"]),
        (Bounds(ge="0", le="100"), []),
        (Bounds(ge="0", le="40000"), ["warning"]),
        (Bounds(gt="-32769", lt="32768"), []),
        (Bounds(ge="-32769", lt="5"), ["warning"]),
    ],
)
def test_whole_numbers_are_held_to_the_columns_width(limits: Bounds | None, expected: list[str]) -> None:
    truth = schema(table("t", "n int2!", "m int8!"))
    one = claim("t", field("n int", bounds=limits), field("m int", bounds=limits), access=Access.INSERT)
    assert [finding.severity.value for finding in only("TYP002", truth, one)] == expected
    assert only("TYP002", truth, claim("t", field("n int", bounds=limits), access=Access.BOTH)) == []


@pytest.mark.parametrize(
    ("access", "limits", "expected"),
    [
        (Access.INSERT, None, ["info t.n keeps 2 decimal places, Model.n has any number"]),
        (Access.INSERT, Bounds(decimal_places=2), []),
        (Access.INSERT, Bounds(decimal_places=4), ["warning t.n keeps 2 decimal places, Model.n has 4"]),
        (
            Access.INSERT,
            Bounds(max_digits=12, decimal_places=2),
            ["warning t.n takes 8 digits before the point, Model.n has 10"],
        ),
        (Access.INSERT, Bounds(max_digits=10, decimal_places=2), []),
        (Access.READ, None, []),
        (Access.READ, Bounds(decimal_places=1), ["warning t.n has 2 decimal places, Model.n takes 1"]),
        (Access.READ, Bounds(decimal_places=2), []),
    ],
)
def test_decimal_digits_are_held_to_the_columns(access: Access, limits: Bounds | None, expected: list[str]) -> None:
    truth = schema(table("t", "n numeric(10,2)!", "m numeric!"))
    one = claim("t", field("n Decimal", bounds=limits), access=access)
    assert said(only("TYP003", truth, one)) == expected
    free = claim("t", field("m Decimal", bounds=Bounds(decimal_places=2)))
    assert said(only("TYP003", truth, free)) == ["info t.m has any number of decimal places, Model.m takes 2"]


def test_a_column_of_json_may_hold_a_null_of_its_own() -> None:
    truth = schema(table("t", "c jsonb!"))
    assert only("NUL002", truth, claim("t", "c dict?")) == []


def test_elements_that_may_be_none_are_judged_by_the_rest() -> None:
    assert types("int4[]", "list[int|None]", Access.INSERT) == []
    assert types("numeric[]", "list[Decimal|None]") == ["info TYP004"]


def test_a_field_of_any_type_is_info_where_the_columns_type_is_known() -> None:
    truth = schema(table("t", "a text", "b jsonb", "c ?"))
    found = only("TYP029", truth, claim("t", "a Any", "b Any", "c Any"))
    assert said(found) == ["info t.a is text, Model.a takes anything"]
