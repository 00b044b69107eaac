"""What a guard does with what it finds: nothing, report, warn or raise; and when nothing could be found out."""

from __future__ import annotations

import enum
import logging
import os
import warnings
from collections.abc import Iterable

import msgspec

from pgconform.errors import Problem
from pgconform.finding import Finding, Severity

VARIABLE = "PGCONFORM_GUARD"
log = logging.getLogger("pgconform.guard")


class Mode(enum.StrEnum):
    """``off`` looks at nothing, ``report`` logs, ``warn`` logs and warns (`SchemaWarning`), ``raise`` raises."""

    OFF = "off"
    REPORT = "report"
    WARN = "warn"
    RAISE = "raise"

    @property
    def rank(self) -> int:
        return ("off", "report", "warn", "raise").index(self.value)


class SchemaWarning(UserWarning):
    """A program and its database do not fit, and the policy lets it go on."""


class SchemaMismatch(Exception):  # noqa: N818  it names what is wrong, as IntegrityError's kin do
    """A program and its database do not fit. ``findings`` are what `pgconform check` would say, with the same codes."""

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__("\n".join([message, *map(told, findings)]))
        self.findings = findings


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to do with findings of each severity, and with a database that cannot be asked.

    ``unreachable``: "raise" fails closed, "warn" and "report" fail open. ``arrivals``: the share of responses and
    results whose rows are checked as they arrive, from 0 (none) to 1 (all). ``stale``: once the schema has changed so
    that the program no longer fits, "raise" refuses its writes to what is concerned, "warn" and "report" let them go.
    """

    error: Mode = Mode.RAISE
    warning: Mode = Mode.WARN
    unreachable: Mode = Mode.WARN
    stale: Mode = Mode.WARN
    arrivals: float = 0.0

    def of(self, severity: Severity) -> Mode:
        return {Severity.ERROR: self.error, Severity.WARNING: self.warning}.get(severity, Mode.REPORT)


def ceiling() -> Mode:
    """The most a guard may do in this environment: ``PGCONFORM_GUARD``, by default all that its policy says."""
    said = os.environ.get(VARIABLE, "").strip().lower()
    try:
        return Mode(said) if said else Mode.RAISE
    except ValueError:
        raise Problem(f"{VARIABLE} is {said}", f"it is one of {', '.join(Mode)}") from None


def lower(mode: Mode, most: Mode) -> Mode:
    return min(mode, most, key=lambda one: one.rank)


def told(finding: Finding) -> str:
    """One finding in lines of text."""
    where = f"{finding.at}: " if finding.at else ""
    more = f"; {finding.consequence}" if finding.consequence else ""
    return f"{where}{finding.severity} {finding.code} {finding.message}{more}"


def act(message: str, findings: Iterable[Finding], policy: Policy, most: Mode) -> None:
    """Do with the findings what the policy says: log, warn of some, raise for some, which speaks for itself."""
    listed = tuple(findings)
    wanted = {finding: lower(policy.of(finding.severity), most) for finding in listed}
    raised = tuple(finding for finding, mode in wanted.items() if mode is Mode.RAISE)
    for finding, mode in wanted.items():
        if mode is Mode.WARN or mode is Mode.REPORT:
            log.log(logging.INFO if mode is Mode.REPORT else logging.WARNING, "%s: %s", message, told(finding))
    if raised:
        raise SchemaMismatch(message, raised)
    warned = [finding for finding, mode in wanted.items() if mode is Mode.WARN]
    if warned:
        warnings.warn("\n".join([message, *map(told, warned)]), SchemaWarning, stacklevel=4)


def deny(message: str, mode: Mode, most: Mode, cause: BaseException | None = None) -> None:
    """Do with something that is no finding what this mode says."""
    chosen = lower(mode, most)
    if chosen is Mode.RAISE:
        raise SchemaMismatch(message) from cause
    if chosen is not Mode.OFF:
        log.log(logging.INFO if chosen is Mode.REPORT else logging.WARNING, "%s", message)
    if chosen is Mode.WARN:
        warnings.warn(message, SchemaWarning, stacklevel=4)
