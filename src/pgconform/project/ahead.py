"""Reading Python files while the truth is still being made, in a process that leaves what it finds in the caches."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

from pgconform.config import Project
from pgconform.project.asking import Ask
from pgconform.project.scoped import listing
from pgconform.sources.python.files.files import is_python
from pgconform.support.forks import cores, may_fork

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

MOST = 6_000_000
"""Bytes of Python; more are read sooner by all cores once there is nothing else to do."""


class Ahead:
    """Reads the project's Python files ahead, once it is told to `start`; whatever becomes of that costs only time."""

    def __init__(self, project: Project, ask: Ask) -> None:
        self.project = project
        self.wanted = ask.cached and not ask.imports
        self._process: ForkProcess | None = None

    def start(self) -> None:
        """Starts reading, where there is a core for it."""
        if not self.wanted or cores() < 2 or not may_fork():
            return
        import multiprocessing

        context = multiprocessing.get_context("fork")
        process = context.Process(target=_read, args=(self.project,), daemon=True)
        with contextlib.suppress(OSError):
            process.start()
            self._process = process

    def wait(self) -> None:
        """Returns when all is read."""
        if self._process is not None:
            self._process.join()
            self._process = None


def _read(project: Project) -> None:
    """What is found stays in the caches; a fault shows when the files are read again, where it can be told."""
    from pgconform.sources.python.claims import Reading, look

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for one in (signal.SIGINT, signal.SIGALRM):
        signal.signal(one, signal.SIG_IGN)
    files = listing(project).code
    if sum(file.size for file in files if is_python(file.uri)) <= MOST:
        with contextlib.suppress(Exception):
            look(project.root, project.config, Reading(files=files, alone=True))
