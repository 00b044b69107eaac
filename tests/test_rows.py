"""What the rows of a live database say of models: counted by the server, as Pydantic itself would refuse them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from pgconform.config import find_project
from pgconform.embedded import Server
from pgconform.errors import Problem
from pgconform.finding import Finding, Severity
from pgconform.pairs.rows import Counted
from pgconform.project.asking import Ask
from pgconform.project.rows import looking
from pgconform.project.rows.refused import Refused
from pgconform.project.run import run as checked
from pgconform.report import Report
from pgconform.schema import Relation
from tests.commands import Run, run
from tests.truths import apply

__all__ = ["run"]
Check = Callable[[str, str], Report]
HEAD = """
from decimal import Decimal
from typing import Annotated, Literal
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
"""
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
PLAIN = st.text(st.sampled_from("aAbz09_ \t\n-é٣ſ"), max_size=5)


class Case(NamedTuple):
    """A column's type, a model's annotation of it, and the values that the column has."""

    column: str
    annotation: str
    values: st.SearchStrategy[Any]


CASES = (
    Case("int4", "Annotated[int, Field(ge=0)]", st.integers(-3, 3)),
    Case("int8", "Annotated[int, Field(lt=2, gt=-2)]", st.integers(-3, 3)),
    Case("int2", "Annotated[int, Field(multiple_of=3)]", st.integers(-9, 9)),
    Case("int4", "Annotated[Decimal, Field(le=1)]", st.integers(-3, 3)),
    Case(
        "numeric",
        "Annotated[Decimal, Field(gt=Decimal('0.5'))]",
        st.decimals(-1, 1, places=3) | st.sampled_from([Decimal("0.50000000000000001"), Decimal("0.5")]),
    ),
    Case("numeric", "Annotated[float, Field(le=0.5)]", st.decimals(-1, 1, places=20)),
    Case("float8", "Annotated[float, Field(gt=0.1)]", st.floats(-1, 1) | st.just(0.1)),
    Case("float4", "Annotated[float, Field(ge=0.1)]", st.floats(-1, 1, width=32) | st.just(0.1)),
    Case("text", "Annotated[str, Field(max_length=3)]", TEXTS),
    Case("varchar(5)", "Annotated[str, Field(min_length=2)]", TEXTS),
    Case("text", "Annotated[str, Field(pattern='^[a-z]*$')]", PLAIN),
    Case("text", r"Annotated[str, Field(pattern=r'^\w+.\d?$')]", PLAIN.filter(str.isascii)),
    Case("name", "Literal['a', 'b']", st.sampled_from("abAB")),
    Case("citext", "Literal['a', 'B']", st.sampled_from("abAB")),
    Case("citext", "Annotated[str, Field(pattern='^[ab]$')]", st.sampled_from("abAB")),
    Case("mood", "Literal['good']", st.sampled_from(["good", "bad"])),
    Case("int4[]", "Annotated[list[int], Field(max_length=2)]", st.lists(st.integers(0, 9), max_size=4)),
    Case("text[]", "Annotated[list[str], Field(min_length=1)]", st.lists(PLAIN, max_size=2)),
    Case("text", "str", st.none() | PLAIN),
)
NAMES = {"Annotated": Annotated, "Decimal": Decimal, "Field": Field, "Literal": Literal}


@pytest.fixture
def check(tmp_path: Path, pg_dsn: str) -> Check:
    """The report on Python code beside a database that SQL was applied to."""

    def judged(sql: str, code: str) -> Report:
        apply(pg_dsn, sql)
        (tmp_path / "pgconform.toml").write_text("")
        (tmp_path / "app.py").write_text(HEAD + code)
        return checked(find_project(tmp_path), Ask(truth=pg_dsn, rows=True))

    return judged


def of(report: Report, code: str) -> list[Finding]:
    return [finding for finding in report.findings if finding.code == code]


@pytest.fixture(scope="module")
def tables(postgres: Server) -> Iterator[str]:
    """A table with one column for each case."""
    dsn = postgres.create_database("rows_of_cases")
    made = "; ".join(f"create table t{number} (v {case.column})" for number, case in enumerate(CASES))
    apply(dsn, f"create extension citext; create type mood as enum ('good', 'bad'); {made}")
    yield dsn
    postgres.drop_database("rows_of_cases")


@pytest.mark.every_version
@pytest.mark.parametrize("transport", ["psycopg", "postgrest"])
@settings(
    max_examples=8,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_server_counts_what_pydantic_refuses(
    transport: str, data: st.DataObject, tables: str, tmp_path: Path
) -> None:
    code = HEAD
    expected: dict[str, int] = {}
    with psycopg.connect(tables, autocommit=True) as connection:
        for number, case in enumerate(CASES):
            values = data.draw(st.lists(case.values, min_size=1, max_size=12), label=case.annotation)
            connection.execute(f"truncate t{number}".encode())
            for value in values:
                connection.execute(f"insert into t{number} values (%s)".encode(), [value])
            code += f"class M{number}(BaseModel):\n    __pgconform__ = 't{number}'\n    v: {case.annotation}\n"
            arrived = arriving(connection, number, transport)
            expected[f"t{number}.v"] = refused_by_pydantic(case.annotation, arrived)
    (tmp_path / "pgconform.toml").write_text(f'transport = "{transport}"')
    (tmp_path / "app.py").write_text(code)
    report = checked(find_project(tmp_path), Ask(truth=tables, rows=True))
    assert report.unjudged == ()
    counted = dict.fromkeys(expected, 0)
    for found in of(report, "CON005"):
        count, total = found.consequence.removeprefix("at least ").partition(" rows ")[0].split(" of ")
        counted[found.subject] += int(count)
        assert found.severity is (Severity.ERROR if count == total else Severity.WARNING)
    assert counted == expected


def arriving(connection: psycopg.Connection, number: int, transport: str) -> list[Any]:
    """The values of a case's table as a program has them."""
    if transport == "psycopg":
        return [value for (value,) in connection.execute(f"select v from t{number}".encode())]
    rows = connection.execute(f"select to_jsonb(t)::text from t{number} t".encode())
    return [json.loads(text)["v"] for (text,) in rows]


