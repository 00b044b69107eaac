"""Does the database still have what this program uses? Asked in steps, whoever carries them to the server."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import TypeAlias

import msgspec

from pgconform.finding import Finding, Severity
from pgconform.guard.judging import news
from pgconform.guard.question import Difference, answer, statement
from pgconform.guard.uses import Uses
from pgconform.schema import Schema

Steps: TypeAlias = Generator[str, str, "Verification"]
"""Statements to run, each answered with the one text it gives; the verification at the end."""


class Verification(msgspec.Struct, frozen=True):
    """What was found out. ``differences`` are what is not as it was, ``findings`` what of that the program cannot bear.

    ``ahead`` are relations that are no longer whole as they were known, though what is used of them is.
    ``by``: "sql", "rpc" (the installed function), "requests" (one for each relation, which tell of names only) or
    "schema" (one that was read whole). ``truth`` is that schema, where it was read. ``seconds`` are of the whole.
    """

    differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()
    ahead: tuple[str, ...] = ()
    by: str = "sql"
    seconds: float = 0
    truth: Schema | None = None

    @property
    def ok(self) -> bool:
        """Nothing that the program needs is missing."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)


def steps(uses: Uses, *, blind: bool = False, question: str = "") -> Steps:
    """One question, made beforehand or now; only if something differs, the whole schema, to judge whether it matters.

    ``blind``: nothing is known of the truth the program was made for, so that all of it is read and judged.
    """
    started = time.perf_counter()
    said = () if blind else answer((yield question or statement(uses)))
    differences, ahead = split(said)
    if not differences and not blind:
        return Verification(ahead=ahead, seconds=time.perf_counter() - started)
    truth = _whole((yield _whole_statement()))
    return judged(uses, truth, differences, "sql", started)


def split(said: tuple[Difference, ...]) -> tuple[tuple[Difference, ...], tuple[str, ...]]:
    """(what is used and differs, the relations of which anything does)."""
    differs = tuple(item for item in said if item.what != "ahead")
    return differs, tuple(item.subject for item in said if item.what == "ahead")


def judged(
    uses: Uses, truth: Schema, differences: tuple[Difference, ...], by: str, started: float | None = None
) -> Verification:
    """The verification by a schema that was read whole."""
    begun = time.perf_counter() if started is None else started
    seconds = time.perf_counter() - begun
    return Verification(differences, news(uses, truth), by=by, seconds=seconds, truth=truth)


def run(steps: Steps, ask: Callable[[str], str]) -> Verification:
    """Carry the steps to a server."""
    try:
        statement = next(steps)
        while True:
            statement = steps.send(ask(statement))
    except StopIteration as end:
        found: Verification = end.value
        return found


def _whole_statement() -> str:
    from pgconform.sources.supabase.install import statement as whole

    return whole()


def _whole(text: str) -> Schema:
    from pgconform.sources.supabase.install import answered

    return answered(text.encode(), "the database")
