"""Settings: where they are found, and what is said of one that is wrong, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.config import Config, Project, find_project, read_project
from pgconform.errors import Problem
from pgconform.finding import Severity
from pgconform.schema import Transport


def written(directory: Path, text: str, name: str = "pyproject.toml") -> Path:
    file = directory / name
    file.write_text(text)
    return file


def refusal(directory: Path, text: str) -> tuple[str, str]:
    with pytest.raises(Problem) as caught:
        read_project(written(directory, text))
    return caught.value.message, caught.value.help


def test_settings_are_read_with_their_types(tmp_path: Path) -> None:
    written(
        tmp_path,
        """
        [tool.pgconform]
        truth = "migrations:db"
        schemas = ["app", "public"]
        transport = "psycopg"
        [tool.pgconform.severity]
        COL001 = "warning"
        [tool.pgconform.per_path_ignores]
        "scripts/**" = ["WRT"]
        [tool.pgconform.models]
        "app.models.Document" = "app.documents"
        [tool.pgconform.postgrest]
        max_rows = 1000
        """,
    )
    config = find_project(tmp_path).config
    assert (config.truth, config.schemas, config.transport) == ("migrations:db", ("app", "public"), Transport.PSYCOPG)
    assert config.severity == {"COL001": Severity.WARNING}
    assert config.per_path_ignores == {"scripts/**": ("WRT",)}
    assert config.models == {"app.models.Document": "app.documents"}
    assert config.postgrest is not None
    assert config.postgrest.max_rows == 1000


def test_the_nearest_settings_above_are_the_project(tmp_path: Path) -> None:
    inner = tmp_path / "backend" / "app"
    inner.mkdir(parents=True)
    written(tmp_path, "[tool.pgconform]\n")
    written(tmp_path / "backend", "[tool.other]\n")
    assert find_project(inner).root == tmp_path
    written(tmp_path / "backend", 'truth = "sql:x.sql"\n', "pgconform.toml")
    assert find_project(inner) == Project(
        tmp_path / "backend", Config(truth="sql:x.sql"), tmp_path / "backend" / "pgconform.toml"
    )


def test_without_settings_the_repository_is_the_project_and_else_the_place_itself(tmp_path: Path) -> None:
    inner = tmp_path / "app"
    inner.mkdir()
    assert find_project(inner) == Project(inner)
    (tmp_path / ".git").mkdir()
    assert find_project(inner) == Project(tmp_path)


def test_an_unknown_key_is_refused_at_its_line_with_the_nearest_one(tmp_path: Path) -> None:
    message, help_ = refusal(tmp_path, "[project]\nname = 'x'\n\n[tool.pgconform]\nschemas = []\nexlude = ['a']\n")
    assert message == "pyproject.toml:6: there is no setting exlude"
    assert help_ == "did you mean exclude?"


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("[tool.pgconform]\n[tool.pgconform.postgrest]\nmax-rows = 3\n", 3, "postgrest.max-rows"),
        ("[tool.pgconform]\npostgrest = { maxrows = 3 }\n", 2, "postgrest.maxrows"),
        ("[tool.pgconform]\npostgrest.maxrows = 3\n", 2, "postgrest.maxrows"),
        ('[tool]\n[tool."pgconform"]\n"trut" = 3\n', 3, "trut"),
        ("[tool.pgconform.modles]\na = ''\n", 1, "modles"),
    ],
)
def test_an_unknown_key_is_found_however_it_is_written(tmp_path: Path, text: str, line: int, key: str) -> None:
    assert refusal(tmp_path, text)[0] == f"pyproject.toml:{line}: there is no setting {key}"


def test_a_key_spelled_with_dashes_is_answered_with_its_name(tmp_path: Path) -> None:
    assert refusal(tmp_path, "[tool.pgconform]\nper-path-ignores = {}\n")[1] == "did you mean per_path_ignores?"


def test_a_key_like_no_other_is_answered_with_all_of_them(tmp_path: Path) -> None:
    assert "truth, live, snapshot" in refusal(tmp_path, "[tool.pgconform]\nzzzzzz = 1\n")[1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("truth = 3", "pyproject.toml:2: the setting truth: expected a text in quotes, got a whole number"),
        ("schemas = 'public'", "pyproject.toml:2: the setting schemas: expected a list, got a text in quotes"),
        ("transport = 'pigeon'", 'pyproject.toml:2: the setting transport: "pigeon" is none of its values'),
        ("severity = {COL001 = 'fatal'}", 'pyproject.toml:2: the setting severity: "fatal" is none of its values'),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_at_its_line(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, f"[tool.pgconform]\n{text}\n")[0] == message


def test_a_word_that_is_none_of_those_allowed_is_answered_with_them(tmp_path: Path) -> None:
    assert refusal(tmp_path, "[tool.pgconform.severity]\nCOL = 'x'\n")[1] == "it is one of error, warning, info"
    assert "postgrest, psycopg" in refusal(tmp_path, "[tool.pgconform]\ntransport = 'x'\n")[1]


def test_within_tables_too_the_words_are_told_and_unknown_keys_refused(tmp_path: Path) -> None:
    own = "[tool.pgconform]\n"
    assert refusal(tmp_path, f"{own}generate.style = 'x'\n")[1] == "it is one of pydantic, sqlmodel, typeddict"
    model = "models = {{'a.B' = {{relation = 't', {} = 'x'}}}}\n"
    assert refusal(tmp_path, own + model.format("role"))[1] == "it is one of row, insert, update"
    assert refusal(tmp_path, own + model.format("rol"))[1] == "did you mean role?"
    field = "redis.keys.'a:{{b}}' = {{relation = 't', fields = {{b = {{{} = 'x'}}}}}}\n"
    assert refusal(tmp_path, own + field.format("form"))[1] == "it is one of text, number, epoch, json, any"
    assert "got a text in quotes" in refusal(tmp_path, f"{own}postgrest.max_rows = 'x'\n")[0]
    assert "null" not in refusal(tmp_path, f"{own}postgrest.max_rows = 'x'\n")[0]


def test_a_file_that_an_editor_of_windows_wrote_is_read_or_refused(tmp_path: Path) -> None:
    text = "[tool.pgconform]\ntruth = 'sql:x.sql'\n"
    (tmp_path / "pyproject.toml").write_bytes(text.encode("utf-8-sig"))
    assert find_project(tmp_path).config.truth == "sql:x.sql"
    (tmp_path / "pyproject.toml").write_bytes(text.encode("utf-16"))
    with pytest.raises(Problem, match="not UTF-8"):
        find_project(tmp_path)


def test_a_file_that_is_no_toml_or_no_text_is_said_to_be(tmp_path: Path) -> None:
    assert "not valid TOML" in refusal(tmp_path, "[tool.pgconform\n")[0]
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.pgconform]\nx = '\xff'\n")
    with pytest.raises(Problem, match="not UTF-8"):
        find_project(tmp_path)


def test_a_named_file_that_is_absent_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="there is no settings file"):
        read_project(tmp_path / "none.toml")


def test_a_problem_with_a_setting_names_its_line(tmp_path: Path) -> None:
    project = read_project(written(tmp_path, "[tool.pgconform]\ntruth = 'x:y'\n"))
    assert project.problem("truth", "no such truth").message == "pyproject.toml:2: no such truth"
    assert Project(tmp_path).problem("truth", "no such truth").message == "no such truth"
