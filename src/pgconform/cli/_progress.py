"""Something to look at when it takes longer than a second; drawn without a thread, for files are read in forks."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

from pgconform.cli._screen import coloured
from pgconform.support.telling import Far, Tell

if TYPE_CHECKING:
    from rich.live import Live

_WAIT = 1.0
_EVERY = 0.1


class _Shown:
    """What is being done; a line on the terminal from the first tick of the clock on."""

    def __init__(self) -> None:
        self.doing: str | Far = "starting"
        self.started = time.monotonic()
        self.over = False
        self.live: Live | None = None

    def tell(self, doing: str | Far) -> None:
        """Words are drawn at once; how far it is changes too often for that, and waits for the clock."""
        self.doing = doing
        if isinstance(doing, str):
            self.draw()

    def tick(self, _signal: int, _frame: FrameType | None) -> None:
        """Draws, and only then winds the clock again: a tick must not come into the import of what draws it."""
        if self.over:
            return
        self.live = self.live or _live()
        self.draw()
        signal.setitimer(signal.ITIMER_REAL, _EVERY)

    def draw(self) -> None:
        if self.live is None:
            return
        from pgconform.cli._bar import line

        console = self.live.console
        wide = not console.options.ascii_only
        self.live.update(line(self.doing, time.monotonic() - self.started, console.width, wide=wide), refresh=True)

    def clear(self) -> None:
        if self.live is not None:
            self.live.stop()


def _live() -> Live:
    from rich.console import Console
    from rich.live import Live

    live = Live(console=Console(stderr=True), auto_refresh=False, transient=True)
    live.start()
    return live


@contextlib.contextmanager
def progress() -> Iterator[Tell]:
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
