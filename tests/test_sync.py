"""`sync`: everything in line with the schema at once, or nothing; what changed and what remains is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from pgconform.schema import Dropped, Schema, Unread
from pgconform.shape import Location
from pgconform.sources import snapshot
from pgconform.support.staging import JOURNAL, recover
from tests.commands import Run, run
from tests.conftest import ROOT
from tests.mending import CLIENT
from tests.redis_server import running, valkey
from tests.schemas import table

__all__ = ["run"]

THEN = Schema(
    relations=(table("documents", "id uuid!", "title text!", "notes text"), table("old", "id uuid!")),
    schemas=("public",),
)
NOW = replace(
    THEN,
    relations=(table("documents", "id uuid!", "heading text!", "notes text", "size int4"),),
    dropped=(
        Dropped("documents", "public", "title", "heading", Location("2.sql", 1)),
        Dropped("old", "public", at=Location("2.sql", 2)),
    ),
)
APP = (
    CLIENT
    + 'supabase.table("documents").select("id, title").order("title").execute()\n'
    + 'supabase.table("old").select("id").execute()\n'
)
MENDED = APP.replace("title", "heading")
SETTINGS = '[generate]\nout = "app/models.py"\n'
NEXT = "snapshot:next.lock.json"
REPORTS = ("schema_migration_report.json", "schema_migration_report.md")
KILLED = """
import os, signal, sys
from pgconform.__main__ import main
from pgconform.cli import _syncing

steps = int(sys.argv.pop(1))
real_write = _syncing.write_all

def counted(name):
    real = getattr(os, name)

    def step(*arguments, **named):
        global steps
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        steps -= 1
        return real(*arguments, **named)

    setattr(os, name, step)

def write_all(root, files, seen=None):
    for name in ("open", "replace", "unlink", "mkdir", "fsync", "rename", "rmdir"):
        counted(name)
    real_write(root, files, seen)

