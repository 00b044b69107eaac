"""``pgconform uses`` and ``pgconform validate-script``: who uses a name, and whether just these files conform."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from pgconform.schema import Schema
from pgconform.sources import snapshot
from tests.commands import CLEAN, WRONG, Run, run
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


def test_a_name_is_taken_as_sql_takes_it_too(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    plain = run("uses", "documents.title")
    assert plain.code == 0
    for name in ("DOCUMENTS.Title", '"documents"."title"', 'Public."documents".TITLE'):
        assert run("uses", name).out == plain.out
    assert run("uses", '"Documents"').code == 2


def test_lines_end_where_their_words_do(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "AGENTS.md").write_text("| table | documents |\n\n`documents.title` and `documents.id`\n", "utf-8")
    out = run("uses", "documents.title").out
    assert "told      AGENTS.md:3\n" in out


def test_only_the_named_scripts_are_judged(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "wrong.py").write_text(WRONG)
    assert run("validate-script", "app.py").code == 0
    ran = run("validate-script", "wrong.py", "--format", "concise")
    assert ran.code == 1
    assert "wrong.py" in ran.out
    assert run("validate-script").code == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [("open.py", b"x = (\n"), ("noise.py", b"\x00\x01"), ("wide.py", "x = 1".encode("utf-16"))],
)
def test_a_named_script_that_does_not_parse_does_not_pass(run: Run, tmp_path: Path, name: str, content: bytes) -> None:
    project(tmp_path)
    (tmp_path / name).write_bytes(content)
    ran = run("validate-script", name, "app.py")
    assert ran.code == 2
    assert re.search(rf"not read \(1\)\n  {name}.*does not parse", ran.out)


def test_a_named_file_that_nobody_reads_does_not_pass(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "notes.txt").write_text("select nothing")
    (tmp_path / "README.md").write_text("# Read me\n")
    (tmp_path / "empty.py").touch()
    (tmp_path / "nothing").mkdir()
    for name in ("notes.txt", "nothing"):
        ran = run("validate-script", name)
        assert (ran.code, ran.out) == (2, "")
        assert f"nothing is read of {name}" in ran.err
    for name in ("README.md", "empty.py"):
        assert run("validate-script", name).code == 0
    assert run("check", "notes.txt").code == 0


def test_what_is_no_name_is_refused(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    os.mkfifo(tmp_path / "pipe.py")
    for command in ("check", "validate-script", "adopt"):
        assert "an empty name is no path" in run(command, "").err
        assert "pipe.py is neither a file nor a directory" in run(command, "pipe.py").err
    assert "an empty name stands for nothing" in run("uses", " ").err


def test_without_a_near_name_the_columns_are_told(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    assert "the columns of documents are id, title, status" in run("uses", "documents.zzzzzz").err


RAW = """import psycopg


def rename(connection: psycopg.Connection) -> None:
    connection.execute("with d as (select * from documents) select title from d")
    connection.execute("update documents d set title = upper(d.title) where id in (select id from documents)")
    connection.execute("insert into documents (id, title) values (%s, 'x') "
                       "on conflict (id) do update set title = excluded.title", (1,))
    row = connection.execute("select title as name from documents order by status").fetchone()
    print(row["name"])
"""


def pointed(out: str) -> list[tuple[str, int, str]]:
    """Every use as what is done there, its line, and the word in the file that it points at."""
    found = []
    for line in out.splitlines():
        if place := re.search(r"app\.py:(\d+):(\d+)\s+SQL, (.+?)  ", line):
            row = RAW.splitlines()[int(place[1]) - 1][int(place[2]) - 1 :]
            found.append((place[3], int(place[1]), (re.match(r"[\w.*]+", row) or [""])[0]))
    return found


def test_raw_sql_uses_columns_where_it_names_them(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "app.py").write_text(RAW)
    assert pointed(run("uses", "documents.title").out) == [
        ("select *", 5, "*"),
        ("read", 6, "d.title"),
        ("read", 8, "excluded.title"),
        ("read", 9, "title"),
        ("update", 6, "title"),
        ("insert", 7, "title"),
        ("update", 8, "title"),
    ]


def test_raw_sql_uses_tables_where_it_names_them(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "app.py").write_text(RAW)
    assert pointed(run("uses", "documents").out) == [
        ("read", 5, "documents"),
        ("read", 6, "documents"),
        ("read", 9, "documents"),
        ("update", 6, "documents"),
        ("insert", 7, "documents"),
    ]


def test_a_read_is_shown_as_it_is_written(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "app.py").write_text(
        "from pydantic import BaseModel\n"
        + CLEAN.replace("supabase.table", "rows = supabase.table")
        + "\n\nclass Doc(BaseModel):\n    title: str\n\n\n"
        + 'for row in rows.data:\n    print(row["title"], row.get("title"), Doc(**row))\n'
    )
    lines = run("uses", "documents.title").out.splitlines()
    told = [line.split(":", 2)[2].split("  ", 1)[1].strip() for line in lines if "app.py" in line]
    assert {'row["title"]', '.get("title")', 'field "title"  Doc'} <= set(told)