def refused_by_pydantic(annotation: str, values: list[Any]) -> int:
    adapter = TypeAdapter(eval(annotation, NAMES))
    refused = 0
    for value in values:
        try:
            adapter.validate_python(value)
        except ValidationError:
            refused += 1
    return refused


ITEMS = "create table items (id int primary key, title text, qty int not null, state text not null);"


def test_a_row_that_the_model_refuses_is_counted_and_shown_how_to_be_found(check: Check, pg_dsn: str) -> None:
    report = check(
        f"{ITEMS} insert into items values (1, 'x', 5, 'new'), (2, null, -5, 'old'), (3, 'long enough', 0, 'new')",
        "class Item(BaseModel):\n    __pgconform__ = 'items'\n    title: Annotated[str, Field(max_length=4)]\n"
        "    qty: Annotated[int, Field(ge=-9)]\n    state: Literal['new', 'old']\n",
    )
    found = of(report, "CON005")
    assert [(one.severity, one.message, one.consequence) for one in found] == [
        (Severity.WARNING, f"items.title has rows that Item.title refuses: it takes {takes}", said)
        for takes, said in (
            ("at most 4 characters", "1 of 3 rows fail validation when they are read"),
            ("no None", "1 of 3 rows fail validation when they are read"),
        )
    ]
    with psycopg.connect(pg_dsn) as connection:
        rows = [connection.execute(one.help.removeprefix("find them:  ").encode()).fetchall() for one in found]
    assert [[row[0] for row in some] for some in rows] == [[3], [2]]
    assert "long enough" not in repr(report)


