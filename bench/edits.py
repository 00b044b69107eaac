"""How long a check takes after an edit, whichever file it is of: one after another, each followed by a whole run."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from bench.checking import AGAIN, FUNCTION, command, copied
from pgconform.sources.python.files.files import find_files

MOST = 125
"""Files of a project that are edited, evenly spread."""
_SLOWEST = 3


def main(arguments: list[str]) -> None:
    """Edits files of copies of the projects in these directories; without any, of the example shop."""
    for path in arguments or ["examples/shop"]:
        report(Path(path).resolve())


def report(original: Path) -> None:
    """Every run is a process of its own, from its start to its end."""
    with copied(original) as (root, environment):

        def check() -> float:
            start = time.perf_counter()
            command(["check", "--exit-zero", "--format", "concise"], root, environment)
            return time.perf_counter() - start

        check()
        check()
        files = find_files(root)
        taken: list[tuple[float, str]] = []
        for file in files[:: -(-len(files) // MOST)]:
            with (root / file.uri).open("a", encoding="utf-8") as end:
                end.write(FUNCTION.format(time.time_ns()))
            taken.append((check(), file.uri))
    taken.sort()
    seconds = [second for second, _ in taken]
    over = sum(second > AGAIN for second in seconds)
    print(f"{original.name}: a function added at the end of each of {len(taken)} of {len(files)} files")
    nine = seconds[len(seconds) * 9 // 10]
    print(f"  middle {ms(statistics.median(seconds))}, nine in ten within {ms(nine)}; {over} over {AGAIN:g} s")
    for second, uri in taken[-_SLOWEST:]:
        print(f"  {ms(second)}  {uri}")


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
