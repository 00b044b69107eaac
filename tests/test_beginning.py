"""A check begins with the project of the working directory before its command line is understood, and says the same."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from pgconform.config import find_project
from pgconform.project import beginning
from pgconform.project.asking import Ask
from pgconform.project.run import Checked
from pgconform.project.run import run as checked
from pgconform.sources.python.vocabulary.names import STARRED
from tests.commands import CLEAN, PROGRAM, WRONG, Ran, project


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that was checked before, as the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / ".cache"))
    project(tmp_path, app=CLEAN)
    checked(find_project(tmp_path), Ask())
    return tmp_path


def held(root: Path, ask: Ask) -> Checked:
    with Checked(find_project(root), ask, lambda _: None) as found:
        return found


def test_what_was_begun_is_gone_on_with(root: Path) -> None:
    beginning.begin_here()
    ((_, early),) = beginning._early
    found = held(root, Ask())
    assert found.listing is early.listing
    assert found.ahead is early.ahead
    assert not beginning._early


@pytest.mark.parametrize("other", [Ask(cached=False), None])
def test_what_was_begun_for_something_else_ends(root: Path, other: Ask | None) -> None:
    (root / "app.py").write_text(WRONG)
    beginning.begin_here()
    ((_, early),) = beginning._early
    if other is None:
        (root / "pgconform.toml").write_text('exclude = ["nothing"]\n')
    found = held(root, other or Ask())
    assert found.ahead is not early.ahead
    assert early.ahead.found() is None
    assert not beginning._early


def test_of_strange_and_of_several_projects_nothing_is_begun(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "pgconform.toml").write_text('projects = ["one"]\n')
    beginning.begin_here()
    (root / "strange").mkdir()
    monkeypatch.chdir(root / "strange")
    (root / "strange" / "pgconform.toml").write_text("")
    beginning.begin_here()
    assert not beginning._early


def test_what_is_wrong_with_the_settings_is_told_when_they_are_met_again(root: Path) -> None:
    (root / "pgconform.toml").write_text("exclude = 1\n")
    beginning.begin_here()
    assert not beginning._early
    ran = program(root, "check")
    assert ran.code == 2
    assert ran.err.startswith("error: pgconform.toml")
    assert "Traceback" not in ran.err


def program(root: Path, *arguments: str) -> Ran:
    command = [sys.executable, "-c", PROGRAM, *arguments]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def test_the_program_says_after_an_edit_what_it_says_of_everything_read_anew(root: Path) -> None:
    (root / "app.py").write_text(WRONG)
    once = program(root, "check", "--format", "json")
    anew = program(root, "check", "--format", "json", "--no-cache")
    assert once.code == anew.code == 1
    assert "titel" in once.out
    assert _unhurried(once.out) == _unhurried(anew.out)
    assert program(root, "check", "--help").code == 0


def test_the_program_begins_anew_with_the_project_that_is_named(root: Path) -> None:
    (root / "other").mkdir()
    project(root / "other", app=WRONG)
    (root / "other" / "pgconform.toml").write_text("")
    ran = program(root, "check", "--config", "other/pgconform.toml", "--format", "concise")
    assert ran.code == 1
    assert ran.out.startswith("other/app.py:4:")


def _unhurried(report: str) -> list[str]:
    return [line for line in report.splitlines() if '"seconds"' not in line and '"cached"' not in line]


LEAN = """
import sys
from pgconform.support.lean import import_msgspec
import_msgspec()
import pgconform.project.beginning
print(" ".join(sys.modules))
import pgconform.sources.python.look
print(" ".join(sys.modules))
import typing_extensions
print(typing_extensions.Literal)
"""


NEEDS_AST = sys.version_info >= (3, 14)
"""What msgspec asks `typing` for is in `annotationlib` there, which imports `ast`."""


def test_what_it_begins_with_is_light() -> None:
    ran = subprocess.run([sys.executable, "-c", LEAN], capture_output=True, text=True, check=True)
    begin, look, literal = ran.stdout.splitlines()
    heavy = {"_hashlib", "click", "dataclasses", "inspect", "logging", "psycopg", "typing_extensions"}
    assert heavy.isdisjoint(begin.split())
    assert "ast" not in begin.split() or NEEDS_AST
    assert heavy.isdisjoint(look.split())
    assert literal == "typing.Literal"


def test_what_a_star_brings_of_dataclasses_is_what_the_library_says() -> None:
    assert STARRED["dataclasses"] == frozenset(dataclasses.__all__)
