"""How long a person waits: `pgconform check` with nothing cached, again, after one edit, and the help screen.

Apart from that, how fast code is read, linked and judged by a whole run for which only the truth is kept.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pgconform.sources.python.files.files import find_files

ROUNDS = 5
COLD = 5.0
AGAIN = 0.3
HELP = 0.15
FUNCTION = "\n\ndef _edited_{}():\n    return None\n"
STATEMENT = "\n\ndef _asked_{0}():\n    import psycopg\n    psycopg.connect().execute('SELECT {0}')\n"
LINES = 250_000
"""Lines a second, on two cores."""
_OF_THE_TRUTH = frozenset({"migrations", "postgres"})
"""What is kept of it."""


def main(arguments: list[str]) -> None:
    """Checks copies of the projects in these directories; without any, the example shop."""
    print_row("pgconform --help", median(ROUNDS, lambda: command(["--help"], Path.cwd(), os.environ.copy())), HELP)
    figures = [report(path.resolve()) for path in map(Path, arguments or ["examples/shop"])]
    lines, seconds = map(sum, zip(*figures, strict=True))
    print(f"read, linked and judged with only the truth kept, all together: {speed(lines, seconds)}")


def report(original: Path) -> tuple[int, float]:
    """Every run is a process of its own, from its start to its end. Gives lines of Python, and seconds for them."""
    with copied(original) as (root, environment):
        check = ["check", "--exit-zero", "--format", "concise"]

        def cold() -> None:
            shutil.rmtree(environment["PGCONFORM_CACHE_DIR"], ignore_errors=True)
            command(check, root, environment)

        def of_code() -> None:
            for kept in Path(environment["PGCONFORM_CACHE_DIR"]).iterdir():
                if kept.name not in _OF_THE_TRUTH:
                    shutil.rmtree(kept)
            command(check, root, environment)

        def edited(file: Path, text: str) -> Callable[[], None]:
            def run() -> None:
                with file.open("a", encoding="utf-8") as end:
                    end.write(text.format(time.time_ns()))
                command(check, root, environment)

            return run

        programs, documents = by_size(root, "*.py"), by_size(root, "README.md")

        print(f"{root.name}:")
        print_row("nothing cached, no server template", median(3, cold), COLD)
        lines = sum((root / file.uri).read_bytes().count(b"\n") for file in find_files(root))
        seconds = median(3, of_code)
        print(f"  {f'{lines:,} lines, only the truth kept':48} {seconds * 1000:8.0f} ms  {speed(lines, seconds)}")
        print_row("again, nothing changed", median(ROUNDS, lambda: command(check, root, environment)), AGAIN)
        middling = programs[(len(programs) - 1) // 2]
        print_row("again, a Python file of middling length changed", median(ROUNDS, edited(middling, FUNCTION)), AGAIN)
        print_row("again, the longest Python file changed", median(ROUNDS, edited(programs[-1], FUNCTION)), AGAIN)
        print_row("again, a new SQL statement in a Python file", median(ROUNDS, edited(middling, STATEMENT)), AGAIN)
        if documents:
            print_row("again, the longest README.md changed", median(ROUNDS, edited(documents[-1], "\n{}\n")), AGAIN)
    return lines, seconds


@contextmanager
def copied(original: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A copy of a project, and the environment for runs in it that have a cache of their own."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / original.name
        shutil.copytree(original, root, symlinks=True, ignore=shutil.ignore_patterns("node_modules", ".venv", ".git"))
        yield root, os.environ | {"PGCONFORM_CACHE_DIR": str(Path(place) / "cache")}


def speed(lines: float, seconds: float) -> str:
    kept = "within" if lines / seconds >= LINES else "OUTSIDE"
    return f"{lines / seconds / 1000:.0f} kLOC/s, {kept} {LINES / 1000:.0f}"


def by_size(root: Path, pattern: str) -> list[Path]:
    return sorted((file for file in root.rglob(pattern) if file.is_file()), key=lambda file: file.stat().st_size)


def command(arguments: list[str], root: Path, environment: dict[str, str]) -> None:
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    line = [sys.executable, "-m", "pgconform", *arguments]
    done = subprocess.run(line, cwd=root, env=environment, check=False, capture_output=True, text=True)
    if done.returncode > 1:
        sys.exit(done.stderr)


def median(times: int, run: Callable[[], None]) -> float:
    """Seconds of wall time, the median of so many runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def print_row(label: str, seconds: float, limit: float) -> None:
    print(f"  {label:48} {seconds * 1000:8.0f} ms  {'within' if seconds <= limit else 'OUTSIDE'} {limit:g} s")
