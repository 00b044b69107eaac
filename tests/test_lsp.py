"""The language server, as an editor knows it: started as a program, and talked to on standard input and output."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pgconform.embedded import Server, shadow
from pgconform.schema import Schema
from tests.commands import CLEAN, TRUTH, WRONG, Run, project, run
from tests.editor import Editor, Json, editing
from tests.own_cache import own_cache
from tests.processes import all_gone
from tests.schemas import table

__all__ = ["run"]
MIGRATION = "create table documents (id uuid primary key, title text not null, notes text);\n"
MODEL = (
    "from pydantic import BaseModel\n\n\nclass Document(BaseModel):\n    __pgconform__ = 'documents'\n"
    "    id: str\n    titel: str\n    notes: str | None = None\n"
)
OTHER = Schema(relations=(table("documents", "id uuid!", "titel text"),), schemas=("public",))
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path_factory.mktemp("cache")))
    for name in ("DATABASE_URL", "SUPABASE_DB_URL", "POSTGRES_URL", "SUPABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a snapshot, and a column misspelled."""
    (tmp_path / "pgconform.toml").write_text("")
    return project(tmp_path, app=WRONG)


@pytest.fixture
def editor(root: Path) -> Iterator[Editor]:
    with editing(root) as one:
        yield one


def only(editor: Editor, file: Path) -> Json:
    (said,) = editor.diagnostics[file.as_uri()]["diagnostics"]
    assert isinstance(said, dict)
    return said


def test_the_server_brings_nothing_that_only_judging_needs() -> None:
    loaded = "import sys, pgconform.lsp.server; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert {"pgconform.project.run", "pgconform.check", "pgconform.lsp.judge"}.isdisjoint(ran.stdout.split())


def test_findings_of_an_open_file_say_what_a_check_says(editor: Editor, root: Path) -> None:
    app = root / "app.py"
    editor.open(app)
    editor.shows(app, "COL001")
    said = only(editor, app)
    line = next(number for number, line in enumerate(WRONG.split("\n")) if "titel" in line)
    start = WRONG.split("\n")[line].index("titel")
    assert said["range"] == {
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": start + len("titel")},
    }
    assert (said["severity"], said["source"], said["code"]) == (1, "pgconform", "COL001")
    assert said["codeDescription"]["href"].endswith("/docs/rules/COL001.md")
    assert "titel" in said["message"]
    assert "documents" in said["message"]


def test_files_that_nobody_opened_have_findings_too(editor: Editor, root: Path) -> None:
    editor.shows(root / "app.py", "COL001")
    (root / "other.py").write_text(WRONG)
    editor.written(root / "other.py")
    editor.shows(root / "other.py", "COL001")
    (root / "other.py").unlink()
    editor.written(root / "other.py")
    editor.shows(root / "other.py")
    editor.shows(root / "app.py", "COL001")


def test_findings_follow_what_is_typed(editor: Editor, root: Path) -> None:
    app = root / "app.py"
    editor.open(app)
    editor.shows(app, "COL001")
    editor.change(app, CLEAN)
    editor.shows(app)
    editor.change(app, f"# one\n# two\n{WRONG}")
    editor.shows(app, "COL001")
    assert only(editor, app)["range"]["start"]["line"] == 5
    assert app.read_text() == WRONG
    editor.change(app, CLEAN)
    editor.save(app)
    editor.shows(app)


def test_a_text_thrown_away_is_forgotten(editor: Editor, root: Path) -> None:
    app = root / "app.py"
    editor.open(app, CLEAN)
    editor.shows(app)
    editor.close(app)
    del editor.versions[app.as_uri()]
    editor.shows(app, "COL001")


def test_what_is_typed_in_one_file_is_found_in_another(editor: Editor, root: Path) -> None:
    names, use = root / "names.py", root / "use.py"
    names.write_text("COLUMNS = 'id, title'\n")
    use.write_text(f"from names import COLUMNS\n{CLEAN}supabase.table('documents').select(COLUMNS).execute()\n")
    editor.written(names, use)
    editor.open(names)
    editor.open(use)
    editor.shows(use)
    editor.change(names, "COLUMNS = 'id, titel'\n")
    editor.shows(names, "COL001")
    editor.change(names, "COLUMNS = 'id, title'\n")
    editor.shows(names)


