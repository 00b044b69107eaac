"""One visit to one target: has its schema changed, what does that do to the claims, who is to run and to be told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from pgconform.config import Project
from pgconform.errors import Problem, masked
from pgconform.monitor import judge
from pgconform.monitor.caching import rules, stale
from pgconform.monitor.hooks import Ran, run_hooks
from pgconform.monitor.session import Session
from pgconform.monitor.store.recording import Looked, Recorded, failed, record, touched
from pgconform.monitor.tracing import span
from pgconform.monitor.values import Observation, Verdict
from pgconform.monitor.watched import Watched, settings
from pgconform.support.pooled import DEAF

if TYPE_CHECKING:
    from sqlalchemy import Engine

Tell = Callable[[str, str], None]
_FAULT = 30.0


class Memory:
    """What this process knows of one target between visits."""

    def __init__(self) -> None:
        self.session: Session | None = None
        self.signal = ""
        self.fingerprint = ""
        self.judged_at: float | None = None
        self.failures = 0
        self.hooked = False
        self.stale = False
        self.deaf = False
        self.api_problem = ""


class Visit(msgspec.Struct, frozen=True):
    """How a visit ended: ``recorded`` is None where there was nothing new, or where the target could not be read.

    ``back``: it could not be read before, and can be read again.
    """

    recorded: Recorded | None = None
    verdict: Verdict | None = None
    problem: str = ""
    failures: int = 0
    back: bool = False


class Visitor:
    """Visits targets, from several threads; claims are judged by one truth at a time, and once for equal truths."""

    def __init__(self, engine: Engine, project: Project, tell: Tell) -> None:
        self.engine = engine
        self.project = project
        self.config = settings(project)
        self.tell = tell
        self.stopping = threading.Event()
        self._judging = threading.Lock()
        self._last: tuple[str, float, Verdict] | None = None

    def visit(self, target: Watched, memory: Memory, *, hears: bool = True) -> Visit:
        """Looks once. Whatever goes wrong is written down and told; nothing is raised."""
        try:
            with span("pgconform.look", target=target.name):
                return self._visited(target, memory, hears)
        except Problem as problem:
            return self._failed(target, memory, problem.message, problem.help)
        except Exception as fault:
            kind = type(fault).__name__
            return self._failed(target, memory, masked(f"a fault in pgconform: {kind}: {fault}")[:500], "report it")

    def _failed(self, target: Watched, memory: Memory, problem: str, help: str) -> Visit:  # noqa: A002
        if memory.session is not None:
            memory.session.close()
            memory.session = None
        if self.stopping.is_set():
            return Visit()
        memory.failures += 1
        try:
            memory.failures = failed(self.engine, target.name, problem, help, self.config)
        except Exception as fault:
            problem = masked(f"{problem}; the history cannot be written: {fault}".split("\n", 1)[0])
        return Visit(problem=problem, failures=memory.failures)

    def _visited(self, target: Watched, memory: Memory, hears: bool) -> Visit:
        started = time.monotonic()
        session = memory.session = memory.session or Session(target.url, self.config.timeout, hears=hears)
        if session.deaf and not memory.deaf:
            self.tell(target.name, f"{DEAF}: looking every {target.interval:g} s")
        memory.deaf = session.deaf
        signal = session.signal()
        recheck = memory.judged_at is None or started - memory.judged_at >= self.config.recheck or memory.stale
        if signal == memory.signal and not recheck and not memory.failures:
            session.forget()
            touched(self.engine, target.name)
            return Visit()
        seen = session.look(target.origin, signal, target.schemas)
        verdict = None
        if recheck or seen.fingerprint != memory.fingerprint:
            verdict = self._with_api(target, memory, seen, self._verdict(seen))
        taken = time.monotonic() - started
        looked = Looked(target.name, target.origin, target.commands, seen, verdict, taken)
        recorded = record(self.engine, looked, self.config)
        back = memory.failures > 0
        memory.signal, memory.fingerprint, memory.failures = seen.signal, seen.fingerprint, 0
        if verdict is not None:
            memory.judged_at = started if not verdict.fault else None
        self._hooks(target, memory, seen, recorded)
        return Visit(recorded, verdict, back=back)

    def _verdict(self, seen: Observation) -> Verdict:
        with self._judging:
            last = self._last
            if last and last[0] == seen.fingerprint and time.monotonic() - last[1] < self._lasts(last[2]):
                return last[2]
            with span("pgconform.judge", fingerprint=seen.fingerprint):
                verdict = judge.judged(self.project, seen.truth, self.stopping)
            self._last = (seen.fingerprint, time.monotonic(), verdict)
            return verdict

    def _with_api(self, target: Watched, memory: Memory, seen: Observation, verdict: Verdict) -> Verdict:
        """The verdict with what is stale in the API's cache; that is looked at again until it is stale no more."""
        if not target.api or verdict.fault:
            return verdict
        try:
            found = stale(self.project, target, seen.truth, self.stopping)
        except Problem as problem:
            if problem.message != memory.api_problem:
                self.tell(target.name, f"{problem.message}; {problem.help}")
            memory.stale, memory.api_problem = True, problem.message
            return replace(verdict, unasked=tuple(rule.code for rule in rules(self.project)))
        memory.stale, memory.api_problem = bool(found), ""
        return replace(verdict, findings=(*verdict.findings, *found))

    def _lasts(self, verdict: Verdict) -> float:
        """How long a verdict is good for equal schemas; what went wrong may be mended any minute."""
        return min(self.config.recheck, _FAULT) if verdict.fault else self.config.recheck

    def _hooks(self, target: Watched, memory: Memory, seen: Observation, recorded: Recorded) -> None:
        """What waits after a change; at the first visit also what an earlier process was killed at."""
        if recorded.snapshot is None and memory.hooked:
            return
        memory.hooked = True
        if not target.commands:
            return
        named = {"fingerprint": seen.fingerprint, "snapshot": ""}
        if any("{snapshot}" in command for command in target.commands):
            named["snapshot"] = str(judge.keep(seen.truth))
        run_hooks(self.engine, self.project, target.name, named, lambda ran: self._ran(target, ran))

    def _ran(self, target: Watched, ran: Ran) -> None:
        how = f"ran {ran.command}  {ran.seconds:.1f} s"
        if ran.code != 0:
            how = f"failed: {ran.command}  {ran.output.strip().rpartition(chr(10))[2][:200]}"
        self.tell(target.name, how)
