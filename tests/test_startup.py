"""Start-up stays light: what a person waits for is not the import of what this run does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import CLEAN, project

HEAVY = frozenset(
    {
        "asyncio",
        "concurrent.futures.process",
        "httpx",
        "importlib.metadata",
        "multiprocessing",
        "pathspec",
        "postgast",
        "psycopg",
        "pydantic",
        "rapidfuzz",
        "rich",
        "sqlalchemy",
        "ssl",
        "tomlkit",
        "urllib.request",
    }
)
LOOK = frozenset(
    {"pgconform.sources.python.look", "pgconform.sources.python.modules.project", "pgconform.sources.python.evaluate"}
)
"""What looks at Python files."""
REPORT = """
import sys
from pgconform.support import forks
forks.cores = lambda: 2
try:
    from pgconform.cli.main import main
    main()
finally:
    print("\\x1e" + " ".join(sys.modules), file=sys.stderr)
"""


def imported(directory: Path, *arguments: str) -> set[str]:
    """The modules that one run of the command line imports."""
    ran = subprocess.run(
        [sys.executable, "-c", REPORT, *arguments], cwd=directory, capture_output=True, text=True, check=False
    )
    assert "\x1e" in ran.stderr, ran.stderr
    return set(ran.stderr.rpartition("\x1e")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["rule", "--help"]])
def test_help_imports_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    assert imported(tmp_path, *arguments).isdisjoint(HEAVY | {"msgspec"})


def test_a_check_of_what_has_not_changed_imports_nothing_heavy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / ".cache"))
    project(tmp_path, app=CLEAN)
    assert "pgconform.check" in imported(tmp_path, "check")
    again = imported(tmp_path, "check")
    assert again.isdisjoint(HEAVY | LOOK | {"pgconform.check", "pgconform.pairs.pair", "pgconform.rules"})


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked but on Linux")
def test_a_check_after_an_edit_leaves_looking_to_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / ".cache"))
    project(tmp_path, app=CLEAN)
    imported(tmp_path, "check")
    (tmp_path / "app.py").write_text(f"{CLEAN}# edited\n")
    again = imported(tmp_path, "check")
    assert "pgconform.rules.unknown_column" in again
    assert again.isdisjoint(HEAVY | LOOK | {"_hashlib", "bz2", "lzma", "random", "shutil", "tempfile", "tomllib"})


GUARDING = """
import sys
from pgconform import Guard
guard = Guard.from_uses(sys.argv[1])
guard.requests, guard.rows, guard.ready(), guard.requires
print(" ".join(sys.modules))
"""


def test_a_guard_imports_only_what_is_used_of_it(tmp_path: Path) -> None:
    (tmp_path / "uses.json").write_text('{"format": 1}')
    command = [sys.executable, "-c", GUARDING, str(tmp_path / "uses.json")]
    modules = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert "pgconform.guard.requests" in modules
    assert modules.isdisjoint(HEAVY | {"click", "redis", "pgconform.check", "pgconform.cli.main"})


def test_the_package_itself_imports_nothing_of_its_own() -> None:
    code = "import sys, pgconform; print([name for name in sys.modules if name.startswith('pgconform.')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