def test_where_every_row_is_refused_it_is_an_error(check: Check) -> None:
    model = "class Item(BaseModel):\n    __pgconform__ = 'items'\n    state: Literal['new']\n"
    (found,) = of(check(f"{ITEMS} insert into items values (1, 'x', 5, 'old'), (2, 'x', 5, 'old')", model), "CON005")
    assert (found.severity, found.consequence) == (
        Severity.ERROR,
        "2 of 2 rows fail validation when they are read",
    )


def test_an_empty_table_and_a_model_that_only_writes_say_nothing(check: Check) -> None:
    model = "class Item(BaseModel):\n    __pgconform__ = 'items'\n    state: Literal['new']\n"
    assert of(check(ITEMS, model), "CON005") == []
    written = "class ItemCreate(BaseModel):\n    __pgconform__ = 'items'\n    state: Literal['new']\n"
    assert of(check("insert into items values (1, 'x', 5, 'old')", written), "CON005") == []


def test_what_is_changed_before_it_is_measured_is_not_counted(check: Check) -> None:
    report = check(
        f"{ITEMS} insert into items values (1, 'x     ', 5, 'OLD')",
        "from pydantic import field_validator\n"
        "class Item(BaseModel):\n    __pgconform__ = 'items'\n"
        "    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=3)] | None\n"
        "    state: Literal['old']\n"
        "    @field_validator('state', mode='before')\n    def lower(cls, value): return value.lower()\n",
    )
    assert of(report, "CON005") == []


