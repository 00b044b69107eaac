"""Generated files beside the schema: those out of date and those that somebody edited are findings of a check."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from pgconform.config import find_project
from pgconform.finding import Finding
from pgconform.project.inputs import read_inputs, with_texts
from pgconform.project.staleness import generated
from pgconform.rules import all_rules
from pgconform.schema import Schema
from tests.commands import TRUTH, Run, project, run
from tests.schemas import table

__all__ = ["run"]
NEWER = replace(TRUTH, relations=(*TRUTH.relations, table("labels", "id int4!", "name text = 'new'")))


def test_what_was_just_generated_is_no_finding(run: Run, tmp_path: Path) -> None:
    _settled(run, tmp_path)
    assert run("check").code == 0
    _edit(tmp_path, "\n", "\r\n")
    assert run("check").code == 0


def test_relations_that_are_known_in_part_are_named(run: Run, tmp_path: Path) -> None:
    half = replace(table("halves", "id int4!"), whole=False)
    project(tmp_path, replace(TRUTH, relations=(*TRUTH.relations, half)))
    ran = run("generate")
    assert ran.err == "partly   halves: more may be there than is known, and than is written\n"
    assert "halves" not in ran.out
    assert run("generate", "--check").code == 0


def test_what_the_truth_does_not_have_is_named(run: Run, tmp_path: Path) -> None:
    project(tmp_path, TRUTH)
    settings = (
        'generate = { schemas = ["public", "gone"], names = { "public.gone" = "X" }, types = { "a.b" = "c:D" } }\n'
    )
    (tmp_path / "pgconform.toml").write_text(settings, encoding="utf-8")
    ran = run("generate", "--check")
    for said in ("schemas of [tool.pgconform.generate]: the truth has no gone", "no public.gone", "no a.b"):
        assert said in ran.err


@pytest.mark.parametrize("annotation", ["not valid", "app.types", "app.types:class", "app.types:list[X]", ":X", ""])
def test_a_type_that_cannot_be_imported_is_refused(run: Run, tmp_path: Path, annotation: str) -> None:
    project(tmp_path, TRUTH)
    (tmp_path / "pgconform.toml").write_text(f'[generate.types]\n"public.documents.title" = "{annotation}"\n', "utf-8")
    ran = run("generate")
    assert (ran.code, "pgconform.toml:2: the type of public.documents.title" in ran.err) == (2, True)
    assert not (tmp_path / "models.py").exists()


def test_models_are_written_to_files_of_python(run: Run, tmp_path: Path) -> None:
    project(tmp_path, TRUTH)
    assert "models.txt is no name of a Python file" in run("generate", "--output", "models.txt").err
    assert "an empty name is no path" in run("generate", "--output", "").err
    (tmp_path / "pgconform.toml").write_text('generate = { out = "models.json" }\n', "utf-8")
    assert "pgconform.toml:1: models.json is no name of a Python file" in run("generate").err
    assert not any(tmp_path.glob("models*"))


def test_an_edit_is_a_finding_until_it_is_gone(run: Run, tmp_path: Path) -> None:
    _settled(run, tmp_path)
    _edit(tmp_path, "title: str", "title: str | None")
    ran = run("check", "--format", "concise")
    assert ran.code == 1
    assert "models.py:1: warning GEN002" in ran.out
    assert "GEN001" not in ran.out
    assert run("generate").code == 2
    assert run("generate", "--force").code == 0
    assert run("check").code == 0


def test_a_schema_that_moved_on_is_a_finding(run: Run, tmp_path: Path) -> None:
    _settled(run, tmp_path)
    project(tmp_path, NEWER)
    ran = run("check", "--format", "concise")
    assert ran.code == 1
    assert "models.py:1: warning GEN001" in ran.out
    assert run("generate").code == 0
    assert run("check").code == 0


def test_a_note_and_another_version_are_no_finding(run: Run, tmp_path: Path) -> None:
    _settled(run, tmp_path, NEWER)
    labels = table("labels", "id int4!", "name text = 'newer'")
    project(tmp_path, replace(TRUTH, relations=(*TRUTH.relations, labels)))
    assert run("generate", "--check").code == 1
    assert run("check").code == 0


def test_a_truth_that_says_too_little_proves_no_file_outdated(run: Run, tmp_path: Path) -> None:
    _settled(run, tmp_path)
    assert [finding.code for finding in _found(tmp_path, NEWER)] == ["GEN001"]
    assert _found(tmp_path, replace(NEWER, unsaid=("checks",))) == []
    _edit(tmp_path, "title: str", "title: str | None")
    assert [finding.code for finding in _found(tmp_path, replace(NEWER, unsaid=("checks",)))] == ["GEN002"]


def test_what_an_editor_has_not_saved_counts(run: Run, tmp_path: Path) -> None:
    _settled(run, tmp_path)
    text = (tmp_path / "models.py").read_bytes()
    assert [finding.code for finding in _found(tmp_path, TRUTH, {"models.py": text + b"# mine\n"})] == ["GEN002"]


def test_files_of_others_and_projects_that_generate_nothing_are_left_alone(run: Run, tmp_path: Path) -> None:
    _settled(run, tmp_path)
    (tmp_path / "models.py").write_text("mine = 1\n")
    assert run("check").code == 0
    run("generate", "--force")
    _edit(tmp_path, "title: str", "title: str | None")
    (tmp_path / "pgconform.toml").unlink()
    assert "GEN002" not in run("check").out


def _found(root: Path, truth: Schema, overlay: dict[str, bytes] | None = None) -> list[Finding]:
    inputs = with_texts(read_inputs(root, ["models.py"]), overlay or {})
    return list(generated(find_project(root), truth, inputs, all_rules()))


def _settled(run: Run, root: Path, truth: Schema = TRUTH) -> None:
    """A project whose settings generate, and the file as it was generated."""
    project(root, truth)
    (root / "pgconform.toml").write_text('[generate]\nout = "models.py"\n')
    assert run("generate").code == 0


def _edit(root: Path, old: str, new: str) -> None:
    text = (root / "models.py").read_bytes().decode()
    assert old in text
    (root / "models.py").write_bytes(text.replace(old, new).encode())
