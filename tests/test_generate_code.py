"""The code that is generated: as ruff leaves it, accepted by mypy --strict and pyright, the same bytes every time."""

from __future__ import annotations

import ast
import inspect
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconform.embedded import Server
from pgconform.generate import header
from pgconform.generate.layout import docstring, field, string
from pgconform.generate.options import Options
from pgconform.generate.pydantic import render
from tests.generating import NAMES, Case, make

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".mypy_cache" / "written"
OTHERWISE: tuple[dict[str, Any], ...] = ({"enums": "strenum", "references": True}, {"style": "typeddict"})
TABLES: tuple[dict[str, Any], ...] = ({"style": "sqlmodel"}, {"style": "sqlmodel", "enums": "strenum"})
SLOW_TO_CHECK = frozenset({"many_tables", "odd_tables", "postgrest", "rental", "saas", "supabase"})


@pytest.fixture(scope="module")
def written(
    postgres: Server, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Case]]:
    """Every schema's module, and the same in every other style, beside each other."""
    root = tmp_path_factory.mktemp("code")
    cases = {name: make(name, postgres, shared_data, root) for name in NAMES}
    for name, case in cases.items():
        for said in (*OTHERWISE, *(() if name in SLOW_TO_CHECK else TABLES)):
            out = f"{'_'.join(map(str, said.values()))}_{name}.py"
            for path, text in render(case.truth, Options(schemas=case.options.schemas, out=out, **said)).items():
                (root / path).write_text(text, encoding="utf-8")
    for style in ("pydantic", "sqlmodel", "typeddict"):
        case = cases["two_schemas"]
        options = Options(schemas=case.options.schemas, out=f"package_{style}", style=style)
        for path, text in render(case.truth, options).items():
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    return root, cases


def run(*command: str, cwd: Path) -> str:
    """What a tool complains of; "" when it does not."""
    environment = {**os.environ, "MYPYPATH": str(ROOT / "src"), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, check=False, cwd=cwd, env=environment, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def test_ruff_has_nothing_to_say(written: tuple[Path, dict[str, Case]]) -> None:
    root, _ = written
    assert run(tool("ruff"), "format", "--isolated", "--diff", ".", cwd=root) == ""
    assert run(tool("ruff"), "check", "--isolated", "--extend-select", "A005,E4,E9,F,I,UP,RUF012", ".", cwd=root) == ""


def test_mypy_is_content(written: tuple[Path, dict[str, Case]]) -> None:
    root, _ = written
    assert run(tool("mypy"), "--strict", "--cache-dir", str(CACHE), ".", cwd=root) == ""


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not here, on which pyright runs")
def test_pyright_is_content(written: tuple[Path, dict[str, Case]]) -> None:
    root, _ = written
    found = run(tool("pyright"), "--pythonpath", sys.executable, "--outputjson", ".", cwd=root)
    problems = json.loads(found)["generalDiagnostics"] if found else []
    assert [problem["message"] for problem in problems if problem["severity"] == "error"] == []


def test_the_same_truth_gives_the_same_bytes(written: tuple[Path, dict[str, Case]]) -> None:
    for case in written[1].values():
        assert render(case.truth, case.options) == {case.path.name: case.text}


def test_an_edit_by_hand_is_noticed(written: tuple[Path, dict[str, Case]]) -> None:
    text = written[1]["shop"].text
    assert header.generated(text)
    assert not header.edited(text)
    assert not header.edited(text.replace("\n", "\r\n"))
    assert header.edited(text.replace("title: str", "title: str | None"))
    assert header.edited(text + "\nVALUE = 1\n")
    assert not header.generated("VALUE = 1\n")


def test_only_what_is_said_counts_as_a_difference(written: tuple[Path, dict[str, Case]]) -> None:
    text = written[1]["shop"].text
    other = text.replace(f"# schema {header.fingerprint(text)}", "# schema 0123456789abcdef")
    assert header.fingerprint(other) == "0123456789abcdef"
    assert header.same(text, other)
    assert not header.same(text, text.replace("title: str", "title: str | None"))


ANNOTATIONS = (
    "str",
    "Timestamptz",
    "str | None",
    "list[str | None]",
    "Annotated[list[Status | None], FromText] | None",
)
VALUES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ()),
    ("UNSET", ()),
    ("", ('description="short"',)),
    ("", ("default=UNSET", 'alias="a b"', "max_length=12")),
    (
        "",
        ("default=UNSET", 'alias="some long alias"', 'description="so much is said here that no line is long enough"'),
    ),
)


def test_fields_of_every_length_are_laid_out_as_ruff_does(tmp_path: Path) -> None:
    lines = [
        f"    {line}"
        for length in range(1, 80)
        for annotation in ANNOTATIONS
        for value, arguments in VALUES
        for line in field("a" * length, annotation, value, arguments, 84)
    ]
    (tmp_path / "fields.py").write_text("\n".join(["class A(Row):", *lines, ""]), encoding="utf-8")
    assert run(tool("ruff"), "format", "--isolated", "--diff", ".", cwd=tmp_path) == ""


@given(st.text(st.characters(codec="utf-8")))
def test_a_text_comes_back_from_its_literal(text: str) -> None:
    assert ast.literal_eval(string(text)) == text


@given(st.text(st.characters(codec="utf-8")) | st.text("ab \"\\\n\t'"))
def test_a_comment_comes_back_from_its_docstring(text: str) -> None:
    lines = docstring(text)
    said = ast.literal_eval("\n".join(lines)) if lines else ""
    assert [line.rstrip() for line in said.strip().splitlines()] == [
        line.rstrip() for line in inspect.cleandoc(text).strip().splitlines()
    ]
