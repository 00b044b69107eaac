"""Something to look at when it takes longer than a second; drawn without a thread, for files are read in forks."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING

from pgconform.cli._screen import coloured

if TYPE_CHECKING:
    from rich.progress import Progress

_WAIT = 1.0
_EVERY = 0.1


class _Shown:
    """What is being done; a line on the terminal from the first tick of the clock on."""

    def __init__(self) -> None:
        self.doing = "starting"
        self.over = False
        self.progress: Progress | None = None

    def tell(self, doing: str) -> None:
        self.doing = doing
        self.draw()

    def tick(self, _signal: int, _frame: FrameType | None) -> None:
        """Draws, and only then winds the clock again: a tick must not come into the import of what draws it."""
        if self.over:
            return
        self.progress = self.progress or _progress()
        self.draw()
        signal.setitimer(signal.ITIMER_REAL, _EVERY)

    def draw(self) -> None:
        if self.progress is not None:
            self.progress.update(self.progress.task_ids[0], description=self.doing)
            self.progress.refresh()

    def clear(self) -> None:
        if self.progress is not None:
            self.progress.stop()


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True)
    progress.add_task("starting", total=None)
    progress.start()
    return progress


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Gives a function that says what is being done; it is shown where standard error is a terminal that can.

    What drivers log of broken connections meanwhile is said by whoever broke them, and kept from the screen.
    """
    logging.getLogger("psycopg").addHandler(logging.NullHandler())
    if not coloured(sys.stderr) or not sys.stderr.isatty() or not hasattr(signal, "setitimer"):
        yield lambda _: None
        return
    shown = _Shown()
    before = signal.signal(signal.SIGALRM, shown.tick)
    signal.setitimer(signal.ITIMER_REAL, _WAIT)
    try:
        yield shown.tell
    finally:
        shown.over = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        shown.clear()
