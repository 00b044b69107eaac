"""JSON of a known shape beside nested models: what is told apart is told apart by Pydantic, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pgconform.config import find_project
from pgconform.constraints.commented import commented
from pgconform.constraints.jsonschema import schemas
from pgconform.constraints.jsonshapes import misshapes, refusals
from pgconform.finding import Finding, Severity
from pgconform.project.asking import Ask
from pgconform.project.run import run
from pgconform.shape import Type
from pgconform.sources import snapshot
from pgconform.sources.opening import open_truth
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.models.read import read_models
from pgconform.sources.python.modules.project import Project


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    price: float
    unit: Literal["kg", "m"] | None = None


class Order(BaseModel):
    lines: list[Line]
    note: str | None = None
    code: int = Field(alias="number")


class Wide(BaseModel):
    a: str | int
    b: dict[str, int]
    c: bool
    d: Order | None = None


NAMES = ("price", "unit", "lines", "note", "code", "number", "a", "b", "c", "d", "other")
LEAVES = st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-2, 2) | st.sampled_from(["", "kg", "m", "1", "x"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)
KINDS = st.sampled_from(["object", "array", "string", "number", "integer", "boolean", "null"])
LEAF_SCHEMAS: st.SearchStrategy[Any] = (
    st.just({})
    | st.fixed_dictionaries({"type": KINDS})
    | st.fixed_dictionaries({"type": st.lists(KINDS, min_size=1, max_size=3, unique=True)})
    | st.fixed_dictionaries({"enum": st.lists(LEAVES, min_size=1, max_size=3)})
    | st.fixed_dictionaries({"const": LEAVES})
)


def _larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    objects = st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)},
        optional={
            "required": st.lists(st.sampled_from(NAMES), max_size=3, unique=True),
            "additionalProperties": st.booleans(),
        },
    )
    return (
        objects
        | st.fixed_dictionaries({"type": st.just("array"), "items": inner})
        | st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=3)})
    )


SCHEMAS = st.recursive(LEAF_SCHEMAS, _larger, max_leaves=6)
MODELS = {model.__name__: model for model in (Line, Order, Wide)}


@pytest.fixture(scope="module")
def types() -> dict[str, Type]:
    """These models as types, read of this very file as of any other."""
    text = (
        Path(__file__).read_bytes()
        + b"\n\nclass Holder(BaseModel):\n    Line: Line\n    Order: Order\n    Wide: Wide\n"
    )
    models = read_models(Project({"m.py": read_facts(text)}))
    return {item.attribute: item.type for model in models if model.label == "Holder" for item in model.fields}


def refused(model: type[BaseModel], value: Any) -> bool:
    try:
        TypeAdapter(model).validate_python(value)
    except ValidationError:
        return True
    return False


@settings(max_examples=400)
@given(name=st.sampled_from(sorted(MODELS)), value=VALUES)
def test_what_is_called_refused_pydantic_refuses(types: dict[str, Type], name: str, value: Any) -> None:
    if found := list(refusals(value, types[name])):
        assert refused(MODELS[name], value), found


NUMBERS = st.integers(-2, 2) | st.floats(-2, 2)
LINES = st.fixed_dictionaries({"price": NUMBERS}, optional={"unit": st.sampled_from(["kg", "m", None])})
ORDERS = st.fixed_dictionaries(
    {"lines": st.lists(LINES, max_size=2), "number": st.integers(-2, 2)}, optional={"note": st.none() | st.text()}
)
WIDES = st.fixed_dictionaries(
    {"a": st.text() | st.integers(-2, 2), "b": st.dictionaries(st.text(), st.integers(-2, 2)), "c": st.booleans()},
    optional={"d": st.none() | ORDERS},
)
TAKEN = {"Line": LINES, "Order": ORDERS, "Wide": WIDES}
"""Values that the models take."""
PLAIN = {
    "string": st.sampled_from(["", "kg", "m", "1", "x"]),
    "number": NUMBERS,
    "integer": st.integers(-2, 2),
    "boolean": st.booleans(),
    "null": st.none(),
}


def passing(schema: Any) -> st.SearchStrategy[Any]:
    """Values that a schema lets pass, save where it demands a property that it forbids."""
    if "anyOf" in schema:
        return st.one_of(*map(passing, schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    kinds = schema.get("type")
    if kinds is None:
        return VALUES
    return st.one_of(*(_of_kind(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)))


def _of_kind(kind: str, schema: Any) -> st.SearchStrategy[Any]:
    if kind == "array":
        return st.lists(passing(schema.get("items", {})), max_size=3)
    if kind != "object":
        return PLAIN[kind]
    properties, needed = schema.get("properties", {}), schema.get("required", ())
    fixed = {name: passing(properties.get(name, {})) for name in needed}
    return st.fixed_dictionaries(
        fixed, optional={name: passing(one) for name, one in properties.items() if name not in fixed}
    )


@settings(max_examples=1200)
@given(data=st.data(), name=st.sampled_from(sorted(MODELS)), schema=SCHEMAS)
def test_what_is_always_so_is_so_of_whatever_the_schema_lets_pass(
    types: dict[str, Type], data: st.DataObject, name: str, schema: Any
) -> None:
    always = [shape for shape in misshapes(schema, types[name]) if shape.always]
    checker = jsonschema.Draft202012Validator(schema)
    for value in data.draw(st.lists(passing(schema) | TAKEN[name], max_size=6)) if always else ():
        assert refused(MODELS[name], value) or not checker.is_valid(value), (always, schema)


@settings(max_examples=200)
@given(schema=VALUES, name=st.sampled_from(sorted(MODELS)), text=st.text())
def test_whatever_is_said_of_json_is_read_without_a_fault(
    types: dict[str, Type], schema: Any, name: str, text: str
) -> None:
    spoilt = {
        "type": schema,
        "properties": schema,
        "required": schema,
        "items": schema,
        "anyOf": schema,
        "enum": schema,
    }
    for one in (schema, spoilt, {**spoilt, "type": "object"}, {"anyOf": [spoilt, schema]}):
        list(misshapes(one, types[name]))
    commented(f"@type {{{text}")
    list(schemas(text, "a"))


@pytest.mark.parametrize(
    ("comment", "schema"),
    [
        ("no tag", None),
        ("@type Settings", None),
        ("@type {Settings}", {}),
        ("How long. @type {string[]}", {"type": "array", "items": {"type": "string"}}),
        ("@type {Array<number>} each", {"type": "array", "items": {"type": "number"}}),
        ("@type {'a' | \"b\" | null}", {"anyOf": [{"const": "a"}, {"const": "b"}, {"type": "null"}]}),
        ("@type {Record<string, number>}", {"type": "object"}),
        (
            "@type {{ readonly a: string; 'b-c'?: (1 | 2.5)[], d: Foo & Bar\n e: { f: true } }}",
            {
                "type": "object",
                "properties": {
                    "a": {"type": "string"},
                    "b-c": {"type": "array", "items": {"anyOf": [{"const": 1}, {"const": 2.5}]}},
                    "d": {},
                    "e": {"type": "object", "properties": {"f": {"const": True}}, "required": ["f"]},
                },
                "required": ["a", "d", "e"],
            },
        ),
        ("@type { a: number }", {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]}),
        ("@type {{ [key: string]: number }}", {"type": "object", "properties": {}, "required": []}),
        ("@type {(string}", None),
        ("@type {" + "(" * 5000, None),
    ],
)
def test_a_comments_type(comment: str, schema: Any) -> None:
    assert commented(comment) == schema


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("""(extensions.jsonb_matches_schema('{"type": "object"}'::json, a))""", [{"type": "object"}]),
        ("""json_matches_schema(('{"type": "array"}'::text)::json, a)""", [{"type": "array"}]),
        ("""((a IS NULL) OR jsonb_matches_schema('{"type": "null"}'::json, (a)::jsonb))""", [{"type": "null"}]),
        ("((jsonb_typeof(a) = 'object'::text) AND (jsonb_typeof(b) = 'array'::text))", [{"type": "object"}]),
        ("((b > 0) OR (jsonb_typeof(a) = 'object'::text))", []),
        ("jsonb_matches_schema(schema_of(), a)", []),
        ("jsonb_matches_schema('not json'::json, a)", []),
        ("jsonb_matches_schema('[]'::json, a)", []),
        ("(NOT jsonb_matches_schema('{}'::json, a))", []),
    ],
)
def test_the_schemas_of_a_check(expression: str, found: list[Any]) -> None:
    assert list(schemas(expression, "a")) == found


MIGRATION = """
create extension pg_jsonschema;
create table users (
  id int primary key,
  settings jsonb not null check (jsonb_matches_schema('{
    "type": "object", "required": ["theme", "size"], "additionalProperties": false,
    "properties": {"theme": {"enum": ["dark", "light"]}, "size": {"type": "number"}, "tags": {"type": "array"}}
  }', settings)),
  address jsonb not null
);
alter table users add check (jsonb_typeof(address) = 'object') not valid;
comment on column users.address is '@type {{ street: string; zip?: string }}';
create view shown as select id, settings as chosen from users;
"""
CODE = """
from typing import Literal
from pydantic import BaseModel, ConfigDict
class Settings(BaseModel):
    model_config = ConfigDict(extra='forbid')
    theme: Literal['dark']
    size: str
    lang: str
class Address(BaseModel):
    street: str
    zip: str
class User(BaseModel):
    __pgconform__ = 'users'
    settings: Settings
    address: Address
class Shown(BaseModel):
    __pgconform__ = 'shown'
    chosen: Settings
class Options(BaseModel):
    theme: str
    other: str = ''
class UserCreate(BaseModel):
    __pgconform__ = 'users'
    id: int
    settings: Options
    address: dict[str, str]
"""
OF_SETTINGS = [
    (Severity.ERROR, "lang of {0} is missing; {1} requires it"),
    (Severity.ERROR, "size of {0} is a number; {1} takes str"),
    (Severity.WARNING, "tags of {0} may be there; {1} forbids it"),
    (Severity.WARNING, "theme of {0} may be \"light\"; {1} takes Literal['dark']"),
]


@pytest.mark.parametrize("ref", ["sql:schema.sql", "snapshot:lock.json"])
def test_a_shape_is_known_without_a_database(tmp_path: Path, ref: str) -> None:
    (tmp_path / "pgconform.toml").write_text("")
    (tmp_path / "schema.sql").write_text(MIGRATION)
    (tmp_path / "app.py").write_text(CODE)
    if ref.startswith("snapshot"):
        snapshot.write(open_truth("sql:schema.sql", tmp_path), tmp_path / "lock.json")
    report = run(find_project(tmp_path), Ask(truth=ref, cached=False))
    assert _said(report.findings, "User") == [
        *((severity, said.format("users.settings", "User.settings")) for severity, said in OF_SETTINGS),
        (Severity.WARNING, "zip of users.address may be missing; User.address requires it"),
    ]
    assert _said(report.findings, "Shown") == [
        (severity, said.format("shown.chosen", "Shown.chosen")) for severity, said in OF_SETTINGS
    ]
    assert _said(report.findings, "UserCreate") == [
        (Severity.WARNING, "other of users.settings is not allowed; UserCreate.settings may send it"),
        (Severity.WARNING, "size of users.settings must be there; UserCreate.settings does not have it"),
    ]
    silent = {finding.subject for finding in report.findings if finding.code == "TYP019"}
    assert silent == {"users.address"}
    assert not [finding for finding in report.findings if finding.code == "CON010"]


def test_a_domains_check_is_its_columns(tmp_path: Path) -> None:
    (tmp_path / "pgconform.toml").write_text("")
    (tmp_path / "schema.sql").write_text(
        "create domain object as jsonb check (jsonb_typeof(value) = 'object');"
        "create domain prices as object check (value ? 'low');"
        "create table things (id int primary key, tags prices not null, more object not null);"
    )
    (tmp_path / "app.py").write_text(
        "from pydantic import BaseModel\nclass Thing(BaseModel):\n    __pgconform__ = 'things'\n"
        "    tags: list[str]\n    more: dict[str, int]\n"
    )
    report = run(find_project(tmp_path), Ask(truth="sql:schema.sql", cached=False))
    assert _said(report.findings, "Thing") == [(Severity.ERROR, "things.tags is an object; Thing.tags takes list[str]")]
    assert [one.subject for one in report.findings if one.code == "TYP019"] == ["things.tags"]


def _said(findings: tuple[Finding, ...], holder: str) -> list[tuple[Severity, str]]:
    found = [one for one in findings if one.code == "TYP021" and one.holder == holder]
    said = [(one.severity, one.message) for one in found]
    return sorted(said, key=lambda one: one[1])
