"""QRY001: a text of a request that does not parse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.order import parse_order
from pgconform.postgrest.pairs import TextPair
from pgconform.postgrest.syntax import Refusal
from pgconform.request import HOLE
from pgconform.rules.registry import Rule
from pgconform.support.patterns import deferred

_DIRECTED = deferred(r"\.(asc|desc)(?:\.nulls(?:first|last))?\.(?:asc|desc)")
_THROUGH = deferred(r"^[\w$-]+\.[\w$-]+\.(?:asc|desc)$")
_EMBEDDED = deferred(r"[(,]\s*([\w$-]+)\.([\w$-]+)\.[a-z]+\.")
_OPERATOR = deferred(r"(?:not\.)?(?:or|and)")
_OLDER = ", unless the client is older than postgrest-py 1.0, which adds no direction"
_NAMES = {"value": "filter", "or": "or_ text"}


def judge(pair: TextPair) -> Iterator[Finding]:
    if pair.refusal is None:
        return
    older = _is_for_older_clients(pair)
    yield Finding(
        Severity.WARNING if older else Severity.ERROR,
        f'the {_NAMES.get(pair.place, pair.place)} "{_shown(pair).replace(HOLE, "…")}" does not parse: '
        f"expected {pair.refusal.expected} at character {_character(pair)}",
        consequence=f"the request fails with PGRST100{_OLDER if older else ''}",
        help=_help(pair),
    )


def _is_for_older_clients(pair: TextPair) -> bool:
    """The text has a direction, and parses where the client adds none."""
    return pair.place == "order" and not pair.query.raw and not isinstance(parse_order(_shown(pair)), Refusal)


def _shown(pair: TextPair) -> str:
    """The text as the program has it."""
    match pair.place:
        case "or" if pair.query.raw:
            return pair.text[_before(pair) :]
        case "or":
            return pair.text[_before(pair) : -1]
        case "order" if not pair.query.raw:
            return pair.text.removesuffix(".asc")
        case _:
            return pair.text


def _character(pair: TextPair) -> int:
    at = pair.refusal.at if pair.refusal else 0
    return at + 1 - (_before(pair) if pair.place == "or" else 0)


def _before(pair: TextPair) -> int:
    """The characters of a logic text that are put before what the program has: the operator, a client's parenthesis."""
    found = _OPERATOR.match(pair.text)
    return (found.end() if found else 0) + (not pair.query.raw)


def _help(pair: TextPair) -> str:
    if pair.query.raw:
        bare = pair.place == "or" and not _shown(pair).startswith("(")
        return "put the conditions in parentheses: or=(id.eq.1,name.is.null)" if bare else ""
    match pair.place:
        case "order":
            return _order_help(pair.text)
        case "or":
            return _logic_help(_shown(pair))
        case "value" if re.match(r"(?:not\.)?is\.", pair.text):
            return 'is_ takes None, True, False or "unknown"; compare with eq instead'
        case _:
            return ""


def _order_help(text: str) -> str:
    if found := _DIRECTED.search(text):
        return f"the direction is an argument: order(…, desc={found[1] == 'desc'})"
    if _THROUGH.match(text):
        relation, column = text.split(".")[:2]
        return f'write "{relation}({column})", or order("{column}", foreign_table="{relation}")'
    return ""


def _logic_help(text: str) -> str:
    if text.strip().startswith("("):
        return "leave out the outer parentheses: the client adds them"
    if "=" in text and re.search(r"\w=(?:not\.)?[a-z]+\.", text):
        return 'write a dot where "=" stands: "id.eq.1"'
    if found := _EMBEDDED.search(f",{text}"):
        return f'say the embed apart: or_("{found[2]}.…", reference_table="{found[1]}")'
    return ""


RULE = Rule("QRY001", "request-syntax", "a select, filter, order or or_ text that does not parse", TextPair, judge)
