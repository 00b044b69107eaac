"""A repository of several projects: each is held to its own database, and one report tells of all."""

from __future__ import annotations

import json
from pathlib import Path

from pgconform.schema import Schema
from tests.commands import Run, project, run
from tests.schemas import table

__all__ = ["run"]
BILLING = Schema(relations=(table("users", "id int4!", "email text"),), schemas=("public",))
SHOP = Schema(relations=(table("users", "id int4!", "name text"),), schemas=("public",))
APP = (
    "from supabase import create_client\ndb = create_client('http://localhost', 'key')\n"
    "db.table('users').select('id, name').execute()\n"
)


def several(root: Path, settings: str = 'projects = ["services/billing", "services/shop"]\n') -> None:
    (root / "pgconform.toml").write_text(settings)
    for name, truth in (("billing", BILLING), ("shop", SHOP)):
        (root / "services" / name).mkdir(parents=True)
        project(root / "services" / name, truth, app=APP)


def test_each_project_is_held_to_its_own_truth(run: Run, tmp_path: Path) -> None:
    several(tmp_path)
    ran = run("check", "--format", "json")
    report = json.loads(ran.out)
    assert [(item["at"]["path"], item["subject"]) for item in report["findings"] if item["severity"] == "error"] == [
        ("services/billing/app.py", "users.name")
    ]
    assert report["relations"] == [
        {"name": "services/billing: public.users", "status": "errors"},
        {"name": "services/shop: public.users", "status": "conforms"},
    ]
    assert (ran.code, report["coverage"]["sites"], report["truth"]["counts"]) == (1, 6, {"table": 2})
    assert "services/billing: snapshot:pgconform.lock.json, services/shop: snapshot:pgconform" in run("check").out


def test_paths_choose_projects_and_files_in_them(run: Run, tmp_path: Path) -> None:
    several(tmp_path)
    (tmp_path / "services" / "billing" / "clean.py").write_text(APP.replace("id, name", "id"))
    assert run("check", "services/shop").code == 0
    assert run("check", "services/billing/clean.py").code == 0
    assert run("check", "services/billing").code == 1
    assert run("check", "services").code == 1


def test_settings_of_a_project_are_its_own(run: Run, tmp_path: Path) -> None:
    several(tmp_path, 'projects = ["services/billing", "services/shop"]\nignore = ["COL001"]\n')
    assert run("check").code == 1
    (tmp_path / "services" / "billing" / "pgconform.toml").write_text('ignore = ["COL001"]\n')
    assert run("check").code == 0


def test_what_is_in_no_project_is_judged_where_the_root_has_a_truth(run: Run, tmp_path: Path) -> None:
    several(tmp_path)
    (tmp_path / "tool.py").write_text(APP)
    assert "tool.py" not in run("check").out
    project(tmp_path, BILLING)
    (tmp_path / "services" / "billing" / "app.py").unlink()
    ran = run("check", "--format", "concise")
    assert (ran.code, ran.out) == (1, 'tool.py:3:31: error COL001 users has no column "name"\n')


def test_what_goes_for_one_project_only(run: Run, tmp_path: Path) -> None:
    several(tmp_path)
    for arguments in (("check", "--truth", "snapshot:x"), ("check", "--diff"), ("snapshot",), ("generate",)):
        ran = run(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert "services/billing" in ran.err
    (tmp_path / "pgconform.toml").write_text('projects = ["nowhere"]\n')
    assert "pgconform.toml:1: there is no directory nowhere" in run("check").err
    for name in ("..", ".", "/", "a/../.."):
        (tmp_path / "pgconform.toml").write_text(f'projects = ["{name}"]\n', encoding="utf-8")
        assert f"pgconform.toml:1: {name} is not below the root" in run("check").err
