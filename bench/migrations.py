"""What applying a repository's migrations costs, part by part: ``python -m bench.migrations DIRECTORY``.

CPU seconds are this process' own and, apart, the server's; the first run has no template, the second has one, and the
third reads the schema from the cache.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pgconform.sources.migrations import detect, read

AGAIN = """
import sys, time
from pathlib import Path
began, used = time.perf_counter(), time.process_time()
from pgconform.sources.migrations import read
schema = read([Path(name) for name in sys.argv[2:]], Path(sys.argv[1]))
print(f"{time.perf_counter() - began:.3f} {time.process_time() - used:.3f}")
"""


def run(what: str, root: Path, sources: list[str]) -> None:
    """One run in a process of its own, with the time of all its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", AGAIN, str(root), *sources], capture_output=True, text=True, check=True
    )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    inside, own = done.stdout.split()
    print(
        f"{what:34} wall {wall:6.3f} s   CPU with the server {spent:6.3f} s   inside: wall {inside} s, own CPU {own} s"
    )


def main(root: Path) -> None:
    began = time.process_time()
    candidate = detect(root)[0]
    print(f"detect: {time.process_time() - began:.3f} s CPU: {candidate.kind}, {candidate.files} files")
    sources = [str(path) for path in candidate.sources]
    with tempfile.TemporaryDirectory() as cache:
        os.environ["PGCONFORM_CACHE_DIR"] = cache
        run("first of all: no template", root, sources)
        for kept in (Path(cache) / "migrations").iterdir():
            kept.unlink()
        run("cold: template, no schema", root, sources)
        run("again: schema from the cache", root, sources)
        schema = read(candidate.sources, root)
    failed = [one for one in schema.unread if one.kind == "statement"]
    print(f"{len(schema.relations)} relations, {len(schema.functions)} functions, {len(failed)} statements not applied")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
