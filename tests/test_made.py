"""Objects that are made of rows: where they are made, all that they lack in one finding, and classes tried in turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.config import find_project
from pgconform.finding import Finding
from pgconform.project.asking import Ask
from pgconform.project.run import run

SCHEMA = "create table papers (id int primary key, title text not null, body text not null, pages int not null);"
HEAD = """
import os
from typing import List, Sequence
import psycopg
from psycopg.rows import dict_row
from pydantic import BaseModel, TypeAdapter, ValidationError, parse_obj_as
from supabase import create_client

db = create_client(os.environ["URL"], os.environ["KEY"])

class Paper(BaseModel):
    id: int
    title: str
    body: str
    pages: int

class Short(BaseModel):
    id: int

def rows():
    return db.table("papers").select("id").execute().data

def row():
    return db.table("papers").select("id").eq("id", 1).single().execute().data

"""
LACKING = '"title", "body" and "pages" are needed by Paper, but the {} does not select them'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    (place / "schema.sql").write_text(SCHEMA)
    (place / "pyproject.toml").write_text('[tool.pgconform]\ntruth = "sql:schema.sql"\n')
    return place


def said(project: Path, code: str) -> list[Finding]:
    (project / "app.py").write_text(HEAD + code)
    return [item for item in run(find_project(project), Ask(cached=False)).findings if item.code == "QRY027"]


@pytest.mark.parametrize(
    "code",
    [
        "Paper(**row())",
        "Paper.model_validate(row())",
        "[Paper(**one) for one in rows()]",
        "list(map(lambda one: Paper(**one), rows()))",
        "def made(one):\n    return Paper(**one)\n[made(one) for one in rows()]",
        "def made(of, one):\n    return of(**one)\nmade(Paper, row())",
        "def made(one):\n    return Paper(**one)\ndef again(one):\n    return made(one)\nagain(row())",
        "TypeAdapter(Paper).validate_python(row())",
        "TypeAdapter(list[Paper]).validate_python(rows())",
        "PAPERS = TypeAdapter(List[Paper])\ndef f():\n    return PAPERS.validate_python(rows())",
        "TypeAdapter(Sequence[Paper]).validate_python(rows() or [])",
        "papers = parse_obj_as(list[Paper], rows())",
        "paper = parse_obj_as(Paper, row())",
    ],
)
def test_all_that_an_object_lacks_is_one_finding_where_it_is_made(project: Path, code: str) -> None:
    (only,) = said(project, code)
    assert only.message == LACKING.format("request")
    assert only.help == 'add "title", "body" and "pages" to the select'


def test_so_it_is_of_a_statement(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection):
    with conn.cursor(row_factory=dict_row) as cur:
        return [Paper(**row) for row in cur.execute("select id from papers").fetchall()]
"""
    (only,) = said(project, code)
    assert only.message == LACKING.format("statement")


def test_what_is_ignored_there_is_all_of_it(project: Path) -> None:
    (project / "app.py").write_text(f"{HEAD}Paper(**row())  # pgconform: ignore[QRY027] filled elsewhere\n")
    report = run(find_project(project), Ask(cached=False))
    assert not [item for item in report.findings if item.at and item.at.uri == "app.py" and item.severity.rank < 2]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    found = Paper(**row())\nexcept ValidationError:\n    found = Short(**row())",
        "one = row()\nfor of in (Paper, Short):\n    try:\n        found = of(**one)\n    except ValidationError:\n"
        "        continue",
        "TypeAdapter(list[Short]).validate_python(rows())",
        "TypeAdapter(list[Paper]).validate_python(others)",
        "TypeAdapter(dict[str, Paper]).validate_python(rows())",
        "Other(list[Paper]).validate_python(rows())",
        "parse_obj_as(list[Paper], others)",
    ],
)
def test_a_class_in_place_of_which_another_is_tried_demands_nothing(project: Path, code: str) -> None:
    assert said(project, code) == []


def test_a_handler_that_makes_nothing_leaves_what_is_demanded(project: Path) -> None:
    code = "found = None\ntry:\n    found = Paper(**row())\nexcept ValidationError as error:\n    print(error)"
    assert len(said(project, code)) == 1


