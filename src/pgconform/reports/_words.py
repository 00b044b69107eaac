"""The words reports share: numbers with their nouns, sites, and which findings are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pgconform.finding import (
    AddField,
    Change,
    DropField,
    Finding,
    Rebound,
    Relabel,
    Rename,
    Renull,
    Retype,
    Severity,
    Unignore,
)
from pgconform.report import Report
from pgconform.reports._look import Look
from pgconform.shape import Location

_CALLED = {"query": "query chain", "statement": "SQL statement", "payload": "payload"}

WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
"""What a person calls a finding."""
UNREADABLE = "unreadable-source"


def shown(report: Report, look: Look) -> tuple[Finding, ...]:
    """The findings a person is shown: what is merely worth knowing only on request."""
    return tuple(item for item in report.findings if _worth(item, look))


def listed(report: Report, look: Look) -> tuple[Finding, ...]:
    """The same, for a list that says nothing else: files that were not read are among them, for they decide the exit
    code.
    """
    return tuple(item for item in report.findings if _worth(item, look) or (item.name == UNREADABLE and item.at))


def filed(at: Location | None, look: Look) -> str:
    """A place's file as a forge names it, from the top of the repository; "." for what stands in none."""
    return f"{look.within}{at.uri}" if at and at.uri and "://" not in at.uri else "."


def _worth(item: Finding, look: Look) -> bool:
    return look.notes or item.severity is not Severity.INFO


def number(count: int, word: str) -> str:
    """``1 table``, ``1,893 tables``, ``2 query chains``."""
    return f"{count:,} {plural(_CALLED.get(word, word)) if count != 1 else _CALLED.get(word, word)}"


def plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def severities(findings: Iterable[Finding]) -> str:
    """``23 errors, 5 warnings``: in order of weight, without those that are none; "" when there are no findings."""
    counted = Counter(finding.severity for finding in findings)
    return ", ".join(number(counted[severity], word) for severity, word in WORDS.items() if counted[severity])


def suggestion(change: Change | None) -> str:
    """A remedy in words, for a finding that does not word it itself."""
    match change:
        case Rename(old=old, new=new):
            return f"write {new} instead of {old}"
        case Retype(type=kind):
            return f"give it the type {kind.raw}" if kind.raw else ""
        case Renull(nullable=nullable):
            return "let it be None" if nullable else "do not let it be None"
        case AddField(name=name):
            return f"add {name}"
        case DropField(name=name):
            return f"leave {name} out"
        case Relabel(labels=labels):
            return f"allow exactly {', '.join(labels)}"
        case Rebound(limit=limit, value=value):
            return f"set {limit} to {value}" if value is not None else f"take {limit} away"
        case Unignore() | None:
            return ""