_syncing.write_all = write_all
main()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project as its snapshot and its models are, and a truth that has moved on since."""
    return filled(tmp_path)


def filled(root: Path) -> Path:
    root.mkdir(exist_ok=True)
    snapshot.write(THEN, root / "pgconform.lock.json")
    snapshot.write(NOW, root / "next.lock.json")
    (root / "pgconform.toml").write_text(SETTINGS)
    (root / "app").mkdir()
    (root / "app" / "main.py").write_text(APP)
    return root


def tree(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and not {".cache", ".git"} & set(path.parts))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.email=a@example.org", "-c", "user.name=A")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_everything_is_brought_in_line_and_what_remains_is_told(run: Run, root: Path) -> None:
    ran = run("sync", "--truth", NEXT)
    assert ran.code == 1
    assert (root / "app" / "main.py").read_text() == MENDED
    assert "heading: str" in (root / "app" / "models.py").read_text()
    assert (root / "pgconform.lock.json").read_text() == snapshot.text(NOW)
    assert "made     app/models.py  written" in ran.out
    assert "fixed    2 findings mended in 1 file" in ran.out
    assert 'app/main.py:7:16  REL001 there is no table "old"' in ran.out
    told = json.loads((root / REPORTS[0]).read_text())
    assert [(item["path"], item["what"]) for item in told["regenerated"]] == [
        ("app/models.py", "written"),
        ("pgconform.lock.json", "written anew"),
    ]
    assert {(item["what"], item["subject"]) for item in told["changes"]} >= {
        ("removed", "public.documents.title"),
        ("added", "public.documents.heading"),
        ("removed", "public.old"),
    }
    assert [(item["code"], item["of_this_change"]) for item in told["remaining"]] == [("REL001", True)]
    assert len(told["fixed"]) == 2
    text = (root / REPORTS[1]).read_text()
    assert "`app/main.py:7` error REL001" in text
    assert "- `app/models.py`: written" in text


def test_a_second_run_writes_nothing(run: Run, root: Path) -> None:
    run("sync", "--truth", NEXT)
    before = tree(root)
    again = run("sync", "--truth", NEXT)
    assert again.code == 1
    assert tree(root) == before
    assert "made" not in again.out
    assert "; pgconform check lists all" in again.out


def test_pages_of_who_uses_what_are_of_the_code_as_it_will_be(run: Run, root: Path) -> None:
    """They are current at once: neither the models that are written with them nor the fixes make them old."""
    for target in ("docs", "site"):
        assert run("generate", target, "--truth", f"snapshot:{root / 'pgconform.lock.json'}").code == 0
    assert "made     docs/schema/documents.md" in run("sync", "--truth", NEXT).out
    page = (root / "docs" / "schema" / "documents.md").read_text()
    assert "app/models.py" in page
    before = tree(root)
    assert [run("generate", target, "--truth", NEXT, "--check").code for target in ("docs", "site")] == [0, 0]
    run("sync", "--truth", NEXT)
    assert tree(root) == before


def test_what_remains_is_about_the_change_where_it_names_what_changed(run: Run, root: Path) -> None:
    here = 'supabase.table("documents").update({"title": "a"}).eq("id", 1).execute()\n'
    before = 'supabase.table("documents").select("nothing").eq("id", 1).execute()\n'
    (root / "app" / "main.py").write_text(f"{CLIENT}{here}{before}")
    out = " ".join(run("sync", "--truth", NEXT, "--no-fix").out.split())
    assert ", 1 of them about this change" in out
    assert 'documents has no column "title"' in out
    assert '"nothing"' not in out


def test_a_statement_that_fails_since_the_snapshot_remains_for_a_person(run: Run, root: Path) -> None:
    place = Location("3.sql", 2, 1)
    failed = Unread('column "sku" does not exist', "statement", "documents", place)
    snapshot.write(replace(NOW, unread=(failed,)), root / "next.lock.json")
    ran = run("sync", "--truth", NEXT, "--force")
    assert "3.sql:2:1  MIG001 this statement could not be applied" in ran.out
    assert "`3.sql:2` warning MIG001" in (root / REPORTS[1]).read_text()
    run("sync", "--truth", NEXT, "--force")
    assert run("sync", "--truth", NEXT, "--force").out.count("MIG001") == 0


def test_a_clean_project_ends_with_0(run: Run, root: Path) -> None:
    (root / "app" / "main.py").write_text(MENDED.rpartition("supabase.table")[0])
    assert run("sync", "--truth", NEXT).code == 0
    assert run("check").code == 0
    assert run("generate", "--check").code == 0


def test_a_dry_run_shows_and_writes_nothing(run: Run, root: Path) -> None:
    before = tree(root)
    ran = run("sync", "--truth", NEXT, "--dry-run")
    assert ran.code == 1
    assert '+supabase.table("documents").select("id, heading").order("heading").execute()\n' in ran.out
    assert "--- /dev/null\n+++ b/app/models.py\n" in ran.out
    assert "would be mended" in ran.err
    assert ("pgconform.lock.json" in ran.out, "pgconform.lock.json  would be written" in ran.err) == (False, True)
    assert tree(root) == before


def test_without_fixes_the_code_is_left_alone(run: Run, root: Path) -> None:
    run("sync", "--truth", NEXT, "--no-fix")
    assert (root / "app" / "main.py").read_text() == APP
    assert (root / "app" / "models.py").exists()


def test_work_that_is_not_committed_is_not_mixed_with(run: Run, root: Path) -> None:
    git(root, "init", "-q")
    git(root, "add", "app", "pgconform.lock.json", "pgconform.toml")
    git(root, "commit", "-qm", "all")
    (root / "app" / "main.py").write_text(f"{APP}# more\n")
    before = tree(root)
    refused = run("sync", "--truth", NEXT)
    assert refused.code == 2
    assert "changes that are not committed: app/main.py" in refused.err
    assert tree(root) == before
    assert run("sync", "--truth", NEXT, "--force").code == 1
    assert (root / "app" / "main.py").read_text() == f"{MENDED}# more\n"


def test_new_files_are_no_hindrance(run: Run, root: Path) -> None:
    git(root, "init", "-q")
    assert run("sync", "--truth", NEXT).code == 1


def test_a_generated_file_that_a_hand_edited_is_left_and_told(run: Run, root: Path) -> None:
    run("generate", "--truth", "snapshot:pgconform.lock.json")
    file = root / "app" / "models.py"
    file.write_text(file.read_text() + "# mine\n")
    edited = file.read_text()
    ran = run("sync", "--truth", NEXT)
    assert ran.code == 1
    assert file.read_text() == edited
    assert "was edited by hand since it was generated" in ran.out
    assert json.loads((root / REPORTS[0]).read_text())["kept"][0]["path"] == "app/models.py"


def test_a_target_that_is_not_configured_is_not_run(run: Run, root: Path) -> None:
    (root / "pgconform.toml").write_text("")
    run("sync", "--truth", NEXT)
    assert sorted(tree(root)) == sorted(
        ["app/main.py", "next.lock.json", "pgconform.lock.json", "pgconform.toml", *REPORTS]
    )


def test_killed_at_every_step_nothing_is_half_written(run: Run, tmp_path: Path) -> None:
    """The next run finishes what was begun, or begins anew; either way all is as if nothing had happened."""
    whole = filled(tmp_path / "whole")
    assert run("sync", "--config", str(whole / "pgconform.toml"), "--truth", NEXT).code == 1
    wanted, begun = tree(whole), tree(filled(tmp_path / "begun"))
    finished = 0
    for steps in range(100):
        root = filled(tmp_path / f"killed{steps}")
        command = [sys.executable, "-c", KILLED, str(steps), "sync", "--truth", NEXT]
        ran = subprocess.run(command, cwd=root, capture_output=True, timeout=60, check=False, env=dict(os.environ))
        if ran.returncode != -signal.SIGKILL:
            assert ran.returncode == 1, ran.stderr
            assert tree(root) == wanted
            break
        left = {name: data for name, data in tree(root).items() if name in wanted}
        assert all(data in (wanted[name], begun.get(name)) for name, data in left.items())
        finished += (root / JOURNAL).exists()
        recover(root)
        assert tree(root) in (begun, wanted)
        if steps % 8 == 0:
            run("sync", "--config", str(root / "pgconform.toml"), "--truth", NEXT)
            assert tree(root) == wanted
    assert steps > 20
    assert finished > 10


def test_the_report_is_as_its_schema_says(run: Run, root: Path) -> None:
    run("sync", "--truth", NEXT)
    schema = json.loads((ROOT / "docs" / "migration.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads((root / REPORTS[0]).read_text()))


def test_entries_of_the_cache_that_no_longer_conform_are_dropped(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "pgconform.toml").write_text(
        '[redis.keys."document:{id}"]\nrelation = "documents"\nfields = ["heading"]\ncache = true\n'
    )
    with running(valkey()) as store:
        monkeypatch.setenv("REDIS_URL", store.url)
        link = store.link()
        good, bad = ("document:1b4e28ba-2fa1-11d2-883f-0016d3cca427", "document:6fa459ea-ee8a-3ca4-894e-db77e160355e")
        link.ask("SET", good, '{"heading":"x"}')
        link.ask("SET", bad, '{"title":"x"}')
        assert run("sync", "--truth", NEXT, "--cache", "evict", "--dry-run").code == 1
        assert link.ask("EXISTS", good, bad) == 2
        ran = run("sync", "--truth", NEXT, "--cache", "evict")
        assert "cache    document:{id}: 2 entries, 1 wrong: 1 evicted" in ran.out
        assert (link.ask("EXISTS", good), link.ask("EXISTS", bad)) == (1, 0)
        link.close()
    assert json.loads((root / REPORTS[0]).read_text())["caches"][0]["outcomes"] == {"evicted": 1}
    assert "document" in "".join(tree(root))


def test_a_cache_that_cannot_be_reached_leaves_everything_as_it_was(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(root)
    monkeypatch.setenv("REDIS_URL", f"unix://{root}/nobody")
    assert run("sync", "--truth", NEXT, "--cache", "evict").code == 2
    assert tree(root) == before


def test_managed_blocks_are_kept_current_and_what_stands_beside_them_is_mended(run: Run, root: Path) -> None:
    document = root / "README.md"
    block = "<!-- pgconform:begin table=documents -->\n<!-- pgconform:end -->\n"
    document.write_text(f"# Mine\n\n{block}\nThe heading stands in `documents.title`.\n")
    assert run("generate", "docs", "--truth", "snapshot:pgconform.lock.json").code == 0
    assert "| `title`" in document.read_text()
    run("sync", "--truth", NEXT)
    text = document.read_text()
    assert "`heading`" in text
    assert "title" not in text
    assert text.startswith("# Mine\n\n<!-- pgconform:begin table=documents")
    assert not any("README" in line for line in run("check", "--format", "concise").out.splitlines())
