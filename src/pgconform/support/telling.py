"""What a long piece of work says of itself meanwhile, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec


class Far(msgspec.Struct, frozen=True):
    """How far it is: ``done`` of about ``total`` ``things`` after ``seconds``; ``said`` is whatever else there is."""

    done: int
    total: int
    things: str
    seconds: float
    said: str = ""

    @property
    def share(self) -> float:
        """From 0 to 1; 1 is not said before it is over, for totals are estimates."""
        return min(self.done / self.total, 0.99) if self.total else 0.0

    @property
    def rate(self) -> float:
        """Things a second."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def left(self) -> float:
        """Seconds, if it goes on as so far."""
        return max(self.total - self.done, 0) / self.rate if self.rate else 0.0


Tell: TypeAlias = Callable[[str | Far], None]
