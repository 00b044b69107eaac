"""What ``pgconform watch`` does once its command line was understood."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from pgconform.cli._screen import put
from pgconform.config import Project
from pgconform.monitor.alerts.channels import channels
from pgconform.monitor.alerts.composing import Manners
from pgconform.monitor.alerts.quiet import windows
from pgconform.monitor.serving import place, serving
from pgconform.monitor.store.opening import open_history
from pgconform.monitor.store.retention import forget
from pgconform.monitor.visiting import Visit, Visitor
from pgconform.monitor.watched import Watched, settings
from pgconform.monitor.watched import watched as resolved
from pgconform.monitor.watching import Teller, Watch, look_once, tell
from pgconform.reports._words import number
from pgconform.support.visible import visible

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Watching(msgspec.Struct, frozen=True):
    """The options of the command."""

    targets: tuple[str, ...]
    once: bool
    interval: float | None
    metrics: str


def watched(project: Project, said: Watching) -> int:
    """Watches; gives the exit code."""
    config = settings(project)
    targets = resolved(project, said.targets)
    if said.interval is not None:
        targets = tuple(msgspec.structs.replace(target, interval=said.interval) for target in targets)
    telling = channels(project, config)
    quiet = windows(project, config.quiet)
    manners = Manners(tuple(sorted(telling)), config.gather, config.cool_down, quiet, config.dashboard)
    engine = open_history(project)
    visitor = Visitor(engine, project, _say)
    try:
        if said.once:
            visits = look_once(visitor, targets, _visited)
            tell(engine, msgspec.structs.replace(manners, gather=0.0), telling, _say)
            forget(engine, config.keep)
            return _code(engine, visits, tuple(target.name for target in targets))
        with contextlib.ExitStack() as stack:
            loop = Watch(visitor, targets, _visited)
            if said.metrics:
                stack.enter_context(serving(engine, place(said.metrics), lambda: loop.beats))
            told = f"alerts go to {', '.join(sorted(telling))}" if telling else "nobody is told: no alerts are set"
            put(f"watching {number(len(targets), 'database')}; {told}\n")
            _watch(loop, Teller(engine, manners, telling, config.keep, _say))
    finally:
        engine.dispose()
    return 0


def _watch(loop: Watch, teller: Teller) -> None:
    with _stopped_by(loop):
        teller.start()
        try:
            loop.run()
        finally:
            teller.stop()
    put("stopped; nothing was left half done\n")


@contextlib.contextmanager
def _stopped_by(loop: Watch) -> Iterator[None]:
    """SIGTERM and SIGINT end the loop; where this is no main thread, whoever runs it does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {which: signal.signal(which, lambda *_: loop.stop()) for which in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


def _visited(target: Watched, visit: Visit) -> None:
    if text := _told(visit):
        _say(target.name, text)


def _told(visit: Visit) -> str:
    """A line on what a visit found; "" where that is nothing."""
    if visit.problem:
        again = f"  (failure {visit.failures} in a row)" if visit.failures > 1 else ""
        return f"{visit.problem}{again}"
    recorded, verdict = visit.recorded, visit.verdict
    if recorded is None:
        return ""
    parts = ["can be read again"] if visit.back else []
    if recorded.snapshot is not None:
        parts.append("first look" if recorded.first else f"the schema changed in {number(recorded.changes, 'place')}")
    if verdict is not None and verdict.fault:
        parts.append(f"claims could not be judged: {verdict.fault}")
    elif verdict is not None and (recorded.snapshot is not None or recorded.opened or recorded.closed):
        parts.append(f"{number(recorded.opened, 'finding')} opened, {recorded.closed:,} closed")
    return "; ".join(parts)


def _say(target: str, text: str) -> None:
    put(f"{time.strftime('%H:%M:%S')}  {visible(target)}  {visible(text)}\n")


def _code(engine: Engine, visits: tuple[Visit, ...], names: tuple[str, ...]) -> int:
    from pgconform.monitor.store.reading import open_counts

    if any(visit.problem or (visit.verdict and visit.verdict.fault) for visit in visits):
        return 2
    counts = open_counts(engine, names)
    return int(any(count for severity, count in counts.items() if severity != "info"))
