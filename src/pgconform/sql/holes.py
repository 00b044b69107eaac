"""What can stand for a part of a statement that is not known, so that a server can judge the rest.

It changes nothing of which relations and columns the rest names, and nothing of what the statement returns.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pgconform.request import HOLE

PARAMETER = "$"
"""A value, sent by itself."""
LAST, NEXT = rf",\s*{HOLE}(?=[\s;),]|$)", rf"{HOLE}\s*,"
"""Parts that are not known with the comma before or after them."""

_COUNTED = re.compile(r"\b(?:limit|offset)\s*$", re.IGNORECASE)
_COMPARED = re.compile(r"[=<>]\s*$")
_CONDITION = re.compile(r"\b(?:where|and|or|not|having)\s+\(?\s*$", re.IGNORECASE)
_LISTED = re.compile(r"\bin\s*\(\s*$", re.IGNORECASE)
_ORDER = re.compile(rf"\border\s+by\s+({HOLE}\s*)?$", re.IGNORECASE)
_SET = re.compile(r"\bset\s+$", re.IGNORECASE)
_TYPED = re.compile(r"\b(interval|date|timestamp|timestamptz)\s*$", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\b(?:select|from|join|on|where|having|when|using|set|values|returning|(?:group|order)\s+by)\b", re.IGNORECASE
)


def literal(before: str) -> str:
    """For a text of which a part is not known, after ``before``."""
    typed = _TYPED.search(before)
    return PARAMETER if typed is None else "'1 day'" if typed[1].lower() == "interval" else "'2000-01-01'"


class StandIn(NamedTuple):
    """A text, and whether there may be ``more`` than what it stands for."""

    text: str
    more: bool = True


def stand_in(before: str, part: str) -> StandIn | None:
    """For ``part``, which `LAST`, `NEXT` or a hole matches after ``before``; None: nothing can.

    Of several assignments, or keys of an order, those that are not known are left out.
    """
    clause = next(reversed(_CLAUSE.findall(before)), "").lower().partition(" ")[0]
    comma = part[1:] if part.startswith(HOLE) else ""
    if part.startswith(","):
        return StandIn("") if clause in ("set", "order") else None
    if _COUNTED.search(before):
        return StandIn(PARAMETER + comma, more=False)
    if comma and _SET.search(before):
        return StandIn("")
    if _COMPARED.search(before) and clause in ("where", "having", "set"):
        return StandIn(PARAMETER + comma)
    if _LISTED.search(before) or (clause in ("where", "having") and _CONDITION.search(before)):
        return StandIn(f" NULL {comma}")
    order = _ORDER.search(before)
    return StandIn((" " if order[1] else " 1 ") + comma) if order else None
