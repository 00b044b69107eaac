"""Which rule speaks of a difference between two truths, and what they all say."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.drift.differences import Difference
from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import DriftPair
from pgconform.rules.registry import Rule

BY_KIND = {
    "relation": "DRF001",
    "column": "DRF002",
    "key": "DRF003",
    "link": "DRF003",
    "check": "DRF003",
    "policy": "DRF004",
    "trigger": "DRF005",
    "function": "DRF005",
    "type": "DRF006",
}
ACCESS = frozenset({"row_security", "writable", "access"})
WORDS = frozenset({"definition", "options", "comment"})


def code_of(found: Difference) -> str:
    """The code of the rule a difference belongs to: every difference has one."""
    if found.kind == "relation" and found.attribute in ACCESS:
        return "DRF004"
    if found.attribute == "bounds":
        return "DRF003"
    if found.attribute in WORDS and found.kind != "key":
        return "DRF005"
    return BY_KIND[found.kind]


def drift_rule(code: str, name: str, summary: str) -> Rule:
    """The rule for one family of differences."""

    def judge(pair: DriftPair) -> Iterator[Finding]:
        if code_of(pair.difference) == code:
            yield _finding(pair.difference)

    return Rule(code, name, summary, DriftPair, judge, Severity.WARNING)


def _finding(found: Difference) -> Finding:
    return Finding(
        Severity.INFO if found.attribute == "comment" else Severity.WARNING,
        _message(found),
        consequence="what was built against one side may fail against the other",
    )


def _message(found: Difference) -> str:
    match found.what:
        case "added":
            return f"{found.kind} {found.subject} is new: the other side does not have it"
        case "removed":
            return f"{found.kind} {found.subject} is missing: the other side has it"
        case _:
            return f"{found.kind} {found.subject}: {found.attribute} is {_short(found.now)}, was {_short(found.then)}"


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
