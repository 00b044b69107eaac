"""Start-up stays light: what a person waits for is not the import of what this run does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
REPORT = """
import sys
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
