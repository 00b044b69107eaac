"""What one look at a target gives, and how moments are written."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import msgspec

from pgconform.finding import Finding
from pgconform.schema import Schema
from pgconform.sources.postgres.changes import Change


class Observation(msgspec.Struct, frozen=True):
    """A truth as it was read: ``fingerprint`` of the team's own part, ``signal`` the cheap digest seen just before.

    ``news`` is what the channel told, ``migration`` the newest one the database's own ledger names.
    """

    truth: Schema
    fingerprint: str
    at: int
    signal: str = ""
    news: tuple[Change, ...] = ()
    migration: str = ""
    schemas: tuple[str, ...] = ("public",)


class Verdict(msgspec.Struct, frozen=True):
    """What the project claims, judged by one truth; ``fault`` and ``help`` say why it could not be.

    ``uses`` is the encoded list of who uses what (see `pgconform.project.usage`). ``unasked`` are the codes of rules
    that could not look: their findings stay as they are.
    """

    findings: tuple[Finding, ...] = ()
    judged: int = 0
    unjudged: int = 0
    uses: bytes = b""
    fault: str = ""
    help: str = ""
    unasked: tuple[str, ...] = ()


def now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def seconds(moment: float) -> int:
    """Seconds as microseconds."""
    return int(moment * 1_000_000)


def moment(at: int | None) -> str:
    """``2026-11-25 20:51:21`` UTC; "" of none."""
    return datetime.fromtimestamp(at / 1_000_000, UTC).strftime("%Y-%m-%d %H:%M:%S") if at is not None else ""


def iso(at: int) -> str:
    """``2026-11-25T20:51:21.123456Z``."""
    return datetime.fromtimestamp(at / 1_000_000, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
