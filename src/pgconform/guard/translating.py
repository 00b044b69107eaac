"""A server's refusal in the words of `check`: which rule it is, of what, and at which line of the program."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from pgconform.finding import Finding, Severity
from pgconform.shape import Location

_RULES: Final = {
    "42703": "unknown-column",
    "42P01": "unknown-relation",
    "42883": "unknown-function",
    "23502": "null-written",
    "22P02": "unreadable-value",
    "22007": "unreadable-value",
    "22008": "unreadable-value",
    "22003": "integer-width",
    "22001": "length-differs",
    "428C9": "generated-column-written",
    "42P10": "unmatched-conflict-target",
    "42501": "",
    "23514": "",
    "0A000": "",
    "PGRST100": "request-syntax",
    "PGRST106": "unexposed-schema",
    "PGRST200": "unknown-embed",
    "PGRST201": "ambiguous-embed",
    "PGRST202": "unknown-function",
    "PGRST203": "ambiguous-function",
    "PGRST204": "unknown-column",
    "PGRST205": "unknown-relation",
}
STALE: Final = frozenset(
    {"42703", "42P01", "42883", "42P10", "23502", "PGRST200", "PGRST201", "PGRST202", "PGRST204", "PGRST205"}
)
"""Errors that a change of the schema may be the reason of."""
_CACHED = "cached plan must not change result type"
_OPERATOR = "operator does not exist"


class Said(msgspec.Struct, frozen=True):
    """What a server said: its code and message, and the relation and column, where it names them."""

    code: str
    message: str
    relation: str = ""
    column: str = ""


def known(code: str, message: str = "") -> bool:
    """The error is of the schema. ``0A000`` is one only of a plan that a change has made useless."""
    return code in _RULES and (code != "0A000" or _CACHED in message)


def finding(said: Said, subject: str = "", at: Location | None = None) -> Finding:
    """The error as a finding of the rule that would have told it beforehand."""
    name = "unresolved-name" if said.message.startswith(_OPERATOR) else _RULES.get(said.code, "")
    named = said.column and f"{said.relation}.{said.column}"
    return Finding(
        Severity.ERROR,
        f"the server refuses it with {said.code}: {said.message}",
        consequence=_consequence(said),
        code=code_of(name) or said.code,
        name=name or "refused",
        subject=named or said.relation or subject,
        source="runtime",
        at=at,
    )


def _consequence(said: Said) -> str:
    if said.code == "0A000":
        return "a table has changed under a prepared statement; reconnect, and name the columns instead of *"
    return "the schema may have changed since the program was checked" if said.code in STALE else ""


def code_of(name: str) -> str:
    from pgconform.rules import all_rules

    return next((rule.code for rule in all_rules() if rule.name == name), "")


def from_diagnostics(code: str, message: str, diag: Any) -> Said:
    """What psycopg's or asyncpg's error says of relation and column, which the server gives for a few codes only."""
    return Said(
        code,
        message.splitlines()[0] if message else "",
        getattr(diag, "table_name", None) or "",
        getattr(diag, "column_name", None) or "",
    )


def note(findings: tuple[Finding, ...]) -> str:
    """The findings as a note under an exception."""
    from pgconform.guard.policy import told

    return "\n".join(f"pgconform: {told(finding)}" for finding in findings)
