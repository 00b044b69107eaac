"""How a program stands to its schema right now, shared between the threads that ask and the one that watches."""

from __future__ import annotations

import threading
import time

from pgconform.finding import Finding, Severity

_PATIENCE = 10.0


class Standing:
    """The findings of the last verification, and whether something since gives reason to ask again."""

    def __init__(self) -> None:
        self.findings: tuple[Finding, ...] = ()
        self.verified: float | None = None
        self.again = threading.Event()
        self.concerned: dict[str, tuple[Finding, ...]] = {}
        self._doubted = 0.0

    def found(self, findings: tuple[Finding, ...]) -> None:
        """The database was asked."""
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        concerned: dict[str, tuple[Finding, ...]] = {}
        for finding in errors:
            name = finding.relation.rpartition(".")[2] or finding.subject.partition(".")[0]
            concerned[name] = (*concerned.get(name, ()), finding)
        self.concerned = concerned
        self.findings = findings
        self.verified = time.time()

    def concerning(self, relation: str) -> tuple[Finding, ...]:
        """The errors about a relation, which is named without its schema."""
        return self.concerned.get(relation, ()) if self.concerned else ()

    def doubt(self) -> None:
        """An error looks as if the schema had changed: ask again, but not at every error."""
        now = time.monotonic()
        if now - self._doubted >= _PATIENCE:
            self._doubted = now
            self.again.set()
