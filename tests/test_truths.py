"""Which truth a check is held to, and what the settings may not say."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from pgconform.config import Config, Project, read_project
from pgconform.errors import Problem
from pgconform.project.asking import Ask
from pgconform.project.layout import Layout
from pgconform.project.truths import Names, choose, left_out
from pgconform.schema import Schema
from pgconform.shape import Location
from pgconform.support.environment import dotenv, expanded, variable
from tests.schemas import table

URL = "postgresql://app:s3cret@db.internal/prod"


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "SUPABASE_DB_URL", "POSTGRES_URL", "SUPABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_what_is_asked_for_outweighs_the_settings(tmp_path: Path) -> None:
    assert choose(Project(tmp_path, Config(truth="sql:a.sql")), "snapshot:b.json") == "snapshot:b.json"


def test_the_settings_outweigh_the_snapshot(tmp_path: Path) -> None:
    (tmp_path / "pgconform.lock.json").write_text("{}")
    assert choose(Project(tmp_path)) == "snapshot:pgconform.lock.json"
    assert choose(Project(tmp_path, Config(truth="sql:a.sql"))) == "sql:a.sql"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_dotenv_is_read_as_editors_of_any_system_save_it(tmp_path: Path, encoding: str) -> None:
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    (tmp_path / ".env").write_bytes(mark + "SHOP_URL=postgresql://käse/db\r\nB=2\r\n".encode(encoding))
    assert dotenv(tmp_path) == {"SHOP_URL": "postgresql://käse/db", "B": "2"}


def test_variables_within_values_of_dotenv_are_the_files_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "secret of the machine")
    lines = ("URL=postgresql://app:${PASSWORD}@${HOST}/db", 'HOST="${NAME}.internal"', "NAME=db", "PASSWORD='a${b'")
    (tmp_path / ".env").write_text("\n".join((*lines, "A=${TOKEN}", "B=${B}x", "C='${NAME}'", "D=$NAME")), "utf-8")
    found = dotenv(tmp_path)
    assert found["URL"] == "postgresql://app:a${b@db.internal/db"
    assert (found["A"], found["C"], found["D"]) == ("${TOKEN}", "${NAME}", "$NAME")
    assert found["B"].startswith("${B}")


def test_a_variable_is_looked_up_in_the_environment_then_in_dotenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("# x\nexport DATABASE_URL='postgresql://dotenv/db' # the local one\nA=b # c\n")
    project = Project(tmp_path, Config(truth="${DATABASE_URL}"))
    assert choose(project) == "postgresql://dotenv/db"
    monkeypatch.setenv("DATABASE_URL", URL)
    assert choose(project) == URL
    assert (variable("A", tmp_path), variable("B", tmp_path)) == ("b", None)


def test_a_database_is_only_asked_when_somebody_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pgconform.lock.json").write_text("{}")
    monkeypatch.setenv("DATABASE_URL", URL)
    assert choose(Project(tmp_path)) == "snapshot:pgconform.lock.json"
    assert choose(Project(tmp_path), live=True) == URL


def test_supabase_is_the_live_truth_where_only_its_url_is_known(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SUPABASE_URL=https://x.supabase.co\n")
    assert choose(Project(tmp_path), live=True) == "supabase:"


def test_without_any_truth_it_is_said_what_would_be_one(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no truth was found") as caught:
        choose(Project(tmp_path))
    assert "--truth" in caught.value.help
    with pytest.raises(Problem, match="no database is named") as caught:
        choose(Project(tmp_path), live=True)
    assert "DATABASE_URL" in caught.value.help


def test_a_url_in_the_settings_is_refused_at_its_line_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.pgconform]\ntruth = "{URL}"\n')
    with pytest.raises(Problem) as caught:
        choose(read_project(tmp_path / "pyproject.toml"))
    assert caught.value.message.startswith("pyproject.toml:2: the setting truth holds a connection URL")
    assert "s3cret" not in caught.value.message + caught.value.help


def test_a_variable_that_is_no_database_is_refused_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET", "AKIA-do-not-print")
    with pytest.raises(Problem, match=r"\$AWS_SECRET holds no postgresql:// URL") as caught:
        choose(Project(tmp_path, Config(truth="$AWS_SECRET")))
    assert "AKIA" not in caught.value.message + caught.value.help


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="the variable NOT_SET_AT_ALL is not set"):
        choose(Project(tmp_path), "$NOT_SET_AT_ALL")
    assert expanded("sql:$x.sql", tmp_path) == "sql:$x.sql"


def test_without_a_truth_a_project_of_alembic_is_told_how_to_have_one(tmp_path: Path) -> None:
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend" / "alembic.ini").write_text("")
    with pytest.raises(Problem, match="no truth was found") as caught:
        choose(Project(tmp_path))
    assert "alembic upgrade head --sql" in caught.value.help


@pytest.mark.parametrize("table", ["users (id INTEGER PRIMARY KEY AUTOINCREMENT)", "`users` (`id` int)"])
def test_without_a_truth_sql_of_another_server_is_named(tmp_path: Path, table: str) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "db.py").write_text("cur.executescript('create table t (id int)')")
    (tmp_path / "app" / "schema.sql").write_text(f"CREATE TABLE {table};")
    with pytest.raises(Problem, match="no truth was found") as caught:
        choose(Project(tmp_path))
    assert caught.value.help.startswith("app/schema.sql is no SQL of Postgres'")


@pytest.mark.parametrize("line", ["cur.execute('Create  Table t (id int)')", "Base.metadata.create_all(engine)"])
def test_without_a_truth_a_program_that_makes_its_tables_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "app").mkdir()
    for name in ("test_db.py", "db.py"):
        (tmp_path / "app" / name).write_text(line)
    with pytest.raises(Problem, match="no truth was found") as caught:
        choose(Project(tmp_path))
    assert caught.value.help.startswith("app/db.py makes its tables when it runs")
    assert "pg_dump --schema-only" in caught.value.help
    (tmp_path / "app" / "db.py").unlink()
    with pytest.raises(Problem) as caught:
        choose(Project(tmp_path))
    assert "name one" in caught.value.help


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        ("import sqlite3", "name one"),
        ("import sqlite3\nimport asyncpg", "app/db.py makes its tables"),
        ("from alembic import op", "Alembic's migrations are programs"),
    ],
)
def test_a_program_that_makes_tables_of_another_server_or_in_a_revision_is_not_named(
    tmp_path: Path, driver: str, said: str
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "db.py").write_text(f"{driver}\nrun('create table t (id int)')")
    with pytest.raises(Problem) as caught:
        choose(Project(tmp_path))
    assert caught.value.help.startswith(said)


MADE = "create table orders (id int primary key);\n"


def found(root: Path, *, cached: bool) -> tuple[str, Names | None]:
    """The truth of a project, and what is left out of one that a.sql makes."""
    project, layout = Project(root), Layout(root, cached=cached)
    truth = Schema(relations=(replace(table("orders", "id int4!"), at=Location("a.sql", 1)),))
    return choose(project, layout=layout), left_out(project, Ask(), truth, ["a.sql"], layout)


def test_what_is_found_is_kept_while_its_files_stay_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / ".cache"))
    monkeypatch.setattr("pgconform.support.states.GRAIN", 0)
    (tmp_path / "a.sql").write_text(MADE)
    seen = [found(tmp_path, cached=True)]
    for name, text in (
        ("b.sql", "-- nothing yet"),
        ("b.sql", f"{MADE}create table users (id int primary key);"),
        ("a.sql", "-- no longer"),
        ("migrations/1_orders.sql", MADE),
        ("app/env.py", "nothing"),
        ("app/env.py", "alembic"),
        ("app/versions/1_first.py", ""),
        ("docs/shop/schema.sql", MADE),
        ("docs/shop/app.py", ""),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        time.sleep(0.02)
        seen.append(found(tmp_path, cached=True))
        assert seen[-1] == found(tmp_path, cached=False), name
    assert len(set(seen)) == 6
    monkeypatch.setattr("pgconform.sources.migrations.detect", None)
    monkeypatch.setattr("pgconform.sources.migrations.beside.beside", None)
    assert found(tmp_path, cached=True) == seen[-1]


def test_nothing_is_kept_of_files_that_were_only_just_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / ".cache"))
    (tmp_path / "a.sql").write_text(MADE)
    assert found(tmp_path, cached=True)[0] == "migrations:a.sql"
    assert not (tmp_path / ".cache").exists()
