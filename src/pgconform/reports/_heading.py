"""The first lines of the report for people: the truth, and who speaks of it."""

from __future__ import annotations

from collections import Counter

from pgconform.finding import Severity
from pgconform.report import Report, Summary
from pgconform.reports._look import Look
from pgconform.reports._paint import paint, wrapped
from pgconform.reports._words import number

LABEL = 9
_HELD = ("table", "partitioned table", "view", "materialized view", "foreign table", "function")


def lines(report: Report, look: Look) -> list[str]:
    return [*labelled("truth", truth(report, look), look), *labelled("claims", claims(report), look)]


def labelled(label: str, text: str, look: Look, role: str = "") -> list[str]:
    """The text after its label, its further lines under its first."""
    broken = list(wrapped(text, look.width - LABEL)) or [""]
    first = f"{paint(label.ljust(LABEL), 'dim', look)}{paint(broken[0], role, look)}"
    return [first, *(f"{' ' * LABEL}{paint(line, role, look)}" for line in broken[1:])]


def truth(report: Report, look: Look) -> str:
    """Which schema it was, and what it holds."""
    held = holds(report.truth)
    files = f"{report.truth.files:,} files → " if report.truth.files > 1 else ""
    server = f" · Postgres {report.truth.server.removeprefix('Postgres ')}" if report.truth.server else ""
    odd = (
        0 if look.notes else sum(item.source == "truth" and item.severity is Severity.INFO for item in report.findings)
    )
    notes = f" · {number(odd, 'note')} on it: --verbose" if odd else ""
    return f"{report.truth.origin} ({files}{held}){server}{notes}"


def holds(truth: Summary) -> str:
    """What a truth holds, in words."""
    counts = dict(truth.counts)
    return ", ".join(number(counts[word], word) for word in _HELD if counts.get(word)) or "no tables"


def claims(report: Report) -> str:
    """What speaks of it."""
    counts: Counter[str] = Counter()
    for claim in report.claims:
        counts.update(dict(claim.counts))
    said = " · ".join(
        number(count, word) for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
    served = next((claim for claim in report.claims if claim.server), None)
    if served:
        return f"{said or 'nothing'} in {served.origin} · {served.server}"
    files = sum(claim.files for claim in report.claims)
    alone = f" · {number(report.alone, 'class')} left alone" if report.alone else ""
    return f"{said or 'none'} in {number(files, 'file')}{alone}"
