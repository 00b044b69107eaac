"""``pgconform uses`` and ``pgconform validate-script``: who uses a name, and whether just these files conform."""

from __future__ import annotations

from pathlib import Path

from pgconform.schema import Schema
from pgconform.sources import snapshot
from tests.commands import WRONG, Run, run
from tests.schemas import table

__all__ = ["run"]

TRUTH = Schema(relations=(table("documents", "id uuid!", "title text!", "status text"),), schemas=("public",))
APP = """from supabase import create_client

supabase = create_client("http://localhost", "key")


def titles():
    return supabase.table("documents").select("id, title").eq("status", "open").execute()


def finish(id):
    supabase.table("documents").update({"status": "done"}).eq("id", id).execute()
"""


def project(root: Path) -> None:
    snapshot.write(TRUTH, root / "pgconform.lock.json")
    (root / "app.py").write_text(APP)


def test_a_column_is_read_where_it_is_filtered_and_written_where_it_is_sent(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    ran = run("uses", "documents.status")
    assert ran.code == 0
    assert "read      app.py:7:64  filter or order  titles" in ran.out
    assert "written   app.py:11:41  update  finish" in ran.out
    assert ran.out.endswith("  2 uses\n")


def test_a_table_is_used_by_whole_requests(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    out = run("uses", "documents").out
    assert "app.py:7:27  select  titles" in out
    assert "app.py:11:20  update  finish" in out


def test_a_column_that_nobody_uses_is_said_to_be_so(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "app.py").write_text("")
    assert "nothing that was read uses it" in run("uses", "documents.title").out


def test_an_unknown_name_is_answered_with_the_nearest(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    ran = run("uses", "documents.statu")
    assert ran.code == 2
    assert "did you mean documents.status?" in ran.err
    assert "did you mean documents?" in run("uses", "document").err


def test_only_the_named_scripts_are_judged(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "wrong.py").write_text(WRONG)
    assert run("validate-script", "app.py").code == 0
    ran = run("validate-script", "wrong.py", "--format", "concise")
    assert ran.code == 1
    assert "wrong.py" in ran.out
    assert run("validate-script").code == 2