def test_many_changes_end_with_what_holds(editor: Editor, root: Path) -> None:
    """What was found before a text changed is never said of the text it is now."""
    app = root / "app.py"
    editor.open(app)
    editor.shows(app, "COL001")
    for number in range(40):
        editor.change(app, f"{CLEAN if number % 2 else WRONG}# {number}\n")
        editor.for_a_while(0.02 * (number % 4))
    editor.shows(app)
    for _, said in editor.published:
        if said["uri"] == app.as_uri() and said.get("version"):
            wrong = said["version"] == 1 or said["version"] % 2 == 0
            assert [one["code"] for one in said["diagnostics"]] == (["COL001"] if wrong else [])


def test_a_place_behind_signs_of_two_units(editor: Editor, root: Path) -> None:
    app = root / "app.py"
    text = WRONG.replace('supabase.table("', 'x = "🐘🐘"; supabase.table("')
    editor.open(app, text)
    editor.shows(app, "COL001")
    line = next(line for line in text.split("\n") if "titel" in line)
    said = only(editor, app)["range"]
    assert said["start"]["character"] == line.index("titel") + 2
    assert said["end"]["character"] == said["start"]["character"] + len("titel")
    assert editor.server["capabilities"]["positionEncoding"] == "utf-16"
    editor.apply(editor.actions(app, said["start"]["line"])["Write title instead of titel"])
    assert editor.texts[app.as_uri()] == text.replace("titel", "title")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_end_as_they_end(editor: Editor, root: Path, end: str) -> None:
    app = root / "app.py"
    editor.open(app, WRONG.replace("\n", end).replace("\n", "\f"))
    editor.shows(app, "COL001")
    assert only(editor, app)["range"]["start"]["line"] == WRONG[: WRONG.index("titel")].count("\n")


def test_a_quick_fix_takes_its_finding_away(editor: Editor, root: Path) -> None:
    app = root / "app.py"
    editor.open(app, f"# not saved\n{WRONG}")
    editor.shows(app, "COL001")
    action = editor.actions(app, only(editor, app)["range"]["start"]["line"])["Write title instead of titel"]
    assert (action["kind"], action["isPreferred"]) == ("quickfix", True)
    assert action["diagnostics"][0]["code"] == "COL001"
    editor.apply(action)
    assert editor.texts[app.as_uri()] == f"# not saved\n{CLEAN}"
    editor.shows(app)
    assert editor.actions(app, 4) == {}


def test_a_fix_with_an_import(editor: Editor, root: Path) -> None:
    models = root / "models.py"
    models.write_text(MODEL.replace("id: str", "id: int").replace("titel", "title"))
    editor.open(models)
    editor.until(lambda: editor.current(models))
    said = only(editor, models)
    assert (said["code"], said["range"]["start"]) == ("TYP001", {"line": 5, "character": 4})
    editor.apply(next(one for title, one in editor.actions(models, 5).items() if title.startswith("Give it")))
    assert "from uuid import UUID" in editor.texts[models.as_uri()]
    editor.shows(models)


def test_all_that_is_safe_is_mended_at_once(editor: Editor, root: Path) -> None:
    app = root / "app.py"
    editor.open(app, f"{WRONG}{WRONG.splitlines()[-1]}\n")
    editor.shows(app, "COL001", "COL001")
    assert not [title for title in editor.actions(app, 3) if title.startswith("Mend all")]
    (action,) = editor.actions(app, 0, "source.fixAll").values()
    assert action["kind"] == "source.fixAll.pgconform"
    editor.apply(action)
    assert editor.texts[app.as_uri()] == f"{CLEAN}{CLEAN.splitlines()[-1]}\n"
    editor.shows(app)


