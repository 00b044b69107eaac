"""The grammar of an operator and its operand: ``eq.1``, ``not.in.(1,2)``, ``fts(english).word``."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec.structs import replace

from pgconform.postgrest.scanner import QUOTED, Scanner, unescaped
from pgconform.postgrest.syntax import Operation
from pgconform.support.patterns import deferred

SIMPLE = ("neq", "cs", "cd", "ov", "sl", "sr", "nxr", "nxl", "adj")
QUANTIFIED = ("eq", "gte", "gt", "lte", "lt", "like", "ilike", "match", "imatch")
SEARCH = ("fts", "plfts", "phfts", "wfts")
TRILEAN = ("null", "not_null", "true", "false", "unknown")

_SIMPLE = deferred(rf"({'|'.join(SIMPLE)})\.")
_QUANTIFIED = deferred(rf"({'|'.join(QUANTIFIED)})(?:\((any|all)\))?\.")
_SEARCH = deferred(rf"({'|'.join(SEARCH)})(?:\(((?:[^\W\d]|[0-9_ $\x00])+)\))?\.")
_TRILEAN = deferred("|".join(sorted(TRILEAN, key=len, reverse=True)), re.IGNORECASE)
_ELEMENT = deferred(r"[^,)]*")
_ARRAY = deferred(r"\{[^{}]*\}")
_ANYTHING = deferred(r".*", re.DOTALL)


def operation(scanner: Scanner, value: Callable[[Scanner], str]) -> Operation:
    """An operation whose operand ``value`` reads."""
    negated = scanner.take("not.")
    found = _operation(scanner, value)
    return replace(found, negated=True) if negated else found


def _operation(scanner: Scanner, value: Callable[[Scanner], str]) -> Operation:
    start = scanner.pos
    if scanner.take("in."):
        return Operation("in", operands=_list(scanner), start=start)
    if scanner.take("is."):
        return Operation("is", _trilean(scanner), start=start)
    if scanner.take("isdistinct."):
        return Operation("isdistinct", value(scanner), start=start)
    if found := scanner.match(_SEARCH):
        return Operation(found[1], value(scanner), language=(found[2] or "").strip(), start=start)
    if found := scanner.match(_SIMPLE):
        return Operation(found[1], value(scanner), start=start)
    if found := scanner.match(_QUANTIFIED):
        return Operation(found[1], value(scanner), quantifier=found[2] or "", start=start)
    return scanner.fail("an operator (eq, gt, like, in, is …) and a dot")


def rest(scanner: Scanner) -> str:
    """The operand of a filter of its own: everything that is left."""
    found = scanner.match(_ANYTHING)
    return found[0] if found else ""


def logic_value(scanner: Scanner) -> str:
    """The operand inside ``or_(…)``: a quoted text, an array in braces, or whatever comes before a comma or ``)``."""
    return _closed_quote(scanner) or _braces(scanner) or _bare(scanner)


def _closed_quote(scanner: Scanner) -> str | None:
    start = scanner.pos
    if (found := scanner.match(QUOTED)) and scanner.peek() in ("", ",", ")"):
        return unescaped(found[1])
    scanner.pos = start
    return None


def _braces(scanner: Scanner) -> str | None:
    found = scanner.match(_ARRAY)
    return found[0] if found else None


def _bare(scanner: Scanner) -> str:
    found = scanner.match(_ELEMENT)
    return found[0] if found else ""


def _list(scanner: Scanner) -> tuple[str, ...]:
    scanner.space()
    scanner.need("(")
    scanner.space()
    elements = [_list_element(scanner)]
    while scanner.take(","):
        elements.append(_list_element(scanner))
    scanner.space()
    scanner.need(")")
    scanner.space()
    return tuple(elements)


def _list_element(scanner: Scanner) -> str:
    quoted = _closed_quote(scanner)
    return _bare(scanner) if quoted is None else quoted


def _trilean(scanner: Scanner) -> str:
    found = scanner.match(_TRILEAN)
    return found[0].lower() if found else scanner.fail("null, not_null, true, false or unknown")
