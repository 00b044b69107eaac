"""Generated models, proved by going round: they are typed, conform, hold every row, and what they write inserts."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.rows import dict_row

from pgconform.check import check
from pgconform.config import Config
from pgconform.embedded import Server
from pgconform.generate.options import Options
from pgconform.generate.pydantic import render
from pgconform.pairs.world import World
from pgconform.schema import Relation, Transport
from pgconform.shape import Array, Field, Type
from pgconform.sources.python import claims
from pgconform.sources.python.looked import Reading
from tests.generating import NAMES, Case, make, models
from tests.rows import Drawing
from tests.rows_of import Connection, Values, composed, fetch, kind_of, readable, type_of, window

Fetch: TypeAlias = Callable[[str], dict[str, Any]]
TRUTHS_OWN = frozenset({"CON010", "LNK102"})
BEYOND_A_FLOAT = "TYP004"
slowly = settings(
    max_examples=12,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def cases(postgres: Server, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Case]:
    """The case of a name, made when it is first asked for."""
    root = tmp_path_factory.mktemp("written")
    (root / "pyproject.toml").write_text('[project]\nname = "written"\n', encoding="utf-8")
    known: dict[str, Case] = {}

    def case(name: str) -> Case:
        if name not in known:
            known[name] = make(name, postgres, shared_data, root)
        return known[name]

    return case


@pytest.fixture(params=NAMES)
def case(cases: Callable[[str], Case], request: pytest.FixtureRequest) -> Case:
    return cases(request.param)


@pytest.fixture
def connection(case: Case) -> Iterator[Connection]:
    with psycopg.connect(case.dsn, autocommit=True, prepare_threshold=None) as connection:
        yield connection


def test_foreign_keys_refer_by_name(cases: Callable[[str], Case]) -> None:
    case = cases("foreign_keys")
    text = render(case.truth, Options(schemas=case.options.schemas, out="models.py", references=True))["models.py"]
    named = set(re.findall(r"^(\w+Key): TypeAlias = ", text, re.MULTILINE))
    used = re.findall(r"^    \w+: (\w+Key)\b", text, re.MULTILINE)
    assert named == set(used)
    assert named and all(used.count(name) > 2 for name in named)


def test_every_model_builds(case: Case) -> None:
    built = models(case.module)
    assert {model.__pgconform__ for model in built if hasattr(model, "__pgconform__")} == {
        relation.qualified for relation in case.relations
    }


@pytest.mark.parametrize("references", [False, True])
def test_what_is_written_conforms(case: Case, tmp_path: Path, references: bool) -> None:
    schemas = case.options.schemas
    said = Options(schemas=schemas, out="models.py", references=True)
    text = render(case.truth, said)["models.py"] if references else case.text
    (tmp_path / "models.py").write_text(text, encoding="utf-8")
    settings = Config(transport=Transport.POSTGREST)
    read = claims.read(tmp_path, settings, World(case.truth, schemas), Reading(cached=False))
    claimed = [relation for schema in read.schemas for relation in schema.relations]
    assert len(claimed) >= len(case.relations)
    found = check(case.truth, *read.schemas, schemas=schemas)
    assert [finding for finding in found if finding.code not in TRUTHS_OWN | {BEYOND_A_FLOAT}] == []
    assert all(
        finding.severity == "info" and len(finding.witness) > 15 for finding in found if finding.code == BEYOND_A_FLOAT
    )


@slowly
@given(data=st.data())
def test_every_row_is_held_over_postgrest(case: Case, connection: Connection, data: st.DataObject) -> None:
    for relation in window(readable(case.relations), data):
        values = data.draw(Drawing(case.truth).row(relation), label=relation.name)
        (sent,) = fetch(connection, "select row_to_json(r)::text from (select {} as r) x", relation, values)
        held = case.model(relation, "Row").model_validate(json.loads(sent)).model_dump(mode="json")
        assert list(held) == [field.name for field in relation.fields]
        for field, back, there in zip(relation.fields, *both(connection, relation, held, values), strict=True):
            document = held[field.name] == json.loads(sent)[field.name]
            assert document or same(field, back, there), (field.name, back, there, held[field.name])


@slowly
@given(data=st.data())
def test_every_row_is_held_over_drivers(
    case: Case, connection: Connection, fetch_async: Fetch, data: st.DataObject
) -> None:
    for relation in window(readable(case.relations), data):
        values = data.draw(Drawing(case.truth, far=False).row(relation), label=relation.name)
        query = composed("select (r).* from (select {} as r offset 0) x", relation, values)
        model = case.model(relation, "Row")
        with connection.cursor(row_factory=dict_row) as cursor:
            model.model_validate(cursor.execute(query).fetchone())
        if not any(amiss_over_asyncpg(field.type) for field in relation.fields):
            model.model_validate(fetch_async(query.as_string(connection)))


@slowly
@given(data=st.data())
def test_what_an_insert_dumps_is_inserted(case: Case, connection: Connection, data: st.DataObject) -> None:
    connection.execute("set session_replication_role = replica")
    for relation in window(readable(case.relations), data):
        model = case.model(relation, "Insert")
        if model is None or relation.kind not in ("table", "partitioned table"):
            continue
        columns = [field for field in relation.fields if may_be_set(field)]
        chosen = [field for field in columns if needed(field) or data.draw(st.booleans(), label=field.name)]
        drawing = Drawing(case.truth, sendable=True)
        values = [data.draw(drawing.column(field), label=field.name) for field in chosen]
        given_ = {field.name: as_json(connection, field, value) for field, value in zip(chosen, values, strict=True)}
        dumped = model.model_validate(given_).model_dump(mode="json")
        assert dumped.keys() == given_.keys()
        with connection.transaction(force_rollback=True):
            stored = insert(connection, case, relation, dumped)
        for field, value in zip(chosen, values, strict=True):
            assert stored is None or alike(connection, field, stored[field.name], value), (field.name, value, stored)


@pytest.fixture
def fetch_async(case: Case) -> Iterator[Fetch]:
    """Fetches a row through asyncpg."""
    given_ = psycopg.conninfo.conninfo_to_dict(case.dsn)
    with asyncio.Runner() as runner:
        opened = asyncpg.connect(
            host=given_.get("host"), port=given_.get("port", 5432), user=given_["user"], database=given_["dbname"]
        )
        connection = runner.run(opened)
        yield lambda query: dict(runner.run(connection.fetchrow(query)).items())
        runner.run(connection.close())


def amiss_over_asyncpg(kind: Type) -> bool:
    """asyncpg gives a pg_lsn as a number, and makes a broken list of an array in text form with an empty item."""
    return kind_of(kind) == "pg_lsn" or (isinstance(kind, Array) and kind_of(kind.of) in ("citext", "ltree"))


def both(connection: Connection, relation: Relation, held: dict[str, Any], values: Values) -> tuple[Values, Values]:
    """Each column's text: as Postgres reads the model's JSON back, and as it was sent."""
    columns = [sql.Identifier(field.name) for field in relation.fields]
    shown = sql.SQL(", ").join(
        sql.SQL("{}.{}::text").format(sql.Identifier(side), one) for side in "ab" for one in columns
    )
    query = sql.SQL(
        "select {} from json_populate_record(null::{}, {}) a, (select (r).* from (select {} as r offset 0) x) b"
    )
    there = composed("{}", relation, values)
    name = sql.Identifier(relation.schema, relation.name)
    row = connection.execute(query.format(shown, name, sql.Literal(json.dumps(held)), there)).fetchone() or ()
    return row[: len(columns)], row[len(columns) :]


def same(field: Field, back: str | None, there: str | None) -> bool:
    """One text; a JSON null and a NULL are one to every program."""
    json_null = kind_of(field.type) in ("json", "jsonb") and there == "null" and back is None
    return back == there or json_null or beyond_a_float(field, there)


def beyond_a_float(field: Field, value: str | None) -> bool:
    """The one thing that no annotation can mend: a JSON number of more digits than a float has."""
    return "numeric" in field.type.raw and value is not None


def as_json(connection: Connection, field: Field, value: str | None) -> Any:
    query = sql.SQL("select to_json({}::{})::text").format(sql.Literal(value), type_of(field))
    return json.loads((connection.execute(query).fetchone() or ("null",))[0] or "null")


def may_be_set(field: Field) -> bool:
    return not field.generated and field.identity != "always"


def needed(field: Field) -> bool:
    return field.nullable is False and field.filled is False


def unheld(case: Case, relation: Relation) -> bool:
    """A CHECK of the table, or of a domain it uses, says more than a model can hold, or what shape JSON has."""
    used = {field.type.raw for field in relation.fields}
    checks = [check for item in case.truth.types if item.qualified in used for check in item.checks]
    return any(not check.understood or "jsonb_typeof" in check.expression for check in (*relation.checks, *checks))


def insert(connection: Connection, case: Case, relation: Relation, dumped: dict[str, Any]) -> dict[str, Any] | None:
    """The stored row; None where it was refused by a CHECK, a partition or a computed column that no model can hold."""
    table = sql.Identifier(relation.schema, relation.name)
    names = sql.SQL(", ").join(map(sql.Identifier, dumped))
    into = (
        sql.SQL("({}) select {} from json_populate_record(null::{}, {})").format(
            names, names, table, sql.Literal(json.dumps(dumped))
        )
        if dumped
        else sql.SQL("default values")
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        try:
            query = sql.SQL("insert into {} {} returning {}").format(table, into, texts(relation))
            return cursor.execute(query).fetchone()
        except psycopg.errors.CheckViolation:
            assert relation.kind == "partitioned table" or unheld(case, relation)
        except psycopg.errors.NumericValueOutOfRange:
            assert any(field.generated for field in relation.fields)
    return None


def texts(relation: Relation) -> sql.Composed:
    one = sql.SQL("{0}::text as {0}")
    return sql.SQL(", ").join(one.format(sql.Identifier(field.name)) for field in relation.fields)


def alike(connection: Connection, field: Field, stored: str | None, value: str | None) -> bool:
    query = sql.SQL("select {}::{}::text").format(sql.Literal(value), type_of(field))
    return (connection.execute(query).fetchone() or ("",))[0] == stored or beyond_a_float(field, value)