NESTED = """
from typing import Optional
from pydantic import ConfigDict, Field, field_validator, model_validator

class Page(BaseModel):
    id: int
    text: str

class Book(BaseModel):
    id: int
    pages: list[Page]

class Of(BaseModel):
    id: int
    books: Book

class Spare(BaseModel):
    id: int
    pages: Optional[list[Page]] = None

class Aliased(BaseModel):
    id: int
    pages: list[Page] = Field(default=[], alias="parts")

class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=str.title)
    pages: list[Page] = []

class Filled(BaseModel):
    pages: list[Page]

    @field_validator("pages", mode="before")
    @classmethod
    def fill(cls, pages):
        return [{**page, "text": ""} for page in pages]

def books(columns):
    return db.table("books").select(columns).execute().data

def pages(columns):
    return db.table("pages").select(columns).execute().data

"""


@pytest.fixture(scope="module")
def nested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("nested")
    (place / "schema.sql").write_text(
        "create table books (id int primary key, about jsonb);"
        "create table pages (id int primary key, text text, book int not null references books);"
    )
    (place / "pyproject.toml").write_text('[tool.pgconform]\ntruth = "sql:schema.sql"\n')
    return place


@pytest.mark.parametrize(
    ("code", "column", "within"),
    [
        ("for row in books('id, pages(id)'):\n    Book(**row)", "text", "pages"),
        ("for row in books('id, pages(id)'):\n    Spare.model_validate(row)", "text", "pages"),
        ("for row in books('id, pages(id)'):\n    Book(id=row['id'], pages=row['pages'])", "text", "pages"),
        ("for row in books('id, pages(id)'):\n    [Page(**page) for page in row['pages']]", "text", "pages"),
        ("for row in books('id, parts:pages(id)'):\n    [Page(**page) for page in row['parts']]", "text", "parts"),
        ("TypeAdapter(list[Book]).validate_python(books('id, pages(id)'))", "text", "pages"),
        ("for row in pages('id, books(about)'):\n    Short(**row['books'])", "id", "books"),
        ("for row in pages('id, books(id, pages(id))'):\n    Of(**row)", "text", "books.pages"),
    ],
)
def test_what_a_row_embeds_is_held_to_the_models_made_of_it(nested: Path, code: str, column: str, within: str) -> None:
    (only,) = said(nested, NESTED + code)
    assert only.message.startswith(f'"{column}" is needed by ')
    assert only.help == f'add "{column}" to {within}(…) of the select'


@pytest.mark.parametrize(
    "code",
    [
        "for row in books('id, pages(id, text)'):\n    Book(**row)",
        "for row in books('id, pages(*)'):\n    Book(**row)",
        "for row in books('id, pages(id)'):\n    Aliased(**row)",
        "for row in books('id, pages(id)'):\n    Camel(**row)",
        "for row in books('id, pages(id)'):\n    Filled(**row)",
        "for row in books('id, pages(id)'):\n    Spare(**{**row, 'pages': []})",
        "for row in books('id, pages(id)'):\n    Spare(id=row['id'])",
        "for row in books('id, pages(id)'):\n    [Page(text='', **page) for page in row['pages']]",
        "for row in books('id, pages(id)'):\n    for page in row['pages']:\n        page['text'] = ''\n    Book(**row)",
        "for row in books('id, pages(id)'):\n    row['pages'] = []\n    Book(**row)",
        "for row in books('id, about'):\n    Page(**row['about'])",
        "for row in books(f'id, {more}'):\n    Book(**row)",
    ],
)
def test_what_it_may_have_from_elsewhere_is_not_demanded_of_it(nested: Path, code: str) -> None:
    assert said(nested, NESTED + code) == []


def test_fields_of_a_model_of_an_embed_are_held_to_the_relation_that_is_embedded(nested: Path) -> None:
    code = """
class Sheet(BaseModel):
    id: int
    colour: str

class Bound(BaseModel):
    pages: list[Sheet]

[Bound(**row) for row in books("id, pages(*)")]
"""
    (nested / "app.py").write_text(HEAD + NESTED + code)
    report = run(find_project(nested), Ask(cached=False))
    assert [item.message for item in report.findings if item.code == "COL001"] == ['pages has no column "colour"']
