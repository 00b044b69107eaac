"""One truth judged in a process of its own, so that its memory and its faults are not the monitor's.

``python -m pgconform.monitor.judge`` reads a `Question` from standard input and writes a `Verdict` to standard output.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pgconform.config import Project, find_project, read_project
from pgconform.errors import Problem, masked
from pgconform.monitor.values import Verdict
from pgconform.schema import Schema
from pgconform.support.caches import cache_home, read_cached, write_cached

if TYPE_CHECKING:
    from pgconform.project.run import Told

TIMEOUT = 900.0
_KEPT = 20
_EVERY = 0.2


class Question(msgspec.Struct, frozen=True):
    """The project, by its settings' file or its root, and the snapshot of the truth."""

    root: str
    file: str
    truth: str


def judged(project: Project, truth: Schema, stopping: threading.Event) -> Verdict:
    """What the project claims, judged by this truth. Never raises: what went wrong is the verdict's ``fault``."""
    try:
        question = Question(str(project.root), str(project.file or ""), str(keep(truth)))
        process = subprocess.Popen(
            [sys.executable, "-m", "pgconform.monitor.judge"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except (OSError, Problem) as failure:
        return Verdict(fault=masked(str(failure)), help="see that the cache directory has room and is yours")
    with process:
        said = _answer(process, msgspec.msgpack.encode(question), stopping)
    if said is None:
        return Verdict(fault=f"judging took longer than {TIMEOUT / 60:g} minutes", help="does  pgconform check  end?")
    try:
        return msgspec.msgpack.decode(said[0], type=Verdict)
    except msgspec.MsgspecError:
        last = masked(said[1].decode(errors="replace").strip().rpartition("\n")[2])[:300]
        how = f"was ended by signal {-process.returncode}" if process.returncode < 0 else "ended"
        return Verdict(
            fault=f"judging {how} without an answer{f': {last}' if last else ''}", help="run  pgconform check"
        )


def _answer(process: subprocess.Popen[bytes], asked: bytes, stopping: threading.Event) -> tuple[bytes, bytes] | None:
    """Both outputs; None when it took too long. Who is told to stop does not wait for it."""
    until = time.monotonic() + TIMEOUT
    given: bytes | None = asked
    while True:
        try:
            return process.communicate(given, timeout=_EVERY)
        except subprocess.TimeoutExpired:
            given = None
            if stopping.is_set() or time.monotonic() > until:
                process.kill()
                said = process.communicate()
                return said if stopping.is_set() else None


def keep(truth: Schema) -> Path:
    """The truth as a snapshot in the cache, under a name that only its content decides; a few of them are kept."""
    from pgconform.sources.snapshot import text
    from pgconform.support.writing import write_whole

    content = text(truth).encode()
    folder = cache_home() / "monitor"
    place = folder / f"{hashlib.blake2b(content, digest_size=16).hexdigest()}.json"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.is_file():
        os.utime(place)
    else:
        write_whole(place, content)
    _tidy(folder, "*.json")
    return place


def _tidy(folder: Path, pattern: str) -> None:
    """Takes away all but the newest files of a directory of the cache."""
    with contextlib.suppress(OSError):
        for file in sorted(folder.glob(pattern), key=lambda one: one.stat().st_mtime, reverse=True)[_KEPT:]:
            file.unlink(missing_ok=True)


def answer(question: Question) -> Verdict:
    """The verdict, in this process."""
    from pgconform.project.asking import Ask
    from pgconform.project.drifting import drifted
    from pgconform.project.run import told
    from pgconform.sources import snapshot

    project = read_project(Path(question.file)) if question.file else find_project(Path(question.root))
    truth = snapshot.read(Path(question.truth))
    found = told(project, Ask(truth=f"snapshot:{question.truth}"))
    report = found.report
    findings = (*report.findings, *drifted(project, truth))
    return Verdict(findings, report.judged, len(report.unjudged), _uses(project, question, found, truth))


def _uses(project: Project, question: Question, found: Told, truth: Schema) -> bytes:
    """Who uses what: as it was, where the report is the last one's because nothing has changed since."""
    from pgconform.project.asking import Ask
    from pgconform.project.claiming import claimed
    from pgconform.project.usage import encoded, usage

    report = found.report
    same = msgspec.structs.replace(report, cached=False, seconds=0.0)
    said = msgspec.msgpack.encode((question, same))
    place = cache_home() / "monitor" / "uses" / hashlib.blake2b(said, digest_size=16).hexdigest()
    kept = read_cached(place) if report.cached else None
    if kept is not None:
        return bytes(kept)
    claims = found.claims or claimed(project, Ask(), truth)
    uses = encoded(usage(project, truth, claims.schemas(project)))
    write_cached(place, uses)
    _tidy(place.parent, "*")
    return uses


def main() -> None:
    """Answer one question."""
    with contextlib.suppress(OSError):
        os.nice(5)
    question = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Question)
    try:
        verdict = answer(question)
    except Problem as problem:
        verdict = Verdict(fault=problem.message, help=problem.help)
    sys.stdout.buffer.write(msgspec.msgpack.encode(verdict))


if __name__ == "__main__":
    main()
