"""What a guard adds to a request, in instructions of the client's process: the same in every run, however busy.

``python -m bench instructions [REQUESTS]``, by default 100: each kind of client runs under valgrind twice, with so many
requests more the second time. Python's collector leaves out what was there before the first of them, for the figure
would hang on how much else the process holds. What the kernel does is not counted, so that the share is larger than
that of the time.
"""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.guard import ROW, answering, inserting, made, selecting
from bench.measure import kept
from pgconform.embedded import shadow
from pgconform.guard import Guard
from pgconform.guard.uses import text

MOST = 1.02
_FIRST = 10
_WARM = 10
_KINDS = ("unguarded", "guarded")
_COUNTED = re.compile(r"I\s+refs:\s+([\d,]+)")


def main(arguments: list[str]) -> None:
    if shutil.which("valgrind") is None:
        print("valgrind is not here")
        return
    requests = int(arguments[0]) if arguments else 100
    with shadow() as server, tempfile.TemporaryDirectory() as folder, answering() as url:
        uses, _ = made(server, 50)
        file = Path(folder) / "uses.json"
        file.write_text(text(uses), encoding="utf-8")
        for what in ("insert", "select"):
            plain, guarded = (_a_request(kind, what, url, file, requests) for kind in _KINDS)
            print(f"supabase-py {what}")
            print(f"  unguarded  {plain:12,.0f} instructions")
            print(f"  guarded    {guarded:12,.0f} instructions   {guarded / plain:.3f}×, {kept(guarded / plain, MOST)}")


def _a_request(kind: str, what: str, url: str, uses: Path, requests: int) -> float:
    """The instructions of one request: what a run has more than one with so many fewer."""
    few, many = (_instructions(kind, what, url, str(uses), str(count)) for count in (_WARM, _WARM + requests))
    return (many - few) / requests


def _instructions(*arguments: str) -> int:
    counting = ["valgrind", "--tool=cachegrind", "--cachegrind-out-file=/dev/null"]
    command = [*counting, sys.executable, "-m", "bench.instructions", *arguments]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found = _COUNTED.search(done.stderr)
    assert found is not None, done.stderr
    return int(found[1].replace(",", ""))


def _client(kind: str, url: str, uses: Path) -> Any:
    """A client of that kind."""
    import httpx
    from postgrest import SyncPostgrestClient

    guarded = kind == "guarded"
    session = Guard.from_uses(uses).http_client(base_url=url) if guarded else httpx.Client(base_url=url)
    return SyncPostgrestClient(url, http_client=session)


def _counted(kind: str, what: str, url: str, uses: str, count: str) -> None:
    """The run that is counted."""
    one = _client(kind, url, Path(uses))
    run = inserting(one, ROW) if what == "insert" else selecting(one)
    for _ in range(_FIRST):
        run()
    gc.collect()
    gc.freeze()
    for _ in range(int(count)):
        run()


if __name__ == "__main__":
    _counted(*sys.argv[1:])
