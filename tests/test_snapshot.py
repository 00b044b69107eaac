"""The snapshot: read back as it was written, friendly to diffs, and clear about what is wrong with a file."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from msgspec.structs import replace

from pgconform.embedded import Server
from pgconform.errors import Problem
from pgconform.schema import Dropped, Function, Relation, Schema, Unread
from pgconform.shape import Field, Location, Scalar
from pgconform.sources import snapshot
from tests.schemas import schema, table
from tests.strategies import truths
from tests.truths import everything, truth_of

PLACED = Schema(
    relations=(
        Relation(
            "v",
            "public",
            "view",
            (Field("id", Scalar("int4", raw="integer"), at=Location("supabase/migrations/1.sql", 3, 5)),),
            definition="SELECT 1\n  AS id;\r\n",
            at=Location("supabase/migrations/1.sql", 2),
        ),
    ),
    functions=(Function("f", "public", definition="a\n\nb"),),
    unread=(Unread("not applied", "statement", at=Location("1.sql", 4)),),
    dropped=(Dropped("old", "public"), Dropped("older", "public", "x", "y")),
    server="18.6",
    extensions=("vector",),
    schemas=("public",),
)


def again(truth: Schema, path: Path) -> Schema:
    snapshot.write(truth, path)
    return snapshot.read(path)


@given(truths())
def test_a_snapshot_round_trips(tmp_path_factory: pytest.TempPathFactory, truth: Schema) -> None:
    path = tmp_path_factory.mktemp("snapshot") / "lock.json"
    found = again(truth, path)
    assert found.normal() == truth.normal()
    assert found.fingerprint() == truth.fingerprint()
    assert snapshot.text(found) == snapshot.text(truth)


@pytest.mark.every_version
def test_everything_of_a_database_round_trips(postgres: Server, pg_dsn: str, tmp_path: Path) -> None:
    truth = truth_of(pg_dsn, everything(postgres))
    assert replace(again(truth, tmp_path / "lock.json"), origin=truth.origin) == truth


def test_places_and_what_was_dropped_or_not_read_round_trip(tmp_path: Path) -> None:
    found = again(PLACED, tmp_path / "lock.json")
    assert replace(found, origin="") == PLACED
    assert found.relations[0].at == Location("supabase/migrations/1.sql", 2)
    assert found.relations[0].fields[0].at == Location("supabase/migrations/1.sql", 3, 5)


def test_a_column_is_one_line_and_so_is_its_change(tmp_path: Path) -> None:
    before = schema(table("documents", "id uuid!", "title text", "body text"), table("notes", "id int4!"))
    after = schema(table("documents", "id uuid!", "title text!", "body text"), table("notes", "id int4!"))
    lines = [snapshot.text(one).splitlines() for one in (before, after)]
    assert [pair for pair in zip(*lines, strict=True) if pair[0] != pair[1]] == [
        tuple(next(line for line in text if '"title"' in line) for text in lines)
    ]


def test_definitions_are_written_line_by_line() -> None:
    document = json.loads(snapshot.text(PLACED))
    assert document["definitions"] == {"public.f()": ["a", "", "b"], "public.v": ["SELECT 1", "  AS id;\r", ""]}


def test_the_order_of_a_truth_does_not_matter() -> None:
    one, other = table("a", "id int4!"), table("b", "id int4!")
    assert snapshot.text(schema(one, other)) == snapshot.text(schema(other, one))


def test_overloads_keep_their_own_definitions(tmp_path: Path, pg_dsn: str) -> None:
    sql = "; ".join(
        f"create function f(a {type_}) returns int language sql as 'select {number}'"
        for number, type_ in enumerate(("int", "text", "int[]"))
    )
    truth = truth_of(pg_dsn, sql)
    found = again(truth, tmp_path / "lock.json")
    assert [one.definition for one in found.functions] == [one.definition for one in truth.functions]
    assert len({one.definition for one in found.functions}) == 3


def test_functions_that_cannot_be_told_apart_keep_their_definitions_too(tmp_path: Path) -> None:
    truth = Schema(functions=tuple(Function("f", "public", definition=text) for text in ("a", "b", "c")))
    assert [one.definition for one in again(truth, tmp_path / "lock.json").functions] == ["a", "b", "c"]


def test_neither_the_server_nor_a_key_gets_into_the_file(postgres: Server, pg_dsn: str) -> None:
    truth = truth_of(pg_dsn, everything(postgres))
    text = snapshot.text(replace(truth, origin="postgresql://app:hunter2@db.internal/prod"))
    assert not any(secret in text for secret in ("hunter2", "db.internal", "sb_secret_", "eyJ"))


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "lock.json"
    snapshot.write(schema(table("a", "id int4!")), path)
    before = path.read_text()
    with pytest.raises(Problem, match="cannot write"):
        snapshot.write(schema(), tmp_path / "absent" / "lock.json")
    assert path.read_text() == before
    assert [one.name for one in tmp_path.iterdir()] == ["lock.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"format": 2, "something": "else"}', "has format 2, this pgconform reads up to 1"),
        ('{"format": 2, "relations": {}}', "has format 2"),
        ('{\n"format": 1,\n<<<<<<< HEAD\n"types": []}', "in the middle of a merge"),
        ('{"format": 1, "relations": [', "damaged"),
        ('{"format": 1, "relations": [{"name": 3}]}', "damaged"),
        ("", "damaged"),
        ("[]", "damaged"),
        ("{}", "damaged"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "lock.json"
    path.write_text(content)
    with pytest.raises(Problem, match=message) as caught:
        snapshot.read(path, "lock.json")
    assert "lock.json" in caught.value.message
    assert caught.value.help


def test_bytes_that_are_no_text_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "lock.json"
    path.write_bytes(b'{"format": 1, "server": "\xff\xfe"}')
    with pytest.raises(Problem, match="damaged"):
        snapshot.read(path)


def test_an_absent_file_and_a_directory_are_problems(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"there is no snapshot lock\.json") as caught:
        snapshot.read(tmp_path / "lock.json", "lock.json")
    assert "pgconform snapshot" in caught.value.help
    with pytest.raises(Problem, match="cannot be read"):
        snapshot.read(tmp_path)


def test_what_a_later_version_adds_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "lock.json"
    text = snapshot.text(PLACED).replace('"server":', '"novelty": [1],\n"server":')
    path.write_text(text.replace('{"name": "v"', '{"novelty": {}, "name": "v"'))
    assert replace(snapshot.read(path), origin="") == PLACED


def test_the_text_is_one_json_object_ending_in_a_newline() -> None:
    text = snapshot.text(PLACED)
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert all(len(list(group)) == 1 for key, group in itertools.groupby(text.split("\n")) if not key)
    assert json.loads(text)["format"] == snapshot.FORMAT