def test_ignoring_a_finding_here(editor: Editor, root: Path) -> None:
    app = root / "app.py"
    editor.open(app)
    editor.shows(app, "COL001")
    editor.apply(editor.actions(app, only(editor, app)["range"]["start"]["line"])["Ignore COL001 here"])
    assert editor.texts[app.as_uri()] == WRONG.rstrip("\n") + "  # pgconform: ignore[COL001]\n"
    editor.shows(app, "CFG002")


def test_hovering_tells_the_rule_and_the_table(editor: Editor, root: Path) -> None:
    app = root / "app.py"
    editor.open(app)
    editor.shows(app, "COL001")
    where = {"textDocument": {"uri": app.as_uri()}, "position": only(editor, app)["range"]["start"]}
    said = editor.ask("textDocument/hover", where)["result"]
    assert said["contents"]["kind"] == "markdown"
    assert "COL001" in said["contents"]["value"]
    assert "title text not null" in said["contents"]["value"]
    assert editor.ask("textDocument/hover", where | {"position": {"line": 0, "character": 0}})["result"] is None


def test_where_the_schema_says_so(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    migration = tmp_path / "migrations" / "0001_first.sql"
    migration.write_text(f"-- 🐘\n{MIGRATION}")
    models = tmp_path / "models.py"
    models.write_text(MODEL.replace("titel: str", "title: int"))
    with editing(tmp_path) as editor:
        editor.open(models)
        editor.until(lambda: editor.current(models))
        said = only(editor, models)
        (there,) = said["relatedInformation"]
        assert there["location"]["uri"] == migration.as_uri()
        assert there["location"]["range"]["start"]["line"] == 1


def test_a_migration_changes_the_truth(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    migration = tmp_path / "migrations" / "0001_first.sql"
    migration.write_text(MIGRATION)
    app = tmp_path / "app.py"
    app.write_text(WRONG)
    with editing(tmp_path) as editor:
        editor.open(app)
        editor.shows(app, "COL001")
        migration.write_text(MIGRATION.replace("title", "titel"))
        editor.written(migration)
        editor.until(lambda: editor.current(app) == [])
        (tmp_path / "migrations" / "0002_second.sql").write_text("alter table documents rename titel to title;\n")
        editor.written(tmp_path / "migrations" / "0002_second.sql")
        editor.until(lambda: editor.current(app) == ["COL001"])
        assert not editor.said


def test_settings_that_cannot_be_read_are_told_once(editor: Editor, root: Path) -> None:
    app, settings = root / "app.py", root / "pgconform.toml"
    editor.open(app)
    editor.shows(app, "COL001")
    settings.write_text("ignore = [\n")
    editor.written(settings)
    editor.until(lambda: editor.said)
    assert "pgconform.toml is not valid TOML" in editor.said[0]
    editor.until(lambda: editor.codes(app) == [])
    editor.change(app, f"{WRONG}# more\n")
    editor.save(app)
    editor.for_a_while(1.0)
    assert len(editor.said) == 1
    settings.write_text('ignore = ["COL001"]\n')
    editor.written(settings)
    editor.shows(app)
    settings.write_text("")
    editor.written(settings)
    editor.shows(app, "COL001")


def test_a_database_that_is_gone(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text(WRONG)
    (tmp_path / "pgconform.toml").write_text('truth = "$DATABASE_URL"\n')
    with shadow() as server:
        dsn = server.dsn()
        with psycopg.connect(dsn) as connection:
            connection.execute(MIGRATION)
        with editing(tmp_path, env={"DATABASE_URL": dsn}) as editor:
            editor.open(app)
            editor.shows(app, "COL001")
            end(server)
            editor.change(app, f"{WRONG}# more\n")
            editor.shows(app, "COL001")
            editor.save(app)
            editor.until(lambda: editor.said)
            editor.until(lambda: editor.codes(app) == [])
            editor.change(app, WRONG)
            editor.save(app)
            editor.for_a_while(1.0)
            assert len(editor.said) == 1
            assert editor.codes(app) == []


def test_a_folder_without_any_truth_is_left_in_peace(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text(WRONG)
    with editing(tmp_path) as editor:
        editor.open(app)
        editor.until(lambda: editor.logged)
        assert "no truth was found" in editor.logged[0]
        assert (editor.said, editor.diagnostics) == ([], {})


def test_each_folder_has_its_own_truth(tmp_path: Path) -> None:
    roots = [tmp_path / name for name in ("first", "second", "third")]
    for number, one in enumerate(roots):
        one.mkdir()
        project(
            one,
            TRUTH if number else TRUTH.__class__(relations=(table("documents", "id uuid!", "titel text"),)),
            app=WRONG,
        )
        (one / "pgconform.toml").write_text("")
    with editing(*roots[:2]) as editor:
        editor.shows(roots[1] / "app.py", "COL001")
        editor.open(roots[0] / "app.py")
        editor.shows(roots[0] / "app.py")
        added = [{"uri": roots[2].as_uri(), "name": "third"}]
        removed = [{"uri": roots[1].as_uri(), "name": "second"}]
        editor.tell("workspace/didChangeWorkspaceFolders", {"event": {"added": added, "removed": removed}})
        editor.shows(roots[2] / "app.py", "COL001")
        editor.shows(roots[1] / "app.py")


def test_a_project_within_a_folder_has_its_own_truth(tmp_path: Path) -> None:
    inner = tmp_path / "services" / "api"
    inner.mkdir(parents=True)
    project(inner, app=WRONG)
    (inner / "pgconform.toml").write_text("")
    with editing(tmp_path) as editor:
        editor.open(inner / "app.py")
        editor.shows(inner / "app.py", "COL001")
        assert not editor.said


def test_several_projects_of_a_repository(tmp_path: Path) -> None:
    inner = tmp_path / "services" / "api"
    inner.mkdir(parents=True)
    project(inner, app=WRONG)
    (tmp_path / "pgconform.toml").write_text('projects = ["services/api"]\n')
    with editing(tmp_path) as editor:
        editor.open(inner / "app.py")
        editor.shows(inner / "app.py", "COL001")
        editor.change(inner / "app.py", CLEAN)
        editor.shows(inner / "app.py")


def test_documents_are_told_of(editor: Editor, root: Path) -> None:
    readme = root / "AGENTS.md"
    table_ = "## documents\n\n| column | type |\n|---|---|\n| id | uuid |\n| title | int |\n"
    readme.write_text(table_.replace("int", "text"))
    editor.open(readme)
    editor.shows(readme)
    editor.change(readme, table_)
    editor.until(lambda: editor.current(readme))
    code = only(editor, readme)["code"]
    editor.apply(editor.actions(readme, only(editor, readme)["range"]["start"]["line"])[f"Ignore {code} here"])
    assert f"\n<!-- pgconform: ignore[{code}] -->\n| column" in editor.texts[readme.as_uri()]
    editor.until(lambda: code not in (editor.current(readme) or [code]))


def test_a_file_that_nothing_reads_has_no_findings(editor: Editor, root: Path) -> None:
    place = root / "node_modules" / "x"
    place.mkdir(parents=True)
    (place / "app.py").write_text(WRONG)
    editor.open(place / "app.py")
    editor.open(root / "app.py")
    editor.shows(root / "app.py", "COL001")
    editor.change(place / "app.py", f"{WRONG}# more\n")
    editor.shows(place / "app.py")


def test_a_text_that_does_not_parse_says_so(editor: Editor, root: Path) -> None:
    app = root / "app.py"
    editor.open(app)
    editor.shows(app, "COL001")
    editor.change(app, f"{WRONG}def broken(:\n")
    editor.until(lambda: "COL001" not in (editor.current(app) or ["COL001"]))
    editor.change(app, WRONG)
    editor.shows(app, "COL001")


def processes(editor: Editor) -> list[int]:
    """The processes that the server has started, and those that they have."""
    return [
        pid
        for pid in map(int, filter(str.isdigit, (one.name for one in Path("/proc").iterdir())))
        if _of(pid, editor.process.pid)
    ]


def _of(pid: int, ancestor: int) -> bool:
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
        if pid == ancestor:
            return True
    return False


def end(server: Server) -> None:
    """Ends a server in the midst of its work."""
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGQUIT)
    assert all_gone([pid])


@LINUX
@pytest.mark.parametrize("how", ["closed", "killed", "exit", "shutdown"])
def test_nothing_outlives_the_editor(root: Path, how: str) -> None:
    editor = Editor(root)
    editor.shows(root / "app.py", "COL001")
    started = processes(editor)
    assert started
    assert editor.process.stdin
    match how:
        case "closed":
            editor.process.stdin.close()
        case "killed":
            editor.process.kill()
        case "exit":
            editor.tell("exit", {})
        case "shutdown":
            assert editor.stop() == 0
    code = editor.process.wait(20)
    assert all_gone(started)
    assert code == {"closed": 1, "killed": -signal.SIGKILL, "exit": 1, "shutdown": 0}[how]


@LINUX
def test_a_server_of_migrations_ends_with_the_editor(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "0001_first.sql").write_text(f"{MIGRATION}select pg_sleep(30);\n")
    (tmp_path / "app.py").write_text(WRONG)
    editor = Editor(tmp_path)
    until = time.monotonic() + 40
    while not (servers := [pid for pid in processes(editor) if _named(pid, b"postgres")]):
        assert time.monotonic() < until
        time.sleep(0.05)
    editor.process.kill()
    editor.process.wait(20)
    assert all_gone(servers)


def test_what_takes_long_is_shown(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "0001_first.sql").write_text(f"{MIGRATION}select pg_sleep(2);\n")
    (tmp_path / "app.py").write_text(WRONG)
    with editing(tmp_path) as editor:
        editor.shows(tmp_path / "app.py", "COL001")
        editor.until(lambda: len(editor.progress) == 2)
        begun, ended = editor.progress
        assert (begun["kind"], begun["title"], ended["kind"]) == ("begin", "pgconform", "end")
        assert tmp_path.name in begun["message"]


@LINUX
def test_one_server_proves_what_is_typed_until_the_truth_is_another(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    migration = tmp_path / "migrations" / "0001_first.sql"
    migration.write_text(MIGRATION)
    app = tmp_path / "app.py"
    text = "import psycopg\n\n\ndef ask(connection: psycopg.Connection):\n    return connection.execute('select {}')\n"
    app.write_text(text.format("1"))
    with editing(tmp_path) as editor:

        def types(column: str, *codes: str) -> set[int]:
            editor.change(app, text.format(f"{column} from documents"))
            editor.shows(app, *codes)
            return {pid for pid in processes(editor) if _named(pid, b"postgres")}

        editor.open(app)
        editor.shows(app)
        types("id")
        first = types("titel", "COL001")
        assert first
        assert types("title") >= first
        assert types("notes, titel", "COL001") >= first
        migration.write_text(MIGRATION.replace("title", "titel"))
        editor.written(migration)
        editor.shows(app)
        second = types("title, id", "COL001")
        assert second
        assert not second & first
    assert all_gone(first | second)


def _named(pid: int, name: bytes) -> bool:
    try:
        return name in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
    except OSError:
        return False


@LINUX
def test_a_process_that_is_killed_is_started_again(editor: Editor, root: Path) -> None:
    app = root / "app.py"
    editor.open(app)
    editor.shows(app, "COL001")
    for pid in processes(editor):
        os.kill(pid, signal.SIGKILL)
    editor.change(app, f"{WRONG}# more\n")
    editor.until(lambda: editor.said)
    assert "signal 9" in editor.said[0]
    assert editor.codes(app) == []
    editor.change(app, f"{WRONG}# and more\n")
    editor.shows(app, "COL001")


def test_without_the_extra_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconform.monitor.needs.find_spec", lambda _: None)
    ran = run("lsp")
    assert (ran.code, "pip install 'pgconform[lsp]'" in ran.err) == (2, True)


def test_nothing_else_imports_the_library() -> None:
    program = "import sys, pgconform.cli._checking, pgconform.project.run; sys.exit('pygls' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
