"""Running commands as a person does, in this process or in one of their own, on small projects."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from pgconform.cli._faults import guarded
from pgconform.cli.main import group
from pgconform.schema import Schema
from pgconform.sources import snapshot
from tests.own_cache import own_cache
from tests.schemas import table

PROGRAM = "from pgconform.__main__ import main; main()"
TRUTH = Schema(
    relations=(
        table("documents", "id uuid!", "title text!", "notes text"),
        table("users", "id uuid!", "email text!"),
    ),
    schemas=("public",),
)
_CLIENT = "from supabase import create_client\n\nsupabase = create_client('http://localhost', 'key')\n"
CLEAN = f'{_CLIENT}supabase.table("documents").select("id, title").execute()\n'
WRONG = f'{_CLIENT}supabase.table("documents").select("id, titel").execute()\n'


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``pgconform`` with these arguments in the test's directory, with a cache of its own and no colours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / ".cache"))
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("FORCE_COLOR", "NO_COLOR", "DATABASE_URL", "SUPABASE_DB_URL", "POSTGRES_URL", "SUPABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def ran(*arguments: str) -> Ran:
        code = guarded(group, list(arguments))
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran


def project(root: Path, truth: Schema = TRUTH, **files: str) -> Path:
    """A project with a snapshot of this truth and these Python files (``app="…"`` is app.py)."""
    snapshot.write(truth, root / "pgconform.lock.json")
    for name, text in files.items():
        (root / f"{name}.py").write_text(text, encoding="utf-8")
    return root


def started(root: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """The program in a process of its own, its outputs piped."""
    settings = {**os.environ, "PGCONFORM_CACHE_DIR": own_cache(root / ".cache"), **environment}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=root,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