def test_where_counting_takes_too_long_a_part_is_counted(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SECONDS", 0.2)
    monkeypatch.setattr(looking, "PART", 10)
    slow = (
        "create function slow(int) returns int language plpgsql volatile as $$begin perform pg_sleep(0.01); return $1;"
        " end$$; create table base as select n from generate_series(1, 100) n; create view counted as"
        " select slow(n) as n from base;"
    )
    model = "class Counted(BaseModel):\n    __pgconform__ = 'counted'\n    n: Annotated[int, Field(ge=5)]\n"
    report = check(slow, model)
    found = [one for one in of(report, "CON005") if ">= 5" in one.message]
    assert [(one.severity, one.consequence) for one in found] == [
        (Severity.WARNING, "at least 4 of 10 rows that were looked at fail validation when they are read")
    ]


@pytest.mark.every_version
def test_what_may_not_be_seen_is_not_judged_and_its_data_not_told(
    check: Check, postgres: Server, pg_dsn: str, tmp_path: Path
) -> None:
    model = "class Item(BaseModel):\n    __pgconform__ = 'items'\n    state: Literal['new']\n"
    check(
        f"{ITEMS} insert into items values (1, 'x', 5, 'secret'); create role looker login;"
        "grant select on items to looker; alter table items enable row level security;"
        "create policy p on items using (id > 1)",
        model,
    )
    name = psycopg.conninfo.conninfo_to_dict(pg_dsn)["dbname"]
    report = checked(find_project(tmp_path), Ask(truth=postgres.dsn(str(name), "looker"), rows=True))
    assert of(report, "CON005") == []
    reasons = [one.reason for one in report.unjudged]
    apply(pg_dsn, "drop policy p on items; drop owned by looker; drop role looker")
    assert reasons == ["the rows of public.items are not looked at: the role may not read all of it"]
    broken = "create view broken as select (state::int) as n from items"
    report = check(
        broken, "class Broken(BaseModel):\n    __pgconform__ = 'broken'\n    n: Annotated[int, Field(ge=0)]\n"
    )
    assert [one.reason for one in report.unjudged] == [
        "the rows of public.broken are not looked at: the server answers 22P02"
    ]
    assert "secret" not in repr(report)


def test_whatever_a_model_says_is_text_to_the_server(check: Check) -> None:
    report = check(
        'create table odd (a text not null, "b%s" text not null);'
        "insert into odd values ('x''; --%s', '%'), ('y', '\\')",
        "class Odd(BaseModel):\n    __pgconform__ = 'odd'\n"
        "    a: Literal[\"x'; --%s\", '\\\\', '\\0']\n"
        "    b: Annotated[str, Field(alias='b%s', pattern=r\"^[%'\\\\]$\")]\n"
        "class Nul(BaseModel):\n    __pgconform__ = 'odd'\n    a: Annotated[str, Field(pattern='\\ud800')]\n",
    )
    assert report.unjudged == ()
    assert [(one.subject, one.consequence[:6]) for one in of(report, "CON005")] == [("odd.a", "1 of 2")]


@pytest.mark.every_version
def test_what_a_collation_takes_for_equal_a_model_does_not(check: Check, pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        try:
            connection.execute("create collation caseless (provider = icu, locale = 'und', deterministic = false)")
        except psycopg.errors.FeatureNotSupported:
            pytest.skip("this server has no ICU")
    report = check(
        "create table items (a text collate caseless not null, b text collate caseless not null);"
        "insert into items values ('new', 'abc'), ('NEW', 'ABC')",
        "class Item(BaseModel):\n    __pgconform__ = 'items'\n    a: Literal['new']\n"
        "    b: Annotated[str, Field(pattern='^[a-z]{2,}$', max_length=3)]\n",
    )
    assert [(one.subject, one.consequence[:6]) for one in of(report, "CON005")] == [
        ("items.a", "1 of 2"),
        ("items.b", "1 of 2"),
    ]


LOOKUP = (
    "create table states (code text primary key); insert into states values ('new'), ('old'), ('lost');"
    "create table items (id int primary key, state text not null references states);"
)


def test_a_lookup_tables_rows_are_the_labels(check: Check) -> None:
    report = check(
        LOOKUP,
        "class Item(BaseModel):\n    __pgconform__ = 'items'\n    state: Literal['new', 'old', 'gone']\n"
        "class ItemCreate(BaseModel):\n    __pgconform__ = 'items'\n    id: int\n    state: Literal['new', 'gone']\n"
        "class Other(BaseModel):\n    __pgconform__ = 'items'\n    state: Literal['new', 'old', 'lost']\n",
    )
    assert [(one.severity, one.holder, one.message, one.consequence) for one in of(report, "ENM006")] == [
        (Severity.INFO, "Item", '"gone" is no row of states', "no row can refer to it"),
        (
            Severity.WARNING,
            "Item",
            'states has "lost", which Item.state does not know',
            "a row of items that refers to it fails validation",
        ),
        (
            Severity.WARNING,
            "ItemCreate",
            '"gone" is no row of states',
            "the insert fails with 23503 (foreign key violation)",
        ),
    ]


def test_the_model_is_given_the_rows_of_the_lookup_table(check: Check, tmp_path: Path, pg_dsn: str, run: Run) -> None:
    check(
        LOOKUP, "class Item(BaseModel):\n    __pgconform__ = 'items'\n    id: int\n    state: Literal['new', 'old']\n"
    )
    fixed = run("check", "--truth", pg_dsn, "--rows", "--fix", "--select", "ENM006")
    assert fixed.code == 0, fixed.out
    assert "state: Literal['new', 'old', 'lost']" in (tmp_path / "app.py").read_text()


def test_a_table_of_many_rows_is_no_lookup_table(check: Check) -> None:
    report = check(
        f"{LOOKUP} insert into states select n::text from generate_series(1, 300) n",
        "class Item(BaseModel):\n    __pgconform__ = 'items'\n    state: Literal['new']\n",
    )
    assert of(report, "ENM006") == []
    assert [one.reason for one in report.unjudged] == [
        "the rows of public.states are not looked at: it has more than 200 rows"
    ]


NESTED = (
    "class Line(BaseModel):\n    model_config = ConfigDict(extra='forbid')\n    price: Decimal\n"
    "class Order(BaseModel):\n    lines: list[Line]\n    note: str | None = None\n"
    "class Row(BaseModel):\n    __pgconform__ = 'orders'\n    data: Order\n"
)


@pytest.mark.every_version
def test_json_in_rows_is_held_to_the_nested_model(check: Check) -> None:
    report = check(
        "create table orders (id int primary key, data jsonb);"
        """insert into orders values (1, '{"lines": [{"price": 1}]}'), """
        """(2, '{"lines": [{"private": 1}, {"price": []}]}'), (3, '{"note": 5}'), (4, '[]'), (5, null)""",
        NESTED,
    )
    found = of(report, "TYP021")
    assert [(one.severity, one.message, one.help) for one in found] == [
        (Severity.WARNING, message, "so are 1 of 4 rows that were looked at")
        for message in (
            "lines of orders.data is in some rows missing; Row.data requires it",
            "lines[] of orders.data has keys that Row.data forbids",
            "lines[].price of orders.data is in some rows an array; Row.data takes Decimal",
            "lines[].price of orders.data is in some rows missing; Row.data requires it",
            "note of orders.data is in some rows an integer; Row.data takes str | None",
            "orders.data is in some rows an array; Row.data takes Order",
        )
    ]
    assert "private" not in repr(report)


def test_rows_are_only_looked_at_when_asked(check: Check, tmp_path: Path, pg_dsn: str) -> None:
    model = "class Item(BaseModel):\n    __pgconform__ = 'items'\n    state: Literal['new']\n"
    check(f"{ITEMS} insert into items values (1, 'x', 5, 'old')", model)
    assert of(checked(find_project(tmp_path), Ask(truth=pg_dsn)), "CON005") == []
    before = checked(find_project(tmp_path), Ask(truth=pg_dsn, rows=True))
    apply(pg_dsn, "update items set state = 'new'")
    after = checked(find_project(tmp_path), Ask(truth=pg_dsn, rows=True))
    assert (len(of(before, "CON005")), len(of(after, "CON005"))) == (1, 0)


def test_without_a_database_there_are_no_rows(tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("create table items (id int)")
    (tmp_path / "pgconform.toml").write_text("")
    with pytest.raises(Problem, match=r"--rows looks at the rows of a database, and the truth is sql:schema\.sql"):
        checked(find_project(tmp_path), Ask(truth="sql:schema.sql", rows=True))


def test_the_command_looks_at_rows(tmp_path: Path, pg_dsn: str, run: Run) -> None:
    apply(pg_dsn, f"{ITEMS} insert into items values (1, 'x', 5, 'old')")
    (tmp_path / "pgconform.toml").write_text("")
    (tmp_path / "app.py").write_text(
        f"{HEAD}class Item(BaseModel):\n    __pgconform__ = 'items'\n    state: Literal['new']\n"
    )
    assert "CON005" in run("check", "--truth", pg_dsn, "--rows", "--format", "concise").out
    refused = run("check", "--truth", "sql:schema.sql", "--rows")
    assert refused.code == 2
    assert "DATABASE_URL" in refused.err


def test_a_table_is_only_counted_where_a_model_is_stricter(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    counted = looking.Looking.counted

    def noted(self: looking.Looking, relation: Relation, conditions: Sequence[Refused]) -> list[Counted]:
        asked.append(len(conditions))
        return counted(self, relation, conditions)

    monkeypatch.setattr(looking.Looking, "counted", noted)
    model = (
        "class Kept(BaseModel):\n    __pgconform__ = 'kept'\n    n: Annotated[int, Field(ge=1)]\n"
        "    t: Annotated[str, Field(max_length=9)]\n    s: Literal['a', 'b']\n"
    )
    check(
        "create table kept (n int not null check (n > 0), t varchar(9) not null, s text not null check (s in ('a')))",
        model,
    )
    assert asked == []
    report = check(
        "alter table kept drop constraint kept_n_check; insert into kept values (0, 't', 'a');"
        "alter table kept add check (n > 0) not valid",
        model,
    )
    assert [(one.subject, one.severity) for one in of(report, "CON005")] == [("kept.n", Severity.ERROR)]
