"""How fast a project's Python is read: beside `ast.parse` alone, on all cores, linked, and again from the cache."""

from __future__ import annotations

import ast
import os
import tempfile
from pathlib import Path

from bench.measure import Time, best, kept, of_each
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.files.files import find_files
from pgconform.sources.python.look import Look
from pgconform.sources.python.looked import Reading
from pgconform.sources.python.models.read import read_models
from pgconform.sources.python.modules import workers
from pgconform.sources.python.modules.project import Project
from pgconform.sources.python.modules.reading import read_modules

ROUNDS = 5
PARSING = 2.0
"""The facts of a file may take this many times what parsing it takes."""


def main(arguments: list[str]) -> None:
    """Reads the projects in these directories; without any, pgconform itself."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ["PGCONFORM_CACHE_DIR"] = cache
        figures = [report(Path(path).resolve()) for path in arguments or ["src"]]
    if len(figures) > 1:
        parsed, read = map(sum, zip(*figures, strict=True))
        print(f"all {len(figures)} together: facts take {kept(read / parsed, PARSING)} of ast.parse")


def report(root: Path) -> tuple[float, float]:
    """Prints how fast a project is read; gives the seconds that parsing it takes, and those that its facts take."""
    files = find_files(root)
    sources = [source for file in files if not read_facts(source := (root / file.uri).read_bytes()).error]
    lines = sum(source.count(b"\n") for source in sources)
    print(f"{root.name}: {len(files)} files, {lines:,} lines")
    parsed, read = of_each(ROUNDS, sources, ast.parse, read_facts)
    print(f"  {'ast.parse alone, one core':38} {parsed * 1000:8.1f} ms cpu  {rate(lines, parsed)}")
    against = f"{kept(read / parsed, PARSING)} of ast.parse"
    print(f"  {'facts, one core':38} {read * 1000:8.1f} ms cpu  {rate(lines, read)}, {against}")
    cold = best(lambda: workers.read_files(root, files), ROUNDS)
    show("facts, all cores, no cache", cold, f"{rate(lines, cold.wall)} as time passes")
    linked = best(lambda: Look(root, Reading(cached=False, files=tuple(files))), 3)
    show("read and linked, all cores, no cache", linked, f"{rate(lines, linked.wall)} as time passes")
    show("finding the files", best(lambda: find_files(root), ROUNDS))
    modules = read_modules(root)
    modules.save()
    show("finding, stat and cache: a second run", best(lambda: read_modules(root), ROUNDS))
    project = Project(modules, modules.speaking)
    show("models from facts", best(lambda: read_models(project), ROUNDS), f"{len(read_models(project))} models")
    return parsed, read


def rate(lines: int, seconds: float) -> str:
    return f"{lines / seconds / 1000:.0f} kLOC/s"


def show(label: str, time: Time, note: str = "") -> None:
    print(f"  {label:38} {time.cpu * 1000:8.1f} ms cpu {time.wall * 1000:8.1f} ms wall  {note}")
