"""The commands besides check, on real files and real servers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from pgconform.config import find_project
from pgconform.sources import snapshot
from tests.commands import CLEAN, TRUTH, WRONG, Run, project, run
from tests.conftest import ROOT

__all__ = ["run"]
TABLES = "create table documents (id uuid primary key, title text not null, notes text);"


@pytest.fixture
def live(pg_dsn: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with one table, named by the environment that `run` emptied before."""
    del run
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(TABLES.encode())
    monkeypatch.setenv("DATABASE_URL", pg_dsn)
    return pg_dsn


@pytest.fixture
def migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one migration and one model of what it makes."""
    monkeypatch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
    (tmp_path / "supabase" / "migrations").mkdir(parents=True)
    (tmp_path / "supabase" / "migrations" / "20250101000000_documents.sql").write_text(TABLES)
    (tmp_path / "app.py").write_text(WRONG)
    return tmp_path


def execute(dsn: str, sql: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.encode())


def test_migrations_are_found_applied_and_read_without_a_word_of_settings(run: Run, migrated: Path) -> None:
    ran = run("check")
    assert ran.code == 1
    assert ran.out.startswith("truth    supabase/migrations (1 table) · Postgres 1")
    assert "see supabase/migrations/20250101000000_documents.sql:1" in ran.out
    assert "nothing changed since the last run" in run("check").out


def test_init_writes_what_it_found_and_check_uses_it(run: Run, migrated: Path) -> None:
    (migrated / "pyproject.toml").write_text('# mine\n[project]\nname = "x"  # keep\n\n[tool.other]\na = 1\n')
    assert run("init", "--dry-run").code == 0
    assert "pgconform" not in (migrated / "pyproject.toml").read_text()
    ran = run("init")
    assert "truth    supabase/migrations  1 file, 1 table created (supabase)" in ran.out
    text = (migrated / "pyproject.toml").read_text()
    assert text.startswith('# mine\n[project]\nname = "x"  # keep\n\n[tool.other]\na = 1\n')
    assert find_project(migrated).config.truth == "migrations:supabase/migrations"
    assert run("check").code == 1
    again = run("init")
    assert (again.code, again.err.splitlines()[0]) == (2, "error: pyproject.toml has settings already")


def test_init_says_of_no_sql_both_that_it_is_the_truth_and_that_it_is_not(run: Run, migrated: Path) -> None:
    (migrated / "supabase" / "schema.sql").write_text("create table people (id int primary key);")
    later = migrated / "supabase" / "migrations" / "20250102000000_people.sql"
    later.write_text("alter table people add column name text;")
    lines = run("init", "--dry-run").out.splitlines()
    assert lines[0].startswith("truth    supabase/schema.sql, supabase/migrations  3 files, 2 tables created")
    assert not any(line.startswith("not ") for line in lines)


@pytest.mark.parametrize("there", ["pyproject.toml", "nothing"])
def test_init_does_not_end_the_doubt_of_a_truth_that_is_not_all(run: Run, migrated: Path, there: str) -> None:
    (migrated / there).write_text('[project]\nname = "x"\n')
    (migrated / "more").mkdir()
    (migrated / "more" / "later.sql").write_text("alter table documents add column label text;")
    before = run("check", "--format", "concise").out
    said = run("init").out
    assert "doubt    more/later.sql: tables may be made there too" in said
    assert '# truth = "migrations:supabase/migrations"' in said
    project = find_project(migrated)
    assert (project.root, project.config.truth, bool(project.file)) == (migrated, "", True)
    assert run("check", "--format", "concise").out == before


def test_init_does_not_name_a_truth_that_lacks_most_of_what_the_code_asks_for(run: Run, migrated: Path) -> None:
    chains = "\n".join(f"supabase.table('{name}').select('id').execute()" for name in ("one", "two", "documents"))
    (migrated / "app.py").write_text(
        f"from supabase import create_client\nsupabase = create_client('', '')\n{chains}\n"
    )
    assert "doubt    the code asks for one, two, which it does not make" in run("init", "--dry-run").out
    (migrated / "supabase" / "migrations" / "20250102000000_more.sql").write_text("create table one (id int);")
    assert "doubt" not in run("init", "--dry-run").out


def test_init_leaves_ends_of_lines_and_the_mark_of_the_bytes_as_they_are(run: Run, migrated: Path) -> None:
    mine = b'\xef\xbb\xbf[project]\r\nname = "x"\r\n'
    (migrated / "pyproject.toml").write_bytes(mine)
    assert run("init").code == 0
    written = (migrated / "pyproject.toml").read_bytes()
    assert written.startswith(mine)
    assert written.count(b"\n") == written.count(b"\r\n") > 3
    assert find_project(migrated).config.truth == "migrations:supabase/migrations"


def test_init_writes_no_empty_file(run: Run, tmp_path: Path) -> None:
    ran = run("init")
    assert (ran.code, "nothing to write down yet" in ran.out) == (0, True)
    assert list(tmp_path.glob("*.toml")) == []


def test_messages_lead_to_pages_that_everybody_has(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pgconform.toml").write_text("truth = 3\n")
    page = "https://github.com/pgconform/pgconform/blob/main/docs/configuration.md"
    assert page in run("check").err
    assert page in run("init").err
    assert "cache, docs or site" in " ".join(run("generate", "--help").out.split())


def test_init_without_a_pyproject_writes_a_file_of_its_own(
    run: Run, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app:pw@db/prod")
    (migrated / "supabase" / "config.toml").write_text('[api]\nschemas = ["public", "billing", "graphql_public"]\n')
    assert "pw" not in run("init").out
    config = find_project(migrated).config
    assert (config.live, config.schemas) == ("$DATABASE_URL", ("public", "billing"))


def test_a_snapshot_is_written_once_and_then_is_the_truth(run: Run, tmp_path: Path, live: str) -> None:
    (tmp_path / "app.py").write_text(WRONG)
    ran = run("snapshot", "--live")
    assert ran.out.startswith("pgconform.lock.json  1 table of ")
    first = (tmp_path / "pgconform.lock.json").read_bytes()
    assert "nothing changed" in run("snapshot", "--live").out
    assert (tmp_path / "pgconform.lock.json").read_bytes() == first
    assert run("check").out.startswith("truth    snapshot:pgconform.lock.json (1 table)")


def test_a_snapshot_can_be_checked_and_written_again(run: Run, tmp_path: Path, live: str) -> None:
    assert run("snapshot", "--live", "--check").code == 1
    assert not (tmp_path / "pgconform.lock.json").exists()
    run("snapshot", "--live")
    assert run("snapshot", "--live", "--check").code == 0
    execute(live, "alter table documents add column status text")
    ran = run("snapshot", "--live", "--check")
    assert (ran.code, ran.out.rstrip().endswith("1 difference from before")) == (1, True)
    run("snapshot", "--live")
    assert run("snapshot", "--live", "--check").code == 0


def test_a_live_check_judges_by_the_database_and_says_that_the_snapshot_is_stale(
    run: Run, tmp_path: Path, live: str
) -> None:
    (tmp_path / "app.py").write_text(CLEAN)
    run("snapshot", "--live")
    assert run("check", "--live").code == 0
    execute(live, "alter table documents drop column title")
    assert run("check").code == 0
    ran = run("check", "--live")
    assert ran.code == 1
    assert 'documents has no column "title"' in ran.out
    assert "CFG004  the snapshot is not what the database is: 1 part differs" in ran.out
    assert "column public.documents.title removed" in ran.out


def test_two_truths_are_compared_as_changes(run: Run, tmp_path: Path, live: str) -> None:
    project(tmp_path)
    ran = run("diff", "snapshot:pgconform.lock.json", "$DATABASE_URL")
    assert ran.code == 0
    assert "- public.users" in ran.out
    assert run("diff", "snapshot:pgconform.lock.json", live, "--exit-code").code == 1
    assert run("diff", live, live, "--exit-code").code == 0
    document = json.loads(run("diff", "snapshot:pgconform.lock.json", live, "--format", "json").out)
    (gone,) = [item for item in document["differences"] if item["subject"] == "public.users"]
    assert (gone["kind"], gone["what"]) == ("relation", "removed")


def test_only_the_wanted_schemas_are_compared(run: Run, tmp_path: Path, live: str) -> None:
    run("snapshot", "--live")
    execute(live, "create schema audit; create table audit.log (id int)")
    assert run("diff", "snapshot:pgconform.lock.json", live, "--exit-code").code == 0
    assert run("diff", "snapshot:pgconform.lock.json", live, "--exit-code", "--schema", "audit").code == 1


def test_the_file_of_what_is_used_is_written_held_to_and_said_to_be_absent(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    absent = run("guard", "--check")
    assert (absent.code, "there is no such file yet" in absent.out) == (1, True)
    assert "  written\n" in run("guard", "--write").out
    assert run("guard", "--check").code == 0
    (tmp_path / "pgconform.uses.json").write_text("{", encoding="utf-8")
    assert "out of date" in run("guard", "--check").out
    assert "written anew" in run("guard", "--write").out


def test_models_are_generated_import_and_conform(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    assert run("generate", "--check").code == 1
    assert not (tmp_path / "models.py").exists()
    assert run("generate").out == "models.py  written\n"
    subprocess.run([sys.executable, "-c", "import models; models.DocumentsRow"], cwd=tmp_path, check=True)
    assert run("generate").out == "models.py  nothing changed\n"
    assert run("generate", "--output", "app/rows.py", "--check").out == "app/rows.py is not there\n"
    assert run("generate", "--output", "app/rows.py").out == "app/rows.py  written\n"
    assert run("generate", "cache").out == "cache  nothing to write\n"
    assert run("generate", "--check").code == 0
    assert run("check").code == 0


def test_generated_files_that_somebody_changed_are_left_alone(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "models.py").write_text("mine = 1\n")
    ran = run("generate")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "error: models.py was not written by pgconform")
    assert run("generate", "--output", "other.py").code == 0
    (tmp_path / "other.py").write_text((tmp_path / "other.py").read_text() + "mine = 1\n")
    ran = run("generate", "--output", "other.py")
    assert (ran.code, "was edited by hand" in ran.err) == (2, True)
    ran = run("generate", "--output", "other.py", "--diff")
    assert (ran.code, "-mine = 1\n" in ran.out) == (1, True)
    assert run("generate", "--output", "other.py", "--force").code == 0
    assert "mine" not in (tmp_path / "other.py").read_text()
    assert (tmp_path / "models.py").read_text() == "mine = 1\n"


def test_generate_writes_nothing_outside_of_the_project_because_a_setting_says_so(run: Run, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    project(inner)
    (inner / "pgconform.toml").write_text('[generate]\nout = "../escaped.py"\n')
    ran = run("generate", "--config", "inner/pgconform.toml")
    assert (ran.code, "leads out of the project" in ran.err) == (2, True)
    assert not (tmp_path / "escaped.py").exists()


def test_the_rpc_migration_installs(run: Run, tmp_path: Path, live: str) -> None:
    sql = run("install-rpc").out
    with psycopg.connect(live, autocommit=True) as connection:
        for role in ("anon", "authenticated", "service_role"):
            connection.execute(
                f"do $$ begin create role {role}; exception when duplicate_object then null; end $$".encode()
            )
        connection.execute(sql.encode())
        row = connection.execute("select public.pgconform_schema()").fetchone()
    assert row is not None
    assert row[0]["format"] == 1
    assert run("install-rpc", "--output", "rpc.sql").out == ""
    assert (tmp_path / "rpc.sql").read_text() == sql


def test_the_package_runs_as_a_module() -> None:
    ran = subprocess.run([sys.executable, "-m", "pgconform", "--version"], cwd=ROOT, capture_output=True, check=True)
    assert ran.stdout.startswith(b"pgconform 0.")


def test_the_snapshot_of_a_test_is_what_it_was_written_from(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    assert run("diff", "snapshot:pgconform.lock.json", "snapshot:pgconform.lock.json", "--exit-code").code == 0
    assert len(TRUTH.relations) == 2


def test_a_target_that_does_not_exist_is_refused_with_those_that_do(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    ran = run("generate", "pydantc")
    assert ran.code == 2
    assert "there is no target pydantc" in ran.err
    assert "pydantic" in ran.err


def test_the_trigger_migration_is_what_guards_listen_to(run: Run, tmp_path: Path) -> None:
    sql = run("install-trigger", "--schema", "Internal").out
    assert 'function "Internal".pgconform_changed() returns event_trigger' in sql
    assert run("install-trigger", "--schema", "Internal", "--output", "trigger.sql").out == ""
    for command in ("install-rpc", "install-trigger"):
        assert "an empty name is no schema" in run(command, "--schema", "").err
    assert (tmp_path / "trigger.sql").read_text() == sql


def test_how_much_is_known_of_a_relation_is_no_difference_to_a_person(run: Run, tmp_path: Path) -> None:
    """A migration that could not be applied here says nothing against a database; a name in it does."""
    half = replace(TRUTH, relations=tuple(replace(item, whole=False) for item in TRUTH.relations))
    for name, truth in {"all": TRUTH, "half": half, "other": replace(half, relations=half.relations[1:])}.items():
        snapshot.write(truth, tmp_path / f"{name}.json")
    assert run("diff", "snapshot:all.json", "snapshot:half.json", "--exit-code").code == 0
    assert run("diff", "snapshot:all.json", "snapshot:other.json", "--exit-code").code == 1
