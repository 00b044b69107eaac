"""Dictionaries in YAML and JSON that the settings name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.check import check
from pgconform.errors import Problem
from pgconform.pairs.world import World
from pgconform.schema import Schema
from pgconform.sources.docs.dictionary import read
from pgconform.sources.docs.ground import Ground
from tests.commands import Run, project, run
from tests.documents import TRUTH

__all__ = ["run"]

DBT = """version: 2
models:
  - name: users
    columns:
      - name: id
        data_type: uuid
      - name: "nmae"
      - name: age
        data_type: text
  - name: invoices
sources:
  - name: warehouse
    schema: public
    tables:
      - name: gyms
        columns: [{name: titel}]
"""
TBLS = """{"name": "db", "tables": [
	{"name": "public.users", "type": "BASE TABLE", "columns": [
		{"name": "id", "type": "uuid", "nullable": false},
		{"name": "gym_id", "type": "integer", "nullable": false}]}]}
"""
PLAIN = "users:\n  columns:\n    email: varchar(100)\n    nick: {type: text}\n"


def told(text: str) -> list[str]:
    found = tuple(read(text, Ground(World(TRUTH), "schema.yml")))
    return [
        f"{one.at.line}:{one.at.column}-{one.at.end_column} {one.code} {one.message}"
        for one in check(TRUTH, Schema(relations=found))
        if one.at is not None and one.at.uri == "schema.yml"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            DBT,
            [
                '7:16-20 COL001 users has no column "nmae"; did you mean "name"?',
                "8:15-18 TYP001 users.age is int4, the document's age is text",
                '10:11-19 REL001 there is no table "invoices" in schema public',
                '16:26-31 COL001 gyms has no column "titel"; did you mean "title"?',
            ],
        ),
        (
            TBLS,
            [
                "4:13-19 NUL001 users.gym_id is nullable; the document's gym_id is said to be NOT NULL",
                "4:13-19 TYP001 users.gym_id is uuid, the document's gym_id is integer",
            ],
        ),
        (
            PLAIN,
            [
                "3:5-10 TYP001 users.email is varchar(255), the document's email is varchar(100)",
                '4:5-9 COL001 users has no column "nick"; a migration drops it',
            ],
        ),
    ],
)
def test_a_dictionary_claims_its_tables_and_columns(text: str, said: list[str]) -> None:
    assert told(text) == said


def test_what_is_no_dictionary_is_one_clear_sentence() -> None:
    with pytest.raises(Problem, match=r"schema\.yml:2 is neither YAML nor JSON"):
        list(read("a: [1,\n}", Ground(World(TRUTH), "schema.yml")))


def test_the_settings_name_the_dictionaries(run: Run, tmp_path: Path) -> None:
    project(tmp_path, TRUTH)
    (tmp_path / "pgconform.toml").write_text('[docs]\ndictionaries = ["models/schema.yml"]\n')
    ran = run("check")
    assert (ran.code, "there is no dictionary models/schema.yml" in ran.err) == (2, True)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "schema.yml").write_text(PLAIN)
    ran = run("check", "--format", "concise")
    assert 'models/schema.yml:4:5: warning COL001 users has no column "nick"' in ran.out
