"""TYP021: JSON whose shape is known, read as another."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.constraints.jsonshapes import Misshape
from pgconform.finding import Finding, Severity
from pgconform.pairs.shapes import ShapePair
from pgconform.rules._wording import fails, milder, spelled
from pgconform.rules.registry import Rule

SAID_BY = {"check": "so says its CHECK", "comment": "so says the @type of its comment"}
WRITTEN = frozenset({"unsent", "unlisted"})


def judge(pair: ShapePair) -> Iterator[Finding]:
    shape = pair.shape
    writing = shape.what in WRITTEN
    yield Finding(
        milder(pair.relation, _severity(pair)),
        _message(pair),
        consequence=fails(pair.relation, "23514 (check constraint)") if writing else _consequence(pair),
        help=SAID_BY.get(pair.by, "") or _found(pair),
        witness=_witness(shape),
    )


def _severity(pair: ShapePair) -> Severity:
    """What no value of the column escapes is an error; a comment holds nobody to it."""
    return Severity.ERROR if _always(pair) and pair.by != "comment" else Severity.WARNING


def _always(pair: ShapePair) -> bool:
    return pair.every and pair.count == pair.total if pair.by == "rows" else pair.shape.always


def _message(pair: ShapePair) -> str:
    shape, claimed = pair.shape, pair.pair.claimed
    where = " ".join(filter(None, (_path(shape), "of" if shape.path else "", pair.subject)))
    often = "is" if _always(pair) else "is in some rows" if pair.by == "rows" else "may be"
    match shape.what:
        case "missing":
            return f"{where} {often} missing; {claimed} requires it"
        case "extra" if pair.by == "rows":
            return f"{where} has keys that {claimed} forbids"
        case "extra":
            return f"{where} {often} there; {claimed} forbids it"
        case "label":
            return f"{where} {often} {shape.said or 'another text'}; {claimed} takes {spelled(shape.wanted)}"
        case "unsent":
            return f"{where} must be there; {claimed} does not have it"
        case "unlisted":
            return f"{where} is not allowed; {claimed} may send it"
    return f"{where} {often} {_article(shape.said)}; {claimed} takes {spelled(shape.wanted)}"


def _path(shape: Misshape) -> str:
    """The place as a person would write it: ``items[].price``; the column itself is none."""
    return ".".join(shape.path).replace(".[]", "[]")


def _article(said: str) -> str:
    return " or ".join(
        kind if kind == "null" else f"{'an' if kind[0] in 'aio' else 'a'} {kind}" for kind in said.split(" or ")
    )


def _consequence(pair: ShapePair) -> str:
    if not pair.relation.claim.enforced:
        return "whoever trusts the type meets something else"
    return "no JSON there passes validation" if _always(pair) else "a row with such a value fails validation"


def _found(pair: ShapePair) -> str:
    return f"so are {pair.count} of {pair.total} {'rows' if pair.every else 'rows that were looked at'}"


def _witness(shape: Misshape) -> str:
    return shape.said if shape.what == "kind" else ""


RULE = Rule("TYP021", "json-shape-differs", "JSON of a known shape read as another", ShapePair, judge)
